package dist

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// oneOfEach is a Spec of every family, for tests and benchmarks of what all of
// them must do.
func oneOfEach(t testing.TB) map[string]Spec {
	specs := map[string]Spec{}
	for _, text := range []string{
		"5ms",
		"uniform(min=2ms, max=8ms)",
		"exponential(mean=5ms)",
		"normal(mean=5ms, sd=1ms)",
		"lognormal(median=1ms, p99=10ms)",
		"gamma(mean=5ms, shape=2)",
		"weibull(scale=5ms, shape=1.5)",
		"pareto(min=3ms, shape=3.5, max=1s)",
		"mixture(0.9: exponential(mean=1ms), 0.1: pareto(min=3ms, shape=3.5))",
	} {
		s := mustParse(t, text)
		specs[s.Kind()] = s
	}
	for name, file := range map[string]string{
		"samples":   "delay_ms\n" + strings.Repeat("3\n1\n4\n1.5\n9\n2.6\n", 1000),
		"quantiles": "p,delay_ms\n0,1\n0.5,2\n0.9,3\n0.99,7\n1,30\n",
	} {
		s, err := mustParse(t, "empirical(file=x.csv)").Load(contents(file))
		if err != nil {
			t.Fatal(err)
		}
		specs["empirical "+name] = s
	}
	return specs
}

// contents returns a read function for Load that knows a single file.
func contents(file string) func(string) ([]byte, error) {
	return func(string) ([]byte, error) { return []byte(file), nil }
}

// countingSource counts how many numbers are taken from a stream.
type countingSource struct {
	rand.Source
	taken int
}

func (s *countingSource) Uint64() uint64 { s.taken++; return s.Source.Uint64() }

func TestEveryDrawTakesOneNumberFromTheStream(t *testing.T) {
	for name, s := range oneOfEach(t) {
		source := &countingSource{Source: rand.NewPCG(1, 2)}
		sampler, r := mustNew(t, s), rand.New(source)
		for range 1000 {
			sampler.Sample(r)
		}
		if source.taken != 1000 {
			t.Errorf("%s: 1000 draws took %d numbers", name, source.taken)
		}
	}
}

func TestSampleDoesNotAllocate(t *testing.T) {
	for name, s := range oneOfEach(t) {
		sampler, r := mustNew(t, s), rand.New(rand.NewPCG(1, 2))
		if n := testing.AllocsPerRun(1000, func() { sampler.Sample(r) }); n != 0 {
			t.Errorf("%s: %g allocations per draw", name, n)
		}
	}
}

// fixedSource always returns the same number.
type fixedSource uint64

func (s fixedSource) Uint64() uint64 { return uint64(s) }

// The extreme numbers of a stream must give sane durations: no infinity, nothing
// negative, and Longest where the law has no bound.
func TestExtremeDraws(t *testing.T) {
	specs := oneOfEach(t)
	for _, text := range []string{
		"pareto(min=1s, shape=0.01)", "weibull(scale=1s, shape=0.01)", "gamma(mean=1s, shape=0.01)", "gamma(scale=1s, shape=1e6)",
		"lognormal(median=1s, sigma=50)", "normal(mean=0s, sd=1s)", "normal(mean=1h, sd=1ns)", "mixture(1e-3: 5ms, 0.999: uniform(min=0s, max=1s))",
		"exponential(mean=50000d, shift=1h)", "lognormal(mean=1h, sd=1s)", "gamma(mean=40000d, sd=1000d)",
	} {
		specs[text] = mustParse(t, text)
	}
	for name, s := range specs {
		sampler := mustNew(t, s)
		lowest := sampler.Sample(rand.New(fixedSource(0)))
		highest := sampler.Sample(rand.New(fixedSource(1<<64 - 1)))
		if lowest < 0 || highest < lowest || highest > Longest {
			t.Errorf("%s: draws range from %d to %d", name, lowest, highest)
		}
	}
	for ns, want := range map[float64]time.Duration{-1: 0, 0.49: 0, 0.5: 1, 1.5 * 0x1p62: Longest, 0x1p64: Longest} {
		if d := round(ns); d != want {
			t.Errorf("round(%g) = %d, want %d", ns, d, want)
		}
	}
	if d := mustNew(t, specs["pareto(min=1s, shape=0.01)"]).Sample(rand.New(fixedSource(1<<64 - 1))); d != Longest {
		t.Errorf("the longest draw of an extreme law is %v, want Longest", d)
	}
}

// A longer uniform gives a longer draw: without it, common random numbers would
// not make two runs comparable.
func TestDrawsRiseWithTheUniform(t *testing.T) {
	for name, s := range oneOfEach(t) {
		if s.Kind() == mixtureName { // rises within each part only
			continue
		}
		sampler, last := mustNew(t, s), time.Duration(0)
		for i := range uint64(1 << 14) {
			d := sampler.Sample(rand.New(fixedSource(i << 50)))
			if d < last {
				t.Fatalf("%s: draw %d is %v, after %v", name, i, d, last)
			}
			last = d
		}
		if last == sampler.Sample(rand.New(fixedSource(0))) && name != constantName {
			t.Errorf("%s: all draws are %v", name, last)
		}
	}
}

// Rounding is to the nearest nanosecond, not down: a law of a few nanoseconds
// keeps its mean.
func TestRoundingKeepsTheMean(t *testing.T) {
	sampler, r := mustNew(t, mustParse(t, "uniform(min=0ns, max=3ns)")), rand.New(rand.NewPCG(1, 2))
	var counts [4]int
	for range 60_000 {
		counts[sampler.Sample(r)]++
	}
	for d, want := range [4]int{10_000, 20_000, 20_000, 10_000} {
		if diff := counts[d] - want; diff*diff > 25*want { // 5 standard deviations
			t.Errorf("%d ns was drawn %d times, want about %d", d, counts[d], want)
		}
	}
}

func BenchmarkSample(b *testing.B) {
	specs := oneOfEach(b)
	for _, name := range []string{
		"constant", "uniform", "exponential", "normal", "lognormal", "gamma", "weibull", "pareto", "mixture",
		"empirical samples", "empirical quantiles",
	} {
		b.Run(name, func(b *testing.B) {
			sampler, r := mustNew(b, specs[name]), rand.New(rand.NewPCG(1, 2))
			b.ReportAllocs()
			for b.Loop() {
				sampler.Sample(r)
			}
		})
	}
}

func BenchmarkNewGamma(b *testing.B) {
	s := mustParse(b, "gamma(mean=5ms, shape=2)")
	for b.Loop() {
		mustNew(b, s)
	}
}
