package validation

import "replsim/scenarios"

// Kind says where an expected value is from.
type Kind string

// Kinds of expected value, in the order of the document.
const (
	Exact     Kind = "exact"     // a closed form
	Published Kind = "published" // somebody's figure
	Measured  Kind = "measured"  // of a real system
)

var kinds = []Kind{Exact, Published, Measured}

// Group is a loaded group: one scenario, and what its figures should be.
type Group struct {
	Name   string // of the file, without .toml
	Title  string
	Shows  string // what it shows, in a sentence or two
	Source string
	Lines  []Line // in the order of the file
	// MedianError is the most that the median error of the lines may be, as a
	// share; 0: not judged.
	MedianError float64

	scenario string // what tells two scenarios apart: where it was found
	file     *scenarios.File
	document *scenarios.Document
}

// Kind returns where most of the group's values are from.
func (g *Group) Kind() Kind {
	count := map[Kind]int{}
	for _, l := range g.Lines {
		count[l.Kind]++
	}
	best := kinds[0]
	for _, k := range kinds {
		if count[k] > count[best] {
			best = k
		}
	}
	return best
}

// Line is one figure and what it should be.
type Line struct {
	Name       string
	Label      string
	Variant    string // of the scenario
	Figure     string // see the package comment
	Kind       Kind
	Expected   float64 // in the figure's unit
	N          int     // repetitions behind Expected; 0: not known
	SD         float64 // standard deviation of one repetition
	Formula    string
	Source     string // "" if it is the group's
	Note       string
	Calibrated bool // parameters were fitted to it, so it is no prediction
	Rule       Rule

	unit string // of Expected as written: s, ratio, /s, or "" for a plain number
}

// RuleKind is a way to compare two numbers.
type RuleKind string

// Kinds of rule; the package comment tells what they demand.
const (
	Absolute    RuleKind = "absolute"
	Statistical RuleKind = "statistical"
	Relative    RuleKind = "relative"
	Sampling    RuleKind = "sampling"
)

// Rule says how far a simulated value may be from the expected one.
type Rule struct {
	Kind       RuleKind
	Within     float64 // Absolute: in the figure's unit
	FalseAlarm float64 // Statistical, Sampling: probability that chance alone fails the line
	Floor      float64 // Statistical, Sampling: share of the expected value that is always granted
	Precision  float64 // Statistical: share of the expected value that the granted error may be at most
	Error      float64 // Relative: share of the expected value

	withinUnit string // of Within as written
}

// Defaults of rules.
const (
	defaultFalseAlarm = 1e-5
	samplingAlarm     = 1e-3
	defaultFloor      = 0.005
	defaultPrecision  = 0.05
)
