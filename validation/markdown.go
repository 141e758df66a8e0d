package validation

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"replsim/report"
)

// intro begins the document.
//
//go:embed intro.md
var intro string

// chapters are the document's parts, one for each kind of expected value.
var chapters = map[Kind]string{
	Exact:     "Closed forms",
	Published: "Published figures",
	Measured:  "Real databases",
}

// WriteMarkdown writes the document: what is compared, a summary, and a table for
// each group, chapter by chapter. The same results give the same bytes.
func WriteMarkdown(w io.Writer, all []*Result) error {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *Result) int {
		return cmp.Compare(slices.Index(kinds, a.Group.Kind()), slices.Index(kinds, b.Group.Kind()))
	})
	var b strings.Builder
	b.WriteString(intro)
	writeSummary(&b, all)
	for _, k := range kinds {
		first := true
		for _, r := range all {
			if r.Group.Kind() != k {
				continue
			}
			if first {
				fmt.Fprintf(&b, "\n## %s\n", chapters[k])
				if k == Measured {
					fmt.Fprintf(&b, "\nThe costs that belong to a database and its machine (a flush, a wake-up, a service time: about ten) are in its preset, in [scenarios/presets](../scenarios/presets/). They were fitted to runs without replicas and over links without delay, the lines marked as fitted. Everything else is predicted from the protocol and the delays of the links; what resists has a wider rule of its own, and a note.\n\n![Errors of predicted times](%s)\n", ChartFile)
				}
				first = false
			}
			writeGroup(&b, r)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeSummary writes the table of groups, and what chance alone could do.
func writeSummary(b *strings.Builder, all []*Result) {
	b.WriteString("\n## Summary\n\n| group | compared with | lines | median error | worst error | verdict |\n|---|---|---|---|---|---|\n")
	var lines, fitted, held int
	var alarms float64
	for _, r := range all {
		predictions := 0
		for _, o := range r.Outcomes {
			lines++
			fitted += one(o.Calibrated)
			held += one(o.Held)
			predictions += one(!o.Calibrated)
			alarms += o.line.Rule.FalseAlarm
		}
		count := fmt.Sprint(predictions)
		if n := len(r.Outcomes) - predictions; n > 0 {
			count += fmt.Sprintf(" and %d fitted", n)
		}
		fmt.Fprintf(b, "| [%s](#%s) | %s | %s | %s | %s | %s |\n", cell(r.Group.Title), anchor(r.Group.Title),
			strings.ToLower(chapters[r.Group.Kind()]), count, percent(r.Median), percent(r.Worst), mark(r.Held()))
	}
	fmt.Fprintf(b, "\n%d of %d lines hold; %d of them are predictions. ", held, lines, lines-fitted)
	fmt.Fprintf(b, "Were all seeds drawn anew, chance alone would fail any of the lines that are judged by it (statistical and sampling rules), of a correct simulator, with a probability of at most %.2g %%.\n", 100*alarms)
}

// writeGroup writes one group's section.
func writeGroup(b *strings.Builder, r *Result) {
	g := r.Group
	fmt.Fprintf(b, "\n### %s\n\n%s\n\nScenario: `%s`. Source: %s.\n\n", g.Title, g.Shows, g.scenario, strings.TrimSuffix(g.Source, "."))
	rules := map[string][]string{}
	var order []string
	formulas := false
	for _, l := range g.Lines {
		text := l.Rule.text(g.MedianError)
		if rules[text] == nil {
			order = append(order, text)
		}
		rules[text] = append(rules[text], l.Label)
		formulas = formulas || l.Formula != ""
	}
	for i, text := range order {
		which := "A line holds if "
		if i > 0 {
			which = strings.Join(rules[text], "; ") + ": holds if "
		}
		fmt.Fprintf(b, "%s%s.\n\n", which, text)
	}
	head, rule := "| line |", "|---|"
	if formulas {
		head, rule = head+" formula |", rule+"---|"
	}
	fmt.Fprintf(b, "%s %s | simulated | 95 %% interval | error | verdict |\n%s---|---|---|---|---|\n", head, g.header(), rule)
	for _, o := range r.Outcomes {
		writeLine(b, o, formulas)
	}
	if !r.MedianHeld {
		fmt.Fprintf(b, "\n✗ The median error, %s, is more than %s.\n", percent(r.Median), percent(g.MedianError))
	}
	writeNotes(b, g)
}

func writeLine(b *strings.Builder, o Outcome, formulas bool) {
	fmt.Fprintf(b, "| %s |", cell(o.Label))
	if formulas {
		fmt.Fprintf(b, " %s |", cell(o.line.Formula))
	}
	verdict := mark(o.Held)
	if o.Calibrated {
		verdict += " fitted"
	}
	if o.Why != "" {
		verdict += " " + o.Why
	}
	fmt.Fprintf(b, " %s | %s | %s | %s | %s |\n", o.expected(), o.number(o.Simulated), o.interval(), o.error(), cell(verdict))
}

// writeNotes writes what belongs to single lines.
func writeNotes(b *strings.Builder, g *Group) {
	gap := "\n"
	for _, l := range g.Lines {
		text := l.Note
		if l.Source != "" {
			text = strings.TrimSpace(text + " Source: " + strings.TrimSuffix(l.Source, ".") + ".")
		}
		if text != "" {
			fmt.Fprintf(b, "%s- %s: %s\n", gap, l.Label, text)
			gap = ""
		}
	}
}

// header names the column of expected values.
func (g *Group) header() string {
	for _, l := range g.Lines {
		if l.Kind != g.Lines[0].Kind {
			return "expected"
		}
	}
	return string(g.Lines[0].Kind)
}

// text says in words when a line holds.
func (r Rule) text(medianError float64) string {
	switch r.Kind {
	case Absolute:
		return "the difference is at most " + report.FormatDigits(r.Within, r.withinUnit, 1)
	case Relative:
		text := "the error is at most " + percent(r.Error)
		if medianError > 0 {
			text += fmt.Sprintf("; the median error must be at most %s", percent(medianError))
		}
		return text
	case Sampling:
		return "the difference is within what chance does in the measurement and in the simulation " + r.granted()
	}
	return "the difference is within what chance does in the simulation " + r.granted()
}

// granted says how rarely chance alone fails a line, and what is granted besides.
func (r Rule) granted() string {
	text := "(false alarm: 1 in " + report.FormatDigits(1/r.FalseAlarm, "", 1) + ")"
	if r.Floor > 0 {
		text += " or " + percent(r.Floor)
	}
	return text
}

// digits of numbers in tables: deterministic geometry is exact, all else is not.
const (
	exactDigits     = 6
	estimatedDigits = 4
)

func (o Outcome) number(v float64) string {
	if o.Rule == Absolute {
		number, unit, _ := strings.Cut(report.FormatDigits(v, o.Unit, exactDigits), " ")
		if strings.Contains(number, ".") {
			number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
		}
		return strings.TrimSpace(number + " " + unit)
	}
	return report.FormatDigits(v, o.Unit, estimatedDigits)
}

// expected writes the expected value, with its standard error if it was measured so.
func (o Outcome) expected() string {
	text := o.number(o.Expected)
	if o.line.N > 1 && o.line.SD > 1e-9*o.Expected { // else it is rounding
		text += " ± " + report.FormatDigits(o.line.SD/math.Sqrt(float64(o.line.N)), o.Unit, 2)
	}
	return text
}

func (o Outcome) interval() string {
	if o.Lo == nil || *o.Lo == *o.Hi {
		return "–"
	}
	lo, hi := o.number(*o.Lo), o.number(*o.Hi)
	if number, unit, _ := strings.Cut(lo, " "); strings.HasSuffix(hi, " "+unit) {
		lo = number // the unit once
	}
	return lo + " to " + hi
}

func (o Outcome) error() string {
	switch {
	case o.Rule == Absolute:
		return signed(report.FormatDigits(o.Simulated-o.Expected, o.Unit, 2), o.Simulated-o.Expected)
	case o.Error == nil:
		return "–"
	}
	return signed(percent(*o.Error), *o.Error)
}

// signed puts a plus before what is more than nothing.
func signed(text string, value float64) string {
	if value > 0 && strings.ContainsAny(text[:1], "0123456789") && strings.ContainsAny(text, "123456789") {
		return "+" + text
	}
	return text
}

// percent writes a share with two decimals, fewer if it is large.
func percent(share float64) string {
	p := 100 * share
	if math.IsNaN(p) {
		return "–"
	}
	decimals := 2
	switch {
	case math.Abs(p) >= 10:
		decimals = 0
	case math.Abs(p) >= 1:
		decimals = 1
	}
	text := fmt.Sprintf("%.*f %%", decimals, p)
	switch {
	case math.Abs(p) < 1e-9: // not even that: what is left of rounding
		return "0 %"
	case !strings.ContainsAny(text, "123456789"):
		return "<0.01 %"
	}
	return strings.Replace(text, "-", "−", 1)
}

func mark(held bool) string {
	if held {
		return "✓"
	}
	return "✗"
}

func one(condition bool) int {
	if condition {
		return 1
	}
	return 0
}

// cell keeps a text within its cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// anchor is the name that GitHub gives to a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		}
	}
	return b.String()
}
