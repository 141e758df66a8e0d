package measure

import "replsim/sim"

// The ledger of a timeline keeps for every record its moments (24 bytes, until all
// replicas have it) and whether it was acknowledged (1 bit, for ever).

// moments are the instants of a record that matter to those who wait for it. An
// instant t is kept as t+1, so that 0 means none.
type moments struct {
	// commit is when the leader answered OK. A record that a new leader finds in its
	// log without knowing whether it was committed becomes so when that leader starts
	// (nobody answers a client then): it is kept as −(t+1).
	commit sim.Time
	// invoke is when its client began the write, if that was in the measured time, or
	// noWrite.
	invoke sim.Time
	ack    sim.Time // when its client knew that it had succeeded
}

// noWrite marks a record that no client asked for, such as the first one of a new
// leader in Raft. It is part of the log, but nobody waits to see it.
const noWrite sim.Time = -1

// index returns where a record is in the ledger.
func (t *timeline) index(lsn sim.LSN) int { return int(lsn - t.start - 1) }

// append adds a record.
func (t *timeline) append(lsn sim.LSN) {
	for t.end < lsn {
		t.end++
		t.records.push(moments{})
	}
}

// commit notes the commit of a record.
func (t *timeline) commit(lsn sim.LSN, at sim.Time) {
	t.append(lsn)
	t.committed = max(t.committed, lsn)
	if m := t.moments(lsn); m != nil {
		m.commit = at + 1
	}
}

// commitLate notes that a later leader answered OK for a record of its log that this
// leader had not answered for. It reports whether that is so.
func (t *timeline) commitLate(lsn sim.LSN, at sim.Time) bool {
	m := t.moments(lsn)
	if m == nil || m.commit > 0 {
		return false
	}
	m.commit = at + 1
	if t.deposed && t.committed <= t.deposedAt { // not the deposed leader's doing
		t.deposedAt = max(t.deposedAt, lsn)
	}
	t.committed = max(t.committed, lsn)
	return true
}

// moments returns the moments of one of the timeline's records, or nil if they are
// forgotten, because all replicas have it.
func (t *timeline) moments(lsn sim.LSN) *moments {
	i := t.index(lsn)
	if i < t.records.base {
		return nil
	}
	return t.records.at(i)
}

// adopt commits all records of the log that ends at s which are not committed
// yet, because a leader starts with that log.
func (h *history) adopt(s spot, at sim.Time) {
	h.segments(emptyLog, s, func(id int32, from, to sim.LSN) {
		t := h.timelines[id]
		for lsn := max(from, t.committed) + 1; lsn <= to; lsn++ {
			if m := t.moments(lsn); m != nil && m.commit == 0 {
				m.commit = -(at + 1)
			}
		}
	})
}

// wasAnswered tells whether a leader answered OK for a record, also when the
// instant is forgotten.
func (t *timeline) wasAnswered(lsn sim.LSN) bool {
	if lsn <= t.start || lsn > t.end {
		return false
	}
	m := t.moments(lsn)
	return m == nil || m.commit > 0
}

// committedAt returns when a record was committed, by an answer or because a leader
// adopted it. If that is forgotten it is the first commit in its block of
// 4,096. ok is false if the record is not committed.
func (t *timeline) committedAt(lsn sim.LSN) (at sim.Time, ok bool) {
	m := t.moments(lsn)
	switch {
	case m == nil:
		return t.firsts[t.index(lsn)>>blockBits], true
	case m.commit > 0:
		return m.commit - 1, true
	case m.commit < 0:
		return -m.commit - 1, true
	}
	return 0, false
}

// after returns the first record of the authoritative history after s, which must
// be part of it, and whether there is one.
func (h *history) after(s spot) (next spot, ok bool) {
	end := h.end()
	if end.lsn <= s.lsn {
		return s, false
	}
	return h.cut(end, s.lsn+1), true
}

// newestAnswered returns the latest commit answered at or before an instant in
// the log that ends at s.
func (h *history) newestAnswered(s spot, until sim.Time) (at sim.Time, ok bool) {
	h.segments(emptyLog, s, func(id int32, from, to sim.LSN) {
		t := h.timelines[id]
		for lsn := min(to, t.committed); lsn > from && !ok; lsn-- {
			if m := t.moments(lsn); m != nil && m.invoke == noWrite {
				continue
			}
			if at, ok = t.committedAt(lsn); ok {
				ok = at <= until
			}
		}
	})
	return at, ok
}

// forget drops the moments of records that all replicas have applied. positions
// are those of the replicas.
func (h *history) forget(positions []spot) {
	end := h.end()
	for id, t := range h.timelines {
		if len(t.records.blocks) < 2 {
			continue // the last block stays
		}
		self := spot{int32(id), t.end}
		shared := h.meet(end, self)
		if shared.timeline != self.timeline || shared.lsn <= t.start {
			continue // a dead branch: it does not grow for long
		}
		all := shared.lsn
		for _, p := range positions {
			m := h.meet(p, self)
			if m.timeline != self.timeline {
				m.lsn = t.start
			}
			all = min(all, m.lsn)
		}
		// The last record that all have stays: it may be the newest that survives.
		for t.records.base+blockLen <= t.index(all) {
			t.dropBlock()
		}
	}
}

// dropBlock forgets the oldest block of records but for the first commit.
func (t *timeline) dropBlock() {
	lsn := t.start + 1 + sim.LSN(t.records.base)
	first, _ := t.committedAt(lsn)
	t.records.dropBlock()
	t.firsts = append(t.firsts, first)
}
