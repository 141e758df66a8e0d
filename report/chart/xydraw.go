package chart

import "math"

func (xy *XY) draw(p painter, r rect, named bool) {
	p.drawSpans(xy.Spans, xy.X.Scale, r, xy.NameSpans)
	xy.drawAxes(p, r)
	for _, l := range xy.Lines {
		xy.drawBand(p, r, l)
	}
	for _, l := range xy.Lines {
		xy.drawLine(p, r, l)
	}
	xy.drawPoints(p, r)
	if named {
		xy.drawNames(p, r)
	}
	if xy.Title != "" {
		top, _ := xy.ends(r.width())
		c := p.theme.ink
		if xy.TitleHue >= 0 {
			c = p.theme.words(Style{Hue: xy.TitleHue})
		}
		left, _ := xy.sides(false)
		title := shorten(clean(xy.Title), textSize+1, r.width()+left)
		p.text(title, textSize+1, c, pt{r.min.x - left, r.max.y + top - panelTitle/2 - 4}, atStart)
	}
}

func (xy *XY) drawAxes(p painter, r rect) {
	below := math.Inf(-1) // where the last word along y ended
	for _, t := range xy.Y.Ticks {
		y := r.min.y + xy.Y.Scale.Place(t.At)*r.height()
		if t.Label == "" {
			p.line(p.theme.muted, 0.5, nil, pt{r.min.x - 2, y}, pt{r.min.x, y})
			continue
		}
		p.line(p.theme.grid, 0.7, nil, pt{r.min.x, y}, pt{r.max.x, y})
		p.line(p.theme.muted, 0.8, nil, pt{r.min.x - tickLength, y}, pt{r.min.x, y})
		if y-textSize/2 > below { // of two that would touch, the lower one stays: zero
			p.text(t.Label, textSize, p.theme.muted, pt{r.min.x - tickLength - 3, y}, atEnd)
			below = y + textSize/2
		}
	}
	p.drawX(xy.X, r, !xy.HideX)
	p.line(p.theme.muted, 0.8, nil, r.min, pt{r.min.x, r.max.y})
}

// drawX draws the axis below r; named tells whether with numbers and title.
func (p painter) drawX(x Axis, r rect, named bool) {
	free := math.Inf(-1) // where the last word ended
	for _, t := range x.Ticks {
		at := r.min.x + x.Scale.Place(t.At)*r.width()
		if t.Label == "" {
			p.line(p.theme.muted, 0.5, nil, pt{at, r.min.y - 2}, pt{at, r.min.y})
			continue
		}
		p.line(p.theme.grid, 0.7, nil, pt{at, r.min.y}, pt{at, r.max.y})
		p.line(p.theme.muted, 0.8, nil, pt{at, r.min.y - tickLength}, pt{at, r.min.y})
		word := pt{at, r.min.y - tickLength - 8}
		if box := textBox(t.Label, textSize, word, atMiddle); named && box.min.x > free+3 {
			p.text(t.Label, textSize, p.theme.muted, word, atMiddle)
			free = box.max.x
		}
	}
	p.line(p.theme.muted, 0.8, nil, r.min, pt{r.max.x, r.min.y})
	if named {
		p.text(x.Title, textSize, p.theme.ink, pt{(r.min.x + r.max.x) / 2, r.min.y - tickLength - 22}, atMiddle)
	}
}

// drawBand fills between Lo and Hi, one polygon for each unbroken stretch.
func (xy *XY) drawBand(p painter, r rect, l Line) {
	if l.Lo == nil || l.Dots {
		return
	}
	c := faint(p.theme.hue(l.Style), 0.2)
	var lower, upper []pt
	flush := func() {
		for i := len(upper) - 1; i >= 0; i-- {
			lower = append(lower, upper[i])
		}
		p.fill(c, clipPolygon(r, lower)...)
		lower, upper = nil, nil
	}
	for i := range l.X {
		if math.IsNaN(l.X[i] + l.Y[i] + l.Lo[i] + l.Hi[i]) {
			flush()
			continue
		}
		if l.Across {
			lower, upper = append(lower, xy.place(r, l.Lo[i], l.Y[i])), append(upper, xy.place(r, l.Hi[i], l.Y[i]))
		} else {
			lower, upper = append(lower, xy.place(r, l.X[i], l.Lo[i])), append(upper, xy.place(r, l.X[i], l.Hi[i]))
		}
	}
	flush()
}

func (xy *XY) drawLine(p painter, r rect, l Line) {
	width, c := 1.7, p.theme.hue(l.Style)
	if l.Thin {
		width, c = 1.0, p.theme.muted
	}
	// Half a line's width of grace: a line along the edge is not cut in two.
	room := r.grown(width / 2)
	for _, part := range xy.paths(l, r) {
		for _, piece := range clipLine(room, part) {
			p.line(c, width, l.Style.dashes(), piece...)
		}
	}
	if !l.Dots {
		return
	}
	for i := range l.X {
		if math.IsNaN(l.X[i] + l.Y[i]) {
			continue
		}
		if l.Lo != nil {
			p.whisker(c, xy.place(r, l.X[i], l.Lo[i]), xy.place(r, l.X[i], l.Hi[i]))
		}
		p.dot(c, xy.place(r, l.X[i], l.Y[i]), 3, false)
	}
}

// maxPointName is the share of the panel a point's name may take: with less than
// half, it fits on one side of the point wherever that lies.
const maxPointName = 0.45

func (xy *XY) drawPoints(p painter, r rect) {
	var names []string
	var points []pt
	var styles []Style
	o := obstacles{inside: rect{pt{r.min.x, r.min.y + 3}, pt{r.max.x + 2, r.max.y + 2}}} // off the axes
	for _, l := range xy.Lines {
		o.lines = append(o.lines, xy.paths(l, r)...)
	}
	for _, q := range xy.Points {
		c := p.theme.hue(q.Style)
		at := xy.place(r, q.X, q.Y)
		bars := [2][]pt{
			{xy.place(r, q.XLo, q.Y), xy.place(r, q.XHi, q.Y)},
			{xy.place(r, q.X, q.YLo), xy.place(r, q.X, q.YHi)},
		}
		for _, bar := range bars {
			if math.Hypot(bar[0].x-bar[1].x, bar[0].y-bar[1].y) > 8 { // else it hides in the dot
				p.whisker(c, bar[0], bar[1])
				o.lines = append(o.lines, bar)
			}
		}
		if q.Label == "" { // one of many
			p.dot(c, at, 2.5, q.Hollow)
			continue
		}
		p.dot(c, at, 4, q.Hollow)
		o.boxes = append(o.boxes, rect{at, at}.grown(5))
		names, points = append(names, shorten(clean(q.Label), textSize, r.width()*maxPointName)), append(points, at)
		styles = append(styles, q.Style)
	}
	for i, n := range around(names, points, o) {
		c := p.theme.words(styles[i])
		if n.led() {
			p.line(faint(p.theme.muted, 0.7), 0.6, nil, n.from, n.nearest())
		}
		p.text(n.text, textSize, c, n.at, atStart)
	}
}

func (xy *XY) drawNames(p painter, r rect) {
	keys := xy.keys()
	if xy.Labels == Beside {
		names, _ := xy.beside(r)
		for i, n := range names {
			p.text(n.text, textSize, p.theme.words(keys[i].Style), n.at, atStart)
		}
		return
	}
	wishes := make([]float64, len(keys))
	for i, l := range keys {
		wishes[i] = r.min.y
		for j := len(l.Y) - 1; j >= 0; j-- {
			if !math.IsNaN(l.Y[j]) {
				place := math.Max(0, math.Min(1, xy.Y.Scale.Place(l.Y[j])))
				wishes[i] = r.min.y + place*r.height()
				break
			}
		}
	}
	for i, y := range spread(wishes, lineGap, r.min.y, r.max.y) {
		if math.Abs(y-wishes[i]) > 2 {
			c := faint(p.theme.hue(keys[i].Style), 0.7)
			p.line(c, 0.7, nil, pt{r.max.x + 1, wishes[i]}, pt{r.max.x + endGap - 2, y})
		}
		p.text(keys[i].Label, textSize, p.theme.words(keys[i].Style), pt{r.max.x + endGap, y}, atStart)
	}
}
