package sim

import "math/bits"

// linkTable finds links by their ends. It is asked for every message, so it is an
// open hash table with linear probing, several times faster than a map. (A table of
// all pairs would be faster still, but most pairs of nodes never talk.)
type linkTable struct {
	slots []*link // the length is a power of two; nil: free
	shift uint
}

// slotOf returns where the search begins: Fibonacci hashing (Knuth, The Art of
// Computer Programming, vol. 3, 6.4).
func (t *linkTable) slotOf(ends Direction) int {
	return int((uint64(ends.From)<<32 | uint64(ends.To)) * 0x9e3779b97f4a7c15 >> t.shift)
}

// find returns the link between two ends, or nil.
func (t *linkTable) find(ends Direction) *link {
	if len(t.slots) == 0 {
		return nil
	}
	for i := t.slotOf(ends); ; i = (i + 1) & (len(t.slots) - 1) {
		if l := t.slots[i]; l == nil || l.ends == ends {
			return l
		}
	}
}

// add puts in a new link, the last of all links. Half of the slots stay free.
func (t *linkTable) add(l *link, all []*link) {
	if 2*len(all) <= len(t.slots) {
		t.put(l)
		return
	}
	n := max(16, 4*len(all))
	n = 1 << bits.Len(uint(n-1))
	t.slots, t.shift = make([]*link, n), uint(64-bits.Len(uint(n-1)))
	for _, l := range all {
		t.put(l)
	}
}

func (t *linkTable) put(l *link) {
	i := t.slotOf(l.ends)
	for t.slots[i] != nil {
		i = (i + 1) & (len(t.slots) - 1)
	}
	t.slots[i] = l
}
