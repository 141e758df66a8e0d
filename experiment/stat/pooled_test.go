package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"replsim/experiment/stat"
)

func TestPooledQuantilesByHand(t *testing.T) {
	// Ten values in three replications; the last one was too long to be seen.
	runs := [][]float64{{3, 1, 2, 10}, {5, 4}, nil, {6, 8, 7, math.Inf(1)}}
	q, lo, hi := stat.PooledQuantiles(runs, []float64{0, 0.1, 0.25, 0.3, 0.5, 0.95, 1})
	if want := []float64{1, 1, 3, 3, 5, math.Inf(1), math.Inf(1)}; !slices.Equal(q, want) {
		t.Errorf("quantiles %v, want %v", q, want)
	}
	// Three replications bound no median. The p95 is above the second of three values
	// but in 1 of 138 cases, and two thirds of all values are at most 7.
	if !math.IsNaN(lo[4]) || !math.IsNaN(hi[4]) || lo[5] != 7 || !math.IsNaN(hi[5]) {
		t.Errorf("intervals %v … %v from three replications", lo, hi)
	}
}

// The ranks of the median are those of any table of the sign test; the others follow
// from the binomial distribution: of 1000 values 18 or more are above the p99 with a
// chance of 1.4 %, 17 or more with one of 2.6 %.
func TestPooledQuantilesRanks(t *testing.T) {
	for _, c := range []struct {
		n          int
		p          float64
		lo, hi     float64 // values are 1 … n; NaN: none
		unbounded  bool
		unboundedL bool
	}{
		{10, 0.5, 2, 9, false, false},
		{20, 0.5, 6, 15, false, false},
		{100, 0.5, 40, 61, false, false},
		{5, 0.5, 0, 0, true, true},
		{20, 0.9, 15, 0, true, false},
		{100, 0.99, 97, 0, true, false},
		{100, 0.01, 0, 4, false, true},
		{7, 0, 0, 1, false, true},
		{7, 1, 7, 0, true, false},
		{1000, 0.99, 983, 997, false, false},
	} {
		runs := make([][]float64, c.n)
		for i := range runs {
			runs[i] = []float64{float64(c.n - i)}
		}
		_, lo, hi := stat.PooledQuantiles(runs, []float64{c.p})
		if math.IsNaN(lo[0]) != c.unboundedL || !c.unboundedL && lo[0] != c.lo {
			t.Errorf("n = %d, p = %v: lower end %v, want %v", c.n, c.p, lo[0], c.lo)
		}
		if math.IsNaN(hi[0]) != c.unbounded || !c.unbounded && hi[0] != c.hi {
			t.Errorf("n = %d, p = %v: upper end %v, want %v", c.n, c.p, hi[0], c.hi)
		}
	}
}

// With one value a replication the interval covers at least 95 %; with several that
// resemble each other, too.
func TestPooledQuantilesCoverage(t *testing.T) {
	const replications = 60
	for _, c := range []struct {
		name   string
		values int
		p      float64
		most   float64
	}{
		{"median", 1, 0.5, 0.975},
		{"p90", 1, 0.9, 0.985},
		{"median of five alike", 5, 0.5, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := repeat(2000, -math.Log(1-c.p), func(r *rand.Rand) stat.Interval {
				runs := make([][]float64, replications)
				for i := range runs {
					x := r.ExpFloat64()
					for range c.values { // each is exponential; half of them are the first
						if len(runs[i]) > 0 && r.Float64() < 0.5 {
							x = r.ExpFloat64()
						}
						runs[i] = append(runs[i], x)
					}
				}
				_, lo, hi := stat.PooledQuantiles(runs, []float64{c.p})
				return stat.Interval{Lo: lo[0], Hi: hi[0]}
			})
			o.demand(t, 0.95, c.most)
		})
	}
}
