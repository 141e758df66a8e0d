package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"replsim/sim"
)

// surviving is a cut of a direction that connections survive.
func surviving(from, to sim.NodeID) sim.Cut { return sim.Cut{Links: dir(from, to), Survive: true} }

// What is sent into a cut that connections survive arrives after its end, in order,
// also if it is of several types; the other direction does not notice.
func TestSurvivedCut(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("2ms")})
	b.send(9*ms, 0, 1, 1) // under way when the cut begins
	b.Inject("cut", surviving(0, 1), 10*ms, 20*time.Millisecond)
	b.send(10*ms, 0, 1, 2)
	b.At(11*ms, func() { sim.Send(b.env[0], 1, nudge{3}) })
	b.send(12*ms, 1, 0, 4)
	b.send(29*ms, 0, 1, 5)
	b.send(31*ms, 0, 1, 6)
	b.Run(100 * ms)
	equal(t, b.got, []string{"11ms 0>1 #1", "14ms 1>0 #4", "32ms 0>1 #2", "32ms 0>1 nudge #3", "32ms 0>1 #5", "33ms 0>1 #6"})
	equal(t, b.effect(0), sim.Effect{Began: 1, Delayed: 3, Lasted: 20 * time.Millisecond})
}

// On an unordered link what has waited may be overtaken, and arrives twice if that
// is its luck.
func TestSurvivedCutOfAnUnorderedLink(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("uniform(min=1ms, max=30ms)"), Unordered: true, Duplicate: 0.5})
	b.Inject("cut", surviving(0, 1), 10*ms, 20*time.Millisecond)
	for n := range 40 {
		b.send(15*ms, 0, 1, n)
	}
	b.Run(100 * ms)
	copies := map[string]int{}
	for _, line := range b.got {
		_, number, _ := strings.Cut(line, "#")
		copies[number]++
	}
	twice := len(b.got) - len(copies)
	if len(copies) != 40 || twice < 10 || twice > 30 {
		t.Errorf("%d messages arrive, %d of them twice; want 40, and half of them twice", len(copies), twice)
	}
	if !strings.HasPrefix(b.got[0], "3") || slices.IsSortedFunc(b.got, func(a, b string) int { return strings.Compare(a[strings.Index(a, "#"):], b[strings.Index(b, "#"):]) }) {
		t.Errorf("arrivals at %v, want all after 30ms and in another order", b.got)
	}
}

// After the cut the messages share the line: 1,000 bytes take 10 ms each.
func TestSurvivedCutThenBandwidth(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Bandwidth: 100_000})
	b.Inject("cut", surviving(0, 1), 0, 50*time.Millisecond)
	for n := range 3 {
		b.send(sim.Time(n+1)*ms, 0, 1, n)
	}
	b.send(55*ms, 0, 1, 9)
	b.Run(200 * ms)
	equal(t, b.got, []string{"60ms 0>1 #0", "70ms 0>1 #1", "80ms 0>1 #2", "90ms 0>1 #9"})
	equal(t, b.Traffic(func(_, _ sim.NodeID) bool { return true }).Bytes, int64(4000)) // counted once
}

// A slow link that outlasts the cut slows what has waited.
func TestSurvivedCutOfASlowLink(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("1ms")})
	b.Inject("slow", sim.Degrade{Links: dir(0, 1), Factor: 5}, 0, 100*time.Millisecond)
	b.Inject("cut", surviving(0, 1), 10*ms, 20*time.Millisecond)
	b.send(15*ms, 0, 1, 1)
	b.Run(200 * ms)
	equal(t, b.got, []string{"35ms 0>1 #1"})
	equal(t, b.effect(0).Delayed, int64(1))
}

// Of two cuts that connections survive, messages wait for the later end.
func TestOverlappingSurvivedCuts(t *testing.T) {
	for name, spans := range map[string][2]sim.Time{"one after the other": {10, 20}, "one within the other": {20, 10}} {
		b := newBed(2, sim.LinkConfig{})
		b.Inject("first", surviving(0, 1), spans[0]*ms, 20*time.Millisecond)
		b.Inject("second", surviving(0, 1), spans[1]*ms, 20*time.Millisecond)
		for _, at := range []sim.Time{15, 25, 35, 45} {
			b.send(at*ms, 0, 1, int(at))
		}
		b.Run(100 * ms)
		t.Log(name)
		equal(t, b.got, []string{"40ms 0>1 #15", "40ms 0>1 #25", "40ms 0>1 #35", "45ms 0>1 #45"})
		equal(t, []int64{b.effect(0).Delayed, b.effect(1).Delayed}, []int64{2, 2})
	}
}

// A cut that breaks the connection takes with it what waits for the end of one that
// would not, and what is sent while both last, whichever began first.
func TestABreakingCutTakesWhatWaits(t *testing.T) {
	for name, breaking := range map[string]sim.Fault{
		"cut":  sim.Cut{Links: dir(0, 1)},
		"flap": sim.Flap{Name: "f", Links: dir(0, 1), Down: law("10ms"), Up: law("1s")},
	} {
		for _, begins := range []sim.Time{5, 20} {
			b := newBed(2, sim.LinkConfig{})
			b.Inject("survived", surviving(0, 1), 10*ms, 30*time.Millisecond)
			b.Inject("breaking", breaking, begins*ms, 10*time.Millisecond)
			for _, at := range []sim.Time{7, 12, 17, 25, 32, 45} {
				b.send(at*ms, 0, 1, int(at))
			}
			b.Run(100 * ms)
			t.Log(name, begins)
			if begins == 5 { // until 15
				equal(t, b.got, []string{"40ms 0>1 #17", "40ms 0>1 #25", "40ms 0>1 #32", "45ms 0>1 #45"})
			} else { // until 30
				equal(t, b.got, []string{"7ms 0>1 #7", "40ms 0>1 #32", "45ms 0>1 #45"})
				equal(t, b.effect(1).Dropped, int64(3))
			}
		}
	}
}

// What waits shares the fate of its sender and its receiver. A killed process leaves
// it to the operating system, which delivers it; a dead machine does not, and nobody
// delivers to another incarnation.
func TestCrashWhileMessagesWait(t *testing.T) {
	for name, c := range map[string]struct {
		crash sim.Crash
		want  []string
	}{
		"killed sender": {sim.Crash{Targets: sim.Nodes(0)}, []string{"52ms 0>1 #1", "54ms 0>1 #2"}},
		"dead sender":   {sim.Crash{Targets: sim.Nodes(0), InFlightLost: true}, []string{"52ms 0>1 #2"}},
		"receiver":      {sim.Crash{Targets: sim.Nodes(1)}, []string{"52ms 0>1 #2"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(2, sim.LinkConfig{Bandwidth: 500_000}) // 2 ms each
			b.Inject("cut", surviving(0, 1), 10*ms, 40*time.Millisecond)
			b.send(15*ms, 0, 1, 1)
			b.Inject("crash", c.crash, 20*ms, 10*time.Millisecond)
			b.send(35*ms, 0, 1, 2) // after the restart
			b.Run(100 * ms)
			equal(t, b.got, c.want)
		})
	}
}

// A receiver that stands still when the cut ends gets what has waited when it goes on.
func TestPauseWhileMessagesWait(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("cut", surviving(0, 1), 10*ms, 20*time.Millisecond)
	b.Inject("pause", sim.Pause{Targets: sim.Nodes(1)}, 20*ms, 20*time.Millisecond)
	b.send(15*ms, 0, 1, 1)
	b.Run(100 * ms)
	equal(t, b.got, []string{"40ms 0>1 #1"})
}

// HealAll lets all go on that waits, also if it waits for several cuts, or for one
// that would come again.
func TestHealAllReleasesWhatWaits(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("for ever", surviving(0, 1), 10*ms, 0)
	b.InjectEvery("again and again", surviving(0, 1), law("20ms"), law("1s"))
	b.send(15*ms, 0, 1, 1)
	b.send(25*ms, 0, 1, 2)
	b.At(30*ms, b.HealAll)
	b.send(31*ms, 0, 1, 3)
	b.send(1050*ms, 0, 1, 4)
	b.Run(2000 * ms)
	equal(t, b.got, []string{"30ms 0>1 #1", "30ms 0>1 #2", "31ms 0>1 #3", "1.05s 0>1 #4"})
}

// Messages draw their luck when they are sent: those after the cut have the luck
// that they would have had without it.
func TestASurvivedCutShiftsNoLaterDraw(t *testing.T) {
	arrivals := func(cut bool) (late []string) {
		b := newBed(2, sim.LinkConfig{Delay: law("exponential(mean=5ms)"), Unordered: true, Loss: 0.2, Duplicate: 0})
		if cut {
			b.Inject("cut", surviving(0, 1), 10*ms, 40*time.Millisecond)
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

// A message that waits is not lost in the eyes of observers, who see it once.
func TestObserversSeeAWaitingMessageOnce(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("cut", surviving(0, 1), 10*ms, 20*time.Millisecond)
	sim.Observe(b.World, func(_ sim.Time, _ sim.NodeID, f sim.Sent) { b.note("sent %d, lost %v", f.Serial, f.Lost) })
	sim.Observe(b.World, func(_ sim.Time, _ sim.NodeID, f sim.Delivered) { b.note("delivered %d", f.Serial) })
	b.send(15*ms, 0, 1, 1)
	b.Run(100 * ms)
	var serial uint64
	if _, err := fmt.Sscanf(b.got[0], "15ms sent %d,", &serial); err != nil {
		t.Fatal(err)
	}
	equal(t, b.got, []string{fmt.Sprintf("15ms sent %d, lost false", serial), fmt.Sprintf("30ms delivered %d", serial), "30ms 0>1 #1"})
}
