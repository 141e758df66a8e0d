package sim_test

import (
	"fmt"
	"testing"
	"time"

	"replsim/sim"
)

// lostAt lets every node send a note to every other one at one instant, and
// returns the directions in which it was lost.
func lostAt(b *bed, n int, at sim.Time) []string {
	var lost []string
	sim.Observe(b.World, func(now sim.Time, from sim.NodeID, f sim.Sent) {
		if now == at && f.Lost {
			lost = append(lost, fmt.Sprintf("%d>%d", from, f.To))
		}
	})
	for from := range sim.NodeID(n) {
		for to := range sim.NodeID(n) {
			if from != to {
				b.send(at, from, to, 0)
			}
		}
	}
	b.Run(at + 100*ms)
	return lost
}

func TestCut(t *testing.T) {
	ids := func(n ...sim.NodeID) []sim.NodeID { return n }
	for _, c := range []struct {
		name string
		dirs []sim.Direction
		lost []string
	}{
		{"one way", sim.Between(ids(0), ids(1), false), []string{"0>1"}},
		{"symmetric: {0} against {1, 2}", sim.Between(ids(0), ids(1, 2), true), []string{"0>1", "0>2", "1>0", "2>0"}},
		{"partial: 0 and 1 are cut, both see 2", sim.Between(ids(0), ids(1), true), []string{"0>1", "1>0"}},
		{"a node is never cut from itself", sim.Between(ids(0), ids(0, 1), false), []string{"0>1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			links := func() []sim.Direction { return c.dirs }
			b := newBed(3, sim.LinkConfig{Delay: law("1ms")})
			b.Inject("cut", sim.Cut{Links: links}, 5*ms, 5*time.Millisecond)
			equal(t, lostAt(b, 3, 7*ms), c.lost)
			equal(t, b.effect(0).Dropped, int64(len(c.lost)))
			healed := newBed(3, sim.LinkConfig{Delay: law("1ms")})
			healed.Inject("cut", sim.Cut{Links: links}, 5*ms, 5*time.Millisecond)
			equal(t, lostAt(healed, 3, 11*ms), []string(nil))
		})
	}
}

// What is under way when a cut begins arrives; what is sent into it is lost, also
// on an ordered link, and is not sent again when it heals.
func TestCutSparesWhatIsUnderWay(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("10ms")})
	b.send(4*ms, 0, 1, 1)
	b.Inject("cut", sim.Cut{Links: dir(0, 1)}, 5*ms, 20*time.Millisecond)
	b.send(6*ms, 0, 1, 2)
	b.send(26*ms, 0, 1, 3)
	b.Run(100 * ms)
	equal(t, b.got, []string{"14ms 0>1 #1", "36ms 0>1 #3"})
}

// Two cuts of one link overlap: it carries again only when both have healed.
func TestOverlappingCutsHealIndependently(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("first", sim.Cut{Links: dir(0, 1)}, 10*ms, 20*time.Millisecond)
	b.Inject("second", sim.Cut{Links: dir(0, 1)}, 20*ms, 20*time.Millisecond)
	for _, at := range []sim.Time{5, 15, 25, 35, 45} {
		b.send(at*ms, 0, 1, int(at))
	}
	b.Run(100 * ms)
	equal(t, b.got, []string{"5ms 0>1 #5", "45ms 0>1 #45"})
	equal(t, b.effect(0).Dropped+b.effect(1).Dropped, int64(3))
}

func TestOverlappingDegradesMultiply(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("1ms"), Unordered: true})
	b.Inject("slow", sim.Degrade{Links: dir(0, 1), Factor: 3}, 10*ms, 20*time.Millisecond)
	b.Inject("slower", sim.Degrade{Links: dir(0, 1), Factor: 2, Add: 7 * time.Millisecond}, 20*ms, 20*time.Millisecond)
	for _, at := range []sim.Time{5, 15, 25, 35, 45} {
		b.send(at*ms, 0, 1, int(at))
	}
	b.Run(100 * ms)
	equal(t, b.got, []string{"6ms 0>1 #5", "18ms 0>1 #15", "38ms 0>1 #25", "44ms 0>1 #35", "46ms 0>1 #45"})
	equal(t, b.effect(0).Delayed, int64(2))
	equal(t, b.effect(1).Delayed, int64(2))
}

// A lossy link loses its share on an unordered link; a stream delivers late.
func TestDegradeLoses(t *testing.T) {
	const n, loss = 5000, 0.4
	run := func(unordered bool) (arrived int, e sim.Effect) {
		b := newBed(2, sim.LinkConfig{Delay: law("1ms"), Unordered: unordered, Retransmit: time.Millisecond})
		b.onBoot = func(e *sim.Env) { sim.Handle(e, func(sim.NodeID, note) { arrived++ }) }
		b.Inject("loss", sim.Degrade{Links: dir(0, 1), Loss: loss}, 0, 0)
		for i := range n {
			b.send(sim.Time(i)*ms, 0, 1, i)
		}
		b.Run((n + 1000) * ms)
		return arrived, b.effect(0)
	}
	arrived, e := run(true)
	near(t, "share that arrives unordered", float64(arrived)/n, 1-loss, 0.03)
	equal(t, e.Dropped, int64(n-arrived))
	arrived, e = run(false)
	equal(t, arrived, n)
	near(t, "share that is late on a stream", float64(e.Delayed)/n, loss, 0.05)
}

// A stream over a line that loses everything gives up in the end.
func TestLossOfEverythingIsLossAlsoOnAStream(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("loss", sim.Degrade{Links: dir(0, 1), Loss: 1}, 0, 0)
	b.send(1*ms, 0, 1, 1)
	b.Run(1e6 * ms)
	equal(t, b.got, []string(nil))
	equal(t, b.effect(0).Dropped, int64(1))
}

// A fault leaves what comes after it as it would have been without it: the same
// messages are lost, the same delays drawn.
func TestAFaultShiftsNoLaterDraw(t *testing.T) {
	arrivals := func(fault bool) (late []string) {
		b := newBed(2, sim.LinkConfig{Delay: law("exponential(mean=5ms)"), Unordered: true, Loss: 0.2})
		if fault {
			b.Inject("loss", sim.Degrade{Links: dir(0, 1), Loss: 0.5, Factor: 0.1}, 0, 50*time.Millisecond)
		}
		for i := range 200 {
			b.send(sim.Time(i)*ms, 0, 1, i)
		}
		b.Run(50 * ms)
		sim.Handle(b.env[1], func(_ sim.NodeID, m note) {
			if m.N > 50 {
				late = append(late, fmt.Sprint(b.Now(), " #", m.N))
			}
		})
		b.Run(1000 * ms)
		return late
	}
	equal(t, arrivals(true), arrivals(false))
}

func TestFlap(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("flap", sim.Flap{Name: "f", Links: dir(0, 1), Down: law("3ms"), Up: law("2ms")}, 10*ms, 9*time.Millisecond)
	for i := range 25 {
		b.At(sim.Time(i)*ms+1, func() { sim.Send(b.env[0], 1, note{i}) })
	}
	var lost []int
	sim.Observe(b.World, func(_ sim.Time, _ sim.NodeID, f sim.Sent) {
		if f.Lost {
			lost = append(lost, f.Payload.(note).N)
		}
	})
	b.Run(100 * ms)
	equal(t, lost, []int{10, 11, 12, 15, 16, 17}) // healed at 19 ms
	equal(t, b.effect(0), sim.Effect{Began: 1, Dropped: 6, Lasted: 9 * time.Millisecond})
}

// A broken connection is made anew: what is sent over the new one does not wait
// for what the network still keeps of the old one.
func TestABrokenConnectionHoldsBackNothing(t *testing.T) {
	for name, broken := range map[string]sim.Fault{
		"cut":                   sim.Cut{Links: dir(0, 1)},
		"crash of the receiver": sim.Crash{Targets: sim.Nodes(1)},
		"crash of the sender":   sim.Crash{Targets: sim.Nodes(0)},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(2, sim.LinkConfig{Delay: law("1ms")})
			b.Inject("late", sim.Degrade{Links: dir(0, 1), Add: 99 * time.Millisecond}, 0, 2*time.Millisecond)
			b.send(1*ms, 0, 1, 1)
			b.Inject("broken", broken, 10*ms, 5*time.Millisecond)
			b.send(20*ms, 0, 1, 2)
			b.Run(200 * ms)
			want := []string{"21ms 0>1 #2", "101ms 0>1 #1"}
			if name == "crash of the receiver" { // which loses what was under way
				want = want[:1]
			}
			equal(t, b.got, want)
		})
	}
}
