package scenarios

import (
	"errors"
	"fmt"
	"strings"
)

// The small notations inside texts: ends of a link, popularity of records,
// expectations.

// Ends are the two ends of a link that a fault concerns: nodes, places, zones,
// regions, groups of clients, or "leader".
type Ends struct {
	From, To string
	Both     bool // both directions
}

// ParseEnds reads "a -> b" (one direction) or "a <-> b" (both).
func ParseEnds(text string) (Ends, error) {
	from, to, both := strings.Cut(text, "<->")
	if !both {
		var one bool
		if from, to, one = strings.Cut(text, "->"); !one {
			return Ends{}, errors.New("no arrow between two ends")
		}
	}
	e := Ends{strings.TrimSpace(from), strings.TrimSpace(to), both}
	switch {
	case !bare(e.From) || !bare(e.To):
		return Ends{}, errors.New("not two names with an arrow between them")
	case e.From == e.To:
		return Ends{}, errors.New("a link to itself")
	}
	return e, nil
}

// Popularity says which records clients use.
type Popularity struct {
	Kind     string  // uniform, zipf or hot
	Exponent float64 // zipf: the record of rank k is used in proportion to k^-Exponent; above 0
	HotKeys  float64 // hot: the share of records that are hot; above 0, below 1
	HotShare float64 // hot: the share of operations that they get; 0 to 1
}

// ParsePopularity reads "uniform", "zipf(0.99)" or "hot(1%, 90%)".
func ParsePopularity(text string) (Popularity, error) {
	name, rest, hasArguments := strings.Cut(strings.ReplaceAll(text, " ", ""), "(")
	var arguments []string
	if hasArguments {
		inner, closed := strings.CutSuffix(rest, ")")
		if !closed {
			return Popularity{}, errors.New("no closing parenthesis")
		}
		arguments = strings.Split(inner, ",")
	}
	p := Popularity{Kind: name}
	var err error
	switch {
	case name == "uniform" && !hasArguments:
	case name == "zipf" && len(arguments) == 1:
		p.Exponent, err = readFloat(arguments[0])
		if err != nil || p.Exponent <= 0 || p.Exponent > 10 {
			return Popularity{}, fmt.Errorf("%q is no exponent above 0, at most 10", arguments[0])
		}
	case name == "hot" && len(arguments) == 2:
		if p.HotKeys, err = readRatio(arguments[0]); err != nil || p.HotKeys <= 0 || p.HotKeys >= 1 {
			return Popularity{}, fmt.Errorf("%q is no share of the records between 0%% and 100%%", arguments[0])
		}
		if p.HotShare, err = readRatio(arguments[1]); err != nil || p.HotShare < 0 || p.HotShare > 1 {
			return Popularity{}, fmt.Errorf("%q is no share of the operations from 0%% to 100%%", arguments[1])
		}
	default:
		return Popularity{}, fmt.Errorf("%q is no popularity", text)
	}
	return p, nil
}

// Expectation is one line of [expect].
type Expectation struct {
	Figure string  // dotted name of a measured figure
	Stat   string  // mean, min, max, lo or hi (ends of the interval of the mean)
	Op     string  // ==, !=, <, <=, > or >=
	Value  float64 // in Unit
	Unit   string  // s for durations, /s for rates, ratio for percentages, "" for plain numbers
}

// stats are the statistics of a figure that a key may end in.
var stats = []string{"mean", "min", "max", "lo", "hi"}

// comparisons are the operators; those that begin with another one come first.
var comparisons = []string{"==", "!=", "<=", ">=", "<", ">"}

// ParseExpectation reads a key such as "latency.write.p99.max" and a comparison
// such as "< 6s", "== 0", ">= 99.9%" or "> 500/s".
func ParseExpectation(key, text string) (Expectation, error) {
	e := Expectation{Figure: key, Stat: "mean"}
	for _, stat := range stats {
		if figure, ok := strings.CutSuffix(key, "."+stat); ok {
			e.Figure, e.Stat = figure, stat
		}
	}
	if e.Figure == "" {
		return e, errors.New("no figure")
	}
	text = strings.TrimSpace(text)
	for _, op := range comparisons {
		if value, ok := strings.CutPrefix(text, op); ok {
			e.Op = op
			return e, e.readValue(strings.TrimSpace(value))
		}
	}
	return e, fmt.Errorf("%q is no comparison", text)
}

// readValue reads the number behind the operator, in any of the units.
func (e *Expectation) readValue(text string) error {
	if f, err := readFloat(text); err == nil {
		e.Value = f
		return nil
	}
	if f, err := readRatio(text); err == nil {
		e.Value, e.Unit = f, "ratio"
		return nil
	}
	if f, err := readRate(text); err == nil {
		e.Value, e.Unit = f, "/s"
		return nil
	}
	d, err := readDuration(text)
	if err != nil {
		return fmt.Errorf("%q is no number, percentage, rate or duration", text)
	}
	e.Value, e.Unit = d.Seconds(), "s"
	return nil
}

// Holds tells whether a measured value meets the expectation. Both must be in the
// same unit.
func (e Expectation) Holds(got float64) bool {
	switch e.Op {
	case "==":
		return got == e.Value
	case "!=":
		return got != e.Value
	case "<":
		return got < e.Value
	case "<=":
		return got <= e.Value
	case ">":
		return got > e.Value
	}
	return got >= e.Value
}
