package report

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"replsim/report/chart"
	"replsim/results"
)

// linesPage draws figures against a numeric key that the variants change: how a
// measure responds to a parameter. Each unit has a panel; variants that differ in
// other keys too make lines of their own.
func linesPage(s *results.Set, c results.Chart, variants []variant) (chart.Page, error) {
	names, err := chosenFigures(c, variants)
	if err != nil {
		return chart.Page{}, err
	}
	settings, err := settingsOf(c, variants)
	if err != nil {
		return chart.Page{}, err
	}
	l := lineChart{chart: c, names: names, settings: settings, least: math.MaxInt}
	l.collect()
	page := chart.Page{Columns: 1}
	x, last := l.xAxis(), len(l.units)-1
	for i, unit := range l.units {
		measure := l.measure(unit)
		panel := &chart.XY{TitleHue: -1, X: x, Lines: shortenLabels(l.lines[unit], measure), Height: panelHeights[min(len(l.units), len(panelHeights))-1], HideX: i < last}
		var title string
		panel.Y, title = axisFor(measure, unit, c.Log, unit == unitRatio, 5-min(2, last), l.values[unit])
		if last > 0 {
			panel.Title = title
		} else {
			page.Subtitle = strings.TrimSpace(title) + " · "
		}
		page.Panels = append(page.Panels, panel)
	}
	page.Subtitle += overSeeds(s, l.least, l.most, barsOfInterval)
	page.Description = describe("Lines", "means against "+keyName(c.X), l.facts)
	return page, nil
}

// setting is a variant with its value of the key, and its other changes.
type setting struct {
	variant
	x    float64
	text string // x as the scenario wrote it
	unit string
	rest string
}

func settingsOf(c results.Chart, variants []variant) ([]setting, error) {
	if c.X == "" {
		return nil, errors.New("a lines chart needs x: the key that the variants change")
	}
	var out []setting
	for _, v := range variants {
		text, ok := v.Changes[c.X]
		if !ok {
			return nil, fmt.Errorf("variant %q does not change %s: choose others with variants", v.Name, c.X)
		}
		x, unit, err := quantity(text)
		if err != nil {
			return nil, fmt.Errorf("variant %q: %s = %q is not a number", v.Name, c.X, text)
		}
		var rest []string
		for _, key := range slices.Sorted(maps.Keys(v.Changes)) {
			if key != c.X {
				rest = append(rest, key[strings.LastIndex(key, ".")+1:]+" "+strings.Trim(v.Changes[key], `"`))
			}
		}
		out = append(out, setting{v, x, strings.Trim(text, `"`), unit, strings.Join(rest, ", ")})
	}
	slices.SortStableFunc(out, func(a, b setting) int { return cmp.Compare(a.x, b.x) })
	return out, nil
}

// quantity reads a number as scenarios write it: 3, "5ms", "10%", "2000/s", "1.5x".
func quantity(text string) (value float64, unit string, err error) {
	text = strings.TrimSpace(strings.Trim(strings.TrimSpace(text), `"`))
	plain := strings.ReplaceAll(text, "_", "")
	if number, ok := strings.CutSuffix(plain, "%"); ok {
		value, err = strconv.ParseFloat(strings.TrimSpace(number), 64)
		return value / 100, unitRatio, err
	}
	if number, ok := strings.CutSuffix(plain, "/s"); ok {
		value, err = strconv.ParseFloat(strings.TrimSpace(number), 64)
		return value, "ops/s", err
	}
	if value, err = strconv.ParseFloat(plain, 64); err == nil {
		return value, unitPlain, nil
	}
	d, err := time.ParseDuration(plain)
	return d.Seconds(), unitSeconds, err
}

type lineChart struct {
	chart       results.Chart
	names       []string
	settings    []setting
	units       []string
	byUnit      map[string][]string // names of the figures
	lines       map[string][]chart.Line
	values      map[string][]float64
	facts       []string
	least, most int
}

// collect makes a line for each figure and each set of other changes.
func (l *lineChart) collect() {
	l.lines, l.values, l.byUnit = map[string][]chart.Line{}, map[string][]float64{}, map[string][]string{}
	var groups []string
	for _, s := range l.settings {
		if !slices.Contains(groups, s.rest) {
			groups = append(groups, s.rest)
		}
	}
	for i, name := range l.names {
		for j, group := range groups {
			l.addLine(name, group, chart.Style{Hue: i*len(groups) + j, Dash: i*len(groups) + j}, len(groups) > 1)
		}
	}
}

func (l *lineChart) addLine(name, group string, style chart.Style, grouped bool) {
	line := chart.Line{Style: style, Dots: true}
	unit := ""
	for _, s := range l.settings {
		f, ok := s.Figure(name)
		if s.rest != group || !ok {
			continue
		}
		unit = f.Unit
		lo, hi := bounds(f)
		line.X, line.Y = append(line.X, s.x), append(line.Y, f.Mean)
		line.Lo, line.Hi = append(line.Lo, lo), append(line.Hi, hi)
		l.values[unit] = append(l.values[unit], f.Mean, lo, hi)
		l.least, l.most = min(l.least, f.N), max(l.most, f.N)
		l.facts = append(l.facts, fmt.Sprintf("%s at %s: %s", FigureName(name), s.text, FormatInterval(f)))
	}
	if len(line.X) == 0 {
		return
	}
	var label []string
	if len(l.names) > 1 {
		label = append(label, FigureName(name))
	}
	if grouped && group != "" {
		label = append(label, group)
	}
	line.Label = strings.Join(label, ", ")
	if !slices.Contains(l.units, unit) {
		l.units = append(l.units, unit)
	}
	if !slices.Contains(l.byUnit[unit], name) {
		l.byUnit[unit] = append(l.byUnit[unit], name)
	}
	l.lines[unit] = append(l.lines[unit], line)
}

// measure names what a panel shows: its only figure, the words that the names of
// its figures begin with, as "write latency", or else what they all are: "latency".
func (l *lineChart) measure(unit string) string {
	names := l.byUnit[unit]
	shared := strings.Fields(strings.ReplaceAll(FigureName(names[0]), ",", " ,"))
	for _, name := range names[1:] {
		words := strings.Fields(strings.ReplaceAll(FigureName(name), ",", " ,"))
		n := 0
		for n < min(len(shared), len(words)) && shared[n] == words[n] {
			n++
		}
		shared = shared[:n]
	}
	if len(shared) == 0 {
		return familyName(names)
	}
	return strings.Trim(strings.ReplaceAll(strings.Join(shared, " "), " ,", ","), " ,:")
}

// shortenLabels leaves out of the lines' names what the panel's measure says.
func shortenLabels(lines []chart.Line, measure string) []chart.Line {
	for i := range lines {
		if rest := strings.TrimLeft(strings.TrimPrefix(lines[i].Label, measure), " ,:"); rest != "" {
			lines[i].Label = rest
		} else if lines[i].Label == measure && len(lines) == 1 {
			lines[i].Label = ""
		}
	}
	return lines
}

// xAxis puts ticks at the values that were run. Values far apart, as 1, 10, 100,
// stand on a logarithmic axis.
func (l *lineChart) xAxis() chart.Axis {
	var xs []float64
	for _, s := range l.settings {
		xs = append(xs, s.x)
	}
	lo, hi := xs[0], xs[len(xs)-1]
	var axis chart.Axis
	switch wide := lo > 0 && hi/lo >= 20; {
	case hi == lo:
		axis.Scale = chart.Linear{Min: lo - 1, Max: hi + 1}
	case wide:
		axis.Scale = chart.Log{Min: lo, Max: hi}
	default:
		axis.Scale = chart.Linear{Min: lo, Max: hi}
	}
	for i, s := range l.settings {
		if i == 0 || s.x != xs[i-1] {
			axis.Ticks = append(axis.Ticks, chart.Tick{At: s.x, Label: Format(s.x, s.unit)})
		}
	}
	axis.Title = keyName(l.chart.X)
	if _, ok := axis.Scale.(chart.Log); ok {
		axis.Title += " (log scale)"
	}
	return axis
}
