package report

import (
	"fmt"
	"math"
	"strings"

	"replsim/report/chart"
	"replsim/results"
)

// Units of figures with a form of their own; all others are written after the number.
const (
	unitSeconds = "s"
	unitRatio   = "ratio"
	unitPlain   = "1"
)

// digits is how many significant digits people get to see: simulated differences
// below a hundredth are of no use, and every more digit hides the first.
const digits = 3

// display is a unit as shown: value/per is printed, followed by name.
type display struct {
	per  float64
	name string
}

// durations are the units of time, each used from its own length upwards. Minutes
// begin at two: "90 s" is read faster than "1.5 min".
var durations = []struct {
	from float64
	display
}{
	{7200, display{3600, "h"}}, {120, display{60, "min"}}, {1, display{1, "s"}},
	{1e-3, display{1e-3, "ms"}}, {1e-6, display{1e-6, "µs"}}, {0, display{1e-9, "ns"}},
}

// displayOf returns how values of about the given size are shown in a unit.
func displayOf(unit string, size float64) display {
	switch unit {
	case unitSeconds:
		if size == 0 {
			return display{1, "s"}
		}
		for _, d := range durations {
			// A value that rounds up to the next unit belongs there: 1 s, not 1000 ms.
			if roundTo(math.Abs(size), digits) >= d.from {
				return d.display
			}
		}
	case unitRatio:
		return display{0.01, "%"}
	case unitPlain, "":
		return display{1, ""}
	}
	return display{1, unit}
}

// Format writes a value with its unit as people read it: seconds as µs, ms, s, min
// or h, ratios as percentages, counts with thousands separated, three significant
// digits (of a percentage near 100 %, of what is missing to it). A value that is
// not finite gives "–".
func Format(value float64, unit string) string { return formatTo(value, unit, digits) }

// formatTo writes a value as Format does, with only as many decimals as so many
// significant digits need.
func formatTo(value float64, unit string, significant int) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return absent
	}
	d := displayOf(unit, value)
	shown := value / d.per
	n := decimalsOf(shown, unit)
	if almostAll := unit == unitRatio && shown > 99 && shown < 100; !almostAll {
		n = min(n, decimalsFor(shown, significant))
	}
	return withUnit(trimmed(shown, n), d.name)
}

// FormatDigits writes a value with its unit as Format does, but in exactly so many
// significant digits, zeros included, for columns of numbers to be compared. Of a
// percentage near 100 % it shows one digit less of what is missing.
func FormatDigits(value float64, unit string, significant int) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return absent
	}
	d := displayOf(unit, value)
	shown := value / d.per
	n := decimalsFor(shown, significant)
	if unit == unitRatio && shown > 99 && shown < 100 {
		n = decimalsFor(100-shown, significant-1)
	}
	return withUnit(chart.Number(shown, n), d.name)
}

// FormatMean writes a figure's mean as Format does, without the digits that its
// interval makes meaningless.
func FormatMean(f results.Figure) string {
	lo, hi := bounds(f)
	d := displayOf(f.Unit, f.Mean)
	n := decimalsOf(f.Mean/d.per, f.Unit)
	text := trimmed(f.Mean/d.per, n)
	if half := (hi - lo) / 2 / d.per; half > 0 && f.Mean != 0 {
		text = chart.Number(f.Mean/d.per, min(n, worthOf(half))) // with its zeros: they were measured
	}
	if f.Mean != 0 && !strings.ContainsAny(text, "123456789") {
		return Format(f.Mean, f.Unit) // "0" would say that it never happened
	}
	return withUnit(text, d.name)
}

// worthOf returns how many decimals an interval of that half width is worth: those
// of its first digit or, if that is a 1, of its second.
func worthOf(half float64) int {
	if h := roundTo(half, 2); h/math.Pow(10, math.Floor(math.Log10(h)+1e-12)) < 2 {
		return decimalsFor(half, 2)
	}
	return decimalsFor(half, 1)
}

// decimalsOf returns how many decimals show a value in the usual significant
// digits; of a percentage near 100 they are those of what is missing, since "100 %"
// would claim that nothing failed.
func decimalsOf(shown float64, unit string) int {
	if unit == unitRatio && shown > 99 && shown < 100 {
		return min(9, decimalsFor(100-shown, 2))
	}
	return decimalsFor(shown, digits)
}

func withUnit(number, unit string) string {
	if unit == "" {
		return number
	}
	if number == "1" && !strings.Contains(unit, "/") && len(unit) > 3 {
		unit = strings.TrimSuffix(unit, "s") // 1 write
	}
	return number + " " + unit
}

// FormatInterval writes a figure's mean and its 95 % interval. An interval that is
// about as long on both sides is written with ±, a lopsided one in full, and that
// of a count of zero as what it may be at most.
func FormatInterval(f results.Figure) string {
	lo, hi := bounds(f)
	if f.N < 2 && hi <= lo { // one seed: there is no interval
		return Format(f.Mean, f.Unit)
	}
	if f.Mean == 0 && lo >= 0 && hi > 0 {
		return "0 (≤ " + Format(hi, f.Unit) + ")"
	}
	if f.Unit == "ratio" && f.Mean == 1 && lo < 1 {
		return "100 % (≥ " + atLeast(lo) + ")"
	}
	d := displayOf(f.Unit, f.Mean)
	n := decimalsOf(f.Mean/d.per, f.Unit)
	below, above := f.Mean-lo, hi-f.Mean
	if math.Max(below, above) > 1.5*math.Min(below, above)+1e-9*math.Abs(f.Mean) {
		return fmt.Sprintf("%s [%s, %s]", withUnit(trimmed(f.Mean/d.per, n), d.name), trimmed(lo/d.per, n), trimmed(hi/d.per, n))
	}
	return plusMinus(f.Mean/d.per, (hi-lo)/2/d.per, n, d.name)
}

// atLeast writes a share just below 1 with as many decimals as tell it from 1:
// 99.998 %, rounded down.
func atLeast(share float64) string {
	missing := 100 * (1 - share)
	n := max(0, decimalsFor(missing, 1))
	step := math.Pow(10, -float64(n))
	return trimmed(100-math.Ceil(missing/step-1e-9)*step, n) + " %"
}

// plusMinus writes "12.3 ms ± 0.4": as many decimals as the interval is worth, at
// most n.
func plusMinus(mean, half float64, n int, unit string) string {
	if half == 0 {
		return withUnit(trimmed(mean, n), unit) + " ± 0"
	}
	n = min(n, worthOf(half))
	spread := chart.Number(half, n)
	if !strings.ContainsAny(spread, "123456789") {
		spread = "<" + chart.Number(math.Pow(10, -float64(n)), n)
	}
	return withUnit(chart.Number(mean, n), unit) + " ± " + spread
}

// FormatDifference writes a paired difference with its sign and interval.
func FormatDifference(c results.Comparison) string {
	d := displayOf(c.Unit, math.Max(math.Abs(c.Diff), (c.Hi-c.Lo)/2))
	if c.Unit == unitRatio {
		d.name = "pp" // percentage points: "+2 %" could mean a fiftieth more
	}
	text := plusMinus(c.Diff/d.per, (c.Hi-c.Lo)/2/d.per, decimalsFor(c.Diff/d.per, digits), d.name)
	if c.Diff > 0 {
		text = "+" + text
	}
	return text
}

// bounds returns the interval of a figure without what cannot be: an interval made
// symmetric may reach below zero for a count, or above one for a ratio.
func bounds(f results.Figure) (lo, hi float64) {
	lo, hi = f.Lo, f.Hi
	if f.Min >= 0 {
		lo = math.Max(lo, 0)
	}
	if f.Unit == unitRatio && f.Max <= 1 {
		hi = math.Min(hi, 1)
	}
	return math.Min(lo, f.Mean), math.Max(hi, f.Mean)
}

// decimalsFor returns how many decimals show v in so many significant digits.
func decimalsFor(v float64, significant int) int {
	if v == 0 {
		return 0
	}
	v = roundTo(math.Abs(v), significant)
	return min(12, max(0, significant-1-int(math.Floor(math.Log10(v)+1e-12))))
}

// roundTo rounds v > 0 to significant digits.
func roundTo(v float64, significant int) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, float64(significant-1)-math.Floor(math.Log10(v)))
	if math.IsInf(scale, 0) {
		return v
	}
	return math.Round(v*scale) / scale
}

// trimmed writes v without zeros at the end of its decimals.
func trimmed(v float64, n int) string {
	text := chart.Number(v, n)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}
