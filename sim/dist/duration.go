package dist

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// parseDuration reads a time such as "5ms", "1h30m" or "2d": Go's units and d
// for 24 hours.
func parseDuration(text string) (time.Duration, error) {
	days, rest, hasDays := strings.Cut(text, "d")
	if !hasDays {
		return parseGoDuration(text)
	}
	if strings.Trim(days, "0123456789.") != "" || strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "+") {
		return 0, notADuration(text)
	}
	hours, err := parseGoDuration(days + "h")
	if err != nil {
		return 0, notADuration(text)
	}
	var more time.Duration
	if rest != "" {
		if more, err = parseGoDuration(rest); err != nil {
			return 0, notADuration(text)
		}
	}
	if hours > (Longest-more)/24 {
		return 0, errTooLong
	}
	return 24*hours + more, nil
}

var errTooLong = errors.New("longer than 146 years")

// parseGoDuration is time.ParseDuration with our limits and words.
func parseGoDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil && strings.Contains(err.Error(), "missing unit"):
		return 0, fmt.Errorf("%q has no unit", text)
	case err != nil:
		return 0, notADuration(text)
	case d < 0:
		return 0, fmt.Errorf("%q is negative", text)
	case d > Longest:
		return 0, errTooLong
	}
	return d, nil
}

func notADuration(text string) error { return fmt.Errorf("%q is not a duration", text) }

// formatDuration writes d so that parseDuration reads it back: as Go does, but
// without µ and without empty minutes and seconds.
func formatDuration(d time.Duration) string {
	text := strings.Replace(d.String(), "µ", "u", 1)
	if short, ok := strings.CutSuffix(text, "m0s"); ok {
		text = short + "m"
	}
	if short, ok := strings.CutSuffix(text, "h0m"); ok {
		text = short + "h"
	}
	return text
}

// fromNanoseconds rounds ns to a Duration; !ok if it is not within Longest.
func fromNanoseconds(ns float64) (d time.Duration, ok bool) {
	if math.IsNaN(ns) || ns > float64(Longest) {
		return 0, false
	}
	return round(ns), true
}
