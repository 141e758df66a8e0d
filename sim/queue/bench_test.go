package queue

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// queue is what all queues have in common.
type queue interface {
	Push(Key)
	Pop() (Key, bool)
	Len() int
	Reset()
}

// contestants are the queues that benchmarks compare.
var contestants = []struct {
	name string
	make func() queue
}{
	{"ladder", func() queue { return new(Ladder) }},
	{"heap", func() queue { return new(Heap) }},
	{"boxed", func() queue { return new(boxed) }},
}

// table holds spans in ns drawn in advance, so that a draw costs no more than a
// load from memory.
type table [1 << 14]int64

func (t *table) at(i uint64) int64 { return t[i%uint64(len(t))] }

// newTable fills a table with draws in seconds.
func newTable(draw func(*rand.Rand) float64) *table {
	r := rand.New(rand.NewPCG(1, 2))
	t := new(table)
	for i := range t {
		t[i] = int64(1e9 * draw(r))
	}
	return t
}

// holdSteps pushes some keys at the beginning of time, and then pops the first key
// and pushes another one a random span later, again and again.
func holdSteps(q queue, serial *uint64, spans *table, pushes, steps int) {
	for range pushes {
		*serial++
		q.Push(Key{At: spans.at(*serial), Seq: *serial})
	}
	for range steps {
		k, _ := q.Pop()
		*serial++
		q.Push(Key{At: k.At + spans.at(*serial), Seq: *serial})
	}
}

// benchmarkHold measures one step of holdSteps, after it has forgotten how it
// began. This is the classic benchmark of event queues (HOLD, Jones 1986).
func benchmarkHold(b *testing.B, q queue, spans *table, pending int) {
	var serial uint64
	holdSteps(q, &serial, spans, pending, 4*pending)
	b.ReportAllocs()
	for b.Loop() {
		holdSteps(q, &serial, spans, 0, 1)
	}
	if q.Len() != pending {
		b.Fatalf("%d keys pending, want %d", q.Len(), pending)
	}
}

// BenchmarkHold draws exponential spans.
func BenchmarkHold(b *testing.B) {
	spans := newTable((*rand.Rand).ExpFloat64)
	for _, pending := range []int{5, 100, 10_000, 100_000, 1_000_000} {
		for _, c := range contestants {
			b.Run(fmt.Sprintf("pending=%d/queue=%s", pending, c.name), func(b *testing.B) {
				benchmarkHold(b, c.make(), spans, pending)
			})
		}
	}
}

// BenchmarkShapes draws spans of other distributions.
func BenchmarkShapes(b *testing.B) {
	for _, shape := range shapes {
		spans := newTable(shape.draw)
		for _, c := range contestants {
			b.Run(fmt.Sprintf("spans=%s/queue=%s", shape.name, c.name), func(b *testing.B) {
				benchmarkHold(b, c.make(), spans, 10_000)
			})
		}
	}
}

// BenchmarkBurst pushes 100,000 simultaneous keys and then pops them all, again
// and again. An operation is one push or one pop.
func BenchmarkBurst(b *testing.B) {
	for _, c := range contestants {
		b.Run("queue="+c.name, func(b *testing.B) {
			q := c.make()
			var at int64
			var serial uint64
			filling := true
			b.ReportAllocs()
			for b.Loop() {
				if filling {
					serial++
					q.Push(Key{At: at, Seq: serial})
					filling = q.Len() < 100_000
					continue
				}
				q.Pop()
				if q.Len() == 0 {
					filling = true
					at += 1e6
				}
			}
		})
	}
}
