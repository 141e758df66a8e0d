package swarm

import (
	"fmt"
	"strconv"
	"time"
)

// paxosSettings draws the settings of Multi-Paxos.
func paxosSettings(d *drawing) {
	const name = "paxos"
	maybe := func(key string, value func() string) { d.maybe(name, key, value) }
	n := len(d.replicas)
	if d.on() { // quorums that meet, and not always just so
		second := d.between(1, n)
		d.set(name, "phase2_quorum", strconv.Itoa(second))
		d.set(name, "phase1_quorum", d.number(n+1-second, n))
	}
	waits := func(least, most time.Duration) string {
		low := d.span(least, most)
		return quote(fmt.Sprintf("uniform(min=%s, max=%s)", plain(low), plain(low*time.Duration(d.between(11, 40))/10)))
	}
	if d.on() {
		d.set(name, "proposers", quote("any"))
		maybe("reads", func() string { return quote("local") })
	} else {
		maybe("others", func() string { return quote("forward") })
		maybe("silence", func() string { return waits(50*time.Millisecond, time.Second) })
		if d.on() {
			d.set(name, "reads", quote(pick(d, "lease", "local")))
			if d.on() {
				lease := d.span(50*time.Millisecond, time.Second)
				d.set(name, "lease", span(lease))
				d.set(name, "lease_margin", span(d.span(time.Millisecond, lease/2)))
			}
		}
	}
	maybe("heartbeat", func() string { return span(d.span(10*time.Millisecond, 200*time.Millisecond)) })
	maybe("promise_timeout", func() string { return waits(50*time.Millisecond, 500*time.Millisecond) })
	maybe("backoff", func() string { return waits(5*time.Millisecond, 100*time.Millisecond) })
	maybe("tell", func() string { return quote("with-next") })
	maybe("batch", func() string { return d.number(1, 20) })
	maybe("pipeline", func() string { return d.number(1, 20) })
	d.logSettings()
}

// logSettings draws what Raft and Paxos share of [replication].
func (d *drawing) logSettings() {
	d.maybe("replication", "log_keep", func() string { return pick(d, "1", "8", "50") })
	d.maybe("replication", "apply", func() string { return d.times(50*time.Microsecond, 2*time.Millisecond) })
	d.maybe("replication", "snapshot_rate", func() string { return d.size(1e5, 1e8, "/s") })
	d.maybe("replication", "record_size", func() string { return d.size(1, 4000, "") })
}
