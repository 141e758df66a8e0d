package stat

import "math"

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
