package kv

import (
	"time"

	"replsim/sim"
)

// The facts below are reported through sim.Report and read by the observers of
// package measure. The node of a fact is the client or the replica that reports it.

// Invoked is a client's fact: an operation begins, before its first attempt.
type Invoked struct {
	Op      OpID
	Kind    Kind
	Key     Key
	Session int32 // the client
}

// Outcome is how an operation ended for its client.
type Outcome uint8

// Outcomes.
const (
	Succeeded Outcome = iota
	Failed            // refused: it had no effect
	Unknown           // no answer in time: it may or may not have had an effect
)

// Returned is a client's fact: an operation ended.
type Returned struct {
	Op       OpID
	Kind     Kind
	Key      Key
	Session  int32
	Outcome  Outcome
	Value    OpID    // read: the write it saw
	Version  Version // of the value read or written
	Latency  time.Duration
	Attempts int32
	Refused  int32      // of these, turned away: they had no effect
	Node     sim.NodeID // who answered, or sim.NoNode
}

// Appended is a leader's fact: a record is in its log, in memory.
type Appended struct {
	Version Version
	Op      OpID // 0: no client's write (a no-op, a change of members)
	Key     Key
	// Was is set if a leader found this record, undecided, in the logs of others and
	// proposes it anew (Paxos): what is acknowledged as Was then stands here.
	Was Version
}

// Committed is a leader's fact: it now answers OK for this record.
type Committed struct {
	Version Version
	Op      OpID
	Key     Key
}

// Applied is a replica's fact: reads at it now reflect its log up to and
// including this version.
type Applied struct{ Version Version }

// Truncated is a replica's fact: it dropped the records after To, up to End, of
// which the last was of the given epoch: they diverged from the leader's log.
type Truncated struct {
	To, End sim.LSN
	Epoch   uint32
}

// Restored is a replica's fact: a snapshot replaced its state and log; its reads
// now reflect the leader's log up to Version.
type Restored struct {
	Version Version
	Bytes   int64
}

// LeaderStarted is a replica's fact: it serves writes from now on, in a new epoch
// or again after a restart. Its log at that instant ends with Start.
type LeaderStarted struct {
	Epoch uint32
	Start sim.LSN
	// Last is the version of the record Start, which says whose log this one is up to
	// there; 0: the log is what the replica has applied, or follows from it.
	Last Version
	// Undecided: what the log holds beyond what was committed before is committed
	// only with the first record of this epoch (Raft), not at once.
	Undecided bool
}

// Inherited is a fact of the start of a run: nodes begin with logs that a leader of an
// epoch wrote before, or parts of them. The longest goes up to End.
type Inherited struct {
	Epoch uint32
	End   sim.LSN
}

// LeaderStopped is a replica's fact: it gave up leading.
type LeaderStopped struct{ Epoch uint32 }

// PromotionBegan is a replica's fact: it was told to take over and begins to
// apply what it has received.
type PromotionBegan struct{ Epoch uint32 }

// CampaignBegan is a replica's fact: it believes that nobody leads and asks the
// others for their votes in an epoch (Raft), or begins phase 1 in it (Paxos). In a
// pre-vote it only asks whether it would get them.
type CampaignBegan struct {
	Epoch   uint32
	PreVote bool
}

// MembersChanged is a leader's fact: the group has other members from now on, since the
// record that says so is committed. Learners follow, but do not vote.
type MembersChanged struct{ Voters, Learners int }

// Followed is a replica's fact: it has heard from the leader of an epoch for the
// first time.
type Followed struct {
	Epoch  uint32
	Leader sim.NodeID
}

// Suspected is the fact of an observer that watches the leader from outside: it
// believes that Leader is down. Several observers may each report it.
type Suspected struct{ Leader sim.NodeID }

// Cleared is an observer's fact: it heard from the leader that it had suspected.
type Cleared struct{ Leader sim.NodeID }

// Fenced is the fact of whoever tried to keep an old leader from writing by
// stopping it (STONITH), and whether that worked.
type Fenced struct {
	Target sim.NodeID
	OK     bool
}

// Degraded is a leader's fact: it stopped (On) or resumed waiting for
// acknowledgements as the commit rule asks.
type Degraded struct{ On bool }
