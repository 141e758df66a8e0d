package measure

import (
	"replsim/models/kv"
	"replsim/sim"
)

// settleEvery is how many operations return between two checkpoints: often enough
// to forget within milliseconds of load, seldom enough to cost nothing.
const settleEvery = 1024

// settle takes a checkpoint and forgets what can no longer matter. common is the
// log that all replicas have applied.
func (s *staleness) settle(common spot) {
	if s.reading[s.gen^1] > 0 || len(s.h.timelines) == 0 {
		return
	}
	s.safe, s.checkpoint = s.checkpoint, common
	s.gen ^= 1
	for s.first < s.acks.end {
		w := *s.acks.at(s.first)
		switch at := s.h.spotOf(w.rank); {
		case s.h.holds(s.safe, at):
			s.retire(w)
		case !s.h.holds(s.h.end(), at):
			s.setAside(w)
		default:
			return // some replica does not have it yet
		}
		s.first++
		if s.first == s.acks.base+blockLen {
			s.acks.dropBlock()
		}
	}
}

// retire counts a write as settled, and with it lost ones that it supersedes.
func (s *staleness) retire(w ackedWrite) {
	k := &s.keys[w.key]
	k.retire(w.rank, w.at)
	if len(s.lost) == 0 {
		return
	}
	left := s.lost[w.key][:0]
	for _, l := range s.lost[w.key] {
		if l.rank < w.rank {
			k.retire(l.rank, l.at)
		} else {
			left = append(left, l)
		}
	}
	if len(left) == 0 {
		delete(s.lost, w.key)
	} else {
		s.lost[w.key] = left
	}
}

// setAside moves a write that dropped out of the history to the side, where it
// does not hold up those behind it.
func (s *staleness) setAside(w ackedWrite) {
	s.keys[w.key].remove(w.rank, uint32(s.first))
	s.lost[w.key] = append(s.lost[w.key], lostWrite{w, s.first})
}

// spotOf returns the spot of a version by its rank.
func (h *history) spotOf(r rank) spot {
	lsn := sim.LSN(r & (1<<rankLSNBits - 1))
	restart := int(r >> rankLSNBits & (1<<rankRestartBits - 1))
	epoch := int(r >> (rankLSNBits + rankRestartBits))
	if epoch >= len(h.byEpoch) || restart >= len(h.byEpoch[epoch]) {
		return emptyLog
	}
	return spot{h.byEpoch[epoch][restart], lsn}
}

// rank returns the rank of a version that a read returned. A model whose versions
// are not places in one log (no node ever starts to lead) has its own order.
func (h *history) rank(v kv.Version) rank {
	if len(h.timelines) == 0 {
		return rank(v)
	}
	s, ok := h.resolve(v)
	if !ok {
		return 0
	}
	return h.rankOf(h.current(s))
}
