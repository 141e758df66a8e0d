package swarm

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"replsim/experiment"
	"replsim/models"
)

// testSeeds is how many seeds of each model the tests run; make swarm runs more.
const testSeeds = 400

// TestSwarm runs the swarm of every model. A feature that no seed has shown means that
// the swarm is idle there, which must not pass for a sound model.
func TestSwarm(t *testing.T) {
	seeds := testSeeds
	if testing.Short() {
		seeds = 16
	}
	for _, name := range Models() {
		r, err := Run(context.Background(), Options{Model: name, Seeds: seeds})
		if err != nil {
			t.Fatal(err)
		}
		if r.Seeds != seeds || r.Partial {
			t.Errorf("%s: %d seeds of %d", name, r.Seeds, seeds)
		}
		for _, f := range r.Failures {
			file, text := r.Shrink(context.Background(), f, 1000)
			t.Errorf("%s: %s, in %d seeds: %s\n%s\n%s", name, f.What, f.Seeds, f.Text, file, text)
		}
		for _, f := range r.Features {
			if f.Seeds == 0 && !testing.Short() {
				t.Errorf("%s: %q in no seed", name, f.Name)
			}
		}
	}
}

// TestEveryModel: a model that the swarm does not know is not tested enough.
func TestEveryModel(t *testing.T) {
	for _, m := range models.Catalogue() {
		if !slices.Contains(Models(), m.Name) {
			t.Errorf("the swarm does not know model %s", m.Name)
		}
	}
	if _, err := Run(context.Background(), Options{Model: "none", Seeds: 1}); err == nil {
		t.Error("a swarm of no model")
	}
}

// TestSameReport: neither the number of goroutines nor their order shows.
func TestSameReport(t *testing.T) {
	report := func(parallel int) string {
		r, err := Run(context.Background(), Options{Model: "leader", From: 12, Seeds: 6, Parallel: parallel, Build: experiment.Builders{Leader: forgetful}})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Failures) == 0 {
			t.Fatal("nothing fails: the test shows nothing")
		}
		_, text := r.Shrink(context.Background(), r.Failures[0], 10)
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(data) + string(text)
	}
	if one, many := report(1), report(5); one != many {
		t.Errorf("one goroutine:\n%s\nfive:\n%s", one, many)
	}
}

// TestInterrupted: what has run counts, and failures stay as they were drawn.
func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, err := Run(ctx, Options{Model: "leader", Seeds: 1000, Parallel: 1, Build: experiment.Builders{Leader: forgetful}, Progress: func(_, _, broken int) {
		if broken > 0 {
			stop()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Partial || r.Seeds == 0 || r.Seeds == 1000 || len(r.Failures) == 0 {
		t.Fatalf("%d seeds, partial %t, %d failures", r.Seeds, r.Partial, len(r.Failures))
	}
	f := r.Failures[0]
	drawn, err := Draft("leader", f.Seed)
	if err != nil {
		t.Fatal(err)
	}
	if _, text := r.Shrink(ctx, f, 100); !strings.Contains(string(text), drawn) {
		t.Errorf("not as it was drawn:\n%s", text)
	}
}

// TestFound replays what swarms have found, and what was mended since.
func TestFound(t *testing.T) {
	files, err := filepath.Glob("testdata/found/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	j := &judge{model: known()[0]}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := j.run(context.Background(), string(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range v.breaches {
			t.Errorf("%s: %s", file, b.text)
		}
	}
}
