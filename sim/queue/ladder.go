package queue

import "math"

// Ladder is an event queue as a ladder queue: Push and Pop take O(1) amortised for
// all distributions of times met in practice. See the package documentation for how
// it works. The zero value is an empty queue. A Ladder must not be used by several
// goroutines at once.
type Ladder struct {
	now  clock
	size int

	rungs  []rung // rungs[0] is top; each further rung is nearer and finer
	bottom bottom
	pool   pool
}

const (
	// bottomMax is how many keys bottom takes, ties aside; more are divided among
	// the buckets of a new rung.
	bottomMax = 64
	// perBucket is how many keys a bucket of a new rung gets on average, or more if
	// maxBuckets is too few for that. As a rung has at least half the buckets that
	// it is asked to have, they are at least bottomMax/perBucket/2 = 16 times
	// narrower than the bucket that it divides, and no run needs more than 16 rungs
	// below top.
	perBucket = 2
	// maxBuckets is the most buckets that a rung has. With enough for 10,000 keys
	// each key passes two rungs rather than three (a fifth off BenchmarkHold at that
	// size); more only cost memory and the cache.
	maxBuckets = 4096
)

// Len returns the number of pending keys.
func (l *Ladder) Len() int { return l.size }

// Reset empties the queue and sets it back to the beginning of time. The memory
// is kept for the next use.
func (l *Ladder) Reset() {
	l.now = 0
	l.size = 0
	l.rungs = l.rungs[:0]
	l.bottom.reset()
	l.pool.reset()
}

// Push adds k. It panics if k.At is negative or earlier than that of the last
// popped key.
func (l *Ladder) Push(k Key) {
	l.now.check(k)
	if len(l.rungs) == 0 {
		l.start()
	}
	l.size++
	for i := range l.rungs {
		if r := &l.rungs[i]; k.At > r.floor {
			l.pool.add(r.bucketOf(k), k)
			r.n++
			return
		}
	}
	l.bottom.insert(k)
	if l.bottom.len() > bottomMax && l.bottom.first().At < l.bottom.last().At {
		l.spill()
	}
}

// Pop removes and returns the first key in the order (At, Seq), or reports false
// if the queue is empty.
func (l *Ladder) Pop() (Key, bool) {
	if l.bottom.len() == 0 {
		if l.size == 0 {
			return Key{}, false
		}
		l.refill()
	}
	l.size--
	k := l.bottom.pop()
	l.now = clock(k.At)
	return k, true
}

// start sets up top for a queue without rungs.
func (l *Ladder) start() {
	top := l.addRung()
	top.set(0, math.MaxInt64, 63)
}

// refill moves the earliest keys of the rungs to bottom. Bottom must be empty and
// the rungs must not.
func (l *Ladder) refill() {
	l.bottom.reset()
	for {
		r := &l.rungs[len(l.rungs)-1]
		if r.n == 0 {
			l.rungs = l.rungs[:len(l.rungs)-1]
			continue
		}
		b, end := r.takeFirst()
		if b.n <= bottomMax {
			r.floor = end
			l.sort(b)
			return
		}
		first, last := l.pool.span(b)
		r.floor = last
		if first == last { // ties cannot be divided
			l.sort(b)
			return
		}
		l.divide(b, first, last)
	}
}

// sort moves the keys of b to bottom, which is empty.
func (l *Ladder) sort(b bucket) {
	for keys := range l.pool.drain(b) {
		l.bottom.keys = append(l.bottom.keys, keys...)
	}
	l.bottom.sort()
}

// divide moves the keys of b, which lie between first and last, to a new rung.
func (l *Ladder) divide(b bucket, first, last int64) {
	r := l.addRung()
	r.cover(first, last, int(b.n)/perBucket)
	for keys := range l.pool.drain(b) {
		for _, k := range keys {
			l.pool.add(r.bucketOf(k), k)
		}
	}
	r.n = int(b.n)
}

// spill moves the keys of bottom, which has grown too long, to a new rung. The
// rung begins now, so that no later push can be before it, and ends at the last of
// the keys, so that its buckets are narrow: what is later goes to the rung before.
func (l *Ladder) spill() {
	keys := l.bottom.keys[l.bottom.head:]
	last := keys[len(keys)-1].At
	l.rungs[len(l.rungs)-1].floor = last
	r := l.addRung()
	r.cover(int64(l.now), last, len(keys)/perBucket)
	for _, k := range keys {
		l.pool.add(r.bucketOf(k), k)
	}
	r.n = len(keys)
	l.bottom.reset()
}

// addRung returns a further rung, to be set by cover. It takes that of an earlier
// use for its memory.
func (l *Ladder) addRung() *rung {
	if n := len(l.rungs); n < cap(l.rungs) {
		l.rungs = l.rungs[:n+1]
	} else {
		l.rungs = append(l.rungs, rung{})
	}
	return &l.rungs[len(l.rungs)-1]
}
