package stat

import (
	"math"
	"slices"
)

// Interval is an estimate with its 95 % confidence interval: of 100 intervals
// made from 100 independent experiments, about 95 contain the true value.
//
// All but N and Method are in the unit of what was estimated. If Method is
// "none", they are NaN, and if a value was infinite, some of them are too;
// neither can be stored as JSON, so a caller leaves such a figure out.
type Interval struct {
	Mean   float64 // the estimate: a mean, but also a ratio or proportion
	Lo, Hi float64 // ends of the 95 % interval of Mean
	Min    float64 // smallest observation (for a ratio: smallest ratio within one replication)
	Max    float64 // largest observation
	N      int     // observations that Mean rests on, usually replications in which it was defined
	Method string  // how Lo and Hi were made: one of the constants below
}

// Values of Interval.Method.
const (
	Student        = "t"             // Student's t over replications
	RatioEstimator = "ratio"         // Student's t over linearised residuals of a ratio
	Wilson         = "wilson"        // score interval of independent trials
	RuleOfThree    = "rule-of-three" // 3/N, as the event never (or always) happened
	FewEvents      = "few-events"    // t or ratio, one end moved out as few replications had events
	Constant       = "constant"      // all observations equal: Lo = Hi = Mean, and no spread to estimate from
	Single         = "single"        // one observation: Lo = Hi = Mean, which is no interval at all
	None           = "none"          // no observation
)

// tail is the probability that an interval leaves out on either side.
const tail = 0.025

// Within cuts the interval's ends to what is possible, such as [0, 1] for a
// proportion or [0, +Inf] for a time: a symmetric interval does not know that a
// time is never negative. As no true value lies in what is cut off, no coverage
// is lost.
func (i Interval) Within(lo, hi float64) Interval {
	i.Lo, i.Hi = max(i.Lo, lo), min(i.Hi, hi)
	return i
}

// none is the interval of an empty sample.
func none() Interval {
	nan := math.NaN()
	return Interval{Mean: nan, Lo: nan, Hi: nan, Min: nan, Max: nan, Method: None}
}

// point is an interval without width, around the estimate of a sorted,
// non-empty sample.
func point(estimate float64, sorted []float64) Interval {
	i := Interval{
		Mean: estimate, Lo: estimate, Hi: estimate,
		Min: sorted[0], Max: sorted[len(sorted)-1],
		N: len(sorted), Method: Constant,
	}
	if i.N == 1 {
		i.Method = Single
	}
	return i
}

// defined returns the values of xs that are not NaN, in ascending order. All
// sums are taken in this order: adding floating-point numbers in another one may
// change the last bit, and an estimate must not depend on which replication
// finished first.
func defined(xs []float64) []float64 {
	out := make([]float64, 0, len(xs))
	for _, x := range xs {
		if !math.IsNaN(x) {
			out = append(out, x+0) // -0 becomes +0: the two sort as equal but print apart
		}
	}
	slices.Sort(out)
	return out
}
