package dist

import (
	"errors"
	"strings"
	"testing"
)

const (
	wantDuration = `; expected a duration such as "5ms" (ns, us, ms, s, m, h, d)`
	wantNumber   = "; expected a plain number such as 0.9"
	allKinds     = "; expected constant, uniform, exponential, normal, lognormal, gamma, weibull, pareto, mixture, empirical"
)

// parseErrors has every mistake in text: where it is (^ marks the offset) and what is said.
// Several mistakes are on lines of their own, in the order of the lines.
var parseErrors = []struct{ text, want string }{
	// Syntax: the first mistake.
	{"^", "the text ends too early; expected " + wantDistribution},
	{`^"5ms"`, "a string in quotes; expected " + wantDistribution},
	{"^(5ms)", `unexpected "(5ms)"; expected ` + wantDistribution},
	{"5 ^ms", `unexpected "ms" after the end`},
	{"5ms^)", `unexpected ")" after the end`},
	{"lognormal^", "lognormal has no parameters; expected lognormal(…) with median and sigma, or median and p90, or median and p95, or median and p99, or median and p999, or mean and sd, or mean and sigma"},
	{"exponential(^", "the text ends too early; expected name=value"},
	{"exponential(mean=^", "the text ends too early; expected a value"},
	{"exponential(mean=5ms^", "the text ends too early; expected a comma or a closing parenthesis"},
	{"uniform(min=1ms ^max=2ms)", `unexpected "max=2ms)"; expected a comma or a closing parenthesis`},
	{"uniform(min=1ms,^)", `unexpected ")"; expected name=value`},
	{`empirical(file=^"a)`, "a quoted string that does not end, or with a bad escape; expected a value"},
	{"mixture(0.9: ^)", `unexpected ")"; expected ` + wantDistribution},
	{strings.Repeat("mixture(1:", 17) + "^1ms", "mixtures nest deeper than 16"},

	// Names.
	{"^fast", `dist: unknown distribution "fast"` + allKinds},
	{"^lognorml(median=1ms)", `dist: unknown distribution "lognorml"` + allKinds + `; did you mean "lognormal"?`},
	{"^Gaussian(mean=1ms)", `dist: unknown distribution "Gaussian"` + allKinds + `; did you mean "normal"?`},
	{"^exp(1ms)", `dist: unknown distribution "exp"` + allKinds + `; did you mean "exponential"?`},
	{"weibull(^scal=1ms, shape=2)", `scal: weibull has no parameter of this name; expected scale, shape, mean, median, p99, shift, max; did you mean "scale"?`},
	{"lognormal(^p50=1ms, p99=2ms)", `p50: lognormal has no parameter of this name; expected median, sigma, p90, p95, p99, p999, mean, sd, shift, max; did you mean "median"?`},
	{"uniform(min=1ms, max=2ms, ^shift=3ms)", "shift: uniform has no parameter of this name; expected min, max"},
	{"mixture(^parts=1ms)", "parts: mixture has no parameter of this name; expected shift, max"},
	{"exponential(mean=1ms, ^mean=2ms)", "mean: given twice"},
	{"pareto(min=1ms, shape=2, max=1s, ^max=2s)", "max: given twice"},
	{"uniform(^1ms, max=2ms)", `"1ms" has no name; expected parameters such as min=…`},
	{"mixture(^1ms)", `"1ms" has no weight; expected parts such as 0.9: exponential(mean=1ms)`},
	{"normal(^0.5: 1ms, mean=1ms, sd=1ms)", "normal has no parts; expected a mixture, if there are several parts with weights"},

	// Sets of parameters.
	{"^exponential()", "exponential lacks mean; expected mean, or min and mean, or median"},
	{"^constant()", "constant lacks value; expected value"},
	{"^mixture()", "mixture lacks parts; expected parts"},
	{"^uniform(min=1ms)", "uniform lacks max; expected min and max"},
	{"^gamma(shift=1ms)", "gamma lacks mean and shape; expected mean and shape, or mean and sd, or scale and shape"},
	{"^exponential(mean=1ms, median=1ms)", "mean and median do not go together; expected mean, or min and mean, or median"},
	{"^pareto(min=1ms, shape=2, p99=1s)", "min and shape and p99 do not go together; expected min and shape, or mean and shape, or min and p99"},

	// Values.
	{"^5", `value: "5" has no unit` + wantDuration},
	{"^5sec", `value: "5sec" is not a duration` + wantDuration},
	{"^-5ms", `value: "-5ms" is negative` + wantDuration},
	{"^1h1d", `value: "1h1d" is not a duration` + wantDuration},
	{"^1d-1h", `value: "1d-1h" is not a duration` + wantDuration},
	{"^1dd", `value: "1dd" is not a duration` + wantDuration},
	{"^.d", `value: ".d" is not a duration` + wantDuration},
	{"^60000d", `value: longer than 146 years` + wantDuration},
	{"^2000000h", `value: longer than 146 years` + wantDuration},
	{"constant(^NaN)", `value: "NaN" is not a duration` + wantDuration},
	{"exponential(mean=^5)", `mean: "5" has no unit` + wantDuration},
	{"exponential(mean=^0s)", "mean: 0 is not possible here; expected a time above 0"},
	{"gamma(mean=1ms, shape=^two)", `shape: "two" is not a number` + wantNumber},
	{"gamma(mean=1ms, shape=^NaN)", `shape: "NaN" is not a number` + wantNumber},
	{"gamma(mean=1ms, shape=^inf)", `shape: "inf" is not a number` + wantNumber},
	{`gamma(mean=1ms, shape=^"2")`, `shape: "2" is in quotes` + wantNumber},
	{"mixture(^90%: 1ms, 0.1: 2ms)", `parts[0].weight: "90%" is not a number` + wantNumber},
	{`empirical(file=^"")`, `file: "" is not a path; expected a path such as "rtt.csv"`},

	// Impossible values.
	{"uniform(min=2ms, max=^2ms)", "max: 2ms is not above min; expected more than 2ms"},
	{"exponential(min=2ms, mean=^1ms)", "mean: 1ms is not above min; expected more than 2ms"},
	{"normal(mean=1ms, sd=^0s)", "sd: 0 is not possible here; expected a time above 0"},
	{"lognormal(median=2ms, p99=^2ms)", "p99: 2ms is not above median; expected more than 2ms"},
	{"lognormal(median=^0s, p95=2ms)", "median: 0 is not possible here; expected a time above 0"},
	{"lognormal(median=1ms, sigma=^0)", "sigma: 0 is out of range; expected a number from 1e-06 to 50"},
	{"lognormal(median=60h, p99=^60h0m0.000000001s)", "p99: with this median, sigma would be 2e-15; expected times that give it a value from 1e-06 to 50"},
	{"lognormal(mean=60h, sd=^1ns)", "sd: with this mean, sigma would be 0; expected times that give it a value from 1e-06 to 50"},
	{"gamma(mean=1ms, shape=^-2)", "shape: -2 is out of range; expected a number from 0.01 to 1e+06"},
	{"gamma(mean=1ms, sd=^100s)", "sd: with this mean, shape would be 1e-10; expected times that give it a value from 0.01 to 1e+06"},
	{"weibull(median=2ms, p99=^1ms)", "p99: 1ms is not above median; expected more than 2ms"},
	{"pareto(min=^0s, shape=2)", "min: 0 is not possible here; expected a time above 0"},
	{"pareto(mean=1ms, shape=^1)", "shape: 1 gives an infinite mean; expected a shape above 1, or min in place of mean"},
	{"pareto(min=3ms, p99=^3ms)", "p99: 3ms is not above min; expected more than 3ms"},
	{"pareto(min=3ms, shape=2, shift=1ms, max=^4ms)", "max: 4ms would cap every draw; expected more than 4ms"},
	{"exponential(mean=1ms, max=^0s)", "max: 0 is not possible here; expected a time above 0"},
	{"empirical(file=a, factor=^0)", "factor: 0 is out of range; expected a number from 1e-06 to 1e+06"},
	{"mixture(^0: 1ms, 1: 2ms)", "parts[0].weight: 0 is not a weight; expected a number above 0, at most 1"},
	{"mixture(0.1: 1ms, ^1.1: 2ms)", "parts[1].weight: 1.1 is not a weight; expected a number above 0, at most 1"},
	{"^mixture(0.5: 1ms, 0.4: 2ms)", "parts: the weights add up to 0.9; expected weights that add up to 1"},

	// Several at once, also inside of parts.
	{"normal(mean=^1, sd=^x)", "mean: \"1\" has no unit" + wantDuration + "\nsd: \"x\" is not a duration" + wantDuration},
	{"pareto(min=^0s, shape=^0)", "min: 0 is not possible here; expected a time above 0\nshape: 0 is out of range; expected a number from 0.01 to 1e+06"},
	{"mixture(0.5: ^fast, 0.5: mixture(1: gamma(mean=^1, shape=2)))",
		`parts[0].dist: unknown distribution "fast"` + allKinds + "\n" + `parts[1].parts[0].mean: "1" has no unit` + wantDuration},
	{"mixture(0.5: ^uniform(min=1ms), 0.5: 2ms)", "parts[0]: uniform lacks max; expected min and max"},
}

func TestParseErrors(t *testing.T) {
	for _, c := range parseErrors {
		checkErrors(t, c.text, c.want)
	}
}

// checkErrors parses text without its ^ marks and compares message and offsets.
func checkErrors(t *testing.T, marked, want string) {
	t.Helper()
	var offsets []int
	text := marked
	for i := strings.Index(text, "^"); i >= 0; i = strings.Index(text, "^") {
		offsets = append(offsets, i)
		text = text[:i] + text[i+1:]
	}
	_, err := Parse(text)
	var errs Errors
	if !errors.As(err, &errs) {
		t.Errorf("Parse(%q): error %v, want %s", text, err, want)
		return
	}
	if err.Error() != want {
		t.Errorf("Parse(%q):\n got %s\nwant %s", text, err, want)
	}
	for i, e := range errs {
		if offset := offsets[min(i, len(offsets)-1)]; e.Offset != offset {
			t.Errorf("Parse(%q): %q is at %d, want %d", text, e.Error(), e.Offset, offset)
		}
	}
}

func TestErrorsUnwrap(t *testing.T) {
	_, err := Parse("normal(mean=1ms, sd=5)")
	var one *Error
	if !errors.As(err, &one) || one.Key != "sd" {
		t.Errorf("errors.As finds %+v in %v, want the error of sd", one, err)
	}
}
