package stat

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Mean estimates the expected value of one observation, usually of a figure
// that each replication yields once. Its interval is
//
//	x̄ ± t · s/√N,  s² = Σ(xᵢ - x̄)² / (N-1)
//
// with t the 0.975 quantile of Student's distribution with N-1 degrees of
// freedom. The normal 1.96 in place of t would cover 88 % rather than 95 % at
// N = 5.
//
// NaN stands for "not defined in this replication" and is left out. An infinite
// value makes the mean infinite, and then Lo and Hi too (NaN if both infinities
// occur).
//
// The interval is exact if observations are normal. Otherwise the central limit
// theorem makes it right for large N only; how wrong it is before, the package
// comment tells.
//
// Source: "Student" (W. S. Gosset), "The Probable Error of a Mean", Biometrika 6
// (1908); A. M. Law, Simulation Modeling and Analysis, section 4.5.
func Mean(xs []float64) Interval {
	sorted := defined(xs)
	if len(sorted) == 0 {
		return none()
	}
	mean, variance := moments(sorted)
	i := point(mean, sorted)
	if i.Min == i.Max {
		return i
	}
	i.Method = Student
	if math.IsInf(mean, 0) || math.IsNaN(mean) {
		return i
	}
	half := studentQuantile(i.N-1) * math.Sqrt(variance/float64(i.N))
	i.Lo, i.Hi = mean-half, mean+half
	return i
}

// moments returns the mean and the unbiased variance of a sorted, non-empty
// sample (variance 0 for one value). Two passes, since the one-pass formula
// Σx² - N·x̄² subtracts two nearly equal numbers.
func moments(sorted []float64) (mean, variance float64) {
	n := float64(len(sorted))
	for _, x := range sorted {
		mean += x
	}
	// Rounding may push the mean of equal values past them: 0.1+0.1+0.1 > 0.3.
	mean = min(max(mean/n, sorted[0]), sorted[len(sorted)-1])
	if len(sorted) == 1 {
		return mean, 0
	}
	for _, x := range sorted {
		variance += (x - mean) * (x - mean)
	}
	return mean, variance / (n - 1)
}

// studentQuantile returns the factor t of a 95 % interval.
func studentQuantile(degrees int) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: float64(degrees)}.Quantile(1 - tail)
}
