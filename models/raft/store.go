package raft

import (
	"replsim/models/kv"
	"replsim/sim"
)

// Write is the command of the replicated database.
type Write struct {
	Op     kv.OpID
	Key    kv.Key
	Origin sim.NodeID // the node that has to answer the client
}

// Fact implements Command.
func (w Write) Fact() (kv.OpID, kv.Key) { return w.Op, w.Key }

// cell is one record of the database.
type cell struct {
	Version kv.Version
	Value   kv.OpID
}

// cellBytes is the size of a record in a snapshot, beside its value.
const cellBytes = 16

// store is the state of the database: for each key the newest version, and with
// Config.Sessions the writes done last.
type store struct {
	cells []cell
	done  []doneWrite // a ring
	next  int         // in done
	known map[kv.OpID]kv.Version
}

// doneWrite is a write that has been applied.
type doneWrite struct {
	op      kv.OpID
	version kv.Version
}

// remembered is how many writes are remembered with Config.Sessions. (The thesis
// remembers the last one of each client, whose writes come one by one. Here a client is
// many users, whose writes overlap.)
const remembered = 10_000

// apply executes a write and returns its version; that of the first time, if it comes
// again.
func (s *store) apply(v kv.Version, w Write, sessions bool) kv.Version {
	if sessions {
		if first, again := s.known[w.Op]; again {
			return first
		}
		s.remember(doneWrite{w.Op, v})
	}
	s.cells[w.Key] = cell{v, w.Op}
	return v
}

func (s *store) remember(d doneWrite) {
	if s.known == nil {
		s.known = map[kv.OpID]kv.Version{}
	}
	if len(s.done) < remembered {
		s.done = append(s.done, d)
	} else {
		delete(s.known, s.done[s.next].op)
		s.done[s.next] = d
		s.next = (s.next + 1) % remembered
	}
	s.known[d.op] = d.version
}

// image is a store in a snapshot. It never changes.
type image struct {
	cells []cell
	done  []doneWrite
	next  int
}

// copy returns an image of the store.
func (s *store) copy() *image {
	return &image{append([]cell(nil), s.cells...), append([]doneWrite(nil), s.done...), s.next}
}

// load makes the store what an image shows.
func (s *store) load(i *image) {
	s.cells = append(s.cells[:0], i.cells...)
	s.done, s.next = append(s.done[:0], i.done...), i.next
	s.known = nil
	if len(s.done) > 0 {
		s.known = make(map[kv.OpID]kv.Version, len(s.done))
	}
	for _, d := range s.done {
		s.known[d.op] = d.version
	}
}
