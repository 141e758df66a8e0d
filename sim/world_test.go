package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"replsim/sim"
)

func TestEventsFireInOrderOfTimeThenOfScheduling(t *testing.T) {
	w := sim.New(1)
	var got []string
	at := func(when sim.Time, name string) { w.At(when, func() { got = append(got, name) }) }
	at(2*ms, "late")
	at(1*ms, "tie 1")
	at(1*ms, "tie 2")
	at(0, "first")
	w.At(1*ms, func() { at(1*ms, "tie 4, scheduled at its own instant") })
	at(1*ms, "tie 3")
	w.Run(5 * ms)
	equal(t, got, []string{"first", "tie 1", "tie 2", "tie 3", "tie 4, scheduled at its own instant", "late"})
	equal(t, w.Now(), 5*ms)
	equal(t, w.Events(), uint64(7))
}

// All events at the limit belong to the run, also those scheduled at that very
// instant; what comes later waits for the next Run.
func TestEventsAtTheLimitAreProcessed(t *testing.T) {
	w := sim.New(1)
	var got []string
	note := func(s string) { got = append(got, s) }
	w.At(10*ms, func() {
		note("at the limit")
		w.At(10*ms, func() { note("follows at once") })
	})
	w.At(10*ms+1, func() { note("a nanosecond later") })
	w.Run(10 * ms)
	equal(t, got, []string{"at the limit", "follows at once"})
	w.Run(10 * ms)
	equal(t, len(got), 2)
	w.Run(11 * ms)
	equal(t, got, []string{"at the limit", "follows at once", "a nanosecond later"})
}

func TestEveryRepeatsUntilToldToEnd(t *testing.T) {
	w := sim.New(1)
	var got []sim.Time
	w.Every(2*ms, 3*ms, func() bool { got = append(got, w.Now()); return len(got) < 4 })
	w.Run(100 * ms)
	equal(t, got, []sim.Time{2 * ms, 5 * ms, 8 * ms, 11 * ms})
}

// Stop ends a Run early; the next one goes on from there to its own limit,
// wherever the former would have ended.
func TestStopEndsOneRunOnly(t *testing.T) {
	w := sim.New(1)
	fired := 0
	w.Every(1*ms, 1*ms, func() bool { fired++; return true })
	w.At(3*ms, w.Stop)
	w.Run(10 * ms)
	equal(t, w.Now(), 3*ms)
	w.Run(20 * ms)
	equal(t, w.Now(), 20*ms)
	equal(t, fired, 20)
}

func TestMisuseOfTimePanics(t *testing.T) {
	w := sim.New(1)
	w.Run(5 * ms)
	panics(t, func() { w.At(4*ms, func() {}) })
	panics(t, func() { w.Run(4 * ms) })
	panics(t, func() { w.Every(6*ms, 0, func() bool { return true }) })
	panics(t, func() { w.AddNode(sim.NodeConfig{}) })
}

// All nodes are on before the first one boots: what one sends in its Boot reaches
// those that boot after it.
func TestMessagesOfTheFirstBootArrive(t *testing.T) {
	b := newBed(3, sim.LinkConfig{Delay: law("1ms")})
	b.onBoot = func(e *sim.Env) {
		for to := range sim.NodeID(3) {
			if to != e.ID() {
				sim.Send(e, to, note{})
			}
		}
	}
	b.Run(2 * ms)
	equal(t, b.got, []string{"1ms 0>1 #0", "1ms 0>2 #0", "1ms 1>0 #0", "1ms 1>2 #0", "1ms 2>0 #0", "1ms 2>1 #0"})
}

// chatter is a world in which nodes send notes to random others at random times
// while faults strike, and write logs meanwhile: a bit of everything.
func chatter(seed uint64, extra func(w *sim.World, e *sim.Env)) *sim.World {
	w := sim.New(seed)
	const n = 4
	boot := func(e *sim.Env) {
		log := sim.OpenLog[int](e, func(sim.LSN) {})
		jobs := sim.NewJobs(e.CPU(), func(m note) { log.Append(m.N, 10); log.Flush() })
		sim.Handle(e, func(from sim.NodeID, m note) { jobs.Do(100*time.Microsecond, m) })
		var timer *sim.Timer
		timer = e.NewTimer(func() {
			sim.Send(e, sim.NodeID(e.Rand().IntN(n)), note{})
			timer.Reset(time.Duration(e.Rand().IntN(2e6)))
			if extra != nil {
				extra(w, e)
			}
		})
		timer.Reset(0)
	}
	for i := range n {
		w.AddNode(sim.NodeConfig{Name: fmt.Sprint("n", i), Boot: boot, Flush: law("uniform(min=1ms, max=2ms)")})
	}
	w.Network(func(from, to sim.NodeID) sim.LinkConfig {
		return sim.LinkConfig{Delay: law("exponential(mean=1ms)"), Loss: 0.1, Retransmit: 5 * time.Millisecond}
	})
	w.InjectEvery("crash", sim.Crash{Targets: sim.Nodes(1)}, law("exponential(mean=40ms)"), law("exponential(mean=10ms)"))
	w.InjectEvery("pause", sim.Pause{Targets: sim.Nodes(2)}, law("exponential(mean=40ms)"), law("exponential(mean=10ms)"))
	return w
}

func TestDigestIsAFunctionOfTheSeed(t *testing.T) {
	run := func(seed uint64) uint64 {
		w := chatter(seed, nil)
		w.Run(1000 * ms)
		if w.Events() < 3000 {
			t.Fatalf("only %d events: the test is idle", w.Events())
		}
		return w.Digest()
	}
	digest := run(7)
	if run(7) != digest {
		t.Error("the same seed gave two digests")
	}
	if run(8) == digest {
		t.Error("two seeds gave the same digest")
	}
}

func TestDigestNoticesOneMoreEvent(t *testing.T) {
	plain, more := chatter(7, nil), chatter(7, nil)
	more.At(500*ms, func() {})
	plain.Run(1000 * ms)
	more.Run(1000 * ms)
	if plain.Digest() == more.Digest() {
		t.Error("an additional event left the digest as it was")
	}
}

// The same name gives the same stream, another name or seed another one.
func TestStreamsDependOnSeedAndNameAlone(t *testing.T) {
	draw := func(seed uint64, name string) uint64 { return sim.New(seed).Stream(name).Uint64() }
	w := sim.New(1)
	w.Stream("other").Uint64() // must not matter
	equal(t, w.Stream("a").Uint64(), draw(1, "a"))
	seen := map[uint64]string{}
	for seed := range uint64(50) {
		for _, name := range []string{"a", "b", "ab", "ba", "a/b", "n1", "n2"} {
			v := draw(seed, name)
			if was, ok := seen[v]; ok {
				t.Errorf("stream %q of seed %d begins like %s", name, seed, was)
			}
			seen[v] = fmt.Sprint(name, " of seed ", seed)
		}
	}
}

// Common random numbers: further draws in one place shift no other. Here one node
// also draws from its own stream and sends another type of message over the same
// links, and all notes still arrive at the same instants.
func TestAFurtherDrawShiftsNoOtherStream(t *testing.T) {
	arrivals := func(busy bool) []string {
		b := newBed(2, sim.LinkConfig{Delay: law("exponential(mean=5ms)"), Unordered: true, Loss: 0.2})
		for i := range 200 {
			b.send(sim.Time(i)*ms, 0, 1, i)
			if busy {
				b.At(sim.Time(i)*ms, func() {
					for range b.env[0].Rand().IntN(3) {
						sim.Send(b.env[0], 1, nudge{i})
					}
				})
			}
		}
		b.Run(2000 * ms)
		return slices.DeleteFunc(b.got, func(s string) bool { return strings.Contains(s, "nudge") })
	}
	quiet := arrivals(false)
	if len(quiet) < 120 || len(quiet) > 190 {
		t.Fatalf("%d of 200 notes arrived, want about 160", len(quiet))
	}
	equal(t, arrivals(true), quiet)
}

// A node's purposes have streams of their own, which go on after a restart and do
// not begin again.
func TestANodesStreamsSurviveItsCrash(t *testing.T) {
	b := newBed(1, sim.LinkConfig{})
	var own, purpose []uint64
	b.onBoot = func(e *sim.Env) {
		own = append(own, e.Rand().Uint64())
		purpose = append(purpose, e.Stream("election").Uint64())
	}
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 1*ms, time.Millisecond)
	b.Run(3 * ms)
	if len(own) != 2 || own[0] == own[1] {
		t.Errorf("Rand drew %v in two incarnations", own)
	}
	if len(purpose) != 2 || purpose[0] == purpose[1] {
		t.Errorf("Stream drew %v in two incarnations", purpose)
	}
}
