package workload_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"replsim/sim"
	"replsim/workload"
)

// falseAlarm is the chance that one statistical test below would fail on a correct
// program, had its seed not been tried. The seeds are fixed: a test that passes
// goes on passing until the draws change.
const falseAlarm = 1e-6

// chiSquare compares counts with what is expected of them, as independent Poisson
// counts: too large a sum is a misfit, too small a one is suspiciously even.
func chiSquare(t *testing.T, counts []int, expected []float64) {
	t.Helper()
	sum := 0.0
	for i, n := range counts {
		sum += (float64(n) - expected[i]) * (float64(n) - expected[i]) / expected[i]
	}
	law := distuv.ChiSquared{K: float64(len(counts))}
	if p := law.CDF(sum); p < falseAlarm/2 || p > 1-falseAlarm/2 {
		t.Errorf("chi-square of %d counts is %.1f (p = %.2g)", len(counts), sum, p)
	}
}

// kolmogorov compares a sample with a continuous distribution function.
func kolmogorov(t *testing.T, sample []float64, cdf func(float64) float64) {
	t.Helper()
	slices.Sort(sample)
	n, distance := float64(len(sample)), 0.0
	for i, x := range sample {
		p := cdf(x)
		distance = max(distance, p-float64(i)/n, float64(i+1)/n-p)
	}
	// Asymptotically P(√n·D > x) = 2·exp(-2x²).
	if limit := math.Sqrt(math.Log(2/falseAlarm) / 2 / n); distance > limit {
		t.Errorf("Kolmogorov distance of %d values is %.4f, above %.4f", len(sample), distance, limit)
	}
}

// arrivals runs a group against a server that answers and returns when its
// operations began.
func arrivals(t *testing.T, clients int, d time.Duration, cfg workload.Config) []call {
	t.Helper()
	b := newBed(t, 1, 1, clients, cfg).watch()
	b.servers[0].mute = true
	return b.runFor(d).invoked
}

// perWindow counts arrivals in windows of equal width.
func perWindow(calls []call, d time.Duration, windows int) []int {
	counts := make([]int, windows)
	for _, c := range calls {
		counts[int64(c.at)*int64(windows)/int64(d)]++
	}
	return counts
}

func TestConstantArrivalsAreExact(t *testing.T) {
	for _, clients := range []int{1, 4, 7} {
		cfg := config()
		cfg.Rate = 700
		calls := arrivals(t, clients, 10*sec, cfg)
		equal(t, "operations", len(calls), 7000)
		for k, c := range calls {
			want := sim.Time(math.Round((float64(k) + 0.5) / 700 * 1e9))
			if c.at != want || c.Session != int32(k%clients) {
				t.Fatalf("%d clients: operation %d began at %v on client %d, want %v on client %d", clients, k, c.at, c.Session, want, k%clients)
			}
		}
	}
}

func TestPoissonArrivals(t *testing.T) {
	cfg := config()
	cfg.Process, cfg.Rate = workload.Poisson, 2000
	calls := arrivals(t, 10, 50*sec, cfg)

	const windows = 5000 // of 10 ms
	counts, expected := perWindow(calls, 50*sec, windows), make([]float64, windows)
	for i := range expected {
		expected[i] = 20
	}
	chiSquare(t, counts, expected)

	var gaps, own []float64 // of the group, and of one client
	lastOwn := 0.0
	for i, c := range calls[1:] {
		gaps = append(gaps, c.at.Sub(calls[i].at).Seconds())
		if c.Session == 3 {
			own = append(own, c.at.Seconds()-lastOwn)
			lastOwn = c.at.Seconds()
		}
	}
	kolmogorov(t, gaps, func(x float64) float64 { return 1 - math.Exp(-2000*x) })
	kolmogorov(t, own, func(x float64) float64 { return 1 - math.Exp(-200*x) })
}

func TestBursts(t *testing.T) {
	cfg := config()
	cfg.Process, cfg.BurstSize, cfg.Rate = workload.Bursts, 5, 1000
	calls := arrivals(t, 4, 50*sec, cfg)
	var bursts []call
	for i := 0; i < len(calls); i += 5 {
		for _, c := range calls[i : i+5] {
			if c.at != calls[i].at || c.Session != calls[i].Session {
				t.Fatalf("burst %d is not of one client at one instant", i/5)
			}
		}
		bursts = append(bursts, calls[i])
	}
	counts, expected := perWindow(bursts, 50*sec, 1000), make([]float64, 1000)
	for i := range expected {
		expected[i] = 10
	}
	chiSquare(t, counts, expected)
}

// staircase has a level start, a rise, a jump, a pause and a level end.
var staircase = workload.Profile{Points: []workload.Point{
	{At: 2 * sec, Factor: 1}, {At: 6 * sec, Factor: 3}, {At: 6 * sec, Factor: 0}, {At: 8 * sec, Factor: 0}, {At: 8 * sec, Factor: 2},
}}

// staircaseSum is its integral up to t seconds, worked out by hand.
func staircaseSum(t float64) float64 {
	switch {
	case t <= 2:
		return t
	case t <= 6:
		return 2 + (t - 2) + (t-2)*(t-2)/4
	case t <= 8:
		return 10
	}
	return 10 + 2*(t-8)
}

func TestProfile(t *testing.T) {
	cfg := config()
	cfg.Profile, cfg.Rate = staircase, 500
	for k, c := range arrivals(t, 3, 12*sec, cfg) {
		// Evenly spaced in operational time: exactly k + ½ have been due.
		if got := 500 * staircaseSum(c.at.Seconds()); math.Abs(got-(float64(k)+0.5)) > 1e-4 {
			t.Fatalf("operation %d began at %v, when %.5f were due", k, c.at, got)
		}
	}

	cfg.Process, cfg.Rate = workload.Poisson, 5000
	calls := arrivals(t, 3, 12*sec, cfg)
	const windows = 600 // of 20 ms
	var counts []int
	var expected []float64
	for i, n := range perWindow(calls, 12*sec, windows) {
		from, to := 12*float64(i)/windows, 12*float64(i+1)/windows
		mean := 5000 * (staircaseSum(to) - staircaseSum(from))
		if mean == 0 {
			equal(t, "arrivals in the pause", n, 0)
			continue
		}
		counts, expected = append(counts, n), append(expected, mean)
	}
	equal(t, "windows with arrivals", len(counts), windows-100)
	chiSquare(t, counts, expected)
}

func TestDiurnal(t *testing.T) {
	const day, peak = 20 * sec, 15 * sec
	cfg := config()
	cfg.Process, cfg.Rate = workload.Poisson, 1000
	cfg.Profile = workload.Diurnal(0.2, 1.8, day, peak)
	calls := arrivals(t, 2, 50*sec, cfg) // two days and a half
	sum := func(t float64) float64 {
		return 1000 * (t + 0.8*20/(2*math.Pi)*math.Sin(2*math.Pi*(t-15)/20))
	}
	counts := perWindow(calls, 50*sec, 500)
	expected := make([]float64, 500)
	for i := range expected {
		expected[i] = sum(float64(i+1)/10) - sum(float64(i)/10)
	}
	chiSquare(t, counts, expected)
}

func TestProfileMayEnd(t *testing.T) {
	cfg := config()
	cfg.Profile.Points = []workload.Point{{At: 0, Factor: 1}, {At: 2 * sec, Factor: 0}}
	calls := arrivals(t, 2, 10*sec, cfg)
	equal(t, "operations", len(calls), 100) // the area of the triangle: 1 s × 100/s
	if last := calls[len(calls)-1].at; last > sim.Time(2*sec) {
		t.Errorf("an operation began at %v", last)
	}
}

// The n-th operations of two profiles belong together.
func TestProfilesShareTheirDraws(t *testing.T) {
	cfg := config()
	cfg.Process = workload.Poisson
	plain := arrivals(t, 1, 20*sec, cfg)
	cfg.Profile.Points = []workload.Point{{At: 0, Factor: 4}}
	fast := arrivals(t, 1, 5*sec, cfg)
	equal(t, "operations", len(fast), len(plain))
	for i := range plain {
		if d := plain[i].at - 4*fast[i].at; d < -3 || d > 3 || plain[i].Invoked != fast[i].Invoked {
			t.Fatalf("operation %d: %v and %v", i, plain[i], fast[i])
		}
	}
}

func TestClosedLoop(t *testing.T) {
	cfg := config()
	cfg.Rate, cfg.Think = 0, law("5ms")
	b := newBed(t, 1, 1, 3, cfg).watch().runFor(10 * sec)
	starts := map[sim.Time]bool{}
	last := map[int32]sim.Time{}
	for _, c := range b.invoked {
		if before, later := last[c.Session]; !later {
			starts[c.at] = true
		} else if gap := c.at.Sub(before); gap != 5*ms+2*linkDelay {
			t.Fatalf("client %d began an operation %v after the one before", c.Session, gap)
		}
		last[c.Session] = c.at
	}
	equal(t, "clients that start at instants of their own", len(starts), 3)
	if n := len(b.invoked); n < 3*1428 || n > 3*1429 {
		t.Errorf("%d operations, want one per client and 7 ms", n)
	}
}
