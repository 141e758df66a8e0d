package chart

import "image/color"

// Theme is a set of colours for one kind of background.
type Theme struct {
	Suffix string // of file names: "" or "-dark"

	paper, ink, muted, grid color.NRGBA
	hues                    []color.NRGBA // lines and bars, in order
	spans                   []color.NRGBA // shading behind the data: none is the hue of a line
	alarm                   color.NRGBA   // what should never be
}

// Light is the theme for white paper and slides.
func Light() Theme {
	return Theme{
		paper: rgb(0xffffff), ink: rgb(0x1a1a1a), muted: rgb(0x5f6368), grid: rgb(0xe4e6e9),
		hues: []color.NRGBA{
			rgb(0x0072b2), rgb(0xd55e00), rgb(0x009e73), rgb(0xcc79a7), rgb(0x56b4e9), rgb(0xe69f00), rgb(0x6b6b6b),
		},
		spans: []color.NRGBA{rgb(0x9a6a2f), rgb(0x6f5bb5), rgb(0x55677d)},
		alarm: rgb(0xc4161c),
	}
}

// Dark is the theme for dark pages: the same hues in the same order, lightened.
func Dark() Theme {
	return Theme{
		Suffix: "-dark",
		paper:  rgb(0x14171c), ink: rgb(0xf0f2f4), muted: rgb(0xa4abb5), grid: rgb(0x2c323a),
		hues: []color.NRGBA{
			rgb(0x4da3e0), rgb(0xff8a4c), rgb(0x2fc79c), rgb(0xe39cc6), rgb(0x9bd6ff), rgb(0xf5c04a), rgb(0xb5b5b5),
		},
		spans: []color.NRGBA{rgb(0xd0a565), rgb(0xa998f0), rgb(0x9fb3cc)},
		alarm: rgb(0xff5a52),
	}
}

// dashes are the strokes of lines: what colour tells, they tell again. Lengths of
// dash and gap, in points.
var dashes = [...][]float64{
	nil, {6, 2.5}, {1.6, 2}, {8, 2, 1.6, 2}, {3.2, 1.6}, {11, 3}, {5, 1.6, 1.6, 1.6, 1.6, 1.6},
}

// Style is the look of one series: an index into the theme's colours and one into
// the dashes. Both wrap around.
type Style struct {
	Hue, Dash int
}

func (t Theme) hue(s Style) color.NRGBA { return t.hues[s.Hue%len(t.hues)] }
func (s Style) dashes() []float64       { return dashes[s.Dash%len(dashes)] }

// words is the colour of text about a series: its hue, moved towards the ink
// until small letters have contrast enough.
func (t Theme) words(s Style) color.NRGBA { return mix(t.hue(s), t.ink, 0.35) }

// on is the colour of text on an area: of ink and paper the one that differs more.
func (t Theme) on(c color.NRGBA) color.NRGBA {
	bright := func(c color.NRGBA) float64 { return 0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B) }
	if d := bright(c) - bright(t.ink); d*d > (bright(c)-bright(t.paper))*(bright(c)-bright(t.paper)) {
		return t.ink
	}
	return t.paper
}

func (t Theme) spanWords(i int) color.NRGBA { return mix(t.spans[i%len(t.spans)], t.ink, 0.25) }

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// palette returns the colours that a picture in this theme must keep, each also in
// the shades of its smooth edges on paper.
func (t Theme) palette() []color.NRGBA {
	var out []color.NRGBA
	for _, c := range append(append([]color.NRGBA{t.ink, t.muted, t.grid, t.alarm}, t.hues...), t.spans...) {
		out = append(out, c, mix(c, t.paper, 0.25), mix(c, t.paper, 0.5), mix(c, t.paper, 0.75))
	}
	return append(out, t.paper)
}

// mix moves a towards b by the share t of 0 … 1.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	blend := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t + 0.5) }
	return color.NRGBA{R: blend(a.R, b.R), G: blend(a.G, b.G), B: blend(a.B, b.B), A: 0xff}
}

// faint makes c see-through: alpha of 0 … 1.
func faint(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = uint8(alpha*255 + 0.5)
	return c
}
