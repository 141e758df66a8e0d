package measure

import "math/bits"

// table is a hash table from positive numbers to values: open addressing with
// linear probing, which is several times faster than a map for the few thousand
// operations in flight, and is looked up several times per operation. Unlike a
// map, it can be walked in an order that is the same in every run.
type table[V any] struct {
	keys   []uint64 // 0: free; the length is a power of two
	values []V
	count  int
	shift  uint
}

// slotOf returns where the search for a key starts: Fibonacci hashing (Knuth, The
// Art of Computer Programming, vol. 3, 6.4) spreads neighbours evenly.
func (t *table[V]) slotOf(key uint64) int {
	return int(key * 0x9e3779b97f4a7c15 >> t.shift)
}

// get returns the value of a key, or nil. It is valid until the next put or drop.
func (t *table[V]) get(key uint64) *V {
	if t.count == 0 {
		return nil
	}
	mask := len(t.keys) - 1
	for i := t.slotOf(key); ; i = (i + 1) & mask {
		switch t.keys[i] {
		case key:
			return &t.values[i]
		case 0:
			return nil
		}
	}
}

// put returns the value of a key, made zero if it was not there.
func (t *table[V]) put(key uint64) *V {
	if 4*t.count >= 3*len(t.keys) {
		t.resize(max(64, 2*len(t.keys)))
	}
	mask := len(t.keys) - 1
	for i := t.slotOf(key); ; i = (i + 1) & mask {
		switch t.keys[i] {
		case key:
			return &t.values[i]
		case 0:
			t.keys[i] = key
			t.count++
			return &t.values[i]
		}
	}
}

// drop removes a key and closes the gap: whatever was pushed past it moves up.
func (t *table[V]) drop(key uint64) {
	if t.count == 0 {
		return
	}
	mask := len(t.keys) - 1
	gap := t.slotOf(key)
	for t.keys[gap] != key {
		if t.keys[gap] == 0 {
			return
		}
		gap = (gap + 1) & mask
	}
	for i := (gap + 1) & mask; t.keys[i] != 0; i = (i + 1) & mask {
		home := t.slotOf(t.keys[i])
		if (i-home)&mask >= (i-gap)&mask {
			t.keys[gap], t.values[gap] = t.keys[i], t.values[i]
			gap = i
		}
	}
	var zero V
	t.keys[gap], t.values[gap] = 0, zero
	t.count--
}

// keep removes all entries for which f is false.
func (t *table[V]) keep(f func(key uint64, v *V) bool) {
	old := *t
	t.resizeEmpty(len(old.keys))
	for i, key := range old.keys {
		if key != 0 && f(key, &old.values[i]) {
			*t.put(key) = old.values[i]
		}
	}
}

func (t *table[V]) resize(n int) {
	old := *t
	t.resizeEmpty(n)
	for i, key := range old.keys {
		if key != 0 {
			*t.put(key) = old.values[i]
		}
	}
}

func (t *table[V]) resizeEmpty(n int) {
	t.keys, t.values, t.count = make([]uint64, n), make([]V, n), 0
	t.shift = uint(64 - bits.Len(uint(n-1)))
}
