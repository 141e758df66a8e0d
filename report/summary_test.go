package report_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"replsim/report"
	"replsim/results"
)

// With -update the golden files are written anew; read the difference before you
// commit it.
var update = flag.Bool("update", false, "rewrite testdata")

func TestSummary(t *testing.T) {
	expecting := plausible(3)
	expecting.Expectations = []results.Expectation{
		{Variant: "quorum", Key: "data_loss.total.max", Want: "== 0", Got: 0, Unit: "writes", Held: true},
		{Variant: "async", Key: "rto.total", Want: "< 3s", Got: 3.3, Unit: "s"},
	}
	single := plausible(1)
	single.Seeds, single.Comparisons, single.Faults = 1, nil, nil
	v := &single.Variants[0]
	v.Effects, v.Notes = nil, nil
	for i := range v.Figures {
		f := &v.Figures[i]
		f.Lo, f.Hi, f.Min, f.Max, f.N, f.Method = f.Mean, f.Mean, f.Mean, f.Mean, 1, "single"
	}
	partial := plausible(6)
	partial.Partial = true
	partial.Variants[5].Done = 12
	cases := map[string]struct {
		set  *results.Set
		opts report.SummaryOptions
	}{
		"three":   {expecting, report.SummaryOptions{}},
		"single":  {single, report.SummaryOptions{}},
		"blocks":  {partial, report.SummaryOptions{Width: 90}},
		"all":     {plausible(2), report.SummaryOptions{All: true, Width: 80}},
		"nothing": {&results.Set{Title: "Nothing was run", Scenario: "empty"}, report.SummaryOptions{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := report.Summary(&out, c.set, c.opts); err != nil {
				t.Fatal(err)
			}
			golden(t, "summary-"+name+".txt", out.Bytes())
			width := c.opts.Width
			if width == 0 {
				width = 100
			}
			for line := range strings.Lines(out.String()) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("a line has %d of %d columns: %s", n, width, line)
				}
				if line != strings.TrimRight(line, " \n")+"\n" {
					t.Errorf("a line ends in blanks: %q", line)
				}
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := results.ReplaceFiles("testdata", []results.File{{Name: name, Data: got}}); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update rewrites it); got:\n%s", path, got)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestSummaryReportsWriteErrors(t *testing.T) {
	if err := report.Summary(brokenPipe{}, plausible(1), report.SummaryOptions{}); err == nil {
		t.Error("a failed write went unnoticed")
	}
}
