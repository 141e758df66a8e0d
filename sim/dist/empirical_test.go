package dist

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestEmpiricalQuantilesAndMean(t *testing.T) {
	const samples = "# measured with ping\n rtt_ms \n30\n10\n# a gap\n20\n"
	const quantiles = "p, delay_us\n0.1, 1000\n0.5, 2000\n0.5000001, 3000\n0.9, 5000\n"
	const percentiles = "percentile,s\n0,1\n50,2\n100,4\n"
	for _, c := range []struct {
		text, file string
		quantiles  map[float64]time.Duration
		mean       time.Duration
	}{
		{"empirical(file=f)", samples, map[float64]time.Duration{0: 10e6, 0.25: 15e6, 0.5: 20e6, 0.75: 25e6, 1: 30e6}, 20e6},
		{"empirical(file=f, factor=0.5, shift=1ms)", samples, map[float64]time.Duration{0: 6e6, 0.25: 8.5e6, 1: 16e6}, 11e6},
		{"empirical(file=f, max=20ms)", samples, map[float64]time.Duration{0.25: 15e6, 0.5: 20e6, 0.75: 20e6, 1: 20e6}, 17.5e6},
		{"empirical(file=f, max=15ms)", samples, map[float64]time.Duration{0.125: 12.5e6, 0.5: 15e6}, 14.375e6},
		{"empirical(file=f)", "ns\n7\n", map[float64]time.Duration{0: 7, 0.3: 7, 1: 7}, 7},
		{"empirical(file=f)", "ms\n7\n7\n7\n9\n", map[float64]time.Duration{0.1: 7e6, 0.6: 7e6, 1: 9e6}, 7_333_333},
		{"empirical(file=f)", quantiles, map[float64]time.Duration{0: 1e6, 0.05: 1e6, 0.1: 1e6, 0.3: 1.5e6, 0.5: 2e6, 0.7: 4e6, 0.95: 5e6, 1: 5e6},
			100e3 + 600e3 + 1.6e6 + 500e3},
		{"empirical(file=f)", percentiles, map[float64]time.Duration{0.25: 1.5e9, 0.75: 3e9}, 2.25e9},
		{"mixture(0.5: empirical(file=f), 0.5: 100ms)", samples, map[float64]time.Duration{0: 10e6, 0.25: 20e6, 0.5: 30e6, 0.6: 100e6}, 60e6},
	} {
		s, err := mustParse(t, c.text).Load(contents(c.file))
		if err != nil {
			t.Errorf("%s with %q: %v", c.text, c.file, err)
			continue
		}
		for p, want := range c.quantiles {
			if got, err := s.Quantile(p); err != nil || got < want-1 || got > want+1 {
				t.Errorf("%s with %q: Quantile(%g) = %v, %v, want %v", c.text, c.file, p, got, err, want)
			}
		}
		if got, err := s.Mean(); err != nil || got < c.mean-1000 || got > c.mean+1000 {
			t.Errorf("%s with %q: mean %v, %v, want %v", c.text, c.file, got, err, c.mean)
		}
	}
}

// The distribution function must be the inverse of the quantile function, also
// where samples repeat.
func TestEmpiricalCDF(t *testing.T) {
	for _, file := range []string{"ns\n10\n20\n20\n20\n40\n", "p,ns\n0.2,10\n0.4,20\n0.6,20\n0.8,40\n"} {
		l, err := readEmpirical([]byte(file))
		if err != nil {
			t.Fatal(err)
		}
		for x, want := range map[float64]float64{9: 0, 10: l.probability(0), 20: l.probability(len(l.x) - 2), 40: 1, 41: 1} {
			if got := l.cdf(x); got != want {
				t.Errorf("%q: cdf(%g) = %g, want %g", file, x, got, want)
			}
		}
		for _, u := range []float64{0.21, 0.3, 0.39, 0.65, 0.79} {
			if x := l.quantile(u); x != 20 {
				within(t, "cdf of quantile", l.cdf(x), u, 1e-12)
			}
		}
	}
}

func TestEmpiricalDrawsMatchTheFile(t *testing.T) {
	s, err := mustParse(t, "empirical(file=f)").Load(contents("p,ms\n0,1\n0.9,2\n1,12\n"))
	if err != nil {
		t.Fatal(err)
	}
	sampler, r := mustNew(t, s), rand.New(rand.NewPCG(1, 2))
	const n = 100_000
	var sum time.Duration
	slow := 0
	for range n {
		d := sampler.Sample(r)
		sum += d
		if d > 2*time.Millisecond {
			slow++
		}
	}
	if slow < 9_500 || slow > 10_500 { // 5 standard deviations
		t.Errorf("%d of %d draws are above the 0.9-quantile", slow, n)
	}
	if mean, want := sum/n, 2050*time.Microsecond; mean < want-40*time.Microsecond || mean > want+40*time.Microsecond {
		t.Errorf("the average draw is %v, want %v", mean, want)
	}
}

func TestLoadErrors(t *testing.T) {
	const columns = `: want one column of samples, or p (0 to 1) or percentile (0 to 100) and a column of times`
	const ascend = "quantiles must ascend: every row a higher probability and no smaller time"
	for file, want := range map[string]string{
		"":                      "the file is empty",
		"# nothing\n":           "the file is empty",
		"ms\n":                  "there is a header, but no value",
		"rtt\n1\n":              `the header "rtt" does not end in a unit: want a name such as delay_ms (ns, us, ms, s, m or h)`,
		"12\n13\n":              `the header "12" does not end in a unit: want a name such as delay_ms (ns, us, ms, s, m or h)`,
		"q,ms\n1,1\n":           `the columns are ["q" "ms"]` + columns,
		"p,a,ms\n1,1,1\n":       `the columns are ["p" "a" "ms"]` + columns,
		"ms\n1\n\nx\n":          `line 4: "x" is not a time: want a number from 0 up to 146 years`,
		"ms\n-1\n":              `line 2: "-1" is not a time: want a number from 0 up to 146 years`,
		"ms\nNaN\n":             `line 2: "NaN" is not a time: want a number from 0 up to 146 years`,
		"h\n1e7\n":              `line 2: "1e7" is not a time: want a number from 0 up to 146 years`,
		"p,ms\n50,1\n":          `line 2: "50" is not a probability: want a number from 0 to 1`,
		"percentile,ms\n-1,1\n": `line 2: "-1" is not a probability: want a number from 0 to 100`,
		"p,ms\nlow,1\n":         `line 2: "low" is not a probability: want a number from 0 to 1`,
		"p,ms\n0.5,1\n0.5,2\n":  "line 3: " + ascend,
		"p,ms\n0.5,2\n0.6,1\n":  "line 3: " + ascend,
		"ms\n1,2\n":             "record on line 2: wrong number of fields",
		"\"ms\n1\n":             `record on line 1; parse error on line 2, column 3: extraneous or missing " in quoted-field`,
	} {
		_, err := mustParse(t, "mixture(0.5: 1ms, 0.5: empirical(file=rtt.csv))").Load(contents(file))
		var errs Errors
		if !errors.As(err, &errs) || err.Error() != "parts[1].file: rtt.csv: "+want {
			t.Errorf("%q:\n got %v\nwant parts[1].file: rtt.csv: %s", file, err, want)
		}
	}

	s := mustParse(t, "mixture(0.5: empirical(file=a.csv), 0.5: empirical(file=b.csv))")
	_, err := s.Load(func(path string) ([]byte, error) { return nil, errors.New("no such file") })
	if want := "parts[0].file: a.csv: no such file\nparts[1].file: b.csv: no such file"; err == nil || err.Error() != want {
		t.Errorf("Load of unreadable files: %v, want %s", err, want)
	}
	_, err = mustParse(t, "empirical(file=a.csv, max=2ms)").Load(contents("ms\n3\n4\n"))
	if want := "max: 2ms would cap every draw; expected more than 3ms"; err == nil || err.Error() != want {
		t.Errorf("Load with a cap below all samples: %v, want %s", err, want)
	}
}

func TestUnloadedSpecsAreRefused(t *testing.T) {
	s := mustParse(t, "mixture(0.5: empirical(file=a.csv), 0.5: 1ms)")
	const want = "file: the file is not loaded yet"
	if _, err := s.New(); err == nil || err.Error() != want {
		t.Errorf("New: %v, want %s", err, want)
	}
	if _, err := s.Mean(); err == nil || err.Error() != want {
		t.Errorf("Mean: %v, want %s", err, want)
	}
	if _, err := s.Quantile(0.5); err == nil || err.Error() != want {
		t.Errorf("Quantile: %v, want %s", err, want)
	}
	loaded, err := s.Load(contents("ms\n1\n"))
	if err != nil || !s.unloaded() || loaded.unloaded() {
		t.Errorf("after Load (%v), the original is unloaded: %v, the copy: %v", err, s.unloaded(), loaded.unloaded())
	}
	if again, err := s.Load(contents("ms\n1\n")); err != nil || !again.Equal(loaded) {
		t.Errorf("the same file loaded again (%v) makes another Spec", err)
	}
	if other, err := s.Load(contents("ms\n2\n")); err != nil || other.Equal(loaded) {
		t.Errorf("another file (%v) makes an equal Spec", err)
	}
	if loaded.Equal(s) || loaded.String() != s.String() {
		t.Error("loading must change what a Spec equals, but not how it prints")
	}
}

func TestMeanAndQuantileErrors(t *testing.T) {
	s := mustParse(t, "pareto(min=3ms, shape=1)")
	_, err := s.Mean()
	if want := "the mean is infinite or longer than 146 years; expected a lighter tail, or a max"; err == nil || err.Error() != want {
		t.Errorf("Mean: %v, want %s", err, want)
	}
	for p, want := range map[float64]string{
		1:    "p: the quantile is infinite or longer than 146 years",
		1.01: "p: 1.01 is not a probability; expected a number from 0 to 1",
		-0.5: "p: -0.5 is not a probability; expected a number from 0 to 1",
	} {
		if _, err := s.Quantile(p); err == nil || err.Error() != want {
			t.Errorf("Quantile(%g): %v, want %s", p, err, want)
		}
	}
	if strings.Contains(s.String(), "max") {
		t.Errorf("%v has a cap that nobody gave", s)
	}
}
