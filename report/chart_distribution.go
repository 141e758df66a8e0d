package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"replsim/report/chart"
	"replsim/results"
)

// distributionPage draws the three kinds of chart that have all variants in one
// panel: cdf, tail and visibility. Colour tells the variants apart, the dash
// their curves.
func distributionPage(s *results.Set, c results.Chart, variants []variant) (chart.Page, error) {
	kind := results.Distribution
	if c.Kind == kindVisibility {
		kind = results.Visibility
	}
	if c.Kind != kindVisibility && showsEvents(c, variants) {
		kind = results.Events
	}
	names, unit, err := chosenCurves(c, variants, kind)
	if err != nil {
		return chart.Page{}, err
	}
	d := distribution{set: s, chart: c, names: names, unit: unit, events: kind == results.Events, least: math.MaxInt}
	for _, v := range variants {
		for j, name := range names {
			if curve, ok := curveOf(v, name, kind); ok {
				d.add(v, j, curve, len(variants))
			}
		}
	}
	panel := &chart.XY{TitleHue: -1, Height: 235, Labels: chart.Beside}
	var title string
	switch c.Kind {
	case kindCDF:
		title = d.cdf(panel)
	case kindTail:
		title, err = d.tail(panel)
	default:
		title = d.visibility(panel)
	}
	return chart.Page{
		Columns: 1, Panels: []chart.Panel{panel},
		Subtitle:    title + " · " + d.made(),
		Description: describe(map[string]string{kindCDF: "Distribution", kindTail: "Tail", kindVisibility: "Visibility"}[c.Kind], measureOf(names), d.facts),
	}, err
}

type distribution struct {
	set         *results.Set
	chart       results.Chart
	names       []string
	unit        string
	events      bool // of which a run has a few
	curves      []results.Curve
	lines       []chart.Line // labels and styles, not yet the data
	facts       []string
	least, most int
}

func (d *distribution) add(v variant, j int, c results.Curve, variants int) {
	line := chart.Line{Label: v.label(), Style: chart.Style{Hue: v.hue, Dash: v.hue}}
	item := itemLabel(c.Name, d.names)
	switch {
	case variants == 1: // the curves are the only difference
		line.Label, line.Style = item, chart.Style{Hue: j, Dash: j}
	case len(d.names) > 1:
		line.Label, line.Style = v.label()+", "+item, chart.Style{Hue: v.hue, Dash: j}
	}
	if variants == 1 && len(d.names) == 1 {
		line.Label = ""
	}
	d.curves, d.lines = append(d.curves, c), append(d.lines, line)
	d.least, d.most = min(d.least, c.N), max(d.most, c.N)
	what := v.label() + ", " + c.Name + ": "
	if c.Kind == results.Visibility {
		d.facts = append(d.facts, what+fmt.Sprintf("%s at %s, %s at %s", Format(c.Y[0], unitRatio), Format(c.X[0], unitSeconds),
			Format(c.Y[len(c.Y)-1], unitRatio), Format(c.X[len(c.X)-1], unitSeconds)))
		return
	}
	d.facts = append(d.facts, what+fmt.Sprintf("p50 %s, p99 %s", Format(at(c, 0.5), c.Unit), Format(at(c, 0.99), c.Unit)))
}

// at returns the curve's y at x, between its points by a straight line.
func at(c results.Curve, x float64) float64 {
	for i := range c.X {
		if c.X[i] == x || i == 0 && c.X[i] > x {
			return c.Y[i]
		}
		if c.X[i] > x {
			t := (x - c.X[i-1]) / (c.X[i] - c.X[i-1])
			return c.Y[i-1] + t*(c.Y[i]-c.Y[i-1])
		}
	}
	return c.Y[len(c.Y)-1]
}

// cdf draws the fraction of operations that took at most x.
func (d *distribution) cdf(p *chart.XY) (title string) {
	var values [][]float64
	for i, c := range d.curves {
		l := d.lines[i]
		l.X, l.Y = c.Y, c.X
		if c.N > 1 {
			l.Lo, l.Hi, l.Across = c.Lo, c.Hi, true
			if d.events {
				l.Lo, l.Hi = opened(c.Lo, 0), opened(c.Hi, beyond*largest(c.Y))
			}
		}
		p.Lines = append(p.Lines, l)
		values = append(values, c.Y)
	}
	log := d.chart.Log || d.unit == unitSeconds && !d.events // latencies span decades
	measure := measureOf(d.names)
	if d.events && d.unit == unitSeconds && len(d.names) > 1 {
		measure = "time" // the lines have their own names
	}
	p.X, p.X.Title = axisFor(measure, d.unit, log, d.events, 7, values...)
	p.Y = chart.NewLinear(0.01, 5, false, []float64{0, 1})
	switch {
	case d.events && d.unit == unitSeconds:
		return "share of failovers for which it was at most x (%)"
	case d.events:
		return "share of failovers with at most x (%)"
	}
	return "share that took at most x (%)"
}

// beyond is so far right of all data that it is off the chart.
const beyond = 1e3

// opened returns the ends of intervals, with one for those that nothing bounds.
func opened(ends []float64, open float64) []float64 {
	out := slices.Clone(ends)
	for i, v := range out {
		if math.IsNaN(v) {
			out[i] = open
		}
	}
	return out
}

// showsEvents tells whether what a chart shows are measures of events, of which a run
// has only a few.
func showsEvents(c results.Chart, variants []variant) bool {
	for _, v := range variants {
		for _, curve := range v.Curves {
			if curve.Kind == results.Events && slices.ContainsFunc(c.Show, func(p string) bool { return selects(p, curve.Name) }) {
				return true
			}
		}
	}
	return false
}

// made says what the lines are made of.
func (d *distribution) made() string {
	if !d.events {
		return overSeeds(d.set, d.least, d.most, bandOfInterval)
	}
	runs := "one run, so no interval"
	if d.most > 1 {
		runs = fmt.Sprintf("all of %d runs, %s", d.most, bandOfInterval)
		if d.least < d.most {
			runs = fmt.Sprintf("all of %d to %d runs, %s", d.least, d.most, bandOfInterval)
		}
	}
	if d.set.Partial {
		runs += " (interrupted)"
	}
	return runs
}

// tail draws quantiles over 1/(1−p) on a logarithmic axis, where each step to the
// right is ten times rarer: the p99.9 has as much room as the p90.
func (d *distribution) tail(p *chart.XY) (title string, err error) {
	const from = 0.5 // what is faster than half is not the tail
	var values [][]float64
	rarest := 0.0
	for i, c := range d.curves {
		l := d.lines[i]
		banded := c.N > 1
		var y, lo, hi []float64
		for k, q := range c.X {
			if q < from || q >= 1 {
				continue
			}
			if math.IsNaN(c.Y[k]) {
				break // too long to be seen, as all that follow
			}
			l.X, y = append(l.X, 1/(1-q)), append(y, c.Y[k])
			lo, hi = append(lo, c.Lo[k]), append(hi, c.Hi[k])
		}
		if len(y) < 2 {
			continue
		}
		l.Y = y
		if banded {
			l.Lo, l.Hi = lo, hi
		}
		rarest = math.Max(rarest, l.X[len(l.X)-1])
		p.Lines = append(p.Lines, l)
		values = append(values, y, lo, hi)
	}
	if len(p.Lines) == 0 {
		return "", fmt.Errorf("the curves have no points from p50 up")
	}
	p.Labels = chart.AtEnd
	p.X = chart.Axis{Scale: chart.Log{Min: 1 / (1 - from), Max: rarest}, Title: "percentile (each step ten times rarer)"}
	for _, t := range []chart.Tick{{At: 2, Label: "p50"}, {At: 10, Label: "p90"}, {At: 100, Label: "p99"}, {At: 1e3, Label: "p99.9"},
		{At: 1e4, Label: "p99.99"}, {At: 1e5, Label: "p99.999"}, {At: 1e6, Label: "p99.9999"}} {
		if t.At <= rarest*(1+1e-6) {
			p.X.Ticks = append(p.X.Ticks, t)
		}
	}
	p.Y, title = axisFor(measureOf(d.names), d.unit, d.chart.Log, false, 5, values...)
	return title, nil
}

// visibility draws the probability that a read begun x after a commit, or after the
// acknowledgement, sees the write.
func (d *distribution) visibility(p *chart.XY) (title string) {
	end := d.chart.To
	if end == 0 {
		end = settled(d.curves)
	}
	var xs, ys [][]float64
	for i, c := range d.curves {
		c = window(c, d.chart.From, end)
		if len(c.X) == 0 {
			continue
		}
		l := d.lines[i]
		l.X, l.Y = c.X, c.Y
		ys = append(ys, c.Y)
		if c.N > 1 {
			l.Lo, l.Hi = c.Lo, c.Hi
			ys = append(ys, c.Lo)
		}
		xs = append(xs, c.X)
		p.Lines = append(p.Lines, l)
	}
	ys = append(ys, []float64{1})
	p.Y = chart.NewLinear(0.01, 5, true, ys...)
	since := "time since commit"
	if strings.HasPrefix(d.names[0], afterAck) {
		since = "time since acknowledgement"
	}
	if d.chart.Log {
		p.X, p.X.Title = axisFor(since, unitSeconds, true, false, 7, xs...)
	} else {
		shown := displayOf(unitSeconds, end)
		p.X = chart.NewLinearBetween(d.chart.From, end, shown.per, 8)
		p.X.Title = onAxis(since, unitSeconds, shown.name, false)
	}
	return measureOf(d.names) + " (%)"
}

// afterAck begins the names of the visibility curves that count from the client's
// answer.
const afterAck = "visibility_after_ack."

// settled returns a time soon after which all curves are within a thousandth of
// certainty: what follows is a flat line. If one never is, all is shown.
func settled(curves []results.Curve) float64 {
	end, last := 0.0, 0.0
	for _, c := range curves {
		when := c.X[len(c.X)-1]
		last = math.Max(last, when)
		for i := len(c.Y) - 1; i >= 0 && c.Y[i] >= 0.999; i-- {
			when = c.X[i]
		}
		end = math.Max(end, when)
	}
	return math.Min(last, end*1.15)
}
