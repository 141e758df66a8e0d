package report

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"replsim/report/chart"
	"replsim/results"
)

// stackPage draws figures that make up a whole as the parts of one bar per variant,
// such as the phases of a failover. If the whole is a figure itself (rto.total), its
// interval is drawn.
func stackPage(s *results.Set, c results.Chart, variants []variant) (chart.Page, error) {
	names, err := chosenFigures(c, variants)
	if err != nil {
		return chart.Page{}, err
	}
	whole := wholeOf(names)
	names = slices.DeleteFunc(names, func(name string) bool { return name == whole })
	st := stackChart{names: names, whole: whole, least: math.MaxInt}
	for _, v := range variants {
		if err := st.add(v); err != nil {
			return chart.Page{}, err
		}
	}
	if len(st.rows) == 0 {
		return chart.Page{}, errors.New("no variant has any of the parts")
	}
	panel := &chart.Stacks{Stacks: st.rows}
	for i, name := range names {
		panel.Parts = append(panel.Parts, chart.Part{Name: partName(name), Style: chart.Style{Hue: i}})
	}
	measure := strings.ReplaceAll(familyName(names), "_", " ")
	if whole != "" {
		measure = FigureName(whole)
	}
	panel.Values, panel.Values.Title = axisFor(measure, st.unit, false, false, 7, st.values)
	panel.Number = func(v float64) string { return formatTo(v, st.unit, titleDigits) }
	return chart.Page{
		Columns: 1, Panels: []chart.Panel{panel},
		Subtitle:    measure + " and what it is made of · " + overSeeds(s, st.least, st.most, barsOfInterval),
		Description: describe("Stacked bars", measure, st.facts),
	}, nil
}

type stackChart struct {
	names       []string
	whole, unit string
	rows        []chart.Stack
	values      []float64
	facts       []string
	least, most int
}

// add makes the bar of a variant. One without any of the parts has none, and says so.
func (st *stackChart) add(v variant) error {
	row := chart.Stack{Label: v.label()}
	var words []string
	for _, name := range st.names {
		f, ok := v.Figure(name)
		if !ok {
			row.Parts = append(row.Parts, math.NaN())
			continue
		}
		if st.unit == "" {
			st.unit = f.Unit
		}
		if f.Unit != st.unit {
			return fmt.Errorf("%s is in %s, others are in %s: they make up no whole", name, f.Unit, st.unit)
		}
		if f.Mean < 0 {
			return fmt.Errorf("%s is negative: it is no part of a whole", name)
		}
		row.Parts = append(row.Parts, f.Mean)
		row.Value += f.Mean
		words = append(words, partName(name)+" "+Format(f.Mean, f.Unit))
		st.least, st.most = min(st.least, f.N), max(st.most, f.N)
	}
	if len(words) == 0 {
		row.Text = "not measured"
		st.rows = append(st.rows, row)
		return nil
	}
	row.Lo, row.Hi, row.Text = row.Value, row.Value, Format(row.Value, st.unit)
	if f, ok := v.Figure(st.whole); ok {
		row.Value, row.Text = f.Mean, FormatMean(f)
		row.Lo, row.Hi = bounds(f)
	}
	st.values = append(st.values, row.Value, row.Hi)
	st.rows = append(st.rows, row)
	st.facts = append(st.facts, v.label()+": "+row.Text+", of it "+strings.Join(words, ", "))
	return nil
}

// wholeOf returns the figure that the parts add up to by its name: rto.total of
// rto.detect and rto.promote; "" if they are of several families.
func wholeOf(names []string) string {
	family, _, _ := strings.Cut(names[0], ".")
	for _, name := range names {
		if !strings.HasPrefix(name, family+".") {
			return ""
		}
	}
	return family + ".total"
}

// partName is what a part is called beside its siblings: of "RTO: detect", "detect".
func partName(name string) string {
	text := FigureName(name)
	if _, part, ok := strings.Cut(text, ": "); ok {
		return part
	}
	return text
}
