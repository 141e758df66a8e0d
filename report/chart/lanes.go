package chart

import "math"

// Lane is what happened to one node.
type Lane struct {
	Name string
	Bars []LaneBar
	Lost []Stretch // in which something was acknowledged that is lost
	Note string    // right of the lane
}

// LaneBar is a state that lasted for a while.
type LaneBar struct {
	Stretch
	Text  string // written inside if it fits; else Short is
	Short string
	Look  LaneLook
	Style Style // of Filled
}

// LaneLook is how a state is drawn.
type LaneLook int

// Looks.
const (
	Filled  LaneLook = iota // in a colour
	Gone                    // grey, and no line goes through
	Hatched                 // hatched, over what else there is
)

// Stretch is a part of the x axis.
type Stretch struct{ From, To float64 }

// Lanes is a panel with a lane per node along a common x axis.
type Lanes struct {
	Title     string
	TitleHue  int // colour of the title; -1 for none
	X         Axis
	Spans     []Span
	NameSpans bool
	Lanes     []Lane
	Alarms    []Stretch // in which something was wrong between the lanes: red across them
	Key       []LaneKey // explained below the panel
	HideX     bool      // the panel below has the same x axis
}

// LaneKey explains a look.
type LaneKey struct {
	Text  string
	Look  LaneLook
	Style Style
	Alarm bool // the red area across lanes
	Lost  bool // the red ticks
}

const (
	lanePitch = 24.0 // from lane to lane
	laneThick = 13.0
	lostTall  = 9.0 // of the ticks for what is lost
	keyLine   = 15.0
	leastMark = 1.8 // shorter, it would not be seen

	alarmShade = 0.33
)

func (l *Lanes) height() float64 { return lanePitch*float64(len(l.Lanes)) + 2 }
func (l *Lanes) fits(rect) bool  { return true }
func (l *Lanes) keys() []Line    { return nil }

func (l *Lanes) sides(bool) (left, right float64) {
	right = 8
	for _, lane := range l.Lanes {
		left = math.Max(left, math.Min(maxLabel, textWidth(textSize, lane.Name))+8)
		if lane.Note != "" {
			right = math.Max(right, textWidth(textSize, lane.Note)+10)
		}
	}
	for _, t := range l.X.Ticks {
		if l.X.Scale.Place(t.At) > 0.95 {
			right = math.Max(right, textWidth(textSize, t.Label)/2)
		}
	}
	return left, right
}

func (l *Lanes) ends(width float64) (top, bottom float64) {
	top = 6
	if l.Title != "" {
		top += panelTitle
	}
	if l.NameSpans {
		_, lanes := nameSpans(l.Spans, l.X.Scale, width)
		top += laneHeight * float64(lanes)
	}
	if l.HideX {
		return top, 2
	}
	bottom = tickLength + 30
	_, rows := l.placeKey(width)
	return top, bottom + keyLine*float64(rows)
}

func (l *Lanes) draw(p painter, r rect, _ bool) {
	p.drawSpans(l.Spans, l.X.Scale, r, l.NameSpans)
	p.drawX(l.X, r, !l.HideX)
	for _, a := range l.Alarms {
		box := l.box(r, a, r.min.y, r.max.y)
		p.fillRect(faint(p.theme.alarm, alarmShade), box)
		p.line(p.theme.alarm, 0.9, nil, box.min, pt{box.min.x, box.max.y})
		p.line(p.theme.alarm, 0.9, nil, pt{box.max.x, box.min.y}, box.max)
	}
	for i, lane := range l.Lanes {
		l.drawLane(p, r, r.max.y-1-(float64(i)+0.5)*lanePitch, lane)
	}
	for i, lane := range l.Lanes { // above the alarms: these say what came of them
		y := r.max.y - 1 - (float64(i)+0.5)*lanePitch - laneThick/2
		for _, s := range lane.Lost {
			p.fillRect(p.theme.alarm, l.box(r, s, y-lostTall/2, y+lostTall/2))
		}
	}
	if l.Title != "" {
		top, _ := l.ends(r.width())
		c := p.theme.ink
		if l.TitleHue >= 0 {
			c = p.theme.words(Style{Hue: l.TitleHue})
		}
		left, _ := l.sides(false)
		p.text(shorten(clean(l.Title), textSize+1, r.width()+left), textSize+1, c, pt{r.min.x - left, r.max.y + top - panelTitle/2 - 4}, atStart)
	}
	if !l.HideX {
		l.drawKey(p, r)
	}
}

// box is where a stretch lies between two heights, wide enough to be seen.
func (l *Lanes) box(r rect, s Stretch, bottom, top float64) rect {
	place := func(v float64) float64 { return r.min.x + math.Max(0, math.Min(1, l.X.Scale.Place(v)))*r.width() }
	from, to := place(s.From), place(s.To)
	if to-from < leastMark {
		to = math.Min(from+leastMark, r.max.x)
		from = to - leastMark
	}
	return rect{pt{from, bottom}, pt{to, top}}
}

func (l *Lanes) drawLane(p painter, r rect, y float64, lane Lane) {
	p.line(p.theme.muted, 0.9, nil, pt{r.min.x, y}, pt{r.max.x, y})
	for _, b := range lane.Bars {
		box := l.box(r, b.Stretch, y-laneThick/2, y+laneThick/2)
		words := p.theme.ink
		switch b.Look {
		case Filled:
			c := p.theme.hue(b.Style)
			p.fillRect(c, box)
			p.line(p.theme.paper, 0.8, nil, pt{box.max.x, box.min.y}, box.max)
			words = p.theme.on(c)
		case Gone:
			p.gone(box)
			words = p.theme.muted
		case Hatched:
			p.hatch(box)
		}
		for _, text := range []string{b.Text, b.Short} {
			if textWidth(textSize-1, text)+8 < box.width() {
				p.text(text, textSize-1, words, pt{box.min.x + 4, y}, atStart)
				break
			}
		}
	}
	p.text(shorten(clean(lane.Name), textSize, maxLabel), textSize, p.theme.ink, pt{r.min.x - 7, y}, atEnd)
	p.text(lane.Note, textSize, p.theme.alarm, pt{r.max.x + 8, y}, atStart)
}

// gone draws a box without anything in it.
func (p painter) gone(box rect) {
	p.fillRect(p.theme.paper, box)
	p.line(p.theme.muted, 0.7, []float64{2, 2}, box.min, pt{box.max.x, box.min.y}, box.max, pt{box.min.x, box.max.y}, box.min)
}

// hatch draws slanted strokes over a box.
func (p painter) hatch(box rect) {
	const step = 4.0
	h := box.height()
	for x := box.min.x - h; x < box.max.x; x += step {
		for _, piece := range clipLine(box, []pt{{x, box.min.y}, {x + h, box.max.y}}) {
			p.line(p.theme.ink, 0.7, nil, piece...)
		}
	}
}

// placedKey is an entry of the key and where it stands.
type placedKey struct {
	LaneKey
	x   float64
	row int
}

const keySwatch = 16.0

func (l *Lanes) placeKey(width float64) (keys []placedKey, rows int) {
	if len(l.Key) == 0 {
		return nil, 0
	}
	x := 0.0
	for _, k := range l.Key {
		w := keySwatch + 5 + textWidth(textSize, k.Text) + 14
		if x > 0 && x+w > width {
			x, rows = 0, rows+1
		}
		keys = append(keys, placedKey{k, x, rows})
		x += w
	}
	return keys, rows + 1
}

func (l *Lanes) drawKey(p painter, r rect) {
	keys, _ := l.placeKey(r.width())
	for _, k := range keys {
		y := r.min.y - tickLength - 38 - keyLine*float64(k.row)
		box := rect{pt{r.min.x + k.x, y - 5}, pt{r.min.x + k.x + keySwatch, y + 5}}
		switch {
		case k.Alarm:
			p.fillRect(faint(p.theme.alarm, alarmShade), box)
		case k.Lost:
			for _, x := range []float64{3, 8, 13} {
				p.fillRect(p.theme.alarm, rect{pt{box.min.x + x, y - lostTall/2}, pt{box.min.x + x + leastMark, y + lostTall/2}})
			}
		case k.Look == Gone:
			p.gone(box)
		case k.Look == Hatched:
			p.hatch(box)
		default:
			p.fillRect(p.theme.hue(k.Style), box)
		}
		p.text(k.Text, textSize, p.theme.ink, pt{box.max.x + 5, y}, atStart)
	}
}
