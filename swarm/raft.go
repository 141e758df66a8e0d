package swarm

import (
	"fmt"
	"strconv"
	"time"

	"replsim/scenarios"
)

// raftSettings draws the settings of Raft.
func raftSettings(d *drawing) {
	const name = "raft"
	maybe := func(key string, value func() string) { d.maybe(name, key, value) }
	if d.on() {
		d.set(name, "tick", span(d.span(2*time.Millisecond, 50*time.Millisecond)))
		ticks := d.between(2, 10)
		d.set(name, "election_ticks", d.number(ticks+1, 2*ticks+1))
		d.set(name, "heartbeat_ticks", d.number(1, ticks))
	} else {
		maybe("election_timeout", func() string {
			least := d.span(30*time.Millisecond, 500*time.Millisecond)
			return quote(fmt.Sprintf("uniform(min=%s, max=%s)", plain(least), plain(least*time.Duration(d.between(11, 40))/10)))
		})
		maybe("heartbeat", func() string { return span(d.span(10*time.Millisecond, 100*time.Millisecond)) })
	}
	maybe("pre_vote", func() string { return "false" })
	maybe("check_quorum", func() string { return "false" })
	maybe("persist_votes", func() string { return quote("free") })
	if d.on() {
		d.set(name, "reads", quote(pick(d, "lease", "local")))
		maybe("lease", func() string { return span(d.span(5*time.Millisecond, 200*time.Millisecond)) })
		maybe("drift_bound", func() string { return d.number(0, 2000) })
	}
	maybe("follower_reads", func() string { return quote(pick(d, "read-index", "stale")) })
	maybe("forward_writes", func() string { return "true" })
	maybe("sessions", func() string { return "true" })
	maybe("max_batch", func() string { return d.size(1, 1e5, "") })
	maybe("max_in_flight", func() string { return d.number(1, 10) })
	maybe("tell_commit", func() string { return quote("with-next") })
	d.members()
	maybe("start", func() string { return quote("election") })
	maybe("start_logs", func() string { return quote("distinct") })
	d.maybe("replication", "ship_unflushed", func() string { return "true" })
	d.maybe("replication", "log_keep", func() string { return pick(d, "1", "8", "50") })
	d.maybe("replication", "apply", func() string { return d.times(50*time.Microsecond, 2*time.Millisecond) })
	d.maybe("replication", "snapshot_rate", func() string { return d.size(1e5, 1e8, "/s") })
	d.maybe("replication", "record_size", func() string { return d.size(1, 4000, "") })
}

// members draws how many vote, learn, or stay outside at first.
func (d *drawing) members() {
	n := len(d.replicas)
	if n > 1 && d.on() {
		learners := d.between(0, n-1)
		d.set("raft", "learners", strconv.Itoa(learners))
		d.maybe("raft", "voters", func() string { return d.number(1, n-learners) })
	}
}

// member draws a change of the group.
func (d *drawing) member(name string) {
	d.at(name)
	d.set(name, pick(d, "add_member", "remove_member"), quote(pick(d, d.replicas...)))
}

// raftPromises are those of Raft: whatever happens, but for disks that
// are lost, nothing that was acknowledged is.
var raftPromises = []promise{
	{"what is acknowledged stays", "data_loss.total", noDiskLost},
	{"nobody reads what is old", "linearizability.violations", linearizable},
}

// linearizable tells whether all reads ask whoever has to be sure of being up to date.
func linearizable(s *scenarios.Scenario) bool {
	sure := s.Raft.Reads == "read-index" && s.Raft.FollowerReads != "stale"
	return s.Check.Linearizable && noDiskLost(s) && sure
}
