package chart

import (
	"math"
	"strconv"
	"strings"
)

// Tick is a mark on an axis. One without a label is minor: short, no grid line.
type Tick struct {
	At    float64
	Label string
}

// Axis is a scale with its ticks and, along x, its title. (The title of y is a
// horizontal line above the panel: it reads without a turned head.)
type Axis struct {
	Scale Scale
	Ticks []Tick
	Title string
}

// NewLinear returns an axis that holds all values, with about n ticks at 1, 2 or
// 5 times a power of ten of the unit `per` (in data units; 0.001 labels seconds as
// milliseconds). It starts at zero unless some value is below zero, or zero would
// squash values that lie close together and zoom is true.
func NewLinear(per float64, n int, zoom bool, values ...[]float64) Axis {
	r := rangeOf(values...)
	if r.lo > r.hi {
		r = span{0, per}
	}
	lo, hi := r.lo, r.hi
	if lo > 0 && (!zoom || lo < hi/4) {
		lo = 0
	}
	if hi < 0 {
		hi = 0
	}
	if hi-lo < 1e-9*math.Max(math.Abs(lo), math.Abs(hi)) || hi == lo {
		if hi == 0 {
			hi = per
		} else {
			lo, hi = math.Min(lo, 0), math.Max(hi, 0)
		}
	}
	step := niceStep((hi - lo) / per / float64(n))
	first, last := math.Floor(lo/per/step+1e-9), math.Ceil(hi/per/step-1e-9)
	return Axis{Scale: Linear{first * step * per, last * step * per}, Ticks: linearTicks(first, last, step, per)}
}

// NewLinearBetween returns an axis from lo to hi exactly, with about n ticks inside.
func NewLinearBetween(lo, hi, per float64, n int) Axis {
	step := niceStep((hi - lo) / per / float64(n))
	first, last := math.Ceil(lo/per/step-1e-9), math.Floor(hi/per/step+1e-9)
	return Axis{Scale: Linear{lo, hi}, Ticks: linearTicks(first, last, step, per)}
}

func linearTicks(first, last, step, per float64) []Tick {
	decimals := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	var ticks []Tick
	for i := first; i <= last; i++ {
		// i*step, not a running sum: 0.1 added ten times is not 1.
		ticks = append(ticks, Tick{At: i * step * per, Label: Number(i*step, decimals)})
	}
	return ticks
}

// niceStep rounds up to 1, 2 or 5 times a power of ten.
func niceStep(raw float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5} {
		if raw <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// maxDecades bounds a logarithmic axis: below it, small values would take the
// room from those that matter, and their noise would look like news.
const maxDecades = 4

// NewLog returns a logarithmic axis that holds all values, with room for zero if a
// value is zero or out of reach. Its ends are whole decades, or 2 and 5 of them if
// the values span little. label writes a tick.
func NewLog(label func(float64) string, values ...[]float64) Axis {
	least, r := smallestPositive(values...), rangeOf(values...)
	if r.hi <= vanishing || r.lo > r.hi { // nothing above zero: any decade will do
		return Axis{Scale: Linear{0, 1}, Ticks: []Tick{{0, label(0)}}}
	}
	lo := math.Max(least, r.hi/math.Pow(10, maxDecades))
	s := Log{Min: floor125(lo), Max: ceil125(r.hi), Zero: r.lo <= vanishing || least < lo}
	if s.Max/s.Min > 100 {
		s.Min = math.Pow(10, math.Floor(math.Log10(lo)+1e-9))
		if least < lo { // values are out of reach anyway: no decade for the rest of them
			s.Min = math.Pow(10, math.Ceil(math.Log10(lo)-1e-9))
		}
	}
	if s.Max <= s.Min {
		s.Max = 2 * s.Min
	}
	a := Axis{Scale: s, Ticks: logTicks(s, label)}
	if s.Zero {
		a.Ticks = append([]Tick{{0, label(0)}}, a.Ticks...)
	}
	return a
}

// logTicks labels every decade, of few decades also 2 and 5, of many only each second.
func logTicks(s Log, label func(float64) string) []Tick {
	decades := math.Log10(s.Max / s.Min)
	first, last := int(math.Floor(math.Log10(s.Min)+1e-9)), int(math.Ceil(math.Log10(s.Max)-1e-9))
	var ticks []Tick
	for d := first; d <= last; d++ {
		for m := 1; m <= 9; m++ {
			v, err := strconv.ParseFloat(strconv.Itoa(m)+"e"+strconv.Itoa(d), 64) // exact decimal
			if err != nil || v < s.Min*(1-1e-9) || v > s.Max*(1+1e-9) {
				continue
			}
			named := m == 1 && (decades < 5 || (d-first)%2 == 0) || decades < 2.5 && (m == 2 || m == 5)
			t := Tick{At: v}
			if named {
				t.Label = label(v)
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

func floor125(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)+1e-9))
	for _, m := range []float64{5, 2} {
		if v >= m*power*(1-1e-9) {
			return m * power
		}
	}
	return power
}

func ceil125(v float64) float64 { return niceStep(v) }

// Number writes v with the given decimals, a comma between thousands, and a real
// minus sign.
func Number(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 && strings.ContainsAny(text, "123456789") {
		return "−" + whole
	}
	return whole
}
