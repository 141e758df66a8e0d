package queue

import "slices"

// bottom is the sorted front of a ladder: pops take its first key. The keys lie
// in a slice with room on both sides, so that an insertion moves only the keys on
// the nearer side of its place: those for this very instant move few keys at the
// front, and the latest of many ties moves none at the back.
type bottom struct {
	keys []Key // sorted from index head on; before it, room that pops left
	head int
}

func (b *bottom) len() int   { return len(b.keys) - b.head }
func (b *bottom) first() Key { return b.keys[b.head] }
func (b *bottom) last() Key  { return b.keys[len(b.keys)-1] }

func (b *bottom) pop() Key {
	k := b.keys[b.head]
	b.head++
	return k
}

func (b *bottom) reset() {
	b.keys = b.keys[:0]
	b.head = 0
}

// insert puts k in its place.
func (b *bottom) insert(k Key) {
	middle := (b.head + len(b.keys)) / 2
	if b.head > 0 && middle < len(b.keys) && k.Before(b.keys[middle]) {
		// Keys before k move one place towards the front.
		b.head--
		i := b.head
		for b.keys[i+1].Before(k) {
			b.keys[i] = b.keys[i+1]
			i++
		}
		b.keys[i] = k
		return
	}
	if len(b.keys) == cap(b.keys) {
		b.compact()
	}
	// Keys after k move one place towards the back.
	b.keys = append(b.keys, k)
	i := len(b.keys) - 1
	for i > b.head && k.Before(b.keys[i-1]) {
		b.keys[i] = b.keys[i-1]
		i--
	}
	b.keys[i] = k
}

// compact moves the keys to the start of the slice if that makes much room; if
// not, the slice will grow instead. Both are rare.
func (b *bottom) compact() {
	if b.head > len(b.keys)/2 {
		n := copy(b.keys, b.keys[b.head:])
		b.keys = b.keys[:n]
		b.head = 0
	}
}

// insertionSortMax is the number of keys up to which insertion sort, quadratic
// but simple, is faster than the library's sort.
const insertionSortMax = 64

// sort orders keys that were appended to an empty bottom.
func (b *bottom) sort() {
	if len(b.keys) > insertionSortMax {
		slices.SortFunc(b.keys, compare) // linear if sorted already, as ties are
		return
	}
	for i := 1; i < len(b.keys); i++ {
		k := b.keys[i]
		j := i
		for j > 0 && k.Before(b.keys[j-1]) {
			b.keys[j] = b.keys[j-1]
			j--
		}
		b.keys[j] = k
	}
}
