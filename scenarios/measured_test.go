package scenarios

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestMeasuredNames holds the names against docs/measures.md, which a test of
// package experiment holds against what runs measure.
func TestMeasuredNames(t *testing.T) {
	page, err := os.ReadFile("../docs/measures.md")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{"mean": figureNames, "count": figureNames, "share": figureNames,
		"time": curvesOverTime, "distribution": distributions, "events": distributions, "visibility": visibilities}
	explained := map[string][]string{}
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]+ \\| ([a-z]+) \\|").FindAllStringSubmatch(string(page), -1)
	for _, row := range rows {
		if kind := kinds[row[2]]; kind != "" {
			explained[kind] = append(explained[kind], row[1])
		}
	}
	for kind, names := range measuredNames {
		for _, name := range names {
			if !slices.Contains(explained[kind], name) {
				t.Errorf("docs/measures.md has no %s %s", kind, name)
			}
		}
		for _, name := range explained[kind] {
			if !slices.Contains(names, name) {
				t.Errorf("docs/measures.md has a %s %s, which scenarios cannot name: add it to measured.go", kind, name)
			}
		}
	}
	if len(explained) != len(measuredNames) {
		t.Errorf("%d kinds are explained, %d are known", len(explained), len(measuredNames))
	}
}

// TestFiguresOfScenario: nodes and places are those of the scenario.
func TestFiguresOfScenario(t *testing.T) {
	f, err := Load("testdata/good/shop.toml") // five nodes; clients in fra and others
	if err != nil {
		t.Fatal(err)
	}
	names := f.Base.measures(figureNames)
	for name, want := range map[string]bool{
		"lag.delay.r5.p99": true, "lag.delay.r6.p99": false, "lag.delay.NODE.p99": false,
		"latency.read.place.fra.p50": true, "latency.read.place.mars.p50": false,
		"data_loss.total": true, "latency.read": false,
	} {
		if slices.Contains(names, name) != want {
			t.Errorf("%s is among the figures: %v, want %v", name, !want, want)
		}
	}
}
