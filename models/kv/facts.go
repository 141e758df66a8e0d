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
	Node     sim.NodeID // who answered, or sim.NoNode
}

// Appended is a leader's fact: a record is in its log, in memory.
type Appended struct {
	Version Version
	Op      OpID
	Key     Key
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
}

// LeaderStopped is a replica's fact: it gave up leading.
type LeaderStopped struct{ Epoch uint32 }

// PromotionBegan is a replica's fact: it was told to take over and begins to
// apply what it has received.
type PromotionBegan struct{ Epoch uint32 }

// Degraded is a leader's fact: it stopped (On) or resumed waiting for
// acknowledgements as the commit rule asks.
type Degraded struct{ On bool }
