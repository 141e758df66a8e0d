package swarm

import (
	"strconv"
	"time"

	"replsim/scenarios"
)

// paxosSettings draws the settings of Multi-Paxos.
func paxosSettings(d *drawing) {
	const name = "paxos"
	set := func(key, value string) { d.set(name, key, value) }
	maybe := func(key string, value func() string) { d.maybe(name, key, value) }

	if n := len(d.replicas); d.on() { // quorums that just meet, or more
		phase2 := d.between(1, n)
		set("phase2_quorum", strconv.Itoa(phase2))
		set("phase1_quorum", d.number(n+1-phase2, n))
	}
	duels := d.IntN(3) == 0
	if duels {
		set("proposers", quote("any"))
		maybe("reads", func() string { return quote("local") })
	} else {
		maybe("others", func() string { return quote("forward") })
		maybe("reads", func() string { return quote(pick(d, "local", "lease", "lease")) })
	}
	if d.get(name, "reads") == quote("lease") {
		lease := d.span(50*time.Millisecond, 2*time.Second)
		set("lease", span(lease))
		set("lease_margin", span(d.span(time.Millisecond, lease/2)))
	}
	maybe("heartbeat", func() string { return span(d.span(30*time.Millisecond, 300*time.Millisecond)) })
	if d.plan == anything { // too short ones may keep the nodes from agreeing
		maybe("silence", func() string { return d.times(50*time.Millisecond, 2*time.Second) })
		maybe("promise_timeout", func() string { return d.times(20*time.Millisecond, time.Second) })
		maybe("backoff", func() string { return d.times(time.Millisecond, 500*time.Millisecond) })
	} else if duels {
		set("backoff", quote(longBackoff))
	}
	maybe("tell", func() string { return quote("with-next") })
	maybe("batch", func() string { return d.number(1, 16) })
	maybe("pipeline", func() string { return d.number(1, 20) })
	d.maybe("replication", "log_keep", func() string { return strconv.Itoa(pick(d, 1, 8, 50)) })
	d.maybe("replication", "apply", func() string { return d.times(50*time.Microsecond, 2*time.Millisecond) })
	d.maybe("replication", "snapshot_rate", func() string { return d.size(1e5, 1e8, "/s") })
	d.maybe("replication", "record_size", func() string { return d.size(1, 4000, "") })
}

// longBackoff is a back-off with which any duel of five ends soon.
const longBackoff = "uniform(min=0s, max=1s)"

// paxosPromises are those of Multi-Paxos. That no two values are chosen for a slot is not
// among them: the model's audit sees to that, in all scenarios.
var paxosPromises = []promise{
	{"the nodes agree in the end", "convergence.missed", paxosConverges},
	{"what is acknowledged is never lost", "data_loss.total", noDiskLost},
	{"reads through the log are never stale", "stale_reads.count", readsThroughLog},
	{"reads by a lease on good clocks are never stale", "stale_reads.count", readsByGoodLease},
	{"reads through the log are linearizable", "linearizability.violations", func(s *scenarios.Scenario) bool {
		return readsThroughLog(s) && s.Check.Linearizable && servedOnce(s)
	}},
	{"reads by a lease on good clocks are linearizable", "linearizability.violations", func(s *scenarios.Scenario) bool {
		return readsByGoodLease(s) && s.Check.Linearizable && servedOnce(s)
	}},
}

// paxosConverges: a majority, or what is needed of it, has its votes, the time-outs are long
// against all that a round takes, and duels end.
func paxosConverges(s *scenarios.Scenario) bool {
	p := &s.Paxos
	usual := p.Silence.String() == "uniform(min=1s, max=2s)" && p.PromiseTimeout.String() == "uniform(min=500ms, max=1s)"
	ends := p.Proposers == "stable" && p.Backoff.String() == "uniform(min=0s, max=100ms)" || p.Backoff.String() == longBackoff
	return noDiskLost(s) && usual && ends && calm(&s.Network)
}

func readsThroughLog(s *scenarios.Scenario) bool { return s.Paxos.Reads == "log" }

// readsByGoodLease: no clock jumps, and none is so fast or so slow that the margin would not
// make up for it. (Twice the largest drift, for one may be fast and the other slow.)
func readsByGoodLease(s *scenarios.Scenario) bool {
	p := &s.Paxos
	drift := s.Clock.Drift
	for _, n := range s.Nodes {
		if n.Drift != nil {
			drift = max(drift, *n.Drift, -*n.Drift)
		}
	}
	steady := every(s, func(f scenarios.Fault) bool { return f.ClockJump == nil })
	return p.Reads == "lease" && steady && float64(p.LeaseMargin) > 2.1e-6*drift*float64(p.Lease)
}

// servedOnce tells whether no request can reach the nodes twice: they would serve it twice, and a
// write that is done again, after another one, undoes that.
func servedOnce(s *scenarios.Scenario) bool {
	for _, c := range s.Clients {
		if c.Retries > 0 {
			return false
		}
	}
	duplicates := s.Network.Duplication > 0
	for _, l := range s.Network.Links {
		duplicates = duplicates || l.Duplication != nil && *l.Duplication > 0
	}
	return !duplicates
}
