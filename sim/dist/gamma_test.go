package dist

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// The curve against gonum's distribution function, which is computed in another
// way than its quantiles: below the median and above, from each end. Times below
// a hundredth of a nanosecond do not matter.
func TestGammaCurve(t *testing.T) {
	for _, shape := range []float64{minShape, 0.03, 0.1, 0.3, 0.7, 0.99, 1, 1.5, 2, 4, 10, 100, 1e4, maxShape} {
		l := newGamma(1e6/shape, shape)
		last := 0.0
		for z := -8.2; z < 8.2; z += 0.00371 {
			u, rest := distuv.UnitNormal.CDF(z), distuv.UnitNormal.CDF(-z)
			x := l.draw(u)
			if math.IsInf(x, 0) || x < last*(1-1e-12) {
				t.Fatalf("shape %g: at z = %.3f, the draw %g comes after %g", shape, z, x, last)
			}
			last = x
			if x < 0.01 || math.Abs(z) > gammaEnd-1 {
				continue
			}
			// An error of 1e-5 in time may make this much in probability.
			below, above := l.CDF(x*(1-2e-5)), l.CDF(x*(1+2e-5))
			if z > 0 {
				below, above, u = l.Survival(x*(1+2e-5)), l.Survival(x*(1-2e-5)), rest
			}
			if below > u || above < u {
				t.Fatalf("shape %g: at z = %.3f, the draw %g has a probability of %g to %g beyond it, want %g", shape, z, x, below, above, u)
			}
		}
	}
}
