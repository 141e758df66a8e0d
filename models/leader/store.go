package leader

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

// set applies the log record at lsn.
func (s Store) set(lsn sim.LSN, rec Record) {
	s[rec.Key] = Cell{Version: kv.VersionAt(rec.Epoch, lsn), Value: rec.Op}
}

func (s Store) clone() Store { return append(Store(nil), s...) }

// EpochStart is one line of a timeline history: the epoch's records follow Start.
type EpochStart struct {
	Epoch uint32
	Start sim.LSN
}

// pages is what a node keeps on its disk beside the log.
type pages struct {
	epoch   uint32
	history []EpochStart
	leader  sim.NodeID // whom it follows; itself if it leads
	conns   uint32     // connections it has opened as a leader
	base    Store      // the state at the start of the log
	applied sim.LSN    // what was applied, and so is visible right after a restart

	promised uint32 // it was sealed for this epoch and obeys none before it
	barred   bool   // its log diverged, and Config.Refuse keeps it out
	blank    bool   // it replaces a lost one, and no leader has filled it yet
}

// commonPoint returns the last position at which two logs agree: they share the
// records of the epochs that both histories begin alike, and in the last such
// epoch as many as both have. (PostgreSQL's timelines work so; Raft's log
// matching comes to the same.)
func commonPoint(a []EpochStart, aEnd sim.LSN, b []EpochStart, bEnd sim.LSN) sim.LSN {
	shared := 0
	for shared < len(a) && shared < len(b) && a[shared] == b[shared] {
		shared++
	}
	if shared == 0 {
		return 0
	}
	// A follower has its leader's history at once, and the records later.
	return min(endOf(a, shared-1, aEnd), endOf(b, shared-1, bEnd), aEnd, bEnd)
}

// epochAt returns the epoch of the record at lsn, which the log may have trimmed.
func epochAt(history []EpochStart, lsn sim.LSN) uint32 {
	epoch := history[0].Epoch
	for _, h := range history {
		if h.Start < lsn {
			epoch = h.Epoch
		}
	}
	return epoch
}

// endOf returns where the i-th epoch of a history ends.
func endOf(history []EpochStart, i int, end sim.LSN) sim.LSN {
	if i+1 < len(history) {
		return history[i+1].Start
	}
	return end
}
