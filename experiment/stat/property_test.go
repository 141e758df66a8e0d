package stat_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
	"replsim/experiment/stat"
)

// An estimator is a function of one sample.
type estimator struct {
	name string
	of   func(xs []float64) stat.Interval
}

var estimators = []estimator{
	{"Mean", stat.Mean},
	{"PairedDiff", func(xs []float64) stat.Interval { return stat.PairedDiff(make([]float64, len(xs)), xs).Interval }},
}

// figures draws samples of 2 to 40 values as replications give them: of any
// scale, with ties and gaps.
func figures() *rapid.Generator[[]float64] {
	return rapid.Custom(func(t *rapid.T) []float64 {
		scale := rapid.SampledFrom([]float64{1e-9, 1, 1e6}).Draw(t, "scale")
		value := rapid.OneOf(
			rapid.Float64Range(-1000, 1000),
			rapid.Float64Range(0, 1),
			rapid.Map(rapid.IntRange(0, 3), func(k int) float64 { return float64(k) }),
			rapid.Just(math.NaN()),
		)
		xs := rapid.SliceOfN(value, 2, 40).Draw(t, "values")
		for i := range xs {
			xs[i] *= scale
		}
		return xs
	})
}

func size(xs []float64) float64 {
	largest := 0.0
	for _, x := range xs {
		if !math.IsNaN(x) {
			largest = max(largest, math.Abs(x))
		}
	}
	return largest
}

// bits shows every bit of an interval, NaN included.
func bits(i stat.Interval) string {
	return fmt.Sprintf("%x %x %x %x %x %d %s", i.Mean, i.Lo, i.Hi, i.Min, i.Max, i.N, i.Method)
}

func TestIntervalHoldsItsEstimate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := figures().Draw(t, "xs")
		slack := 1e-12 * size(xs)
		for _, e := range estimators {
			i := e.of(xs)
			if i.N == 0 {
				continue
			}
			if !(i.Lo <= i.Mean+slack && i.Mean <= i.Hi+slack && i.Min <= i.Mean+slack && i.Mean <= i.Max+slack) {
				t.Errorf("%s: %+v", e.name, i)
			}
		}
	})
}

func TestSharesHoldTheirEstimate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		m := rapid.IntRange(1, 1000).Draw(t, "m")
		j := rapid.IntRange(0, m).Draw(t, "j")
		for _, i := range []stat.Interval{
			stat.Proportion(k, n),
			stat.ProportionClustered([]int{k, j}, []int{n, m}),
		} {
			if !(0 <= i.Lo && i.Lo <= i.Mean && i.Mean <= i.Hi && i.Hi <= 1) || i.Min > i.Max {
				t.Errorf("%+v", i)
			}
		}
		// To count the events is to count the others.
		i, other := stat.Proportion(k, n), stat.Proportion(n-k, n)
		if math.Abs(i.Lo+other.Hi-1) > 1e-12 || math.Abs(i.Hi+other.Lo-1) > 1e-12 {
			t.Errorf("%+v, turned over %+v", i, other)
		}
	})
}

// Seconds or milliseconds, since the start or since noon: the interval is the
// same one in other units.
func TestIntervalMovesWithItsSample(t *testing.T) {
	whole := rapid.Map(rapid.IntRange(-1000, 1000), func(k int) float64 { return float64(k) })
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(whole, 2, 40).Draw(t, "xs")
		factor := rapid.SampledFrom([]float64{0.25, 1, 1024}).Draw(t, "factor")
		shift := rapid.SampledFrom([]float64{-8, 0, 64}).Draw(t, "shift") * size(xs)
		moved := make([]float64, len(xs))
		for i, x := range xs {
			moved[i] = factor*x + shift
		}
		slack := 1e-9 * (factor*size(xs) + math.Abs(shift))
		for _, e := range estimators {
			before, after := e.of(xs), e.of(moved)
			for _, ends := range [][2]float64{
				{before.Mean, after.Mean}, {before.Lo, after.Lo}, {before.Hi, after.Hi},
			} {
				want := factor*ends[0] + shift
				if want != ends[1] && math.Abs(want-ends[1]) > slack {
					t.Errorf("%s: %+v becomes %+v", e.name, before, after)
				}
			}
		}
	})
}

func TestOrderOfReplicationsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := figures().Draw(t, "xs")
		before := slices.Clone(xs)
		order := rapid.Permutation(indices(len(xs))).Draw(t, "order")
		shuffled := make([]float64, len(xs))
		ks, ns := make([]float64, len(xs)), make([]float64, len(xs))
		shuffledKs, shuffledNs := make([]float64, len(xs)), make([]float64, len(xs))
		for to, from := range order {
			shuffled[to] = xs[from]
			ks[from], ns[from] = xs[from], math.Abs(xs[len(xs)-1-from])
		}
		for to, from := range order {
			shuffledKs[to], shuffledNs[to] = ks[from], ns[from]
		}
		for _, e := range estimators {
			if a, b := bits(e.of(xs)), bits(e.of(shuffled)); a != b {
				t.Errorf("%s: %s, shuffled %s", e.name, a, b)
			}
		}
		if a, b := bits(stat.Ratio(ks, ns)), bits(stat.Ratio(shuffledKs, shuffledNs)); a != b {
			t.Errorf("Ratio: %s, shuffled %s", a, b)
		}
		for i := range xs {
			if math.Float64bits(xs[i]) != math.Float64bits(before[i]) {
				t.Fatal("the caller's slice was changed")
			}
		}
	})
}

func TestGapsAreLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := figures().Draw(t, "xs")
		dense := slices.DeleteFunc(slices.Clone(xs), math.IsNaN)
		for _, e := range estimators {
			if a, b := bits(e.of(xs)), bits(e.of(dense)); a != b {
				t.Errorf("%s: %s, without gaps %s", e.name, a, b)
			}
		}
	})
}

// Swapping the variants turns the difference over.
func TestPairedDiffIsAntisymmetric(t *testing.T) {
	opposite := map[string]string{
		stat.Higher: stat.Lower, stat.Lower: stat.Higher, stat.NoDifference: stat.NoDifference,
	}
	rapid.Check(t, func(t *rapid.T) {
		a := figures().Draw(t, "a")
		b := rapid.SliceOfN(rapid.Float64Range(-10, 10), len(a), len(a)).Draw(t, "b")
		d, turned := stat.PairedDiff(a, b), stat.PairedDiff(b, a)
		slack := 1e-9 * (size(a) + size(b))
		if turned.Verdict != opposite[d.Verdict] || math.Abs(d.Lo+turned.Hi) > slack || math.Abs(d.Hi+turned.Lo) > slack {
			t.Errorf("%+v, turned over %+v", d, turned)
		}
	})
}

// A wider band holds a narrower one, and both lie within the curves.
func TestBandsAreNested(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.IntRange(1, 5).Draw(t, "points")
		curve := rapid.SliceOfN(rapid.Float64Range(-5, 5), points, points)
		curves := rapid.SliceOfN(curve, 1, 12).Draw(t, "curves")
		outerLo, outerHi := stat.Band(curves, 0.05, 0.95)
		innerLo, innerHi := stat.Band(curves, 0.25, 0.75)
		lowest, highest := stat.Band(curves, 0, 1)
		for i := range points {
			ascending := []float64{lowest[i], outerLo[i], innerLo[i], innerHi[i], outerHi[i], highest[i]}
			if !slices.IsSorted(ascending) {
				t.Errorf("point %d: %v", i, ascending)
			}
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
