package validation

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"replsim/internal/nearest"
	"replsim/results"
	"replsim/scenarios"
)

// estimate is a simulated value with its error.
type estimate struct {
	mean, lo, hi float64 // lo, hi: 95 % interval
	n            int     // replications; below 2 there is no interval
	unit         string
}

// standardError is that of the mean, from the longer side of its interval.
func (e estimate) standardError() float64 {
	if e.n < 2 {
		return 0
	}
	return math.Max(e.hi-e.mean, e.mean-e.lo) / student(0.05, float64(e.n-1))
}

// student returns what a Student-distributed value exceeds, to either side, with
// the given probability.
func student(alarm, degrees float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: degrees}.Quantile(1 - alarm/2)
}

// meanAndSD returns the mean and the standard deviation of at least two values.
func meanAndSD(values []float64) (mean, sd float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(values)-1))
}

// notMeasured says that a variant has no such figure.
type notMeasured struct{ name, suggestion string }

func (e *notMeasured) Error() string { return fmt.Sprintf("the run measures no %q", e.name) }

// simulated finds what a line asks for: a figure, or a point of a curve.
func simulated(v *results.Variant, name string) (estimate, error) {
	if curve, x, ok := strings.Cut(name, "@"); ok {
		return point(v, curve, x)
	}
	f, ok := v.Figure(name)
	if !ok {
		names := make([]string, len(v.Figures))
		for i := range v.Figures {
			names[i] = v.Figures[i].Name
		}
		return estimate{}, &notMeasured{name, nearest.Closest(name, names)}
	}
	return estimate{mean: f.Mean, lo: f.Lo, hi: f.Hi, n: f.N, unit: f.Unit}, nil
}

// point reads a curve at x, between its points in a straight line.
func point(v *results.Variant, name, x string) (estimate, error) {
	c, ok := v.Curve(name)
	if !ok {
		names := make([]string, len(v.Curves))
		for i := range v.Curves {
			names[i] = v.Curves[i].Name
		}
		return estimate{}, &notMeasured{name, nearest.Closest(name, names)}
	}
	at, err := scenarios.ParseExpectation(name, "== "+x)
	want := "s"
	if c.Kind == results.Distribution || c.Kind == results.Events {
		want = "ratio"
	}
	if err != nil || at.Unit != want {
		return estimate{}, fmt.Errorf("%q is no place on a curve of kind %s", x, c.Kind)
	}
	i := sort.SearchFloat64s(c.X, at.Value)
	e := estimate{n: c.N, unit: c.Unit}
	switch {
	case i == len(c.X) && c.Kind == results.Visibility: // it ends where it has reached 1
		i--
		e.mean, e.lo, e.hi = c.Y[i], c.Lo[i], c.Hi[i]
	case i == len(c.X) || i == 0 && c.X[0] > at.Value:
		return estimate{}, fmt.Errorf("the curve goes from %g to %g, and not to %s", c.X[0], c.X[len(c.X)-1], x)
	case c.X[i] == at.Value:
		e.mean, e.lo, e.hi = c.Y[i], c.Lo[i], c.Hi[i]
	default:
		w := (at.Value - c.X[i-1]) / (c.X[i] - c.X[i-1])
		between := func(y []float64) float64 { return y[i-1] + w*(y[i]-y[i-1]) }
		e.mean, e.lo, e.hi = between(c.Y), between(c.Lo), between(c.Hi)
	}
	if c.Kind == results.OverTime {
		e.n, e.lo, e.hi = 0, e.mean, e.mean // its band is not the interval of the mean
	}
	return e, nil
}
