package dist

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// The laws with a closed quantile function. Each draws by inversion in portable
// arithmetic; distribution functions and means, which no run depends on, are
// gonum's. All times are nanoseconds.

// constantLaw is always the same time.
type constantLaw struct{ value float64 }

func (l constantLaw) draw(float64) float64       { return l.value }
func (l constantLaw) quantile(float64) float64   { return l.value }
func (l constantLaw) mean(limit float64) float64 { return min(l.value, limit) }
func (l constantLaw) bounds() (low, high float64) {
	return l.value, l.value
}
func (l constantLaw) cdf(x float64) float64 {
	if x < l.value {
		return 0
	}
	return 1
}

// uniformLaw is equally likely anywhere between two times.
type uniformLaw struct{ distuv.Uniform }

func (l uniformLaw) draw(u float64) float64      { return muladd(l.Max-l.Min, u, l.Min) }
func (l uniformLaw) quantile(u float64) float64  { return l.draw(u) }
func (l uniformLaw) cdf(x float64) float64       { return l.CDF(x) }
func (l uniformLaw) mean(limit float64) float64  { return limitedMean(l, min(limit, l.Max)) }
func (l uniformLaw) bounds() (low, high float64) { return l.Min, l.Max }

// exponentialLaw is the wait for an event that is equally likely at any moment.
type exponentialLaw struct {
	distuv.Exponential
	expected float64 // 1/Rate; a product is faster than a quotient
}

func newExponential(mean float64) exponentialLaw {
	return exponentialLaw{distuv.Exponential{Rate: 1 / mean}, mean}
}

func (l exponentialLaw) draw(u float64) float64      { return -l.expected * log(1-u) }
func (l exponentialLaw) quantile(u float64) float64  { return l.draw(u) }
func (l exponentialLaw) cdf(x float64) float64       { return l.CDF(x) }
func (l exponentialLaw) mean(limit float64) float64  { return meanOf(l, limit) }
func (l exponentialLaw) bounds() (low, high float64) { return 0, math.Inf(1) }

// lognormalLaw is e to the power of a normal variable: many factors multiplied.
type lognormalLaw struct{ distuv.LogNormal }

func newLognormal(mu, sigma float64) lognormalLaw {
	return lognormalLaw{distuv.LogNormal{Mu: mu, Sigma: sigma}}
}

func (l lognormalLaw) draw(u float64) float64 {
	return exp(muladd(l.Sigma, normalQuantile(u), l.Mu))
}
func (l lognormalLaw) quantile(u float64) float64  { return l.draw(u) }
func (l lognormalLaw) cdf(x float64) float64       { return l.CDF(max(x, 0)) }
func (l lognormalLaw) mean(limit float64) float64  { return meanOf(l, limit) }
func (l lognormalLaw) bounds() (low, high float64) { return 0, math.Inf(1) }

// weibullLaw is a power of an exponential variable: failures that become rarer
// (shape < 1) or more frequent (shape > 1) with age.
type weibullLaw struct {
	distuv.Weibull
	power float64 // 1/K
}

func newWeibull(scale, shape float64) weibullLaw {
	return weibullLaw{distuv.Weibull{K: shape, Lambda: scale}, 1 / shape}
}

func (l weibullLaw) draw(u float64) float64 {
	return l.Lambda * exp(l.power*log(-log(1-u)))
}
func (l weibullLaw) quantile(u float64) float64  { return l.draw(u) }
func (l weibullLaw) cdf(x float64) float64       { return l.CDF(x) }
func (l weibullLaw) mean(limit float64) float64  { return meanOf(l, limit) }
func (l weibullLaw) bounds() (low, high float64) { return 0, math.Inf(1) }

// paretoLaw has a tail that falls as a power: P(X > x) = (Xm/x)^Alpha.
type paretoLaw struct {
	distuv.Pareto
	power float64 // -1/Alpha
}

func newPareto(low, shape float64) paretoLaw {
	return paretoLaw{distuv.Pareto{Xm: low, Alpha: shape}, -1 / shape}
}

func (l paretoLaw) draw(u float64) float64      { return l.Xm * exp(l.power*log(1-u)) }
func (l paretoLaw) quantile(u float64) float64  { return l.draw(u) }
func (l paretoLaw) cdf(x float64) float64       { return l.CDF(x) }
func (l paretoLaw) mean(limit float64) float64  { return meanOf(l, limit) }
func (l paretoLaw) bounds() (low, high float64) { return l.Xm, math.Inf(1) }

// normalLaw is a normal variable given that it is not negative: the part of the
// curve below 0 is cut off and the rest scaled up to probability 1. Nothing
// piles up at 0, unlike when negative draws are set to 0.
type normalLaw struct {
	distuv.Normal
	cut float64 // the probability that was cut off
}

func newNormal(mean, sd float64) normalLaw {
	n := distuv.Normal{Mu: mean, Sigma: sd}
	return normalLaw{n, settle(n.CDF(0))}
}

func (l normalLaw) draw(u float64) float64 {
	v := min(muladd(1-l.cut, u, l.cut), 1-smallestUniform)
	return max(muladd(l.Sigma, normalQuantile(v), l.Mu), 0) // a rounding error below 0 is 0
}
func (l normalLaw) quantile(u float64) float64  { return l.draw(u) }
func (l normalLaw) cdf(x float64) float64       { return max(l.CDF(x)-l.cut, 0) / (1 - l.cut) }
func (l normalLaw) bounds() (low, high float64) { return 0, math.Inf(1) }

// mean without a limit is the mean of the uncut normal plus what the cut adds.
func (l normalLaw) mean(limit float64) float64 {
	if math.IsInf(limit, 1) {
		return l.Mu + l.Sigma*l.Sigma*l.Prob(0)/(1-l.cut)
	}
	return limitedMean(l, limit)
}

// meanOf is the mean of a law that gonum knows.
func meanOf(l interface {
	law
	Mean() float64
}, limit float64) float64 {
	if math.IsInf(limit, 1) {
		return l.Mean()
	}
	return limitedMean(l, limit)
}

// boundedLaw adds shift to another law, and lets no draw exceed limit.
type boundedLaw struct {
	inner        law
	shift, limit float64 // limit may be infinite
}

func (l boundedLaw) draw(u float64) float64     { return min(l.inner.draw(u)+l.shift, l.limit) }
func (l boundedLaw) quantile(u float64) float64 { return min(l.inner.quantile(u)+l.shift, l.limit) }

func (l boundedLaw) cdf(x float64) float64 {
	if x >= l.limit {
		return 1
	}
	return l.inner.cdf(x - l.shift)
}

func (l boundedLaw) mean(limit float64) float64 {
	limit = min(limit, l.limit)
	if limit <= l.shift {
		return limit
	}
	return l.shift + l.inner.mean(limit-l.shift)
}

func (l boundedLaw) bounds() (low, high float64) {
	low, high = l.inner.bounds()
	return min(low+l.shift, l.limit), min(high+l.shift, l.limit)
}
