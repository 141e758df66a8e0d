package sim_test

import (
	"testing"
	"time"

	"replsim/sim"
)

// steady is a world in which five nodes send, compute and set timers for ever: one
// of them makes a request each millisecond, and the others work on it, write it to
// their logs if there are any, and answer.
func steady(logs bool) *sim.World {
	w := sim.New(1)
	const n = 5
	boot := func(e *sim.Env) {
		log := sim.OpenLog[int](e, func(sim.LSN) {})
		var election, arrival *sim.Timer
		work := sim.NewJobs(e.CPU(), func(m note) {
			if logs {
				log.Append(m.N, 100)
				log.Flush()
			}
		})
		sim.Handle(e, func(from sim.NodeID, m note) {
			election.Reset(150 * time.Millisecond)
			work.Do(50*time.Microsecond, m)
			sim.Send(e, from, nudge(m))
		})
		sim.Handle(e, func(sim.NodeID, nudge) {})
		election = e.NewTimer(func() {})
		if e.ID() != 0 {
			return
		}
		arrival = e.NewTimer(func() {
			for to := sim.NodeID(1); to < n; to++ {
				sim.Send(e, to, note{1})
			}
			arrival.Reset(time.Millisecond)
		})
		arrival.Reset(0)
	}
	for range n {
		w.AddNode(sim.NodeConfig{Name: string(rune('a' + w.Nodes())), Boot: boot, Flush: law("exponential(mean=1ms)")})
	}
	w.Network(func(from, to sim.NodeID) sim.LinkConfig {
		return sim.LinkConfig{Delay: law("uniform(min=200us, max=2ms)"), Loss: 0.01, Retransmit: 5 * time.Millisecond}
	})
	return w
}

// allocations returns how many allocations and events ten seconds make, after sixty
// for all tables to reach their sizes.
func allocations(w *sim.World) (allocs, events float64) {
	until := 60_000 * ms
	w.Run(until)
	before := w.Events()
	allocs = testing.AllocsPerRun(1, func() { // which calls it twice
		until += 10_000 * ms
		w.Run(until)
	})
	return allocs, float64(w.Events()-before) / 2
}

// Messages, timers and work allocate nothing once all tables have their sizes.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	allocs, events := allocations(steady(false))
	if events < 100_000 {
		t.Fatalf("only %.0f events: the test is idle", events)
	}
	if allocs != 0 {
		t.Errorf("%g allocations in %.0f events, want none", allocs, events)
	}
}

// A log grows, and so its slice now and then moves to a larger one; its flushes
// allocate nothing.
func TestLogsAllocateOnlyToGrow(t *testing.T) {
	allocs, events := allocations(steady(true))
	// From 70,000 to 80,000 records by steps of a quarter, four times over.
	if allocs > 4 {
		t.Errorf("%g allocations in %.0f events, want at most 4", allocs, events)
	}
}

// parcel is a message of more words than a closure holds by value.
type parcel [20]int

func (parcel) Size() int { return 1000 }

func TestLargeMessagesAllocateNothing(t *testing.T) {
	w := sim.New(1)
	var env [2]*sim.Env
	for range env {
		w.AddNode(sim.NodeConfig{Name: string(rune('a' + w.Nodes())), Boot: func(e *sim.Env) {
			env[e.ID()] = e
			sim.Handle(e, func(from sim.NodeID, p parcel) {})
		}})
	}
	w.Run(0)
	round := func() {
		sim.Send(env[0], 1, parcel{})
		w.Run(w.Now() + 1)
	}
	for range 10_000 { // for all tables to reach their sizes
		round()
	}
	if allocs := testing.AllocsPerRun(1000, round); allocs != 0 {
		t.Errorf("%g allocations per message, want none", allocs)
	}
}
