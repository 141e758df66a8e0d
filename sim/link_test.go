package sim_test

import (
	"math"
	"testing"
	"time"

	"replsim/sim"
)

// overtaken counts notes that arrived after one sent later.
func overtaken(b *bed, n int, gap sim.Time) int {
	count, highest := 0, -1
	b.onBoot = func(e *sim.Env) {
		sim.Handle(e, func(_ sim.NodeID, m note) {
			if m.N < highest {
				count++
			}
			highest = max(highest, m.N)
		})
	}
	for i := range n {
		b.send(sim.Time(i)*gap, 0, 1, i)
	}
	b.Run(sim.Time(n)*gap + 1000*ms)
	return count
}

func TestOnlyUnorderedLinksReorder(t *testing.T) {
	cfg := sim.LinkConfig{Delay: law("exponential(mean=5ms)")}
	equal(t, overtaken(newBed(2, cfg), 500, ms), 0)
	cfg.Unordered = true
	if n := overtaken(newBed(2, cfg), 500, ms); n < 200 {
		t.Errorf("an unordered link let only %d of 500 messages be overtaken", n)
	}
}

// On a TCP stream a late message holds back all later ones.
func TestALateMessageHoldsBackLaterOnes(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("1ms")})
	b.Inject("slow", sim.Degrade{Links: dir(0, 1), Add: 9 * time.Millisecond}, 2*ms, time.Millisecond)
	b.send(1*ms, 0, 1, 1)
	b.send(2*ms+1, 0, 1, 2) // 10 ms instead of 1
	b.send(4*ms, 0, 1, 3)
	b.send(20*ms, 0, 1, 4)
	b.Run(100 * ms)
	equal(t, b.got, []string{"2ms 0>1 #1", "12.000001ms 0>1 #2", "12.000001ms 0>1 #3", "21ms 0>1 #4"})
}

// A stream loses nothing: what the line loses is sent again until it arrives. The
// number of tries is geometric, so with a share of loss p the mean number of
// retransmissions is p/(1-p).
func TestOrderedLinkRetransmits(t *testing.T) {
	const n, p = 20000, 0.3
	b := newBed(2, sim.LinkConfig{Delay: law("1ms"), Loss: p, Retransmit: 10 * time.Millisecond})
	arrived, first, retries := 0, 0, 0.0
	b.onBoot = func(e *sim.Env) {
		sim.Handle(e, func(_ sim.NodeID, m note) {
			late := b.Now().Sub(sim.Time(m.N)*1000*ms) - time.Millisecond
			arrived++
			if late == 0 {
				first++
			}
			retries += float64(late) / float64(10*time.Millisecond)
		})
	}
	for i := range n {
		b.send(sim.Time(i)*1000*ms, 0, 1, i)
	}
	b.Run(n * 1000 * ms)
	equal(t, arrived, n)
	near(t, "share of messages that arrive at the first try", float64(first)/n, 1-p, 0.02)
	near(t, "retransmissions per message", retries/n, p/(1-p), 0.03)
}

func TestRetransmissionTakesLinuxsMinimumUnlessToldOtherwise(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("1ms"), Loss: 0.5})
	late := false
	b.onBoot = func(e *sim.Env) {
		sim.Handle(e, func(_ sim.NodeID, m note) { late = late || b.Now() == sim.Time(m.N)*1000*ms+201*ms })
	}
	for i := range 20 {
		b.send(sim.Time(i)*1000*ms, 0, 1, i)
	}
	b.Run(40000 * ms)
	equal(t, late, true)
}

func TestUnorderedLinkLosesAndDoubles(t *testing.T) {
	const n, loss, twice = 20000, 0.2, 0.1
	b := newBed(2, sim.LinkConfig{Delay: law("exponential(mean=1ms)"), Unordered: true, Loss: loss, Duplicate: twice})
	copies := map[int]int{}
	b.onBoot = func(e *sim.Env) { sim.Handle(e, func(_ sim.NodeID, m note) { copies[m.N]++ }) }
	for i := range n {
		b.send(sim.Time(i)*ms, 0, 1, i)
	}
	b.Run((n + 100) * ms)
	double := 0
	for _, c := range copies {
		if c == 2 {
			double++
		}
	}
	near(t, "share that arrives", float64(len(copies))/n, 1-loss, 0.02)
	near(t, "share of these that arrives twice", float64(double)/float64(len(copies)), twice, 0.1)
}

// A message of 1,000 bytes takes 1 ms on a line of 1 MB/s, and the next one waits
// for the line, but only in its own direction.
func TestBandwidthSerialises(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("10ms"), Bandwidth: 1e6})
	for i := range 3 {
		b.send(1*ms, 0, 1, i)
	}
	b.send(1*ms, 1, 0, 3)
	b.send(20*ms, 0, 1, 4)
	b.Run(100 * ms)
	equal(t, b.got, []string{"12ms 0>1 #0", "12ms 1>0 #3", "13ms 0>1 #1", "14ms 0>1 #2", "31ms 0>1 #4"})
}

// A drawn delay that holds makes bursts travel together, of whatever type.
func TestJitterHolds(t *testing.T) {
	delays := func(hold time.Duration) (changes int) {
		b := newBed(2, sim.LinkConfig{Delay: law("uniform(min=1ms, max=50ms)"), Unordered: true, Hold: hold})
		delay := map[int]time.Duration{}
		b.onBoot = func(e *sim.Env) {
			sim.Handle(e, func(_ sim.NodeID, m note) { delay[m.N] = b.Now().Sub(sim.Time(m.N) * ms) })
			sim.Handle(e, func(_ sim.NodeID, m nudge) { delay[m.N] = b.Now().Sub(sim.Time(m.N) * ms) })
		}
		for i := range 100 {
			b.At(sim.Time(i)*ms, func() {
				if i%2 == 0 {
					sim.Send(b.env[0], 1, note{i})
				} else {
					sim.Send(b.env[0], 1, nudge{i})
				}
			})
		}
		b.Run(1000 * ms)
		for i := 1; i < 100; i++ {
			if delay[i] != delay[i-1] {
				changes++
			}
		}
		return changes
	}
	equal(t, delays(0), 99)
	equal(t, delays(10*time.Millisecond), 9)
}

// near fails the test unless got is within the share tolerance of want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*want {
		t.Errorf("%s: got %.4g, want %.4g within %g %%", what, got, want, 100*tolerance)
	}
}
