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
// the four knots around z is exact to about 1e-6.
type gammaLaw struct {
	distuv.Gamma
	curve *[gammaKnots]float64 // log Q at z = -gammaEnd, -gammaEnd + 1/gammaPerUnit, …
}

const (
	gammaEnd     = 7 // Φ(-7) is 1e-12: beyond it the curve goes on as it ends
	gammaPerUnit = 16
	gammaKnots   = 2*gammaEnd*gammaPerUnit + 1

	// For shapes below 1 the lower tail reaches down to times that no clock can
	// tell from 0. There log Q is held at -100: e^-100 of the longest time is
	// far below a nanosecond.
	gammaFloor = -100
)

func newGamma(scale, shape float64) gammaLaw {
	l := gammaLaw{distuv.Gamma{Alpha: shape, Beta: 1 / scale}, new([gammaKnots]float64)}
	unit := distuv.Gamma{Alpha: shape, Beta: 1}
	for i := range l.curve {
		z := float64(i)/gammaPerUnit - gammaEnd
		x := unit.Quantile(distuv.UnitNormal.CDF(z))
		l.curve[i] = settle(math.Max(math.Log(x), gammaFloor) + math.Log(scale))
	}
	return l
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
