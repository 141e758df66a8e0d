package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"replsim/report/chart"
	"replsim/results"
)

func TestParetoFrontier(t *testing.T) {
	point := func(x, y float64) scatterPoint { return scatterPoint{Point: chart.Point{X: x, Y: y}} }
	points := []scatterPoint{point(1, 9), point(5, 5), point(3, 5), point(9, 0), point(9, 1), point(0.5, 12)}
	if got, want := paretoFrontier(points, 1, 1), []int{5, 0, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("lower is better: %v, want %v", got, want)
	}
	// With higher y better, the top point beats all to its right.
	if got, want := paretoFrontier(points, 1, -1), []int{5}; !slices.Equal(got, want) {
		t.Errorf("higher y is better: %v, want %v", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		var points []scatterPoint
		for range rapid.IntRange(1, 12).Draw(t, "points") {
			points = append(points, point(rapid.Float64Range(0, 4).Draw(t, "x"), float64(rapid.IntRange(0, 4).Draw(t, "y"))))
		}
		frontier := paretoFrontier(points, 1, 1)
		if len(frontier) == 0 {
			t.Fatal("no point is best")
		}
		for i, p := range points {
			covered := slices.ContainsFunc(frontier, func(k int) bool { return points[k].X <= p.X && points[k].Y <= p.Y })
			if !covered {
				t.Fatalf("point %d %+v is beaten by none of the frontier %v", i, p, frontier)
			}
		}
	})
}

// Availability is better when higher: the best variant is at the top left.
func TestScatterKnowsWhichWayIsBetter(t *testing.T) {
	s := &results.Set{Seeds: 1}
	for name, values := range map[string][2]float64{"best": {0.001, 0.99}, "slow": {0.1, 0.99}, "bad": {0.001, 0.5}} {
		s.Variants = append(s.Variants, results.Variant{Name: name, Figures: []results.Figure{
			{Name: "latency.write.p99", Unit: "s", Mean: values[0], N: 1}, {Name: "availability.write", Unit: "ratio", Mean: values[1], N: 1},
		}})
	}
	page, err := compose(s, results.Chart{Name: "c", Kind: kindScatter, Show: []string{"availability.write"}, X: "latency.write.p99"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range page.Panels[0].(*chart.XY).Points {
		if p.Hollow != (p.Label != "best") {
			t.Errorf("%s: hollow %v", p.Label, p.Hollow)
		}
	}
}

func TestQuantity(t *testing.T) {
	cases := []struct {
		text  string
		value float64
		unit  string
	}{
		{"3", 3, unitPlain}, {`"5ms"`, 0.005, unitSeconds}, {"1.5s", 1.5, unitSeconds}, {`"10%"`, 0.1, unitRatio},
		{"2000/s", 2000, "ops/s"}, {"1_000", 1000, unitPlain}, {"0s", 0, unitSeconds}, {"-0.5", -0.5, unitPlain},
	}
	for _, c := range cases {
		value, unit, err := quantity(c.text)
		if err != nil || math.Abs(value-c.value) > 1e-12 || unit != c.unit {
			t.Errorf("quantity(%q) = %v %q, %v; want %v %q", c.text, value, unit, err, c.value, c.unit)
		}
	}
	for _, text := range []string{"", "async", "5 parsecs", "%"} {
		if value, unit, err := quantity(text); err == nil {
			t.Errorf("quantity(%q) = %v %q, want an error", text, value, unit)
		}
	}
}

func TestExpandTitle(t *testing.T) {
	s := &results.Set{Variants: []results.Variant{{Name: "async", Figures: []results.Figure{
		{Name: "data_loss.total", Unit: "writes", Mean: 1234}, {Name: "rto.total", Unit: "s", Mean: 3.25},
	}}}}
	got, err := expandTitle(s, "{async/data_loss.total} in {async/rto.total} on {r1, r2}")
	if want := "1,234 writes in 3.2 s on {r1, r2}"; got != want || err != nil {
		t.Errorf("%q (%v), want %q", got, err, want)
	}
}

func TestSelects(t *testing.T) {
	cases := []struct {
		pattern, name string
		want          bool
	}{
		{"lag.time.r2", "lag.time.r2", true}, {"lag.time.*", "lag.time.r2", true}, {"lag.*", "lag.time.r2", true},
		{"lag.time.*", "lag.times", false}, {"lag.time", "lag.time.r2", false}, {"lag.time.*", "lag.time", false},
	}
	for _, c := range cases {
		if got := selects(c.pattern, c.name); got != c.want {
			t.Errorf("selects(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}

// Lines that differ in a second key are drawn apart, in the order of x.
func TestLinesGroupBySecondKey(t *testing.T) {
	s := &results.Set{Seeds: 3}
	for _, nodes := range []string{"3", "5"} {
		for i, latency := range []string{"10ms", "1ms", "5ms"} {
			s.Variants = append(s.Variants, results.Variant{
				Name: nodes + latency, Changes: map[string]string{"network.latency": latency, "cluster.nodes": nodes},
				Figures: []results.Figure{{Name: "rto.total", Unit: "s", Mean: float64(i), Lo: float64(i), Hi: float64(i), N: 3}},
			})
		}
	}
	page, err := compose(s, results.Chart{Name: "c", Kind: kindLines, Show: []string{"rto.total"}, X: "network.latency"})
	if err != nil {
		t.Fatal(err)
	}
	lines := page.Panels[0].(*chart.XY).Lines
	if len(lines) != 2 || lines[0].Label != "nodes 3" || lines[1].Label != "nodes 5" {
		t.Fatalf("lines %+v, want one for 3 and one for 5 nodes", lines)
	}
	if !slices.Equal(lines[0].X, []float64{0.001, 0.005, 0.01}) || !slices.Equal(lines[0].Y, []float64{1, 2, 0}) {
		t.Errorf("line %v %v is not in the order of x", lines[0].X, lines[0].Y)
	}
}

// All variants of a chart over time share their axes, and each panel has every fault.
func TestTimePanelsShareAxes(t *testing.T) {
	s := &results.Set{Seeds: 3, Duration: 10, Faults: []results.Fault{{Name: "cut", Kind: "partition", Start: 2, End: 4}, {Name: "go", Kind: "promote", Start: 5, End: 5}}}
	for i, top := range []float64{1, 40} {
		y := []float64{0, top, math.NaN(), 0}
		s.Variants = append(s.Variants, results.Variant{Name: string(rune('a' + i)), Curves: []results.Curve{
			{Name: "lag.time.r2", Kind: results.OverTime, Unit: "s", X: []float64{0, 5, 7, 9.9}, Y: y, Lo: y, Hi: y, N: 3},
		}})
	}
	page, err := compose(s, results.Chart{Name: "c", Kind: kindTime, Show: []string{"lag.*"}})
	if err != nil {
		t.Fatal(err)
	}
	a, b := page.Panels[0].(*chart.XY), page.Panels[1].(*chart.XY)
	if a.Y.Scale != b.Y.Scale || a.X.Scale != b.X.Scale {
		t.Errorf("axes differ: %v %v and %v %v", a.X.Scale, a.Y.Scale, b.X.Scale, b.Y.Scale)
	}
	if want := (chart.Linear{Min: 0, Max: 10}); a.X.Scale != want {
		t.Errorf("time runs over %v, want %v", a.X.Scale, want)
	}
	if len(a.Spans) != 2 || len(b.Spans) != 2 || !a.NameSpans || b.NameSpans {
		t.Errorf("faults: %d named %v, then %d named %v", len(a.Spans), a.NameSpans, len(b.Spans), b.NameSpans)
	}
	for _, want := range []string{"b, lag.time.r2: mean 13.3 s, peak 40 s at 5 s", "cut (partition"} {
		if !strings.Contains(page.Description, want) {
			t.Errorf("description %q lacks %q", page.Description, want)
		}
	}
}
