package scenarios

import (
	"slices"
	"testing"
)

func TestParseEnds(t *testing.T) {
	for text, want := range map[string]Ends{
		"r1 -> r2": {"r1", "r2", false}, "a<->zone-b": {"a", "zone-b", true},
		"r1": {}, "r1 -> r1": {}, "r1 -> ": {}, "a -> b -> c": {}, "r1 <- r2": {},
	} {
		got, err := ParseEnds(text)
		if got != want || (err == nil) != (want != Ends{}) {
			t.Errorf("ParseEnds(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParsePopularity(t *testing.T) {
	for text, want := range map[string]Popularity{
		"uniform":       {Kind: "uniform"},
		"zipf(0.99)":    {Kind: "zipf", Exponent: 0.99},
		"hot(1%, 90%)":  {Kind: "hot", HotKeys: 0.01, HotShare: 0.9},
		"uniform()":     {},
		"zipf":          {},
		"zipf(nan)":     {},
		"zipf(-1)":      {},
		"hot(0%, 90%)":  {},
		"hot(1%, 101%)": {},
		"hot(1%, 90%":   {},
		"hot(1%)":       {},
	} {
		got, err := ParsePopularity(text)
		if got != want || (err == nil) != (want.Kind != "") {
			t.Errorf("ParsePopularity(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestExpectation(t *testing.T) {
	for _, tt := range []struct {
		key, text string
		want      Expectation
		holds     []float64
		fails     []float64
	}{
		{"data_loss.total", "== 0", Expectation{"data_loss.total", "mean", "==", 0, ""}, []float64{0}, []float64{1}},
		{"latency.write.p99.max", "< 6s", Expectation{"latency.write.p99", "max", "<", 6, "s"}, []float64{5.9}, []float64{6}},
		{"availability.lo", ">=99.9%", Expectation{"availability", "lo", ">=", 0.999, "ratio"}, []float64{0.999, 1}, []float64{0.998}},
		{"throughput", "> 30/m", Expectation{"throughput", "mean", ">", 0.5, "/s"}, []float64{0.6}, []float64{0.5}},
		{"x.min", "<= -3", Expectation{"x", "min", "<=", -3, ""}, []float64{-3}, []float64{-2}},
		{"x", "!= 2", Expectation{"x", "mean", "!=", 2, ""}, []float64{3}, []float64{2}},
	} {
		got, err := ParseExpectation(tt.key, tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s %s: %+v, %v, want %+v", tt.key, tt.text, got, err, tt.want)
		}
		if slices.ContainsFunc(tt.holds, func(x float64) bool { return !got.Holds(x) }) || slices.ContainsFunc(tt.fails, got.Holds) {
			t.Errorf("%s %s: wrong for one of %v (hold) and %v (fail)", tt.key, tt.text, tt.holds, tt.fails)
		}
	}
	for _, text := range []string{"", "0", "= 0", "=> 0", "< ", "< 5 parsecs", "== nan", "< inf"} {
		if got, err := ParseExpectation("x", text); err == nil {
			t.Errorf("%q is taken: %+v", text, got)
		}
	}
}

func TestMembers(t *testing.T) {
	f, err := Load("testdata/good/shop.toml") // r1 fra, r2 dub, r3 nyc, r4 fra, r5 dub
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"r2": {"r2"}, "fra": {"r1", "r4"}, "fra-1": {"r1", "r4"}, "europe": {"r1", "r2", "r4", "r5"}, "america": {"r3"},
		"leader": nil, "mars": nil,
	} {
		if got, ok := f.Base.Members(name); !slices.Equal(got, want) || ok != (want != nil) {
			t.Errorf("Members(%q) = %v, %v, want %v", name, got, ok, want)
		}
	}
	for name, want := range map[string][]string{"web": {"web"}, "europe": {"batch", "night", "web"}, "nyc": nil} {
		if got, _ := f.Base.GroupMembers(name); !slices.Equal(got, want) {
			t.Errorf("GroupMembers(%q) = %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]string{"sea": "partition", "disks": "crash", "clocks": "clock_jump", "flap": "flap"} {
		fault := f.Base.Faults[name]
		if got := fault.Kind(); got != want {
			t.Errorf("%s is of kind %q, want %q", name, got, want)
		}
	}
}
