package dist

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCanonicalText(t *testing.T) {
	for text, want := range map[string]string{
		" 5ms ":                  "5ms",
		"0":                      "0s",
		"constant( 1h30m0s )":    "1h30m",
		"constant(value=2d12h)":  "60h",
		"0.5d":                   "12h",
		"1500us":                 "1.5ms",
		"3µs":                    "3us",
		"10m":                    "10m",
		"20h":                    "20h",
		"1h0m5s":                 "1h0m5s",
		"exponential(5ms)":       "exponential(mean=5ms)",
		"uniform(max=8ms,min=0)": "uniform(min=0s, max=8ms)",
		"gamma ( shape = 2e0 , mean = \"5ms\",max=1s, shift=1ms)":              "gamma(mean=5ms, shape=2, shift=1ms, max=1s)",
		"mixture(max=1s, .25:2ms,\n 0.75: mixture(1: normal(sd=1ms, mean=0)))": "mixture(0.25: 2ms, 0.75: mixture(1: normal(mean=0s, sd=1ms)), max=1s)",
		`empirical("a, \"b\".csv")`:                                            `empirical(file="a, \"b\".csv")`,
		`empirical(file=rtt/a-b.csv, factor=0.5)`:                              `empirical(file="rtt/a-b.csv", factor=0.5)`,
	} {
		if got := mustParse(t, text).String(); got != want {
			t.Errorf("Parse(%q) prints as %q, want %q", text, got, want)
		}
	}
}

// anySpecText draws the text of a valid distribution, with parameters in any order.
func anySpecText(t *rapid.T, depth int) string {
	ns := func(low, high int64) int64 { return rapid.Int64Range(low, high).Draw(t, "ns") }
	shape := func() string { return formatNumber(rapid.Float64Range(1.01, 1e3).Draw(t, "shape")) }
	short, long := ns(1, 1e9), ns(2e9, 1e15)
	var items []string
	add := func(format string, args ...any) { items = append(items, fmt.Sprintf(format, args...)) }
	kinds := familyNames()
	if depth == 3 {
		kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == mixtureName })
	}
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	f := familyByName(kind)
	switch kind {
	case constantName:
		return fmt.Sprintf("%dns", ns(0, int64(Longest)))
	case mixtureName:
		n := rapid.IntRange(1, 4).Draw(t, "parts")
		for range n {
			add("%v: %s", 1/float64(n), anySpecText(t, depth+1))
		}
	default:
		for _, name := range rapid.SampledFrom(f.forms).Draw(t, "form") {
			switch {
			case name == "min" || name == "median":
				add("%s=%dns", name, short)
			case name == "sd":
				add("sd=%dns", ns(long/10, 2*long))
			case typeOf(name) == timeParam:
				add("%s=%dns", name, long)
			case typeOf(name) == numberParam:
				add("%s=%s", name, shape())
			default:
				add("%s=%q", name, rapid.StringN(1, 8, -1).Draw(t, "path"))
			}
		}
	}
	if f.tail && rapid.Bool().Draw(t, "shift") {
		add("shift=%dns", ns(0, 1e12))
	}
	if f.tail && kind != mixtureName && rapid.Bool().Draw(t, "max") {
		add("max=%dns", ns(2e17, int64(Longest)))
	}
	return kind + "(" + strings.Join(rapid.Permutation(items).Draw(t, "order"), ",") + ")"
}

func TestStringAndParseAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anySpecText(t, 0)
		s, err := Parse(text)
		if err != nil {
			// Some forms make no law for some values, such as a sigma above 50.
			if strings.Contains(err.Error(), "would be") || strings.Contains(err.Error(), "out of range") {
				t.Skip(err)
			}
			t.Fatalf("Parse(%q): %v", text, err)
		}
		again, err := Parse(s.String())
		if err != nil {
			t.Fatalf("Parse(%q), printed from %q: %v", s.String(), text, err)
		}
		if !again.Equal(s) || again.String() != s.String() {
			t.Fatalf("%q prints as %q, and that as %q", text, s.String(), again.String())
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"5ms", "1d12h", "lognormal(median=1ms, p99=10ms, max=1s)", "mixture(0.9: exponential(mean=1ms), 0.1: pareto(min=3ms, shape=3.5))",
		`empirical(file="a\tb.csv", factor=2)`, `"5ms"`, "uniform(min=2ms max=3ms)", "normal(mean=1e9s, sd=NaN)", "gamma(", "mixture(1:mixture(1:1ms))",
		"weibull(median=1ns,p99=2ns)", "constant(=)", "\x00", "1d1d",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			var errs Errors
			if !errors.As(err, &errs) || len(errs) == 0 {
				t.Fatalf("Parse(%q): error of type %T", text, err)
			}
			for _, e := range errs {
				if e.Msg == "" || e.Offset < 0 || e.Offset > len(text) {
					t.Fatalf("Parse(%q): bad error %+v", text, e)
				}
			}
			return
		}
		again, err := Parse(s.String())
		if err != nil || !again.Equal(s) {
			t.Fatalf("%q prints as %q: %v", text, s.String(), err)
		}
		if s.unloaded() {
			return
		}
		for _, p := range []float64{1e-9, 0.5, 1 - 1e-9} {
			// Above 146 years is an error, and the only one possible.
			if q, err := s.Quantile(p); err == nil && (q < 0 || q > Longest) {
				t.Fatalf("%v: Quantile(%g) = %v", s, p, q)
			}
		}
	})
}

func TestEqual(t *testing.T) {
	a := mustParse(t, "mixture(0.5: 1ms, 0.5: exponential(mean=2ms))")
	for text, want := range map[string]bool{
		"mixture(0.5:1000us,0.5:exponential(2ms))":                   true,
		"mixture(0.5: 1ms, 0.5: exponential(mean=3ms))":              false,
		"mixture(0.4: 1ms, 0.6: exponential(mean=2ms))":              false,
		"mixture(0.5: 1ms, 0.5: exponential(mean=2ms), shift=1ms)":   false,
		"mixture(0.5: 1ms, 0.25: 1ms, 0.25: exponential(mean=2ms))":  false,
		"exponential(mean=2ms)":                                      false,
		"mixture(0.5: 1ms, 0.5: mixture(1: exponential(mean=2ms)))":  false,
		"mixture(0.5: 1ms, 0.5: exponential(mean=2ms, shift=500us))": false,
	} {
		if got := a.Equal(mustParse(t, text)); got != want {
			t.Errorf("%v equals %s: %v, want %v", a, text, got, want)
		}
	}
	if !(Spec{}).Equal(mustParse(t, "0s")) || !Constant(5*time.Millisecond).Equal(mustParse(t, "5ms")) {
		t.Error("constants from a program and from text differ")
	}
}

func TestConstantRefusesTheImpossible(t *testing.T) {
	for _, d := range []time.Duration{-1, Longest + 1, math.MinInt64} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Constant(%d) does not panic", d)
				}
			}()
			Constant(d)
		}()
	}
}

// TestSameLaw: the same law in different words gives the same draws.
func TestSameLaw(t *testing.T) {
	for _, pair := range [][2]string{
		{"exponential(mean=3ms, min=1ms)", "exponential(mean=2ms, shift=1ms)"},
		{"gamma(mean=6ms, sd=2ms)", "gamma(mean=6ms, shape=9)"},
		{"mixture(0.333: 1ms, 0.333: 2ms, 0.333: 3ms)", "mixture(0.3333: 1ms, 0.3333: 2ms, 0.3333: 3ms)"},
		{"weibull(scale=5ms, shape=1)", "exponential(mean=5ms)"},
		{"mixture(1: normal(mean=5ms, sd=4ms, shift=1ms, max=9ms))", "normal(mean=5ms, sd=4ms, shift=1ms, max=9ms)"},
		{"pareto(mean=3ms, shape=3)", "pareto(min=2ms, shape=3)"},
	} {
		a, b := mustParse(t, pair[0]), mustParse(t, pair[1])
		for _, p := range []float64{0.01, 0.2, 0.5, 0.8, 0.99} {
			x, _ := a.Quantile(p)
			y, _ := b.Quantile(p)
			if diff := x - y; diff < -1 || diff > 1 {
				t.Errorf("Quantile(%g) is %v for %s but %v for %s", p, x, pair[0], y, pair[1])
			}
		}
	}
}

func FuzzReadEmpirical(f *testing.F) {
	f.Add([]byte("ms\n1\n2\n"), 1.5)
	f.Add([]byte("p,rtt_us\n0,1\n1,2\n"), 0.1)
	f.Add([]byte("# note\npercentile,h\n50,1\n99,\"2\"\n"), 0.0)
	f.Fuzz(func(t *testing.T, data []byte, p float64) {
		s, err := mustParse(t, "empirical(file=f)").Load(contents(string(data)))
		if err != nil || !(p >= 0 && p <= 1) {
			return
		}
		low, _ := s.Quantile(0)
		high, _ := s.Quantile(1)
		if q, err := s.Quantile(p); err != nil || q < low || q > high {
			t.Errorf("Quantile(%g) = %v, %v, outside of %v to %v", p, q, err, low, high)
		}
		if mean, err := s.Mean(); err != nil || mean < low-1 || mean > high+1+high/1e9 {
			t.Errorf("mean %v, %v, outside of %v to %v", mean, err, low, high)
		}
	})
}
