package dist

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// family is one kind of distribution: its name and the sets of parameters that
// each describe it fully.
type family struct {
	name  string
	forms [][]string
	// tail is whether the law has an open end, so that shift and max make sense.
	tail bool
	// build makes the law from one complete form, and reports impossible values
	// to the arguments.
	build func(*arguments) law
}

// The names of the two families that are more than a set of numbers.
const (
	mixtureName   = "mixture"
	empiricalName = "empirical"
	constantName  = "constant"
)

// tailOptions may be added to every family with a tail.
var tailOptions = []string{"shift", "max"}

// families returns all of them, in the order in which messages list them. (It is a
// function as a variable would depend on itself: a mixture is built of families.)
func families() []family {
	return []family{
		{constantName, [][]string{{"value"}}, false, buildConstant},
		{"uniform", [][]string{{"min", "max"}}, false, buildUniform},
		{"exponential", [][]string{{"mean"}, {"min", "mean"}, {"median"}}, true, buildExponential},
		{"normal", [][]string{{"mean", "sd"}}, true, buildNormal},
		{"lognormal", [][]string{
			{"median", "sigma"}, {"median", "p90"}, {"median", "p95"}, {"median", "p99"}, {"median", "p999"},
			{"mean", "sd"}, {"mean", "sigma"},
		}, true, buildLognormal},
		{"gamma", [][]string{{"mean", "shape"}, {"mean", "sd"}, {"scale", "shape"}}, true, buildGamma},
		{"weibull", [][]string{{"scale", "shape"}, {"mean", "shape"}, {"median", "p99"}}, true, buildWeibull},
		{"pareto", [][]string{{"min", "shape"}, {"mean", "shape"}, {"min", "p99"}}, true, buildPareto},
		{mixtureName, [][]string{{"parts"}}, true, buildMixture},
		{empiricalName, [][]string{{"file"}, {"file", "factor"}}, true, buildEmpirical},
	}
}

// familyByName returns nil if there is none.
func familyByName(name string) *family {
	for _, f := range families() {
		if f.name == name {
			return &f
		}
	}
	return nil
}

// familyNames returns the names that a Spec may have.
func familyNames() []string {
	var names []string
	for _, f := range families() {
		names = append(names, f.name)
	}
	return names
}

// parameters returns every name that the family takes, each once, in the order
// in which String prints them.
func (f *family) parameters() []string {
	var names []string
	for _, form := range f.forms {
		for _, name := range form {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if f.tail {
		names = append(names, tailOptions...)
	}
	return names
}

// checkForm returns "" if the given names are exactly one of the forms, and
// what is wrong otherwise. Options are not among the names.
func (f *family) checkForm(given []string) string {
	var missing []string
	for _, form := range f.forms {
		lacks := slices.DeleteFunc(slices.Clone(form), func(name string) bool { return slices.Contains(given, name) })
		extra := len(given) + len(lacks) - len(form)
		if extra > 0 {
			continue
		}
		if len(lacks) == 0 {
			return ""
		}
		if missing == nil || len(lacks) < len(missing) {
			missing = lacks
		}
	}
	if missing == nil {
		return strings.Join(given, " and ") + " do not go together"
	}
	return f.name + " lacks " + strings.Join(missing, " and ")
}

// wantForms says which sets of parameters the family takes.
func (f *family) wantForms() string {
	forms := make([]string, len(f.forms))
	for i, form := range f.forms {
		forms[i] = strings.Join(form, " and ")
	}
	return strings.Join(forms, ", or ")
}

// paramType is how a parameter's value is written.
type paramType int

const (
	timeParam   paramType = iota // a duration
	numberParam                  // a plain number
	fileParam                    // a path
)

func typeOf(param string) paramType {
	switch param {
	case "sigma", "shape", "factor":
		return numberParam
	case "file":
		return fileParam
	}
	return timeParam
}

// arguments are a Spec's values on their way into a law, and the mistakes found there.
type arguments struct {
	spec *Spec
	errs Errors
}

func (a *arguments) has(name string) bool {
	return slices.ContainsFunc(a.spec.values, func(v value) bool { return v.name == name })
}

// duration returns a time as given, and 0 if it is absent.
func (a *arguments) duration(name string) time.Duration {
	return a.spec.value(name).time
}

// time returns a time in nanoseconds, and 0 if it is absent.
func (a *arguments) time(name string) float64 { return float64(a.duration(name)) }

// positive returns a time that must not be 0.
func (a *arguments) positive(name string) float64 {
	d := a.duration(name)
	if d == 0 {
		a.fail(name, "0 is not possible here", "a time above 0")
	}
	return float64(d)
}

// above returns a time that must be longer than another parameter's.
func (a *arguments) above(name, than string) float64 {
	d, bound := a.duration(name), a.duration(than)
	if d <= bound {
		a.fail(name, formatDuration(d)+" is not above "+than, "more than "+formatDuration(bound))
	}
	return float64(d)
}

// number returns a plain number that must lie between low and high.
func (a *arguments) number(name string, low, high float64) float64 {
	x := a.spec.value(name).number
	if !(x >= low && x <= high) {
		a.fail(name, formatNumber(x)+" is out of range", fmt.Sprintf("a number from %g to %g", low, high))
	}
	return x
}

// Limits of dimensionless parameters, also of those that follow from times.
// Outside of them a law is a constant in disguise, or nearly always 0 and now
// and then longer than the universe is old.
const (
	minShape, maxShape = 0.01, 1e6
	minSigma, maxSigma = 1e-6, 50
)

// derived returns x, which follows from the two named times and must lie between
// low and high. The second one is blamed.
func (a *arguments) derived(x float64, what, first, second string, low, high float64) float64 {
	if len(a.errs) == 0 && !(x >= low && x <= high) {
		a.fail(second, fmt.Sprintf("with this %s, %s would be %.3g", first, what, x),
			fmt.Sprintf("times that give it a value from %g to %g", low, high))
	}
	return x
}

func (a *arguments) fail(name, msg, want string) {
	a.errs = append(a.errs, &Error{Key: name, Msg: msg, Want: want, Offset: -1})
}

// withTail applies shift and max.
func (a *arguments) withTail(l law) law {
	if len(a.errs) > 0 || !a.has("shift") && !a.has("max") {
		return l
	}
	limit := math.Inf(1)
	low, _ := l.bounds()
	low += a.time("shift")
	if a.has("max") {
		limit = a.positive("max")
		if limit > 0 && limit <= low {
			a.fail("max", formatDuration(a.duration("max"))+" would cap every draw", "more than "+formatDuration(round(low)))
		}
	}
	return boundedLaw{l, a.time("shift"), limit}
}
