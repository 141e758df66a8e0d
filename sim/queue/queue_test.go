package queue

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// naive is the queue that cannot be wrong: a sorted slice.
type naive struct{ keys []Key }

func (q *naive) Push(k Key) {
	i, _ := slices.BinarySearchFunc(q.keys, k, compare)
	q.keys = slices.Insert(q.keys, i, k)
}

func (q *naive) Pop() (Key, bool) {
	if len(q.keys) == 0 {
		return Key{}, false
	}
	k := q.keys[0]
	q.keys = slices.Delete(q.keys, 0, 1)
	return k, true
}

func (q *naive) Len() int { return len(q.keys) }
func (q *naive) Reset()   { q.keys = nil }

// twins drives several queues alike and fails the test when they differ.
type twins struct {
	t      failer
	queues []queue
	now    int64
	serial uint64
}

// newTwins compares a new Ladder and a new Heap, and others if given.
func newTwins(t failer, others ...queue) *twins {
	return &twins{t: t, queues: append([]queue{new(Ladder), new(Heap)}, others...)}
}

func (w *twins) ladder() *Ladder { return w.queues[0].(*Ladder) }
func (w *twins) len() int        { return w.queues[0].Len() }

// push adds a key a span after now, or at the end of time if that is sooner.
func (w *twins) push(span int64) {
	w.serial++
	w.pushKey(Key{At: w.now + min(span, math.MaxInt64-w.now), Seq: w.serial})
}

func (w *twins) pushKey(k Key) {
	k.Lane, k.Slot = uint32(k.Seq%7), uint32(k.Seq)
	for _, q := range w.queues {
		q.Push(k)
	}
}

// pop takes a key from each queue and reports whether there was one.
func (w *twins) pop() bool {
	w.t.Helper()
	want, ok := w.queues[0].Pop()
	for i, q := range w.queues[1:] {
		if got, gotOK := q.Pop(); got != want || gotOK != ok {
			w.t.Fatalf("queue 0 pops %v, %v; queue %d pops %v, %v", want, ok, i+1, got, gotOK)
		}
		if q.Len() != w.len() {
			w.t.Fatalf("queue 0 has %d keys left, queue %d has %d", w.len(), i+1, q.Len())
		}
	}
	if ok {
		if want.At < w.now {
			w.t.Fatalf("popped %v after the instant %d", want, w.now)
		}
		w.now = want.At
	}
	return ok
}

func (w *twins) reset() {
	w.now = 0
	for _, q := range w.queues {
		q.Reset()
	}
}

// TestAgainstNaive runs short random programs of pushes, pops and resets on all
// queues, and looks at every step whether the ladder is in order.
func TestAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newTwins(t, new(naive), new(boxed))
		// A few unrelated scales in one program make rungs of very different widths.
		scales := rapid.SliceOfN(rapid.Int64Range(1, math.MaxInt64), 1, 3).Draw(t, "scales")
		for range rapid.IntRange(1, 40).Draw(t, "phases") {
			scale := rapid.SampledFrom(scales).Draw(t, "scale")
			count := rapid.IntRange(1, 150).Draw(t, "count")
			seed := rapid.Uint64().Draw(t, "seed")
			r := rand.New(rand.NewPCG(seed, 0))
			switch rapid.SampledFrom([]string{"push", "pop", "hold", "ties", "stop", "reset"}).Draw(t, "phase") {
			case "push":
				for range count {
					w.push(r.Int64N(scale))
				}
			case "pop":
				for range count {
					w.pop()
				}
			case "hold":
				for range count {
					w.pop()
					w.push(r.Int64N(scale))
				}
			case "ties": // some at one later instant, some at this instant
				later := r.Int64N(scale)
				for range count {
					w.push([]int64{0, later}[r.IntN(2)])
				}
			case "stop": // a key that comes last among its ties, as at the end of a run
				w.pushKey(Key{At: w.now, Seq: math.MaxUint64})
				w.push(0)
			case "reset":
				w.reset()
			}
			checkInvariants(t, w.ladder())
		}
		for w.pop() {
			checkInvariants(t, w.ladder())
		}
	})
}

// shapes are the distributions of spans that tests and benchmarks draw from. Some
// made older event queues collapse.
var shapes = []struct {
	name string
	draw func(*rand.Rand) float64 // seconds
}{
	{"exponential", (*rand.Rand).ExpFloat64},
	{"uniform", (*rand.Rand).Float64},
	{"bimodal", func(r *rand.Rand) float64 { // most are short, a tenth is far away
		if r.IntN(10) > 0 {
			return 0.1 * r.Float64()
		}
		return 9 + r.Float64()
	}},
	{"pareto", func(r *rand.Rand) float64 { return math.Pow(1-r.Float64(), -1/1.1) }}, // infinite variance
	{"ties", func(r *rand.Rand) float64 { return float64(r.IntN(1000)) / 1000 }},      // whole milliseconds
	{"now", func(r *rand.Rand) float64 { // half of them in this very instant
		return max(0, r.Float64()-0.5)
	}},
	{"magnitudes", func(r *rand.Rand) float64 { return math.Pow(10, 13*r.Float64()-9) }}, // 1 ns to 3 hours
}

// TestLongStreams compares the ladder with the heap over long runs in which the
// number of pending keys swings: fill, hold, burst, drain, refill, reset.
func TestLongStreams(t *testing.T) {
	steps := 15_000
	if testing.Short() {
		steps = 3000
	}
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(3, 4))
			w := newTwins(t)
			push := func() { w.push(int64(1e9 * shape.draw(r))) }
			for _, pending := range []int{1, 5, 60, 300, 10_000} {
				for w.len() < pending {
					push()
				}
				for range steps {
					w.pop()
					push()
				}
				checkInvariants(t, w.ladder())
				for range 3000 { // a burst with one target
					w.push(5e8)
				}
				for range steps {
					w.pop()
					push()
				}
				for w.pop() { // with some pushes on the way down
					if r.IntN(4) == 0 {
						push()
					}
				}
				checkInvariants(t, w.ladder())
				if pending == 60 {
					push()
					w.reset()
				}
			}
		})
	}
}

// TestTies holds many simultaneous keys: they must not be divided again and
// again, nor must they be moved by pushes of this or a later instant.
func TestTies(t *testing.T) {
	const n = 100_000
	for _, at := range []int64{0, 7, 1e9, math.MaxInt64} {
		w := newTwins(t)
		for range n {
			w.push(at)
		}
		w.pop()
		l := w.ladder()
		for range n {
			w.push(0)
			w.push(100) // the same at the end of time
		}
		checkInvariants(t, l)
		if l.bottom.len() < 2*n-1 || len(l.rungs) > 1 {
			t.Errorf("ties at %d: %d keys in bottom and %d rungs, want %d and 1", at, l.bottom.len(), len(l.rungs), 2*n-1)
		}
		for w.pop() {
		}
	}
}

// TestRungsAreBounded makes the ladder deep: keys crowd near the present at every
// scale, so that each rung divides little more than the first bucket of the one
// before; and keys come each before the one pushed last, in front of all rungs.
func TestRungsAreBounded(t *testing.T) {
	const most = 1 + 16
	crowd := newTwins(t)
	for bit := range 63 {
		for i := range int64(20) {
			crowd.push(1<<bit + i<<bit/20)
		}
	}
	for range 70 {
		crowd.push(1)
	}
	deepest := 0
	for crowd.pop() {
		deepest = max(deepest, len(crowd.ladder().rungs))
	}
	if deepest < 6 || deepest > most {
		t.Errorf("crowded: %d rungs, want 6 to %d", deepest, most)
	}

	descent := newTwins(t)
	descent.push(1e9)
	descent.pop() // top has handed over all time to bottom
	for i := range int64(10_000) {
		descent.push(1e9 - i)
		if got := len(descent.ladder().rungs); got > most {
			t.Fatalf("descent: %d rungs, want at most %d", got, most)
		}
	}
	checkInvariants(t, descent.ladder())
	for descent.pop() {
	}
}

// TestBefore pins the order that all queues here share.
func TestBefore(t *testing.T) {
	sorted := []Key{{At: 1, Seq: 9}, {At: 2, Seq: 3}, {At: 2, Seq: 4, Slot: 1}, {At: 2, Seq: math.MaxUint64}, {At: 5}}
	for i, a := range sorted {
		for j, b := range sorted {
			if got := a.Before(b); got != (i < j) {
				t.Errorf("%v.Before(%v) = %v", a, b, got)
			}
		}
	}
}

// TestInsertMovesNearerSide tells that an insertion near the front uses the room
// that pops left there instead of moving all that follows.
func TestInsertMovesNearerSide(t *testing.T) {
	var b bottom
	for i := range int64(10) {
		b.insert(Key{At: 10 * i})
	}
	b.pop()
	b.insert(Key{At: 25})
	if got := b.keys[len(b.keys)-1].At; b.head != 0 || len(b.keys) != 10 || got != 90 {
		t.Errorf("after an insertion near the front: head %d, length %d, last %d; want 0, 10, 90", b.head, len(b.keys), got)
	}
	b.pop()
	b.insert(Key{At: 75})
	if b.head != 1 || len(b.keys) != 11 {
		t.Errorf("after an insertion near the back: head %d, length %d; want 1, 11", b.head, len(b.keys))
	}
}

func TestPushIntoThePast(t *testing.T) {
	for _, q := range []queue{new(Ladder), new(Heap)} {
		q.Push(Key{At: 10, Seq: 1})
		q.Pop()
		q.Push(Key{At: 10, Seq: 2}) // the present is allowed
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, "push at 9 ns is before the present, 10 ns") {
					t.Errorf("%T: push into the past: %q", q, got)
				}
			}()
			q.Push(Key{At: 9, Seq: 3})
		}()
		if q.Len() != 1 {
			t.Errorf("%T: %d keys pending, want 1", q, q.Len())
		}
		q.Reset()
		q.Push(Key{At: 0, Seq: 1}) // time begins anew
		if k, ok := q.Pop(); !ok || k.At != 0 {
			t.Errorf("%T: after Reset, Pop = %v, %v", q, k, ok)
		}
	}
}

// TestSteadyState holds a constant number of keys for long. Nothing may be
// allocated, whatever the shape, and after Reset the same memory must do.
func TestSteadyState(t *testing.T) {
	for _, shape := range shapes {
		spans := newTable(shape.draw)
		for _, pending := range []int{5, 100, 3000} {
			for _, q := range []queue{new(Ladder), new(Heap)} {
				var serial uint64
				run := func() {
					q.Reset()
					serial = 0
					holdSteps(q, &serial, spans, pending, 20*pending)
				}
				run()
				if got := testing.AllocsPerRun(3, run); got != 0 {
					t.Errorf("%s: %T with %d keys: %v allocations after Reset", shape.name, q, pending, got)
				}
				on := func() { holdSteps(q, &serial, spans, 0, 2*pending) }
				holdSteps(q, &serial, spans, 0, 20*pending)
				if got := testing.AllocsPerRun(10, on); got != 0 {
					t.Errorf("%s: %T with %d keys: %v allocations in the steady state", shape.name, q, pending, got)
				}
			}
		}
	}
}

// TestMemoryIsBounded looks at what the ladder has in store after a short and
// after a long run with the same number of keys.
func TestMemoryIsBounded(t *testing.T) {
	for _, shape := range shapes {
		spans := newTable(shape.draw)
		for _, pending := range []int{5, 1000} {
			l := new(Ladder)
			var serial uint64
			holdSteps(l, &serial, spans, pending, 20_000)
			early := len(l.pool.chunks)
			holdSteps(l, &serial, spans, 0, 400_000)
			// All keys could lie in buckets of their own, but hardly ever do.
			if late := len(l.pool.chunks); late > 2*early || late > pending {
				t.Errorf("%s: %d chunks for %d keys grew to %d", shape.name, early, pending, late)
			}
			if c := cap(l.bottom.keys); c > 4*max(pending, bottomMax) {
				t.Errorf("%s: for %d keys, bottom has room for %d", shape.name, pending, c)
			}
		}
	}
}
