package simtest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"replsim/sim/dist"
)

// Args are the words of one line of a script: the command, its words, and its
// options such as delay=1ms. A value with blanks is put into parentheses:
// delay=uniform(min=1ms, max=2ms).
type Args struct {
	Command string
	Words   []string
	options map[string]string
	used    map[string]bool
}

// parse splits a line at blanks outside parentheses.
func parse(line string) (Args, error) {
	a := Args{options: map[string]string{}, used: map[string]bool{}}
	depth := 0
	words := strings.FieldsFunc(line, func(r rune) bool {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		return r == ' ' && depth == 0
	})
	if depth != 0 {
		return a, fmt.Errorf("parentheses do not match")
	}
	for i, word := range words {
		key, value, isOption := strings.Cut(word, "=")
		switch {
		case i == 0:
			a.Command = word
		case isOption:
			if _, twice := a.options[key]; twice {
				return a, fmt.Errorf("option %s is given twice", key)
			}
			a.options[key] = value
		default:
			a.Words = append(a.Words, word)
		}
	}
	return a, nil
}

// Option reads an option by a function such as strconv.Atoi, or returns the
// fallback if it is not given.
func Option[T any](a Args, name string, read func(string) (T, error), fallback T) (T, error) {
	text, ok := a.options[name]
	if !ok {
		return fallback, nil
	}
	a.used[name] = true
	v, err := read(text)
	if err != nil {
		return v, fmt.Errorf("%s=%s: %w", name, text, err)
	}
	return v, nil
}

// Choice returns a reader for Option that takes one of some names; its value is
// the index of the name.
func Choice[T ~uint8](names ...string) func(string) (T, error) {
	return func(s string) (T, error) {
		if i := slices.Index(names, s); i >= 0 {
			return T(i), nil
		}
		return 0, fmt.Errorf("want one of %s", strings.Join(names, ", "))
	}
}

// Options reads several options of one command and keeps the first error.
type Options struct {
	Args
	Err error
}

// Duration reads an option such as 5ms.
func (o *Options) Duration(name string, fallback time.Duration) time.Duration {
	return read(o, name, time.ParseDuration, fallback)
}

// Law reads a distribution such as 5ms or exponential(mean=5ms).
func (o *Options) Law(name string, fallback time.Duration) dist.Spec {
	return read(o, name, dist.Parse, dist.Constant(fallback))
}

// Int reads an option that is a whole number.
func (o *Options) Int(name string, fallback int) int { return read(o, name, strconv.Atoi, fallback) }

// Bool reads an option that is true or false.
func (o *Options) Bool(name string, fallback bool) bool {
	return read(o, name, strconv.ParseBool, fallback)
}

// Float reads an option that is a number.
func (o *Options) Float(name string, fallback float64) float64 {
	return read(o, name, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }, fallback)
}

func read[T any](o *Options, name string, parse func(string) (T, error), fallback T) T {
	v, err := Option(o.Args, name, parse, fallback)
	if err != nil && o.Err == nil {
		o.Err = err
	}
	return v
}

// unused reports options that the command did not ask for.
func (a Args) unused() error {
	for _, name := range slices.Sorted(maps.Keys(a.options)) {
		if !a.used[name] {
			return fmt.Errorf("no option %s", name)
		}
	}
	return nil
}
