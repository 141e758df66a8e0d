package workload

import "replsim/sim"

// operation is one that has begun and not ended.
type operation struct {
	plan
	live     bool // in use; its slot is free otherwise
	asked    bool // an attempt is under way; otherwise it pauses before a retry
	asLeader bool // that attempt asks the server because it is believed to lead
	unsent   bool // that attempt waits for the leader's address
	unsure   bool // an attempt may have had an effect that nobody told of

	server    int32 // index of the server asked last (see Group.serverOf), -1 before the first attempt
	attempts  int32
	refused   int32 // attempts that were turned away
	retries   int32
	redirects int32 // since the last retry
	begun     sim.Time
	sent      sim.Time // when the last attempt began
}

// window holds a client's operations by their count. Those in flight lie between
// the oldest unfinished and the newest, so a ring indexed by the count finds each at
// once, without hashing, and allocates only when it has to grow.
type window struct {
	ring        []operation // length is a power of two
	first, next int64       // counts in the ring: first ≤ n < next
	live        int
}

// add makes room for the operation with count n, which follows all others. The
// pointer is valid until the next add.
func (w *window) add(n int64) *operation {
	if w.first == w.next { // empty: counts may have been skipped
		w.first, w.next = n, n
	}
	if int(w.next-w.first) == len(w.ring) {
		w.grow()
	}
	w.next = n + 1
	w.live++
	op := &w.ring[n&int64(len(w.ring)-1)]
	*op = operation{live: true, server: -1}
	return op
}

func (w *window) grow() {
	grown := make([]operation, max(16, 2*len(w.ring)))
	for n := w.first; n < w.next; n++ {
		grown[n&int64(len(grown)-1)] = w.ring[n&int64(len(w.ring)-1)]
	}
	w.ring = grown
}

// find returns the unfinished operation with count n, or nil.
func (w *window) find(n int64) *operation {
	if n < w.first || n >= w.next {
		return nil
	}
	if op := &w.ring[n&int64(len(w.ring)-1)]; op.live {
		return op
	}
	return nil
}

// remove ends an operation.
func (w *window) remove(op *operation) {
	op.live = false
	w.live--
	for w.first < w.next && !w.ring[w.first&int64(len(w.ring)-1)].live {
		w.first++
	}
}

// deadline is when an attempt times out. All time-outs of a client are equal, so
// deadlines come in the order of the attempts: a queue, not a heap.
type deadline struct {
	at      sim.Time
	n       int64
	attempt int32
}

// fifo is a first-in, first-out queue that reuses its memory.
type fifo struct {
	ring  []deadline // length is a power of two
	head  int
	count int
}

func (f *fifo) first() *deadline { return &f.ring[f.head] }

func (f *fifo) push(d deadline) {
	if f.count == len(f.ring) {
		grown := make([]deadline, max(16, 2*f.count))
		for i := range f.count {
			grown[i] = f.ring[(f.head+i)&(f.count-1)]
		}
		f.ring, f.head = grown, 0
	}
	f.ring[(f.head+f.count)&(len(f.ring)-1)] = d
	f.count++
}

func (f *fifo) pop() {
	f.head = (f.head + 1) & (len(f.ring) - 1)
	f.count--
}

// retry is when an operation begins its next attempt.
type retry struct {
	at sim.Time
	n  int64
}

func (r retry) before(o retry) bool { return r.at < o.at || r.at == o.at && r.n < o.n }

// agenda is a binary heap of retries, the earliest first. (container/heap would
// allocate on every push.)
type agenda []retry

func (h *agenda) push(r retry) {
	*h = append(*h, r)
	s := *h
	for i := len(s) - 1; i > 0 && s[i].before(s[(i-1)/2]); i = (i - 1) / 2 {
		s[i], s[(i-1)/2] = s[(i-1)/2], s[i]
	}
}

func (h *agenda) pop() retry {
	s := *h
	top, last := s[0], len(s)-1
	s[0] = s[last]
	s = s[:last]
	*h = s
	for i := 0; 2*i+1 < last; {
		child := 2*i + 1
		if child+1 < last && s[child+1].before(s[child]) {
			child++
		}
		if !s[child].before(s[i]) {
			break
		}
		s[i], s[child] = s[child], s[i]
		i = child
	}
	return top
}
