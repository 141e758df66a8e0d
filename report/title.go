package report

import (
	"fmt"
	"regexp"
	"strings"

	"replsim/results"
)

// placeholder is {variant/figure}. Other braces, as in "{r1, r2}", stay as they are.
var placeholder = regexp.MustCompile(`\{([^{}/]+)/([^{}/]+)\}`)

// titleDigits is how many significant digits a title shows: it is read in passing,
// and the chart below has the rest. (Whole numbers keep theirs.)
const titleDigits = 2

// expandTitle replaces each {variant/figure} by the measured mean with its unit.
func expandTitle(s *results.Set, title string) (string, error) {
	var failed error
	out := placeholder.ReplaceAllStringFunc(title, func(match string) string {
		name := placeholder.FindStringSubmatch(match)
		v, ok := s.Variant(strings.TrimSpace(name[1]))
		if !ok {
			failed = fmt.Errorf("title: %s: there is no variant %q", match, name[1])
			return match
		}
		f, ok := v.Figure(strings.TrimSpace(name[2]))
		if !ok {
			failed = fmt.Errorf("title: %s: variant %q has no figure %q", match, name[1], name[2])
			return match
		}
		return formatTo(f.Mean, f.Unit, titleDigits)
	})
	return out, failed
}
