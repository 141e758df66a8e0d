package report

import (
	"fmt"
	"io"
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
// column per variant, another of how the variants differ from the first, what the faults did, and whether
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
	interval := "± is the 95 % interval"
	if s.Seeds == 1 {
		interval = "one run, so no intervals"
	}
	warmup := ""
	if s.Warmup > 0 {
		warmup = ", the first " + Format(s.Warmup, unitSeconds) + " not counted"
	}
	p.paragraph("", "", fmt.Sprintf("%s of %s simulated%s; %s (scenario %s, base seed %d)",
		seeds, Format(s.Duration, unitSeconds), warmup, interval, s.Scenario, s.Seed))
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
