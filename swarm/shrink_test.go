package swarm

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"replsim/experiment"
	"replsim/models/leader"
	"replsim/scenarios"
	"replsim/sim"
)

// forgetful is a model that waits for no follower, whatever the scenario says.
func forgetful(w *sim.World, cfg leader.Config, nodes []sim.NodeConfig, office sim.NodeConfig) *leader.Cluster {
	cfg.Rule = leader.Async
	return leader.Build(w, cfg, nodes, office)
}

func TestMinimize(t *testing.T) {
	for _, needed := range [][]int{{}, {0}, {9}, {3, 4}, {0, 5, 9}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}} {
		got := minimize([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, func(rest []int) bool {
			return !slices.ContainsFunc(needed, func(n int) bool { return !slices.Contains(rest, n) })
		})
		if !slices.Equal(got, needed) {
			t.Errorf("%v is left of what needs %v", got, needed)
		}
	}
}

func TestSmallerValues(t *testing.T) {
	for _, test := range []struct {
		key, value string
		want       []string
	}{
		{"replicas", "5", []string{"1", "2", "4"}},
		{"replicas", "2", []string{"1", "1", "1"}},
		{"replicas", "1", nil},
		{"drift", "-300", nil},
		{"at", `"1.3s"`, []string{`"0s"`, `"600ms"`, `"1s"`}},
		{"at", `"20ms"`, []string{`"10ms"`}},
		{"heartbeat", `"350ms"`, []string{`"300ms"`}},
		{"heartbeat", `"300ms"`, nil},
		{"rate", `"200/s"`, []string{`"110/s"`}},
		{"rate", `"10/s"`, nil},
		{"cut", `"r1 <-> r2"`, []string{`"r1 -> r2"`, `"r2 -> r1"`}},
		{"crash", `["r1", "r2"]`, []string{`["r2"]`, `["r1"]`}},
		{"partition", `[["r1", "r3"], ["r2"]]`, []string{`[["r3"], ["r2"]]`, `[["r1"], ["r2"]]`}},
		{"delay", `"lognormal(median=2ms, p99=8ms)"`, []string{`"2ms"`}},
		{"commit", `"all"`, nil},
	} {
		got := smallerValues(test.key, test.value)
		if test.key == "at" {
			got = slices.DeleteFunc(got, func(v string) bool { return v == `"0s"` })
			test.want = slices.DeleteFunc(test.want, func(v string) bool { return v == `"0s"` })
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s = %s: got %q, want %q", test.key, test.value, got, test.want)
		}
	}
}

func TestWithoutReplica(t *testing.T) {
	d := draft{
		{"cluster", []entry{{"replicas", "4"}}},
		{"nodes.r2", []entry{{"disk_factor", "2"}}},
		{"nodes.r3", []entry{{"disk_factor", "5"}}},
		{"replication", []entry{{"acks", "3"}}},
		{"faults.f1", []entry{{"crash", `["r2", "r4"]`}}},
	}
	want := draft{
		{"cluster", []entry{{"replicas", "3"}}},
		{"nodes.r2", []entry{{"disk_factor", "5"}}},
		{"replication", []entry{{"acks", "2"}}},
		{"faults.f1", []entry{{"crash", `["r3"]`}}},
	}
	if got := d.withoutReplica(2, 4); !reflect.DeepEqual(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", got.text(), want.text())
	}
	if d.get("nodes.r3", "disk_factor") != "5" || d.get("replication", "acks") != "3" {
		t.Errorf("it has changed:\n%s", d.text())
	}
}

func TestGeneralize(t *testing.T) {
	for text, want := range map[string]string{
		"1.52s: nodes 1 and 2 both lead epoch 3":                              "nodes # and # both lead epoch #",
		"93µs: follower r2 applied up to 17":                                  "follower r# applied up to #",
		"at rest, the log of r2 differs from its leader's at 9: {1 2}, {3 4}": "at rest, the log of r# differs from its leader's at #",
	} {
		if got := generalize(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestShrunkFails shrinks one failure: it gets shorter, says what is broken, and stays
// within its runs.
func TestShrunkFails(t *testing.T) {
	if testing.Short() {
		t.Skip("takes hundreds of runs")
	}
	r, err := Run(context.Background(), Options{Model: "leader", Seeds: 24, Build: experiment.Builders{Leader: forgetful}})
	if err != nil {
		t.Fatal(err)
	}
	f := r.Failures[0]
	runs := 0
	counting := &judge{model: r.judge.model, build: experiment.Builders{Leader: func(w *sim.World, cfg leader.Config, nodes []sim.NodeConfig, office sim.NodeConfig) *leader.Cluster {
		runs++
		return forgetful(w, cfg, nodes, office)
	}}}
	r.judge = counting
	const budget = 300
	name, text := r.Shrink(context.Background(), f, budget)
	if runs > budget+1 { // one more for the words of the header
		t.Errorf("%d runs, %d allowed", runs, budget)
	}
	if name != fmt.Sprintf("swarm-failure-leader-%d.toml", f.Seed) || !strings.Contains(string(text), "Replay: replsim run "+name) {
		t.Errorf("%s holds:\n%s", name, text)
	}
	drawn, _ := Draft("leader", f.Seed)
	if 4*len(text) > 3*len(drawn) {
		t.Errorf("%d bytes of %d are left:\n%s", len(text), len(drawn), text)
	}
	file, err := scenarios.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Base.Expect) != 1 {
		t.Errorf("it expects %v", file.Base.Expect)
	}
	v, err := r.judge.run(context.Background(), string(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, same := v.broke(f.What); !same {
		t.Errorf("it breaks %v", v.breaches)
	}
}
