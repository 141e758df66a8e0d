package stat_test

import (
	"math"
	"testing"

	"replsim/experiment/stat"
)

// near fails unless got agrees with want to the digits that the source prints.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.8g, want %.8g", what, got, want)
	}
}

// The factor t, recovered from intervals, against printed tables of Student's
// distribution (two-sided 5 %). A sample of N-1 zeros and one N has mean 1 and
// variance N.
func TestMeanUsesStudentsTable(t *testing.T) {
	for _, c := range []struct {
		degrees int
		want    float64
	}{
		{1, 12.7062}, {2, 4.30265}, {3, 3.18245}, {4, 2.77645}, {5, 2.57058}, {9, 2.26216},
		{10, 2.22814}, {29, 2.04523}, {30, 2.04227}, {60, 2.00030}, {120, 1.97993},
	} {
		xs := make([]float64, c.degrees+1)
		xs[0] = float64(len(xs))
		i := stat.Mean(xs)
		near(t, "t", i.Hi-i.Mean, c.want, 5.1e-5)
		near(t, "t below", i.Mean-i.Lo, c.want, 5.1e-5)
	}
}

func TestMeanByHand(t *testing.T) {
	// Mean 5, s² = 32/7, t₇ = 2.36462: 5 ± 2.36462·0.755929.
	i := stat.Mean([]float64{2, 4, 4, 4, 5, 5, 7, 9})
	near(t, "mean", i.Mean, 5, 0)
	near(t, "lo", i.Lo, 5-1.787486, 1e-5)
	near(t, "hi", i.Hi, 5+1.787486, 1e-5)
	if i.Min != 2 || i.Max != 9 || i.N != 8 || i.Method != stat.Student {
		t.Errorf("got %+v", i)
	}
}

// Wilson intervals as printed by R. G. Newcombe, "Two-sided confidence intervals
// for the single proportion", Statistics in Medicine 17 (1998), table I, method 3;
// and the bound of Hanley and Lippman-Hand's opening example, 0 of 14.
func TestProportionAgainstThePapers(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
		method string
	}{
		{81, 263, 0.2553, 0.3662, stat.Wilson},
		{15, 148, 0.0624, 0.1605, stat.Wilson},
		{1, 29, 0.0061, 0.1718, stat.Wilson},
		{28, 29, 1 - 0.1718, 1 - 0.0061, stat.Wilson},
		{0, 14, 0, 0.2143, stat.RuleOfThree},
		{14, 14, 1 - 0.2143, 1, stat.RuleOfThree},
		{0, 2, 0, 1, stat.RuleOfThree},
	} {
		i := stat.Proportion(c.k, c.n)
		near(t, "share", i.Mean, float64(c.k)/float64(c.n), 0)
		near(t, "lo", i.Lo, c.lo, 5.1e-5)
		near(t, "hi", i.Hi, c.hi, 5.1e-5)
		if i.Method != c.method || i.N != c.n {
			t.Errorf("%d of %d: %+v", c.k, c.n, i)
		}
	}
}

func TestRatioByHand(t *testing.T) {
	// R = 6/70; residuals 1/7, 2/7, -3/7; Σd² = 2/7; Var R = (2/7)·3/2/70²; t₂ = 4.30265.
	i := stat.Ratio([]float64{1, 2, 3}, []float64{10, 20, 40})
	near(t, "ratio", i.Mean, 6.0/70, 1e-15)
	near(t, "lo", i.Lo, 6.0/70-0.0402393, 1e-6)
	near(t, "hi", i.Hi, 6.0/70+0.0402393, 1e-6)
	if i.Min != 0.075 || i.Max != 0.1 || i.N != 3 || i.Method != stat.RatioEstimator {
		t.Errorf("got %+v", i)
	}
	clustered := stat.ProportionClustered([]int{1, 2, 3}, []int{10, 20, 40})
	if clustered != i {
		t.Errorf("as a proportion %+v, as a ratio %+v", clustered, i)
	}
}

// With equal denominators the ratio estimator is the mean of the ratios.
func TestRatioOfEqualDenominatorsIsAMean(t *testing.T) {
	ratio := stat.Ratio([]float64{3, 1, 4, 1, 5}, []float64{10, 10, 10, 10, 10})
	mean := stat.Mean([]float64{0.3, 0.1, 0.4, 0.1, 0.5})
	near(t, "mean", ratio.Mean, mean.Mean, 1e-15)
	near(t, "lo", ratio.Lo, mean.Lo, 1e-15)
	near(t, "hi", ratio.Hi, mean.Hi, 1e-15)
}

// Type-7 quantiles of 1, 2, 4, 8 by hand: rank 1 + 3p.
func TestSampleQuantileByHand(t *testing.T) {
	for _, c := range []struct{ p, want float64 }{
		{0, 1}, {0.25, 1.75}, {1.0 / 3, 2}, {0.5, 3}, {0.75, 5}, {0.95, 7.4}, {1, 8},
	} {
		near(t, "quantile", stat.SampleQuantile([]float64{4, 1, 8, math.NaN(), 2}, c.p), c.want, 1e-12)
	}
}

func TestPairedDiffByHand(t *testing.T) {
	// Differences 1, 2, 3: mean 2, s = 1, t₂ = 4.30265, half width 2.48414.
	d := stat.PairedDiff([]float64{10, 20, 30}, []float64{11, 22, 33})
	near(t, "mean", d.Mean, 2, 0)
	near(t, "lo", d.Lo, 2-2.48414, 1e-5)
	near(t, "hi", d.Hi, 2+2.48414, 1e-5)
}

func TestCurvesByHand(t *testing.T) {
	nan := math.NaN()
	curves := [][]float64{{2, 5, nan, nan}, {4, 5, nan, 7}, {9, 5, nan, nan}}
	lo, hi := stat.Band(curves, 0.25, 0.75)
	mean, from, to := stat.MeanCurve(curves)
	// s² of 2, 4, 9 is 13; t₂·√(13/3) = 8.95669.
	for _, c := range []struct {
		name      string
		got, want []float64
	}{
		{"lo", lo, []float64{3, 5, nan, 7}},
		{"hi", hi, []float64{6.5, 5, nan, 7}},
		{"mean", mean, []float64{5, 5, nan, 7}},
		{"from", from, []float64{5 - 8.95669, 5, nan, 7}},
		{"to", to, []float64{5 + 8.95669, 5, nan, 7}},
	} {
		if len(c.got) != len(c.want) {
			t.Fatalf("%s has %d points, want %d", c.name, len(c.got), len(c.want))
		}
		for i, w := range c.want {
			if math.IsNaN(w) != math.IsNaN(c.got[i]) || math.Abs(c.got[i]-w) > 1e-5 {
				t.Errorf("%s[%d] = %g, want %g", c.name, i, c.got[i], w)
			}
		}
	}
	if lo, hi := stat.Band(nil, 0.05, 0.95); lo != nil || hi != nil {
		t.Error("no curves make no band")
	}
}
