package experiment

import (
	"fmt"
	"math"
	"path"
	"slices"
	"sort"
	"strings"

	"replsim/results"
	"replsim/scenarios"
)

// figureNames returns the figures that variants are compared by, sorted.
func figureNames(runs []*outcome) []string {
	var names []string
	for _, o := range runs {
		if o == nil {
			continue
		}
		for _, f := range o.figures {
			wanted := slices.ContainsFunc(compared, func(c string) bool {
				matched, _ := path.Match(c, f.Name) // the patterns are well formed
				return matched
			})
			if wanted && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	sort.Strings(names)
	return names
}

// perSeed returns a figure's value in each replication, NaN where it is not
// defined.
func perSeed(runs []*outcome, name string) (values []float64, unit string) {
	values = make([]float64, len(runs))
	for i, o := range runs {
		values[i] = math.NaN()
		if o == nil {
			continue
		}
		for _, f := range o.figures {
			if f.Name == name {
				values[i], unit = f.Value, f.Unit
			}
		}
	}
	return values, unit
}

// violations is the figure that every scenario expects to be zero, asked or not.
const violations = "invariants.violations"

// expectations checks the [expect] lines of one variant, sorted by key, and that
// the model broke no invariant.
func expectations(sc *scenarios.Scenario, v *results.Variant) []results.Expectation {
	keys := make([]string, 0, len(sc.Expect))
	for key := range sc.Expect {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	var out []results.Expectation
	if f, ok := v.Figure(violations); ok && f.Max > 0 && sc.Expect[violations] == "" {
		out = append(out, results.Expectation{Variant: v.Name, Key: violations, Want: "== 0", Got: f.Mean, Unit: f.Unit})
	}
	for _, key := range keys {
		want, err := scenarios.ParseExpectation(key, sc.Expect[key])
		if err != nil {
			panic(fmt.Sprintf("experiment: the loader let pass %q = %q", key, sc.Expect[key]))
		}
		out = append(out, check(v, key, sc.Expect[key], want))
	}
	return out
}

// check compares one expectation with the figure. A figure that was never measured,
// such as the time to recover when nothing failed, or that is of another unit, does
// not meet it.
func check(v *results.Variant, key, text string, want scenarios.Expectation) results.Expectation {
	e := results.Expectation{Variant: v.Name, Key: key, Want: text}
	f, ok := v.Figure(key)
	if ok {
		want.Stat = "mean" // the figure itself is a maximum, say, and its mean is meant
	} else {
		f, ok = v.Figure(want.Figure)
	}
	if !ok {
		e.Unit = "not measured"
		return e
	}
	stats := map[string]float64{"mean": f.Mean, "min": f.Min, "max": f.Max, "lo": f.Lo, "hi": f.Hi}
	e.Got, e.Unit = stats[want.Stat], f.Unit
	share := f.Unit == "ratio" && want.Unit == "" && want.Value > 1 // 99 for 99 %
	fits := want.Unit == "" && !share || want.Unit == f.Unit || (want.Unit == "/s" && strings.HasSuffix(f.Unit, "/s"))
	if !fits {
		e.Unit = fmt.Sprintf("measured in %s", f.Unit)
		if share {
			e.Unit = "a share, written as 99% or 0.99"
		}
		return e
	}
	e.Held = want.Holds(e.Got)
	return e
}
