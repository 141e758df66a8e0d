package chart

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// paletted reduces an image to 256 colours: those to keep and the most frequent
// others; each rarer one becomes the nearest of them. A chart has few colours; the many others are the smooth
// edges of lines and letters, where a slightly different shade is not seen. The
// file shrinks to about a third, which counts when charts are kept in a repository.
func paletted(img *image.RGBA, keep []color.NRGBA) *image.Paletted {
	counts := map[color.RGBA]int{}
	bounds := img.Bounds()
	// Most pixels equal their left neighbour: counting runs saves most look-ups.
	last, run := img.RGBAAt(bounds.Min.X, bounds.Min.Y), 0
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := img.RGBAAt(x, y)
			if c != last {
				counts[last] += run
				last, run = c, 0
			}
			run++
		}
	}
	counts[last] += run
	for _, c := range keep {
		counts[color.RGBA(c)] = img.Rect.Dx() * img.Rect.Dy() // above all others; opaque, so the same in both models
	}
	colours := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		colours = append(colours, c)
	}
	// Equal counts are ordered by the colour: a map has no order of its own.
	slices.SortFunc(colours, func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(key(a), key(b)))
	})
	index := make(map[color.RGBA]uint8, len(colours))
	palette := make(color.Palette, 0, 256)
	for i, c := range colours {
		if i < 256 {
			palette = append(palette, c)
			index[c] = uint8(i)
		} else {
			index[c] = nearest(colours[:256], c)
		}
	}
	out := image.NewPaletted(bounds, palette)
	known := index[last]
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if c := img.RGBAAt(x, y); c != last {
				last, known = c, index[c]
			}
			out.SetColorIndex(x, y, known)
		}
	}
	return out
}

func key(c color.RGBA) uint32 { return uint32(c.R)<<16 | uint32(c.G)<<8 | uint32(c.B) }

func nearest(from []color.RGBA, c color.RGBA) uint8 {
	best, least := 0, 1<<30
	for i, f := range from {
		dr, dg, db := int(f.R)-int(c.R), int(f.G)-int(c.G), int(f.B)-int(c.B)
		if d := dr*dr + dg*dg + db*db; d < least {
			best, least = i, d
		}
	}
	return uint8(best)
}
