package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"replsim/report/chart"
	"replsim/results"
)

// measureOf joins the measures of curves for a subtitle: "replication lag". If all
// curves are one item's, it says whose.
func measureOf(names []string) string {
	if text, ok := translate(singleCurveNames, names[0]); ok && len(names) == 1 {
		return text
	}
	var measures []string
	for _, name := range names {
		if m, _ := curveName(name); !slices.Contains(measures, m) {
			measures = append(measures, m)
		}
	}
	text := strings.Join(measures, ", ")
	if _, item := curveName(names[0]); len(names) == 1 && item != "" {
		text += ", " + item
	}
	return text
}

// itemLabel tells a curve from the others on its chart.
func itemLabel(name string, all []string) string {
	measure, item := curveName(name)
	for _, other := range all {
		if m, _ := curveName(other); m != measure {
			return strings.TrimSpace(measure + " " + item)
		}
	}
	if item == "" {
		return measure
	}
	return item
}

// onAxis writes a measure with the unit its axis is in. Durations on a logarithmic
// axis have theirs at each tick.
func onAxis(measure, unit, shown string, log bool) string {
	// Not "writes lost (writes)" nor "bytes per write (B/write)".
	if len(shown) > 3 && strings.Contains(measure, shown) || strings.HasSuffix(measure, "per write") {
		shown = ""
	}
	switch {
	case log && (unit == unitSeconds || unit == unitRatio):
		return measure + " (log scale)"
	case log && shown != "":
		return measure + " (" + shown + ", log scale)"
	case log:
		return measure + " (log scale)"
	case shown != "":
		return measure + " (" + shown + ")"
	}
	return measure
}

// axisFor makes the axis of values in a unit, and its title.
func axisFor(measure, unit string, log, zoom bool, ticks int, values ...[]float64) (chart.Axis, string) {
	if log {
		label := func(v float64) string {
			if unit == unitSeconds || unit == unitRatio {
				if v == 0 {
					return "0"
				}
				return Format(v, unit)
			}
			return trimmed(v, decimalsFor(v, 1))
		}
		return chart.NewLog(label, values...), onAxis(measure, unit, displayOf(unit, 1).name, true)
	}
	d := displayOf(unit, largest(values...))
	return chart.NewLinear(d.per, ticks, zoom, values...), onAxis(measure, unit, d.name, false)
}

func largest(values ...[]float64) float64 {
	most := 0.0
	for _, list := range values {
		for _, v := range list {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				most = math.Max(most, math.Abs(v))
			}
		}
	}
	return most
}

// overSeeds says what a line is made of.
func overSeeds(s *results.Set, least, most int, spread string) string {
	if most <= 1 {
		return "one seed, so no " + spreadNoun(spread)
	}
	seeds := fmt.Sprintf("%d seeds", most)
	if least < most {
		seeds = fmt.Sprintf("%d to %d seeds", least, most)
	}
	if s.Partial {
		seeds += " (interrupted)"
	}
	return "mean of " + seeds + ", " + spread
}

// What the spread of a line or point is, for overSeeds.
const (
	bandOverSeeds  = "band: 5–95 % of seeds"
	bandOfInterval = "band: 95 % interval"
	barsOfInterval = "bars: 95 % interval"
)

func spreadNoun(spread string) string {
	if spread == bandOverSeeds {
		return "band"
	}
	return "interval"
}

// atMost is how many statements a description has: it is read aloud.
const atMost = 8

// describe joins statements into the description of a chart.
func describe(kind, of string, statements []string) string {
	if len(statements) > atMost {
		rest := len(statements) - atMost
		statements = append(slices.Clone(statements[:atMost]), fmt.Sprintf("and %d more", rest))
	}
	return kind + " of " + of + ". " + strings.Join(statements, "; ") + "."
}
