package stat

import (
	"math"
	"slices"
	"testing"
)

// The worked example of Efron and Tibshirani, An Introduction to the Bootstrap,
// table 14.1 and section 14.3: the variance of 26 test scores is 171.5 with
// acceleration 0.061; a bias correction of 0.146 then moves the levels 0.05 and
// 0.95 to 0.110 and 0.985.
func TestBCaAgainstTheTextbook(t *testing.T) {
	scores := []float64{48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6,
		0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41}
	slices.Sort(scores)
	variance := func(sorted []float64) float64 {
		_, v := moments(sorted)
		return v * float64(len(sorted)-1) / float64(len(sorted)) // divided by N, as in the book
	}
	a := jackknifeAcceleration(scores, variance)
	for _, c := range []struct {
		name                 string
		got, want, tolerance float64
	}{
		{"variance", variance(scores), 171.5, 0.05},
		{"acceleration", a, 0.061, 0.0005},
		{"lower level", adjustedLevel(-1.645, 0.146, a), 0.110, 0.0005},
		{"upper level", adjustedLevel(1.645, 0.146, a), 0.985, 0.0005},
		{"level of the median", adjustedLevel(0, 0, a), 0.5, 0},
	} {
		if !(math.Abs(c.got-c.want) <= c.tolerance) {
			t.Errorf("%s = %.5f, want %g", c.name, c.got, c.want)
		}
	}
	// The bias correction itself is random. The book drew 0.146 from 2000 resamples;
	// its standard error is √(2π)/2/√2000 = 0.028.
	thetas := resample(scores, 1, variance)
	if b := biasCorrection(thetas, variance(scores)); math.Abs(b-0.146) > 0.08 {
		t.Errorf("bias correction %.3f, the book has 0.146", b)
	}
}

// Resampled statistics that equal the sample's count half; none on one side still
// has a finite correction.
func TestBiasCorrectionOfTiesAndExtremes(t *testing.T) {
	ties := make([]float64, resamples)
	if b := biasCorrection(ties, 0); b != 0 {
		t.Errorf("all ties: %g, want 0", b)
	}
	tenth, fifth := 0.1, 0.2 // variables, since constants are added without rounding
	for i := range ties {
		ties[i] = 0.3
	}
	ties[0], ties[len(ties)-1] = 0, 1
	if b := biasCorrection(ties, tenth+fifth); b != 0 {
		t.Errorf("ties but for rounding: %g, want 0", b)
	}
	clear(ties)
	for _, theta := range []float64{-1, 1} {
		if b := biasCorrection(ties, theta); b*theta < 3.2 || b*theta > 3.3 {
			t.Errorf("all on one side of %g: %g, want about ±3.29", theta, b)
		}
	}
}

// A statistic that one observation decides has the largest acceleration, 1/6 at
// most, so that no level is out of reach of adjustedLevel.
func TestAccelerationIsBounded(t *testing.T) {
	xs := make([]float64, 1000)
	xs[len(xs)-1] = 1
	sum := func(sorted []float64) float64 {
		total := 0.0
		for _, x := range sorted {
			total += x
		}
		return total
	}
	a := jackknifeAcceleration(xs, sum)
	if a < 0.16 || a > 1.0/6 {
		t.Errorf("acceleration %g, want just below 1/6", a)
	}
	if level := adjustedLevel(normalQuantile975, 3.29, a); !(level > 0.999 && level <= 1) {
		t.Errorf("extreme level %g", level)
	}
	constant := func([]float64) float64 { return 7 }
	if a := jackknifeAcceleration(xs, constant); a != 0 {
		t.Errorf("a statistic that ignores the sample has acceleration %g", a)
	}
}

// Samples are drawn with replacement, all of the sample's length and sorted.
func TestResample(t *testing.T) {
	sorted := []float64{1, 2, 3, 4, 5}
	complete := 0
	thetas := resample(sorted, 1, func(s []float64) float64 {
		if len(s) != len(sorted) || !slices.IsSorted(s) {
			t.Fatalf("sample %v", s)
		}
		if slices.Equal(s, sorted) {
			complete++
		}
		return s[0]
	})
	// The minimum stays above 1 in (4/5)^5 = 33 % of samples; 5!/5^5 = 3.8 % have
	// every value once.
	larger := 0
	for _, theta := range thetas {
		if theta > 1 {
			larger++
		}
	}
	if larger < 580 || larger > 730 || complete < 50 || complete > 105 {
		t.Errorf("of %d samples %d without the minimum, %d complete", len(thetas), larger, complete)
	}
	if again := resample(sorted, 1, func(s []float64) float64 { return s[0] }); !slices.Equal(thetas, again) {
		t.Error("equal seeds, other samples")
	}
}
