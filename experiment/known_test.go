package experiment

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/BurntSushi/toml"

	"replsim/experiment/stat"
	"replsim/results"
	"replsim/scenarios"
)

// knownAnswer is a closed form: see testdata/known-answers.toml.
type knownAnswer struct {
	Scenario, Figure, Formula, Source string
	Set                               []string
	Value, Precision                  float64
}

// TestKnownAnswers runs scenarios whose figures textbooks give, from the file to
// the figure as anybody runs them.
func TestKnownAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes many seeds")
	}
	answers := map[string]knownAnswer{}
	if _, err := toml.DecodeFile("testdata/known-answers.toml", &answers); err != nil {
		t.Fatal(err)
	}
	for name, a := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := scenarios.Load("testdata/"+a.Scenario, scenarios.Set(a.Set...))
			if err != nil {
				t.Fatal(err)
			}
			s, err := Run(context.Background(), f, Options{Parallel: 1})
			if err != nil {
				t.Fatal(err)
			}
			got, ok := s.Variants[0].Figure(a.Figure)
			if !ok || a.Formula == "" || a.Source == "" {
				t.Fatalf("%s is not measured, or has no source: %+v", a.Figure, a)
			}
			agrees(t, a.Figure, stat.Interval{Mean: got.Mean, Hi: got.Hi}, a.Value, a.Precision)
		})
	}
}

// agrees holds an estimate against the truth: four standard errors, or 0.5 %.
func agrees(t *testing.T, what string, got stat.Interval, want, precision float64) {
	t.Helper()
	errors := 4 * (got.Hi - got.Mean) / 2 // Student's factor is 2.0 to 2.1 for 20 seeds and more
	t.Logf("%s = %.6g ± %.2g, expected %.6g", what, got.Mean, errors, want)
	if math.Abs(got.Mean-want) > max(errors, 0.005*want) {
		t.Errorf("%s is %v, expected %v ± %v", what, got.Mean, want, errors)
	}
	if errors > precision*want {
		t.Errorf("%s: four standard errors are %v, more than the precision %v × %v", what, errors, precision, want)
	}
}

// TestCatchUp pauses a follower for T = 2 s. Its queue of λT records is then worked
// off at the rate μ − λ, so the first moment without lag comes λT/(μ − λ) = 8 s after
// the pause (L. Kleinrock, Queueing Systems, vol. 1, 5.8: delay busy periods), and
// another L/(μ − λ) = 20 ms later, since L = ρ/(1 − ρ) = 4 records were waiting before.
func TestCatchUp(t *testing.T) {
	if testing.Short() {
		t.Skip("takes many seeds")
	}
	f, err := scenarios.Load("testdata/apply-lag.toml", scenarios.Set("duration=20s", "warmup=0s", "sample=5ms",
		"faults.stall.pause=r2", "faults.stall.at=2s", "faults.stall.for=2s"))
	if err != nil {
		t.Fatal(err)
	}
	var times []float64
	for seed := range uint64(40) {
		o := replicate(context.Background(), &f.Variants[0].Scenario, seed, Options{})
		i := slices.IndexFunc(o.curves, func(c results.Curve) bool { return c.Name == "lag.offset.r2" })
		x, y := o.curves[i].X, o.curves[i].Y
		for k := range x {
			if x[k] > 4 && y[k] == 0 {
				times = append(times, x[k]-4)
				break
			}
		}
	}
	if len(times) != 40 {
		t.Fatalf("only %d of 40 followers caught up", len(times))
	}
	agrees(t, "catch-up time", stat.Mean(times), 8.02, 0.06)
}
