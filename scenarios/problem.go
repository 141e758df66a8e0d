package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a scenario file.
type Problem struct {
	File       string `json:"file"`                 // as it was asked for; "--set" for an override
	Line       int    `json:"line,omitempty"`       // from 1; 0 for an override
	Column     int    `json:"column,omitempty"`     // in bytes from 1; 0 for an override
	Key        string `json:"key,omitempty"`        // dotted, as written in the file
	Message    string `json:"message"`              // what is wrong
	Expected   string `json:"expected,omitempty"`   // what would be right
	Suggestion string `json:"suggestion,omitempty"` // what was probably meant
}

// String renders the problem in one line, the way compilers do.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	if p.Key != "" {
		b.WriteString(": " + p.Key)
	}
	b.WriteString(": " + p.Message)
	if p.Expected != "" {
		b.WriteString("; expected " + p.Expected)
	}
	if p.Suggestion != "" {
		fmt.Fprintf(&b, "; did you mean %q?", p.Suggestion)
	}
	return b.String()
}

// Errors are all mistakes of a scenario: those of the file first, by line, then
// those of the files that it extends, then those of overrides.
type Errors []Problem

// Error renders one problem a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, p := range e {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// reported is a problem together with where it was found.
type reported struct {
	Problem
	rank  int    // of the file: the one asked for comes first
	scope string // the variant in which it was found; "" for the scenario itself
}

// collect turns the reports of the scenario and its variants into one list. The
// same mistake is met again in every variant; it is told once, and when only some
// variants suffer from a shared key, they are named.
func collect(reports []reported, variants []string) Errors {
	type mistake struct {
		file, key, message string
		line, column       int
	}
	scopes := make(map[mistake][]string)
	var unique []reported
	for _, r := range reports {
		m := mistake{r.File, r.Key, r.Message, r.Line, r.Column}
		if _, seen := scopes[m]; !seen {
			unique = append(unique, r)
		}
		scopes[m] = append(scopes[m], r.scope)
	}
	slices.SortStableFunc(unique, func(a, b reported) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Message, b.Message))
	})
	var out Errors
	for _, r := range unique {
		where := scopes[mistake{r.File, r.Key, r.Message, r.Line, r.Column}]
		if !slices.Contains(where, "") && len(slices.Compact(where)) < len(variants) && !strings.HasPrefix(r.Key, variantsKey+".") {
			r.Message += " (in variant " + strings.Join(slices.Compact(where), ", ") + ")"
		}
		out = append(out, r.Problem)
	}
	return out
}
