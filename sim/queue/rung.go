package queue

import (
	"math/bits"
	"slices"
)

// rung divides a span of time into buckets of equal width.
type rung struct {
	start   int64 // first instant of the first bucket
	last    int64 // last instant of the last bucket
	shift   uint  // buckets are 1<<shift ns wide: shifting is faster than dividing
	buckets []bucket
	current int // earlier buckets are done with
	n       int // keys in all buckets

	// floor is the last instant that is left to what is nearer: the rungs after
	// this one and bottom. This rung takes the keys after it, as far as no rung
	// before this one does.
	floor int64
}

// cover makes r an empty rung from the instant first to the instant last, with
// the given number of buckets, or as few as half of that.
func (r *rung) cover(first, last int64, buckets int) {
	buckets = min(buckets, maxBuckets)
	r.set(first, last, bits.Len64(uint64(last-first)/uint64(buckets)))
}

// set makes r an empty rung from first to last of buckets 1<<shift ns wide.
func (r *rung) set(first, last int64, shift int) {
	used := int((last-first)>>shift) + 1
	*r = rung{
		start:   first,
		last:    last,
		shift:   uint(shift),
		buckets: slices.Grow(r.buckets[:0], used)[:used],
		floor:   first - 1,
	}
	clear(r.buckets)
}

// bucketOf returns the bucket that k belongs in.
func (r *rung) bucketOf(k Key) *bucket {
	// Masking by 63 spares the test for a shift of 64 or more.
	return &r.buckets[uint64(k.At-r.start)>>(r.shift&63)]
}

// takeFirst empties the first bucket that has keys. It returns the former content
// and the last instant of the bucket. There must be one.
func (r *rung) takeFirst() (bucket, int64) {
	for r.buckets[r.current].n == 0 {
		r.current++
	}
	b := r.buckets[r.current]
	r.buckets[r.current] = bucket{}
	r.n -= int(b.n)
	end := uint64(r.current+1)<<r.shift - 1 // from start
	return b, r.start + int64(min(end, uint64(r.last-r.start)))
}
