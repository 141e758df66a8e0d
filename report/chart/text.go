package chart

import (
	"strings"
	"sync"
	"unicode"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
)

// Sizes of text, in points, on a page 600 points wide.
const (
	titleSize    = 15.0
	subtitleSize = 10.5
	textSize     = 10.0
)

// fonts is loaded at the first chart: a command that draws none need not wait.
var fonts = sync.OnceValue(func() *font.Cache { return font.NewCache(liberation.Collection()) })

// face returns Liberation Sans, which has the widths of Arial and Helvetica: an
// SVG looks the same where only those are installed.
func face(size float64) font.Face {
	return fonts().Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, font.Length(size))
}

// textWidth returns the width of one line, cleaned as it will be drawn, in points.
func textWidth(size float64, s string) float64 {
	f := face(size)
	return f.Width(clean(s)).Points()
}

// clean makes any text fit for one line of a chart and for XML, which has no way
// to write most control characters.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// wrap breaks s into at most lines of the given width; what is too long for the
// last one ends in an ellipsis.
func wrap(s string, size, width float64, lines int) []string {
	var out []string
	line := ""
	words := strings.Fields(clean(s))
	for i, w := range words {
		next := strings.TrimSpace(line + " " + w)
		if line == "" || textWidth(size, next) <= width {
			line = next
			continue
		}
		if len(out) == lines-1 {
			return append(out, shorten(line+" "+strings.Join(words[i:], " "), size, width))
		}
		out = append(out, line)
		line = w
	}
	if line != "" {
		out = append(out, shorten(line, size, width))
	}
	return out
}

// shorten cuts s to the width, with an ellipsis where something is missing.
func shorten(s string, size, width float64) string {
	if textWidth(size, s) <= width {
		return s
	}
	runes := []rune(s)
	for n := len(runes) - 1; n > 0; n-- {
		if cut := strings.TrimSpace(string(runes[:n])) + "…"; textWidth(size, cut) <= width {
			return cut
		}
	}
	return "…"
}
