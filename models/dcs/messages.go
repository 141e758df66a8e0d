package dcs

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// Revision is a place in the store's history: the index in its log of a change.
type Revision int64

// What a change may ask of its key, beside a certain revision.
const (
	Absent   Revision = 0  // there must be no such key
	Whatever Revision = -1 // nothing
)

// LeaseID names a lease. Whoever asks for one chooses it; 0 is none.
type LeaseID int64

// Op is what a client asks for.
type Op uint8

// Operations.
const (
	Get       Op = iota // all keys
	Put                 // sets Key to Value under Lease, if the key has the revision If
	Delete              // removes Key, if it has the revision If
	Grant               // begins Lease, for TTL
	KeepAlive           // gives Lease its full time again
	Revoke              // ends Lease, and removes its keys
)

// Request is one operation.
type Request struct {
	Op    Op
	Key   string
	Value any // never changed once sent
	If    Revision
	Lease LeaseID // Put: 0 binds the key to none
	TTL   time.Duration
}

// Status is how an operation ended.
type Status uint8

// Statuses.
const (
	OK          Status = iota
	Conflict           // the key has another revision: nothing was changed
	NoLease            // there is no such lease (any more): nothing was changed
	NotLeader          // of a member: ask the leader (clients see to it)
	Unavailable        // of a client: no answer in time, and nobody knows what was done
)

// Item is a key of the store.
type Item struct {
	Key      string
	Value    any
	Revision Revision // of its last change
	Lease    LeaseID
}

// Result is the answer to a Request.
type Result struct {
	Status   Status
	Revision Revision // of what was changed
	Items    []Item   // Get: all keys, sorted
}

// messageBytes is the assumed size of a message without keys, and keyBytes that of a key
// with its value.
const (
	messageBytes = 64
	keyBytes     = 128
)

// Call carries a request to a member.
type Call struct {
	ID uint64 // grows with the client's calls
	Request
}

// Size implements sim.Message.
func (c Call) Size() int { return messageBytes + keyBytes }

// Answer is a member's answer.
type Answer struct {
	ID uint64
	Result
	Leader sim.NodeID // NotLeader: who leads, or NoNode
}

// Size implements sim.Message.
func (a Answer) Size() int { return messageBytes + keyBytes*len(a.Items) }

// Watch asks a member to tell when a key is changed or removed.
type Watch struct{ Key string }

// Size implements sim.Message.
func (Watch) Size() int { return messageBytes }

// Event tells a watcher of a change.
type Event struct {
	Key     string
	Removed bool
}

// Size implements sim.Message.
func (Event) Size() int { return messageBytes }

// Command is an entry of the store's log: a request that changes something.
type Command struct {
	Client sim.NodeID // NoNode: the store itself
	ID     uint64     // of the client's call
	Request
}

// Fact implements raft.Command. No fact is reported of it; the audit tells entries
// apart by it.
func (c Command) Fact() (kv.OpID, kv.Key) {
	return kv.OpID(c.Client+1)<<40 | kv.OpID(c.ID&(1<<40-1)), 0
}
