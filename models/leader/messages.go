package leader

import (
	"replsim/models/kv"
	"replsim/sim"
)

// Record is one log record: a write.
type Record struct {
	Key   kv.Key
	Epoch uint32
	Op    kv.OpID
	Stamp sim.Time // the leader's clock when it appended the record
}

// connID names a connection from a leader to a follower: the leader's epoch, and a
// number in it. It takes both, or what a former leader had sent on its first
// connection would pass for the stream of a new leader's first one.
type connID struct{ epoch, number uint32 }

// open tells whether there is a connection at all: epochs begin at 1.
func (c connID) open() bool { return c.epoch != 0 }

// after tells whether c was opened after d.
func (c connID) after(d connID) bool {
	return c.epoch > d.epoch || c.epoch == d.epoch && c.number > d.number
}

// messageBytes is the assumed size of a message without records.
const messageBytes = 64

// Append carries log records, or none as a heartbeat, from the leader to one
// follower. It belongs to one connection: what an earlier one had sent and the
// network kept back is not mistaken for the present stream.
type Append struct {
	Conn    connID
	Prev    sim.LSN // position before the first record
	Records []Record
	Stamp   sim.Time // the leader's clock
	bytes   int
}

// Size implements sim.Message.
func (a Append) Size() int { return messageBytes + a.bytes }

// Ack tells the leader how far the follower has come at each level. It is sent
// when the level that the commit rule asks for is reached (MySQL, Redis), or at each
// of them (PostgreSQL), where one late message holds back the others on the link.
type Ack struct {
	Conn connID
	Ends [levels]sim.LSN
}

// Size implements sim.Message.
func (Ack) Size() int { return messageBytes }

// Hello asks the leader for a connection. It tells the follower's log, so that
// the leader finds where the two agree.
type Hello struct {
	Asked   sim.Time // the follower's clock when it began to ask: the same in repetitions
	Epoch   uint32
	Base    sim.LSN // what it cannot undo
	End     sim.LSN
	History []EpochStart
}

// Size implements sim.Message.
func (h Hello) Size() int { return messageBytes + 16*len(h.History) }

// Welcome opens a connection: the stream starts after From. The follower drops
// what it has beyond the point where its log agrees with the leader's, which End
// and History describe; it may agree with more than it had when it said Hello.
type Welcome struct {
	Conn    connID
	Epoch   uint32
	From    sim.LSN
	End     sim.LSN
	History []EpochStart
}

// Size implements sim.Message.
func (m Welcome) Size() int { return messageBytes + 16*len(m.History) }

// Snapshot opens a connection for a follower whose position the leader's log no
// longer holds: the whole state at From.
type Snapshot struct {
	Welcome
	State Store
	total int // bytes of all pieces
	bytes int // of this one
}

// Size implements sim.Message.
func (m Snapshot) Size() int { return m.Welcome.Size() + m.bytes }

// SnapshotPart is a piece of a snapshot on its way. Its bytes take their time on the
// wire; the state itself comes with the Snapshot, which is the last piece.
type SnapshotPart struct {
	Conn  connID
	bytes int
}

// Size implements sim.Message.
func (m SnapshotPart) Size() int { return messageBytes + m.bytes }

// Follow tells a node who leads in which epoch.
type Follow struct {
	Epoch  uint32
	Leader sim.NodeID
}

// Size implements sim.Message.
func (Follow) Size() int { return messageBytes }

// Promote is the operator's order to take over in a new epoch.
type Promote struct{ Epoch uint32 }

// Size implements sim.Message.
func (Promote) Size() int { return messageBytes }

// StatusQuery is the operator's question to a node.
type StatusQuery struct{}

// Size implements sim.Message.
func (StatusQuery) Size() int { return messageBytes }

// Status is a node's answer.
type Status struct {
	Epoch     uint32
	End       sim.LSN // of its log
	Leading   bool
	Promoting uint32     // the epoch in which it is about to lead, or 0
	Promised  uint32     // the epoch that it was sealed for, or 0
	Follows   sim.NodeID // whom it follows; itself if it leads; or NoNode
	Blank     bool       // its disk is new, and no leader has filled it yet
	// What a crash cannot take from it: its log on the disk, and the epoch of the last
	// record there.
	Flushed sim.LSN
	Last    uint32
}

// Size implements sim.Message.
func (Status) Size() int { return messageBytes }

// Beat is a leader's heartbeat to those who watch it. A node that is asked by a Ping
// and does not lead says so.
type Beat struct {
	Epoch   uint32
	End     sim.LSN // of its log
	Leading bool
	Number  uint64   // of the leader's heartbeats
	Sent    sim.Time // the leader's clock
}

// Size implements sim.Message.
func (Beat) Size() int { return messageBytes }

// Renewal tells a leader that a watcher has received one of its heartbeats.
type Renewal struct {
	Epoch  uint32
	Number uint64   // of the heartbeat
	Sent   sim.Time // … and the leader's clock in it
}

// Size implements sim.Message.
func (Renewal) Size() int { return messageBytes }

// Ping asks a node for a Beat, and tells it the last one that the watcher has of it.
type Ping struct{ Last Renewal }

// Size implements sim.Message.
func (Ping) Size() int { return messageBytes }

// Seal asks a node to take no orders of epochs before this one any more. The answer is
// a Status.
type Seal struct{ Epoch uint32 }

// Size implements sim.Message.
func (Seal) Size() int { return messageBytes }

// Deposed tells the leader of an earlier epoch that it was refused, and why.
type Deposed struct{ Epoch uint32 }

// Size implements sim.Message.
func (Deposed) Size() int { return messageBytes }
