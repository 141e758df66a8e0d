package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"replsim/results"
)

// spec is a made-up replication scheme from which plausible results are drawn.
type spec struct {
	name, label string
	rtt         float64 // seconds that a write waits for others
	lost        float64 // writes lost per crash
	stale       float64 // share of stale reads
}

var sixSpecs = []spec{
	{"async", "asynchronous", 0.0006, 182, 0.031},
	{"semi-sync", "semi-synchronous, 1 ack", 0.0024, 6.4, 0.024},
	{"quorum", "Raft, 3 nodes", 0.0031, 0, 0.0004},
	{"sync-all", "synchronous, all followers", 0.0085, 0, 0.019},
	{"chain", "chain of three", 0.0124, 0, 0},
	{"geo", "Raft over three regions with a leader in Frankfurt", 0.086, 0, 0.0011},
}

const seeds = 30

// plausible makes a set of n variants with all names that an experiment produces.
// Its numbers have the shape of real ones; nothing outside tests sees them.
func plausible(n int) *results.Set {
	s := &results.Set{
		Schema: results.Schema, Engine: "test", Scenario: "failover", Title: "Simple failover",
		Question: "What does it cost when the leader crashes, and does waiting for one follower help?",
		Seed:     1, Seeds: seeds, Duration: 60, Warmup: 5, Digest: "00c0ffee00c0ffee",
		Faults: []results.Fault{
			{Name: "crash-leader", Kind: "crash", What: "r1", Start: 15, End: 24},
			{Name: "cut-r3", Kind: "partition", What: "r3 | r1, r2", Start: 38, End: 43},
			{Name: "promote-r2", Kind: "promote", What: "r2", Start: 18, End: 18},
		},
	}
	for i := range n {
		s.Variants = append(s.Variants, plausibleVariant(sixSpecs[i], i))
	}
	base := s.Variants[0].Name
	for _, v := range s.Variants[1:] {
		for _, name := range []string{"latency.write.p99", "data_loss.total", "availability.read"} {
			s.Comparisons = append(s.Comparisons, difference(s, base, v.Name, name))
		}
	}
	return s
}

func difference(s *results.Set, base, name, figure string) results.Comparison {
	a, _ := s.Variant(base)
	b, _ := s.Variant(name)
	f, _ := a.Figure(figure)
	g, _ := b.Figure(figure)
	c := results.Comparison{Figure: figure, Unit: f.Unit, Base: base, Variant: name, Diff: g.Mean - f.Mean, N: seeds}
	half := (f.Hi - f.Lo + g.Hi - g.Lo) / 4
	c.Lo, c.Hi = c.Diff-half, c.Diff+half
	switch {
	case c.Lo > 0:
		c.Verdict = results.Higher
	case c.Hi < 0:
		c.Verdict = results.Lower
	default:
		c.Verdict = results.NoDifference
	}
	return c
}

func plausibleVariant(sp spec, i int) results.Variant {
	rng := rand.New(rand.NewPCG(7, uint64(i)))
	v := results.Variant{
		Name: sp.name, Label: sp.label, Done: seeds,
		Changes: map[string]string{"network.latency": fmt.Sprintf(`"%dms"`, 1<<i)},
		Effects: []results.Effect{
			{Fault: "crash-leader", Text: "dropped 1,204 messages, 9 s down, 4 flushes lost"},
			{Fault: "cut-r3", Text: "no message was in its way", Warning: i == 1},
		},
	}
	if sp.lost > 0 {
		v.Notes = []string{"All lost writes were acknowledged by r1 in the 180 ms before its crash and had reached no follower."}
	}
	figure := func(name, unit string, mean, spread float64) {
		f := results.Figure{Name: name, Unit: unit, Mean: mean, Lo: mean - spread, Hi: mean + spread, Min: mean - 2*spread, Max: mean + 3*spread, N: seeds, Method: "t"}
		if mean == 0 {
			f.Lo, f.Min, f.Max, f.Method = 0, 0, 0, "rule-of-three"
			f.Hi = spread
		}
		f.Min = math.Max(0, f.Min)
		v.Figures = append(v.Figures, f)
	}
	figure("availability.read", "ratio", 0.99991-0.00001*float64(i), 0.00002)
	figure("availability.write", "ratio", 0.93-0.01*float64(i), 0.01)
	figure("outage.longest", "s", 3.4+0.2*float64(i), 0.3)
	figure("throughput.write", "ops/s", 1890-60*float64(i), 21)
	for k, q := range []string{"p50", "p90", "p99", "p999"} {
		figure("latency.write."+q, "s", sp.rtt*math.Pow(2.1, float64(k)), sp.rtt*0.08*float64(k+1))
		figure("latency.read."+q, "s", 0.0004*math.Pow(1.7, float64(k)), 0.00001*float64(k+1))
	}
	figure("stale_reads.rate", "ratio", sp.stale, math.Max(sp.stale*0.1, 0.00003))
	figure("lag.time.r2.p99", "s", 0.018, 0.002)
	figure("lag.time.r3.p99", "s", 4.9+rng.Float64(), 0.4)
	figure("data_loss.total", "writes", sp.lost, math.Max(sp.lost*0.12, 0.1))
	figure("data_loss.truncated", "writes", sp.lost*0.7, math.Max(sp.lost*0.09, 0.1))
	figure("data_loss.diverged", "writes", sp.lost*0.3, math.Max(sp.lost*0.05, 0.1))
	figure("data_loss.torn", "writes", 0, 0.1)
	figure("rpo.time", "s", sp.lost/1000, math.Max(sp.lost/9000, 0.0001))
	figure("rto.total", "s", 3.3+0.2*float64(i), 0.21)
	figure("rto.detect", "s", 3, 0.2)
	figure("rto.elect", "s", 0.1*float64(i), 0.01)
	figure("rto.catch_up", "s", 0, 0.01)
	figure("rto.redirect", "s", 0.3+0.1*float64(i), 0.1)
	figure("traffic.messages_per_write", "msgs/write", 4.02, 0.01)
	figure("traffic.bytes_per_write", "B/write", 1320, 8)
	slices.SortFunc(v.Figures, func(a, b results.Figure) int { return strings.Compare(a.Name, b.Name) })

	for r, node := range []string{"r2", "r3", "r4"} {
		v.Curves = append(v.Curves, lagCurve(rng, "lag.time."+node, r))
	}
	v.Curves = append(v.Curves, rateCurve(rng, "throughput.write", 1890-60*float64(i), 3.3+0.2*float64(i)))
	v.Curves = append(v.Curves, quantiles("latency.write", sp.rtt, 0.35+0.05*float64(i)), quantiles("latency.read", 0.0004, 0.3))
	v.Curves = append(v.Curves, failovers("rto.total", 3.3+0.2*float64(i), i))
	v.Timeline = leaders(i)
	v.Curves = append(v.Curves, visible("visibility.followers", 0.45+0.1*float64(i%4), 0.004*float64(i+1)))
	return v
}

// lagCurve falls behind in the faults that concern the replica, and catches up.
func lagCurve(rng *rand.Rand, name string, r int) results.Curve {
	c := results.Curve{Name: name, Kind: results.OverTime, Unit: "s", N: seeds}
	lag := 0.0
	for k := range 200 {
		t := float64(k) * 0.3
		cut := t >= 15 && t < 24 && r == 0 || t >= 38 && t < 43 && r == 1
		switch {
		case cut:
			lag += 0.3
		default:
			lag *= 0.86
		}
		y := lag + 0.012*(1+0.5*rng.Float64())*float64(r+1)
		if r == 2 && k%9 == 0 {
			y = 0
		}
		c.X, c.Y = append(c.X, t), append(c.Y, y)
		c.Lo, c.Hi = append(c.Lo, y*0.7), append(c.Hi, y*1.5)
	}
	return c
}

func rateCurve(rng *rand.Rand, name string, level, outage float64) results.Curve {
	c := results.Curve{Name: name, Kind: results.OverTime, Unit: "ops/s", N: seeds}
	for k := range 200 {
		t := float64(k) * 0.3
		y := level * (1 + 0.02*rng.NormFloat64())
		if t >= 15 && t < 15+outage {
			y = 0
		}
		c.X, c.Y = append(c.X, t), append(c.Y, y)
		c.Lo, c.Hi = append(c.Lo, y*0.95), append(c.Hi, y*1.05)
	}
	return c
}

// quantiles is a lognormal latency with a heavy tail.
func quantiles(name string, median, sigma float64) results.Curve {
	c := results.Curve{Name: name, Kind: results.Distribution, Unit: "s", N: seeds}
	add := func(p float64) {
		z := math.Sqrt2 * math.Erfinv(2*p-1)
		y := median * math.Exp(sigma*z+math.Max(0, z-2)*0.6)
		c.X, c.Y = append(c.X, p), append(c.Y, y)
		c.Lo, c.Hi = append(c.Lo, y*(1-0.02-0.03*math.Max(0, z))), append(c.Hi, y*(1+0.02+0.05*math.Max(0, z)))
	}
	for k := 1; k < 180; k++ {
		add(float64(k) / 180)
	}
	for _, p := range []float64{0.995, 0.997, 0.998, 0.999, 0.9995, 0.9998, 0.9999} {
		add(p)
	}
	return c
}

// failovers are the times of 30 failovers, of which the last ones did not end.
func failovers(name string, median float64, unfinished int) results.Curve {
	c := results.Curve{Name: name, Kind: results.Events, Unit: "s", N: seeds}
	for k := range seeds + 1 {
		y, lo, hi := median+0.1*float64(k-15), median+0.1*float64(k-20), median+0.1*float64(k-10)
		if k < 5 {
			lo = math.NaN()
		}
		if k > seeds-10 {
			hi = math.NaN()
		}
		if k > seeds-unfinished {
			y = math.NaN()
		}
		c.X, c.Y = append(c.X, float64(k)/seeds), append(c.Y, y)
		c.Lo, c.Hi = append(c.Lo, lo), append(c.Hi, hi)
	}
	return c
}

// leaders is a run in which r1 is deposed while it is cut off, and r2 crashes.
func leaders(i int) results.Timeline {
	t := results.Timeline{Seed: 1}
	for _, node := range []string{"r1", "r2", "r3"} {
		t.Spans = append(t.Spans, results.Span{Node: node, What: results.Exists, To: 60})
	}
	t.Spans = append(t.Spans,
		results.Span{Node: "r2", What: results.Down, From: 40, To: 50},
		results.Span{Node: "r1", What: results.Leads, Epoch: 1, To: 20 + float64(i)},
		results.Span{Node: "r2", What: results.Leads, Epoch: 2, From: 18, To: 40},
		results.Span{Node: "r3", What: results.Leads, Epoch: 3, From: 43, To: 43.2},
		results.Span{Node: "r3", What: results.Leads, Epoch: 5, From: 44, To: 60},
		results.Span{Node: "r1", What: results.Paused, From: 19, To: 20})
	for k := range i + 1 {
		t.Spans = append(t.Spans, results.Span{Node: "r1", What: results.Lost, From: 18 + float64(k), To: 18.1 + float64(k), Writes: 700 * (k + 1)})
	}
	return t
}

func visible(name string, start, tau float64) results.Curve {
	c := results.Curve{Name: name, Kind: results.Visibility, Unit: "ratio", N: seeds}
	for k := range 200 {
		t := float64(k) * 0.0005
		y := 1 - (1-start)*math.Exp(-t/tau)
		c.X, c.Y = append(c.X, t), append(c.Y, y)
		c.Lo, c.Hi = append(c.Lo, y-0.1*(1-y)), append(c.Hi, math.Min(1, y+0.1*(1-y)))
	}
	return c
}

// chartsOf asks a set for every kind of chart.
func chartsOf() []results.Chart {
	return []results.Chart{
		{Name: "lag", Kind: "time", Title: "The crash leaves r2 behind by seconds, the partition r3", Show: []string{"lag.time.*"}, Log: true},
		{Name: "lag-linear", Kind: "time", Title: "Lag in the window around the crash", Show: []string{"lag.time.*"}, From: 10, To: 30},
		{Name: "throughput", Kind: "time", Title: "Writes stop until the promotion", Show: []string{"throughput.write"}},
		{Name: "cdf", Kind: "cdf", Title: "A median write takes {async/latency.write.p50} when nobody is waited for", Show: []string{"latency.write"}},
		{Name: "cdf-both", Kind: "cdf", Title: "Reads and writes", Show: []string{"latency.*"}},
		{Name: "tail", Kind: "tail", Title: "The tail of write latency", Show: []string{"latency.write"}, Log: true},
		{Name: "visibility", Kind: "visibility", Title: "How soon do followers show a write? One title that is long enough to need two lines of the page, wherever it is shown", Show: []string{"visibility.followers"}},
		{Name: "bars", Kind: "bars", Title: "A crash under asynchronous replication loses {async/data_loss.total}", Show: []string{"data_loss.total"}},
		{Name: "bars-classes", Kind: "bars", Title: "What is lost, and how", Show: []string{"data_loss.truncated", "data_loss.diverged", "data_loss.torn"}},
		{Name: "bars-mixed", Kind: "bars", Title: "Price and benefit", Show: []string{"latency.write.p99", "data_loss.total"}},
		{Name: "bars-log", Kind: "bars", Title: "Write latency by scheme", Show: []string{"latency.write.p99"}, Log: true},
		{Name: "stack", Kind: "stack", Title: "Most of the time nobody knows", Show: []string{"rto.detect", "rto.elect", "rto.catch_up", "rto.redirect"}},
		{Name: "stack-of-loss", Kind: "stack", Title: "What is lost, and how", Show: []string{"data_loss.truncated", "data_loss.diverged", "data_loss.torn"}},
		{Name: "cdf-failovers", Kind: "cdf", Title: "How long until the next write?", Show: []string{"rto.total"}},
		{Name: "tail-failovers", Kind: "tail", Title: "The longest failovers", Show: []string{"rto.total"}},
		{Name: "timeline", Kind: "timeline", Title: "For a while, two leaders"},
		{Name: "timeline-window", Kind: "timeline", Title: "Two leaders", From: 15, To: 30},
		{Name: "scatter", Kind: "scatter", Title: "What does durability cost?", Show: []string{"data_loss.total"}, X: "latency.write.p99", Log: true},
		{Name: "scatter-linear", Kind: "scatter", Title: "Availability against latency", Show: []string{"availability.write"}, X: "latency.write.p99"},
		{Name: "lines", Kind: "lines", Title: "Latency follows the network", Show: []string{"latency.write.p50", "latency.write.p99"}, X: "network.latency", Log: true},
		{Name: "lines-two", Kind: "lines", Title: "Latency and loss over the network's delay", Show: []string{"latency.write.p99", "data_loss.total"}, X: "network.latency"},
	}
}

func oneOfEachKind() []results.Chart {
	var out []results.Chart
	for _, c := range chartsOf() {
		if !slices.ContainsFunc(out, func(o results.Chart) bool { return o.Kind == c.Kind }) {
			out = append(out, c)
		}
	}
	return out
}
