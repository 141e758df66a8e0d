package sim_test

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"replsim/sim"
)

// All benchmarks report the time per event, resets of timers included where they
// are the subject. Compare figures of one run with each other: absolute ones
// depend on the machine and its other guests.

// ball is a message of PHOLD: whoever gets it throws it on.
type ball struct{}

func (ball) Size() int { return 64 }

// phold is the usual benchmark of discrete-event kernels (Fujimoto 1990), here
// over nodes, links and handlers as protocols use them: each of n nodes begins with
// one ball, and throws whatever it catches to one of its 16 next neighbours.
func phold(seed uint64, n int) *sim.World {
	w := sim.New(seed)
	boot := func(e *sim.Env) {
		throw := func() { sim.Send(e, (e.ID()+1+sim.NodeID(e.Rand().IntN(16)))%sim.NodeID(n), ball{}) }
		sim.Handle(e, func(sim.NodeID, ball) { throw() })
		e.NewTimer(throw).Reset(time.Duration(e.Rand().IntN(1e6)))
	}
	for i := range n {
		w.AddNode(sim.NodeConfig{Name: fmt.Sprint("n", i), Boot: boot})
	}
	delay := law("exponential(min=100us, mean=1ms)")
	w.Network(func(from, to sim.NodeID) sim.LinkConfig { return sim.LinkConfig{Delay: delay, Unordered: true} })
	w.Run(100 * ms) // links and tables are made on first use
	return w
}

// runEvents runs a world until so many more events have fired.
func runEvents(w *sim.World, n int) {
	for target := w.Events() + uint64(n); w.Events() < target; {
		w.Run(w.Now() + ms)
	}
}

func BenchmarkPHOLD(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("nodes=%d", n), func(b *testing.B) {
			w := phold(1, n)
			b.ReportAllocs()
			b.ResetTimer()
			runEvents(w, b.N)
		})
	}
}

// BenchmarkParallelWorlds runs PHOLD in two worlds at once on two goroutines. The
// scaling is the speed of the two over that of one: 2 on two idle cores. It falls
// to little more than 1 if the worlds share cache lines.
func BenchmarkParallelWorlds(b *testing.B) {
	const n, events = 1000, 200_000
	worlds := []*sim.World{phold(1, n), phold(2, n)}
	var alone, together time.Duration
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		start := time.Now()
		runEvents(worlds[0], events)
		alone += time.Since(start)
		start = time.Now()
		var wg sync.WaitGroup
		for _, w := range worlds {
			wg.Go(func() { runEvents(w, events) })
		}
		wg.Wait()
		together += time.Since(start)
	}
	b.ReportMetric(2*alone.Seconds()/together.Seconds(), "scaling")
	b.ReportMetric(together.Seconds()*1e9/float64(2*events*b.N), "ns/event")
}

// Raft's timers as they are nearly always: a leader of each group sends heartbeats
// every 50 ms, and each resets an election time-out of 150–300 ms at a follower.
const (
	groups    = 1000
	followers = 4
	heartbeat = 50 * time.Millisecond
)

func electionTimeout(r *rand.Rand) time.Duration {
	return 150*time.Millisecond + time.Duration(r.IntN(150e6))
}

// raftTimers is a world with these timers and no messages: what is measured is
// timers alone. Each node has one heart, which resets all followers of its groups.
func raftTimers() *sim.World {
	w := sim.New(1)
	boot := func(e *sim.Env) {
		var elections []*sim.Timer
		for range followers {
			elections = append(elections, e.NewTimer(func() { panic("an election in a calm cluster") }))
		}
		var beat *sim.Timer
		beat = e.NewTimer(func() {
			for _, t := range elections {
				t.Reset(electionTimeout(e.Rand()))
			}
			beat.Reset(heartbeat)
		})
		beat.Reset(time.Duration(e.Rand().IntN(int(heartbeat))))
	}
	for i := range groups {
		w.AddNode(sim.NodeConfig{Name: fmt.Sprint("g", i), Boot: boot})
	}
	return w
}

// BenchmarkTimerReset compares lazy timers with a twin on container/heap that
// queues every reset, in time per reset.
func BenchmarkTimerReset(b *testing.B) {
	b.Run("lazy", func(b *testing.B) {
		w := raftTimers()
		w.Run(sim.Time(time.Second))
		until := w.Now()
		b.ReportAllocs()
		b.ResetTimer()
		for done := 0; done < b.N; done += groups * followers {
			until = until.Add(heartbeat)
			w.Run(until)
		}
	})
	b.Run("heap of all resets", func(b *testing.B) {
		h := newHeapTimers()
		h.run(int64(time.Second))
		until := int64(time.Second)
		b.ReportAllocs()
		b.ResetTimer()
		for done := 0; done < b.N; done += groups * followers {
			until += int64(heartbeat)
			h.run(until)
		}
	})
}

// heapTimers is raftTimers as one would write it first: each Reset pushes an event
// with a generation, and stale ones are popped and ignored.
type heapTimers struct {
	events     eventHeap
	rand       *rand.Rand
	generation [groups][followers]int
}

type heapEvent struct {
	at                          int64
	group, follower, generation int // follower -1: the heartbeat
}

type eventHeap []heapEvent

func (h eventHeap) Len() int           { return len(h) }
func (h eventHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h eventHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *eventHeap) Push(e any)        { *h = append(*h, e.(heapEvent)) }
func (h *eventHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func newHeapTimers() *heapTimers {
	h := &heapTimers{rand: rand.New(rand.NewPCG(1, 2))}
	for g := range groups {
		heap.Push(&h.events, heapEvent{at: int64(h.rand.IntN(int(heartbeat))), group: g, follower: -1})
	}
	return h
}

func (h *heapTimers) run(until int64) {
	for h.events[0].at <= until {
		e := heap.Pop(&h.events).(heapEvent)
		if e.follower >= 0 {
			if h.generation[e.group][e.follower] == e.generation {
				panic("an election in a calm cluster")
			}
			continue
		}
		for f := range followers {
			h.generation[e.group][f]++
			heap.Push(&h.events, heapEvent{e.at + int64(electionTimeout(h.rand)), e.group, f, h.generation[e.group][f]})
		}
		heap.Push(&h.events, heapEvent{at: e.at + int64(heartbeat), group: e.group, follower: -1})
	}
}

// BenchmarkRoundTrip is one request and its answer between two nodes.
func BenchmarkRoundTrip(b *testing.B) {
	w := sim.New(1)
	trips := 0
	w.AddNode(sim.NodeConfig{Name: "client", Boot: func(e *sim.Env) {
		sim.Handle(e, func(from sim.NodeID, _ nudge) { trips++; sim.Send(e, from, note{}) })
		e.NewTimer(func() { sim.Send(e, 1, note{}) }).Reset(0)
	}})
	w.AddNode(sim.NodeConfig{Name: "server", Boot: func(e *sim.Env) {
		sim.Handle(e, func(from sim.NodeID, _ note) { sim.Send(e, from, nudge{}) })
	}})
	delay := law("lognormal(median=1ms, p99=10ms)")
	w.Network(func(from, to sim.NodeID) sim.LinkConfig { return sim.LinkConfig{Delay: delay} })
	w.Run(10 * ms)
	b.ReportAllocs()
	b.ResetTimer()
	for target := trips + b.N; trips < target; {
		w.Run(w.Now() + 10*ms)
	}
}
