package stat

import "math"

// normalQuantile975 is the 0.975 quantile of the standard normal distribution.
const normalQuantile975 = 1.959963984540054

// Proportion estimates the probability of an event that k of n independent
// trials showed. The trials are usually replications ("data was lost in 3 of 50
// runs"); for operations within replications use ProportionClustered.
//
// Its interval is Wilson's: all p that a two-sided score test at 5 % does not
// reject, |k/n - p| <= z·√(p(1-p)/n) with z = 1.96, which solves to
//
//	(k + z²/2 ± z·√(k(n-k)/n + z²/4)) / (n + z²)
//
// Unlike the textbook k/n ± z·√(…) it stays within [0, 1] and does not shrink to
// nothing at few events.
//
// If the event never happened, the interval is [0, 3/n], and [1-3/n, 1] if it
// always did: the rule of three. It rounds up the exact one-sided 95 % bound
// 1 - 0.05^(1/n), since (1-3/n)ⁿ < e⁻³ < 0.05, and anyone can check it in their
// head. With fewer than four trials it says nothing.
//
// Coverage of a discrete count swings about 95 % as p varies, for any method
// that does not randomise. The worst case here is p just above 3/n, with 92 %,
// or a p near 0.2/n, where a single event (likely enough) already rejects it.
//
// Proportion panics unless 0 <= k <= n.
//
// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and
// Statistical Inference", JASA 22 (1927); J. A. Hanley and A. Lippman-Hand, "If
// Nothing Goes Wrong, Is Everything All Right?", JAMA 249 (1983); L. D. Brown,
// T. T. Cai and A. DasGupta, "Interval Estimation for a Binomial Proportion",
// Statistical Science 16 (2001), on the swings.
func Proportion(k, n int) Interval {
	checkTrials(k, n)
	if n == 0 {
		return none()
	}
	i := Interval{Mean: float64(k) / float64(n), N: n, Method: Wilson}
	if k > 0 {
		i.Max = 1
	}
	if k == n {
		i.Min = 1
	}
	if k == 0 || k == n {
		return ruleOfThree(i)
	}
	const z = normalQuantile975
	trials, hits := float64(n), float64(k)
	centre := hits + z*z/2
	half := z * math.Sqrt(hits*(trials-hits)/trials+z*z/4)
	i.Lo, i.Hi = (centre-half)/(trials+z*z), (centre+half)/(trials+z*z)
	return i
}

// ruleOfThree sets the interval of a proportion whose Mean is 0 or 1, with N
// independent trials.
func ruleOfThree(i Interval) Interval {
	bound := 3 / float64(i.N)
	i.Lo, i.Hi, i.Method = i.Mean-bound, i.Mean+bound, RuleOfThree
	return i.Within(0, 1)
}

// ProportionClustered estimates the share of operations that show an event, such
// as stale reads among reads, from ks[r] events in ns[r] operations of
// replication r. Operations of one replication share its faults and queues, so
// they are no independent trials: pooling 20 replications into 200,000 reads and
// taking Wilson's interval would be far too sure. Replications are independent,
// and everything below rests on them alone:
//
//   - In general: Ratio, cut to [0, 1]. If few replications had an event, or few
//     had an operation without one, that end is moved out as in Count.
//   - With at most one operation per replication (ten failovers, each with or
//     without loss) operations are independent: Proportion.
//   - No event in any operation, or one in every operation: the rule of three
//     with N the number of replications, [0, 3/N] or [1-3/N, 1].
//
// Why replications in the last case? Let 1 in 20 replications meet a failover
// that makes half of its reads stale: a share of 2.5 %. A third of all
// experiments with 20 replications see none of it. "0 of 200,000 reads, so below
// 3/200,000" is then wrong by a factor of 1,600. What 20 clean replications do
// show is that at most 3/20 of replications contain such events at all, and the
// share among operations cannot be larger than that, as long as replications with
// events have not more operations than others. The bound is wide, as it must be:
// nobody knows how many operations an event spoils that was never seen. Whoever
// knows that operations are independent calls Proportion with the sums.
//
// N counts the replications that had an operation. Min and Max are the smallest
// and largest share within one replication.
//
// ProportionClustered panics unless ks and ns have one length and
// 0 <= ks[r] <= ns[r].
//
// Source: as of Ratio, Proportion and Count.
func ProportionClustered(ks, ns []int) Interval {
	if len(ks) != len(ns) {
		panic("stat: as many numerators as denominators needed")
	}
	var events, operations, replications, withEvents, withOthers int
	over, under := make([]float64, len(ks)), make([]float64, len(ks))
	for r, k := range ks {
		checkTrials(k, ns[r])
		events += k
		operations += ns[r]
		replications += one(ns[r] > 0)
		withEvents += one(k > 0)
		withOthers += one(k < ns[r])
		over[r], under[r] = float64(k), float64(ns[r])
	}
	if operations == replications {
		return Proportion(events, operations)
	}
	i := Ratio(over, under)
	if events == 0 || events == operations {
		return ruleOfThree(i)
	}
	i = i.raisedTo(fewEventsBound(i.Mean, withEvents, i.N))
	i = i.loweredTo(1 - fewEventsBound(1-i.Mean, withOthers, i.N))
	return i.Within(0, 1)
}

// one counts a condition.
func one(condition bool) int {
	if condition {
		return 1
	}
	return 0
}

func checkTrials(k, n int) {
	if k < 0 || k > n {
		panic("stat: events must be between 0 and the number of trials")
	}
}
