package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the expected reports, the schema and the reference")

// golden compares text with a file, or rewrites the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is out of date (run go test ./scenarios -update and read the difference). Got:\n%s", file, got)
	}
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s (%v)", pattern, err)
	}
	return files
}

// TestBadFiles holds the report on every file of testdata/bad against the .txt
// beside it, and against itself: it must not depend on the order of maps.
func TestBadFiles(t *testing.T) {
	for _, file := range glob(t, "testdata/bad/*.toml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := Load(file, Models("leader", "paxos"))
			var problems Errors
			if !errors.As(err, &problems) {
				t.Fatalf("error %v is not of type Errors", err)
			}
			report := filepath.ToSlash(err.Error()) + "\n"
			golden(t, strings.TrimSuffix(file, ".toml")+".txt", report)
			for range 20 {
				if _, again := Load(file, Models("leader", "paxos")); again.Error() != err.Error() {
					t.Fatalf("the report changes from one time to the next:\n%v\n\n%v", err, again)
				}
			}
		})
	}
}

// scenariosThatLoad are all files that must load: those of the tests, the shipped
// ones, and the template.
func scenariosThatLoad(t *testing.T) map[string]*File {
	t.Helper()
	files := make(map[string]*File)
	load := func(name string, opts ...Option) {
		f, err := Load(name, opts...)
		if err != nil {
			t.Fatalf("%s does not load:\n%v", name, err)
		}
		files[name+strings.Repeat(" with overrides", len(opts))] = f
	}
	for _, file := range glob(t, "testdata/good/*.toml") {
		load(file)
	}
	for _, e := range Shipped() {
		load(e.Path)
	}
	load("testdata/good/shop.toml", Set("replication.acks=3"), Set("workload.keys=5", "variants.near.seeds=9"))
	f, err := Parse("my first.toml", Template("my \"first\"\nscenario"))
	if err != nil {
		t.Fatalf("the template does not load:\n%v", err)
	}
	files["template"] = f
	return files
}

// TestResolvedRoundTrip: what Resolved writes is the same scenario, and canonical.
func TestResolvedRoundTrip(t *testing.T) {
	for name, f := range scenariosThatLoad(t) {
		checkRoundTrip(t, name, f)
	}
}

func checkRoundTrip(t *testing.T, name string, f *File) {
	t.Helper()
	var text, again bytes.Buffer
	if err := f.Resolved(&text); err != nil {
		t.Fatal(err)
	}
	back, err := Parse(f.Path, text.Bytes())
	if err != nil {
		t.Fatalf("%s: what Resolved wrote does not load:\n%v\n%s", name, err, text.Bytes())
	}
	if !reflect.DeepEqual(back.Base, f.Base) {
		t.Errorf("%s: the base differs after a round trip:\n%+v\n%+v", name, back.Base, f.Base)
	}
	if !reflect.DeepEqual(back.Variants, f.Variants) {
		t.Errorf("%s: the variants differ after a round trip:\n%+v\n%+v", name, back.Variants, f.Variants)
	}
	if err := back.Resolved(&again); err != nil {
		t.Fatal(err)
	}
	if again.String() != text.String() {
		t.Errorf("%s: Resolved is not canonical:\n%s\n%s", name, text.String(), again.String())
	}
}

func TestShop(t *testing.T) {
	f, err := Load("testdata/good/shop.toml")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range f.Variants {
		names = append(names, v.Name+"|"+v.Label)
	}
	if want := []string{"near|near", `safe|two acks "safe"`}; !slices.Equal(names, want) {
		t.Errorf("variants %q, want %q in the order of the file", names, want)
	}
	safe := f.Variants[1]
	if want := map[string]string{"replication.commit": "any", "replication.acks": "2", "faults.gone.off": "false"}; !reflect.DeepEqual(safe.Changes, want) {
		t.Errorf("changes %v, want %v", safe.Changes, want)
	}
	if len(f.Data["data/rtt.csv"]) == 0 {
		t.Error("the file of the empirical distribution is not in Data")
	}
	near, s := &f.Variants[0].Scenario, &safe.Scenario
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"rate of a group, from /m", s.Clients["web"].Rate, 2.0},
		{"writes of a group, from the workload", s.Clients["web"].Writes, 0.2},
		{"rate of a closed group", s.Clients["batch"].Rate, 0.0},
		{"size in KiB", s.Clients["batch"].ValueSize, int64(4096)},
		{"place by default that of r1", s.Clients["batch"].Places, []string{"fra"}},
		{"day", s.Clients["night"].Diurnal.Period, 24 * time.Hour},
		{"default in a table given in part", s.Clients["night"].Diurnal.High, 1.0},
		{"bandwidth in bits", s.Network.Bandwidth, int64(125e6)},
		{"ratio as a number", s.Network.Loss, 0.001},
		{"single text as a list", s.Faults["clocks"].ClockJump, []string{"r2"}},
		{"negative duration", *s.Faults["clocks"].By, -2 * time.Second},
		{"override in a variant", s.Replication.Acks, 2},
		{"the base's value in the other", near.Replication.Acks, 1},
		{"inherited expectation", s.Expect["data_loss.total"], "== 0"},
		{"unquoted dotted expectation", s.Expect["latency.read.p99.max"], "< 2s"},
		{"expectation of one variant", s.Expect["availability.windows"], ">= 99.9%"},
		{"expectations of the other", len(near.Expect), 2},
		{"fault that is off", near.Faults["gone"].Pause, []string(nil)},
		{"fault turned on", s.Faults["gone"].Pause, []string{"dub"}},
		{"curves", s.Sample, 900 * time.Millisecond},
		{"place by turns", s.Nodes["r4"].Place, "fra"},
		{"zone by default", s.Places["dub"].Zone, "dub"},
		{"default of a node not listed", s.Nodes["r5"].CPU, 1.0},
		{"reads", near.Workload.ReadsFrom, "nearest"},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, tt.got, tt.want)
		}
	}
}

func TestExtends(t *testing.T) {
	f, err := Load("testdata/good/extending.toml")
	if err != nil {
		t.Fatal(err)
	}
	s := &f.Base
	europe := s.Network.Links["europe"]
	if s.Title != "The shop on a bad day" || s.Seed != 42 || s.Network.Delay.String() != "80ms" ||
		*europe.Loss != 0.05 || europe.Delay.String() != "normal(mean=9ms, sd=1ms)" {
		t.Errorf("extends does not merge: %q, seed %d, delay %v, link %+v", s.Title, s.Seed, s.Network.Delay, europe)
	}
	if len(f.Variants) != 3 || f.Variants[2].Name != "worse" {
		t.Errorf("variants %v, want the shop's and then worse", f.Variants)
	}
	for _, name := range []string{"crash-of-the-leader", "leader-follower/crash-of-the-leader.toml"} {
		shipped, err := Parse("x.toml", []byte("extends = \""+name+"\"\nseeds = 2"))
		if err != nil {
			t.Fatal(err)
		}
		if shipped.Base.Seeds != 2 || len(shipped.Variants) < 2 {
			t.Errorf("extending the shipped %s gives %d seeds, %d variants", name, shipped.Base.Seeds, len(shipped.Variants))
		}
	}
}

// TestShippedExtendsShipped: a shipped scenario finds its neighbours in the binary.
func TestShippedExtendsShipped(t *testing.T) {
	t.Chdir(t.TempDir())
	src := &source{name: "leader-follower/x.toml", shipped: true, data: []byte(`extends = "crash-of-the-leader.toml"`)}
	if _, err := load(src, nil); err != nil {
		t.Error(err)
	}
}

func TestSet(t *testing.T) {
	const text = `title = "x"
[variants.a]
"replication.acks" = 2
"replication.commit" = "any"
[variants.b]
`
	f, err := Parse("x.toml", []byte(text), Set("replication.acks=1", `"workload.writes"=30%`, "variants.b.seeds = 7",
		"network.delay=exponential(mean=5ms)", `cluster.places=["p"]`, "places.p={}", "title=a b", "expect.data_loss.total.max=== 0"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range f.Variants {
		s := &v.Scenario
		if s.Replication.Acks != 1 || s.Workload.Writes != 0.3 || s.Network.Delay.String() != "exponential(mean=5ms)" ||
			s.Nodes["r1"].Place != "p" || s.Title != "a b" || s.Expect["data_loss.total.max"] != "== 0" {
			t.Errorf("variant %s lacks overrides: %+v", v.Name, s)
		}
	}
	if a, b := f.Variants[0].Scenario.Seeds, f.Variants[1].Scenario.Seeds; a != 30 || b != 7 {
		t.Errorf("seeds %d and %d, want the override of b only", a, b)
	}
	if want := map[string]string{"replication.acks": "1", "replication.commit": "any"}; !reflect.DeepEqual(f.Variants[0].Changes, want) {
		t.Errorf("changes %v, want %v: an override replaces what the variant changes, and adds nothing", f.Variants[0].Changes, want)
	}
	checkRoundTrip(t, "overrides", f)

	for override, want := range map[string]string{
		"replication.ack=1":        `--set: replication.ack: unknown key; did you mean "acks"?`,
		"replication.acks":         `--set: replication.acks: not an override; expected key=value, such as workload.rate=200/s`,
		"replication.acks=9":       `--set: replication.acks: commit = "any" waits for 9 of 2 followers that count (in variant a); expected at most as many acks as followers that count`,
		"network.delay.median=5ms": `--set: network.delay.median.dist: missing; expected the name of a distribution, such as dist = "lognormal"`,
		"=3":                       `--set: not an override; expected key=value, such as workload.rate=200/s`,
		"seeds=3\nx=1":             `--set: seeds: "3\nx=1" is a text; expected a whole number`,
		"variants.c.label=x":       ``,
	} {
		_, err := Parse("x.toml", []byte(text), Set(override))
		if err == nil && want == "" {
			continue
		}
		if err == nil || err.Error() != want {
			t.Errorf("--set %q: %v, want %s", override, err, want)
		}
	}
}

func TestModels(t *testing.T) {
	_, err := Parse("x.toml", []byte("title = 'x'\ncluster.model = 'raf'"), Models("leader", "raft"))
	if want := `x.toml:2:9: cluster.model: there is no model "raf"; expected leader or raft; did you mean "raft"?`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := Parse("x.toml", []byte("title = 'x'\ncluster.model = 'raf'")); err != nil {
		t.Errorf("without a list of models: %v", err)
	}
}

func TestFind(t *testing.T) {
	for _, name := range []string{"crash-of-the-leader", "leader-follower/crash-of-the-leader", "leader-follower/crash-of-the-leader.toml"} {
		e, err := Find(name)
		if err != nil || e.Name != "crash-of-the-leader" || e.Family() != "leader-follower" || e.Title == "" || e.Question == "" {
			t.Errorf("Find(%q) = %+v, %v", name, e, err)
		}
	}
	_, err := Find("crash-of-the-laeder.toml")
	if err == nil || !strings.Contains(err.Error(), `did you mean "crash-of-the-leader"?`) {
		t.Errorf("Find suggests nothing near: %v", err)
	}
	if _, err := Load("no/such/thing.toml"); err == nil || errors.As(err, new(Errors)) {
		t.Errorf("a missing file gives %v, want an error that is no report on a scenario", err)
	}
	names := shippedNames()
	slices.Sort(names)
	if len(slices.Compact(names)) != len(Shipped()) {
		t.Errorf("two shipped scenarios share a name: %v", names)
	}
}

func TestProblemAsJSON(t *testing.T) {
	_, err := Parse("x.toml", []byte("title = 'x'\n[cluster]\nreplica = 3"))
	text, _ := json.Marshal(err)
	want := `[{"file":"x.toml","line":3,"column":1,"key":"cluster.replica","message":"unknown key","suggestion":"replicas"}]`
	if string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
}
