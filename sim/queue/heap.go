package queue

// heapArity is the number of children of a heap node. Four children make the
// tree half as deep as two do, and the children of a node lie side by side in
// memory, so comparing them costs less than another level would.
const heapArity = 4

// Heap is an event queue as a 4-ary heap: a tree, stored in a slice level by
// level, in which no child fires before its parent. Push and Pop take O(log n).
// It is small enough to be trusted at sight: tests hold Ladder against it.
//
// The zero value is an empty queue. A Heap must not be used by several
// goroutines at once.
type Heap struct {
	keys []Key // children of i are at heapArity*i+1 ... heapArity*i+heapArity
	now  clock
}

// Len returns the number of pending keys.
func (h *Heap) Len() int { return len(h.keys) }

// Reset empties the queue and sets it back to the beginning of time. The memory
// is kept for the next use.
func (h *Heap) Reset() {
	h.keys = h.keys[:0]
	h.now = 0
}

// Push adds k. It panics if k.At is negative or earlier than that of the last
// popped key.
func (h *Heap) Push(k Key) {
	h.now.check(k)
	h.keys = append(h.keys, k)
	// Move parents down along the path to the root until one fires before k.
	i := len(h.keys) - 1
	for i > 0 {
		parent := (i - 1) / heapArity
		if !k.Before(h.keys[parent]) {
			break
		}
		h.keys[i] = h.keys[parent]
		i = parent
	}
	h.keys[i] = k
}

// Pop removes and returns the first key in the order (At, Seq), or reports false
// if the queue is empty.
func (h *Heap) Pop() (Key, bool) {
	n := len(h.keys) - 1
	if n < 0 {
		return Key{}, false
	}
	first, last := h.keys[0], h.keys[n]
	h.keys = h.keys[:n]
	if n > 0 {
		h.sink(last)
	}
	h.now = clock(first.At)
	return first, true
}

// sink puts k in the hole that Pop left at the root: the earliest child moves up
// until k fires before all children of the hole.
func (h *Heap) sink(k Key) {
	keys := h.keys
	i := 0
	for {
		child := heapArity*i + 1
		if child >= len(keys) {
			break
		}
		earliest := child
		for c := child + 1; c < min(child+heapArity, len(keys)); c++ {
			if keys[c].Before(keys[earliest]) {
				earliest = c
			}
		}
		if !keys[earliest].Before(k) {
			break
		}
		keys[i] = keys[earliest]
		i = earliest
	}
	keys[i] = k
}
