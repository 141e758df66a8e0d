package validation

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"replsim/report"
	"replsim/results"
	"replsim/scenarios"
)

// Outcome is a line and what the simulator makes of it.
type Outcome struct {
	Group      string   `json:"group"`
	Line       string   `json:"line"`
	Label      string   `json:"label"`
	Scenario   string   `json:"scenario"`
	Variant    string   `json:"variant"`
	Figure     string   `json:"figure"`
	Unit       string   `json:"unit"`
	Kind       Kind     `json:"kind"`
	Expected   float64  `json:"expected"`
	Simulated  float64  `json:"simulated"`
	Lo         *float64 `json:"lo,omitempty"` // 95 % interval of Simulated; absent if there is none
	Hi         *float64 `json:"hi,omitempty"`
	N          int      `json:"n"`                    // replications
	Error      *float64 `json:"error,omitempty"`      // (simulated − expected) / expected; absent if that is 0
	Tolerance  float64  `json:"tolerance"`            // what simulated and expected may differ by
	Rule       RuleKind `json:"rule"`                 // how the tolerance was made
	Calibrated bool     `json:"calibrated,omitempty"` // no prediction
	Held       bool     `json:"held"`
	Why        string   `json:"why,omitempty"` // it did not hold

	line Line
}

// Result is a group and what the simulator makes of it.
type Result struct {
	Group    *Group
	Outcomes []Outcome // in the order of the lines
	Median   float64   // of the relative errors of predictions; NaN if there are none
	Worst    float64   // largest of these
	// MedianHeld tells whether Median is within the group's limit, if there is one.
	MedianHeld bool
}

// Held tells whether all lines hold, and the median.
func (r *Result) Held() bool {
	for _, o := range r.Outcomes {
		if !o.Held {
			return false
		}
	}
	return r.MedianHeld
}

// judge compares all lines of a group with the results of its scenario.
func judge(g *Group, s *results.Set) (*Result, error) {
	r := &Result{Group: g}
	var problems scenarios.Errors
	for _, l := range g.Lines {
		v, ok := s.Variant(l.Variant)
		if !ok {
			return nil, fmt.Errorf("validation: variant %s was not run", l.Variant)
		}
		e, err := simulated(v, l.Figure)
		if err == nil && !sameUnit(l.unit, e.unit) {
			err = fmt.Errorf("the expected value is not in the figure's unit, %s", e.unit)
		}
		if err != nil {
			suggestion := ""
			if missing, ok := err.(*notMeasured); ok {
				suggestion = missing.suggestion
			}
			problems = append(problems, g.document.Problem(err.Error(), "", suggestion, "lines", l.Name, "figure"))
			continue
		}
		r.Outcomes = append(r.Outcomes, outcome(g, l, e))
	}
	if len(problems) > 0 {
		return nil, problems
	}
	r.summarise()
	return r, nil
}

// sameUnit tells whether a value as written is in a figure's unit. A plain number
// fits any unit but that of times.
func sameUnit(written, unit string) bool {
	switch written {
	case "":
		return unit != "s"
	case "/s":
		return strings.HasSuffix(unit, "/s")
	}
	return written == unit
}

// outcome judges one line.
func outcome(g *Group, l Line, e estimate) Outcome {
	o := Outcome{
		Group: g.Name, Line: l.Name, Label: l.Label, Scenario: g.scenario, Variant: l.Variant, Figure: l.Figure,
		Unit: e.unit, Kind: l.Kind, Expected: l.Expected, Simulated: e.mean, N: e.n, Rule: l.Rule.Kind,
		Calibrated: l.Calibrated, line: l,
	}
	if e.n > 1 {
		o.Lo, o.Hi = &e.lo, &e.hi
	}
	if l.Expected != 0 {
		share := (e.mean - l.Expected) / l.Expected
		o.Error = &share
	}
	o.Tolerance, o.Why = tolerance(l, e)
	if o.Why == "" && !(math.Abs(e.mean-l.Expected) <= o.Tolerance) { // NaN does not hold
		o.Why = "off by more than " + report.FormatDigits(o.Tolerance, e.unit, 2)
	}
	o.Held = o.Why == ""
	return o
}

// tolerance returns what the line's rule grants, or why it cannot judge.
func tolerance(l Line, e estimate) (granted float64, why string) {
	rule, size := l.Rule, math.Abs(l.Expected)
	switch rule.Kind {
	case Absolute:
		return rule.Within, ""
	case Relative:
		return rule.Error * size, ""
	}
	if e.n < 2 {
		return 0, "one replication has no standard error"
	}
	se, degrees := e.standardError(), float64(e.n-1)
	if rule.Kind == Sampling {
		se, degrees = welch(se, degrees, l.SD/math.Sqrt(float64(l.N)), float64(l.N-1))
	}
	chance := 0.0
	if se > 0 {
		chance = student(rule.FalseAlarm, degrees) * se
	}
	if rule.Kind == Statistical && chance > rule.Precision*size {
		return chance, fmt.Sprintf("too rough: chance alone makes ±%.2g %%", 100*chance/size)
	}
	return math.Max(chance, rule.Floor*size), ""
}

// welch returns the standard error of a difference and its degrees of freedom.
//
// Source: B. L. Welch, "The Generalization of 'Student's' Problem when Several
// Different Population Variances are Involved", Biometrika 34 (1947).
func welch(a, da, b, db float64) (se, degrees float64) {
	sum := a*a + b*b
	if sum == 0 {
		return 0, da + db
	}
	return math.Sqrt(sum), sum * sum / (a*a*a*a/da + b*b*b*b/db)
}

// inRelation tells whether a line's relative error says how good it is: not if it
// was granted an absolute tolerance among lines that are judged otherwise, such as a
// share of half a per cent among times.
func (o Outcome) inRelation(g *Group) bool {
	otherwise := func(l Line) bool { return l.Rule.Kind != Absolute }
	return o.Error != nil && (o.Rule != Absolute || o.Unit == "s" || !slices.ContainsFunc(g.Lines, otherwise))
}

// summarise works out the median and the largest error of the predictions.
func (r *Result) summarise() {
	var errors []float64
	for _, o := range r.Outcomes {
		if !o.Calibrated && o.inRelation(r.Group) {
			errors = append(errors, math.Abs(*o.Error))
		}
	}
	r.Median, r.Worst, r.MedianHeld = math.NaN(), math.NaN(), true
	if len(errors) == 0 {
		return
	}
	sort.Float64s(errors)
	mid := len(errors) / 2
	r.Median, r.Worst = errors[mid], errors[len(errors)-1]
	if len(errors)%2 == 0 {
		r.Median = (errors[mid-1] + errors[mid]) / 2
	}
	if limit := r.Group.MedianError; limit > 0 {
		r.MedianHeld = r.Median <= limit
	}
}
