package experiment

import (
	"math"
	"slices"
	"testing"
	"time"

	"replsim/results"
)

// TestProbes: the curves that count from the answer have a point wherever somebody
// who measures a real database near the answer may have one, and close by elsewhere.
func TestProbes(t *testing.T) {
	has := func(at time.Duration) {
		if !slices.Contains(probes, float64(at)/1e9) {
			t.Errorf("no point at %v", at)
		}
	}
	for _, part := range []struct{ step, end time.Duration }{
		{10 * time.Microsecond, 100 * time.Microsecond}, {100 * time.Microsecond, 20 * time.Millisecond},
		{time.Millisecond, 100 * time.Millisecond}, {10 * time.Millisecond, time.Second},
	} {
		for at := time.Duration(0); at <= part.end; at += part.step {
			has(at)
		}
	}
	for at := 10 * time.Microsecond; at < time.Minute; at *= 2 { // 5.12 ms, …
		has(at)
	}
	for i, x := range probes[1:] {
		if x <= probes[i] || i > 0 && x > 1.0001 && x/probes[i] > 1.17 {
			t.Errorf("after %v comes %v", probes[i], x)
		}
	}
}

// TestCurveAfterAnswer compares points of the curve with the delays that it is made
// of: at the median of the delays half of the writes are visible.
func TestCurveAfterAnswer(t *testing.T) {
	o := once(t, pair)
	curve := func(name string, kind results.CurveKind) results.Curve {
		i := slices.IndexFunc(o.curves, func(c results.Curve) bool { return c.Name == name && c.Kind == kind })
		if i < 0 {
			t.Fatalf("no curve %s", name)
		}
		return o.curves[i]
	}
	delays := curve("lag.after_ack.r2", results.Distribution)
	visible := curve("visibility_after_ack.r2", results.Visibility)
	compared := 0
	for i, x := range visible.X {
		// The share of delays of at most x, from their quantiles.
		share := 0.0
		for j, q := range delays.Y {
			if q <= x {
				share = delays.X[j]
			}
		}
		if share > 0.02 && share < 0.98 {
			compared++
			if math.Abs(visible.Y[i]-share) > 0.025 {
				t.Errorf("%v s after the answer %v of the writes are visible; their delays say %v", x, visible.Y[i], share)
			}
		}
	}
	if compared < 5 {
		t.Errorf("only %d points are compared", compared)
	}
}
