package validation

import (
	"context"
	"strings"
	"testing"

	"replsim/scenarios"
)

// small is a scenario of three variants, two replications each.
const small = `title = "S"
duration = "1s"
seeds = 2
[workload]
rate = "100/s"
[variants.a]
[variants.b]
[variants.c]
seeds = 3
`

// groupOf is a group with lines for these variants of the small scenario.
func groupOf(t *testing.T, name string, figure string, variants ...string) *Group {
	t.Helper()
	f, err := scenarios.Parse("small.toml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := scenarios.Decode(name+".toml", []byte("[lines.a]\nfigure = \"x\"\n[lines.b]\n[lines.c]\n"), &struct {
		Lines map[string]struct {
			Figure string `toml:"figure"`
		} `toml:"lines"`
	}{})
	if err != nil {
		t.Fatal(err)
	}
	g := &Group{Name: name, scenario: "small.toml", file: f, document: doc}
	for _, v := range variants {
		g.Lines = append(g.Lines, Line{Name: v, Variant: v, Figure: figure, Expected: 0.002, unit: "s", Rule: Rule{Kind: Relative, Error: 100}})
	}
	return g
}

// TestRunsOnce: groups share the run of their scenario, which has the variants that
// their lines name and no others, and curves only if a line asks for a point of one.
func TestRunsOnce(t *testing.T) {
	groups := []*Group{groupOf(t, "one", "latency.write.mean", "a"), groupOf(t, "two", "latency.write@50%", "c", "a")}
	runs, total := plan(groups)
	if len(runs) != 1 || total != 5 || !runs[0].curves || len(runs[0].file.Variants) != 2 {
		t.Errorf("%d runs, %d replications, curves %v", len(runs), total, runs[0].curves)
	}
	if len(groups[0].file.Variants) != 3 {
		t.Error("the group's own scenario has changed")
	}
	var last [2]int
	all, err := Run(t.Context(), groups, func(done, total int) { last = [2]int{done, total} })
	if err != nil {
		t.Fatal(err)
	}
	if last != [2]int{5, 5} || len(all) != 2 || all[0].Group != groups[0] {
		t.Errorf("%v replications, %d results", last, len(all))
	}
	mean, median := all[0].Outcomes[0], all[1].Outcomes[1]
	if mean.Variant != "a" || median.Variant != "a" || !(median.Simulated < mean.Simulated) || median.Simulated <= 0 {
		t.Errorf("mean %+v, median %+v", mean, median)
	}
	if runs, _ := plan(groups[:1]); runs[0].curves {
		t.Error("curves that no line needs")
	}
}

// TestRunTellsAllMistakes: what only the run can tell is told for all groups at once.
func TestRunTellsAllMistakes(t *testing.T) {
	groups := []*Group{groupOf(t, "one", "latency.write.maen", "a"), groupOf(t, "two", "throughput.write", "a", "b")}
	_, err := Run(t.Context(), groups, func(int, int) {})
	if err == nil || strings.Count(err.Error(), "\n") != 2 ||
		!strings.Contains(err.Error(), `one.toml:2:1: lines.a.figure: the run measures no "latency.write.maen"; did you mean "latency.write.mean"?`) ||
		!strings.Contains(err.Error(), `two.toml:3:8: lines.b.figure: the expected value is not in the figure's unit, ops/s`) {
		t.Errorf("got %v", err)
	}
}

func TestInterruptedRunJudgesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if all, err := Run(ctx, []*Group{groupOf(t, "one", "latency.write.mean", "a")}, func(int, int) {}); err == nil || all != nil {
		t.Errorf("%v, %v", all, err)
	}
}
