package report

import (
	"slices"
	"strings"

	"replsim/results"
)

// said is a sentence and the variants of which it holds.
type said struct {
	text     string
	warning  bool
	variants []string
}

// say adds what holds of a variant to a list in which equal sentences are one.
func say(list []said, text string, warning bool, variant string) []said {
	k := slices.IndexFunc(list, func(s said) bool { return s.text == text && s.warning == warning })
	if k < 0 {
		return append(list, said{text, warning, []string{variant}})
	}
	list[k].variants = append(list[k].variants, variant)
	return list
}

// who names the variants of which something holds; "" if it holds of all.
func (p *printer) who(s said) string {
	if len(s.variants) == len(p.set.Variants) {
		return ""
	}
	return strings.Join(s.variants, "; ") + ": "
}

// effects tells what each fault did, the faults in the order in which they first
// occur; variants in which one did the same share a line.
func (p *printer) effects() {
	var faults []string
	texts := map[string][]said{}
	for i := range p.set.Variants {
		v := &p.set.Variants[i]
		for _, e := range v.Effects {
			if !slices.Contains(faults, e.Fault) {
				faults = append(faults, e.Fault)
			}
			texts[e.Fault] = say(texts[e.Fault], e.Text, e.Warning, labelOf(v))
		}
	}
	if len(faults) == 0 {
		return
	}
	p.line("")
	p.line("What the faults did:")
	for _, name := range faults {
		list := texts[name]
		if len(list) == 1 && p.who(list[0]) == "" {
			p.paragraph(mark(list[0])+name+": ", "    ", list[0].text)
			continue
		}
		p.line("  %s", name)
		for _, s := range list {
			p.paragraph(mark(s)+"  ", "      ", p.who(s)+s.text)
		}
	}
}

// mark is the margin of a line, with a sign if it is a warning.
func mark(s said) string {
	if s.warning {
		return "! "
	}
	return "  "
}

// notes writes the sentences about the variants, those that several share once.
func (p *printer) notes() {
	var list []said
	for i := range p.set.Variants {
		v := &p.set.Variants[i]
		for _, note := range v.Notes {
			list = say(list, note, false, labelOf(v))
		}
	}
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line("Notes:")
	for _, s := range list {
		p.paragraph("  ", "    ", p.who(s)+s.text)
	}
}

// comparisons writes the paired differences of each base with the other variants:
// a table of what differs, since what does not is told in a word.
func (p *printer) comparisons() {
	var bases []string
	for _, c := range p.set.Comparisons {
		if !slices.Contains(bases, c.Base) {
			bases = append(bases, c.Base)
		}
	}
	for _, base := range bases {
		p.comparedWith(base)
	}
}

func (p *printer) comparedWith(base string) {
	var variants, figures []string
	byPair := map[[2]string]results.Comparison{}
	for _, c := range p.set.Comparisons {
		if c.Base != base || !p.opts.All && !isHeadline(c.Figure) {
			continue
		}
		if !slices.Contains(variants, c.Variant) {
			variants = append(variants, c.Variant)
		}
		if c.Verdict != results.NoDifference && !slices.Contains(figures, c.Figure) {
			figures = append(figures, c.Figure)
		}
		byPair[[2]string{c.Variant, c.Figure}] = c
	}
	if len(variants) == 0 {
		return
	}
	p.line("")
	against := "Compared with " + p.variantLabel(base) + ", seed by seed"
	if len(figures) == 0 {
		p.paragraph("", "  ", against+": no visible difference.")
		return
	}
	legend := alike + ": no visible difference, as in all rows left out"
	if slices.ContainsFunc(figures, func(f string) bool { return byPair[[2]string{variants[0], f}].Unit == unitRatio }) {
		legend += "; pp: percentage points"
	}
	p.paragraph("", "  ", against+" ("+legend+"):")
	var heads []string
	for _, v := range variants {
		heads = append(heads, p.variantLabel(v))
	}
	if !p.opts.All {
		figures = p.inTableOrder(figures)
	}
	var rows []tableRow
	for _, figure := range figures {
		r := tableRow{label: "  " + figure}
		if !p.opts.All {
			r.label = "  " + FigureName(figure)
		}
		for _, v := range variants {
			cell := alike
			if c := byPair[[2]string{v, figure}]; c.Verdict != results.NoDifference && c.Verdict != "" {
				r.label = withRowUnit(r.label, c.Unit)
				cell = FormatDifference(withoutUnit(c))
			}
			r.cells = append(r.cells, cell)
		}
		rows = append(rows, r)
	}
	p.grid(rows, heads)
}

// withoutUnit takes away the unit that stands in the row's label.
func withoutUnit(c results.Comparison) results.Comparison {
	if !unitInCell(c.Unit) {
		c.Unit = unitPlain
	}
	return c
}

// inTableOrder sorts figures as the table of headlines has them, without those that
// it leaves out as the only part of a sum.
func (p *printer) inTableOrder(figures []string) []string {
	var out []string
	for _, s := range headlines {
		for _, h := range s.rows {
			for _, f := range figures {
				_, ok := matchParts(h.pattern, f)
				if ok && !slices.Contains(out, f) && (h.partOf == "" || !p.sameMeans(f, h.partOf)) {
					out = append(out, f)
				}
			}
		}
	}
	return out
}
