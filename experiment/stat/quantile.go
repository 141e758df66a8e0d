package stat

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// SampleQuantile returns the value that a share p of xs lies below, with linear
// interpolation between the values next to rank 1 + (N-1)·p. This is type 7 of
// Hyndman and Fan, the default of R and NumPy. NaN values are left out; the
// quantile of no value is NaN.
//
// SampleQuantile panics unless 0 <= p <= 1.
//
// Source: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages",
// The American Statistician 50 (1996).
func SampleQuantile(xs []float64, p float64) float64 {
	return quantileOf(defined(xs), p)
}

// quantileOf is SampleQuantile of a sorted sample without NaN.
func quantileOf(sorted []float64, p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic("stat: the share of a quantile must be between 0 and 1")
	}
	if len(sorted) == 0 {
		return math.NaN()
	}
	below, part := math.Modf(float64(len(sorted)-1) * p)
	k := int(below)
	if part == 0 || sorted[k] == sorted[k+1] {
		return sorted[k] // also where infinities would make Inf - Inf below
	}
	return min(sorted[k]+part*(sorted[k+1]-sorted[k]), sorted[k+1])
}

// Quantile estimates the p-quantile of the distribution that the independent
// observations xs come from, such as the median time to recover over
// replications. Mean is SampleQuantile; the ends of the interval are themselves
// observations, in ascending order the l-th and the u-th:
//
//	l: the largest rank with P(B < l) <= 0.025
//	u: the smallest rank with P(B >= u) <= 0.025
//
// where B, the number of observations below the true quantile, is binomial with
// parameters N and p. Nothing is assumed of the distribution, so coverage is at
// least 95 %, and for small N more, as ranks are whole numbers.
//
// Where the sample is too small to have such a rank, Lo is -Inf or Hi +Inf: no
// one can bound a median by five observations, nor the 0.99-quantile from above
// by fewer than 368.
//
// When not to use it: for a latency quantile within replications. Operations of
// one replication are dependent, so compute the quantile of each replication and
// give these to Mean. See also BCa.
//
// NaN values are left out. Quantile panics unless 0 < p < 1.
//
// Source: W. J. Conover, Practical Nonparametric Statistics, section 3.2.
func Quantile(xs []float64, p float64) Interval {
	if !(p > 0 && p < 1) {
		panic("stat: an interval needs a share strictly between 0 and 1")
	}
	sorted := defined(xs)
	n := len(sorted)
	if n == 0 {
		return none()
	}
	i := point(quantileOf(sorted, p), sorted)
	i.Lo, i.Hi, i.Method = math.Inf(-1), math.Inf(1), OrderStatistic
	l, u := quantileRanks(n, p)
	// For extreme p the interpolated estimate may lie just outside of the ranks;
	// the interval is then stretched to it, which can only add coverage.
	if l >= 1 {
		i.Lo = min(sorted[l-1], i.Mean)
	}
	if u <= n {
		i.Hi = max(sorted[u-1], i.Mean)
	}
	return i
}

// quantileRanks returns the ranks l and u of Quantile; l = 0 and u = n+1 stand
// for "no such rank".
func quantileRanks(n int, p float64) (l, u int) {
	below := distuv.Binomial{N: float64(n), P: p}
	l = sort.Search(n, func(k int) bool { return below.CDF(float64(k)) > tail })
	u = 1 + sort.Search(n, func(k int) bool { return below.CDF(float64(k)) >= 1-tail })
	return l, u
}
