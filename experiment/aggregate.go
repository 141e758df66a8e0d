package experiment

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sort"

	"replsim/experiment/stat"
	"replsim/measure"
	"replsim/results"
	"replsim/scenarios"
	"replsim/sim"
)

// collect turns finished replications into the result set. The order of the
// replications is that of their seeds, whatever order they finished in.
func collect(f *scenarios.File, tasks []task, runs []*outcome) *results.Set {
	s := &results.Set{
		Schema: results.Schema, Engine: Version,
		Scenario: f.Name, Title: f.Base.Title, Question: f.Base.Question,
		Seed: f.Base.Seed, Seeds: f.Base.Seeds,
		Duration: f.Base.Duration.Seconds(), Warmup: f.Base.Warmup.Seconds(),
		Faults: shared(f), Charts: charts(f),
	}
	byVariant := make([][]*outcome, len(f.Variants))
	for v := range byVariant {
		byVariant[v] = make([]*outcome, mostSeeds(f))
	}
	for i, t := range tasks {
		byVariant[t.variant][t.index] = runs[i]
		s.Partial = s.Partial || runs[i] == nil
	}
	digest := sha256.New()
	for i := range f.Variants {
		v := variantResult(&f.Variants[i], byVariant[i])
		v.Faults = slices.DeleteFunc(bands(&f.Variants[i].Scenario), func(b results.Fault) bool { return slices.Contains(s.Faults, b) })
		fmt.Fprintln(digest, v.Digest)
		s.Variants = append(s.Variants, v)
		s.Expectations = append(s.Expectations, expectations(&f.Variants[i].Scenario, &v)...)
	}
	s.Digest = fmt.Sprintf("%x", digest.Sum(nil)[:16])
	s.Comparisons = compare(f, byVariant)
	return s
}

// variantResult aggregates the replications of one variant.
func variantResult(v *scenarios.Variant, all []*outcome) results.Variant {
	done := slices.DeleteFunc(slices.Clone(all), func(o *outcome) bool { return o == nil })
	r := results.Variant{Name: v.Name, Label: v.Label, Changes: v.Changes, Done: len(done)}
	digest := sha256.New()
	for _, o := range done {
		fmt.Fprintf(digest, "%016x\n", o.digest)
	}
	r.Digest = fmt.Sprintf("%x", digest.Sum(nil)[:16])
	r.Figures = figures(done)
	r.Curves = append(curves(done), pooled(done)...)
	if len(all) > 0 && all[0] != nil {
		r.Timeline = results.Timeline{Seed: v.Scenario.Seed, Spans: all[0].spans}
	}
	sort.Slice(r.Curves, func(i, j int) bool { return r.Curves[i].Name < r.Curves[j].Name })
	r.Effects = effects(&v.Scenario, done)
	if i := slices.IndexFunc(done, func(o *outcome) bool { return len(o.broken) > 0 }); i >= 0 {
		r.Violations = done[i].broken
	}
	r.Notes = slices.Concat(notes(&v.Scenario, &r), proxyNotes(&r, done), anomalyNotes(&v.Scenario, all))
	return r
}

// figures aggregates each figure over the replications in which it was defined.
func figures(done []*outcome) []results.Figure {
	byName := map[string][]measure.Figure{}
	for _, o := range done {
		for _, f := range o.figures {
			byName[f.Name] = append(byName[f.Name], f)
		}
	}
	out := make([]results.Figure, 0, len(byName))
	for name, fs := range byName {
		in := interval(fs)
		out = append(out, results.Figure{
			Name: name, Unit: fs[0].Unit, Mean: in.Mean, Lo: in.Lo, Hi: in.Hi,
			Min: in.Min, Max: in.Max, N: in.N, Method: in.Method,
		})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// interval picks the interval that fits the kind of figure: a ratio estimator for
// proportions, whose operations within one replication are not independent; one
// for counts that knows the rule of three; Student's t for all else, quantiles
// within a replication included.
func interval(fs []measure.Figure) stat.Interval {
	values := make([]float64, len(fs))
	hits, trials := make([]int, len(fs)), make([]int, len(fs))
	for i, f := range fs {
		values[i], hits[i], trials[i] = f.Value, int(f.Hits), int(f.Trials)
	}
	switch fs[0].Kind {
	case measure.Proportion:
		return proportion(hits, trials)
	case measure.Count:
		return stat.Count(values)
	default:
		return stat.Mean(values)
	}
}

// proportion is the interval of a share of operations. If no operation showed the
// event, or all did, it is the rule of three over the operations, as a reader of
// "0 of 200,000 reads" expects: it holds for events that hit single operations. An
// event that spoils a whole replication once in a while is bounded by the number
// of replications only, 3/N of them, which docs/measures.md says. A share of the
// replications themselves is one of independent trials.
func proportion(hits, trials []int) stat.Interval {
	var k, n int
	for i := range hits {
		k, n = k+hits[i], n+trials[i]
	}
	single := !slices.ContainsFunc(trials, func(n int) bool { return n != 1 }) // each replication is one trial
	if k > 0 && k < n && !single {
		return stat.ProportionClustered(hits, trials)
	}
	in := stat.Proportion(k, n)
	if !single {
		in.Min, in.Max, in.N = in.Mean, in.Mean, len(hits)
	}
	return in
}

// curves aggregates the curves over time (band: 5th to 95th percentile of the
// replications) and the distributions (interval of the mean quantile).
func curves(done []*outcome) []results.Curve {
	byName := map[string][]results.Curve{}
	for _, o := range done {
		for _, c := range o.curves {
			byName[c.Name] = append(byName[c.Name], c)
		}
	}
	out := make([]results.Curve, 0, len(byName))
	for _, cs := range byName {
		ys := make([][]float64, len(cs))
		for i, c := range cs {
			ys[i] = c.Y
		}
		c := cs[0]
		c.N = len(cs)
		c.Y, c.Lo, c.Hi = stat.MeanCurve(ys)
		switch c.Kind {
		case results.OverTime:
			c.Lo, c.Hi = stat.Band(ys, 0.05, 0.95)
		case results.Distribution:
			within(&c, ys)
		}
		if c.Kind == results.Visibility {
			trim(&c)
		}
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// within keeps the interval of a mean quantile inside what was observed: with few
// replications Student's t may reach below 0, which no duration does.
func within(c *results.Curve, ys [][]float64) {
	least, most := stat.Band(ys, 0, 1)
	for i := range c.Y {
		c.Lo[i], c.Hi[i] = max(c.Lo[i], least[i]), min(c.Hi[i], most[i])
	}
}

// trim cuts the end of a visibility curve where it has reached 1 for good, and
// clamps the interval to probabilities.
func trim(c *results.Curve) {
	n := len(c.X)
	for n > 2 && c.Y[n-2] >= 0.99999 {
		n--
	}
	c.X, c.Y, c.Lo, c.Hi = c.X[:n], c.Y[:n], c.Lo[:n], c.Hi[:n]
	for i := range c.Lo {
		c.Lo[i], c.Hi[i] = max(0, c.Lo[i]), min(1, c.Hi[i])
	}
}

// effects sums what each fault did. One that did nothing in any replication is
// marked: a protocol must not pass for having survived it.
func effects(sc *scenarios.Scenario, done []*outcome) []results.Effect {
	if len(done) == 0 {
		return nil
	}
	total := make([]sim.Effect, len(done[0].effects))
	for _, o := range done {
		for i, e := range o.effects {
			total[i].Add(e)
		}
	}
	var out []results.Effect
	for i, e := range total {
		text := effectText(e, len(done))
		if f := sc.Faults[done[0].faults[i]]; f.Ordered() {
			what := " changes of members (per replication)"
			if f.Promote != "" {
				what = " promoted (per replication)"
			}
			text = perRun(float64(e.Hits)/float64(len(done))) + what
		}
		out = append(out, results.Effect{Fault: done[0].faults[i], Text: text, Warning: e.Inert()})
	}
	return out
}

// compared are the figures that variants are compared by; a * stands
// for anything.
var compared = []string{
	"availability.*", "outage.longest", "throughput.*", "latency.read.mean", "latency.read.p50", "latency.read.p99",
	"latency.write.mean", "latency.write.p50", "latency.write.p99", "stale_reads.rate", "stale_reads.age.*", "lag.time.*.p99", "lag.delay.*.p99",
	"lag.after_ack.followers.p99", "visible_after.leader.p99", "visible_after.followers.p99",
	"data_loss.*", "rpo.*", "rto.total", "split_brain.*",
	"traffic.*", "session.*", "visibility.followers.*", "fallback.time",
}

// compare pairs every variant with the base of comparison, seed by seed: both
// had the same arrivals, keys, delays and faults.
func compare(f *scenarios.File, byVariant [][]*outcome) []results.Comparison {
	base := slices.IndexFunc(f.Variants, func(v scenarios.Variant) bool { return v.Name == f.Base.Compare })
	if base < 0 || len(f.Variants) < 2 {
		return nil
	}
	var out []results.Comparison
	for v := range f.Variants {
		if v == base {
			continue
		}
		for _, name := range figureNames(byVariant[base]) {
			a, unit := perSeed(byVariant[base], name)
			b, _ := perSeed(byVariant[v], name)
			d := stat.PairedDiff(a, b)
			if d.N < 2 {
				continue
			}
			out = append(out, results.Comparison{
				Figure: name, Unit: unit, Base: f.Variants[base].Name, Variant: f.Variants[v].Name,
				Diff: d.Mean, Lo: d.Lo, Hi: d.Hi, N: d.N, Verdict: d.Verdict,
			})
		}
	}
	return out
}
