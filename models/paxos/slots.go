package paxos

import "replsim/sim"

// slots holds one E per slot of the log, for the slots after base. Slots that
// nothing was put in hold the zero E.
type slots[E any] struct {
	base  sim.LSN
	items []E // base+1 …
}

// end returns the last slot that something was put in, or base.
func (s *slots[E]) end() sim.LSN { return s.base + sim.LSN(len(s.items)) }

// has tells whether a slot is after base and not after end.
func (s *slots[E]) has(slot sim.LSN) bool { return slot > s.base && slot <= s.end() }

// get returns what a slot holds: zero outside.
func (s *slots[E]) get(slot sim.LSN) E {
	if !s.has(slot) {
		var zero E
		return zero
	}
	return s.items[slot-s.base-1]
}

// at returns a slot after base for changing, and grows up to it. The pointer is good
// until the next call.
func (s *slots[E]) at(slot sim.LSN) *E {
	for s.end() < slot {
		var zero E
		s.items = append(s.items, zero)
	}
	return &s.items[slot-s.base-1]
}

// between returns what the slots after from, up to and including to, hold. Both must
// be at least base, and to at most end.
func (s *slots[E]) between(from, to sim.LSN) []E {
	i, j := int(from-s.base), int(to-s.base)
	return s.items[i:j:j]
}

// forget drops the slots up to and including to. The memory goes when the slice next
// grows.
func (s *slots[E]) forget(to sim.LSN) {
	if to <= s.base {
		return
	}
	s.items = s.items[min(int(to-s.base), len(s.items)):]
	s.base = to
}

// clone returns a copy that shares nothing.
func (s *slots[E]) clone() slots[E] {
	return slots[E]{base: s.base, items: append([]E(nil), s.items...)}
}
