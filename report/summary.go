package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"replsim/results"
)

// SummaryOptions say how a summary is laid out.
type SummaryOptions struct {
	Width int  // columns of the terminal; 0 means 100
	All   bool // every figure and comparison, under their dotted names, not just the headlines
}

const (
	defaultWidth = 100
	leastWidth   = 40 // narrower, nothing could be aligned
)

// Summary writes what a person reads after a run: the question, a table with a
// column per variant, how the variants differ, what the faults did, and whether
// the expectations held. It returns the error of w, if any.
func Summary(w io.Writer, s *results.Set, opts SummaryOptions) error {
	if opts.Width <= 0 {
		opts.Width = defaultWidth
	}
	p := &printer{set: s, opts: opts, width: max(opts.Width, leastWidth)}
	p.heading()
	p.table()
	p.comparisons()
	p.effects()
	p.notes()
	p.expectations()
	_, err := io.WriteString(w, p.out.String())
	return err
}

// printer collects the text of a summary.
type printer struct {
	set   *results.Set
	opts  SummaryOptions
	width int
	out   strings.Builder
}

func (p *printer) line(format string, args ...any) {
	p.out.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " "))
	p.out.WriteByte('\n')
}

// paragraph writes text wrapped to the width: first before its first line, rest
// before all others.
func (p *printer) paragraph(first, rest, text string) {
	line := first
	empty := true
	for word := range strings.FieldsSeq(text) {
		if !empty && length(line)+1+length(word) > p.width {
			p.line("%s", line)
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	p.line("%s", line)
}

// length is the width of text in a terminal, for letters of usual width.
func length(text string) int { return utf8.RuneCountInString(text) }

func (p *printer) heading() {
	s := p.set
	p.paragraph("", "", s.Title)
	if s.Question != "" {
		p.paragraph("", "", s.Question)
	}
	if len(s.Variants) == 0 {
		p.line("There are no results.")
		return
	}
	seeds := plural(s.Seeds, "seed")
	interval := ", ± 95 % interval"
	if s.Seeds == 1 {
		interval = ": one run, so no intervals"
	}
	p.paragraph("", "", fmt.Sprintf("%s of %s simulated, the first %s not counted%s (scenario %s, base seed %d)",
		seeds, Format(s.Duration, unitSeconds), Format(s.Warmup, unitSeconds), interval, s.Scenario, s.Seed))
	if s.Partial {
		p.line("! Interrupted: the figures rest on fewer seeds.")
		for _, v := range s.Variants {
			if v.Done < s.Seeds {
				p.paragraph("  ", "    ", fmt.Sprintf("%s: %d of %d", labelOf(&v), v.Done, s.Seeds))
			}
		}
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func labelOf(v *results.Variant) string { return variant{Variant: v}.label() }

// variantLabel returns the label of a variant by name.
func (p *printer) variantLabel(name string) string {
	if v, ok := p.set.Variant(name); ok {
		return labelOf(v)
	}
	return name
}

// comparisons writes the paired differences, those that show nothing in one line.
func (p *printer) comparisons() {
	type pair struct{ base, variant string }
	var pairs []pair
	shown := map[pair][]results.Comparison{}
	for _, c := range p.set.Comparisons {
		if !p.opts.All && !isHeadline(c.Figure) {
			continue
		}
		k := pair{c.Base, c.Variant}
		if !slices.Contains(pairs, k) {
			pairs = append(pairs, k)
		}
		shown[k] = append(shown[k], c)
	}
	for _, k := range pairs {
		p.line("")
		p.paragraph("", "  ", p.variantLabel(k.variant)+" compared with "+p.variantLabel(k.base)+", seed by seed:")
		p.differences(shown[k])
	}
}

func (p *printer) differences(list []results.Comparison) {
	var same []string
	wide := 0
	for _, c := range list {
		if c.Verdict == results.NoDifference {
			same = append(same, FigureName(c.Figure))
		} else {
			wide = max(wide, length(FigureName(c.Figure)))
		}
	}
	for _, c := range list {
		if c.Verdict != results.NoDifference {
			p.line("  %s  %s (%s)", padRight(FigureName(c.Figure), wide), FormatDifference(c), c.Verdict)
		}
	}
	if len(same) > 0 {
		p.paragraph("  ", "    ", "no visible difference: "+strings.Join(same, "; "))
	}
}

// effects tells what each fault did; variants in which it did the same share a line.
func (p *printer) effects() {
	type effect struct {
		results.Effect
		variants []string
	}
	var list []effect
	for i := range p.set.Variants {
		v := &p.set.Variants[i]
		for _, e := range v.Effects {
			k := slices.IndexFunc(list, func(o effect) bool { return o.Effect == e })
			if k < 0 {
				list = append(list, effect{Effect: e})
				k = len(list) - 1
			}
			list[k].variants = append(list[k].variants, labelOf(v))
		}
	}
	if len(list) == 0 {
		return
	}
	// Faults in the order in which they first occur, each with all its lines.
	order := map[string]int{}
	for i, e := range list {
		if _, ok := order[e.Fault]; !ok {
			order[e.Fault] = i
		}
	}
	slices.SortStableFunc(list, func(a, b effect) int { return order[a.Fault] - order[b.Fault] })
	p.line("")
	p.line("What the faults did, over all seeds:")
	for _, e := range list {
		mark := "  "
		if e.Warning {
			mark = "! "
		}
		who := ""
		if len(e.variants) < len(p.set.Variants) {
			who = " (" + strings.Join(e.variants, "; ") + ")"
		}
		p.paragraph(mark, "    ", e.Fault+who+": "+e.Text)
	}
}

func (p *printer) notes() {
	first := true
	for i := range p.set.Variants {
		v := &p.set.Variants[i]
		for _, note := range v.Notes {
			if first {
				p.line("")
				p.line("Notes:")
				first = false
			}
			if len(p.set.Variants) > 1 {
				note = labelOf(v) + ": " + note
			}
			p.paragraph("  ", "    ", note)
		}
	}
}

func (p *printer) expectations() {
	if len(p.set.Expectations) == 0 {
		return
	}
	p.line("")
	missed := 0
	for _, e := range p.set.Expectations {
		mark := "✓"
		if !e.Held {
			mark = "✗"
			missed++
		}
		who := ""
		if e.Variant != "" {
			who = p.variantLabel(e.Variant) + ": "
		}
		p.paragraph("  "+mark+" ", "    ", fmt.Sprintf("%s%s %s, got %s", who, e.Key, e.Want, Format(e.Got, e.Unit)))
	}
	if missed == 0 {
		p.line("All %s met.", plural(len(p.set.Expectations), "expectation"))
	} else {
		p.line("%d of %s missed.", missed, plural(len(p.set.Expectations), "expectation"))
	}
}

func padRight(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-length(text)))
}

func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-length(text))) + text
}
