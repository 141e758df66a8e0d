package dist

import (
	"errors"
	"strings"
	"testing"
)

// table keeps the tests short.
type table = map[string]any

func TestFromTable(t *testing.T) {
	for _, c := range []struct {
		table table
		same  string
	}{
		{table{"dist": "constant", "value": "5ms"}, "5ms"},
		{table{"dist": "lognormal", "median": "500us", "p99": "4ms"}, "lognormal(median=500us, p99=4ms)"},
		{table{"dist": "gamma", "mean": "5ms", "shape": int64(2), "max": "1s"}, "gamma(mean=5ms, shape=2, max=1s)"},
		{table{"dist": "weibull", "scale": "2d", "shape": 0.7}, "weibull(scale=48h, shape=0.7)"},
		{table{"dist": "pareto", "min": "2ms", "shape": 3}, "pareto(min=2ms, shape=3)"},
		{table{"dist": "empirical", "file": "5.csv", "factor": 0.5}, "empirical(file=5.csv, factor=0.5)"},
		{table{"dist": "mixture", "shift": "1ms", "parts": []any{
			table{"weight": 0.9, "dist": "exponential", "mean": "1ms"},
			table{"weight": 0.1, "dist": "mixture", "parts": []table{{"weight": int64(1), "dist": "constant", "value": "7ms"}}},
		}}, "mixture(0.9: exponential(mean=1ms), 0.1: mixture(1: 7ms), shift=1ms)"},
	} {
		got, err := FromTable(c.table)
		if err != nil {
			t.Errorf("FromTable(%v): %v", c.table, err)
			continue
		}
		if want := mustParse(t, c.same); !got.Equal(want) {
			t.Errorf("FromTable(%v) = %v, want %v", c.table, got, want)
		}
	}
}

func TestFromTableErrors(t *testing.T) {
	const wantName = `; expected the name of a distribution, such as dist = "lognormal"`
	const wantParts = `; expected an array of tables such as { weight = 0.9, dist = "exponential", mean = "1ms" }`
	loop := table{"weight": 1, "dist": "mixture"} // no decoder makes this, but it nests too deep
	loop["parts"] = []any{loop}
	for _, c := range []struct {
		table table
		want  string
	}{
		{table{}, "dist: missing" + wantName},
		{table{"dist": 5}, `dist: 5 is not a name; expected a string such as "lognormal"`},
		{table{"dist": "lognorml"}, `dist: unknown distribution "lognorml"` + allKinds + `; did you mean "lognormal"?`},
		{table{"dist": "exponential", "mean": int64(5)}, "mean: 5 has no unit" + wantDuration},
		{table{"dist": "exponential", "mean": true}, "mean: true is not a duration" + wantDuration},
		{table{"dist": "gamma", "mean": "1ms", "shape": "2"}, `shape: "2" is in quotes` + wantNumber},
		{table{"dist": "gamma", "mean": "1ms", "shape": false}, `shape: "false" is not a number` + wantNumber},
		{table{"dist": "empirical", "file": int64(7)}, `file: "7" is not a path; expected a path such as "rtt.csv"`},
		{table{"dist": "constant", "": "5ms"}, `"5ms" has no name; expected parameters such as value=…`},
		{table{"dist": "normal", "sd": "x", "mean": "y", "colour": "blue"},
			"colour: normal has no parameter of this name; expected mean, sd, shift, max\nmean: \"y\" is not a duration" + wantDuration + "\nsd: \"x\" is not a duration" + wantDuration},
		{table{"dist": "normal", "mean": "1ms", "sd": "1ms", "parts": []any{}}, "parts: normal has no parameter of this name; expected mean, sd, shift, max"},
		{table{"dist": "mixture"}, "mixture lacks parts; expected parts"},
		{table{"dist": "mixture", "parts": 5}, "parts: not an array" + wantParts},
		{table{"dist": "mixture", "parts": []any{5, table{"dist": "constant", "value": "1ms"}, table{"weight": 1.0}}},
			"parts[0]: not a table" + wantParts + "\nparts[1].weight: missing" + wantNumber + "\nparts[2].dist: missing" + wantName},
		{table{"dist": "mixture", "parts": []any{table{"weight": "1", "dist": "constant", "value": "1ms"}}}, `parts[0].weight: "1" is in quotes` + wantNumber},
		{table{"dist": "mixture", "parts": []any{table{"weight": 0.5, "dist": "constant", "value": "1ms"}}}, "parts: the weights add up to 0.5; expected weights that add up to 1"},
		{loop, strings.TrimSuffix(strings.Repeat("parts[0].", 17), ".") + ": mixtures nest deeper than 16"},
	} {
		_, err := FromTable(c.table)
		var errs Errors
		if !errors.As(err, &errs) || err.Error() != c.want {
			t.Errorf("FromTable, want %s\n got %v", c.want, err)
			continue
		}
		for _, e := range errs {
			if e.Offset != -1 {
				t.Errorf("%v is at offset %d, want -1", e, e.Offset)
			}
		}
	}
}
