package chart

import "math"

// Page is a whole picture: title, subtitle, and panels in rows.
type Page struct {
	Title       string // the message
	Subtitle    string // what is measured, in which unit, and what the bands are
	Description string // for those who cannot see it: the main figures in a sentence
	Panels      []Panel
	Columns     int // panels per row, at least 1
}

// Panel is a part of a page with its own axes: *XY, *Bars, *Stacks or *Lanes.
type Panel interface {
	// sides returns the room needed left and right of the data.
	sides(named bool) (left, right float64)
	// ends returns the room needed above and below the data, which is width wide.
	ends(width float64) (top, bottom float64)
	// height returns the height of the data.
	height() float64
	// fits tells whether the names of the lines find room in r.
	fits(r rect) bool
	// keys returns the lines for a legend.
	keys() []Line
	// draw draws all; named tells whether lines carry their names.
	draw(p painter, r rect, named bool)
}

// The page, in points. At encode.go's resolution this is 1600 pixels wide.
const (
	pageWidth  = 600.0
	margin     = 16.0
	gapX       = 18.0
	gapY       = 10.0
	titleLine  = 19.0
	subtitleLn = 14.0
	legendLine = 15.0
)

// layout is where everything of a page goes. Places of panels count downwards from
// the top, since the height of the page is the last thing known.
type layout struct {
	height          float64
	title, subtitle []string
	legend          []legendKey
	legendRows      int
	panels          []rect
}

type legendKey struct {
	line Line
	x    float64
	row  int
}

// arrange lays the page out with names at the lines, and if they do not fit there,
// with a legend above the panels.
func (pg Page) arrange() (l layout, named bool) {
	l = pg.arrangeWith(true)
	for i, panel := range pg.Panels {
		if !panel.fits(l.flip(l.panels[i])) {
			return pg.arrangeWith(false), false
		}
	}
	return l, true
}

func (pg Page) arrangeWith(named bool) layout {
	inner := pageWidth - 2*margin
	l := layout{title: wrap(pg.Title, titleSize, inner, 2), subtitle: wrap(pg.Subtitle, subtitleSize, inner, 2)}
	y := margin + titleLine*float64(len(l.title)) + subtitleLn*float64(len(l.subtitle)) + 4
	if !named {
		l.legend, l.legendRows = pg.legend(inner)
		y += legendLine * float64(l.legendRows)
	}
	columns := max(1, pg.Columns)
	columnWidth := (inner - gapX*float64(columns-1)) / float64(columns)
	left, right := make([]float64, columns), make([]float64, columns)
	for i, panel := range pg.Panels {
		a, b := panel.sides(named)
		left[i%columns], right[i%columns] = math.Max(left[i%columns], a), math.Max(right[i%columns], b)
	}
	for row := 0; row < len(pg.Panels); row += columns {
		end := min(row+columns, len(pg.Panels))
		var top, bottom, height float64
		for i := row; i < end; i++ {
			a, b := pg.Panels[i].ends(columnWidth - left[i-row] - right[i-row])
			top = math.Max(top, a)
			if end == len(pg.Panels) || i+columns < len(pg.Panels) { // else the place below is empty
				bottom = math.Max(bottom, b)
			}
			height = math.Max(height, pg.Panels[i].height())
		}
		for i := row; i < end; i++ {
			x := margin + float64(i-row)*(columnWidth+gapX)
			l.panels = append(l.panels, rect{
				pt{x + left[i-row], y + top},
				pt{x + columnWidth - right[i-row], y + top + height},
			})
		}
		y += top + height + bottom + gapY
	}
	l.height = math.Ceil(y - gapY + margin/2)
	return l
}

// flip turns a place counted from the top into one on the page.
func (l layout) flip(r rect) rect {
	return rect{pt{r.min.x, l.height - r.max.y}, pt{r.max.x, l.height - r.min.y}}
}

// swatch is the length of the piece of line before a name in the legend.
const swatch = 22.0

// legend puts each different line once, in rows.
func (pg Page) legend(width float64) (keys []legendKey, rows int) {
	type look struct {
		label string
		style Style
	}
	seen := map[look]bool{}
	x := 0.0
	for _, panel := range pg.Panels {
		for _, line := range panel.keys() {
			k := look{line.Label, line.Style}
			if seen[k] {
				continue
			}
			seen[k] = true
			line.Label = shorten(clean(line.Label), textSize, width-swatch-5)
			w := swatch + 5 + textWidth(textSize, line.Label) + 16
			if x > 0 && x+w > width {
				x = 0
				rows++
			}
			keys = append(keys, legendKey{line, x, rows})
			x += w
		}
	}
	if len(keys) == 0 {
		return nil, 0
	}
	return keys, rows + 1
}

// draw paints the page on a canvas of pageWidth × l.height points.
func (pg Page) draw(p painter, l layout, named bool) {
	p.fillRect(p.theme.paper, rect{pt{0, 0}, pt{pageWidth, l.height}})
	y := l.height - margin - titleLine/2 + 2
	for _, line := range l.title {
		p.text(line, titleSize, p.theme.ink, pt{margin, y}, atStart)
		y -= titleLine
	}
	y += (titleLine - subtitleLn) / 2
	for _, line := range l.subtitle {
		p.text(line, subtitleSize, p.theme.muted, pt{margin, y}, atStart)
		y -= subtitleLn
	}
	y -= 2
	for _, k := range l.legend {
		at := pt{margin + k.x, y - legendLine*float64(k.row)}
		if k.line.Block {
			p.fillRect(p.theme.hue(k.line.Style), rect{pt{at.x + swatch - 12, at.y - 4}, pt{at.x + swatch, at.y + 5}})
		} else {
			p.line(p.theme.hue(k.line.Style), 2, k.line.Style.dashes(), at, pt{at.x + swatch, at.y})
		}
		p.text(k.line.Label, textSize, p.theme.words(k.line.Style), pt{at.x + swatch + 5, at.y}, atStart)
	}
	for i, panel := range pg.Panels {
		panel.draw(p, l.flip(l.panels[i]), named)
	}
}
