package chart

import "math"

// Stack is a bar made of parts, with the interval of the whole.
type Stack struct {
	Label         string
	Parts         []float64 // lengths, one for each of Stacks.Parts; 0 or NaN: none
	Value, Lo, Hi float64   // of the whole
	Text          string    // the whole as printed
}

// Part is what one colour of all stacks stands for.
type Part struct {
	Name  string
	Style Style
}

// Stacks is a panel of lying bars from zero, each of them parts laid end to end. Its
// parts are explained in the page's legend.
type Stacks struct {
	Values Axis // with its title
	Parts  []Part
	Stacks []Stack
	// Number writes the length of a part, where it has the room.
	Number func(float64) string
}

const (
	stackPitch = 34.0 // from bar to bar
	stackThick = 17.0
)

func (s *Stacks) height() float64 { return stackPitch * float64(len(s.Stacks)) }
func (s *Stacks) fits(rect) bool  { return false } // the names of the parts belong in the legend

func (s *Stacks) keys() []Line {
	var out []Line
	for _, p := range s.Parts {
		out = append(out, Line{Label: p.Name, Style: p.Style, Block: true})
	}
	return out
}

func (s *Stacks) sides(bool) (left, right float64) {
	for _, b := range s.Stacks {
		left = math.Max(left, math.Min(maxLabel, textWidth(textSize, b.Label))+8)
		right = math.Max(right, textWidth(textSize, b.Text)+10)
	}
	return left, right
}

func (s *Stacks) ends(float64) (top, bottom float64) { return 6, tickLength + 30 }

func (s *Stacks) draw(p painter, r rect, _ bool) {
	p.drawX(s.Values, r, true)
	for i, b := range s.Stacks {
		s.drawStack(p, r, r.max.y-(float64(i)+0.5)*stackPitch, b)
	}
	p.line(p.theme.muted, 0.8, nil, r.min, pt{r.min.x, r.max.y})
}

func (s *Stacks) drawStack(p painter, r rect, y float64, b Stack) {
	x := func(v float64) float64 { return r.min.x + s.Values.Scale.Place(v)*r.width() }
	sum := 0.0
	for i, length := range b.Parts {
		if !(length > 0) {
			continue
		}
		box := rect{pt{x(sum), y - stackThick/2}, pt{x(sum + length), y + stackThick/2}}
		c := p.theme.hue(s.Parts[i].Style)
		p.fillRect(c, box)
		if box.width() > 1 { // a seam of paper keeps neighbours apart without their colours
			p.line(p.theme.paper, 0.6, nil, pt{box.max.x, box.min.y}, box.max)
		}
		if text := s.Number(length); textWidth(textSize-1, text)+6 < box.width() {
			p.text(text, textSize-1, p.theme.on(c), pt{(box.min.x + box.max.x) / 2, y}, atMiddle)
		}
		sum += length
	}
	right := x(math.Max(sum, b.Value))
	if x(b.Hi)-x(b.Lo) > leastWhisker {
		below := y - stackThick/2 - 4 // not across the numbers
		p.whisker(p.theme.ink, pt{x(b.Lo), below}, pt{x(b.Hi), below})
		right = math.Max(right, x(b.Hi))
	}
	p.text(b.Text, textSize, p.theme.ink, pt{right + 7, y}, atStart)
	p.text(shorten(clean(b.Label), textSize, maxLabel), textSize, p.theme.ink, pt{r.min.x - 7, y}, atEnd)
}
