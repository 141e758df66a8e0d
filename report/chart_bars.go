package report

import (
	"fmt"
	"slices"
	"strings"

	"replsim/report/chart"
	"replsim/results"
)

// barsPage draws figures as bars: a panel per figure with a bar per variant, and
// the same scale for all figures of one unit. A single variant has its figures
// side by side instead.
func barsPage(s *results.Set, c results.Chart, variants []variant) (chart.Page, error) {
	names, err := chosenFigures(c, variants)
	if err != nil {
		return chart.Page{}, err
	}
	b := barChart{chart: c, names: names, variants: variants, scales: map[string]chart.Axis{}, shown: map[string]string{}}
	b.measure()
	if len(variants) == 1 {
		b.byUnit()
	} else {
		b.byFigure()
	}
	lying := !chart.FitUpright(b.panels)
	page := chart.Page{Columns: len(b.panels), Description: describe("Bars", "means with their 95 % intervals", b.facts)}
	if lying {
		page.Columns = 1
	}
	for _, p := range b.panels {
		p.Lying = lying
		page.Panels = append(page.Panels, p)
	}
	title := ""
	if len(names) == 1 {
		title = b.panels[0].Title + " · "
		b.panels[0].Title = ""
	}
	page.Subtitle = title + overSeeds(s, b.least, b.most, barsOfInterval)
	return page, nil
}

type barChart struct {
	chart       results.Chart
	names       []string
	variants    []variant
	units       []string // in order of appearance
	scales      map[string]chart.Axis
	shown       map[string]string // per unit, the unit of its axis
	panels      []*chart.Bars
	facts       []string
	least, most int
}

// measure makes one axis per unit.
func (b *barChart) measure() {
	values := map[string][]float64{}
	for _, name := range b.names {
		for _, v := range b.variants {
			f, ok := v.Figure(name)
			if !ok {
				continue
			}
			lo, hi := bounds(f)
			values[f.Unit] = append(values[f.Unit], f.Mean, lo, hi)
			if !slices.Contains(b.units, f.Unit) {
				b.units = append(b.units, f.Unit)
			}
			if b.most == 0 {
				b.least = f.N
			}
			b.least, b.most = min(b.least, f.N), max(b.most, f.N)
		}
	}
	for _, unit := range b.units {
		axis, _ := axisFor("", unit, b.chart.Log, false, 5, values[unit])
		b.scales[unit] = axis
		b.shown[unit] = displayOf(unit, largest(values[unit])).name
	}
}

func (b *barChart) title(name, unit string) string {
	return onAxis(FigureName(name), unit, b.shown[unit], b.chart.Log)
}

func (b *barChart) byFigure() {
	for _, name := range b.names {
		p := &chart.Bars{Tall: 190}
		for _, v := range b.variants {
			f, ok := v.Figure(name)
			if ok {
				p.Values, p.Title = b.scales[f.Unit], b.title(name, f.Unit)
			}
			p.Bars = append(p.Bars, b.bar(v, name, v.label()))
		}
		b.panels = append(b.panels, p)
	}
}

func (b *barChart) byUnit() {
	v := b.variants[0]
	for _, unit := range b.units {
		p := &chart.Bars{Tall: 190, Values: b.scales[unit], Title: strings.TrimSpace("in " + b.shown[unit])}
		for _, name := range b.names {
			if f, _ := v.Figure(name); f.Unit == unit {
				p.Bars = append(p.Bars, b.bar(v, name, FigureName(name)))
			}
		}
		b.panels = append(b.panels, p)
	}
	if len(b.names) == 1 {
		b.panels[0].Title = b.title(b.names[0], b.units[0])
	}
}

// bar makes the bar of a figure; one that was not measured has none, and says so.
func (b *barChart) bar(v variant, name, label string) chart.Bar {
	f, ok := v.Figure(name)
	if !ok {
		return chart.Bar{Label: label, Text: "not measured"}
	}
	b.facts = append(b.facts, fmt.Sprintf("%s, %s: %s", v.label(), FigureName(name), FormatInterval(f)))
	lo, hi := bounds(f)
	return chart.Bar{
		Label: label, Value: f.Mean, Lo: lo, Hi: hi, Text: FormatMean(f),
		Style: chart.Style{Hue: v.hue},
	}
}
