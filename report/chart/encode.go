package chart

import (
	"bytes"
	"errors"
	"html"
	"image"
	"image/png"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// dpi makes a page 1600 pixels wide: sharp on a slide and on a dense screen.
const dpi = 192

// fontFamily names fonts of the same widths, one of which every system has. (To
// embed the font would add half a megabyte to each file.)
const fontFamily = "font-family:Liberation Sans, Arial, Helvetica, sans-serif;"

// SVG returns the page as an SVG document, with title and description for screen
// readers.
func (pg Page) SVG(t Theme) ([]byte, error) {
	l, named := pg.arrange()
	canvas := vgsvg.New(pageWidth, vg.Length(l.height))
	pg.draw(painter{canvas, t}, l, named)
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, err
	}
	return pg.finish(out.String())
}

// finish adds what vgsvg leaves out. Its output is known text, so plain
// replacements do; that they met their mark is checked, should it change.
func (pg Page) finish(svg string) ([]byte, error) {
	head, body, ok := strings.Cut(svg, "<svg ")
	attributes, rest, closed := strings.Cut(body, ">")
	const family = "font-family:Liberation Sans;"
	if !ok || !closed || !strings.Contains(rest, family) {
		return nil, errors.New("chart: vgsvg writes SVG in a form this package does not know")
	}
	var out strings.Builder
	out.WriteString(head)
	out.WriteString(`<svg role="img" aria-labelledby="title desc" ` + attributes + ">\n")
	out.WriteString(`<title id="title">` + html.EscapeString(clean(pg.Title)) + "</title>\n")
	out.WriteString(`<desc id="desc">` + html.EscapeString(clean(pg.Description)) + "</desc>")
	out.WriteString(strings.ReplaceAll(rest, family, fontFamily))
	return []byte(out.String()), nil
}

// PNG returns the page as a PNG image, 1600 pixels wide.
func (pg Page) PNG(t Theme) ([]byte, error) {
	l, named := pg.arrange()
	canvas := vgimg.NewWith(vgimg.UseWH(pageWidth, vg.Length(l.height)), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(t.paper))
	pg.draw(painter{canvas, t}, l, named)
	img, ok := canvas.Image().(*image.RGBA)
	if !ok {
		return nil, errors.New("chart: vgimg draws on a kind of image this package does not know")
	}
	var out bytes.Buffer
	err := png.Encode(&out, paletted(img, t.palette()))
	return out.Bytes(), err
}
