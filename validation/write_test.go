package validation

import (
	"strings"
	"testing"

	"replsim/results"
)

// failing are results in which everything is wrong that can be.
func failing(t *testing.T) []*Result {
	t.Helper()
	figures := []results.Figure{
		{Name: "a", Unit: "s", Mean: 0.0012, Lo: 0.0011, Hi: 0.0013, N: 5},
		{Name: "b", Unit: "writes", Mean: 1234, Lo: 1234, Hi: 1234, N: 1},
		{Name: "c", Unit: "ratio", Mean: 0.5, Lo: 0.4, Hi: 0.6, N: 5},
	}
	measured := &Group{Name: "m", Title: "A database", Shows: "It is off.", Source: "me.", MedianError: 0.1, scenario: "s", Lines: []Line{
		{Name: "x", Label: "X", Variant: "v", Figure: "a", Kind: Measured, Expected: 0.001, N: 4, SD: 0.0002, unit: "s", Rule: Rule{Kind: Relative, Error: 0.15}, Note: "Odd."},
		{Name: "y", Label: "Y|y", Variant: "v", Figure: "b", Kind: Measured, Expected: 1234, Rule: Rule{Kind: Relative, Error: 0.15}, Calibrated: true, Source: "you"},
	}}
	exact := &Group{Name: "e", Title: "A (formula)", Shows: "It holds.", Source: "a book", scenario: "s", Lines: []Line{
		{Name: "z", Label: "Z", Variant: "v", Figure: "c", Kind: Exact, Expected: 0.5, unit: "ratio", Formula: "1/2", Rule: Rule{Kind: Statistical, FalseAlarm: 1e-3, Floor: 0.005, Precision: 1}},
		{Name: "w", Label: "W", Variant: "v", Figure: "a", Kind: Published, Expected: 0.0012005, unit: "s", Rule: Rule{Kind: Absolute, Within: 1e-6, withinUnit: "s"}},
	}}
	var all []*Result
	for _, g := range []*Group{measured, exact} {
		r, err := judge(g, ran(figures))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestWriteMarkdown(t *testing.T) {
	var b strings.Builder
	if err := WriteMarkdown(&b, failing(t)); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	after := 0
	for _, want := range []string{ // in this order
		"# Validation",
		"| [A (formula)](#a-formula) | closed forms | 2 | 0.02 % | 0.04 % | ✓ |",
		"| [A database](#a-database) | real databases | 1 and 1 fitted | 20 % | 20 % | ✗ |",
		"3 of 4 lines hold; 3 of them are predictions.",
		"a probability of at most 0.1 %.",
		"## Closed forms",
		"Scenario: `s`. Source: a book.",
		"A line holds if the difference is within what chance does in the simulation (false alarm: 1 in 1,000) or 0.50 %.",
		"W: holds if the difference is at most 1 µs.",
		"| line | formula | expected | simulated |",
		"| Z | 1/2 | 50.00 % | 50.00 % | 40.00 to 60.00 % | 0 % | ✓ |",
		"| W |  | 1.2005 ms | 1.2 ms | 1.1 to 1.3 ms | −500 ns | ✓ |",
		"## Real databases",
		"the error is at most 15 %; the median error must be at most 10 %.",
		"| line | measured | simulated |",
		"| X | 1.000 ms ± 100 µs | 1.200 ms | 1.100 to 1.300 ms | +20 % | ✗ off by more than 150 µs |",
		`| Y\|y | 1,234 writes | 1,234 writes | – | 0 % | ✓ fitted |`,
		"✗ The median error, 20 %, is more than 10 %.",
		"- X: Odd.",
		"- Y|y: Source: you.",
	} {
		i := strings.Index(page[after:], want)
		if i < 0 {
			t.Fatalf("the page lacks %q after\n%s", want, page[:after])
		}
		after += i
	}
}

func TestWriteText(t *testing.T) {
	var b strings.Builder
	if err := WriteText(&b, failing(t)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"✗ m: A database", "✗ X ", "off by more than 150 µs", "fitted", "✗ the median error is 20 %, more than 10 %", "✓ e: A (formula)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
