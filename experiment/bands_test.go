package experiment

import (
	"fmt"
	"strings"
	"testing"

	"replsim/results"
)

// TestBandsOfVariants: a fault that all variants share is a band of the set; one
// that a variant moves, adds or leaves out is a band of the variants that have it.
func TestBandsOfVariants(t *testing.T) {
	s, err := Run(t.Context(), parse(t, `
title    = "bands"
duration = "2s"
seeds    = 1
[workload]
rate = "50/s"
[faults.same]
at    = "500ms"
for   = "100ms"
pause = "r2"
[faults.moved]
at    = "1s"
for   = "100ms"
pause = "r3"
[variants.a]
[variants.b]
"faults.moved.at" = "1500ms"
[variants.c]
"faults.moved.off" = true
`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	starts := func(faults []results.Fault) (out []float64) {
		for _, f := range faults {
			out = append(out, f.Start)
		}
		return out
	}
	for _, c := range []struct {
		what string
		got  []float64
		want string
	}{
		{"all", starts(s.Faults), "0.5"},
		{"a", starts(s.Variants[0].Faults), "1"},
		{"b", starts(s.Variants[1].Faults), "1.5"},
		{"c", starts(s.Variants[2].Faults), ""},
	} {
		if got := strings.Trim(fmt.Sprint(c.got), "[]"); got != c.want {
			t.Errorf("bands of %s start at %q, want %q", c.what, got, c.want)
		}
	}
}

// TestPromotionsReport: an order that makes a follower lead says so; one that
// changes nothing is a warning.
func TestPromotionsReport(t *testing.T) {
	for target, inert := range map[string]bool{"r2": false, "r1": true} { // r1 leads already
		s, err := Run(t.Context(), parse(t, `
title    = "promotion"
duration = "3s"
seeds    = 1
[workload]
rate = "50/s"
[faults.order]
at      = "1s"
promote = "`+target+`"
`), Options{})
		if err != nil {
			t.Fatal(err)
		}
		e := s.Variants[0].Effects[0]
		if e.Warning != inert || strings.HasPrefix(e.Text, "0 promoted") != inert {
			t.Errorf("promote %s: %+v, want a warning: %v", target, e, inert)
		}
	}
}
