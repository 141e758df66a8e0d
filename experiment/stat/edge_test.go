package stat_test

import (
	"fmt"
	"math"
	"testing"

	"replsim/experiment/stat"
)

// %v compares NaN with NaN, which == does not.
func same(t *testing.T, what string, got, want stat.Interval) {
	t.Helper()
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("%s = %+v, want %+v", what, got, want)
	}
}

func flat(x float64, n int, method string) stat.Interval {
	return stat.Interval{Mean: x, Lo: x, Hi: x, Min: x, Max: x, N: n, Method: method}
}

// What each function says of samples too poor for an interval.
func TestPoorSamples(t *testing.T) {
	nan := math.NaN()
	for name, of := range map[string]func([]float64) stat.Interval{
		"Mean":       stat.Mean,
		"Count":      stat.Count,
		"PairedDiff": func(xs []float64) stat.Interval { return stat.PairedDiff(make([]float64, len(xs)), xs).Interval },
	} {
		same(t, name+" of nothing", of(nil), flat(nan, 0, stat.None))
		same(t, name+" of NaN", of([]float64{nan, nan}), flat(nan, 0, stat.None))
		same(t, name+" of one", of([]float64{nan, 7}), flat(7, 1, stat.Single))
		// Adding 0.1 three times and dividing by 3 gives 0.10000000000000002.
		same(t, name+" of equals", of([]float64{0.1, nan, 0.1, 0.1}), flat(0.1, 3, stat.Constant))
	}
	same(t, "Proportion of nothing", stat.Proportion(0, 0), flat(nan, 0, stat.None))
	same(t, "ProportionClustered of nothing", stat.ProportionClustered(make([]int, 2), make([]int, 2)), flat(nan, 0, stat.None))
	same(t, "Ratio of nothing", stat.Ratio([]float64{1, nan}, []float64{0, 5}), flat(nan, 0, stat.None))
	same(t, "Ratio of one", stat.Ratio([]float64{1}, []float64{4}), flat(0.25, 1, stat.Single))
	same(t, "Ratio of equals", stat.Ratio([]float64{1, 10, 100}, []float64{3, 30, 300}), flat(1.0/3, 3, stat.Constant))
}

func TestMinusZeroIsZero(t *testing.T) {
	minus := math.Copysign(0, -1)
	if i := stat.Mean([]float64{0, minus}); math.Signbit(i.Min) || math.Signbit(i.Mean) {
		t.Errorf("got %+v", i)
	}
}

func TestInfiniteValues(t *testing.T) {
	inf := math.Inf(1)
	same(t, "a value that never came", stat.Mean([]float64{1, inf, 2}),
		stat.Interval{Mean: inf, Lo: inf, Hi: inf, Min: 1, Max: inf, N: 3, Method: stat.Student})
	if q := stat.SampleQuantile([]float64{1, inf, inf}, 0.75); q != inf {
		t.Errorf("a quantile among infinities is %g", q)
	}
	if d := stat.PairedDiff([]float64{inf, 1, 2}, []float64{inf, 3, 5}); d.N != 2 {
		t.Errorf("∞ - ∞ counts as a pair: %+v", d)
	}
}

func TestCount(t *testing.T) {
	same(t, "no event in 20", stat.Count(make([]float64, 20)),
		stat.Interval{Hi: 0.15, N: 20, Method: stat.RuleOfThree})
	same(t, "no event in 1", stat.Count([]float64{0}), stat.Interval{Hi: 3, N: 1, Method: stat.RuleOfThree})
	// Wilson's upper end of 1 in 20 is 0.2361, and the one replication had 3 events.
	one := stat.Count(append(make([]float64, 19), 3))
	if one.Mean != 0.15 || one.Lo != 0 || math.Abs(one.Hi-3*0.2361) > 0.0002 || one.Method != stat.FewEvents {
		t.Errorf("one burst in 20: %+v", one)
	}
	many := []float64{3, 1, 4, 1, 5, 9, 2, 6}
	same(t, "events everywhere", stat.Count(many), stat.Mean(many))
	wide := []float64{1, 1, 1, 1, 40}
	if plain, i := stat.Mean(wide), stat.Count(wide); plain.Lo >= 0 || i.Lo != 0 || i.Hi != plain.Hi {
		t.Errorf("a rate below 0 is possible: %+v", i)
	}
}

func TestProportionClustered(t *testing.T) {
	for _, c := range []struct {
		name   string
		ks, ns []int
		want   stat.Interval
	}{
		{"never", []int{0, 0, 0, 0, 0, 0}, []int{900, 0, 1000, 1100, 1000, 1000},
			stat.Interval{Hi: 0.6, N: 5, Method: stat.RuleOfThree}},
		{"always", []int{10, 1, 30, 10}, []int{10, 1, 30, 10},
			stat.Interval{Mean: 1, Lo: 0.25, Hi: 1, Min: 1, Max: 1, N: 4, Method: stat.RuleOfThree}},
		{"never, one run", []int{0}, []int{1000}, stat.Interval{Hi: 1, N: 1, Method: stat.RuleOfThree}},
		{"one run", []int{10}, []int{40}, flat(0.25, 1, stat.Single)},
		{"same share", []int{10, 20}, []int{40, 80}, flat(0.25, 2, stat.Constant)},
		{"single operations", []int{1, 0, 0, 1, 0}, []int{1, 1, 1, 1, 0}, stat.Proportion(2, 4)},
	} {
		same(t, c.name, stat.ProportionClustered(c.ks, c.ns), c.want)
	}
	if i := stat.ProportionClustered([]int{1, 1, 30}, []int{30, 30, 31}); i.Lo != 0 || i.Hi != 1 {
		t.Errorf("a share outside of [0, 1] is possible: %+v", i)
	}
	// One burst in 20 replications of equal size, and the same turned over.
	ks, others, ns := make([]int, 20), make([]int, 20), make([]int, 20)
	for r := range ns {
		ns[r], others[r] = 100, 100
	}
	ks[7], others[7] = 50, 50
	stale, fresh := stat.ProportionClustered(ks, ns), stat.ProportionClustered(others, ns)
	if math.Abs(stale.Hi-0.5*0.2361) > 0.0002 || stale.Lo != 0 || stale.Method != stat.FewEvents {
		t.Errorf("one burst in 20: %+v", stale)
	}
	if math.Abs(fresh.Lo+stale.Hi-1) > 1e-12 || fresh.Hi != 1 || fresh.Method != stat.FewEvents {
		t.Errorf("turned over: %+v, before %+v", fresh, stale)
	}
}

// A replication that sent messages but got no write acknowledged makes messages
// per write dearer. Leaving it out would reward a protocol for failing.
func TestRatioKeepsCostWithoutBenefit(t *testing.T) {
	i := stat.Ratio([]float64{100, 50, 0, 120}, []float64{10, 0, 0, 10})
	if i.Mean != 13.5 || i.N != 3 || i.Min != 10 || i.Max != 12 {
		t.Errorf("got %+v", i)
	}
}

func TestVerdict(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name          string
		base, variant []float64
		want          string
		n             int
	}{
		{"higher", []float64{10, 20, 30, 40}, []float64{11, 21.1, 31, 41.2}, stat.Higher, 4},
		{"lower", []float64{11, 21.1, 31, 41.2}, []float64{10, 20, 30, 40}, stat.Lower, 4},
		{"noise", []float64{1, 2, 3}, []float64{2, 1, 3}, stat.NoDifference, 3},
		{"identical", []float64{1, 2, 3}, []float64{1, 2, 3}, stat.NoDifference, 3},
		{"always one more", []float64{1, 2, 3}, []float64{2, 3, 4}, stat.Higher, 3},
		{"one pair", []float64{1, nan}, []float64{9, 9}, stat.NoDifference, 1},
		{"no pair", []float64{1, nan}, []float64{nan, 9}, stat.NoDifference, 0},
		{"gaps", []float64{10, nan, 20, 5}, []float64{11, 90, 21.1, nan}, stat.Higher, 2},
	} {
		d := stat.PairedDiff(c.base, c.variant)
		if d.Verdict != c.want || d.N != c.n {
			t.Errorf("%s: %+v, want %q of %d pairs", c.name, d, c.want, c.n)
		}
	}
}

func TestBadArgumentsPanic(t *testing.T) {
	for name, call := range map[string]func(){
		"more events than trials": func() { stat.Proportion(3, 2) },
		"negative events":         func() { stat.Proportion(-1, 2) },
		"negative count":          func() { stat.Count([]float64{1, -1}) },
		"shares unpaired":         func() { stat.ProportionClustered([]int{1}, []int{1, 2}) },
		"share above one":         func() { stat.ProportionClustered([]int{1, 3}, []int{1, 2}) },
		"ratio unpaired":          func() { stat.Ratio([]float64{1}, nil) },
		"negative denominator":    func() { stat.Ratio([]float64{1}, []float64{-1}) },
		"difference unpaired":     func() { stat.PairedDiff([]float64{1}, nil) },
		"quantile of percent":     func() { stat.SampleQuantile([]float64{1}, 99) },
		"quantile NaN":            func() { stat.SampleQuantile([]float64{1}, math.NaN()) },
		"different grids":         func() { stat.MeanCurve([][]float64{{1}, {1, 2}}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}
