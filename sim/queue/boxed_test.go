package queue

import "container/heap"

// boxed is the event queue that most Go simulators have: container/heap, which
// takes and returns keys as any and so allocates each of them.
type boxed struct{ h boxedHeap }

type boxedHeap []Key

func (h boxedHeap) Len() int           { return len(h) }
func (h boxedHeap) Less(i, j int) bool { return h[i].Before(h[j]) }
func (h boxedHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *boxedHeap) Push(x any)        { *h = append(*h, x.(Key)) }
func (h *boxedHeap) Pop() any {
	old := *h
	k := old[len(old)-1]
	*h = old[:len(old)-1]
	return k
}

func (b *boxed) Push(k Key) { heap.Push(&b.h, k) }

func (b *boxed) Pop() (Key, bool) {
	if len(b.h) == 0 {
		return Key{}, false
	}
	return heap.Pop(&b.h).(Key), true
}

func (b *boxed) Len() int { return len(b.h) }

func (b *boxed) Reset() { b.h = b.h[:0] }
