package dist

import (
	"fmt"
	"math"
)

// One function per family turns the parameters, in whichever form they were
// given, into the law. What follows from others by a logarithm or a square root
// is computed in portable arithmetic, what needs more is settled.

func buildConstant(a *arguments) law { return constantLaw{a.time("value")} }

func buildUniform(a *arguments) law {
	var l uniformLaw
	l.Min, l.Max = a.time("min"), a.above("max", "min")
	return l
}

func buildExponential(a *arguments) law {
	switch {
	case a.has("min"): // the whole has this mean, the exponential part what is left
		low := a.time("min")
		return boundedLaw{newExponential(a.above("mean", "min") - low), low, math.Inf(1)}
	case a.has("median"):
		return newExponential(a.positive("median") / math.Ln2)
	}
	return newExponential(a.positive("mean"))
}

func buildNormal(a *arguments) law { return newNormal(a.time("mean"), a.positive("sd")) }

// tailPoints are the quantiles that a lognormal law may be given by.
var tailPoints = []struct {
	name string
	p    float64
}{{"p90", 0.90}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}}

func buildLognormal(a *arguments) law {
	switch {
	case a.has("sd"):
		// Of a lognormal, (sd/mean)² = e^σ² - 1 and mean = e^(μ+σ²/2).
		mean, spread := a.positive("mean"), a.positive("sd")
		ratio := spread / mean
		sigma := math.Sqrt(log(muladd(ratio, ratio, 1)))
		a.derived(sigma, "sigma", "mean", "sd", minSigma, maxSigma)
		return newLognormal(log(max(mean, 1))-float64(sigma*sigma)/2, sigma)
	case a.has("mean"):
		mean, sigma := a.positive("mean"), a.number("sigma", minSigma, maxSigma)
		return newLognormal(log(max(mean, 1))-float64(sigma*sigma)/2, sigma)
	case a.has("sigma"):
		return newLognormal(log(max(a.positive("median"), 1)), a.number("sigma", minSigma, maxSigma))
	}
	median, sigma := a.positive("median"), 0.0
	for _, point := range tailPoints {
		if a.has(point.name) && len(a.errs) == 0 {
			// The logarithm is normal: its p-quantile is μ + σ·z(p).
			tail := a.above(point.name, "median")
			sigma = log(max(tail, 1)/median) / normalQuantile(point.p)
			a.derived(sigma, "sigma", "median", point.name, minSigma, maxSigma)
		}
	}
	return newLognormal(log(max(median, 1)), sigma)
}

func buildGamma(a *arguments) law {
	var scale, shape float64
	switch {
	case a.has("sd"): // mean = shape·scale, sd² = shape·scale²
		ratio := a.positive("mean") / a.positive("sd")
		shape = a.derived(ratio*ratio, "shape", "mean", "sd", minShape, maxShape)
		scale = a.time("mean") / shape
	case a.has("mean"):
		shape = a.number("shape", minShape, maxShape)
		scale = a.positive("mean") / shape
	default:
		shape = a.number("shape", minShape, maxShape)
		scale = a.positive("scale")
	}
	if len(a.errs) > 0 {
		return nil
	}
	return newGamma(scale, shape)
}

func buildWeibull(a *arguments) law {
	switch {
	case a.has("p99"):
		// P(X > x) = e^-(x/scale)^shape is ½ at the median and 1/100 at p99.
		median, tail := a.positive("median"), a.above("p99", "median")
		if len(a.errs) > 0 {
			return nil
		}
		shape := log(log(100)/math.Ln2) / log(tail/median)
		a.derived(shape, "shape", "median", "p99", minShape, maxShape)
		return newWeibull(median*exp(-log(math.Ln2)/shape), shape)
	case a.has("mean"):
		mean, shape := a.positive("mean"), a.number("shape", minShape, maxShape)
		return newWeibull(settle(mean/math.Gamma(1+1/shape)), shape)
	}
	return newWeibull(a.positive("scale"), a.number("shape", minShape, maxShape))
}

func buildPareto(a *arguments) law {
	switch {
	case a.has("mean"): // mean = min·shape/(shape-1), finite only for shape > 1
		mean, shape := a.positive("mean"), a.number("shape", minShape, maxShape)
		if shape <= 1 && len(a.errs) == 0 {
			a.fail("shape", formatNumber(shape)+" gives an infinite mean", "a shape above 1, or min in place of mean")
		}
		return newPareto(mean*(shape-1)/shape, shape)
	case a.has("p99"): // 1/100 = (min/p99)^shape
		low, tail := a.positive("min"), a.above("p99", "min")
		if len(a.errs) > 0 {
			return nil
		}
		return newPareto(low, a.derived(log(100)/log(tail/low), "shape", "min", "p99", minShape, maxShape))
	}
	return newPareto(a.positive("min"), a.number("shape", minShape, maxShape))
}

// weightSlack is how far the weights of a mixture may miss 1, so that three
// thirds may be written 0.333, while a forgotten part is found.
const weightSlack = 0.0011

func buildMixture(a *arguments) law {
	var weights []float64
	var laws []law
	total := 0.0
	for i := range a.spec.parts {
		part := &a.spec.parts[i]
		if !(part.weight > 0 && part.weight <= 1) {
			a.fail(fmt.Sprintf("parts[%d].weight", i), formatNumber(part.weight)+" is not a weight", "a number above 0, at most 1")
		}
		inner, errs := part.spec.build()
		a.errs = append(a.errs, errs.under(i)...)
		total += part.weight
		weights, laws = append(weights, part.weight), append(laws, inner)
	}
	if len(a.errs) == 0 && math.Abs(total-1) > weightSlack {
		a.fail("parts", fmt.Sprintf("the weights add up to %.4g", total), "weights that add up to 1")
	}
	if len(a.errs) > 0 {
		return nil
	}
	return newMixture(weights, laws)
}

// buildEmpirical takes the points that Load has read. Before Load, the values are
// checked all the same, with a single point in place of those in the file.
func buildEmpirical(a *arguments) law {
	factor := 1.0
	if a.has("factor") {
		factor = a.number("factor", 1e-6, 1e6)
	}
	if a.spec.points == nil {
		return &empiricalLaw{x: []float64{0}}
	}
	return a.spec.points.times(factor)
}
