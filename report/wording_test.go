package report

import (
	"strings"
	"testing"

	"replsim/report/chart"
	"replsim/results"
)

func TestKeyName(t *testing.T) {
	for key, want := range map[string]string{
		"cluster.replicas":         "replicas",
		"replication.sync_timeout": "sync timeout",
		"seeds":                    "seeds",
	} {
		if got := keyName(key); got != want {
			t.Errorf("keyName(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestFamilyName(t *testing.T) {
	for want, names := range map[string][]string{
		"throughput":  {"throughput.read", "throughput.write"},
		"stale reads": {"stale_reads.rate", "stale_reads.age.p99"},
		"":            {"latency.read.p50", "rto.total"},
	} {
		if got := familyName(names); got != want {
			t.Errorf("familyName(%v) = %q, want %q", names, got, want)
		}
	}
}

// A curve alone on a chart is named in one phrase; several share their measure.
func TestMeasureOf(t *testing.T) {
	for want, names := range map[string][]string{
		"write latency":         {"latency.write"},
		"read latency in north": {"latency.read.place.north"},
		"latency":               {"latency.read.place.north", "latency.read.place.east"},
		"write latency, p99":    {"latency_over_time.write.p99"},
		"write latency in east": {"latency.write.place.east"},
		"successful reads":      {"throughput.read"},
		"replication lag, r2":   {"lag.time.r2"},
		"replication lag":       {"lag.time.r2", "lag.time.r3"},
		"successful operations": {"throughput.read", "throughput.write"},
	} {
		if got := measureOf(names); got != want {
			t.Errorf("measureOf(%v) = %q, want %q", names, got, want)
		}
	}
}

func TestFormatMean(t *testing.T) {
	cases := []struct {
		mean, lo, hi float64
		unit, want   string
	}{
		{54.8, 0, 110, "writes", "55 writes"},
		{0.00884, 0.0088, 0.00888, "s", "8.84 ms"},
		{8.84321, 8.66, 9.02, "s", "8.84 s"},
		{8.84321, 6.1, 11.4, "s", "9 s"},
		{0.4, 0, 5, "writes", "0.4 writes"}, // "0 writes" would be wrong
		{0.052, 0.0513, 0.0527, "ratio", "5.20 %"},
		{7, 7, 7, "writes", "7 writes"},
	}
	for _, c := range cases {
		f := results.Figure{Unit: c.unit, Mean: c.mean, Lo: c.lo, Hi: c.hi, N: 9}
		if got := FormatMean(f); got != c.want {
			t.Errorf("FormatMean(%v in %v … %v) = %q, want %q", c.mean, c.lo, c.hi, got, c.want)
		}
	}
}

// The only class of lost writes repeats their sum; two classes tell more than it.
func TestPartsOfLossAppearOnlyIfThereAreTwo(t *testing.T) {
	figure := func(name string, mean float64) results.Figure {
		return results.Figure{Name: name, Unit: "writes", Mean: mean, Lo: mean, Hi: mean, Min: mean, Max: mean, N: 1}
	}
	for _, torn := range []float64{0, 2} {
		s := &results.Set{Seeds: 1, Variants: []results.Variant{{Name: "v", Figures: []results.Figure{
			figure("data_loss.total", 7), figure("data_loss.torn", torn), figure("data_loss.truncated", 7-torn),
		}}}}
		for _, name := range []string{"data_loss.total", "data_loss.truncated"} {
			s.Comparisons = append(s.Comparisons, results.Comparison{Figure: name, Unit: "writes", Base: "v", Variant: "w", Diff: 9, Lo: 8, Hi: 10, Verdict: results.Higher})
		}
		var out strings.Builder
		if err := Summary(&out, s, SummaryOptions{}); err != nil {
			t.Fatal(err)
		}
		// Once in the table and once among the differences, or not at all.
		if got := strings.Count(out.String(), "truncated at failover") == 2; got != (torn > 0) || !got && strings.Contains(out.String(), "truncated") {
			t.Errorf("%v of 7 writes torn: truncated ones have a row: %v\n%s", torn, got, &out)
		}
	}
}

// A sentence that holds of several variants is written once, and names them.
func TestSummarySaysSharedSentencesOnce(t *testing.T) {
	s := &results.Set{Seeds: 1}
	for _, name := range []string{"a", "b", "c"} {
		v := results.Variant{Name: name, Notes: []string{"All three."}, Effects: []results.Effect{{Fault: "cut", Text: "dropped 9"}, {Fault: "crash", Text: "hit " + name}}}
		if name != "b" {
			v.Notes = append(v.Notes, "Two of three.")
		}
		s.Variants = append(s.Variants, v)
	}
	var out strings.Builder
	if err := Summary(&out, s, SummaryOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  All three.\n", "  a; c: Two of three.\n", "  cut: dropped 9\n", "  crash\n    a: hit a\n    b: hit b\n"} {
		if strings.Count(out.String(), want) != 1 {
			t.Errorf("%q is not there once:\n%s", want, &out)
		}
	}
}

// A variant has its colour in a scatter chart too, beaten or not.
func TestScatterKeepsTheColoursOfVariants(t *testing.T) {
	s := &results.Set{Seeds: 1}
	for i, name := range []string{"a", "b", "c"} {
		s.Variants = append(s.Variants, results.Variant{Name: name, Figures: []results.Figure{
			{Name: "rto.total", Unit: "s", Mean: float64(i), N: 1}, {Name: "data_loss.total", Unit: "writes", Mean: float64(i), N: 1},
		}})
	}
	page, err := compose(s, results.Chart{Name: "c", Kind: kindScatter, Show: []string{"data_loss.total"}, X: "rto.total"})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range page.Panels[0].(*chart.XY).Points {
		if p.Style.Hue != i || p.Hollow != (i > 0) {
			t.Errorf("%s has hue %d and hollow %v, want %d and %v", p.Label, p.Style.Hue, p.Hollow, i, i > 0)
		}
	}
}
