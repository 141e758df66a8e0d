package chart

import (
	"cmp"
	"math"
	"slices"
)

// Span is a stretch of x shaded behind the data and named above it; a line if From
// equals To.
type Span struct {
	Name     string
	From, To float64
	Hue      int // into the theme's colours of spans
}

const (
	laneHeight = 13.0
	spanSize   = 9.5
)

// spanName is a placed name: the lane it stands in (0 is next to the data), the
// left end of the word, and where a thin line leads from the word to the span.
type spanName struct {
	text    string
	lane    int
	x, lead float64
	hue     int
	led     bool // there is room for that line
}

// stretch is a part of a lane, or of a span, from left to right.
type stretch struct{ from, to float64 }

// lanes are the rows above the data, from the lowest, with what is taken in each.
type lanes [][]stretch

func (l lanes) free(lane int, s stretch) bool {
	return !slices.ContainsFunc(l[lane], func(t stretch) bool { return s.from < t.to && t.from < s.to })
}

// lead finds a gap that goes down from a lane to the span: at its middle if it can
// be, else anywhere over the span.
func (l lanes) lead(lane int, span stretch) (x float64, ok bool) {
	mid := (span.from + span.to) / 2
	for offset := 0.0; offset <= (span.to-span.from)/2; offset += 3 {
		for _, x := range []float64{mid + offset, mid - offset} {
			blocked := false
			for below := range lane {
				blocked = blocked || !l.free(below, stretch{x - 3, x + 3})
			}
			if !blocked {
				return x, true
			}
		}
	}
	return mid, false
}

// nameSpans puts the names above their spans, within 0 … width, in as few lanes as
// keep them apart. Short spans come first, next to the data: they have the least
// room for a line from a higher lane. Spans outside the axis have no name.
func nameSpans(spans []Span, scale Scale, width float64) (names []spanName, rows int) {
	order := slices.Clone(spans)
	slices.SortStableFunc(order, func(a, b Span) int { return cmp.Compare(a.To-a.From, b.To-b.From) })
	var taken lanes
	for _, s := range order {
		from, to, visible := s.extent(scale)
		if !visible {
			continue
		}
		span := stretch{from * width, to * width}
		text := shorten(clean(s.Name), spanSize, width)
		w := textWidth(spanSize, text)
		x := math.Max(0, math.Min(width-w, (span.from+span.to-w)/2))
		word := stretch{x - 4, x + w + 4}
		lane := 0
		for lane < len(taken) && !taken.free(lane, word) {
			lane++
		}
		if lane == len(taken) {
			taken = append(taken, nil)
		}
		// The line must start under the word.
		reach := stretch{math.Max(span.from, x), math.Min(span.to, x+w)}
		lead, led := taken.lead(lane, reach)
		taken[lane] = append(taken[lane], word)
		for below := range lane {
			if led {
				taken[below] = append(taken[below], stretch{lead - 3, lead + 3})
			}
		}
		names = append(names, spanName{text, lane, x, lead, s.Hue, led})
	}
	return names, len(taken)
}

// extent returns the visible part of the span as shares of the axis.
func (s Span) extent(scale Scale) (from, to float64, visible bool) {
	from, to = math.Max(0, scale.Place(s.From)), math.Min(1, scale.Place(s.To))
	return from, to, from <= to
}

// drawSpans shades the spans in r and, if named, writes their names above it.
func (p painter) drawSpans(spans []Span, scale Scale, r rect, named bool) {
	for _, s := range spans {
		c := p.theme.spans[s.Hue%len(p.theme.spans)]
		from, to, visible := s.extent(scale)
		if !visible {
			continue
		}
		x0, x1 := r.min.x+from*r.width(), r.min.x+to*r.width()
		if x1-x0 < 1.5 { // an instant, or too short to see as a band
			p.line(c, 1.2, []float64{3, 2}, pt{x0, r.min.y}, pt{x0, r.max.y})
			continue
		}
		p.fillRect(faint(c, 0.14), rect{pt{x0, r.min.y}, pt{x1, r.max.y}})
		// Edges keep the band visible in greyscale and on bad projectors.
		p.line(faint(c, 0.45), 0.6, nil, pt{x0, r.min.y}, pt{x0, r.max.y})
		p.line(faint(c, 0.45), 0.6, nil, pt{x1, r.min.y}, pt{x1, r.max.y})
	}
	if !named {
		return
	}
	names, _ := nameSpans(spans, scale, r.width())
	for _, n := range names {
		y := r.max.y + laneHeight*(float64(n.lane)+0.5)
		if n.lane > 0 && n.led {
			p.line(faint(p.theme.spans[n.hue%len(p.theme.spans)], 0.6), 0.6, nil,
				pt{r.min.x + n.lead, r.max.y}, pt{r.min.x + n.lead, y - spanSize/2})
		}
		p.text(n.text, spanSize, p.theme.spanWords(n.hue), pt{r.min.x + n.x, y}, atStart)
	}
}
