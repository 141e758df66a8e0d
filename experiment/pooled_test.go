package experiment

import (
	"math"
	"slices"
	"testing"

	"replsim/measure"
	"replsim/results"
)

// TestPooled: failovers of all replications make one distribution, in which those that
// never ended count.
func TestPooled(t *testing.T) {
	of := func(censored int, values ...float64) *outcome {
		return &outcome{samples: []measure.Sample{{Name: "rto.total", Unit: "s", Values: values, Censored: censored}}}
	}
	got := pooled([]*outcome{of(0, 3, 1), {}, of(1), of(0, 2)})
	if len(got) != 1 {
		t.Fatalf("%d curves", len(got))
	}
	c := got[0]
	if c.Name != "rto.total" || c.Unit != "s" || c.Kind != results.Events || c.N != 3 {
		t.Errorf("curve %+v", c)
	}
	if want := []float64{0, 0.25, 0.5, 0.75, 1}; !slices.Equal(c.X, want) {
		t.Errorf("x is %v, want %v", c.X, want)
	}
	if want := []float64{1, 1, 2, 3}; !slices.Equal(c.Y[:4], want) || !math.IsNaN(c.Y[4]) {
		t.Errorf("y is %v, want %v and nothing", c.Y, want)
	}
	if got := pooled([]*outcome{of(1), of(2)}); len(got) != 0 {
		t.Errorf("a curve of what was never seen: %+v", got)
	}
	many := make([]*outcome, 100)
	for i := range many {
		many[i] = of(0, float64(100-i))
	}
	c = pooled(many)[0]
	half := slices.Index(c.X, 0.5)
	if len(c.X) != len(fractions)+1 || c.Y[half] != 50 || c.Lo[half] != 40 || c.Hi[half] != 61 {
		t.Errorf("of 100 values: %d points, median %v, %v … %v", len(c.X), c.Y[half], c.Lo[half], c.Hi[half])
	}
}

// TestShareOfReplications: one trial each is as independent as replications are.
func TestShareOfReplications(t *testing.T) {
	ones := func(hits ...int) ([]int, []int) {
		trials := make([]int, len(hits))
		for i := range trials {
			trials[i] = 1
		}
		return hits, trials
	}
	in := proportion(ones(1, 0, 0, 0, 1, 0, 0, 0, 0, 0))
	if in.Method != "wilson" || in.Mean != 0.2 || in.Min != 0 || in.Max != 1 || math.Abs(in.Lo-0.0567) > 1e-4 || math.Abs(in.Hi-0.5098) > 1e-4 {
		t.Errorf("2 of 10 replications: %+v", in)
	}
	if in := proportion(ones(0, 0, 0, 0, 0, 0)); in.Method != "rule-of-three" || in.Hi != 0.5 || in.Max != 0 {
		t.Errorf("0 of 6 replications: %+v", in)
	}
}
