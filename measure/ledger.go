package measure

import "replsim/sim"

// The ledger of a timeline keeps for every record when it was committed (8 bytes,
// until all replicas have it) and whether it was acknowledged (1 bit, for ever).
//
// A commit instant t is kept as t+1, so that 0 means none. A record that a new
// leader finds in its log without knowing whether it was committed becomes so when
// that leader starts (nobody answers a client then): it is kept as −(t+1).

// index returns where a record is in the ledger.
func (t *timeline) index(lsn sim.LSN) int { return int(lsn - t.start - 1) }

// append adds a record.
func (t *timeline) append(lsn sim.LSN) {
	for t.end < lsn {
		t.end++
		t.commits.push(0)
	}
}

// commit notes the commit of a record.
func (t *timeline) commit(lsn sim.LSN, at sim.Time) {
	t.append(lsn)
	t.committed = max(t.committed, lsn)
	if i := t.index(lsn); i >= t.commits.base {
		*t.commits.at(i) = at + 1
	}
}

// adopt commits all records of the log that ends at s which are not committed
// yet, because a leader starts with that log.
func (h *history) adopt(s spot, at sim.Time) {
	h.segments(emptyLog, s, func(id int32, from, to sim.LSN) {
		t := h.timelines[id]
		for lsn := max(from, t.committed) + 1; lsn <= to; lsn++ {
			if i := t.index(lsn); i >= t.commits.base && *t.commits.at(i) == 0 {
				*t.commits.at(i) = -(at + 1)
			}
		}
	})
}

// answered returns when a leader answered OK for a record; ok is false if none did
// or if that is forgotten.
func (t *timeline) answered(lsn sim.LSN) (at sim.Time, ok bool) {
	i := t.index(lsn)
	if i < t.commits.base {
		return 0, false
	}
	c := *t.commits.at(i)
	return c - 1, c > 0
}

// wasAnswered tells whether a leader answered OK for a record, also when the
// instant is forgotten.
func (t *timeline) wasAnswered(lsn sim.LSN) bool {
	if lsn <= t.start || lsn > t.end {
		return false
	}
	if t.index(lsn) < t.commits.base {
		return true
	}
	_, ok := t.answered(lsn)
	return ok
}

// committedAt returns when a record was committed, by an answer or because a leader
// adopted it. If that is forgotten it is the first commit in its block of
// 4,096. ok is false if the record is not committed.
func (t *timeline) committedAt(lsn sim.LSN) (at sim.Time, ok bool) {
	i := t.index(lsn)
	if i < t.commits.base {
		return t.firsts[i>>blockBits], true
	}
	switch c := *t.commits.at(i); {
	case c > 0:
		return c - 1, true
	case c < 0:
		return -c - 1, true
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
			if at, ok = t.committedAt(lsn); ok {
				ok = at <= until
			}
		}
	})
	return at, ok
}

// forget drops the instants of commits that all replicas have applied. positions
// are those of the replicas.
func (h *history) forget(positions []spot) {
	end := h.end()
	for id, t := range h.timelines {
		if len(t.commits.blocks) < 2 {
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
		for t.commits.base+blockLen <= t.index(all) {
			t.dropBlock()
		}
	}
}

// dropBlock forgets the oldest block of commits but for the first of them.
func (t *timeline) dropBlock() {
	lsn := t.start + 1 + sim.LSN(t.commits.base)
	first, _ := t.committedAt(lsn)
	t.commits.dropBlock()
	t.firsts = append(t.firsts, first)
}
