package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// PooledQuantiles returns quantiles of a measure of which each replication has a few
// values, such as the time of each failover, from the values of all replications
// together: for each share in grid the smallest value that at least this share of all
// values does not exceed, and its 95 % interval. +Inf stands for a value too long to
// be seen.
//
// The interval needs no shape of the distribution. Of n independent values at most k
// lie below the p-quantile with the probability of at most k successes in n trials
// of chance p, so it lies between two of the ordered values, whose ranks follow from
// the binomial distribution. Where n values do not bound it (the p99 of 20 values from
// above), the end is NaN. It holds point by point, and covers at least 95 %.
//
// Values of one replication are not independent: here n is the number of replications
// with values, as if all those of one were equal. With one value each the interval is
// exact, with more it is too wide rather than too short.
//
// PooledQuantiles panics unless all shares are within [0, 1].
//
// Source: H. A. David and H. N. Nagaraja, "Order Statistics", 3rd ed. (2003), 7.1.
func PooledQuantiles(replications [][]float64, grid []float64) (q, lo, hi []float64) {
	var all []float64
	n := 0
	for _, values := range replications {
		if len(values) > 0 {
			n++
		}
		all = append(all, values...)
	}
	slices.Sort(all)
	for _, p := range grid {
		if !(p >= 0 && p <= 1) {
			panic("stat: the share of a quantile must be between 0 and 1")
		}
		below, above := ranks(n, p)
		q = append(q, ranked(all, p))
		lo = append(lo, ranked(all, below))
		hi = append(hi, ranked(all, above))
	}
	return q, lo, hi
}

// ranked returns the smallest of the sorted values that a share p does not exceed; NaN
// if p is no share.
func ranked(sorted []float64, p float64) float64 {
	if math.IsNaN(p) || len(sorted) == 0 {
		return math.NaN()
	}
	// The grain keeps 0.3·10, which is not quite 3, from becoming 4.
	rank := int(math.Ceil(p*float64(len(sorted)) - 1e-9))
	return sorted[max(rank, 1)-1]
}

// ranks returns the ranks between which the p-quantile of n values lies in 95 of 100
// samples, as shares of n; NaN where no value bounds it.
func ranks(n int, p float64) (below, above float64) {
	const tail = 0.025
	switch {
	case n == 0:
		return math.NaN(), math.NaN()
	case p == 0: // the least that there may be is not above the least value, and nothing bounds it below
		return math.NaN(), 0
	case p == 1:
		return 1, math.NaN()
	}
	successes := distuv.Binomial{N: float64(n), P: p}
	below, above = math.NaN(), math.NaN()
	// The quantile is below the k-th value if fewer than k lie below it.
	k := search(n, func(k int) bool { return successes.CDF(float64(k)-1) > tail }) - 1
	if k >= 1 {
		below = float64(k) / float64(n)
	}
	if k := search(n, func(k int) bool { return successes.CDF(float64(k)-1) >= 1-tail }); k <= n {
		above = float64(k) / float64(n)
	}
	return below, above
}

// search returns the least k in 1 … n for which yes, which stays true, or n+1.
func search(n int, yes func(k int) bool) int {
	lo, hi := 1, n+1
	for lo < hi {
		if mid := (lo + hi) / 2; yes(mid) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
