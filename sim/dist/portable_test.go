package dist

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// within fails the test unless got is want up to a relative error.
func within(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if math.Abs(got-want) > relative*math.Abs(want) {
		t.Errorf("%s = %.17g, want %.17g within %g of it", what, got, want, relative)
	}
}

func TestExp(t *testing.T) {
	for x := -707.9; x < 709; x += 0.0371 {
		within(t, "exp", exp(x), math.Exp(x), 1e-12)
	}
	for x, want := range map[float64]float64{0: 1, -708.1: 0, 709.1: math.Inf(1), math.Inf(1): math.Inf(1), math.Inf(-1): 0} {
		if got := exp(x); got != want {
			t.Errorf("exp(%g) = %g, want %g", x, got, want)
		}
	}
}

func TestLog(t *testing.T) {
	for x := 1e-300; x < 1e300; x *= 1.0173 {
		within(t, "log", log(x), math.Log(x), 1e-12)
	}
	// Near 1 the logarithm is small, and its relative error matters: an
	// exponential draw is -log(1-u).
	for d := 1e-15; d < 0.5; d *= 1.1 {
		within(t, "log near 1", log(1-d), math.Log1p(-(1 - (1 - d))), 1e-12)
	}
}

func TestNormalQuantile(t *testing.T) {
	for u := smallestUniform; u < 1-1e-6; u *= 1.01 {
		within(t, "normalQuantile", normalQuantile(u), distuv.UnitNormal.Quantile(u), 1e-13)
		if u < 1e-4 { // above, 1-u loses digits that u has
			continue
		}
		within(t, "upper normalQuantile", normalQuantile(1-u), distuv.UnitNormal.Quantile(1-u), 1e-11)
	}
	if z := normalQuantile(0.5); z != 0 {
		t.Errorf("normalQuantile(0.5) = %g, want 0", z)
	}
}

// The three quotients meet at |u-½| = 0.425 and at tail e^-25: a step down there
// would let a larger u give a smaller draw.
func TestNormalQuantileHasNoStepDown(t *testing.T) {
	for _, seam := range []float64{0.075, 0.925, math.Exp(-25)} {
		last := math.Inf(-1)
		for i := -1000; i <= 1000; i++ {
			z := normalQuantile(seam * (1 + float64(i)*1e-14))
			if z < last-1e-14 {
				t.Fatalf("around u = %g: %.17g comes after %.17g", seam, z, last)
			}
			last = z
		}
	}
}

func TestSettleForgetsTheLastBits(t *testing.T) {
	for _, x := range []float64{1, 0.3, 1e9 / 7, 3e-200} {
		within(t, "settle", settle(x), x, 1e-8)
		for bits := range uint64(64) {
			near := math.Float64frombits(math.Float64bits(settle(x)) + bits - 32)
			if settle(near) != settle(x) {
				t.Errorf("settle(%.17g) = %.17g, want %.17g", near, settle(near), settle(x))
			}
		}
	}
}
