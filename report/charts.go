package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"replsim/report/chart"
	"replsim/results"
)

// Charts draws every chart the set asks for, four files each: NAME.svg, NAME.png,
// and both again as NAME-dark. The same set gives the same bytes. A chart that
// cannot be drawn (no such curve, units that cannot share an axis, a title about a
// figure that is missing) is an error that names it; the error holds all of them.
func Charts(s *results.Set) ([]results.File, error) {
	var files []results.File
	var errs []error
	seen := map[string]bool{}
	for _, c := range s.Charts {
		if seen[c.Name] {
			errs = append(errs, fmt.Errorf("chart %q: two charts have this name", c.Name))
			continue
		}
		seen[c.Name] = true
		drawn, err := Draw(s, c)
		if err != nil {
			errs = append(errs, fmt.Errorf("chart %q: %w", c.Name, err))
		}
		files = append(files, drawn...)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return files, nil
}

// WriteCharts writes all charts of the set into dir. If one cannot be drawn or
// written, the former files stay as they were.
func WriteCharts(dir string, s *results.Set) error {
	files, err := Charts(s)
	if err != nil {
		return err
	}
	return results.ReplaceFiles(dir, files)
}

// ChartFiles returns the names of the files that a chart is written to.
func ChartFiles(name string) []string {
	var files []string
	for _, theme := range []chart.Theme{chart.Light(), chart.Dark()} {
		files = append(files, name+theme.Suffix+".svg", name+theme.Suffix+".png")
	}
	return files
}

// Draw draws one chart of the set's data, which need not be among s.Charts.
func Draw(s *results.Set, c results.Chart) ([]results.File, error) {
	page, err := compose(s, c)
	if err != nil {
		return nil, err
	}
	var files []results.File
	names := ChartFiles(c.Name)
	for i, theme := range []chart.Theme{chart.Light(), chart.Dark()} {
		svg, err := page.SVG(theme)
		if err != nil {
			return nil, err
		}
		png, err := page.PNG(theme)
		if err != nil {
			return nil, err
		}
		files = append(files,
			results.File{Name: names[2*i], Data: svg},
			results.File{Name: names[2*i+1], Data: png})
	}
	return files, nil
}

// Kinds of chart, as written in results.Chart.Kind.
const (
	kindTime       = "time"
	kindCDF        = "cdf"
	kindTail       = "tail"
	kindVisibility = "visibility"
	kindBars       = "bars"
	kindScatter    = "scatter"
	kindLines      = "lines"
	kindStack      = "stack"
	kindTimeline   = "timeline"
)

// compose decides what stands on the page of a chart.
func compose(s *results.Set, c results.Chart) (page chart.Page, err error) {
	if len(c.Show) == 0 && c.Kind != kindTimeline {
		return page, errors.New("show is empty: name the curves or figures to draw")
	}
	variants, err := chosenVariants(s, c)
	if err != nil {
		return page, err
	}
	switch c.Kind {
	case kindTime:
		page, err = timePage(s, c, variants)
	case kindCDF, kindTail, kindVisibility:
		page, err = distributionPage(s, c, variants)
	case kindBars:
		page, err = barsPage(s, c, variants)
	case kindStack:
		page, err = stackPage(s, c, variants)
	case kindTimeline:
		page, err = timelinePage(s, c, variants)
	case kindScatter:
		page, err = scatterPage(s, c, variants)
	case kindLines:
		page, err = linesPage(s, c, variants)
	default:
		err = fmt.Errorf("unknown kind %q; there are time, cdf, tail, visibility, bars, stack, scatter, lines and timeline", c.Kind)
	}
	if err != nil {
		return page, err
	}
	page.Title, err = expandTitle(s, c.Title)
	return page, err
}

// variant is a chosen variant and its place in the set, which fixes its colour: a
// variant looks the same on all charts of a scenario.
type variant struct {
	*results.Variant
	hue int
}

func (v variant) label() string {
	if v.Label != "" {
		return v.Label
	}
	return v.Name
}

func chosenVariants(s *results.Set, c results.Chart) ([]variant, error) {
	for _, name := range c.Variants {
		if _, ok := s.Variant(name); !ok {
			return nil, fmt.Errorf("there is no variant %q", name)
		}
	}
	var out []variant
	for i := range s.Variants {
		if len(c.Variants) == 0 || slices.Contains(c.Variants, s.Variants[i].Name) {
			out = append(out, variant{&s.Variants[i], i})
		}
	}
	if len(out) == 0 {
		return nil, errors.New("the result set has no variants")
	}
	return out, nil
}

// chosenCurves returns the names of the curves of a kind that the chart shows and
// some variant has, in the order of Show and then by name, and their common unit.
func chosenCurves(c results.Chart, variants []variant, kind results.CurveKind) (names []string, unit string, err error) {
	first := ""
	for _, pattern := range c.Show {
		var found []string
		for _, v := range variants {
			for _, curve := range v.Curves {
				if curve.Kind != kind || !selects(pattern, curve.Name) || slices.Contains(names, curve.Name) {
					continue
				}
				if first == "" {
					first, unit = curve.Name, curve.Unit
				}
				if curve.Unit != unit {
					return nil, "", fmt.Errorf("%s (%s) and %s (%s) cannot share an axis: make two charts", first, unit, curve.Name, curve.Unit)
				}
				if !slices.Contains(found, curve.Name) {
					found = append(found, curve.Name)
				}
			}
		}
		if len(found) == 0 && !slices.ContainsFunc(names, func(n string) bool { return selects(pattern, n) }) {
			return nil, "", fmt.Errorf("no variant has a %s curve %s; there are: %s", kind, pattern, strings.Join(curvesOf(variants, kind), ", "))
		}
		slices.Sort(found)
		names = append(names, found...)
	}
	return names, unit, nil
}

func curvesOf(variants []variant, kind results.CurveKind) []string {
	var out []string
	for _, v := range variants {
		for _, c := range v.Curves {
			if c.Kind == kind && !slices.Contains(out, c.Name) {
				out = append(out, c.Name)
			}
		}
	}
	return out
}

// curveOf returns a variant's curve of that name and kind.
func curveOf(v variant, name string, kind results.CurveKind) (results.Curve, bool) {
	for _, c := range v.Curves {
		if c.Name == name && c.Kind == kind {
			return c, true
		}
	}
	return results.Curve{}, false
}

// chosenFigures returns the names of the figures that the chart shows and some
// variant has, in the order of Show and then by name.
func chosenFigures(c results.Chart, variants []variant) ([]string, error) {
	var names []string
	for _, pattern := range c.Show {
		var found []string
		for _, v := range variants {
			for _, f := range v.Figures {
				if selects(pattern, f.Name) && !slices.Contains(found, f.Name) {
					found = append(found, f.Name)
				}
			}
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("no variant has a figure %s", pattern)
		}
		slices.Sort(found)
		for _, name := range found {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}
