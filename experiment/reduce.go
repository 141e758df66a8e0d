package experiment

import (
	"math"
	"slices"
	"strings"

	"replsim/history"
	"replsim/measure"
	"replsim/results"
	"replsim/sim"
)

// outcome is what is kept of one replication: figures, and curves of a couple of
// hundred points in place of histograms, so that memory does not grow with the
// load.
type outcome struct {
	figures []measure.Figure
	samples []measure.Sample
	spans   []results.Span // of the first replication, if a chart shows them
	curves  []results.Curve
	faults  []string
	effects []sim.Effect
	digest  uint64
	events  uint64
	broken  []string // invariants of the model, in words
	proxied *byProxy // nil unless there are proxies
	anomaly string   // the first that clients saw, if the history was judged
}

// reduce keeps of a replication what results need, but for the curves.
func reduce(r *measure.Replication, w *sim.World) *outcome {
	o := &outcome{figures: r.Figures, digest: w.Digest(), events: w.Events(), samples: r.Samples, broken: r.Violations}
	o.faults, o.effects = w.Effects()
	return o
}

// addVerdict adds what was found about the history.
func (o *outcome) addVerdict(v history.Verdict) {
	for _, f := range []struct {
		name  string
		count int
	}{{"linearizability.keys", v.Keys}, {"linearizability.violations", v.Wrong}} {
		o.figures = append(o.figures, measure.Figure{Name: f.name, Unit: "1", Kind: measure.Count, Value: float64(f.count)})
	}
	o.anomaly = v.First
}

// addSpans adds who believed to lead when.
func (o *outcome) addSpans(r *measure.Replication) {
	for _, s := range r.Spans {
		o.spans = append(o.spans, results.Span{Node: s.Node, What: results.SpanKind(s.What), Epoch: s.Epoch,
			From: s.From, To: s.To, Writes: s.Writes})
	}
}

// addCurves adds the curves over time and those of the distributions.
func (o *outcome) addCurves(r *measure.Replication) {
	for _, c := range r.Curves {
		o.curves = append(o.curves, results.Curve{Name: c.Name, Kind: results.OverTime, Unit: c.Unit, X: c.X, Y: c.Y})
	}
	for _, d := range r.Distributions {
		switch {
		case strings.HasPrefix(d.Name, "visibility."):
			o.curves = append(o.curves, visibilityCurve(&d, waits))
		case strings.HasPrefix(d.Name, "visibility_after_ack."):
			o.curves = append(o.curves, visibilityCurve(&d, probes))
		default:
			o.curves = append(o.curves, quantileCurve(&d))
		}
	}
}

// fractions are the points of a distribution curve: every second percent, then
// tenths and hundredths of the last one.
var fractions = func() []float64 {
	var out []float64
	for i := range 50 {
		out = append(out, float64(2*i)/100)
	}
	for i := range 9 {
		out = append(out, 0.99+float64(i)/1000)
	}
	for i := range 10 {
		out = append(out, 0.999+float64(i)/10000)
	}
	return out
}()

// quantileCurve is a distribution as its quantile function, NaN where it is not
// defined.
func quantileCurve(d *measure.Distribution) results.Curve {
	c := results.Curve{Name: d.Name, Kind: results.Distribution, Unit: "s", X: fractions, Y: make([]float64, len(fractions))}
	for i, q := range fractions {
		v, ok := d.Quantile(q)
		if !ok {
			v = math.NaN()
		}
		c.Y[i] = v
	}
	return c
}

// waits is the grid of visibility curves in seconds: 0, then 15 points per decade
// from 10 µs to 1,000 s.
var waits = func() []float64 {
	out := []float64{0}
	for i := range 8*15 + 1 {
		out = append(out, 1e-5*math.Pow(10, float64(i)/15))
	}
	return out
}()

// probes is the grid of the curves that count from the acknowledgement, in seconds:
// what clients of a real database measure by asking at chosen instants. Near the
// answer it is fine: every 10 µs up to 0.1 ms, every 0.1 ms up to 20 ms, every 1 ms up
// to 0.1 s, every 10 ms up to 1 s, then as waits. Besides, it has every 10 µs·2^k,
// a usual choice of instants, so that those need no interpolation.
var probes = func() []float64 {
	out := slices.DeleteFunc(slices.Clone(waits), func(t float64) bool { return 0 < t && t <= 1 })
	for _, part := range []struct{ step, end int }{{10, 100}, {100, 20_000}, {1000, 100_000}, {10_000, 1_000_000}} { // µs
		for t := part.step; t <= part.end; t += part.step {
			out = append(out, float64(t)/1e6)
		}
	}
	for t := 10; t <= 100_000_000; t *= 2 {
		out = append(out, float64(t)/1e6)
	}
	slices.Sort(out)
	return slices.Compact(out)
}()

// visibilityCurve is the share of writes visible to a read that begins a time
// after their commit or acknowledgement, exact at each point of the grid.
func visibilityCurve(d *measure.Distribution, grid []float64) results.Curve {
	return results.Curve{Name: d.Name, Kind: results.Visibility, Unit: "ratio", X: grid, Y: d.Within(grid...)}
}
