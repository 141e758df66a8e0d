package measure

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// RPO's time needs the commit of the newest write that survives, also when all
// replicas have it and a whole block of older commits has been forgotten.
func TestRPOAfterForgetting(t *testing.T) {
	var text strings.Builder
	text.WriteString("nodes r1 r2; clients eu; end 10s\n0s r1 leads 1 @0\n")
	for i := 1; i <= blockLen; i++ {
		fmt.Fprintf(&text, "%dms c0 puts 1.%d k0 at r1\n%dms r2 applies 1.%d\n", i, i, i, i)
	}
	fmt.Fprintf(&text, "4500ms c0 puts 1.%d k0 at r1\n", blockLen+1) // r2 never gets it
	for range settleEvery {
		fmt.Fprintf(&text, "4600ms c0 gets k0 1.%d\n", blockLen+1)
	}
	fmt.Fprintf(&text, "5096ms r1 crashes 0\n6s r2 promotes 2\n6s r2 leads 2 @%d\n7s c0 puts 2.%d k0 at r2\n", blockLen, blockLen+1)
	got, _ := runScript(t, text.String(), nil)
	if f, ok := got.Figure("rpo.time"); !ok || f.Value != 1 { // 5096 − 4096 ms
		t.Errorf("rpo.time is %v, want 1", f.Value)
	}
}

// A failover that does not end counts among the values of all, not in the mean.
func TestUnfinishedFailovers(t *testing.T) {
	got, _ := runScript(t, `
nodes r1 r2 r3; clients eu; end 10s; stable 2s
0s r1 campaigns 1
0s r1 leads 1 @0 1.0 undecided
1s c0 puts 1.1 k0 at r1
2s r1 crashes 0
3s r2 campaigns 2
3s r2 leads 2 @1 1.1 undecided
4s c0 puts 2.2 k0 at r2
5s r2 crashes 0
9s r3 campaigns 3
9s r3 leads 3 @2 2.2 undecided     // for a second, before the end
`, nil)
	for name, want := range map[string]Sample{
		"rto.total":       {Unit: "s", Values: []float64{2}, Censored: 1},
		"rpo.time":        {Unit: "s", Values: []float64{1, 1}},
		"rpo.writes":      {Unit: "writes", Values: []float64{0, 0}},
		"elections.time":  {Unit: "s", Values: []float64{1}, Censored: 1},
		"elections.heard": {Unit: "s", Censored: 2},
	} {
		s, ok := got.Sample(name)
		if !ok || s.Unit != want.Unit || !slices.Equal(s.Values, want.Values) || s.Censored != want.Censored {
			t.Errorf("%s is %+v, want %+v", name, s, want)
		}
	}
	checkFigures(t, got, []string{"rto.total = 2", "elections.time = 1", "elections.heard absent", "failovers.unresolved = 1"})
}
