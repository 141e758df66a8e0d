package report_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"

	"replsim/report"
	"replsim/results"
)

// With -look DIR the tests write the charts they draw, to be looked at.
var look = flag.String("look", "", "write charts of all kinds into this folder")

func draw(t *testing.T, s *results.Set, c results.Chart) map[string]string {
	t.Helper()
	files, err := report.Draw(s, c)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	out := map[string]string{}
	for _, f := range files {
		out[strings.TrimPrefix(f.Name, c.Name)] = string(f.Data)
	}
	if *look != "" {
		if err := results.ReplaceFiles(filepath.Join(*look, t.Name()), files); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// word is a text of an SVG with the box it covers, y downwards.
type word struct {
	text                   string
	left, right, top, foot float64
}

var (
	textElement = regexp.MustCompile(`(?s)<text x="([^"]+)" y="([^"]+)"[^>]*font-size:([0-9.]+)px[^>]*>([^<]*)</text>`)
	sizeOfPage  = regexp.MustCompile(`viewBox="0 0 ([0-9.]+) ([0-9.]+)"`)
)

func wordsOf(t *testing.T, svg string) (words []word, width, height float64) {
	t.Helper()
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	size := sizeOfPage.FindStringSubmatch(svg)
	width, height = number(size[1]), number(size[2])
	fonts := font.NewCache(liberation.Collection())
	for _, m := range textElement.FindAllStringSubmatch(svg, -1) {
		var text string
		if err := xml.Unmarshal([]byte("<t>"+m[4]+"</t>"), &text); err != nil {
			t.Fatal(err)
		}
		x, y, points := number(m[1]), number(m[2]), number(m[3])
		face := fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, font.Length(points))
		// Letters reach from the capital's top to the foot of a p.
		y += height // vgsvg counts up from the foot of the page
		words = append(words, word{text, x, x + face.Width(text).Points(), y - 0.72*points, y + 0.2*points})
	}
	return words, width, height
}

// checkWords finds words that touch each other or leave the page.
func checkWords(t *testing.T, name, svg string) {
	t.Helper()
	words, width, height := wordsOf(t, svg)
	if len(words) < 5 {
		t.Fatalf("%s: only %d words found", name, len(words))
	}
	for i, a := range words {
		if a.left < 0 || a.right > width || a.top < 0 || a.foot > height {
			t.Errorf("%s: %q leaves the page: %+v of %v × %v", name, a.text, a, width, height)
		}
		for _, b := range words[:i] {
			if a.left < b.right && b.left < a.right && a.top < b.foot && b.top < a.foot {
				t.Errorf("%s: %q and %q overlap", name, a.text, b.text)
			}
		}
	}
}

// checkStructure is what holds for every chart.
func checkStructure(t *testing.T, name string, files map[string]string) {
	t.Helper()
	for _, suffix := range []string{".svg", "-dark.svg"} {
		svg := files[suffix]
		if err := wellFormed(svg); err != nil {
			t.Errorf("%s%s is not XML: %v", name, suffix, err)
		}
		for _, want := range []string{`role="img"`, "<title id=", "<desc id=", "Liberation Sans, Arial, Helvetica, sans-serif"} {
			if !strings.Contains(svg, want) {
				t.Errorf("%s%s lacks %s", name, suffix, want)
			}
		}
		if bad := regexp.MustCompile(`NaN|Inf|%!|\{[a-z-]+/`).FindString(svg); bad != "" {
			t.Errorf("%s%s contains %s", name, suffix, bad)
		}
		checkWords(t, name+suffix, svg)
	}
	for _, suffix := range []string{".png", "-dark.png"} {
		img, err := png.Decode(strings.NewReader(files[suffix]))
		if err != nil {
			t.Fatalf("%s%s: %v", name, suffix, err)
		}
		if w := img.Bounds().Dx(); w != 1600 {
			t.Errorf("%s%s is %d pixels wide", name, suffix, w)
		}
	}
	if len(files) != 4 {
		t.Errorf("%s: %d files", name, len(files))
	}
}

func wellFormed(doc string) error {
	dec := xml.NewDecoder(strings.NewReader(doc))
	for {
		if _, err := dec.Token(); err != nil {
			if err.Error() == "EOF" {
				return nil
			}
			return err
		}
	}
}

func TestEveryKindOfChart(t *testing.T) {
	for _, n := range []int{1, 6} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := plausible(n)
			for _, c := range chartsOf() {
				checkStructure(t, c.Name, draw(t, s, c))
			}
		})
	}
}

func TestChartShowsWhatMatters(t *testing.T) {
	s := plausible(3)
	cases := map[string][]string{
		"lag":        {"crash-leader", "cut-r3", "promote-r2", "r2", "r3", "asynchronous", "simulated time (s)", "10 ms", "1 s", "mean of 30 seeds, band: 5–95 % of seeds"},
		"cdf":        {"A median write takes 600 µs when nobody is waited for", "1 ms", "10 ms", "95 % interval"},
		"tail":       {"p50", "p90", "p99", "p99.9", "Raft, 3 nodes"},
		"visibility": {"time since commit (ms)", "probability that a read is fresh"},
		"bars":       {"A crash under asynchronous replication loses 182 writes", "semi-synchronous, 1 ack", "6.4 writes", "0 writes"},
		"scatter":    {"write latency, p99 (log scale)", "acknowledged writes lost", "asynchronous", "no other is better in both"},
		"stack":      {"detect", "redirect clients", "RTO: until writes succeed again (s)", "3.3 s", "Raft, 3 nodes", "95 % interval"},
		"cdf-failovers": {"share of failovers for which it was at most x (%)", "all of 30 runs, band: 95 % interval",
			"time from failure to the next acknowledged write (s)"},
		"timeline": {"in one of 30 runs (seed 1)", "crash-leader", "epoch 1", "epoch 5", "two at once", "700 lost", "2,100 lost", "down", "paused",
			"writes acknowledged then, and lost", "asynchronous", "simulated time (s)"},
		"lines": {"latency", "1 ms", "4 ms", "p50", "p99"},
	}
	for _, c := range chartsOf() {
		files := draw(t, s, c)
		checkStructure(t, c.Name, files)
		svg := files[".svg"]
		for _, want := range cases[c.Name] {
			if !strings.Contains(svg, want) {
				t.Errorf("%s does not say %q", c.Name, want)
			}
		}
		delete(cases, c.Name)
	}
	if len(cases) > 0 {
		t.Errorf("charts not drawn: %v", cases)
	}
}

// Names and titles come from scenario files, which anyone may write.
func TestHostileNames(t *testing.T) {
	s := plausible(3)
	evil := `<script>alert("x")</script> & ` + "\x01\x1b[31m\n" + strings.Repeat("very long ", 30)
	for i := range s.Variants {
		s.Variants[i].Label = fmt.Sprint(i, evil)
	}
	for i := range s.Faults {
		s.Faults[i].Name = fmt.Sprint(i, evil)
	}
	for _, c := range oneOfEachKind() {
		c.Title = evil
		files := draw(t, s, c)
		checkStructure(t, c.Name, files)
		if strings.Contains(files[".svg"], "<script>") {
			t.Errorf("%s: markup from a name is not escaped", c.Name)
		}
	}
}

// Outages leave holes in curves, good runs leave zeros, one seed leaves no band.
func TestHolesZerosAndOneSeed(t *testing.T) {
	s := plausible(3)
	s.Seeds = 1
	for i := range s.Variants {
		v := &s.Variants[i]
		for j := range v.Figures {
			v.Figures[j] = results.Figure{Name: v.Figures[j].Name, Unit: v.Figures[j].Unit, N: 1, Method: "single"}
		}
		for j := range v.Curves {
			c := &v.Curves[j]
			c.N = 1
			for k := range c.Y {
				switch {
				case c.Kind == results.OverTime && k%50 < 10:
					c.Y[k], c.Lo[k], c.Hi[k] = math.NaN(), math.NaN(), math.NaN()
				case c.Name != "latency.read":
					c.Y[k], c.Lo[k], c.Hi[k] = 0, 0, 0
				}
			}
		}
	}
	for _, c := range oneOfEachKind() {
		files := draw(t, s, c)
		checkStructure(t, c.Name, files)
		if !strings.Contains(files[".svg"], "one seed") {
			t.Errorf("%s does not say that it rests on one seed", c.Name)
		}
	}
}

func TestManyFaultsAreAllNamed(t *testing.T) {
	s := plausible(2)
	s.Faults = nil
	for i := range 12 {
		at := float64(10 + i*2)
		s.Faults = append(s.Faults, results.Fault{Name: fmt.Sprintf("flapping-link-%d", i), Kind: "partition", Start: at, End: at + float64(i%3)})
	}
	c := chartsOf()[0]
	files := draw(t, s, c)
	checkStructure(t, c.Name, files)
	for _, f := range s.Faults {
		if n := strings.Count(files[".svg"], ">"+f.Name+"<"); n != 1 {
			t.Errorf("%s is named %d times", f.Name, n)
		}
	}
}

func TestChartsAreDeterministic(t *testing.T) {
	s := plausible(6)
	s.Charts = chartsOf()[:4]
	first, err := report.Charts(s)
	if err != nil {
		t.Fatal(err)
	}
	again, err := report.Charts(s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range first {
		if !bytes.Equal(first[i].Data, again[i].Data) {
			t.Errorf("%s differs when drawn again", first[i].Name)
		}
	}
}

func TestChartErrors(t *testing.T) {
	cases := map[string]struct {
		chart results.Chart
		want  string
	}{
		"kind":      {results.Chart{Kind: "pie", Show: []string{"x"}}, `unknown kind "pie"`},
		"show":      {results.Chart{Kind: "time"}, "show is empty"},
		"variant":   {results.Chart{Kind: "time", Show: []string{"lag.time.*"}, Variants: []string{"nobody"}}, `no variant "nobody"`},
		"curve":     {results.Chart{Kind: "time", Show: []string{"lag.time.r9"}}, "there are: lag.time.r2, lag.time.r3"},
		"units":     {results.Chart{Kind: "time", Show: []string{"lag.time.r2", "throughput.write"}}, "cannot share an axis"},
		"window":    {results.Chart{Kind: "time", Show: []string{"lag.time.r2"}, From: 70, To: 80}, "no points between 70 s and 80 s"},
		"figure":    {results.Chart{Kind: "bars", Show: []string{"latency.write.p77"}}, "no variant has a figure latency.write.p77"},
		"title":     {results.Chart{Kind: "bars", Show: []string{"rto.total"}, Title: "RTO {async/rto.totl}"}, `variant "async" has no figure "rto.totl"`},
		"title who": {results.Chart{Kind: "bars", Show: []string{"rto.total"}, Title: "RTO {asink/rto.total}"}, `no variant "asink"`},
		"no parts":  {results.Chart{Kind: "stack", Show: []string{"rto.nothing"}}, "no variant has a figure rto.nothing"},
		"parts":     {results.Chart{Kind: "stack", Show: []string{"rto.detect", "data_loss.torn"}}, "they make up no whole"},
		"timeline":  {results.Chart{Kind: "timeline", Variants: []string{"semi-sync"}}, "no variant has a timeline"},
		"scatter":   {results.Chart{Kind: "scatter", Show: []string{"rto.total"}}, "one in x"},
		"lines":     {results.Chart{Kind: "lines", Show: []string{"rto.total"}, X: "cluster.nodes"}, `variant "async" does not change cluster.nodes`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := plausible(2)
			s.Variants[1].Timeline = results.Timeline{}
			c.chart.Name = "wrong"
			s.Charts = []results.Chart{c.chart}
			dir := t.TempDir()
			err := report.WriteCharts(dir, s)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `chart "wrong"`) {
				t.Errorf("error %v, want one about chart \"wrong\" with %q", err, c.want)
			}
			if files, _ := os.ReadDir(dir); len(files) > 0 {
				t.Errorf("wrote %v", files)
			}
		})
	}
}
