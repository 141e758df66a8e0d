package validation

import (
	"fmt"
	"slices"
	"strings"

	"replsim/internal/nearest"
	"replsim/scenarios"
)

// reader turns the keys of a group into lines, and notes every mistake.
type reader struct {
	doc      *scenarios.Document
	problems scenarios.Errors
}

func (r *reader) report(message, expected, suggestion string, path ...string) {
	r.problems = append(r.problems, r.doc.Problem(message, expected, suggestion, path...))
}

func (r *reader) group(g *Group, keys groupKeys) {
	var common *Rule
	if keys.Rule != nil {
		common = r.rule(keys.Rule, "rule")
		if keys.Rule.MedianError != nil {
			g.MedianError = *keys.Rule.MedianError
		}
	}
	names := r.doc.Keys("lines")
	if len(names) == 0 {
		r.report("no lines", "tables such as [lines.NAME]", "", "lines")
	}
	for _, name := range names {
		g.Lines = append(g.Lines, r.line(g, name, keys.Lines[name], common))
	}
}

// line reads one line of the group.
func (r *reader) line(g *Group, name string, k lineKeys, common *Rule) Line {
	l := Line{
		Name: name, Label: k.Label, Variant: k.Variant, Figure: k.Figure,
		Formula: k.Formula, Source: k.Source, Note: k.Note, Calibrated: k.Calibrated,
	}
	if l.Label == "" {
		l.Label = name
	}
	at := []string{"lines", name}
	r.variant(g, &l, at)
	r.value(&l, k, at)
	switch {
	case k.Rule != nil:
		if k.Rule.MedianError != nil {
			r.report("a median needs more than one line", "it in the rule of the group", "", append(at, "rule", "median_error")...)
		}
		l.Rule = *r.rule(k.Rule, append(at, "rule")...)
	case common != nil:
		l.Rule = *common
	default:
		r.report("no rule, neither here nor for the group", "a table [rule]", "", append(at, "rule")...)
	}
	if len(r.problems) == 0 { // or else what follows from them would be told too
		r.fits(&l, at)
	}
	return l
}

// variant wants one that the scenario has.
func (r *reader) variant(g *Group, l *Line, at []string) {
	if g.file == nil {
		return // which has been reported
	}
	var names []string
	for _, v := range g.file.Variants {
		names = append(names, v.Name)
	}
	switch {
	case slices.Contains(names, l.Variant):
	case l.Variant == "" && len(names) == 1:
		l.Variant = names[0]
	case l.Variant == "":
		r.report("the scenario has several variants", "one of "+strings.Join(names, ", "), "", append(at, "variant")...)
	default:
		r.report(fmt.Sprintf("the scenario has no variant %q", l.Variant), "", nearest.Closest(l.Variant, names), append(at, "variant")...)
	}
}

// value reads the expected value, of which there is exactly one.
func (r *reader) value(l *Line, k lineKeys, at []string) {
	given := map[string]string{"exact": k.Exact, "published": k.Published, "measured": k.Measured}
	found := ""
	for _, kind := range kinds {
		if given[string(kind)] == "" {
			continue
		}
		if found != "" {
			r.report("a second expected value, beside "+found, "one of them", "", append(at, string(kind))...)
		}
		found, l.Kind = string(kind), kind
		l.Expected, l.unit = r.quantity(given[found], append(at, found)...)
	}
	switch {
	case len(k.Repetitions) > 0:
		if found != "" {
			r.report("repetitions beside "+found, "one of them", "", append(at, "repetitions")...)
		}
		if k.N > 0 || k.SD != "" {
			r.report("n and sd follow from the repetitions", "them or the repetitions", "", append(at, "repetitions")...)
		}
		r.repetitions(l, k.Repetitions, append(at, "repetitions"))
	case found == "":
		r.report("no expected value", "exact, published, measured or repetitions", "", at...)
	case (k.N > 0) != (k.SD != ""):
		r.report("n and sd belong together", "both or none", "", at...)
	case k.N > 0:
		var unit string
		l.N = k.N
		l.SD, unit = r.quantity(k.SD, append(at, "sd")...)
		if unit != l.unit {
			r.report("another unit than "+found, "the same unit", "", append(at, "sd")...)
		}
	}
}

// repetitions turns single measurements into their mean and spread.
func (r *reader) repetitions(l *Line, texts []string, at []string) {
	l.Kind, l.N = Measured, len(texts)
	values := make([]float64, len(texts))
	for i, text := range texts {
		var unit string
		values[i], unit = r.quantity(text, at...)
		if i > 0 && unit != l.unit {
			r.report(fmt.Sprintf("%q is of another unit than %q", text, texts[0]), "one unit", "", at...)
		}
		l.unit = unit
	}
	if l.N < 2 {
		r.report("one repetition has no spread", "two or more, or measured", "", at...)
		return
	}
	l.Expected, l.SD = meanAndSD(values)
}

// quantity reads a value in the notation of scenarios' expectations.
func (r *reader) quantity(text string, at ...string) (value float64, unit string) {
	e, err := scenarios.ParseExpectation("figure", "== "+text)
	if err != nil {
		r.report(err.Error(), `a value such as "5ms", "63.2%", "369.9/s" or "11"`, "", at...)
	}
	return e.Value, e.Unit
}

// ruleKeysOf says which keys each kind of rule has.
var ruleKeysOf = map[RuleKind][]string{
	Absolute:    {"within"},
	Statistical: {"false_alarm", "floor", "precision"},
	Relative:    {"error", "median_error"},
	Sampling:    {"false_alarm", "floor"},
}

// rule reads a rule and fills in the defaults.
func (r *reader) rule(k *ruleKeys, at ...string) *Rule {
	out := &Rule{Kind: RuleKind(k.Kind)}
	known := append([]string{"kind"}, ruleKeysOf[out.Kind]...)
	for _, key := range r.doc.Keys(at...) {
		if !slices.Contains(known, key) {
			r.report("means nothing to a rule of kind "+k.Kind, strings.Join(known[1:], ", "), "", append(at, key)...)
		}
	}
	switch out.Kind {
	case Absolute:
		if k.Within == "" {
			r.report("missing", `a value such as "0.02ms"`, "", append(at, "within")...)
			break
		}
		out.Within, out.withinUnit = r.quantity(k.Within, append(at, "within")...)
	case Statistical:
		out.FalseAlarm, out.Floor = or(k.FalseAlarm, defaultFalseAlarm), or(k.Floor, defaultFloor)
		out.Precision = or(k.Precision, defaultPrecision)
	case Relative:
		if k.Error == nil {
			r.report("missing", `a percentage such as "20%"`, "", append(at, "error")...)
		}
		out.Error = or(k.Error, 0)
	case Sampling:
		out.FalseAlarm, out.Floor = or(k.FalseAlarm, samplingAlarm), or(k.Floor, 0)
	}
	return out
}

// or returns the value, or the default of an absent one.
func or(value *float64, fallback float64) float64 {
	if value == nil {
		return fallback
	}
	return *value
}

// fits wants a rule that can judge the line.
func (r *reader) fits(l *Line, at []string) {
	switch rule := l.Rule; {
	case rule.Kind == Absolute && rule.withinUnit != l.unit:
		r.report("within is of another unit than the expected value", "one unit", "", at...)
	case (rule.Kind == Relative || rule.Kind == Statistical) && l.Expected == 0:
		r.report("a share of 0 is 0", "a rule of kind absolute", "", at...)
	case rule.Kind == Sampling && l.N < 2:
		r.report("a rule of kind sampling needs the spread of the measurement", "n and sd, or repetitions", "", at...)
	}
}
