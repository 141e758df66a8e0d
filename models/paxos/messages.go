package paxos

import (
	"replsim/models/kv"
	"replsim/sim"
)

// Value is what a slot of the log can be decided to hold: a client's write, a
// client's read that takes its place in the log, or nothing (a no-op).
type Value struct {
	Op   kv.OpID // 0: a no-op
	Key  kv.Key
	Kind kv.Kind
}

// writes returns the number of the client's write, or 0 if it is none.
func (v Value) writes() kv.OpID {
	if v.Kind != kv.Write {
		return 0
	}
	return v.Op
}

// Vote is what an acceptor has accepted in a slot.
type Vote struct {
	Slot   sim.LSN
	Ballot uint32
	Value  Value
}

// Decision is the value that was chosen for a slot, and a ballot in which the
// leader knew that. Others may know it from a higher one.
type Decision struct {
	Ballot uint32
	Value  Value
}

// messageBytes is the assumed size of a message without values.
const messageBytes = 64

// voteBytes is the size of a vote or a decision beside its value.
const voteBytes = 16

// Prepare begins phase 1 for all slots after From, at once: "promise me to accept
// nothing in a lower ballot, and tell me what you have accepted".
type Prepare struct {
	Ballot uint32
	From   sim.LSN // the sender knows what was decided up to here
}

// Size implements sim.Message.
func (Prepare) Size() int { return messageBytes }

// Promise is an acceptor's answer to Prepare. What it knows to be decided it tells as
// that, and what it has only accepted as votes. If it has trimmed its log beyond From,
// it tells neither, and the promise is worth nothing: the proposer must get a snapshot
// first, and ask again.
type Promise struct {
	Ballot  uint32
	From    sim.LSN
	Base    sim.LSN    // it has trimmed the slots up to here
	Decided []Decision // of the slots From+1, From+2, …
	Votes   []Vote
	bytes   int
}

// Size implements sim.Message.
func (m Promise) Size() int { return messageBytes + m.bytes }

// Refused tells a proposer that its ballot is not served.
type Refused struct {
	Ballot   uint32 // the one refused
	Promised uint32 // the higher one that was promised, or a lower one that holds a lease
}

// Size implements sim.Message.
func (Refused) Size() int { return messageBytes }

// Accept carries phase 2 for a run of slots: "accept these values, unless you have
// promised otherwise". Without values it is a heartbeat. It also tells what is
// decided: up to there, what was accepted in this ballot is what was chosen.
type Accept struct {
	Ballot  uint32
	Start   sim.LSN // the slots after this one are proposed in this ballot
	From    sim.LSN // slot before the first value
	Values  []Value
	Decided sim.LSN
	Stamp   sim.Time // the leader's clock
	bytes   int
}

// Size implements sim.Message.
func (m Accept) Size() int { return messageBytes + m.bytes }

// Accepted is an acceptor's answer to Accept: it has on its disk what was proposed in
// this ballot up to and including End, or knows that to be decided.
type Accepted struct {
	Ballot uint32
	End    sim.LSN
	Stamp  sim.Time // the latest one of the leader that it has heard
}

// Size implements sim.Message.
func (Accepted) Size() int { return messageBytes }

// Decide tells what is decided, ahead of the next Accept.
type Decide struct {
	Ballot  uint32
	Start   sim.LSN
	Decided sim.LSN
}

// Size implements sim.Message.
func (Decide) Size() int { return messageBytes }

// Learn asks for the decisions after From.
type Learn struct{ From sim.LSN }

// Size implements sim.Message.
func (Learn) Size() int { return messageBytes }

// Decisions answers Learn with the slots From+1, From+2, …
type Decisions struct {
	From   sim.LSN
	Values []Decision
	More   bool // there are more
	bytes  int
}

// Size implements sim.Message.
func (m Decisions) Size() int { return messageBytes + m.bytes }

// Snapshot answers Learn if the log no longer holds the slot after From: the whole
// state after Slot.
type Snapshot struct {
	Slot  sim.LSN
	Label uint32 // the highest ballot of the decisions in it
	State Store
	total int // bytes of all pieces
	bytes int // of this one
}

// Size implements sim.Message.
func (m Snapshot) Size() int { return messageBytes + m.bytes }

// SnapshotPart is a piece of a snapshot on its way. Its bytes take their time on the
// wire; the state itself comes with the Snapshot, which is the last piece.
type SnapshotPart struct{ bytes int }

// Size implements sim.Message.
func (m SnapshotPart) Size() int { return messageBytes + m.bytes }

// Forwarded is a client's request that a node passes on to the leader.
type Forwarded struct {
	Client  sim.NodeID
	Request kv.Request
}

// Size implements sim.Message.
func (m Forwarded) Size() int { return messageBytes + m.Request.Size() }

// Answered is the leader's answer to a Forwarded request.
type Answered struct {
	Client sim.NodeID
	Reply  kv.Reply
}

// Size implements sim.Message.
func (m Answered) Size() int { return messageBytes + m.Reply.Size() }

// Promote is the operator's order to begin phase 1 now.
type Promote struct{}

// Size implements sim.Message.
func (Promote) Size() int { return messageBytes }

// StatusQuery is the operator's question to a node.
type StatusQuery struct{}

// Size implements sim.Message.
func (StatusQuery) Size() int { return messageBytes }

// Status is a node's answer.
type Status struct {
	Ballot  uint32 // the highest it has promised
	Decided sim.LSN
	Leading bool
}

// Size implements sim.Message.
func (Status) Size() int { return messageBytes }
