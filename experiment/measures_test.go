package experiment

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"replsim/measure"
	"replsim/results"
	"replsim/scenarios"
)

// line is a row of a table in docs/measures.md.
type line struct{ unit, kind string }

var (
	rowOf   = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\| (mean|count|share|time|distribution|events|visibility) \\|")
	nodeOf  = regexp.MustCompile(`\.r\d+(\.|$)`)
	placeOf = regexp.MustCompile(`\.place\.[^.]+`)
)

// documented reads the tables of the page.
func documented(t *testing.T) map[string]line {
	page, err := os.ReadFile("../docs/measures.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]line{}
	for _, row := range rowOf.FindAllStringSubmatch(string(page), -1) {
		name := row[1]
		if slices.Contains([]string{"time", "distribution", "events", "visibility"}, row[3]) {
			name = "curve " + name
		}
		if _, twice := out[name]; twice {
			t.Errorf("%s has two lines", name)
		}
		out[name] = line{unit: row[2], kind: row[3]}
	}
	return out
}

// general puts NODE and PLACE for the names of one scenario.
func general(name string) string {
	return placeOf.ReplaceAllString(nodeOf.ReplaceAllString(name, ".NODE$1"), ".place.PLACE")
}

// intervals are the methods that each kind of interval leads to.
var intervals = map[string][]string{
	"mean":  {"t", "constant", "single"},
	"count": {"t", "few-events", "rule-of-three", "constant", "single"},
	"share": {"ratio", "few-events", "wilson", "rule-of-three", "constant", "single"},
}

// TestMeasuresPage holds docs/measures.md against what runs produce: the committed
// results of the shipped scenarios, and one run made now. Every figure and curve
// has a line, and every line a figure or curve.
func TestMeasuresPage(t *testing.T) {
	page := documented(t)
	seen := map[string]bool{}
	check := func(where, name, unit, kind string) {
		l, ok := page[general(name)]
		switch {
		case !ok:
			t.Errorf("%s: docs/measures.md does not explain %s", where, name)
		case l.unit != unit || (kind != "" && l.kind != kind):
			t.Errorf("%s: %s is in %s with the interval or kind %q; docs/measures.md says %+v", where, name, unit, kind, l)
		}
		seen[general(name)] = true
	}
	shipped, err := filepath.Glob("../results/*/summary.json")
	if err != nil || len(shipped) == 0 {
		t.Fatal("no committed results")
	}
	for _, path := range shipped {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s := &results.Set{}
		if err := json.Unmarshal(data, s); err != nil {
			t.Fatal(err)
		}
		for _, v := range s.Variants {
			for _, f := range v.Figures {
				check(s.Scenario, f.Name, f.Unit, "")
				if kind := page[general(f.Name)].kind; kind != "" && !slices.Contains(intervals[kind], f.Method) {
					t.Errorf("%s: %s has an interval by %s, which is no %s", s.Scenario, f.Name, f.Method, kind)
				}
			}
		}
		file, err := scenarios.Load(s.Scenario, scenarios.Set("seeds=1")) // the curves are not committed
		if err != nil {
			t.Fatal(err)
		}
		for i := range file.Variants {
			o := replicate(t.Context(), &file.Variants[i].Scenario, 1, Options{})
			for _, c := range slices.Concat(o.curves, pooled([]*outcome{o})) {
				check(s.Scenario, "curve "+c.Name, c.Unit, string(c.Kind))
			}
		}
	}
	kinds := map[measure.Kind]string{measure.Mean: "mean", measure.Quantile: "mean", measure.Maximum: "mean", measure.Count: "count", measure.Proportion: "share"}
	for _, f := range once(t, pair, "check.linearizable=true", "workload.redirect=proxy", "proxy.check_inter=200ms").figures {
		check("now", f.Name, f.Unit, kinds[f.Kind])
	}
	voting := once(t, small, "cluster.model=paxos") // elects its leaders
	for _, f := range voting.figures {
		check("voting", f.Name, f.Unit, kinds[f.Kind])
	}
	for _, c := range pooled([]*outcome{voting}) {
		check("voting", "curve "+c.Name, c.Unit, string(c.Kind))
	}
	for _, name := range slices.Sorted(maps.Keys(page)) {
		if !seen[name] {
			t.Errorf("docs/measures.md explains %s, which nothing produces", strings.TrimPrefix(name, "curve "))
		}
	}
}
