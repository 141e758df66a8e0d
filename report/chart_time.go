package report

import (
	"fmt"
	"math"
	"slices"

	"replsim/report/chart"
	"replsim/results"
)

// timePage draws curves over simulated time: one panel a variant, all with the
// same axes, so that heights compare, and the faults shaded.
func timePage(s *results.Set, c results.Chart, variants []variant) (chart.Page, error) {
	names, unit, err := chosenCurves(c, variants, results.OverTime)
	if err != nil {
		return chart.Page{}, err
	}
	variants = slices.DeleteFunc(variants, func(v variant) bool {
		return !slices.ContainsFunc(names, func(n string) bool { _, ok := curveOf(v, n, results.OverTime); return ok })
	})
	t := timeChart{set: s, chart: c, names: names, variants: variants}
	if err := t.cut(); err != nil {
		return chart.Page{}, err
	}
	y, title := axisFor(measureOf(names), unit, c.Log, unit == unitRatio, t.tickCount(), t.heights...)
	d := displayOf(unitSeconds, t.to-t.from)
	x := chart.NewLinearBetween(t.from, t.to, d.per, 8/t.columns())
	x.Title = "simulated time (" + d.name + ")"
	page := chart.Page{
		Columns:     t.columns(),
		Subtitle:    title + " · " + overSeeds(s, t.least, t.most, bandOverSeeds),
		Description: describe("Chart over time", measureOf(names), t.peaks()),
	}
	for i := range variants {
		page.Panels = append(page.Panels, t.panel(i, x, y))
	}
	return page, nil
}

// timeChart is what the panels of a chart over time have in common.
type timeChart struct {
	set      *results.Set
	chart    results.Chart
	names    []string
	variants []variant

	from, to    float64
	curves      [][]results.Curve // per variant, cut to the window; no X if it has none
	heights     [][]float64       // everything the y axis must hold
	least, most int               // seeds behind a curve
}

// cut takes the window out of every curve and finds the ranges.
func (t *timeChart) cut() error {
	t.from, t.to = math.Inf(1), math.Inf(-1)
	t.least = math.MaxInt
	for _, v := range t.variants {
		var list []results.Curve
		for _, name := range t.names {
			c, _ := curveOf(v, name, results.OverTime)
			c = window(c, t.chart.From, t.chart.To)
			list = append(list, c)
			if len(c.X) == 0 {
				continue
			}
			t.from, t.to = math.Min(t.from, c.X[0]), math.Max(t.to, c.X[len(c.X)-1])
			t.heights = append(t.heights, c.Y, c.Lo, c.Hi)
			t.least, t.most = min(t.least, c.N), max(t.most, c.N)
		}
		t.curves = append(t.curves, list)
	}
	if !(t.from < t.to) {
		return fmt.Errorf("no points between %s and %s", Format(t.chart.From, unitSeconds), Format(t.chart.To, unitSeconds))
	}
	if t.chart.To > 0 {
		t.from, t.to = t.chart.From, t.chart.To
	} else if end := t.set.Duration; t.to < end && t.to > 0.9*end {
		t.to = end // the grid of samples stops a step before the end
	}
	return nil
}

// window returns the points of c between from and to; to 0 means no end.
func window(c results.Curve, from, to float64) results.Curve {
	if to == 0 {
		to = math.Inf(1)
	}
	i, j := 0, len(c.X)
	for i < j && c.X[i] < from {
		i++
	}
	for j > i && c.X[j-1] > to {
		j--
	}
	c.X, c.Y, c.Lo, c.Hi = c.X[i:j], c.Y[i:j], c.Lo[i:j], c.Hi[i:j]
	return c
}

func (t *timeChart) columns() int {
	if len(t.variants) > 4 {
		return 2
	}
	return 1
}

func (t *timeChart) rows() int { return (len(t.variants) + t.columns() - 1) / t.columns() }

func (t *timeChart) tickCount() int {
	if t.rows() == 1 {
		return 5
	}
	return 3
}

// panelHeights makes pages of one to four rows fit a slide.
var panelHeights = []float64{220, 118, 88, 70}

func (t *timeChart) panel(i int, x, y chart.Axis) *chart.XY {
	v, last := t.variants[i], len(t.variants)-t.columns()
	p := &chart.XY{
		X: x, Y: y, TitleHue: -1, Labels: chart.AtEnd,
		Spans: faultSpans(t.set, v), NameSpans: i < t.columns() || len(t.variants[i].Faults) > 0, HideX: i < last,
		Height: panelHeights[min(t.rows(), len(panelHeights))-1],
	}
	if len(t.variants) > 1 {
		p.Title = v.label()
	}
	if p.HideX {
		p.X.Title = ""
	}
	// Among lines of one variant colour tells the lines apart; a single one has its
	// variant's colour.
	for j, c := range t.curves[i] {
		if len(c.X) == 0 {
			continue
		}
		line := chart.Line{Label: itemLabel(c.Name, t.names), Style: chart.Style{Hue: j, Dash: j}, X: c.X, Y: c.Y}
		if len(t.names) == 1 {
			line.Label, line.Style = "", chart.Style{Hue: v.hue}
			p.TitleHue = v.hue
		}
		if c.N > 1 {
			line.Lo, line.Hi = c.Lo, c.Hi
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

// faultSpans are the faults of one variant, each kind of fault in its colour.
func faultSpans(s *results.Set, v variant) []chart.Span {
	var kinds []string
	var out []chart.Span
	for _, f := range slices.Concat(s.Faults, v.Faults) {
		if !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
		out = append(out, chart.Span{Name: f.Name, From: f.Start, To: math.Max(f.Start, f.End), Hue: slices.Index(kinds, f.Kind)})
	}
	return out
}

// peaks tells when the faults were, and of each line its mean level and its peak.
func (t *timeChart) peaks() []string {
	var out []string
	for _, f := range t.set.Faults {
		out = append(out, fmt.Sprintf("%s (%s %s) from %s to %s", f.Name, f.Kind, f.What, Format(f.Start, unitSeconds), Format(f.End, unitSeconds)))
	}
	for i, v := range t.variants {
		for _, c := range t.curves[i] {
			peak, sum, n := -1, 0.0, 0
			for k, y := range c.Y {
				if math.IsNaN(y) {
					continue
				}
				sum, n = sum+y, n+1
				if peak < 0 || y > c.Y[peak] {
					peak = k
				}
			}
			if n == 0 {
				continue
			}
			out = append(out, fmt.Sprintf("%s, %s: mean %s, peak %s at %s", v.label(), c.Name,
				Format(sum/float64(n), c.Unit), Format(c.Y[peak], c.Unit), Format(c.X[peak], unitSeconds)))
		}
	}
	return out
}
