package experiment

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/results"
	"replsim/scenarios"
	"replsim/sim"
)

// pair is a scenario of two variants with a crash, a process of faults and a
// failover.
const pair = small + `
[faults.crash]
at        = "2s"
for       = "2s"
crash     = "leader"
in_flight = "lost"
[faults.failover]
at      = "2500ms"
promote = "most-advanced"
[faults.gc]
pause = "us"
mttf  = "exponential(mean=2s)"
mttr  = "exponential(mean=100ms)"
[variants.async]
[variants.semi-sync]
"replication.commit" = "any"
`

// contents returns the files of a result, one after the other.
func contents(t *testing.T, s *results.Set) string {
	t.Helper()
	dir := t.TempDir()
	if err := results.Write(dir, s); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "--- %s\n%s\n", e.Name(), data)
	}
	return all.String()
}

// TestSameBytes runs one scenario again and again, on any number of goroutines.
func TestSameBytes(t *testing.T) {
	f := parse(t, pair, "seeds=5")
	var first string
	for i, parallel := range []int{1, 2, 7, 1, 0} {
		s, err := Run(context.Background(), f, Options{Parallel: parallel})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range s.Variants {
			if !sort.SliceIsSorted(v.Figures, func(i, j int) bool { return v.Figures[i].Name < v.Figures[j].Name }) ||
				!sort.SliceIsSorted(v.Curves, func(i, j int) bool { return v.Curves[i].Name < v.Curves[j].Name }) {
				t.Fatal("figures or curves are not sorted by name")
			}
		}
		got := contents(t, s)
		switch {
		case i == 0:
			first = got
		case got != first:
			t.Errorf("%d at once: other bytes than one at a time", parallel)
		}
	}
	for _, file := range []string{"summary.json", "series.csv", "distributions.csv"} {
		if !strings.Contains(first, "--- "+file) {
			t.Errorf("%s was not compared", file)
		}
	}
	s, err := Run(context.Background(), parse(t, pair, "seeds=5", "seed=2"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if contents(t, s) == first {
		t.Error("another seed gives the same bytes")
	}
}

// TestProgress counts every replication once, in order.
func TestProgress(t *testing.T) {
	var seen []string
	_, err := Run(context.Background(), parse(t, pair, "seeds=3", "duration=3s"), Options{Parallel: 3, Progress: func(done, total int) {
		seen = append(seen, fmt.Sprint(done, "/", total))
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(seen, " "); got != "1/6 2/6 3/6 4/6 5/6 6/6" {
		t.Errorf("progress: %s", got)
	}
}

// TestCancel ends a run after some replications: the rest is left out, and only
// pairs of which both are there are compared.
func TestCancel(t *testing.T) {
	f := parse(t, pair, "seeds=10", "duration=3s", "faults.failover.off=true")
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Run(ctx, f, Options{Parallel: 1, Progress: func(done, _ int) {
		if done == 7 { // four of async, three of semi-sync
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	async, _ := s.Variant("async")
	semi, _ := s.Variant("semi-sync")
	if !s.Partial || async.Done != 4 || semi.Done != 3 {
		t.Fatalf("partial: %v, done: %d and %d; expected 4 and 3", s.Partial, async.Done, semi.Done)
	}
	if latency, _ := async.Figure("latency.write.p50"); latency.N != 4 {
		t.Errorf("a figure of async rests on %d replications", latency.N)
	}
	if len(s.Comparisons) == 0 {
		t.Error("nothing is compared")
	}
	for _, c := range s.Comparisons {
		if c.N > 3 {
			t.Errorf("%s rests on %d pairs", c.Figure, c.N)
		}
	}
	// What is there is the same as in a run with fewer seeds.
	whole, err := Run(context.Background(), parse(t, pair, "seeds=3", "duration=3s", "faults.failover.off=true"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := whole.Variant("semi-sync"); v.Digest != semi.Digest {
		t.Error("the three replications of semi-sync differ from those of a run with three seeds")
	}
}

// TestCancelAtOnce cancels before the start, and in the midst of a long
// replication: neither hangs, and what has not finished does not count.
func TestCancelAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s, err := Run(ctx, parse(t, pair), Options{})
	if err != nil || !s.Partial || s.Variants[0].Done != 0 || len(s.Variants[0].Figures) != 0 {
		t.Errorf("cancelled at the start: %v, %+v", err, s)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	long := parse(t, pair, "duration=1000h", "sample=1h", "drain=1000h")
	if s, err = Run(ctx, long, Options{}); err != nil || !s.Partial || s.Variants[0].Done+s.Variants[1].Done != 0 {
		t.Errorf("cancelled under way: %v, %d done", err, s.Variants[0].Done)
	}
}

// TestPanic lets replications fail: the error names the first one in order, with
// its variant and seed, and the others still run.
func TestPanic(t *testing.T) {
	for _, parallel := range []int{1, 2, 7} {
		var ran atomic.Int32
		fails := func(ctx context.Context, sc *scenarios.Scenario, seed uint64) *outcome {
			ran.Add(1)
			if sc.Replication.Commit == "any" && seed >= 12 {
				panic(fmt.Sprintf("seed %d is bad", seed))
			}
			return replicate(ctx, sc, seed, Options{})
		}
		f := parse(t, pair, "seeds=5", "seed=10", "duration=3s")
		s, err := run(context.Background(), f, Options{Parallel: parallel}, fails)
		if s != nil || err == nil || ran.Load() != 10 {
			t.Fatalf("%d at once: result %v, error %v after %d replications", parallel, s, err, ran.Load())
		}
		if !strings.HasPrefix(err.Error(), "test, variant semi-sync, seed 12: seed 12 is bad\n") {
			t.Errorf("%d at once: %v", parallel, err)
		}
	}
}

// intruder claims to lead in the epoch of the first leader: a mistake of a model.
type intruder struct{ env *sim.Env }

func (i intruder) usurp() { sim.Report(i.env, kv.LeaderStarted{Epoch: 1}) }

// TestBrokenModel makes sure that a breach of an invariant is seen by whoever reads
// the result, though the scenario expects nothing.
func TestBrokenModel(t *testing.T) {
	broken := func(ctx context.Context, sc *scenarios.Scenario, seed uint64) *outcome {
		r := newReplication(sc, seed, Options{})
		r.world.AddNode(sim.NodeConfig{Name: "intruder", Boot: func(e *sim.Env) {
			e.NewTimer(intruder{e}.usurp).Reset(time.Second)
		}})
		return r.run(ctx)
	}
	s, err := run(context.Background(), parse(t, small), Options{}, broken)
	if err != nil {
		t.Fatal(err)
	}
	v := s.Variants[0]
	if len(v.Violations) == 0 || !strings.Contains(v.Violations[0], "both lead epoch 1") || !slices.Contains(v.Notes, v.Violations[0]) {
		t.Errorf("violations %q, notes %q", v.Violations, v.Notes)
	}
	if len(s.Expectations) != 1 || s.Expectations[0].Key != violations || s.Expectations[0].Held {
		t.Errorf("expectations %+v", s.Expectations)
	}
}

// TestNoCurves leaves out curves and nothing else.
func TestNoCurves(t *testing.T) {
	f := parse(t, pair, "duration=3s")
	with, err := Run(context.Background(), f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	without, err := Run(context.Background(), f, Options{NoCurves: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range with.Variants {
		a, b := &with.Variants[i], &without.Variants[i]
		ofRuns := slices.ContainsFunc(b.Curves, func(c results.Curve) bool { return c.Kind != results.Events })
		if len(a.Curves) <= len(b.Curves) || ofRuns || a.Digest != b.Digest || !slices.Equal(a.Figures, b.Figures) {
			t.Errorf("%s: %d and %d curves, digests %s and %s", a.Name, len(a.Curves), len(b.Curves), a.Digest, b.Digest)
		}
	}
}

// TestSeedsOfVariants gives variants numbers of seeds, and a seed, of their own.
func TestSeedsOfVariants(t *testing.T) {
	text := strings.Replace(pair, "seeds    = 1", "seeds = 2\nseed = 5", 1)
	f := parse(t, text, "duration=3s", "variants.semi-sync.seeds=3", "variants.semi-sync.seed=20")
	var got []string
	for _, task := range plan(f) {
		got = append(got, fmt.Sprintf("%s:%d", f.Variants[task.variant].Name, task.seed))
	}
	if want := "async:5 semi-sync:20 async:6 semi-sync:21 semi-sync:22"; strings.Join(got, " ") != want {
		t.Errorf("replications %v, expected %s", got, want)
	}
	s, err := Run(context.Background(), f, Options{})
	if err != nil || s.Partial || s.Variants[0].Done != 2 || s.Variants[1].Done != 3 {
		t.Fatalf("%v; done %d and %d", err, s.Variants[0].Done, s.Variants[1].Done)
	}
	for _, c := range s.Comparisons {
		if c.N > 2 {
			t.Errorf("%s rests on %d pairs", c.Figure, c.N)
		}
	}
}
