package scenarios

import (
	"fmt"
	"time"

	"replsim/sim/dist"
)

// Raft configures the Raft model.
type Raft struct {
	ElectionTimeout dist.Spec     `toml:"election_timeout" default:"uniform(min=150ms, max=300ms)" doc:"silence of the leader after which a follower campaigns; drawn anew each time"`
	Heartbeat       time.Duration `toml:"heartbeat" default:"50ms" above:"0s" doc:"an idle leader's message to each follower"`
	Tick            time.Duration `toml:"tick" default:"0s" doc:"etcd: nodes look at their timers once per tick only, each with a phase of its own; election_ticks and heartbeat_ticks then take the place of election_timeout and heartbeat. 0: no ticks"`
	ElectionTicks   int           `toml:"election_ticks" default:"10" min:"2" doc:"with tick: a follower campaigns after so many silent ticks, or up to twice as many less one, each as likely"`
	HeartbeatTicks  int           `toml:"heartbeat_ticks" default:"1" min:"1" doc:"with tick: ticks between two heartbeats"`
	PreVote         bool          `toml:"pre_vote" default:"true" doc:"who would campaign first asks whether it would win, so that one who was cut off does not depose a leader that works"`
	CheckQuorum     bool          `toml:"check_quorum" default:"true" doc:"a leader that does not hear from a majority for an election time-out steps down, and who has just heard from a leader votes for nobody"`
	PersistVotes    string        `toml:"persist_votes" default:"flush" enum:"flush,free" doc:"flush: term and vote are flushed before they are told, which takes a flush; free: they are durable at once"`
	Reads           string        `toml:"reads" default:"read-index" enum:"read-index,lease,local" doc:"how the leader answers reads: read-index: after a round of heartbeats has shown that it still leads; lease: at once while its lease lasts; local: at once, stale after it was deposed"`
	Lease           time.Duration `toml:"lease" default:"0s" doc:"reads = lease: how long a round of heartbeats lets the leader answer alone (default: the shortest election time-out); drift_bound is taken off"`
	DriftBound      float64       `toml:"drift_bound" default:"0" doc:"reads = lease: parts per million by which clocks are believed to differ in speed"`
	FollowerReads   string        `toml:"follower_reads" default:"redirect" enum:"redirect,read-index,stale" doc:"what a follower does with a read: send the client to the leader, ask the leader for its commit index and wait for it, or answer from what it has"`
	ForwardWrites   bool          `toml:"forward_writes" default:"false" doc:"a follower passes writes on to the leader, and answers when it has applied them itself (etcd)"`
	Sessions        bool          `toml:"sessions" default:"false" doc:"a write that its client sends again is applied once"`
	MaxBatch        int64         `toml:"max_batch" default:"1MiB" unit:"size" min:"1B" doc:"most bytes of entries in one message"`
	MaxInFlight     int           `toml:"max_in_flight" default:"512" min:"1" doc:"messages with entries that a follower may have to answer before it is sent more"`
	TellCommit      string        `toml:"tell_commit" default:"at-once" enum:"at-once,with-next" doc:"when followers hear that entries are committed: at once, in a message of their own (etcd), or with the next entries or heartbeat"`
	Voters          int           `toml:"voters" default:"0" min:"0" doc:"how many nodes vote at the start, from r1 on (default: all but the learners); those that neither vote nor learn are outside the group until they are added (see faults: add_member)"`
	Learners        int           `toml:"learners" default:"0" min:"0" doc:"how many nodes after the voters get the log, but neither vote nor count"`
	StartLeader     string        `toml:"start" default:"leader" enum:"leader,election" doc:"leader: r1 leads when the run begins; election: nobody does, and all election timers start at 0"`
	StartLogs       string        `toml:"start_logs" default:"empty" enum:"empty,distinct" doc:"distinct: the nodes begin with logs of different lengths, in an order that is drawn, so that not everybody can win an election"`
}

// checkRaft makes sure that somebody votes, and that followers wait for heartbeats.
func (c *decoded) checkRaft() {
	r := &c.scenario.Raft
	replicas, voters, learners := c.at("cluster", "replicas"), c.at("raft", "voters"), c.at("raft", "learners")
	if c.scenario.Cluster.Model != "raft" || !c.ok(replicas, voters, learners) {
		return
	}
	if n := c.scenario.Cluster.Replicas; max(r.Voters, 1)+r.Learners > n {
		c.report(c.blame(learners, voters, replicas), "", fmt.Sprintf("%d voters and %d learners are more than %d replicas", max(r.Voters, 1), r.Learners, n), "at most as many as replicas", "")
	}
	tick, beat, silent := c.at("raft", "tick"), c.at("raft", "heartbeat_ticks"), c.at("raft", "election_ticks")
	if c.ok(tick, beat, silent) && r.Tick > 0 && r.HeartbeatTicks >= r.ElectionTicks {
		c.report(c.blame(beat, silent, tick), "", "followers campaign before the next heartbeat", "fewer heartbeat_ticks than election_ticks", "")
	}
}
