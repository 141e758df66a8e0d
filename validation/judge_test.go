package validation

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"replsim/results"
)

// near returns an error unless two numbers agree in five digits.
func near(got, want float64) error {
	if math.Abs(got-want) > 1e-5*math.Abs(want) {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}

// ten replications with a standard error of 0.1: t₉ is 2.262157 at 5 % and 3.249836 at 1 %.
var ten = estimate{mean: 10, lo: 10 - 0.2262157, hi: 10 + 0.2262157, n: 10, unit: "writes"}

func TestTolerance(t *testing.T) {
	statistical := Rule{Kind: Statistical, FalseAlarm: 0.01, Floor: 0.005, Precision: 0.05}
	for _, c := range []struct {
		name string
		line Line
		e    estimate
		want float64
		why  string
	}{
		{"absolute", Line{Expected: 10, Rule: Rule{Kind: Absolute, Within: 0.3}}, ten, 0.3, ""},
		{"relative", Line{Expected: -10, Rule: Rule{Kind: Relative, Error: 0.2}}, ten, 2, ""},
		{"statistical", Line{Expected: 10, Rule: statistical}, ten, 0.3249836, ""},
		{"the floor", Line{Expected: 100, Rule: statistical}, ten, 0.5, ""},
		{"too rough", Line{Expected: 5, Rule: statistical}, ten, 0.3249836, "too rough: chance alone makes ±6.5 %"},
		{"the longer side", Line{Expected: 10, Rule: statistical}, estimate{mean: 10, lo: 9.9, hi: 10.2262157, n: 10}, 0.3249836, ""},
		{"no chance at all", Line{Expected: 10, Rule: statistical}, estimate{mean: 10, lo: 10, hi: 10, n: 10}, 0.05, ""},
		{"one replication", Line{Expected: 10, Rule: statistical}, estimate{mean: 10, lo: 10, hi: 10, n: 1}, 0, "one replication has no standard error"},
		// Welch: 0.1² + 0.3²/4 = 0.0325; degrees 0.0325²/(0.1⁴/9 + 0.15⁴/3) = 5.8726; t at 1 % is 3.7407.
		{"sampling", Line{Expected: 10, N: 4, SD: 0.3, Rule: Rule{Kind: Sampling, FalseAlarm: 0.01}}, ten, 3.7407 * math.Sqrt(0.0325), ""},
	} {
		got, why := tolerance(c.line, c.e)
		if math.Abs(got-c.want) > 1e-3*c.want || why != c.why {
			t.Errorf("%s: ±%v %q, want ±%v %q", c.name, got, why, c.want, c.why)
		}
	}
}

// ran are results with one variant.
func ran(figures []results.Figure, curves ...results.Curve) *results.Set {
	return &results.Set{Variants: []results.Variant{{Name: "v", Figures: figures, Curves: curves}}}
}

func TestJudge(t *testing.T) {
	figures := []results.Figure{{Name: "a", Unit: "s", Mean: 1.2, Lo: 1, Hi: 1.4, N: 5}, {Name: "b", Unit: "ops/s", Mean: 90, N: 5}, {Name: "c", Unit: "writes", Mean: math.NaN()}}
	relative := Rule{Kind: Relative, Error: 0.15}
	g := &Group{Name: "g", MedianError: 0.12, Lines: []Line{
		{Name: "far", Variant: "v", Figure: "a", Expected: 1, unit: "s", Rule: relative},
		{Name: "near", Variant: "v", Figure: "b", Expected: 100, unit: "/s", Rule: relative},
		{Name: "fitted", Variant: "v", Figure: "b", Expected: 90, unit: "/s", Rule: relative, Calibrated: true},
		{Name: "nothing", Variant: "v", Figure: "c", Expected: 0, Rule: Rule{Kind: Absolute, Within: 1}},
	}}
	r, err := judge(g, ran(figures))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"off by more than 150 ms", "", "", "off by more than 1.0 writes"}
	for i, o := range r.Outcomes {
		if o.Why != want[i] || o.Held != (want[i] == "") {
			t.Errorf("%s: %q, want %q", o.Line, o.Why, want[i])
		}
	}
	if near(r.Median, 0.15) != nil || near(r.Worst, 0.2) != nil || r.MedianHeld || r.Held() {
		t.Errorf("median %v, worst %v, held %v", r.Median, r.Worst, r.MedianHeld)
	}
	if *r.Outcomes[0].Lo != 1 || r.Outcomes[3].Lo != nil || r.Outcomes[3].Error != nil {
		t.Errorf("intervals or errors that are none: %+v", r.Outcomes)
	}
}

// TestPoint reads curves at their points, between them, and beyond.
func TestPoint(t *testing.T) {
	v := &ran(nil,
		results.Curve{Name: "latency", Kind: results.Distribution, Unit: "s", X: []float64{0, 0.5, 0.9}, Y: []float64{1, 2, 4}, Lo: []float64{1, 1.5, 3}, Hi: []float64{1, 2.5, 5}, N: 7},
		results.Curve{Name: "visible", Kind: results.Visibility, Unit: "ratio", X: []float64{0, 0.01, 0.1}, Y: []float64{0, 0.5, 1}, Lo: []float64{0, 0.4, 1}, Hi: []float64{0, 0.6, 1}, N: 7},
		results.Curve{Name: "lag", Kind: results.OverTime, Unit: "s", X: []float64{10, 20}, Y: []float64{1, 3}, Lo: []float64{0, 0}, Hi: []float64{9, 9}, N: 7},
	).Variants[0]
	for _, c := range []struct {
		name string
		want estimate
		err  string
	}{
		{"latency@50%", estimate{2, 1.5, 2.5, 7, "s"}, ""},
		{"latency@70%", estimate{3, 2.25, 3.75, 7, "s"}, ""},
		{"latency@95%", estimate{}, "the curve goes from 0 to 0.9, and not to 95%"},
		{"latency@5ms", estimate{}, `"5ms" is no place on a curve of kind distribution`},
		{"visible@10ms", estimate{0.5, 0.4, 0.6, 7, "ratio"}, ""},
		{"visible@1s", estimate{1, 1, 1, 7, "ratio"}, ""}, // it has ended at 1
		{"visible@50%", estimate{}, "no place"},
		{"lag@15s", estimate{2, 2, 2, 0, "s"}, ""}, // a band is no interval of the mean
		{"lag@5s", estimate{}, "the curve goes from 10 to 20"},
		{"lagg@5s", estimate{}, `the run measures no "lagg"`},
	} {
		got, err := simulated(v, c.name)
		for _, pair := range [][2]float64{{got.mean, c.want.mean}, {got.lo, c.want.lo}, {got.hi, c.want.hi}} {
			if near(pair[0], pair[1]) != nil {
				t.Errorf("%s is %+v, want %+v", c.name, got, c.want)
			}
		}
		if got.n != c.want.n || got.unit != c.want.unit || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s is %+v (%v), want %+v (%s)", c.name, got, err, c.want, c.err)
		}
	}
}

func TestSameUnit(t *testing.T) {
	for _, c := range []struct {
		written, unit string
		want          bool
	}{
		{"s", "s", true}, {"ratio", "ratio", true}, {"/s", "ops/s", true}, {"", "writes", true}, {"", "ratio", true},
		{"", "s", false}, {"s", "ratio", false}, {"/s", "s", false}, {"ratio", "writes", false},
	} {
		if got := sameUnit(c.written, c.unit); got != c.want {
			t.Errorf("a value in %q for a figure in %q: %v", c.written, c.unit, got)
		}
	}
}
