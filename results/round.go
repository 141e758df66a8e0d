package results

import (
	"math"
	"slices"
	"strconv"
)

// Significant digits kept in written results. Figures are for reading and for
// comparing; curves are for drawing, and their band is far wider than a
// thousandth of their height, so shorter numbers halve the files at no loss.
const (
	FigureDigits = 6
	CurveDigits  = 4
)

// Rounded returns a deep copy of s with every measured number rounded: figures,
// comparisons and expectations to FigureDigits, the heights of curves to
// CurveDigits (their X, a grid, to FigureDigits). This is the only place where
// results are rounded; Write applies it, so that a set is the same before it is
// written and after it is read when it has been Rounded before.
func Rounded(s *Set) *Set {
	out := *s
	out.Faults = slices.Clone(s.Faults)
	out.Charts = slices.Clone(s.Charts)
	out.Comparisons = slices.Clone(s.Comparisons)
	for i := range out.Comparisons {
		c := &out.Comparisons[i]
		roundAll(FigureDigits, &c.Diff, &c.Lo, &c.Hi)
	}
	out.Expectations = slices.Clone(s.Expectations)
	for i := range out.Expectations {
		roundAll(FigureDigits, &out.Expectations[i].Got)
	}
	out.Variants = slices.Clone(s.Variants)
	for i := range out.Variants {
		roundVariant(&out.Variants[i])
	}
	return &out
}

func roundVariant(v *Variant) {
	v.Figures = slices.Clone(v.Figures)
	for i := range v.Figures {
		f := &v.Figures[i]
		roundAll(FigureDigits, &f.Mean, &f.Lo, &f.Hi, &f.Min, &f.Max)
	}
	v.Timeline.Spans = slices.Clone(v.Timeline.Spans)
	for i := range v.Timeline.Spans {
		roundAll(FigureDigits, &v.Timeline.Spans[i].From, &v.Timeline.Spans[i].To)
	}
	v.Curves = slices.Clone(v.Curves)
	for i := range v.Curves {
		c := &v.Curves[i]
		c.X = roundSlice(FigureDigits, c.X)
		c.Y = roundSlice(CurveDigits, c.Y)
		c.Lo = roundSlice(CurveDigits, c.Lo)
		c.Hi = roundSlice(CurveDigits, c.Hi)
	}
}

func roundAll(digits int, values ...*float64) {
	for _, v := range values {
		*v = round(*v, digits)
	}
}

func roundSlice(digits int, values []float64) []float64 {
	out := slices.Clone(values)
	for i, v := range out {
		out[i] = round(v, digits)
	}
	return out
}

// round goes through decimal text, since scaling by a power of ten would itself
// leave binary noise in the last digits. Minus zero becomes zero.
func round(v float64, digits int) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v + 0
	}
	text := strconv.FormatFloat(v, 'e', digits-1, 64)
	out, err := strconv.ParseFloat(text, 64)
	if err != nil { // beyond the largest float64: the exact value is as good
		return v
	}
	return out
}
