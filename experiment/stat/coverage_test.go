package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"replsim/experiment/stat"
)

// These tests check the one promise of an interval: that it holds the truth in 95
// of 100 experiments. Each repeats an experiment whose truth is known, thousands
// of times with a fixed seed. Where theory promises less than 95 %, the package
// comment says so, and the row demands what it says.

// outcome counts experiments by where the truth lay.
type outcome struct{ below, inside, above int }

func (o *outcome) add(i stat.Interval, truth float64) {
	switch {
	case truth < i.Lo:
		o.below++
	case truth > i.Hi:
		o.above++
	default:
		o.inside++
	}
}

// demand fails unless the coverage lies within [lo, hi].
func (o *outcome) demand(t *testing.T, lo, hi float64) {
	t.Helper()
	all := float64(o.below + o.inside + o.above)
	t.Logf("coverage %.3f, missed: truth below %.3f, above %.3f",
		float64(o.inside)/all, float64(o.below)/all, float64(o.above)/all)
	if share := float64(o.inside) / all; share < lo || share > hi {
		t.Errorf("coverage %.3f is not within [%g, %g]", share, lo, hi)
	}
}

func repeat(trials int, truth float64, experiment func(r *rand.Rand) stat.Interval) *outcome {
	r := rand.New(rand.NewPCG(1, 2))
	o := &outcome{}
	for range trials {
		o.add(experiment(r), truth)
	}
	return o
}

func sample(r *rand.Rand, n int, draw func(*rand.Rand) float64) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = draw(r)
	}
	return xs
}

func normal(r *rand.Rand) float64      { return r.NormFloat64() }
func exponential(r *rand.Rand) float64 { return r.ExpFloat64() }

func lognormal(sigma float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Exp(sigma * r.NormFloat64()) }
}

func TestMeanCoverage(t *testing.T) {
	for _, c := range []struct {
		name   string
		n      int
		draw   func(*rand.Rand) float64
		truth  float64
		lo, hi float64
	}{
		{"normal 3", 3, normal, 0, 0.94, 0.96},
		{"normal 5", 5, normal, 0, 0.94, 0.96},
		{"normal 10", 10, normal, 0, 0.94, 0.96},
		{"normal 30", 30, normal, 0, 0.94, 0.96},
		{"uniform 10", 10, (*rand.Rand).Float64, 0.5, 0.93, 0.97},
		{"mildly skewed 20", 20, lognormal(0.25), math.Exp(0.03125), 0.93, 0.97},
		{"mildly skewed 30", 30, lognormal(0.25), math.Exp(0.03125), 0.93, 0.97},
		{"lognormal 100", 100, lognormal(0.5), math.Exp(0.125), 0.93, 0.97},
		// Not promised: few observations of a skewed figure.
		{"lognormal 10", 10, lognormal(0.5), math.Exp(0.125), 0.905, 0.935},
		{"exponential 5", 5, exponential, 1, 0.865, 0.895},
		{"wide lognormal 10", 10, lognormal(1), math.Exp(0.5), 0.825, 0.855},
	} {
		t.Run(c.name, func(t *testing.T) {
			repeat(4000, c.truth, func(r *rand.Rand) stat.Interval {
				return stat.Mean(sample(r, c.n, c.draw))
			}).demand(t, c.lo, c.hi)
		})
	}
}

// The p99 of each replication, of operations that depend on each other: each one's
// delay is half that of the one before (in logarithms) and half its own.
func TestMeanCoversTheQuantileOfAReplication(t *testing.T) {
	replication := func(r *rand.Rand) float64 {
		latencies, log := make([]float64, 200), r.NormFloat64()
		for i := range latencies {
			log = 0.5*log + math.Sqrt(0.75)*r.NormFloat64()
			latencies[i] = math.Exp(0.3 * log)
		}
		return stat.SampleQuantile(latencies, 0.99)
	}
	// The expected p99 of a replication has no formula; this is its mean over
	// 10,000, known thirty times better than from the ten of each experiment.
	truth := mean(sample(rand.New(rand.NewPCG(3, 4)), 10_000, replication))
	repeat(1000, truth, func(r *rand.Rand) stat.Interval {
		return stat.Mean(sample(r, 10, replication))
	}).demand(t, 0.93, 0.97)
}

// binomial returns P(B = k) for k = 0 … n, by logarithms of factorials, apart from
// how the package gets it.
func binomial(n int, p float64) []float64 {
	out := make([]float64, n+1)
	all, _ := math.Lgamma(float64(n) + 1)
	for k := range out {
		in, _ := math.Lgamma(float64(k) + 1)
		rest, _ := math.Lgamma(float64(n-k) + 1)
		out[k] = math.Exp(all - in - rest + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return out
}

// A count has so few values that its coverage can be summed up instead of drawn.
func TestProportionCoverage(t *testing.T) {
	exact := func(n int, p float64) float64 {
		held := 0.0
		for k, probability := range binomial(n, p) {
			if i := stat.Proportion(k, n); i.Lo <= p && p <= i.Hi {
				held += probability
			}
		}
		return held
	}
	for _, n := range []int{5, 10, 20, 50, 200, 1000} {
		sum, points := 0.0, 0
		for p := 0.005; p < 1; p += 0.01 {
			sum += exact(n, p)
			points++
		}
		average := sum / float64(points)
		t.Logf("n = %d: mean coverage %.3f", n, average)
		if average < 0.93 || average > 0.97 {
			t.Errorf("n = %d: mean coverage over all p is %.3f", n, average)
		}
	}
	for _, c := range []struct {
		n         int
		p, lo, hi float64
	}{
		{20, 0.5, 0.93, 0.97}, {30, 0.2, 0.93, 0.97}, {100, 0.1, 0.93, 0.97}, {1000, 0.01, 0.93, 0.97},
		{100, 0.0299, 0.95, 1},    // what no event in 100 does not exclude
		{100, 0.0301, 0.91, 0.93}, // and what it just does
		{100, 0.0017, 0.83, 0.85}, // a single event just excludes it
	} {
		if held := exact(c.n, c.p); held < c.lo || held > c.hi {
			t.Errorf("n = %d, p = %g: coverage %.4f is not within [%g, %g]", c.n, c.p, held, c.lo, c.hi)
		}
	}
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}
