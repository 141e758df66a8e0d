package experiment

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"replsim/measure"
	"replsim/results"
	"replsim/scenarios"
	"replsim/sim"
)

// made returns an outcome with these figures.
func made(figures ...measure.Figure) *outcome { return &outcome{figures: figures} }

func count(n float64) measure.Figure {
	return measure.Figure{Name: "data_loss.total", Unit: "writes", Kind: measure.Count, Value: n}
}

func share(hits, trials int64) measure.Figure {
	return measure.Figure{Name: "stale_reads.rate", Unit: "ratio", Kind: measure.Proportion,
		Value: float64(hits) / float64(trials), Hits: hits, Trials: trials}
}

func mean(v float64) measure.Figure {
	return measure.Figure{Name: "rto.total", Unit: "s", Kind: measure.Mean, Value: v}
}

// TestFigures checks value, interval, extremes and method of each kind of figure.
func TestFigures(t *testing.T) {
	for _, c := range []struct {
		name string
		done []*outcome
		want results.Figure
	}{
		{"mean: Student's t, 2 degrees of freedom", []*outcome{made(mean(1)), made(mean(2)), made(mean(3))},
			results.Figure{Mean: 2, Lo: 2 - 4.30265/math.Sqrt(3), Hi: 2 + 4.30265/math.Sqrt(3), Min: 1, Max: 3, N: 3, Method: "t"}},
		{"defined in some replications", []*outcome{made(), made(mean(4)), made()},
			results.Figure{Mean: 4, Lo: 4, Hi: 4, Min: 4, Max: 4, N: 1, Method: "single"}},
		{"no events: rule of three over replications", []*outcome{made(count(0)), made(count(0)), made(count(0)), made(count(0))},
			results.Figure{Hi: 0.75, N: 4, Method: "rule-of-three"}},
		{"no stale read: rule of three over reads", []*outcome{made(share(0, 1000)), made(share(0, 2000))},
			results.Figure{Hi: 0.001, N: 2, Method: "rule-of-three"}},
		{"all stale", []*outcome{made(share(1000, 1000)), made(share(500, 500))},
			results.Figure{Mean: 1, Lo: 0.998, Hi: 1, Min: 1, Max: 1, N: 2, Method: "rule-of-three"}},
		{"shares are weighted by their trials", []*outcome{made(share(1, 10)), made(share(90, 300)), made(share(30, 90))},
			results.Figure{Mean: 0.3025, Min: 0.1, Max: 1.0 / 3, N: 3, Method: "ratio", // residuals −2.025, −0.75, 2.775
				Lo: 0.3025 - 4.30265*math.Sqrt(12.36375*3/2)/400, Hi: 0.3025 + 4.30265*math.Sqrt(12.36375*3/2)/400}},
	} {
		got := figures(c.done)
		if len(got) != 1 {
			t.Fatalf("%s: %d figures", c.name, len(got))
		}
		g, w := got[0], c.want
		near := func(a, b float64) bool { return math.Abs(a-b) < 1e-4 }
		if !near(g.Mean, w.Mean) || !near(g.Lo, w.Lo) || !near(g.Hi, w.Hi) || !near(g.Min, w.Min) || !near(g.Max, w.Max) || g.N != w.N || g.Method != w.Method {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, g, w)
		}
	}
}

// TestCurves checks the bands of the three kinds of curve.
func TestCurves(t *testing.T) {
	var done []*outcome
	for i := range 21 {
		v := float64(i)
		done = append(done, &outcome{curves: []results.Curve{
			{Name: "lag", Kind: results.OverTime, X: []float64{1, 2}, Y: []float64{v, math.NaN()}},
			{Name: "latency", Kind: results.Distribution, X: []float64{0, 0.5}, Y: []float64{5, v * v}},
			{Name: "visibility", Kind: results.Visibility, X: []float64{0, 1, 2, 3, 4}, Y: []float64{v / 20, 0.9, 1, 1, 1}},
		}})
	}
	got := curves(done)
	lag, latency, visibility := got[0], got[1], got[2]
	if lag.N != 21 || lag.Y[0] != 10 || lag.Lo[0] != 1 || lag.Hi[0] != 19 || !math.IsNaN(lag.Y[1]) {
		t.Errorf("over time: %+v; expected 10 with a band from 1 to 19, then nothing", lag)
	}
	if latency.Lo[0] != 5 || latency.Hi[0] != 5 || latency.Lo[1] < 0 || latency.Lo[1] >= latency.Y[1] || latency.Hi[1] <= latency.Y[1] {
		t.Errorf("distribution: %+v", latency)
	}
	if len(visibility.X) != 3 || len(visibility.Hi) != 3 || math.Abs(visibility.Y[0]-0.5) > 1e-9 || visibility.Lo[0] < 0 || visibility.Hi[0] > 1 {
		t.Errorf("visibility: %+v; expected it to end with the first 1", visibility)
	}
}

// TestComparisonSkipsHalfPairs compares only seeds in which both variants have the
// figure.
func TestComparisonSkipsHalfPairs(t *testing.T) {
	f := parse(t, pair)
	byVariant := [][]*outcome{
		{made(mean(1)), made(mean(2)), made(mean(3)), nil, made(mean(9))},
		{made(mean(2)), made(mean(3.5)), nil, made(mean(7)), made()},
	}
	got := compare(f, byVariant)
	if len(got) != 1 || got[0].N != 2 || got[0].Diff != 1.25 || got[0].Unit != "s" || got[0].Base != "async" || got[0].Variant != "semi-sync" {
		t.Errorf("%+v; expected +1.25 over two pairs", got)
	}
	f.Base.Compare = "semi-sync"
	if got = compare(f, byVariant); len(got) != 1 || got[0].Diff != -1.25 || got[0].Base != "semi-sync" {
		t.Errorf("compared with the other one: %+v", got)
	}
}

// TestComparedFigures looks at which figures are compared.
func TestComparedFigures(t *testing.T) {
	s, err := Run(context.Background(), parse(t, pair, "seeds=4"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]string{}
	for _, c := range s.Comparisons {
		verdicts[c.Figure] = c.Verdict
	}
	if verdicts["latency.write.p50"] != results.Higher || verdicts["latency.read.p50"] == results.Higher {
		t.Errorf("semi-sync against async: %v", verdicts)
	}
	for _, name := range []string{"rto.total", "data_loss.total", "traffic.bytes_per_write", "visibility.followers.p99"} {
		if verdicts[name] == "" {
			t.Errorf("%s is not compared", name)
		}
	}
	if verdicts["rto.detect"]+verdicts["ops.invoked"]+verdicts["lag.time.r2.mean"] != "" {
		t.Errorf("figures are compared that nobody asked for: %v", verdicts)
	}
}

// TestExpectations checks every operator, every statistic, units, and names that
// nothing has.
func TestExpectations(t *testing.T) {
	v := &results.Variant{Name: "async", Figures: []results.Figure{
		{Name: "data_loss.total", Unit: "writes", Mean: 3, Lo: 2, Hi: 4, Min: 1, Max: 5},
		{Name: "latency.write.max", Unit: "s", Mean: 0.25, Lo: 0.2, Hi: 0.3, Min: 0.1, Max: 0.4},
		{Name: "stale_reads.rate", Unit: "ratio", Mean: 0.01, Lo: 0.005, Hi: 0.015},
		{Name: "throughput.write", Unit: "ops/s", Mean: 500, Lo: 490, Hi: 510},
	}}
	for _, c := range []struct {
		key, want string
		held      bool
		got       float64
		unit      string
	}{
		{"data_loss.total", "== 3", true, 3, "writes"},
		{"data_loss.total", "!= 3", false, 3, "writes"},
		{"data_loss.total", "< 3", false, 3, "writes"},
		{"data_loss.total", "<= 3", true, 3, "writes"},
		{"data_loss.total", "> 2.9", true, 3, "writes"},
		{"data_loss.total", ">= 3.1", false, 3, "writes"},
		{"data_loss.total.mean", "== 3", true, 3, "writes"},
		{"data_loss.total.min", "== 1", true, 1, "writes"},
		{"data_loss.total.max", "== 5", true, 5, "writes"},
		{"data_loss.total.lo", "== 2", true, 2, "writes"},
		{"data_loss.total.hi", "== 4", true, 4, "writes"},
		{"latency.write.max", "== 250ms", true, 0.25, "s"}, // the figure's own name wins
		{"latency.write.max.max", "<= 400ms", true, 0.4, "s"},
		{"stale_reads.rate.hi", "< 2%", true, 0.015, "ratio"},
		{"stale_reads.rate", "< 0.02", true, 0.01, "ratio"},
		{"throughput.write", "> 400/s", true, 500, "ops/s"},
		{"throughput.write", "> 400", true, 500, "ops/s"},
		{"latency.write.max", "< 100%", false, 0.25, "measured in s"},
		{"data_loss.total", "< 1s", false, 3, "measured in writes"},
		{"throughput.write", "> 1ms", false, 500, "measured in ops/s"},
		{"rto.total", "== 0", false, 0, "not measured"},
	} {
		sc := &scenarios.Scenario{Expect: map[string]string{c.key: c.want}}
		got := expectations(sc, v)
		want := results.Expectation{Variant: "async", Key: c.key, Want: c.want, Got: c.got, Unit: c.unit, Held: c.held}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s %s:\n got %+v\nwant %+v", c.key, c.want, got, want)
		}
	}
}

// TestExpectationsOfVariants runs a scenario whose variants expect different things.
func TestExpectationsOfVariants(t *testing.T) {
	s, err := Run(context.Background(), parse(t, pair, "expect.\"availability.write\"=< 100%",
		"variants.semi-sync.expect.\"data_loss.total.max\"=== 0", "seeds=2"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range s.Expectations {
		got = append(got, fmt.Sprint(e.Variant, " ", e.Key, " ", e.Held))
	}
	want := "async availability.write true, semi-sync availability.write true, semi-sync data_loss.total.max true"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s", strings.Join(got, ", "))
	}
}

// TestNotes reads the sentences about losses.
func TestNotes(t *testing.T) {
	crash := &scenarios.Scenario{Faults: map[string]scenarios.Fault{"f": {Crash: []string{"r1"}}}}
	calm := &scenarios.Scenario{}
	figure := func(name string, mean, max float64) results.Figure {
		return results.Figure{Name: name, Mean: mean, Max: max, N: 10, Hi: 0.3}
	}
	for _, c := range []struct {
		sc   *scenarios.Scenario
		figs []results.Figure
		want string
	}{
		{crash, []results.Figure{figure("data_loss.total", 0, 0)},
			"No acknowledged write was lost in 10 replications; with 95 % confidence, at most 30 % of such runs lose any."},
		{calm, []results.Figure{figure("data_loss.total", 0, 0)}, ""},
		{crash, []results.Figure{figure("data_loss.total", 2.5, 7), figure("data_loss.truncated", 2, 5), figure("data_loss.torn", 0.5, 2), figure("data_loss.diverged", 0, 0)},
			"Lost 2.5 acknowledged writes per replication (worst: 7): 2 were only in the old leader's log when its successor took over; 0.5 were in the leader's memory, not yet on its disk, or went with the disk."},
		{crash, []results.Figure{figure("fallback.time", 0.123, 1), figure("writes.unacknowledged_survived", 4, 8)},
			"For 12.3 % of the time commits waited for fewer acknowledgements than the rule asks. 4 writes per replication took effect although their clients never learned of it."},
	} {
		v := &results.Variant{Figures: c.figs}
		if got := strings.Join(notes(c.sc, v), " "); got != c.want {
			t.Errorf("%s\nexpected: %s", got, c.want)
		}
	}
}

// TestBands checks the faults that charts show.
func TestBands(t *testing.T) {
	f := parse(t, district, "faults.gone.crash=r2", "faults.gone.at=1s", "faults.gone.off=true",
		"faults.late.cut=r1 -> us", "faults.late.at=4s", "faults.late.for=10s",
		"faults.jump.clock_jump=r2", "faults.jump.by=1s", "faults.jump.at=2s",
		"faults.split.partition=[[\"r1\", \"near\"], [\"us\"]]", "faults.split.at=1s",
		"faults.often.pause=r2", "faults.often.mttf=1s", "faults.often.mttr=1s",
		"faults.turn.promote=most-advanced", "faults.turn.at=1s")
	want := []results.Fault{ // by time, then by name
		{Name: "split", Kind: "partition", What: "r1, near | us", Start: 1, End: 5},
		{Name: "turn", Kind: "promote", What: "most-advanced", Start: 1, End: 1},
		{Name: "jump", Kind: "clock jump", What: "r2", Start: 2, End: 2},
		{Name: "late", Kind: "cut", What: "r1 -> us", Start: 4, End: 5},
	}
	if got := bands(&f.Base); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v\nexpected: %+v", got, want)
	}
}

// TestEffectsAreMeans adds up two replications.
func TestEffectsAreMeans(t *testing.T) {
	one := &outcome{faults: []string{"f"}, effects: []sim.Effect{{Began: 1, Hits: 1, Dropped: 3, Lasted: 1e9}}}
	two := &outcome{faults: []string{"f"}, effects: []sim.Effect{{Began: 1, Hits: 1, LostRecords: 1, Lasted: 2e9}}}
	got := effects(&scenarios.Scenario{}, []*outcome{one, two})
	want := "1 node hit, 1.5 messages dropped, 0.5 log records lost in 1.5 s (per replication)"
	if len(got) != 1 || got[0].Text != want || got[0].Warning {
		t.Errorf("%+v; expected %s", got, want)
	}
}

// TestStandardCharts checks the charts of a scenario that asks for none.
func TestStandardCharts(t *testing.T) {
	names := func(set ...string) string {
		var out []string
		for _, c := range charts(parse(t, small, set...)) {
			out = append(out, c.Name)
		}
		return strings.Join(out, " ")
	}
	if got := names("cluster.replicas=1"); got != "latency throughput" {
		t.Errorf("one node: %s", got)
	}
	if got := names("faults.f.crash=r2", "faults.f.at=1s"); got != "latency throughput lag loss" {
		t.Errorf("a crash: %s", got)
	}
	if got := names("charts.mine.kind=bars", "charts.mine.show=ops.ok"); got != "mine" {
		t.Errorf("asked for one: %s", got)
	}
}
