package detect

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"replsim/sim"
)

const ms = sim.Time(time.Millisecond)

func TestTimeout(t *testing.T) {
	d := NewTimeout(300 * time.Millisecond)
	d.Reset(50 * ms)
	if got := d.Deadline(); got != 350*ms {
		t.Errorf("after Reset at 50 ms: %v", got)
	}
	d.Heard(100 * ms)
	d.Heard(220 * ms)
	if got := d.Deadline(); got != 520*ms {
		t.Errorf("after heartbeats at 100 and 220 ms: %v", got)
	}
}

// phi computes φ at an instant from scratch, by the definition.
func phi(intervals []float64, deviation, since float64) float64 {
	mean, variance := 0.0, 0.0
	for _, x := range intervals {
		mean += x / float64(len(intervals))
	}
	for _, x := range intervals {
		variance += (x - mean) * (x - mean) / float64(len(intervals))
	}
	sd := max(math.Sqrt(variance), deviation)
	return -math.Log10(0.5 * math.Erfc((since-mean)/sd/math.Sqrt2))
}

// At its deadline φ is the threshold, whatever the history.
func TestPhiReachesItsThreshold(t *testing.T) {
	for _, c := range []struct {
		threshold float64
		window    int
		deviation time.Duration
		beats     int
	}{
		{1, 1000, time.Millisecond, 50}, {8, 1000, time.Millisecond, 50}, {8, 20, time.Millisecond, 200},
		{30, 1000, time.Millisecond, 50}, {8, 1000, 100 * time.Millisecond, 50}, {0.2, 5, time.Millisecond, 3}, {8, 1, time.Millisecond, 4},
	} {
		rng := rand.New(rand.NewPCG(1, 1))
		d := NewPhi(PhiConfig{Threshold: c.threshold, Window: c.window, MinDeviation: c.deviation, Expected: 100 * time.Millisecond})
		intervals := []float64{0.075, 0.125}
		if c.window == 1 {
			intervals = []float64{0.1}
		}
		now := sim.Time(0)
		d.Reset(now)
		for i := range c.beats {
			next := now + 90*ms + sim.Time(rng.Int64N(int64(20*ms)))
			if i > 0 && next < d.Deadline() { // the first one follows no other
				intervals = append(intervals, next.Sub(now).Seconds())
			}
			now = next
			d.Heard(now)
		}
		intervals = intervals[max(0, len(intervals)-c.window):]
		since := d.Deadline().Sub(now).Seconds()
		if got := phi(intervals, c.deviation.Seconds(), since); math.Abs(got-c.threshold) > 1e-3*c.threshold {
			t.Errorf("%+v: φ is %v at the deadline, %v after the last heartbeat", c, got, since)
		}
	}
}

// A pause that is accepted comes on top.
func TestPhiPause(t *testing.T) {
	cfg := PhiConfig{Threshold: 8, Window: 10, MinDeviation: time.Millisecond, Expected: time.Second}
	without := NewPhi(cfg).Deadline()
	cfg.Pause = 3 * time.Second
	if with := NewPhi(cfg).Deadline(); with-without != 3000*ms {
		t.Errorf("%v without, %v with", without, with)
	}
}

// The silence before a heartbeat that was suspected does not count as an interval, nor
// does a clock that jumps back confuse the history.
func TestPhiKeepsOutliersOut(t *testing.T) {
	d := NewPhi(PhiConfig{Threshold: 3, Window: 10, MinDeviation: 10 * time.Millisecond, Expected: 100 * time.Millisecond})
	now := sim.Time(0)
	for range 20 {
		now += 100 * ms
		d.Heard(now)
	}
	usual := d.Deadline().Sub(now)
	now += 3000 * ms
	d.Heard(now)
	if got := d.Deadline().Sub(now); got != usual {
		t.Errorf("%v after a long silence, %v before", got, usual)
	}
	d.Heard(now - 500*ms)
	if got := d.Deadline().Sub(now - 500*ms); got < 100*time.Millisecond || got > time.Second {
		t.Errorf("%v after a clock that jumped back", got)
	}
}
