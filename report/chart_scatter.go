package report

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"replsim/report/chart"
	"replsim/results"
)

// scatterPage sets one figure against another, a point per variant, with the
// Pareto frontier: the variants that no other beats in both.
func scatterPage(s *results.Set, c results.Chart, variants []variant) (chart.Page, error) {
	if c.X == "" || len(c.Show) != 1 {
		return chart.Page{}, errors.New("a scatter chart needs one figure in show and one in x")
	}
	points, err := scatterPoints(c, variants)
	if err != nil {
		return chart.Page{}, err
	}
	var xs, ys []float64
	for _, p := range points {
		xs, ys = append(xs, p.X, p.XLo, p.XHi), append(ys, p.Y, p.YLo, p.YHi)
	}
	panel := &chart.XY{TitleHue: -1, Height: 260}
	var yTitle string
	panel.X, panel.X.Title = axisFor(FigureName(c.X), points[0].xUnit, c.Log, true, 6, xs)
	panel.Y, yTitle = axisFor(FigureName(c.Show[0]), points[0].yUnit, c.Log, true, 5, ys)
	frontier := paretoFrontier(points, direction(c.X), direction(c.Show[0]))
	least, most := math.MaxInt, 0
	var facts []string
	for i, p := range points {
		p.Hollow = !slices.Contains(frontier, i)
		panel.Points = append(panel.Points, p.Point)
		least, most = min(least, p.n), max(most, p.n)
		facts = append(facts, fmt.Sprintf("%s: %s at %s", p.Label, Format(p.Y, p.yUnit), Format(p.X, p.xUnit)))
	}
	panel.Lines = []chart.Line{frontierLine(points, frontier)}
	return chart.Page{
		Columns: 1, Panels: []chart.Panel{panel},
		Subtitle:    yTitle + " · " + overSeeds(s, least, most, barsOfInterval) + " · filled: no other is better in both",
		Description: describe("Scatter chart", FigureName(c.Show[0])+" against "+FigureName(c.X), facts),
	}, nil
}

// scatterPoint is a variant's point with the units of its axes.
type scatterPoint struct {
	chart.Point
	xUnit, yUnit string
	n            int
}

func scatterPoints(c results.Chart, variants []variant) ([]scatterPoint, error) {
	var out []scatterPoint
	for _, v := range variants {
		x, okX := v.Figure(c.X)
		y, okY := v.Figure(c.Show[0])
		if !okX || !okY {
			continue
		}
		p := scatterPoint{xUnit: x.Unit, yUnit: y.Unit, n: min(x.N, y.N)}
		p.Label, p.X, p.Y, p.Style.Hue = v.label(), x.Mean, y.Mean, v.hue
		p.XLo, p.XHi = bounds(x)
		p.YLo, p.YHi = bounds(y)
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no variant has both figures %s and %s", c.X, c.Show[0])
	}
	return out, nil
}

// direction is +1 if lower is better, −1 if higher is.
func direction(figure string) float64 {
	if higherIsBetter(figure) {
		return -1
	}
	return 1
}

// paretoFrontier returns the indices of the points that no other is at least as
// good as in both figures and better in one, from the best x to the worst.
func paretoFrontier(points []scatterPoint, dx, dy float64) []int {
	var out []int
	for i, p := range points {
		beaten := slices.ContainsFunc(points, func(q scatterPoint) bool {
			x, y := dx*(q.X-p.X), dy*(q.Y-p.Y)
			return x <= 0 && y <= 0 && (x < 0 || y < 0)
		})
		if !beaten {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(dx*points[a].X, dx*points[b].X) })
	return out
}

// frontierLine is the border of what the variants attain: steps, since nothing is
// known to lie between two of them.
func frontierLine(points []scatterPoint, frontier []int) chart.Line {
	l := chart.Line{Style: chart.Style{Dash: 1}, Thin: true}
	add := func(x, y float64) { l.X, l.Y = append(l.X, x), append(l.Y, y) }
	for k, i := range frontier {
		if k > 0 {
			add(points[i].X, points[frontier[k-1]].Y)
		}
		add(points[i].X, points[i].Y)
	}
	return l
}
