package measure

import "replsim/sim"

// In Raft a new leader's log may hold records of earlier leaders that nobody knows to
// be committed; they become so with its own first record. In Paxos a new leader
// finds such records with the others and proposes them again, in the same places
// but under versions of its own epoch. Here both are the same history:
//
//   - The first ones that are proposed again, after the same records as before, stay
//     what they were. The new timeline branches off behind them, and their new
//     versions are other names of them (reclaim).
//   - Behind a record that differs (a gap that the leader filled), a write proposed
//     again is a new record, tied to the old one (renew). It survives if either does.

// reclaim lets a timeline without records of its own branch off one record later, at
// was, if that record follows where it has branched off so far.
func (h *history) reclaim(id int32, was spot) bool {
	t := h.timelines[id]
	if t.end > t.start || h.cut(was, was.lsn-1) != t.parent {
		return false
	}
	if t.deposedAt == t.start { // born too late
		t.deposedAt = was.lsn
	}
	t.parent, t.start, t.end, t.committed = was, was.lsn, was.lsn, was.lsn
	return true
}

// renew ties the record at s to the one that held its write before.
func (h *history) renew(was, s spot) {
	if h.renewed == nil {
		h.renewed = map[spot][]spot{}
	}
	h.renewed[was] = append(h.renewed[was], s)
}

// current returns the record of the authoritative history that holds the write at s
// once more, or s itself.
func (h *history) current(s spot) spot {
	if len(h.renewed) == 0 || h.holds(h.end(), s) {
		return s
	}
	for _, n := range h.renewed[s] {
		if c := h.current(n); h.holds(h.end(), c) {
			return c
		}
	}
	return s
}

// survives tells whether the log that ends at end holds the write at s.
func (h *history) survives(end, s spot) bool {
	if h.holds(end, s) {
		return true
	}
	for _, n := range h.renewed[s] {
		if h.survives(end, n) {
			return true
		}
	}
	return false
}

// decide is called when the leader of a timeline commits something: with its first
// record, all before it is committed too.
func (h *history) decide(id int32, at sim.Time) {
	if id >= 0 && h.timelines[id].undecided {
		h.timelines[id].undecided = false
		h.adopt(h.timelines[id].parent, at)
	}
}

// leadsWith tells whether a node leads, and its log holds the record at s.
func (h *history) leadsWith(node sim.NodeID, s spot) bool {
	id := h.ledBy(node)
	return id >= 0 && !h.timelines[id].over && h.holds(spot{id, h.timelines[id].end}, s)
}
