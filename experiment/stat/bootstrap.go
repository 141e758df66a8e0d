package stat

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// resamples is the number of bootstrap samples. Efron and Tibshirani advise at
// least 1000 for an interval. It is chosen such that the ranks of a symmetric
// sample, 0.025·2001 and 0.975·2001, are not whole: the last bit of a sum would
// decide to which side they are rounded.
const resamples = 2000

// BCa estimates any statistic of independent observations, with an interval from
// Efron's bias-corrected and accelerated bootstrap: how the statistic varies over
// samples drawn from the sample itself, with replacement. With θ the statistic of
// xs and Φ the normal distribution function, the ends of the interval are the α₁-
// and α₂-quantiles of the resampled statistics, where
//
//	α = Φ(b + (b+z) / (1 - a(b+z))),  z = ∓1.96
//	b = Φ⁻¹(share of resampled statistics below θ), the bias correction
//	a = Σdᵢ³ / (6·(Σdᵢ²)^(3/2)), the acceleration, where dᵢ = θ₍.₎ - θ₍ᵢ₎,
//	    θ₍ᵢ₎ is the statistic without observation i, and θ₍.₎ their mean
//
// The statistic gets a sorted sample without NaN, as long as the defined part of
// xs or one shorter; it must return a finite number for each, and not keep or
// change it. The seed fixes the resampling: equal arguments give equal bits. If an
// observation is infinite, Lo and Hi are too.
//
// When to use it: for smooth statistics without a formula of their own, such as a
// coefficient of variation or a trimmed mean; for means of clearly skewed figures
// from N = 20 on, where it is longer towards the long tail and covers a little
// more than Mean; and for medians of too few observations for Quantile. When not:
// for means at N <= 10, where it covers less than Mean; for a high quantile or a
// maximum, since no resample exceeds the sample.
//
// Source: B. Efron, "Better Bootstrap Confidence Intervals", JASA 82 (1987);
// B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 14.
func BCa(xs []float64, seed uint64, statistic func(sorted []float64) float64) Interval {
	sorted := defined(xs)
	if len(sorted) == 0 {
		return none()
	}
	theta := statistic(sorted)
	i := point(theta, sorted)
	if i.Min == i.Max {
		return i
	}
	if math.IsInf(i.Min, 0) || math.IsInf(i.Max, 0) {
		i.Lo, i.Hi, i.Method = math.Inf(-1), math.Inf(1), Bootstrap
		return i
	}
	thetas := resample(sorted, seed, statistic)
	slices.Sort(thetas)
	bias := biasCorrection(thetas, theta)
	acceleration := jackknifeAcceleration(sorted, statistic)
	rank := func(z float64) float64 { return adjustedLevel(z, bias, acceleration) * (resamples + 1) }
	lower := int(math.Floor(rank(-normalQuantile975)))
	upper := int(math.Ceil(rank(normalQuantile975)))
	i.Lo, i.Hi, i.Method = thetas[max(lower, 1)-1], thetas[min(upper, resamples)-1], Bootstrap
	return i
}

// resample returns the statistic of each bootstrap sample. It draws how often
// each observation occurs rather than a list of observations, so that each
// sample is sorted without sorting it.
func resample(sorted []float64, seed uint64, statistic func([]float64) float64) []float64 {
	random := rand.New(rand.NewPCG(seed, 0))
	times := make([]int, len(sorted))
	sample := make([]float64, 0, len(sorted))
	thetas := make([]float64, resamples)
	for b := range thetas {
		clear(times)
		for range sorted {
			times[random.IntN(len(sorted))]++
		}
		sample = sample[:0]
		for i, x := range sorted {
			for range times[i] {
				sample = append(sample, x)
			}
		}
		thetas[b] = statistic(sample)
	}
	return thetas
}

// biasCorrection returns b for sorted thetas: 0 if the median of the resampled
// statistics is the statistic of the sample. Ties count half, or a statistic with
// few values (a median of counts) would look biased. Statistics that differ by
// rounding only, a billionth of their range, are ties.
func biasCorrection(thetas []float64, theta float64) float64 {
	rounding := 1e-9 * (thetas[len(thetas)-1] - thetas[0])
	below := 0.0
	for _, t := range thetas {
		switch {
		case math.Abs(t-theta) <= rounding:
			below += 0.5
		case t < theta:
			below++
		}
	}
	// Φ⁻¹ of 0 or 1 is infinite, and a share of exactly 0 is only "fewer than one
	// in resamples".
	share := min(max(below/resamples, 1.0/(resamples+1)), float64(resamples)/(resamples+1))
	return distuv.UnitNormal.Quantile(share)
}

// jackknifeAcceleration returns a: how fast the standard error of the statistic
// changes with its true value, a sixth of the skewness of the jackknife. By the
// inequality between the 2- and the 3-norm it is never above 1/6.
func jackknifeAcceleration(sorted []float64, statistic func([]float64) float64) float64 {
	n := len(sorted)
	without := make([]float64, n-1)
	thetas := make([]float64, n)
	for i := range sorted {
		copy(without, sorted[:i])
		copy(without[i:], sorted[i+1:])
		thetas[i] = statistic(without)
	}
	slices.Sort(thetas)
	mean, _ := moments(thetas)
	squares := 0.0
	for _, t := range thetas {
		squares += (mean - t) * (mean - t)
	}
	if squares == 0 {
		return 0 // no single observation matters
	}
	cubes := 0.0
	for _, t := range thetas {
		d := (mean - t) / math.Sqrt(squares) // before cubing: cubes of tiny numbers are 0
		cubes += d * d * d
	}
	return cubes / 6
}

// adjustedLevel returns α for the normal quantile z. The denominator stays
// positive: |acceleration| <= 1/6, and |bias+z| < 3.3 + 1.96 < 6.
func adjustedLevel(z, bias, acceleration float64) float64 {
	shifted := bias + z
	return distuv.UnitNormal.CDF(bias + shifted/(1-acceleration*shifted))
}
