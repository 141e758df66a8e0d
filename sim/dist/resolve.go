package dist

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// draft is a description as it was written, before names and values are checked.
// Text and tables are both turned into drafts, so that both obey the same rules.
type draft struct {
	kind  string
	at    int // offset in the text, -1 in tables; likewise below
	args  []draftArg
	parts []draftPart
}

type draftArg struct {
	name  string // "" for a value without a name
	at    int
	value raw
}

type draftPart struct {
	weight raw
	draft  *draft
}

// raw is a value as it was written.
type raw struct {
	text string // how to show it, and what to parse
	how  rawForm
	at   int
}

type rawForm int

const (
	bare   rawForm = iota // a word in text: may be of any type
	quoted                // in quotes, in text or a table
	number                // a number in a table
	other                 // anything else in a table
)

// maxDepth is how deep mixtures may nest.
const maxDepth = 16

// otherKinds and otherParams are names that people know from elsewhere.
var otherKinds = map[string]string{
	"gaussian": "normal", "fixed": constantName, "deterministic": constantName, "erlang": "gamma",
	"log-normal": "lognormal", "poisson": "exponential", "bimodal": mixtureName, "file": empiricalName, "trace": empiricalName,
}

var otherParams = map[string]string{
	"p50": "median", "std": "sd", "stddev": "sd", "average": "mean", "avg": "mean", "alpha": "shape", "k": "shape",
	"xm": "min", "beta": "scale", "theta": "scale", "cap": "max", "offset": "shift", "path": "file",
}

// resolve turns a draft into a Spec, or says all that is wrong with it.
func (d *draft) resolve() (Spec, Errors) {
	f := familyByName(d.kind)
	if f == nil {
		names := familyNames()
		return Spec{}, Errors{{
			Key: "dist", Msg: fmt.Sprintf("unknown distribution %q", d.kind), Want: strings.Join(names, ", "),
			Suggestion: probable(d.kind, names, otherKinds), Offset: d.at,
		}}
	}
	s := Spec{kind: f.name}
	errs, given := d.resolveArgs(f, &s)
	partErrs := d.resolveParts(f, &s)
	if len(errs) == 0 { // after an unknown name, "lacks mean" would be noise
		if msg := f.checkForm(given); msg != "" {
			errs = append(errs, &Error{Msg: msg, Want: f.wantForms(), Offset: d.at})
		}
	}
	if errs = append(errs, partErrs...); len(errs) > 0 {
		return Spec{}, errs
	}
	if _, errs = s.build(); len(errs) > 0 {
		for _, e := range errs {
			e.Offset = d.offset(e.Key)
		}
		return Spec{}, errs
	}
	if f.name == constantName {
		return Constant(s.value("value").time), nil // 0 becomes the zero Spec
	}
	return s, nil
}

// resolveArgs fills in s.values in the family's order, and returns the names
// given that are not options.
func (d *draft) resolveArgs(f *family, s *Spec) (errs Errors, given []string) {
	names := f.parameters()
	for i := range d.args {
		arg := &d.args[i]
		if arg.name == "" && arg.at >= 0 && len(f.forms[0]) == 1 && f.name != mixtureName {
			arg.name = f.forms[0][0] // in text, the only parameter needs no name
		}
		switch {
		case arg.name == "":
			msg, want := fmt.Sprintf("%q has no name", arg.value.text), "parameters such as "+names[0]+"=…"
			if f.name == mixtureName {
				msg, want = fmt.Sprintf("%q has no weight", arg.value.text), "parts such as 0.9: exponential(mean=1ms)"
			}
			errs = append(errs, &Error{Msg: msg, Want: want, Offset: arg.at})
		case !slices.Contains(names, arg.name) || arg.name == "parts":
			errs = append(errs, unknownParam(f, arg))
		case slices.Contains(given, arg.name) || s.value(arg.name).name != "":
			errs = append(errs, &Error{Key: arg.name, Msg: "given twice", Offset: arg.at})
		default:
			v, err := arg.resolve()
			if err != nil {
				errs = append(errs, err)
			}
			s.values = append(s.values, v)
			if !f.tail || !slices.Contains(tailOptions, arg.name) {
				given = append(given, arg.name)
			}
		}
	}
	slices.SortFunc(s.values, func(a, b value) int { return slices.Index(names, a.name) - slices.Index(names, b.name) })
	if len(d.parts) > 0 && f.name == mixtureName {
		given = append(given, "parts")
	}
	return errs, given
}

func unknownParam(f *family, arg *draftArg) *Error {
	names := f.parameters()
	if f.name == mixtureName {
		names = tailOptions // parts have no name in text, and are no plain value in tables
	}
	return &Error{
		Key: arg.name, Msg: f.name + " has no parameter of this name", Want: strings.Join(names, ", "),
		Suggestion: probable(arg.name, names, otherParams), Offset: arg.at,
	}
}

func (d *draft) resolveParts(f *family, s *Spec) Errors {
	if f.name != mixtureName && len(d.parts) > 0 {
		return Errors{{Msg: f.name + " has no parts", Want: "a mixture, if there are several parts with weights", Offset: d.parts[0].weight.at}}
	}
	var errs Errors
	for i, p := range d.parts {
		weight, err := (&draftArg{name: "weight", value: p.weight}).number()
		if err != nil {
			errs = append(errs, Errors{err}.under(i)...)
		}
		inner, innerErrs := p.draft.resolve()
		errs = append(errs, innerErrs.under(i)...)
		s.parts = append(s.parts, part{weight, inner})
	}
	return errs
}

// offset returns where the value of a parameter is.
func (d *draft) offset(key string) int {
	for _, arg := range d.args {
		if arg.name == key {
			return arg.value.at
		}
	}
	for i, p := range d.parts {
		if key == fmt.Sprintf("parts[%d].weight", i) {
			return p.weight.at
		}
	}
	return d.at
}

// resolve reads the argument's value as its name demands.
func (arg *draftArg) resolve() (value, *Error) {
	v := value{name: arg.name}
	var err *Error
	switch typeOf(arg.name) {
	case timeParam:
		err = arg.duration(&v)
	case numberParam:
		v.number, err = arg.number()
	case fileParam:
		v.text = arg.value.text
		if v.text == "" || arg.value.how == number || arg.value.how == other {
			err = arg.wrong(fmt.Sprintf("%q is not a path", v.text), `a path such as "rtt.csv"`)
		}
	}
	return v, err
}

func (arg *draftArg) duration(v *value) *Error {
	const want = `a duration such as "5ms" (ns, us, ms, s, m, h, d)`
	text := arg.value.text
	switch arg.value.how {
	case number:
		return arg.wrong(text+" has no unit", want)
	case other:
		return arg.wrong(text+" is not a duration", want)
	}
	var err error
	if v.time, err = parseDuration(text); err != nil {
		return arg.wrong(err.Error(), want)
	}
	return nil
}

func (arg *draftArg) number() (float64, *Error) {
	const want = "a plain number such as 0.9"
	if arg.value.how == quoted {
		return 0, arg.wrong(fmt.Sprintf("%q is in quotes", arg.value.text), want)
	}
	x, err := strconv.ParseFloat(arg.value.text, 64)
	if arg.value.how == other || err != nil || !finite(x) {
		return 0, arg.wrong(fmt.Sprintf("%q is not a number", arg.value.text), want)
	}
	return x, nil
}

func (arg *draftArg) wrong(msg, want string) *Error {
	return &Error{Key: arg.name, Msg: msg, Want: want, Offset: arg.value.at}
}
