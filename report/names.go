package report

import "strings"

// naming says what a dotted name means. A * in the pattern stands for one part
// (a node, a place, a statistic), which replaces the * of the text in order.
type naming struct{ pattern, text string }

var figureNames = []naming{
	{"availability.read", "reads that succeeded"},
	{"availability.write", "writes that succeeded"},
	{"availability.windows", "windows without outage"},
	{"outage.longest", "longest without success"},
	{"throughput.read", "read throughput"},
	{"throughput.write", "write throughput"},
	{"latency.*.*", "* latency, *"},
	{"latency.*.place.*.*", "* latency in *, *"},
	{"stale_reads.rate", "stale reads"},
	{"stale_reads.count", "stale reads, number"},
	{"stale_reads.depth.*", "versions a stale read misses, *"},
	{"stale_reads.age.*", "age of a stale read, *"},
	{"lag.time.*.*", "replication lag of *, *"},
	{"lag.offset.*.*", "log entries behind on *, *"},
	{"lag.delay.*.*", "commit to apply on *, *"},
	{"lag.after_ack.followers.*", "answer to apply on followers, *"},
	{"lag.after_ack.*.*", "answer to apply on *, *"},
	{"visible_after.leader.*", "invoke to visible on the leader, *"},
	{"visible_after.followers.*", "invoke to visible on followers, *"},
	{"visible_after.*.*", "invoke to visible on *, *"},
	{"visibility.followers.*", "write visible on followers, *"},
	{"visibility.*.*", "write visible on *, *"},
	{"data_loss.total", "acknowledged writes lost"},
	{"data_loss.truncated", "writes lost: truncated at failover"},
	{"data_loss.diverged", "writes lost: on the deposed leader"},
	{"data_loss.torn", "writes lost: not yet on disk"},
	{"data_loss.overwritten", "writes lost: overwritten"},
	{"data_loss.any", "runs that lost any write"},
	{"rewind.count", "logs cut back to the leader's"},
	{"rewind.records", "records cut back"},
	{"elections.count", "elections"},
	{"elections.split", "elections without a winner"},
	{"elections.split.any", "runs with such an election"},
	{"elections.pre_votes", "pre-votes"},
	{"elections.terms", "epochs gone through"},
	{"elections.time", "from failure to a leader to stay"},
	{"elections.heard", "from failure until all know the leader"},
	{"leaders.at_once.max", "most leaders at once"},
	{"detections.count", "suspicions of the leader"},
	{"detections.false", "false suspicions of the leader"},
	{"failovers.count", "changes of leader"},
	{"failovers.needless", "needless failovers"},
	{"failovers.restarts", "restarts of the leader in place"},
	{"failovers.unresolved", "failovers without end"},
	{"fencing.attempts", "attempts to stop the old leader"},
	{"fencing.failed", "attempts to stop the old leader that failed"},
	{"rpo.writes", "RPO, writes lost per failover"},
	{"rpo.time", "RPO: age of last surviving write"},
	{"rto.total", "RTO: until writes succeed again"},
	{"rto.detect", "RTO: detect"},
	{"rto.elect", "RTO: elect"},
	{"rto.promote", "RTO: promote"},
	{"rto.redirect", "RTO: redirect clients"},
	{"rto.catch_up", "RTO: catch up"},
	{"split_brain.time", "split-brain, time"},
	{"split_brain.by_proxy", "split-brain, writes acknowledged through a proxy"},
	{"split_brain.writes", "split-brain, writes acknowledged"},
	{"linearizability.keys", "records judged"},
	{"linearizability.violations", "records not linearizable"},
	{"session.*.rate", "rate of * violations"},
	{"traffic.messages_per_write", "messages per write"},
	{"traffic.bytes_per_write", "bytes per write"},
	{"traffic.cross_region_bytes_per_write", "cross-region bytes per write"},
	{"session.read_your_writes.count", "read-your-writes violations"},
	{"session.monotonic_reads.count", "monotonic-reads violations"},
	{"session.monotonic_writes.count", "monotonic-writes violations"},
	{"session.writes_follow_reads.count", "writes-follow-reads violations"},
	{"ops.*", "operations, *"},
	{"fallback.time", "time in degraded mode"},
}

// curveNames gives each curve a measure, for the subtitle, and the part that tells
// it from its siblings, for the name at its line; they are separated by a bar.
var curveNames = []naming{
	{"lag.time.*", "replication lag|*"},
	{"lag.offset.*", "log entries behind the leader|*"},
	{"lag.delay.*", "delay from commit to apply|*"},
	{"lag.after_ack.*", "delay from answer to apply|*"},
	{"visible_after.*", "delay from invoke to visible|*"},
	{"throughput.*", "successful operations|*"},
	{"errors.rate", "operations without success|"},
	{"latency_over_time.*.*", "latency over time|* *"},
	{"latency.*.place.*", "latency|* in *"},
	{"latency.*", "latency|*"},
	{"latency.*.place.*", "latency|*s in *"},
	{"stale_reads.over_time", "stale reads|"},
	{"availability.over_time.*", "operations that succeed|*"},
	{"rto.total", "time from failure to the next acknowledged write|"},
	{"rpo.time", "age of the last surviving write at the failure|"},
	{"rpo.writes", "acknowledged writes lost|"},
	{"elections.time", "time from failure to a leader to stay|"},
	{"elections.heard", "time from failure until all know the leader|"},
	{"visibility.*", "probability that a read is fresh|*"},
	{"visibility_after_ack.*", "probability that a read is fresh|*"},
}

// singleCurveNames are for a curve that has a chart to itself.
var singleCurveNames = []naming{
	{"throughput.*", "successful *s"},
	{"latency_over_time.*.*", "* latency, *"},
	{"latency.*.place.*", "* latency in *"},
	{"latency.*", "* latency"},
	{"latency.*.place.*", "* latency in *"},
}

// keyNames say what a key of a scenario is, for the axis on which it varies. Other
// keys have their last part, in words.
var keyNames = []naming{
	{"cluster.replicas", "replicas"},
	{"replication.acks", "followers that a commit waits for"},
	{"replication.apply", "time to apply a record"},
	{"workload.rate", "operations per second asked for"},
	{"workload.writes", "share of writes"},
	{"workload.reads_from", "where clients read"},
	{"workload.writes_to", "where clients write"},
	{"network.delay", "network delay, one way"},
	{"network.loss", "messages lost"},
}

// keyName returns what a key means, in words.
func keyName(key string) string {
	if text, ok := translate(keyNames, key); ok {
		return text
	}
	return strings.ReplaceAll(key[strings.LastIndex(key, ".")+1:], "_", " ")
}

// familyName returns what figures have in common, by the first part of their
// names: of throughput.read and throughput.write, "throughput". It is "" if they
// have nothing in common.
func familyName(figures []string) string {
	family, _, _ := strings.Cut(figures[0], ".")
	for _, name := range figures {
		if f, _, _ := strings.Cut(name, "."); f != family {
			return ""
		}
	}
	return strings.ReplaceAll(family, "_", " ")
}

// parts are names of parts that read better otherwise.
var parts = map[string]string{"p999": "p99.9", "p9999": "p99.99"}

// FigureName returns what a figure's dotted name means, in words; a name it does
// not know is returned as it is.
func FigureName(name string) string {
	if text, ok := translate(figureNames, name); ok {
		return text
	}
	return name
}

// curveName returns the measure of a curve and what tells it from its siblings.
func curveName(name string) (measure, item string) {
	text, ok := translate(curveNames, name)
	if !ok {
		return name, ""
	}
	measure, item, _ = strings.Cut(text, "|")
	switch item {
	case "read", "write":
		item += "s"
	}
	return measure, item
}

func translate(names []naming, name string) (string, bool) {
	for _, n := range names {
		found, ok := matchParts(n.pattern, name)
		if !ok {
			continue
		}
		text := n.text
		for _, part := range found {
			if better, ok := parts[part]; ok {
				part = better
			}
			text = strings.Replace(text, "*", part, 1)
		}
		return text, true
	}
	return "", false
}

// matchParts compares a dotted name with a pattern and returns the parts at its *.
func matchParts(pattern, name string) (found []string, ok bool) {
	ps, ns := strings.Split(pattern, "."), strings.Split(name, ".")
	if len(ps) != len(ns) {
		return nil, false
	}
	for i, p := range ps {
		if p == "*" {
			found = append(found, ns[i])
		} else if p != ns[i] {
			return nil, false
		}
	}
	return found, true
}

// selects tells whether an entry of Chart.Show takes a name: the name itself, or
// all below it with a trailing ".*".
func selects(pattern, name string) bool {
	if below, ok := strings.CutSuffix(pattern, ".*"); ok {
		return strings.HasPrefix(name, below+".")
	}
	return pattern == name
}

// higherIsBetter tells in which direction a figure improves.
func higherIsBetter(name string) bool {
	return strings.HasPrefix(name, "availability.") || strings.HasPrefix(name, "throughput.") || name == "ops.ok"
}
