package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"replsim/internal/nearest"
)

func (c *decoded) checkCharts(variants []string) {
	if compare := c.at("compare"); compare != nil {
		c.known(compare, "variant", variants)
	}
	for _, name := range c.at("charts").table().keysOrNone() {
		n, chart := c.at("charts", name), c.scenario.Charts[name]
		if !c.ok(n) || n.table() == nil {
			continue
		}
		c.known(n.find("variants"), "variant", variants)
		if kind := n.find("kind"); kind == nil || !c.ok(kind) {
			continue
		}
		c.belong(n, chart.Kind, "chart", reflect.TypeFor[Chart]())
		c.checkWindow(n, chart)
		c.checkShow(n, chart)
		if needsX := chart.Kind == "scatter" || chart.Kind == "lines"; needsX && n.find("x") == nil {
			c.report(n, "x", "missing", "what the x axis shows", "")
		}
	}
}

// checkShow wants to know what a chart shows, unless its kind says so.
func (c *decoded) checkShow(n *node, chart Chart) {
	const expected = `a text or a list such as ["r1", "r2"]`
	switch show := n.find("show"); {
	case chart.Kind == "timeline" || !c.ok(show):
	case show == nil:
		c.report(n, "show", "missing", expected, "")
	case len(chart.Show) == 0:
		c.report(show, "", "an empty list", expected, "")
	}
}

func (c *decoded) checkWindow(n *node, chart Chart) {
	from, to := n.find("from"), n.find("to")
	if !c.ok(from, to, c.at("duration")) {
		return
	}
	if to != nil && chart.From >= chart.To {
		c.report(c.blame(to, from), "", "the window ends before it starts", "to after from", "")
	}
	if from != nil && chart.From >= c.scenario.Duration {
		c.report(c.blame(from, c.at("duration")), "", "the window starts after the end of the run", "less than the duration, "+writeDuration(c.scenario.Duration), "")
	}
}

// checkLines makes sure that the x of a chart of lines is a key of the scenario,
// and that the variants shown differ in it.
func (l *loader) checkLines(file *File) {
	for _, name := range file.base.find("charts").table().keysOrNone() {
		chart, x := file.Base.Charts[name], file.base.find("charts", name, "x")
		if chart.Kind != "lines" || x == nil || chart.X == "" {
			continue
		}
		changes := func(v Variant) bool { _, yes := v.Changes[chart.X]; return yes }
		if slices.ContainsFunc(file.Variants, changes) {
			continue
		}
		if !isKey(chart.X) {
			changed := changedKeys(file)
			l.report(x, fmt.Sprintf("there is no key %q", chart.X), "a key that the variants change", nearest.Closest(chart.X, changed))
			continue
		}
		l.report(x, fmt.Sprintf("no variant changes %s", chart.X), "a key that the variants change", "")
	}
}

// isKey tells whether a dotted key is one of the format.
func isKey(key string) bool {
	s := variantShape
	for _, k := range strings.Split(key, ".") {
		if s = s.below(k); s.typ == nil {
			return false
		}
	}
	return s.isValue()
}

// changedKeys returns all keys that variants change, sorted.
func changedKeys(file *File) []string {
	var keys []string
	for _, v := range file.Variants {
		keys = append(keys, sortedKeys(v.Changes)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
