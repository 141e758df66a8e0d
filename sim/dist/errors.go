package dist

import (
	"fmt"
	"slices"
	"strings"

	"replsim/internal/nearest"
)

// Error is one mistake in the description of a distribution.
type Error struct {
	// Key is where: "dist", a parameter such as "p99", or one inside a mixture,
	// such as "parts[1].shape". Empty if the description as a whole is at fault.
	Key string
	// Msg says what is wrong, such as `"5" has no unit`.
	Msg string
	// Want says what would be right, such as `a duration such as "5ms"`; may be empty.
	Want string
	// Suggestion is the valid name nearest to a wrong one; may be empty.
	Suggestion string
	// Offset is where in the text given to Parse the mistake is, in bytes from 0;
	// -1 if it is not known, as for tables.
	Offset int
}

// Error returns the mistake in one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Msg)
	if e.Want != "" {
		b.WriteString("; expected " + e.Want)
	}
	if e.Suggestion != "" {
		fmt.Fprintf(&b, "; did you mean %q?", e.Suggestion)
	}
	return b.String()
}

// Errors are all mistakes found in one description. Parse, FromTable, Load, New,
// Mean and Quantile return no other type of error.
type Errors []*Error

// Error returns the mistakes, one a line.
func (errs Errors) Error() string {
	lines := make([]string, len(errs))
	for i, e := range errs {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single *Error.
func (errs Errors) Unwrap() []error {
	list := make([]error, len(errs))
	for i, e := range errs {
		list[i] = e
	}
	return list
}

// under returns errs with their keys moved into part i of a mixture.
func (errs Errors) under(i int) Errors {
	for _, e := range errs {
		e.Key = strings.TrimSuffix(fmt.Sprintf("parts[%d].%s", i, e.Key), ".")
	}
	return errs
}

// orNil returns errs as an error, nil if there are none.
func (errs Errors) orNil() error {
	if len(errs) == 0 {
		return nil
	}
	return errs
}

// probable returns the name that a mistyped word probably meant, or "".
// otherNames maps words from elsewhere to the names used here.
func probable(word string, names []string, otherNames map[string]string) string {
	word = strings.ToLower(word)
	if name := otherNames[word]; slices.Contains(names, name) {
		return name
	}
	for _, name := range names {
		if len(word) >= 3 && strings.HasPrefix(name, word) {
			return name
		}
	}
	return nearest.Closest(word, names)
}
