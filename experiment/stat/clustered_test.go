package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"replsim/experiment/stat"
)

// Coverage (see coverage_test.go) of what is counted within replications.

// A replication of 100 to 300 operations, of which chance gives each run its own
// share.
func shares(r *rand.Rand, n int, share func(*rand.Rand) float64) (ks, ns []int) {
	for range n {
		operations := 100 + r.IntN(201)
		ns = append(ns, operations)
		ks = append(ks, int(distuv.Binomial{N: float64(operations), P: share(r), Src: r}.Rand()))
	}
	return ks, ns
}

func beta(a, b float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return distuv.Beta{Alpha: a, Beta: b, Src: r}.Rand() }
}

func always(share float64) func(*rand.Rand) float64 {
	return func(*rand.Rand) float64 { return share }
}

// bursts makes half of a run's operations events, in a share of runs.
func bursts(runs float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		if r.Float64() < runs {
			return 0.5
		}
		return 0
	}
}

// anyBursts makes a quarter of a tenth of runs events, on average.
func anyBursts(r *rand.Rand) float64 {
	return 2 * bursts(0.1)(r) * beta(1, 3)(r)
}

// clean is the other side of bursts.
func clean(runs float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return 1 - bursts(runs)(r) }
}

func pooled(ks, ns []int) stat.Interval {
	k, n := 0, 0
	for r := range ks {
		k += ks[r]
		n += ns[r]
	}
	return stat.Proportion(k, n)
}

func TestProportionClusteredCoverage(t *testing.T) {
	for _, c := range []struct {
		name         string
		replications int
		share        func(*rand.Rand) float64
		truth        float64
		lo, hi       float64
	}{
		{"half, 10", 10, beta(5, 5), 0.5, 0.93, 0.97},
		{"fifth, 30", 30, beta(2, 8), 0.2, 0.93, 0.97},
		{"independent operations, 5", 5, always(0.3), 0.3, 0.93, 0.97},
		{"independent operations, 30", 30, always(0.1), 0.1, 0.93, 0.97},
		// Cautious: bursts of one size, as if their size were unknown too.
		{"bursts in a tenth, 30", 30, bursts(0.1), 0.05, 0.95, 0.99},
		{"bursts in a twentieth, 60", 60, bursts(0.05), 0.025, 0.95, 0.99},
		{"all but bursts, 60", 60, clean(0.05), 0.975, 0.95, 0.99},
		// Not promised: few replications of a skewed share, few bursts of any size.
		{"bursts of any size, 30", 30, anyBursts, 0.025, 0.85, 0.90},
		{"fifth, 5", 5, beta(2, 8), 0.2, 0.90, 0.94},
		{"hundredth, 10", 10, beta(1, 99), 0.01, 0.87, 0.91},
	} {
		t.Run(c.name, func(t *testing.T) {
			repeat(3000, c.truth, func(r *rand.Rand) stat.Interval {
				return stat.ProportionClustered(shares(r, c.replications, c.share))
			}).demand(t, c.lo, c.hi)
		})
	}
}

// Why ProportionClustered exists: taken for independent, the same operations give
// an interval that nearly always misses.
func TestPoolingOperationsIsOverconfident(t *testing.T) {
	repeat(2000, 0.2, func(r *rand.Rand) stat.Interval {
		return pooled(shares(r, 30, beta(2, 8)))
	}).demand(t, 0.25, 0.4)
}

// Runs under overload have more operations and a larger share of failures. The
// share among operations is then larger than the mean of the runs' shares.
func TestRatioCoverageWhenSizeAndShareGoTogether(t *testing.T) {
	const truth = (0.75*200*0.02 + 0.25*600*0.10) / (0.75*200 + 0.25*600)
	replications := func(r *rand.Rand) (over, under []float64) {
		for range 30 {
			size, share := 200.0, 0.02
			if r.Float64() < 0.25 {
				size, share = 600, 0.10
			}
			under = append(under, size)
			over = append(over, distuv.Binomial{N: size, P: share, Src: r}.Rand())
		}
		return over, under
	}
	repeat(5000, truth, func(r *rand.Rand) stat.Interval {
		return stat.Ratio(replications(r))
	}).demand(t, 0.93, 0.97)
}

// The case argued in the comment of ProportionClustered: one run in twenty meets a
// failover that makes half of its reads stale.
func TestRuleOfThreeCountsReplications(t *testing.T) {
	replications, operations := &outcome{}, &outcome{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		ks, ns := shares(r, 20, bursts(0.05))
		if i := stat.ProportionClustered(ks, ns); i.Method == stat.RuleOfThree {
			replications.add(i, 0.025)
			operations.add(pooled(ks, ns), 0.025)
		}
	}
	none := replications.inside + replications.below + replications.above
	if share := float64(none) / 5000; share < 0.33 || share > 0.39 {
		t.Errorf("%.3f of experiments saw no event, want 0.95^20 = 0.36", share)
	}
	if replications.inside != none || operations.inside != 0 {
		t.Errorf("of %d bounds, %d by replications and %d by operations held", none, replications.inside, operations.inside)
	}
}

func TestCountCoverage(t *testing.T) {
	for _, c := range []struct {
		name   string
		n      int
		rate   float64
		lo, hi float64
	}{
		{"many events", 10, 5, 0.93, 0.97},
		{"some events", 30, 1, 0.93, 0.97},
		{"three events in all", 20, 0.16, 0.93, 0.97},
		{"hardly any event", 20, 0.01, 0.99, 1},
		{"six events in all", 20, 0.3, 0.95, 0.99},
	} {
		t.Run(c.name, func(t *testing.T) {
			repeat(5000, c.rate, func(r *rand.Rand) stat.Interval {
				return stat.Count(sample(r, c.n, func(r *rand.Rand) float64 {
					return distuv.Poisson{Lambda: c.rate, Src: r}.Rand()
				}))
			}).demand(t, c.lo, c.hi)
		})
	}
}

// Two variants that share nine tenths of their variance, as under common random
// numbers.
func TestPairedDiffCoverage(t *testing.T) {
	const truth = 0.5
	variants := func(r *rand.Rand, n int) (base, variant []float64) {
		for range n {
			common := 3 * math.Exp(r.NormFloat64())
			base = append(base, common+r.NormFloat64())
			variant = append(variant, common+truth+r.NormFloat64())
		}
		return base, variant
	}
	for _, n := range []int{5, 10, 30} {
		paired, apart := 0.0, 0.0
		repeat(4000, truth, func(r *rand.Rand) stat.Interval {
			base, variant := variants(r, n)
			d := stat.PairedDiff(base, variant)
			b, v := stat.Mean(base), stat.Mean(variant)
			paired += d.Hi - d.Lo
			apart += math.Hypot(b.Hi-b.Lo, v.Hi-v.Lo)
			return d.Interval
		}).demand(t, 0.93, 0.97)
		if paired > apart/2 {
			t.Errorf("N = %d: pairing shortens intervals only to %.2f", n, paired/apart)
		}
	}
}

// Where there is no difference, a verdict is an error, and may occur in 5 % of
// comparisons.
func TestVerdictIsSeldomWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	wrong := 0
	for range 10_000 {
		if stat.PairedDiff(sample(r, 10, normal), sample(r, 10, normal)).Verdict != stat.NoDifference {
			wrong++
		}
	}
	if wrong < 400 || wrong > 600 {
		t.Errorf("%d of 10,000 comparisons of equals see a difference, want about 500", wrong)
	}
}
