package dist

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// gammaLaw is a sum of exponential waits when its shape is a whole number, and
// what lies between when it is not. Its quantile function has no closed form,
// and gonum's root finding takes microseconds, so draws come from a curve.
//
// The curve is log Q over z, the normal quantile of u. For a lognormal law that
// would be a straight line; for gamma it bends so gently that a cubic through
// the four knots around z is exact to 1e-6 of the time (1e-5 for shapes near 0.01).
type gammaLaw struct {
	distuv.Gamma
	curve *[gammaKnots]float64 // log Q at z = -gammaEnd, -gammaEnd + 1/gammaPerUnit, …
}

const (
	gammaEnd     = 7 // Φ(-7) is 1e-12: beyond it the curve goes on as it ends
	gammaPerUnit = 16
	gammaKnots   = 2*gammaEnd*gammaPerUnit + 1
)

func newGamma(scale, shape float64) gammaLaw {
	l := gammaLaw{distuv.Gamma{Alpha: shape, Beta: 1 / scale}, new([gammaKnots]float64)}
	for i := range l.curve {
		z := float64(i)/gammaPerUnit - gammaEnd
		l.curve[i] = settle(logGammaQuantile(shape, distuv.UnitNormal.CDF(z)) + math.Log(scale))
	}
	return l
}

// logGammaQuantile returns the logarithm of the u-quantile of a gamma law with
// scale 1.
//
// Far down, where gonum's root finding loses its way and quantiles may be too
// small for a float64, the first two terms of the distribution function's series,
// F(x) = x^a/Γ(a+1)·(1 - ax/(a+1) + …), are solved for x.
func logGammaQuantile(shape, u float64) float64 {
	logGamma, _ := math.Lgamma(shape + 1)
	first := (math.Log(u) + logGamma) / shape
	if x := math.Exp(first); x < 1e-3 {
		return first + x/(shape+1)
	}
	return math.Log(distuv.Gamma{Alpha: shape, Beta: 1}.Quantile(u))
}

func (l gammaLaw) draw(u float64) float64 {
	at := muladd(normalQuantile(u), gammaPerUnit, gammaEnd*gammaPerUnit)
	first := min(max(int(at)-1, 0), gammaKnots-4)
	k := l.curve[first : first+4]
	// Newton's form of the cubic through four equally spaced knots.
	t := at - float64(first)
	d1 := k[1] - k[0]
	d2 := (k[2] - 2*k[1] + k[0]) / 2
	d3 := (k[3] - k[0] + float64(3*(k[1]-k[2]))) / 6
	y := muladd(muladd(d3, t-2, d2), t-1, d1)
	return exp(muladd(y, t, k[0]))
}
func (l gammaLaw) quantile(u float64) float64  { return l.draw(u) }
func (l gammaLaw) cdf(x float64) float64       { return l.CDF(x) }
func (l gammaLaw) mean(limit float64) float64  { return meanOf(l, limit) }
func (l gammaLaw) bounds() (low, high float64) { return 0, math.Inf(1) }
