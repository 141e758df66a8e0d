package results_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"replsim/results"
)

// anyFloat draws zero, tiny, huge and everyday values.
func anyFloat() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(-1e12, 1e12), rapid.Float64Range(0, 1), rapid.Float64Range(1e-12, 1e-6))
}

// anyText draws what breaks careless CSV and JSON: commas, quotes, line breaks, markup.
func anyText() *rapid.Generator[string] {
	return rapid.StringMatching(`[a-z ,"<&'é\n.-]{0,12}[a-z]`)
}

func anyCurve(t *rapid.T, name string) results.Curve {
	c := results.Curve{
		Name: name, Unit: anyText().Draw(t, "unit"), N: rapid.IntRange(1, 99).Draw(t, "n"),
		Kind: rapid.SampledFrom([]results.CurveKind{results.OverTime, results.Distribution, results.Visibility}).Draw(t, "kind"),
	}
	for i := range rapid.IntRange(1, 8).Draw(t, "points") {
		y := anyFloat().Draw(t, "y")
		if rapid.IntRange(0, 4).Draw(t, "hole") == 0 {
			y = math.NaN() // nothing was measured here
		}
		c.X = append(c.X, float64(i)/4)
		c.Y = append(c.Y, y)
		c.Lo = append(c.Lo, y-1)
		c.Hi = append(c.Hi, y+1)
	}
	return c
}

func anySet(t *rapid.T) *results.Set {
	s := &results.Set{
		Schema: results.Schema, Scenario: "s", Title: anyText().Draw(t, "title"), Engine: "test",
		Seed: rapid.Uint64().Draw(t, "seed"), Seeds: 3, Duration: 60, Digest: "d",
		Faults:       []results.Fault{{Name: anyText().Draw(t, "fault"), Start: 1, End: 2.5}},
		Expectations: []results.Expectation{{Key: "rto.total.max", Want: "< 6s", Got: anyFloat().Draw(t, "got")}},
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "variants") {
		v := results.Variant{Name: fmt.Sprint(i, anyText().Draw(t, "name")), Label: anyText().Draw(t, "label"), Done: 3}
		v.Changes = map[string]string{"key": anyText().Draw(t, "value")}
		for j := range rapid.IntRange(1, 3).Draw(t, "figures") {
			m := anyFloat().Draw(t, "mean")
			v.Figures = append(v.Figures, results.Figure{Name: fmt.Sprint("f", j), Unit: "s", Mean: m, Lo: m, Hi: m, N: 3})
		}
		for j := range rapid.IntRange(0, 3).Draw(t, "curves") {
			v.Curves = append(v.Curves, anyCurve(t, fmt.Sprint(j, anyText().Draw(t, "curve"))))
		}
		v.Timeline = anyTimeline(t)
		s.Variants = append(s.Variants, v)
	}
	return s
}

func anyTimeline(t *rapid.T) results.Timeline {
	var out results.Timeline
	kinds := []results.SpanKind{results.Exists, results.Leads, results.Down, results.Paused, results.Lost, results.Omitted}
	for range rapid.IntRange(0, 4).Draw(t, "spans") {
		out.Seed = rapid.Uint64().Draw(t, "seed of the timeline")
		out.Spans = append(out.Spans, results.Span{Node: anyText().Draw(t, "node"), What: rapid.SampledFrom(kinds).Draw(t, "what"),
			Epoch: rapid.Uint32().Draw(t, "epoch"), From: 1.0 / 3, To: 1.0/3 + float64(rapid.IntRange(0, 9).Draw(t, "length")),
			Writes: rapid.IntRange(0, 1000).Draw(t, "writes")})
	}
	return out
}

func write(t rapid.TB, dir string, s *results.Set) map[string]string {
	t.Helper()
	if err := results.Write(dir, s); err != nil {
		t.Fatal(err)
	}
	return content(t, dir)
}

func content(t rapid.TB, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

// What is read is what was written, rounded once: %#v compares NaN with NaN.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := anySet(t)
		first := write(t, dir, s)
		got, err := results.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := fmt.Sprintf("%#v", *got), fmt.Sprintf("%#v", *results.Rounded(s)); a != b {
			t.Fatalf("read\n%s\nwrote\n%s", a, b)
		}
		if again := write(t, dir, got); fmt.Sprint(again) != fmt.Sprint(first) {
			t.Fatalf("writing what was read gives other bytes:\n%v\n%v", again, first)
		}
	})
}

func TestRounded(t *testing.T) {
	for _, c := range []struct{ in, want float64 }{
		{0, 0}, {1, 1}, {1.23456789, 1.23457}, {-0.00123456789, -0.00123457}, {1234567.89, 1234570},
		{5e-324, 5e-324}, {math.MaxFloat64, 1.79769e308}, {math.Copysign(0, -1), 0},
	} {
		s := &results.Set{Expectations: []results.Expectation{{Got: c.in}}}
		got := results.Rounded(s).Expectations[0].Got
		if got != c.want || math.Signbit(got) != math.Signbit(c.want) {
			t.Errorf("%v rounds to %v, want %v", c.in, got, c.want)
		}
		if s.Expectations[0].Got != c.in {
			t.Errorf("rounding changed the set it was given")
		}
	}
}

func small() *results.Set {
	x := []float64{0, 1}
	return &results.Set{Schema: results.Schema, Scenario: "small", Variants: []results.Variant{{
		Name: "v",
		Figures: []results.Figure{
			{Name: "b", Unit: "s", Mean: 1.0 / 3}, {Name: "a", Unit: "ratio", Mean: 0.5},
		},
		Curves: []results.Curve{
			{Name: "lag.time.r2", Kind: results.OverTime, Unit: "s", X: x, Y: []float64{0.123456, math.NaN()}, Lo: x, Hi: x, N: 2},
			{Name: "latency.write", Kind: results.Distribution, Unit: "s", X: x, Y: x, Lo: x, Hi: x, N: 2},
		},
		Timeline: results.Timeline{Seed: 7, Spans: []results.Span{
			{Node: "r1", What: results.Leads, Epoch: 2, From: 0, To: 1.23456789},
			{Node: "r1", What: results.Lost, From: 1, To: 1.5, Writes: 3},
		}},
	}}}
}

// The CSV files are an interface to other programs: their form is fixed.
func TestCSVForm(t *testing.T) {
	files := write(t, t.TempDir(), small())
	want := map[string]string{
		"series.csv":        "variant,curve,unit,x,y,lo,hi,n\nv,lag.time.r2,s,0,0.1235,0,0,2\nv,lag.time.r2,s,1,,1,1,2\n",
		"timeline.csv":      "variant,seed,node,what,epoch,from,to,writes\nv,7,r1,leads,2,0,1.23457,0\nv,7,r1,lost,0,1,1.5,3\n",
		"distributions.csv": "variant,curve,kind,unit,x,y,lo,hi,n\nv,latency.write,distribution,s,0,0,0,0,2\nv,latency.write,distribution,s,1,1,1,1,2\n",
	}
	for name, text := range want {
		if files[name] != text {
			t.Errorf("%s:\n%s\nwant\n%s", name, files[name], text)
		}
	}
	summary := files["summary.json"]
	if !strings.Contains(summary, `"mean": 0.333333,`) {
		t.Errorf("figures are not rounded to six digits:\n%s", summary)
	}
	if strings.Index(summary, `"name": "a"`) > strings.Index(summary, `"name": "b"`) {
		t.Errorf("figures are not sorted by name:\n%s", summary)
	}
}

func TestWriteRefuses(t *testing.T) {
	cases := map[string]struct {
		spoil func(*results.Set)
		want  string
	}{
		"schema":        {func(s *results.Set) { s.Schema = 99 }, "schema 99"},
		"not a number":  {func(s *results.Set) { s.Variants[0].Figures[0].Mean = math.NaN() }, `figure "b" is not finite`},
		"infinite":      {func(s *results.Set) { s.Faults = []results.Fault{{Name: "cut", End: math.Inf(1)}} }, `fault "cut" is not finite`},
		"figure twice":  {func(s *results.Set) { s.Variants[0].Figures[1].Name = "b" }, `figure "b" occurs twice`},
		"variant twice": {func(s *results.Set) { s.Variants = append(s.Variants, s.Variants[0]) }, `variant "v" occurs twice`},
		"lengths":       {func(s *results.Set) { s.Variants[0].Curves[0].Lo = nil }, "2, 2, 0 and 2 points"},
		"empty curve":   {func(s *results.Set) { s.Variants[0].Curves[0] = results.Curve{Name: "c", Kind: results.OverTime} }, "no points"},
		"kind":          {func(s *results.Set) { s.Variants[0].Curves[0].Kind = "pie" }, `unknown kind "pie"`},
		"x not rising":  {func(s *results.Set) { s.Variants[0].Curves[0].X = []float64{1, 1.0000001} }, "x does not increase"},
		"kind of span":  {func(s *results.Set) { s.Variants[0].Timeline.Spans[0].What = "dreams" }, `unknown kind of span "dreams"`},
		"span":          {func(s *results.Set) { s.Variants[0].Timeline.Spans[0].From = 9 }, "r1 leads from 9 to 1.23457"},
		"infinite y":    {func(s *results.Set) { s.Variants[0].Curves[0].Y = []float64{1, math.Inf(1)} }, "point 1 is infinite"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			former := write(t, dir, small())
			s := small()
			c.spoil(s)
			err := results.Write(dir, s)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if now := content(t, dir); fmt.Sprint(now) != fmt.Sprint(former) {
				t.Errorf("a refused write changed the folder: %v", now)
			}
		})
	}
}

// Without timelines there is no file for them, and one that is left over is not read.
func TestNoTimeline(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, small())
	s := small()
	s.Variants[0].Timeline = results.Timeline{}
	if files := write(t, t.TempDir(), s); files["timeline.csv"] != "" {
		t.Errorf("wrote %q", files["timeline.csv"])
	}
	write(t, dir, s)
	got, err := results.Read(dir)
	if err != nil || len(got.Variants[0].Timeline.Spans) > 0 {
		t.Errorf("read %v (%v)", got.Variants[0].Timeline, err)
	}
}

// A failure at the last of the three files leaves the former two, and no litter.
func TestFailedWriteKeepsFormer(t *testing.T) {
	dir := t.TempDir()
	files := []results.File{{Name: "a", Data: []byte("new")}, {Name: "b", Data: []byte("new")}}
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("former"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := results.ReplaceFiles(dir, files); err == nil {
		t.Fatal("replaced a folder by a file")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left in the folder: %v (%v)", entries, err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "a")); err != nil || string(data) != "former" {
		t.Errorf("the former file holds %q (%v)", data, err)
	}
}

func TestReadRefuses(t *testing.T) {
	cases := map[string]struct{ file, from, to, want string }{
		"other schema": {"summary.json", `"schema": 1`, `"schema": 7`, "written in schema 7, but this version reads schema 1"},
		"changed":      {"series.csv", "0.1235", "0.5", "series.csv does not belong to summary.json"},
		"timeline":     {"timeline.csv", "lost", "gone", "timeline.csv does not belong to summary.json"},
		"not JSON":     {"summary.json", "{", "", "summary.json:"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			files := write(t, dir, small())
			spoilt := strings.Replace(files[c.file], c.from, c.to, 1)
			if err := os.WriteFile(filepath.Join(dir, c.file), []byte(spoilt), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := results.Read(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
	if _, err := results.Read(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("read a folder that is not there")
	}
}

func TestWriteIsDeterministic(t *testing.T) {
	a, b := small(), small()
	for i := range 20 { // enough that a map's order would show
		key := fmt.Sprint("k", i)
		for _, s := range []*results.Set{a, b} {
			if s.Variants[0].Changes == nil {
				s.Variants[0].Changes = map[string]string{}
			}
			s.Variants[0].Changes[key] = "x"
		}
	}
	first, second := write(t, t.TempDir(), a), write(t, t.TempDir(), b)
	for name := range first {
		if !bytes.Equal([]byte(first[name]), []byte(second[name])) {
			t.Errorf("%s differs between two writes of one set", name)
		}
	}
}
