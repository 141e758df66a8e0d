package workload

import (
	"time"

	"replsim/sim"
	"replsim/sim/dist"
)

// arrivals yields the instants at which one client's operations begin in an open
// loop, in order: a process of constant rate in operational time (see curve).
type arrivals struct {
	curve *curve
	at    cursor
	// operational is the time of the latest arrival; it is kept as a sum, so that the
	// rounding of instants to nanoseconds never adds up.
	operational float64

	// gap is the mean operational time, in seconds, between two arrivals.
	gap  float64
	unit *sim.Draws // Poisson, Bursts: exponential, with the mean unitMean
	// Constant: the client's k-th arrival, from 0, is the group's (k·step + first)-th.
	first, step, count int64
}

// unitMean stands for 1 in the draws of unit exponentials; durations have whole
// nanoseconds, so this leaves them twelve digits.
const unitMean = 1000 * time.Second

// newArrivals returns the arrivals of the i-th of n clients.
func newArrivals(cfg *Config, c *curve, i, n int, e *sim.Env) arrivals {
	a := arrivals{curve: c, gap: float64(n) / cfg.Rate}
	switch cfg.Process {
	case Constant:
		a.gap = 1 / cfg.Rate
		a.first, a.step = int64(i), int64(n)
		return a
	case Bursts:
		a.gap *= float64(cfg.BurstSize)
	}
	spec, err := dist.Parse("exponential(mean=" + unitMean.String() + ")")
	if err != nil {
		panic("workload: " + err.Error())
	}
	a.unit = e.Draws(spec, "arrivals")
	return a
}

// next returns the next instant, or never if the profile has ended at 0.
//
// Independent Poisson processes add up to one, so clients draw on their own. Evenly
// spaced arrivals do not: there the clients take turns. Their first comes half a gap
// after the start, so that a span of whole gaps has exactly its number.
func (a *arrivals) next() sim.Time {
	if a.unit == nil {
		a.operational = float64((float64(a.count*a.step+a.first) + 0.5) * a.gap)
		a.count++
	} else {
		a.operational += float64(a.gap * (float64(a.unit.Next()) / float64(unitMean)))
	}
	seconds, ok := a.curve.realTime(&a.at, a.operational)
	if !ok || seconds > never.Seconds() {
		return never
	}
	return sim.Time(float64(seconds*1e9) + 0.5)
}

// never is an instant after the end of every run.
const never = sim.Time(dist.Longest)
