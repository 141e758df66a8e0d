package stat

import "math"

// Count estimates the expected number of events in one replication, such as lost
// writes or failovers, from the number in each. It is Mean cut to [0, +Inf], but
// for two cases in which rare events make Mean far too sure:
//
// No replication saw an event. The spread of the sample is zero, but the rate
// need not be. The interval is [0, 3/N] by the rule of three (see Proportion): a
// Poisson rate above 3/N per replication would have produced an event with
// probability 1 - e⁻³ > 0.95.
//
// Few replications did. With one event in 20 replications, Student's interval
// ends at 0.155, hardly beyond the 0.15 of none at all, and covers a rate of 0.16
// in 82 % of experiments. For N replications of which m saw events, the mean is
//
//	m/N · (mean number in a replication with events)
//
// and Hi is raised to what Wilson's upper end in place of m/N makes of it
// (method "few-events"), 0.24 in the example. It has an effect only while m is a
// small part of N.
//
// Events that come in bursts are not Poisson: one failover loses fifty writes at
// once, or none. For these, 3/N bounds the bursts per replication rather than
// the events. It cannot say how large the burst is that nobody has seen.
//
// Count panics if a value is negative.
//
// Source: of the rule of three and Wilson's interval, as of Proportion. The two
// are joined here for want of a published method that needs no assumption on how
// large bursts are. Coverage is tested rather than proved: 95 to 99 % for single
// events and for bursts of one size, less if sizes vary (see the package comment).
func Count(xs []float64) Interval {
	i := Mean(xs)
	if i.Min < 0 {
		panic("stat: negative count")
	}
	if i.N > 0 && i.Max == 0 {
		i.Hi, i.Method = 3/float64(i.N), RuleOfThree
		return i
	}
	withEvents := 0
	for _, x := range xs {
		if x > 0 {
			withEvents++
		}
	}
	return i.raisedTo(fewEventsBound(i.Mean, withEvents, i.N)).Within(0, math.Inf(1))
}

// fewEventsBound returns what a mean over n replications, of which some had
// events, may really be if chance had given events to more of them. If all had, it
// returns the mean.
func fewEventsBound(mean float64, withEvents, n int) float64 {
	share := Proportion(withEvents, n)
	return mean * (share.Hi / share.Mean)
}

// raisedTo extends the interval to a higher upper end.
func (i Interval) raisedTo(hi float64) Interval {
	if hi > i.Hi {
		i.Hi, i.Method = hi, FewEvents
	}
	return i
}

// loweredTo extends the interval to a lower lower end.
func (i Interval) loweredTo(lo float64) Interval {
	if lo < i.Lo {
		i.Lo, i.Method = lo, FewEvents
	}
	return i
}
