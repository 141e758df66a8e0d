package chart

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// pt is a point of the page; rect a rectangle, min at the bottom left.
type (
	pt   struct{ x, y float64 }
	rect struct{ min, max pt }
)

func (r rect) width() float64  { return r.max.x - r.min.x }
func (r rect) height() float64 { return r.max.y - r.min.y }

func (r rect) overlaps(o rect) bool {
	return r.min.x < o.max.x && o.min.x < r.max.x && r.min.y < o.max.y && o.min.y < r.max.y
}

func (r rect) contains(o rect) bool {
	return r.min.x <= o.min.x && r.min.y <= o.min.y && r.max.x >= o.max.x && r.max.y >= o.max.y
}

func (r rect) grown(by float64) rect {
	return rect{pt{r.min.x - by, r.min.y - by}, pt{r.max.x + by, r.max.y + by}}
}

// painter draws on a vg canvas in the words of this package.
type painter struct {
	canvas vg.Canvas
	theme  Theme
}

// align is where a text lies at its point: 0 starts there, 0.5 is centred, 1 ends.
type align float64

const (
	atStart  align = 0
	atMiddle align = 0.5
	atEnd    align = 1
)

// text writes one line, cleaned, whose small letters are centred on y.
func (p painter) text(s string, size float64, c color.Color, at pt, a align) {
	if s = clean(s); s == "" {
		return
	}
	x := at.x - float64(a)*textWidth(size, s)
	p.canvas.SetColor(c)
	p.canvas.FillString(face(size), vgPoint(pt{x, at.y - baseline(size)}), s)
}

// baseline is how far below the middle of a line of digits its foot lies.
func baseline(size float64) float64 { return 0.35 * size }

// textBox is what text would cover.
func textBox(s string, size float64, at pt, a align) rect {
	w := textWidth(size, s)
	x := at.x - float64(a)*w
	return rect{pt{x, at.y - 0.6*size}, pt{x + w, at.y + 0.6*size}}
}

func (p painter) line(c color.Color, width float64, dashes []float64, points ...pt) {
	if len(points) < 2 {
		return
	}
	p.canvas.SetColor(c)
	p.canvas.SetLineWidth(vg.Length(width))
	pattern := make([]vg.Length, len(dashes))
	for i, d := range dashes {
		pattern[i] = vg.Length(d)
	}
	p.canvas.SetLineDash(pattern, 0)
	var path vg.Path
	path.Move(vgPoint(points[0]))
	for _, q := range points[1:] {
		path.Line(vgPoint(q))
	}
	p.canvas.Stroke(path)
}

func (p painter) fill(c color.Color, points ...pt) {
	if len(points) < 3 {
		return
	}
	p.canvas.SetColor(c)
	var path vg.Path
	path.Move(vgPoint(points[0]))
	for _, q := range points[1:] {
		path.Line(vgPoint(q))
	}
	path.Close()
	p.canvas.Fill(path)
}

func (p painter) fillRect(c color.Color, r rect) {
	p.fill(c, r.min, pt{r.max.x, r.min.y}, r.max, pt{r.min.x, r.max.y})
}

// dot draws a disc; a hollow one shows the paper inside.
func (p painter) dot(c color.Color, at pt, radius float64, hollow bool) {
	disc := func(r float64) vg.Path {
		var path vg.Path
		path.Move(vgPoint(pt{at.x + r, at.y}))
		path.Arc(vgPoint(at), vg.Length(r), 0, 2*math.Pi)
		path.Close()
		return path
	}
	p.canvas.SetColor(c)
	p.canvas.Fill(disc(radius))
	if hollow {
		p.canvas.SetColor(p.theme.paper)
		p.canvas.Fill(disc(radius - 1.3))
	}
}

// whisker draws an error bar from a to b with short caps across it.
func (p painter) whisker(c color.Color, a, b pt) {
	const cap, width = 3.0, 1.1
	p.line(c, width, nil, a, b)
	for _, q := range []pt{a, b} {
		if a.x == b.x {
			p.line(c, width, nil, pt{q.x - cap, q.y}, pt{q.x + cap, q.y})
		} else {
			p.line(c, width, nil, pt{q.x, q.y - cap}, pt{q.x, q.y + cap})
		}
	}
}

// clipLine returns the parts of a line inside r.
func clipLine(r rect, line []pt) [][]pt {
	c := draw.Canvas{Rectangle: vgRect(r)}
	var out [][]pt
	for _, part := range c.ClipLinesXY(vgPoints(line)) {
		out = append(out, ourPoints(part))
	}
	return out
}

// clipPolygon returns the part of a polygon inside r.
func clipPolygon(r rect, polygon []pt) []pt {
	c := draw.Canvas{Rectangle: vgRect(r)}
	return ourPoints(c.ClipPolygonXY(vgPoints(polygon)))
}

func vgPoint(p pt) vg.Point { return vg.Point{X: vg.Length(p.x), Y: vg.Length(p.y)} }

func vgRect(r rect) vg.Rectangle { return vg.Rectangle{Min: vgPoint(r.min), Max: vgPoint(r.max)} }

func vgPoints(points []pt) []vg.Point {
	out := make([]vg.Point, len(points))
	for i, p := range points {
		out[i] = vgPoint(p)
	}
	return out
}

func ourPoints(points []vg.Point) []pt {
	out := make([]pt, len(points))
	for i, p := range points {
		out[i] = pt{p.X.Points(), p.Y.Points()}
	}
	return out
}
