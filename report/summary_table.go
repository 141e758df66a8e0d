package report

import (
	"slices"
	"strings"

	"replsim/results"
)

// headline is a row of the short table.
type headline struct {
	pattern string // of a figure's name; * stands for one part
	text    string // the row's label; "" for the figure's own name
	// worst shows, of all figures that match, the largest of each variant: of many
	// replicas the one furthest behind.
	worst bool
	// quiet hides the row where every variant has zero: for what mostly does not
	// happen, and is only worth a line when it did.
	quiet bool
	// partOf hides the row where every variant has the same in that figure: the only
	// part of a sum says nothing new.
	partOf string
}

// section is a group of rows under a title.
type section struct {
	title string
	rows  []headline
}

// headlines are the figures a reader wants first, in the order of the questions:
// did it work, how fast was it, how fresh, what was lost, what did it cost.
var headlines = []section{
	{"Availability", []headline{
		{pattern: "availability.read"}, {pattern: "availability.write"}, {pattern: "outage.longest"},
		{pattern: "fallback.time", quiet: true},
	}},
	{"Performance", []headline{
		{pattern: "throughput.read", quiet: true}, {pattern: "throughput.write", quiet: true},
		{pattern: "latency.write.p50"}, {pattern: "latency.write.p99"},
		{pattern: "latency.read.p50"}, {pattern: "latency.read.p99"},
	}},
	{"Freshness", []headline{
		{pattern: "stale_reads.rate"},
		{pattern: "stale_reads.age.p99", quiet: true},
		{pattern: "lag.time.*.p99", text: "replication lag, p99, worst replica", worst: true, quiet: true},
		{pattern: "visibility.followers.p99"},
		{pattern: "linearizability.violations"},
		{pattern: "session.read_your_writes.count", quiet: true}, {pattern: "session.monotonic_reads.count", quiet: true},
		{pattern: "session.monotonic_writes.count", quiet: true}, {pattern: "session.writes_follow_reads.count", quiet: true},
	}},
	{"Loss and recovery", []headline{
		{pattern: "data_loss.total"},
		{pattern: "data_loss.truncated", quiet: true, partOf: "data_loss.total"},
		{pattern: "data_loss.diverged", quiet: true, partOf: "data_loss.total"},
		{pattern: "data_loss.torn", quiet: true, partOf: "data_loss.total"},
		{pattern: "rpo.time", quiet: true}, {pattern: "rto.total"},
		{pattern: "split_brain.time", quiet: true}, {pattern: "split_brain.writes", quiet: true},
	}},
	{"Cost", []headline{
		{pattern: "traffic.messages_per_write"}, {pattern: "traffic.bytes_per_write"},
		{pattern: "traffic.cross_region_bytes_per_write", quiet: true},
	}},
}

func isHeadline(figure string) bool {
	for _, s := range headlines {
		for _, h := range s.rows {
			if _, ok := matchParts(h.pattern, figure); ok {
				return true
			}
		}
	}
	return false
}

// tableRow is a label and a cell per variant; a section's title has no cells.
type tableRow struct {
	label string
	cells []string
}

// What stands in a cell without a number.
const (
	absent = "–" // not measured
	alike  = "·" // no visible difference
)

func (p *printer) rows() []tableRow {
	if p.opts.All {
		return p.allRows()
	}
	var out []tableRow
	for _, s := range headlines {
		var rows []tableRow
		for _, h := range s.rows {
			rows = append(rows, p.headlineRows(h)...)
		}
		if len(rows) > 0 {
			out = append(append(out, tableRow{label: s.title}), rows...)
		}
	}
	return out
}

// figureNamesOf returns the names of all figures that some variant has, sorted.
func (p *printer) figureNamesOf() []string {
	var names []string
	for _, v := range p.set.Variants {
		for _, f := range v.Figures {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (p *printer) allRows() []tableRow {
	var out []tableRow
	for _, name := range p.figureNamesOf() {
		out = append(out, p.row("  "+name, func(v *results.Variant) (results.Figure, bool) { return v.Figure(name) }))
	}
	return out
}

func (p *printer) headlineRows(h headline) []tableRow {
	var names []string
	for _, name := range p.figureNamesOf() {
		if _, ok := matchParts(h.pattern, name); ok {
			names = append(names, name)
		}
	}
	if len(names) == 0 || h.quiet && p.allZero(names) || h.partOf != "" && p.sameMeans(names[0], h.partOf) {
		return nil
	}
	if h.worst && len(names) > 1 {
		return []tableRow{p.row("  "+h.text, func(v *results.Variant) (results.Figure, bool) { return worstOf(v, names) })}
	}
	var out []tableRow
	for _, name := range names {
		out = append(out, p.row("  "+FigureName(name), func(v *results.Variant) (results.Figure, bool) { return v.Figure(name) }))
	}
	return out
}

func worstOf(v *results.Variant, names []string) (worst results.Figure, found bool) {
	for _, name := range names {
		if f, ok := v.Figure(name); ok && (!found || f.Mean > worst.Mean) {
			worst, found = f, true
		}
	}
	return worst, found
}

func (p *printer) allZero(names []string) bool {
	for _, v := range p.set.Variants {
		for _, name := range names {
			if f, ok := v.Figure(name); ok && f.Max != 0 {
				return false
			}
		}
	}
	return true
}

// sameMeans tells whether two figures have the same mean in every variant.
func (p *printer) sameMeans(a, b string) bool {
	for _, v := range p.set.Variants {
		f, _ := v.Figure(a)
		g, _ := v.Figure(b)
		if f.Mean != g.Mean {
			return false
		}
	}
	return true
}

func (p *printer) row(label string, figure func(*results.Variant) (results.Figure, bool)) tableRow {
	r := tableRow{label: label}
	for i := range p.set.Variants {
		cell := absent
		if f, ok := figure(&p.set.Variants[i]); ok {
			if !unitInCell(f.Unit) {
				r.label = withRowUnit(label, f.Unit)
				f.Unit = unitPlain
			}
			cell = FormatInterval(f)
		}
		r.cells = append(r.cells, cell)
	}
	return r
}

// unitInCell tells whether a unit stands with the number: of times and percentages,
// which have another in each cell.
func unitInCell(unit string) bool { return unit == unitSeconds || unit == unitRatio }

// withRowUnit puts a unit that is the same for all cells behind the row's label,
// unless the label says it.
func withRowUnit(label, unit string) string {
	said := unitInCell(unit) || unit == unitPlain || unit == "" || strings.Contains(label, unit) ||
		strings.HasSuffix(unit, "/write") && strings.HasSuffix(label, "per write")
	if said {
		return label
	}
	return label + " (" + unit + ")"
}

// table writes the figures of all variants.
func (p *printer) table() {
	rows := p.rows()
	if len(rows) == 0 {
		return
	}
	var heads []string
	for i := range p.set.Variants {
		heads = append(heads, labelOf(&p.set.Variants[i]))
	}
	p.line("")
	p.grid(rows, heads)
}

// grid writes rows under the names of their columns, with as many columns beside
// each other as the width holds and the others in further blocks.
func (p *printer) grid(rows []tableRow, names []string) {
	labels := 0
	for _, r := range rows {
		labels = max(labels, length(r.label))
	}
	widths := make([]int, len(names))
	heads := make([][]string, len(names))
	for i, name := range names {
		for _, r := range rows {
			if len(r.cells) > 0 {
				widths[i] = max(widths[i], length(r.cells[i]))
			}
		}
		for word := range strings.FieldsSeq(name) {
			widths[i] = max(widths[i], leastColumn, min(length(word), mostWord))
		}
		heads[i] = head(name, widths[i])
	}
	for from := 0; from < len(widths); {
		to, used := from, labels
		for to < len(widths) && (to == from || used+2+widths[to] <= p.width) {
			used += 2 + widths[to]
			to++
		}
		if from > 0 {
			p.line("")
		}
		p.block(rows, heads, widths, labels, from, to)
		from = to
	}
}

// A column is wide enough for most words of a label, which may take some lines.
const (
	leastColumn = 14
	mostWord    = 24 // for which a column is widened
	headLines   = 3
)

// head breaks a variant's label into lines of a column's width; what is too long
// is cut.
func head(label string, width int) []string {
	var lines []string
	for word := range strings.FieldsSeq(label) {
		last := len(lines) - 1
		switch {
		case last >= 0 && length(lines[last])+1+length(word) <= width:
			lines[last] += " " + word
		case len(lines) == headLines:
			lines[last] += " " + word // too long: cut below
		default:
			lines = append(lines, word)
		}
	}
	for i, line := range lines {
		if length(line) > width {
			lines[i] = string([]rune(line)[:width-1]) + "…"
		}
	}
	return lines
}

func (p *printer) block(rows []tableRow, heads [][]string, widths []int, labels, from, to int) {
	tall := 0
	for i := from; i < to; i++ {
		tall = max(tall, len(heads[i]))
	}
	for k := range tall {
		line := padRight("", labels)
		for i := from; i < to; i++ {
			text := ""
			if j := k - (tall - len(heads[i])); j >= 0 { // heads stand on the table
				text = heads[i][j]
			}
			line += "  " + padLeft(text, widths[i])
		}
		p.line("%s", line)
	}
	for _, r := range rows {
		line := r.label
		if len(r.cells) > 0 {
			if !slices.ContainsFunc(r.cells[from:to], func(c string) bool { return c != alike }) {
				continue // nothing to tell in this block
			}
			line = padRight(r.label, labels)
			for i := from; i < to; i++ {
				line += "  " + padLeft(r.cells[i], widths[i])
			}
		}
		p.line("%s", line)
	}
}
