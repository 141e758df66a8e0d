package validation

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"replsim/report/chart"
)

// ChartFile is the name of the chart that the document shows.
const ChartFile = "validation.svg"

// errorShown is the largest error within the chart. Dots beyond it stand at its edge.
const errorShown = 0.25

// Chart draws the errors of the predictions of real systems, a dot for each time that
// was measured, as SVG. It returns nil if there are none.
func Chart(all []*Result) ([]byte, error) {
	names, bySystem := predictions(all)
	if len(names) == 0 {
		return nil, nil
	}
	var times, sizes []float64
	for _, points := range bySystem {
		for _, p := range points {
			times, sizes = append(times, p.X), append(sizes, math.Abs(p.Y))
		}
	}
	slices.Sort(sizes)
	page := chart.Page{
		Columns:     1,
		Title:       fmt.Sprintf("Half of %d predicted times are within %s of what was measured", len(sizes), percent(sizes[len(sizes)/2])),
		Subtitle:    "simulated against measured, error in %; a dot is a mean or a median; hollow: farther off; fitted ones are left out",
		Description: fmt.Sprintf("Scatter chart of errors against measured times: median %s, largest %s.", percent(sizes[len(sizes)/2]), percent(sizes[len(sizes)-1])),
	}
	for i, name := range names {
		panel := &chart.XY{
			Title: fmt.Sprintf("%s, %d", name, len(bySystem[name])), TitleHue: i, Height: 90, HideX: i < len(names)-1,
			X: chart.NewLog(func(v float64) string { return time.Duration(math.Round(v * 1e9)).String() }, times),
			Y: chart.NewLinearBetween(-errorShown, errorShown, 0.01, 4),
		}
		panel.X.Title = "measured (log scale)"
		panel.Lines = []chart.Line{guide(panel.X, 0)}
		for _, p := range bySystem[name] {
			p.Style.Hue = i
			if math.Abs(p.Y) > errorShown {
				p.Label, p.Hollow = percent(p.Y), true
				p.Y = math.Copysign(errorShown, p.Y)
				p.YLo, p.YHi = p.Y, p.Y
			}
			panel.Points = append(panel.Points, p)
		}
		page.Panels = append(page.Panels, panel)
	}
	return page.SVG(chart.Light())
}

// guide is a thin level line across an axis.
func guide(x chart.Axis, y float64) chart.Line {
	first, last := x.Ticks[0].At, x.Ticks[len(x.Ticks)-1].At
	return chart.Line{X: []float64{first, last}, Y: []float64{y, y}, Thin: true}
}

// predictions returns the systems in the order of the groups, which begin their titles
// with "SYSTEM: ", and each one's predicted times.
func predictions(all []*Result) (names []string, bySystem map[string][]chart.Point) {
	bySystem = map[string][]chart.Point{}
	for _, r := range all {
		system, _, _ := strings.Cut(r.Group.Title, ":")
		for _, o := range r.Outcomes {
			if o.Kind != Measured || o.Calibrated || o.Unit != "s" || !o.inRelation(r.Group) {
				continue
			}
			if bySystem[system] == nil {
				names = append(names, system)
			}
			e := *o.Error
			bySystem[system] = append(bySystem[system], chart.Point{X: o.Expected, XLo: o.Expected, XHi: o.Expected, Y: e, YLo: e, YHi: e})
		}
	}
	return names, bySystem
}
