package measure

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Who believed what when, and which writes were lost for it: r1 is cut off, stands
// still for a second and crashes; r2 has led since 4 s.
func TestSpans(t *testing.T) {
	got, _ := runScript(t, `
nodes r1 r2; clients eu us; end 10s
0s r1 leads 1 @0
1s r2 applies 1.0
1s c0 puts 1.1 k0 at r1
1s r2 applies 1.1
2s r1 fault cut
2.011s c0 puts 1.2 k0 at r1
2.012s c0 puts 1.3 k0 at r1
4s r2 promotes 2
4s r2 leads 2 @1
5s c0 writes k1 #1                 // committed at once, acknowledged at 5.5 s
5s r1 appends 1.4 k1 #1
5s r1 commits 1.4 k1 #1
5.5s c0 wrote #1 1.4
6s r1 pauses
7s r1 resumes
8s r1 crashes 0
9s r1 starts
9s r1 truncates 1 4 1
9s r2 stops 2
9.5s r2 leads 3 @1
12s r1 leads 4 @1                  // after the end
`, nil)
	want := []Span{
		{Node: "r1", What: Down, From: 8, To: 9},
		{Node: "r1", What: Exists, From: 0, To: 10},
		{Node: "r2", What: Exists, From: 0, To: 10},
		{Node: "r1", What: Leads, Epoch: 1, From: 0, To: 8},
		{Node: "r2", What: Leads, Epoch: 2, From: 4, To: 9},
		{Node: "r2", What: Leads, Epoch: 3, From: 9.5, To: 10},
		{Node: "r1", What: Lost, From: 2, To: 2.02, Writes: 2},
		{Node: "r1", What: Lost, From: 5.5, To: 5.52, Writes: 1},
		{Node: "r1", What: Paused, From: 6, To: 7},
	}
	if a, b := fmt.Sprintf("%.6v", got.Spans), fmt.Sprintf("%.6v", want); a != b {
		t.Errorf("spans are\n%s, want\n%s", a, b)
	}
	checkFigures(t, got, []string{"data_loss.total = 3", "leaders.at_once.max = 2"})
}

// Of leaders that come and go for ever, only the first are kept, and it says so.
func TestSpansAreBounded(t *testing.T) {
	var text strings.Builder
	text.WriteString("nodes r1; clients eu; end 10s\n")
	for i := range maxSpans + 10 {
		fmt.Fprintf(&text, "%dms r1 leads %d @0\n%dms r1 stops %d\n", i, i+1, i, i+1)
	}
	got, _ := runScript(t, text.String(), nil)
	i := slices.IndexFunc(got.Spans, func(s Span) bool { return s.What == Omitted })
	if len(got.Spans) != maxSpans+1 || i < 0 || got.Spans[i].From != 1.999 || got.Spans[i].To != 10 {
		t.Errorf("%d spans, the one for the others is number %d", len(got.Spans), i)
	}
}
