package measure

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"replsim/sim"
)

// Censored values are longer than all others: quantiles among them are unknown.
func TestDistribution(t *testing.T) {
	d := Distribution{Hist: newHistogram(), Censored: 50}
	for i := 1; i <= 50; i++ {
		record(d.Hist, time.Duration(i)*time.Millisecond)
	}
	for _, test := range []struct {
		q, want float64
		ok      bool
	}{{0.1, 0.010, true}, {0.5, 0.050, true}, {0.25, 0.025, true}, {0.51, 0, false}, {0.999, 0, false}} {
		got, ok := d.Quantile(test.q)
		if ok != test.ok || math.Abs(got-test.want) > 1e-3*test.want {
			t.Errorf("Quantile(%v) = %v, %v; want %v, %v", test.q, got, ok, test.want, test.ok)
		}
	}
	shares := d.Within(0, 0.0105, 0.020, 1, 2)
	if !slices.Equal(shares, []float64{0, 0.1, 0.2, 0.5, 0.5}) {
		t.Errorf("Within gives %v", shares)
	}
	other := Distribution{Hist: newHistogram(), Censored: 1}
	record(other.Hist, -time.Second) // counts as 0
	record(other.Hist, 1000*time.Hour)
	d.Merge(other)
	if d.Hist.TotalCount() != 52 || d.Censored != 51 {
		t.Errorf("merged: %d values, %d censored", d.Hist.TotalCount(), d.Censored)
	}
	if got := d.Within(0); got[0] != 1.0/103 {
		t.Errorf("Within(0) gives %v", got)
	}
	empty := Distribution{Hist: newHistogram()}
	if _, ok := empty.Quantile(0.5); ok || empty.Within(1) != nil {
		t.Error("an empty distribution has quantiles")
	}
}

// Results are found by name, and those that were not defined are absent.
func TestLookup(t *testing.T) {
	got, _ := runScript(t, readScript(t, "lag.txt"), nil)
	if !slices.IsSortedFunc(got.Figures, func(a, b Figure) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	}) {
		t.Error("figures are not sorted, or twice")
	}
	c, ok := got.Curve("lag.time.r2")
	// At 1 s it lacks 1.1, committed at 0.5 s.
	if want := []float64{0.5, 1.5, 0.8, 0.4, 1.4, 0}; !ok || !slices.Equal(c.Y, want) || !slices.Equal(c.X, []float64{1, 2, 3, 4, 5, 6}) {
		t.Errorf("curve is %+v, want %v", c, want)
	}
	if d, ok := got.Distribution("visibility.followers"); !ok || d.Hist.TotalCount() != 4 {
		t.Errorf("distribution is %v, %v", d, ok)
	}
	for _, name := range []string{"", "lag.time.r9.mean", "zzz", "stale_reads.age.mean"} {
		if _, ok := got.Figure(name); ok {
			t.Errorf("there is a figure %q", name)
		}
	}
}

// Rates and quantiles over time cover the Sample that ends at each point.
func TestCurves(t *testing.T) {
	got, _ := runScript(t, readScript(t, "availability.txt"), nil)
	nan := math.NaN()
	for name, want := range map[string][]float64{
		"throughput.read":              {0.5, 0, 0.5, 0, 0.5}, // 1.6, 4.5 and 8.2 s
		"throughput.write":             {0.5, 0, 0.5, 0, 0},
		"availability.over_time.read":  {1, nan, 1, nan, 1},
		"availability.over_time.write": {0.5, 0, 1, nan, 0}, // by when they were invoked
		"errors.rate":                  {0.5, 1, 0, 0, 0.5}, // 0.9, 3.5, 3.7 and 9 s
		"latency_over_time.read.p99":   {0.1, nan, 0.5, nan, 0.2},
		"latency_over_time.write.p99":  {0, nan, 0, nan, nan},
		"stale_reads.over_time":        {0, nan, 0, nan, 0},
		"lag.offset.r1":                {0, 0, 0, 0, 0},
	} {
		c, ok := got.Curve(name)
		if !ok || !slices.EqualFunc(c.Y, want, func(a, b float64) bool {
			return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-3
		}) {
			t.Errorf("%s is %v, want %v", name, c.Y, want)
		}
	}
}

func TestStaleCurve(t *testing.T) {
	got, _ := runScript(t, readScript(t, "stale.txt"), nil)
	// Until 5 s three of four reads were stale; from then on three of six, the failed
	// one not counted.
	if c, _ := got.Curve("stale_reads.over_time"); !slices.Equal(c.Y, []float64{0.75, 0.5}) {
		t.Errorf("stale_reads.over_time is %v", c.Y)
	}
}

// The transit of a read to the replica is taken off the wait, down to 0.
func TestVisibilityTransit(t *testing.T) {
	transit := func(c *Config) {
		c.Transit = func(sim.NodeID) time.Duration { return 1500 * time.Millisecond }
	}
	got, _ := runScript(t, readScript(t, "lag.txt"), transit)
	checkFigures(t, got, []string{"visibility.r2.p50 = 0", "visibility.r2.p99 = 0.5", "lag.delay.r2.mean = 1.5"})
}

// Of the eight pairs of a write that was answered and a follower, two never came to
// be seen: the probability stays below 1.
func TestVisibilityAfterAck(t *testing.T) {
	got, _ := runScript(t, readScript(t, "sight.txt"), nil)
	for name, want := range map[string][]float64{
		"visibility_after_ack.r2":        {3. / 4, 3. / 4, 1, 1, 1},
		"visibility_after_ack.r3":        {0, 0, 1. / 4, 2. / 4, 2. / 4},
		"visibility_after_ack.followers": {3. / 8, 3. / 8, 5. / 8, 6. / 8, 6. / 8},
	} {
		d, _ := got.Distribution(name)
		if shares := d.Within(0, 0.299, 0.301, 1.001, 100); !slices.Equal(shares, want) {
			t.Errorf("%s is %v, want %v", name, shares, want)
		}
	}
	if _, ok := got.Distribution("visibility_after_ack.r1"); ok {
		t.Error("the leader's own writes count as delayed at it")
	}
}

type payload int

func (p payload) Size() int { return int(p) }

// Traffic counts what replicas send each other between warm-up and end.
func TestTraffic(t *testing.T) {
	w := sim.New(1)
	var envs []*sim.Env
	var replicas []sim.NodeID
	for i := range 4 { // the last is a client
		id := w.AddNode(sim.NodeConfig{Name: fmt.Sprintf("n%d", i), Boot: func(e *sim.Env) {
			envs = append(envs, e)
			sim.Handle(e, func(sim.NodeID, payload) {})
		}})
		if i < 3 {
			replicas = append(replicas, id)
		}
	}
	w.Network(func(from, to sim.NodeID) sim.LinkConfig {
		return sim.LinkConfig{CrossZone: to >= 1, CrossRegion: to == 2}
	})
	rec := New(w, Config{Warmup: 10, End: 100, Sample: 50, Replicas: replicas, Keys: 1})
	send := func(at sim.Time, from, to, bytes int) {
		w.At(at, func() { sim.Send(envs[from], sim.NodeID(to), payload(bytes)) })
	}
	send(5, 0, 1, 1)      // warm-up
	send(20, 0, 1, 10)    // another zone
	send(30, 0, 2, 100)   // another region
	send(40, 1, 0, 1000)  // the same zone
	send(50, 3, 0, 10000) // a client
	send(60, 0, 0, 20000) // to itself
	send(110, 0, 1, 4000) // after the end
	w.Run(200)
	out := &Replication{}
	rec.traffic.report(out, 2)
	out.sort()
	checkFigures(t, out, []string{"traffic.messages_per_write = 1.5", "traffic.bytes_per_write = 555",
		"traffic.cross_zone_bytes_per_write = 55", "traffic.cross_region_bytes_per_write = 50"})
	none := &Replication{}
	rec.traffic.report(none, 0)
	if len(none.Figures) > 0 {
		t.Errorf("traffic per no write is %v", none.Figures)
	}
}

func TestNewRefusesNonsense(t *testing.T) {
	for _, cfg := range []Config{{}, {Sample: 1, Warmup: 5, End: 4}, {Sample: 1, Warmup: -1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New accepts %+v", cfg)
				}
			}()
			New(sim.New(1), cfg)
		}()
	}
}

// TestQuantileOfZeros: the first bar of a histogram is half a microsecond wide, but
// a wait of nothing is nothing.
func TestQuantileOfZeros(t *testing.T) {
	d := Distribution{Hist: newHistogram()}
	record(d.Hist, 0)
	if v, ok := d.Quantile(0.99); !ok || v != 0 {
		t.Errorf("p99 of zeros is %v, %v", v, ok)
	}
}
