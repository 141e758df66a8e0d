package chart

import (
	"math"
	"strings"
)

// Bar is one value with its interval.
type Bar struct {
	Label         string
	Value, Lo, Hi float64
	Text          string // the value as printed
	Style         Style
}

// Bars is a panel of bars from zero, upright while the labels fit below them and
// lying when they do not. On a logarithmic axis, where a bar's length would mean
// nothing, it shows dots.
type Bars struct {
	Title  string
	Values Axis
	Bars   []Bar
	Lying  bool
	Tall   float64 // height of the data when upright, in points
}

const (
	barPitch  = 19.0 // from bar to bar when lying
	barShare  = 0.66 // of its slot that a bar fills
	labelRows = 2    // below an upright bar

	leastWhisker = 1.5 // shorter, its caps would be all of it
)

func (b *Bars) fits(rect) bool { return true }
func (b *Bars) keys() []Line   { return nil }

func (b *Bars) height() float64 {
	if b.Lying {
		return barPitch * float64(len(b.Bars))
	}
	return b.Tall
}

// maxLabel keeps the labels of lying bars from taking the room of the bars.
const maxLabel = pageWidth * 0.36

func (b *Bars) sides(bool) (left, right float64) {
	if !b.Lying {
		for _, t := range b.Values.Ticks {
			left = math.Max(left, textWidth(textSize, t.Label)+tickLength+4)
		}
		return left, 4
	}
	for _, bar := range b.Bars {
		left = math.Max(left, math.Min(maxLabel, textWidth(textSize, bar.Label))+8)
		right = math.Max(right, textWidth(textSize, bar.Text)+8)
	}
	return left, right
}

func (b *Bars) ends(width float64) (top, bottom float64) {
	top = 6
	if b.Title != "" {
		top += panelTitle
	}
	if b.Lying {
		return top, tickLength + 16
	}
	rows := 1
	for _, bar := range b.Bars {
		rows = max(rows, len(wrap(bar.Label, textSize, width/float64(len(b.Bars))-4, labelRows)))
	}
	return top + textSize + 4, 6 + float64(rows)*12 // the tallest bar's value stands above it
}

// FitUpright tells whether upright bars have room for all labels and values when
// so many panels share a row.
func FitUpright(panels []*Bars) bool {
	bars, ticks := 0, 0.0
	for _, b := range panels {
		bars = max(bars, len(b.Bars))
		left, right := (&Bars{Values: b.Values}).sides(false)
		ticks = math.Max(ticks, left+right)
	}
	column := (pageWidth - 2*margin - gapX*float64(len(panels)-1)) / float64(len(panels))
	slot := (column - ticks) / float64(bars)
	for _, b := range panels {
		for _, bar := range b.Bars {
			rows := wrap(bar.Label, textSize, slot-4, labelRows+1)
			if len(rows) > labelRows || textWidth(textSize, bar.Text) > slot-2 {
				return false
			}
			for _, row := range rows {
				if textWidth(textSize, row) > slot-4 || strings.HasSuffix(row, "…") {
					return false
				}
			}
		}
		if textWidth(textSize+1, b.Title) > column {
			return false
		}
	}
	return true
}

func (b *Bars) draw(p painter, r rect, _ bool) {
	if b.Title != "" {
		left, _ := b.sides(false)
		top, _ := b.ends(r.width())
		p.text(shorten(clean(b.Title), textSize+1, r.width()+left), textSize+1, p.theme.ink,
			pt{r.min.x - left, r.max.y + top - panelTitle/2 - 3}, atStart)
	}
	b.drawAxis(p, r)
	for i, bar := range b.Bars {
		if b.Lying {
			b.drawLying(p, r, i, bar)
		} else {
			b.drawUpright(p, r, i, bar)
		}
	}
	zero := b.base()
	if b.Lying {
		x := r.min.x + zero*r.width()
		p.line(p.theme.muted, 0.8, nil, pt{x, r.min.y}, pt{x, r.max.y})
	} else {
		y := r.min.y + zero*r.height()
		p.line(p.theme.muted, 0.8, nil, pt{r.min.x, y}, pt{r.max.x, y})
	}
}

// base is where bars begin: at zero, or at the start of a logarithmic axis.
func (b *Bars) base() float64 { return math.Max(0, b.Values.Scale.Place(0)) }

func (b *Bars) logarithmic() bool {
	_, ok := b.Values.Scale.(Log)
	return ok
}

func (b *Bars) drawAxis(p painter, r rect) {
	free := math.Inf(-1)
	for _, t := range b.Values.Ticks {
		place := b.Values.Scale.Place(t.At)
		if t.Label == "" {
			continue
		}
		if !b.Lying {
			y := r.min.y + place*r.height()
			p.line(p.theme.grid, 0.7, nil, pt{r.min.x, y}, pt{r.max.x, y})
			p.text(t.Label, textSize, p.theme.muted, pt{r.min.x - tickLength - 3, y}, atEnd)
			continue
		}
		x := r.min.x + place*r.width()
		p.line(p.theme.grid, 0.7, nil, pt{x, r.min.y}, pt{x, r.max.y})
		at := pt{x, r.min.y - tickLength - 7}
		if box := textBox(t.Label, textSize, at, atMiddle); box.min.x > free+3 {
			p.text(t.Label, textSize, p.theme.muted, at, atMiddle)
			free = box.max.x
		}
	}
}

func (b *Bars) drawUpright(p painter, r rect, i int, bar Bar) {
	slot := r.width() / float64(len(b.Bars))
	x := r.min.x + (float64(i)+0.5)*slot
	half := math.Min(barShare*slot, 70) / 2
	y := func(v float64) float64 { return r.min.y + b.Values.Scale.Place(v)*r.height() }
	base := r.min.y + b.base()*r.height()
	c := p.theme.hue(bar.Style)
	if !b.logarithmic() {
		p.fillRect(c, rect{pt{x - half, math.Min(base, y(bar.Value))}, pt{x + half, math.Max(base, y(bar.Value))}})
	}
	top := y(bar.Value)
	if y(bar.Hi)-y(bar.Lo) > leastWhisker {
		p.whisker(p.theme.ink, pt{x, y(bar.Lo)}, pt{x, y(bar.Hi)})
		top = y(math.Max(bar.Hi, bar.Value))
	}
	if b.logarithmic() {
		p.dot(c, pt{x, y(bar.Value)}, 4, false)
		top = math.Max(top, y(bar.Value)+3)
	}
	p.text(bar.Text, textSize, p.theme.ink, pt{x, math.Max(top, base) + 9}, atMiddle)
	for row, text := range wrap(bar.Label, textSize, slot-4, labelRows) {
		p.text(text, textSize, p.theme.ink, pt{x, r.min.y - 10 - 12*float64(row)}, atMiddle)
	}
}

func (b *Bars) drawLying(p painter, r rect, i int, bar Bar) {
	y := r.max.y - (float64(i)+0.5)*barPitch
	half := barShare * barPitch / 2
	x := func(v float64) float64 { return r.min.x + b.Values.Scale.Place(v)*r.width() }
	base := r.min.x + b.base()*r.width()
	c := p.theme.hue(bar.Style)
	if !b.logarithmic() {
		p.fillRect(c, rect{pt{math.Min(base, x(bar.Value)), y - half}, pt{math.Max(base, x(bar.Value)), y + half}})
	}
	right := x(bar.Value)
	if x(bar.Hi)-x(bar.Lo) > leastWhisker {
		p.whisker(p.theme.ink, pt{x(bar.Lo), y}, pt{x(bar.Hi), y})
		right = x(math.Max(bar.Hi, bar.Value))
	}
	if b.logarithmic() {
		p.dot(c, pt{x(bar.Value), y}, 4, false)
		right = math.Max(right, x(bar.Value)+3)
	}
	p.text(bar.Text, textSize, p.theme.ink, pt{math.Max(right, base) + 7, y}, atStart)
	p.text(shorten(clean(bar.Label), textSize, maxLabel), textSize, p.theme.ink, pt{r.min.x - 7, y}, atEnd)
}
