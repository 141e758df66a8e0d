package sim

import (
	"fmt"

	"replsim/sim/queue"
)

// Lanes of the kernel itself; message lanes follow. A lane is a kind of event
// with its own payload table: the queue orders small keys (time, serial, lane,
// slot), and the lane finds the payload by its slot, so nothing is boxed.
const (
	laneStop uint32 = iota
	laneCall
	laneTimer
	laneCPU
	laneDisk
	kernelLanes
)

// lane fires the event in one of its slots.
type lane interface {
	fire(slot uint32)
	// forget drops the handler of a crashed node, if the lane has handlers.
	forget(n NodeID)
}

// World is one simulation run: virtual time, the event queue, and the nodes.
// It must be used by one goroutine only. It is padded so that Worlds of parallel
// replications never share a cache line (without it, two cores were hardly
// faster than one).
type World struct {
	_ [128]byte

	now     Time
	serial  uint64
	queue   queue.Ladder
	lanes   []lane // indexed by queue.Key.Lane; the kernel's own are nil
	digest  uint64
	events  uint64
	stopped bool
	started bool

	seed   uint64
	nodes  []*node
	byEnds linkTable
	links  []*link // the same in the order of first use
	config func(from, to NodeID) LinkConfig

	samplers map[string]knownSampler // by the text of their spec

	calls   slots[func()]
	timers  slots[*Timer]
	running slots[runningJob]
	flushes slots[flushJob]
	topics  []any // *topic[F]
	faults  []*injected

	_ [128]byte
}

// New returns an empty world. Its every random draw derives from seed.
func New(seed uint64) *World {
	return &World{
		seed:     seed,
		digest:   mix(seed),
		lanes:    make([]lane, kernelLanes),
		samplers: map[string]knownSampler{},
		config:   func(from, to NodeID) LinkConfig { return LinkConfig{} },
	}
}

// maxCrowd is how many events may happen at one instant before Run takes it for a
// loop that no time passes in, which would never end.
const maxCrowd = 20_000_000

// Now returns true virtual time. Protocols must not ask: they see Env.Clock.
func (w *World) Now() Time { return w.now }

// Seed returns the seed that all random streams derive from.
func (w *World) Seed() uint64 { return w.seed }

// Events returns how many events have fired.
func (w *World) Events() uint64 { return w.events }

// Digest returns a hash over the time, order and kind of every event so far. Two
// runs of the same scenario, seed and version have the same digest.
func (w *World) Digest() uint64 { return w.digest }

// At schedules fn at the instant t, for what stands outside the nodes: faults,
// sampling, the end of the workload. It panics if t is in the past.
func (w *World) At(t Time, fn func()) {
	if t < w.now {
		panic(fmt.Sprintf("sim: At(%v) is before now (%v)", t, w.now))
	}
	w.push(t, laneCall, w.calls.put(fn))
}

// Every calls fn at start and then every period until the run ends or fn
// returns false.
func (w *World) Every(start Time, period Time, fn func() bool) {
	if period <= 0 {
		panic("sim: Every needs a positive period")
	}
	var tick func()
	tick = func() {
		if fn() {
			w.At(w.now+period, tick)
		}
	}
	w.At(start, tick)
}

// Stop ends Run after the current event.
func (w *World) Stop() { w.stopped = true }

// Run fires events until the instant until, including all events at that very
// instant, or until Stop. At its first call it boots the nodes in order.
func (w *World) Run(until Time) {
	if !w.started {
		w.started = true
		for _, n := range w.nodes { // all are on before the first one speaks
			n.turnOn()
		}
		for _, n := range w.nodes {
			n.boot()
		}
	}
	if until < w.now {
		panic(fmt.Sprintf("sim: Run(%v) is before now (%v)", until, w.now))
	}
	w.stopped = false
	crowd, last := 0, w.now
	// The end is an event like others, with the highest serial: it comes last
	// among those of its instant.
	w.queue.Push(queue.Key{At: int64(until), Seq: ^uint64(0), Lane: laneStop})
	for !w.stopped {
		key, ok := w.queue.Pop()
		if !ok {
			panic("sim: the stop event is missing")
		}
		w.now = Time(key.At)
		if key.Lane == laneStop {
			if w.now < until {
				continue // left over from a Run that Stop ended
			}
			return
		}
		if crowd++; w.now != last {
			crowd, last = 0, w.now
		} else if crowd > maxCrowd {
			panic(fmt.Sprintf("sim: time stands still at %v: %d events at one instant (does something repeat without taking time?)", w.now, crowd))
		}
		w.events++
		w.digest = (w.digest ^ uint64(key.At) ^ key.Seq<<20 ^ uint64(key.Lane)<<56) * 0x9fb21c651e98df25
		w.digest ^= w.digest >> 29
		w.fire(key)
	}
}

// fire hands one event to its lane.
func (w *World) fire(key queue.Key) {
	switch key.Lane {
	case laneCall:
		w.calls.take(key.Slot)()
	case laneTimer:
		w.fireTimer(key)
	case laneCPU:
		w.fireCPU(key)
	case laneDisk:
		w.fireDisk(key)
	default:
		w.lanes[key.Lane].fire(key.Slot)
	}
}

// push schedules the event in a lane's slot at t.
func (w *World) push(t Time, lane, slot uint32) {
	w.serial++
	w.queue.Push(queue.Key{At: int64(t), Seq: w.serial, Lane: lane, Slot: slot})
}

// slots is a table of payloads with a free list: what is put stays at its index
// until taken, and indices are reused, so a steady state allocates nothing.
type slots[T any] struct {
	items []T
	free  []uint32
}

func (s *slots[T]) put(v T) uint32 {
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		s.items[i] = v
		return i
	}
	s.items = append(s.items, v)
	return uint32(len(s.items) - 1)
}

func (s *slots[T]) take(i uint32) T {
	v := s.items[i]
	var zero T
	s.items[i] = zero // drop references for the garbage collector
	s.free = append(s.free, i)
	return v
}
