package chart

import "math"

// Line is a series: a curve with an optional band.
type Line struct {
	Label  string // "" for a line that needs no name
	Style  Style
	X, Y   []float64 // NaN in Y breaks the line: nothing was measured there
	Lo, Hi []float64 // edges of the band, or nil
	// Across makes Lo and Hi edges in x instead of y.
	Across bool
	// Dots marks each point, with Lo and Hi as error bars.
	Dots bool
	Thin bool // a guide rather than data
	// Block makes the legend show an area instead of a line.
	Block bool
}

// Point is one marked place with error bars in both directions.
type Point struct {
	Label       string // "" for one of many, which is smaller
	X, XLo, XHi float64
	Y, YLo, YHi float64
	Hollow      bool
	Style       Style
}

// LabelPlace is where lines have their names.
type LabelPlace int

// Places for the names of lines. If they find no room, the page has a legend.
const (
	AtEnd  LabelPlace = iota // right of the panel, at the height of the line's end
	Beside                   // in the panel, next to the line
)

// XY is a panel with two numeric axes.
type XY struct {
	Title     string
	TitleHue  int // colour of the title; -1 for none
	X, Y      Axis
	Spans     []Span
	NameSpans bool // above this panel; others of the column only shade
	Lines     []Line
	Points    []Point
	Labels    LabelPlace
	Height    float64 // of the data, in points
	HideX     bool    // the panel below has the same x axis
}

const (
	tickLength = 4.0
	endGap     = 11.0 // from the panel's edge to a name
	lineGap    = 12.0 // between names
	panelTitle = 20.0
)

func (xy *XY) height() float64 { return xy.Height }

func (xy *XY) keys() []Line {
	var out []Line
	for _, l := range xy.Lines {
		if l.Label != "" {
			out = append(out, l)
		}
	}
	return out
}

func (xy *XY) sides(named bool) (left, right float64) {
	for _, t := range xy.Y.Ticks {
		left = math.Max(left, textWidth(textSize, t.Label)+tickLength+4)
	}
	for _, t := range xy.X.Ticks { // half of a word at either end hangs over
		half := textWidth(textSize, t.Label) / 2
		place := xy.X.Scale.Place(t.At)
		if place < 0.05 {
			left = math.Max(left, half)
		}
		if place > 0.95 {
			right = math.Max(right, half)
		}
	}
	if named && xy.Labels == AtEnd {
		for _, l := range xy.keys() {
			right = math.Max(right, endGap+textWidth(textSize, l.Label))
		}
	}
	return left, math.Max(right, 4)
}

func (xy *XY) ends(width float64) (top, bottom float64) {
	top = 6
	if xy.Title != "" {
		top += panelTitle
	}
	if xy.NameSpans {
		_, lanes := nameSpans(xy.Spans, xy.X.Scale, width)
		top += laneHeight * float64(lanes)
	}
	bottom = 2
	if !xy.HideX {
		bottom += tickLength + 14
		if xy.X.Title != "" {
			bottom += 14
		}
	}
	return top, bottom
}

// fits tells whether the names find room. Names wider than a third of the page
// would leave too little for the data.
func (xy *XY) fits(r rect) bool {
	keys := xy.keys()
	if xy.Labels == AtEnd {
		for _, l := range keys {
			if textWidth(textSize, l.Label) > pageWidth/3 {
				return false
			}
		}
		return lineGap*float64(len(keys)) <= r.height()+lineGap && r.width() > pageWidth/5
	}
	_, ok := xy.beside(r)
	return ok
}

// beside places the names next to their lines.
func (xy *XY) beside(r rect) ([]placed, bool) {
	var names []string
	var lines [][]pt
	for _, l := range xy.keys() {
		names = append(names, l.Label)
		var inside []pt
		for _, part := range xy.paths(l, r) {
			for _, piece := range clipLine(r, part) {
				inside = append(inside, piece...)
			}
		}
		lines = append(lines, inside)
	}
	return along(names, lines, r)
}

// place returns where a value lies on the page.
func (xy *XY) place(r rect, x, y float64) pt {
	return pt{r.min.x + xy.X.Scale.Place(x)*r.width(), r.min.y + xy.Y.Scale.Place(y)*r.height()}
}

// paths returns the unbroken parts of a line on the page.
func (xy *XY) paths(l Line, r rect) [][]pt {
	var out [][]pt
	var part []pt
	for i := range l.X {
		if math.IsNaN(l.Y[i]) || math.IsNaN(l.X[i]) {
			out, part = append(out, part), nil
			continue
		}
		part = append(part, xy.place(r, l.X[i], l.Y[i]))
	}
	return append(out, part)
}
