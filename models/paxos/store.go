package paxos

import (
	"replsim/models/kv"
	"replsim/sim"
)

// Store is the state of the database: for each key the newest version.
type Store []Cell

// Cell is one record of the Store.
type Cell struct {
	Version kv.Version
	Value   kv.OpID
}

// cellBytes is the size of a record in a snapshot, beside its value.
const cellBytes = 16

func (s Store) clone() Store { return append(Store(nil), s...) }

// record is one entry of the journal on a node's disk: a promise (Slot is 0), a vote,
// or a decision that the node has learned without having voted for it.
type record struct {
	Slot    sim.LSN
	Ballot  uint32 // promised, or voted in
	Decided uint32 // of a decision: see Decision.Ballot
	Value   Value
}

// vote is what a node holds for a slot that it has not applied yet.
type vote struct {
	ballot  uint32 // it was accepted in; 0: it was not
	decided uint32 // see Decision.Ballot; 0: it is not known to be decided
	lsn     sim.LSN
	value   Value
}

// pages is what a node keeps on its disk beside the journal. The acceptor's part is
// what the journal came to that has been trimmed; the learner's part reflects only
// values that the flushed journal holds too, so it needs no flush of its own.
type pages struct {
	promised uint32
	votes    slots[vote]

	applied sim.LSN
	label   uint32 // the highest ballot of the decisions up to applied
	state   Store
	log     slots[Decision] // the last ones applied, for nodes that are behind

	// forgetful: it replaces a disk that was lost, and with it promises and votes. Such
	// a node must never vote again, or two values could be chosen.
	forgetful bool
}

// fresh returns an empty disk.
func (c *Cluster) fresh(forgetful bool) *pages {
	return &pages{state: make(Store, c.cfg.Keys), forgetful: forgetful}
}

// replay takes a record of the journal into the pages.
func (d *pages) replay(rec record, lsn sim.LSN) {
	d.promised = max(d.promised, rec.Ballot)
	if rec.Slot <= d.applied {
		return
	}
	*d.votes.at(rec.Slot) = vote{ballot: rec.Ballot, decided: rec.Decided, lsn: lsn, value: rec.Value}
}

// foldEvery is how many records the journal may hold before what is flushed of it is
// folded into the pages.
const foldEvery = 4096

// fold keeps the journal short.
func (r *replica) fold() {
	base, to := r.journal.Base(), r.journal.Flushed()
	if to-base < foldEvery {
		return
	}
	r.disk.votes.forget(r.disk.applied)
	for i, rec := range r.journal.Slice(base, to) {
		r.disk.replay(rec, base+1+sim.LSN(i))
	}
	r.journal.Trim(to)
}
