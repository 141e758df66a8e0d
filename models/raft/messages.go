package raft

import (
	"replsim/models/kv"
	"replsim/sim"
)

// Command is what the entries of a group carry to its state machines.
type Command interface {
	// Fact returns the client's write and its key that facts name, or 0.
	Fact() (kv.OpID, kv.Key)
}

// EntryKind is the kind of a log entry.
type EntryKind uint8

// Kinds of entries.
const (
	Normal EntryKind = iota // a command
	NoOp                    // the first entry of a leader
	Change                  // new members
)

// Entry is one entry of the log.
type Entry[C Command] struct {
	Term    uint32
	Kind    EntryKind
	Stamp   sim.Time // the leader's clock when it appended the entry
	Command C
	Members *Members // of a Change
}

// fact returns what facts say of an entry.
func (e *Entry[C]) fact() (kv.OpID, kv.Key) {
	if e.Kind != Normal {
		return 0, 0
	}
	return e.Command.Fact()
}

// messageBytes is the assumed size of a message without entries.
const messageBytes = 64

// RequestVote asks for a vote in a term.
type RequestVote struct {
	Term      uint32 // in a pre-vote: the term that would begin
	LastIndex sim.LSN
	LastTerm  uint32
	Pre       bool // a pre-vote: would you?
	Transfer  bool // the leader wants it: trust in it is no reason to refuse
}

// Size implements sim.Message.
func (RequestVote) Size() int { return messageBytes }

// Vote answers a RequestVote.
type Vote struct {
	Term    uint32 // of the request if granted, else the voter's
	Pre     bool
	Granted bool
	Disk    uint32 // whose vote it is: see Server
}

// Size implements sim.Message.
func (Vote) Size() int { return messageBytes }

// Append carries entries that follow the entry Prev of term PrevTerm.
type Append[C Command] struct {
	Term     uint32
	Prev     sim.LSN
	PrevTerm uint32
	Entries  []Entry[C]
	Commit   sim.LSN
	Stamp    sim.Time // the leader's clock
	bytes    int
}

// Size implements sim.Message.
func (a Append[C]) Size() int { return messageBytes + a.bytes }

// AppendReply tells a leader how far the follower's log is the same as its own, and
// safe on the disk; or that the follower has no entry Prev of that term. The hint
// is the last place before where the two logs may agree.
type AppendReply struct {
	Term      uint32
	Match     sim.LSN
	Rejected  bool
	Prev      sim.LSN // rejected
	HintIndex sim.LSN
	HintTerm  uint32
	Disk      uint32
}

// Size implements sim.Message.
func (AppendReply) Size() int { return messageBytes }

// Heartbeat tells that a leader lives. Its Round confirms reads; Sent, on the leader's
// monotonic clock, is when its lease begins if a majority answers.
type Heartbeat struct {
	Term   uint32
	Commit sim.LSN // as far as the receiver is known to have the log
	Round  uint64
	Sent   sim.Time
	Stamp  sim.Time // the leader's clock
}

// Size implements sim.Message.
func (Heartbeat) Size() int { return messageBytes }

// HeartbeatReply answers a Heartbeat.
type HeartbeatReply struct {
	Term  uint32
	Round uint64
	Sent  sim.Time
	Disk  uint32
}

// Size implements sim.Message.
func (HeartbeatReply) Size() int { return messageBytes }

// Advance tells a follower of commits at once.
type Advance struct {
	Term   uint32
	Commit sim.LSN
}

// Size implements sim.Message.
func (Advance) Size() int { return messageBytes }

// InstallSnapshot is one chunk of a snapshot. The state itself comes with the last
// one; the bytes of all take their time on the wire.
type InstallSnapshot struct {
	Term   uint32
	Last   snapshotPoint
	Offset int
	Total  int
	State  any // immutable; nil before the last chunk
	bytes  int
}

// snapshotPoint is where in the log a snapshot was taken.
type snapshotPoint struct {
	Index   sim.LSN
	Term    uint32 // of the entry Index
	Members *Members
}

// Size implements sim.Message.
func (m InstallSnapshot) Size() int { return messageBytes + m.bytes }

// SnapshotReply tells a leader that its snapshot is arriving.
type SnapshotReply struct {
	Term  uint32
	Index sim.LSN
	Disk  uint32
}

// Size implements sim.Message.
func (SnapshotReply) Size() int { return messageBytes }

// TimeoutNow tells a follower to begin an election at once: leadership is handed
// over to it.
type TimeoutNow struct{ Term uint32 }

// Size implements sim.Message.
func (TimeoutNow) Size() int { return messageBytes }

// ReadQuery asks the leader how far a follower must have applied the log to answer
// its reads up to a number.
type ReadQuery struct{ Number uint64 }

// Size implements sim.Message.
func (ReadQuery) Size() int { return messageBytes }

// ReadPoint answers a ReadQuery.
type ReadPoint struct {
	Number uint64
	Index  sim.LSN
}

// Size implements sim.Message.
func (ReadPoint) Size() int { return messageBytes }

// Proposal is a command that a follower passes on to the leader.
type Proposal[C Command] struct {
	Command C
	bytes   int
}

// Size implements sim.Message.
func (p Proposal[C]) Size() int { return messageBytes + p.bytes }

// StatusQuery is the operator's question to a node.
type StatusQuery struct{}

// Size implements sim.Message.
func (StatusQuery) Size() int { return messageBytes }

// Status is a node's answer.
type Status struct {
	Term    uint32
	Leading bool
	Members *Members // the committed ones
	Disk    uint32
}

// Size implements sim.Message.
func (Status) Size() int { return messageBytes }

// Order is what an operator tells the leader to do.
type Order struct {
	Kind   OrderKind
	Target sim.NodeID
	Disk   uint32 // of a target to be added
}

// OrderKind is the kind of an Order.
type OrderKind uint8

// Kinds of orders.
const (
	TransferLeadership OrderKind = iota // Target NoNode: to the most advanced follower
	AddServer                           // make it a voter
	RemoveServer
)

// Size implements sim.Message.
func (Order) Size() int { return messageBytes }
