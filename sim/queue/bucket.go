package queue

import (
	"iter"
	"math"
)

// chunkKeys is the number of keys in a chunk. Long chunks make the traffic of a
// queue with a million keys sequential, at which memory is fast; short ones
// waste less on buckets with a key or two.
const chunkKeys = 8

// chunk holds up to chunkKeys keys of one bucket, or is free.
type chunk struct {
	keys [chunkKeys]Key
	next uint32 // the bucket's next chunk, or the next free one
}

// bucket is an unsorted list of keys in the order of their arrival. They lie in
// a chain of chunks, all of them full but the last. The zero value is empty; head
// and tail mean something only if n > 0.
type bucket struct {
	head, tail uint32 // chunks, by their index in the pool
	n          uint32 // keys
}

// pool owns the chunks of all buckets of a ladder. The chunk given back last is
// taken first, while it is still in the cache, so a queue whose number of keys is
// steady allocates nothing. Chunks go by index rather than by pointer: the
// garbage collector has nothing to follow. Index 0 means none.
type pool struct {
	chunks []chunk
	free   uint32 // first free chunk
}

// add appends k to b.
func (p *pool) add(b *bucket, k Key) {
	i := b.n % chunkKeys
	if i == 0 {
		c := p.take()
		if b.n == 0 {
			b.head = c
		} else {
			p.chunks[b.tail].next = c
		}
		b.tail = c
	}
	p.chunks[b.tail].keys[i] = k
	b.n++
}

// take returns a chunk for use.
func (p *pool) take() uint32 {
	if c := p.free; c != 0 {
		p.free = p.chunks[c].next
		return c
	}
	if len(p.chunks) == 0 {
		p.chunks = append(p.chunks, chunk{}) // index 0 is not for use
	}
	p.chunks = append(p.chunks, chunk{})
	return uint32(len(p.chunks) - 1)
}

// all visits the keys of b in the order of their arrival, a chunk at a time.
func (p *pool) all(b bucket) iter.Seq[[]Key] {
	return func(yield func([]Key) bool) {
		for c := b.head; b.n > 0; c = p.chunks[c].next {
			n := min(b.n, chunkKeys)
			b.n -= n
			if !yield(p.chunks[c].keys[:n]) {
				return
			}
		}
	}
}

// drain visits the keys of b like all, and gives each chunk back after its visit,
// so that dividing a bucket needs hardly more memory than the bucket has. The
// bucket must have been taken out of its rung, and the loop must not end early.
func (p *pool) drain(b bucket) iter.Seq[[]Key] {
	return func(yield func([]Key) bool) {
		for c := b.head; b.n > 0; {
			n := min(b.n, chunkKeys)
			b.n -= n
			next := p.chunks[c].next
			yield(p.chunks[c].keys[:n])
			p.chunks[c].next = p.free
			p.free = c
			c = next
		}
	}
}

// span returns the earliest and the latest instant of b, which is not empty.
func (p *pool) span(b bucket) (first, last int64) {
	first = math.MaxInt64
	for keys := range p.all(b) {
		for _, k := range keys {
			first, last = min(first, k.At), max(last, k.At)
		}
	}
	return first, last
}

// reset frees all chunks at once, whatever buckets hold them.
func (p *pool) reset() {
	p.chunks = p.chunks[:0]
	p.free = 0
}
