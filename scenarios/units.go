package scenarios

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// longest is the longest duration a scenario may name. Sums of a few of them stay
// far from the end of 64-bit nanoseconds (292 years).
const longest = 10 * 365 * 24 * time.Hour

// wrongValue says why a value cannot be read, and what was probably meant.
type wrongValue struct {
	message    string
	suggestion string
}

func (e *wrongValue) Error() string { return e.message }

func wrong(format string, args ...any) error {
	return &wrongValue{message: fmt.Sprintf(format, args...)}
}

// readDuration reads "5ms", "1m30s" or "2d".
func readDuration(text string) (time.Duration, error) {
	d, err := parseDuration(text)
	if err != nil {
		return 0, &wrongValue{
			message:    fmt.Sprintf("%q is not a duration", text),
			suggestion: nearestReadable(text, func(s string) bool { _, err := parseDuration(s); return err == nil }),
		}
	}
	if d > longest || d < -longest {
		return 0, wrong("%q is longer than ten years", text)
	}
	return d, nil
}

// parseDuration is time.ParseDuration, and d for 24 hours as the only unit.
func parseDuration(text string) (time.Duration, error) {
	days, ok := strings.CutSuffix(text, "d")
	if !ok {
		return time.ParseDuration(text)
	}
	f, err := readFloat(days)
	if err == nil && math.Abs(f) > longest.Hours()/24 {
		err = errNotNumber
	}
	return time.Duration(f * float64(24*time.Hour)), err
}

// writeDuration writes a duration the way people do: 90s as "1m30s", 60s as "1m".
func writeDuration(d time.Duration) string {
	text := strings.Replace(d.String(), "µ", "u", 1)
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// nearestReadable tries the usual slips with units: a space before the unit,
// capitals, a decimal comma.
func nearestReadable(text string, readable func(string) bool) string {
	compact := strings.Join(strings.Fields(text), "")
	for _, try := range []string{compact, strings.ToLower(compact), strings.ReplaceAll(compact, ",", ".")} {
		if try != text && readable(try) {
			return try
		}
	}
	return ""
}

// unit is a suffix and the number that it multiplies by.
type unit struct {
	suffix string
	factor float64
}

// The units of each kind of quantity, longest suffix first where one ends in another.
var (
	rateUnits = []unit{{"/s", 1}, {"/m", 1. / 60}, {"/h", 1. / 3600}}
	sizeUnits = []unit{
		{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
		{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
	}
	bandwidthUnits = []unit{
		{"KiB/s", 1 << 10}, {"MiB/s", 1 << 20}, {"GiB/s", 1 << 30},
		{"kB/s", 1e3}, {"KB/s", 1e3}, {"MB/s", 1e6}, {"GB/s", 1e9}, {"B/s", 1},
		{"kbit/s", 1e3 / 8}, {"Mbit/s", 1e6 / 8}, {"Gbit/s", 1e9 / 8}, {"bit/s", 1. / 8},
	}
)

var (
	errNoUnit    = errors.New("no unit")
	errNotNumber = errors.New("not a number")
)

// readQuantity reads a number followed by one of the units. A ratio of units such
// as 1/60 is divided by, not multiplied with, so that "60/m" is exactly 1.
func readQuantity(text string, units []unit) (float64, error) {
	for _, u := range units {
		number, ok := strings.CutSuffix(text, u.suffix)
		if !ok {
			continue
		}
		f, err := readFloat(number)
		if err != nil {
			return 0, err
		}
		if u.factor < 1 {
			return f / math.Round(1/u.factor), nil
		}
		return f * u.factor, nil
	}
	return 0, errNoUnit
}

// readFloat reads a finite decimal number; what strconv allows beyond that
// (hexadecimal, underscores, infinity) is refused.
func readFloat(text string) (float64, error) {
	if text == "" || strings.Trim(text, "0123456789.eE+-") != "" {
		return 0, errNotNumber
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, errNotNumber
	}
	return f, nil
}

func writeFloat(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// readRate reads "200/s", "30/m" or "2/h" as operations per second.
func readRate(text string) (float64, error) {
	f, err := readQuantity(text, rateUnits)
	if err != nil {
		return 0, &wrongValue{
			message:    fmt.Sprintf("%q is not a rate", text),
			suggestion: nearestQuantity(text, "/s", rateUnits),
		}
	}
	return f, nil
}

func writeRate(f float64) string { return writeFloat(f) + "/s" }

// readSize reads "4KiB" or "1MB" as bytes.
func readSize(text string) (int64, error) { return readBytes(text, "a size", "B", sizeUnits) }

// readBandwidth reads "10MiB/s" or "1Gbit/s" as bytes per second.
func readBandwidth(text string) (int64, error) {
	return readBytes(text, "a bandwidth", "B/s", bandwidthUnits)
}

func readBytes(text, what, plain string, units []unit) (int64, error) {
	f, err := readQuantity(text, units)
	if err != nil {
		return 0, &wrongValue{
			message:    fmt.Sprintf("%q is not %s", text, what),
			suggestion: nearestQuantity(text, plain, units),
		}
	}
	if f != math.Trunc(f) {
		return 0, wrong("%q is not a whole number of bytes", text)
	}
	if math.Abs(f) > 1<<53 {
		return 0, wrong("%q is too large", text)
	}
	return int64(f), nil
}

// writeBytes writes bytes in the largest unit that leaves a whole number.
func writeBytes(n int64, per string) string {
	best := unit{"B", 1}
	for _, u := range sizeUnits {
		if u.suffix != "KB" && n != 0 && n%int64(u.factor) == 0 && u.factor > best.factor {
			best = u
		}
	}
	return strconv.FormatInt(n/int64(best.factor), 10) + best.suffix + per
}

// nearestQuantity tries the usual slips, and the plain unit behind a bare number.
func nearestQuantity(text, plain string, units []unit) string {
	readable := func(s string) bool { _, err := readQuantity(s, units); return err == nil }
	if _, err := readFloat(text); err == nil {
		return text + plain
	}
	if try := nearestReadable(text, readable); try != "" {
		return try
	}
	compact := strings.Join(strings.Fields(text), "")
	for _, u := range units {
		n := len(compact) - len(u.suffix)
		if n > 0 && strings.EqualFold(compact[n:], u.suffix) && readable(compact[:n]+u.suffix) {
			return compact[:n] + u.suffix
		}
	}
	return ""
}

// readRatio reads "0.1%" as 0.001.
func readRatio(text string) (float64, error) {
	f, ok := parsePercent(text)
	if !ok {
		return 0, &wrongValue{
			message:    fmt.Sprintf("%q is not a percentage", text),
			suggestion: nearestReadable(text, func(s string) bool { _, ok := parsePercent(s); return ok }),
		}
	}
	return f, nil
}

// parsePercent moves the decimal point in the text, since dividing by 100 would
// round: 99.9/100 is not the float nearest to 0.999.
func parsePercent(text string) (float64, bool) {
	number, ok := strings.CutSuffix(text, "%")
	f, err := readFloat(number)
	if !ok || err != nil {
		return 0, false
	}
	if moved, err := readFloat(number + "e-2"); err == nil {
		return moved, true
	}
	return f / 100, true // the number has an exponent of its own
}

// writeRatio writes a percentage when it reads back to the same number.
func writeRatio(f float64) string {
	if text := writeFloat(math.Round(f*1e12) / 1e10); !strings.Contains(text, "e") {
		if back, err := readRatio(text + "%"); err == nil && back == f {
			return text + "%"
		}
	}
	return writeFloat(f)
}
