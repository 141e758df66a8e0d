package experiment

import (
	"math"
	"strings"

	"replsim/measure"
	"replsim/results"
	"replsim/sim"
)

// outcome is what is kept of one replication: figures, and curves of a couple of
// hundred points in place of histograms, so that memory does not grow with the
// load.
type outcome struct {
	figures []measure.Figure
	curves  []results.Curve
	faults  []string
	effects []sim.Effect
	digest  uint64
	events  uint64
}

// reduce keeps of a replication what results need.
func reduce(r *measure.Replication, w *sim.World) *outcome {
	o := &outcome{figures: r.Figures, digest: w.Digest(), events: w.Events()}
	o.faults, o.effects = w.Effects()
	for _, c := range r.Curves {
		o.curves = append(o.curves, results.Curve{Name: c.Name, Kind: results.OverTime, Unit: c.Unit, X: c.X, Y: c.Y})
	}
	for _, d := range r.Distributions {
		if strings.HasPrefix(d.Name, "visibility.") {
			o.curves = append(o.curves, visibilityCurve(&d))
		} else {
			o.curves = append(o.curves, quantileCurve(&d))
		}
	}
	return o
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

// visibilityCurve is the share of writes visible to a read that begins a time
// after their commit.
func visibilityCurve(d *measure.Distribution) results.Curve {
	return results.Curve{Name: d.Name, Kind: results.Visibility, Unit: "ratio", X: waits, Y: d.Within(waits...)}
}
