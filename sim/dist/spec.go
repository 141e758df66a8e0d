package dist

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Spec describes a distribution of durations as a scenario gives it: a family
// and its named parameters. Parse, FromTable and Constant make one, so that
// every Spec is valid. The zero Spec is the constant 0s. Treat a Spec as immutable.
type Spec struct {
	kind   string  // a family's name; "" in the zero Spec
	values []value // in the family's order of parameters
	parts  []part  // of a mixture
	points *empiricalLaw
}

// value is one parameter. Its name says which of the other fields holds it.
type value struct {
	name   string
	time   time.Duration
	number float64
	text   string
}

// part is one component of a mixture.
type part struct {
	weight float64
	spec   Spec
}

// Constant returns the Spec of a duration that is always d. It panics if d is
// negative or above Longest: such a d is a mistake in the program.
func Constant(d time.Duration) Spec {
	if d < 0 || d > Longest {
		panic(fmt.Sprintf("dist: no constant of %v", d))
	}
	if d == 0 {
		return Spec{}
	}
	return Spec{kind: constantName, values: []value{{name: "value", time: d}}}
}

// Kind returns the name of the family, such as "lognormal".
func (s Spec) Kind() string {
	if s.kind == "" {
		return constantName
	}
	return s.kind
}

// String returns the canonical text form. Parse turns it back into an equal
// Spec, but for the contents of files.
func (s Spec) String() string {
	if s.Kind() == constantName {
		return formatDuration(s.value("value").time)
	}
	var items []string
	for _, p := range s.parts {
		items = append(items, formatNumber(p.weight)+": "+p.spec.String())
	}
	for _, v := range s.values {
		items = append(items, v.name+"="+v.format())
	}
	return s.kind + "(" + strings.Join(items, ", ") + ")"
}

func (v value) format() string {
	switch typeOf(v.name) {
	case numberParam:
		return formatNumber(v.number)
	case fileParam:
		return strconv.Quote(v.text)
	}
	return formatDuration(v.time)
}

func formatNumber(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// Equal reports whether both describe the same distribution in the same words,
// contents of loaded files included.
func (s Spec) Equal(other Spec) bool {
	return s.Kind() == other.Kind() && slices.Equal(s.values, other.values) &&
		slices.EqualFunc(s.parts, other.parts, func(a, b part) bool { return a.weight == b.weight && a.spec.Equal(b.spec) }) &&
		s.points.equal(other.points)
}

// value returns the named parameter, the zero value if it is absent.
func (s *Spec) value(name string) value {
	for _, v := range s.values {
		if v.name == name {
			return v
		}
	}
	return value{}
}

// Load returns s with the files of its empirical distributions read by read,
// which is given the paths as they stand in the Spec (relative to the scenario,
// say). A Spec without files is returned as it is. New, Mean and Quantile refuse
// a Spec whose files are not loaded.
func (s Spec) Load(read func(path string) ([]byte, error)) (Spec, error) {
	loaded, errs := s.load(read)
	if len(errs) == 0 {
		_, errs = loaded.build() // a cap may turn out to lie below every sample
	}
	if len(errs) > 0 {
		return Spec{}, errs
	}
	return loaded, nil
}

func (s Spec) load(read func(path string) ([]byte, error)) (Spec, Errors) {
	if s.kind == empiricalName {
		path := s.value("file").text
		data, err := read(path)
		if err == nil {
			s.points, err = readEmpirical(data)
		}
		if err != nil {
			return Spec{}, Errors{{Key: "file", Msg: fmt.Sprintf("%s: %v", path, err), Offset: -1}}
		}
		return s, nil
	}
	var errs Errors
	s.parts = slices.Clone(s.parts)
	for i := range s.parts {
		inner, partErrs := s.parts[i].spec.load(read)
		s.parts[i].spec = inner
		errs = append(errs, partErrs.under(i)...)
	}
	return s, errs
}

// unloaded reports whether s has a file that is still to be read.
func (s Spec) unloaded() bool {
	return s.kind == empiricalName && s.points == nil ||
		slices.ContainsFunc(s.parts, func(p part) bool { return p.spec.unloaded() })
}

// build makes the law, or says which values are impossible.
func (s *Spec) build() (law, Errors) {
	f := familyByName(s.Kind())
	a := &arguments{spec: s}
	l := f.build(a)
	if f.tail {
		l = a.withTail(l)
	}
	return l, a.errs
}

// New returns a Sampler of the distribution. It fails only if files are not loaded.
// A gamma law takes a millisecond or so to set up, so make samplers once
// and share them.
func (s Spec) New() (Sampler, error) {
	l, err := s.law()
	if err != nil {
		return nil, err
	}
	return sampler{l}, nil
}

func (s Spec) law() (law, error) {
	if s.unloaded() {
		return nil, Errors{{Key: "file", Msg: "the file is not loaded yet", Offset: -1}}
	}
	l, errs := s.build()
	return l, errs.orNil()
}

// Mean returns the mean duration. It is exact (to rounding) unless the law is
// capped by max: then it is integrated numerically, to about 1 in 10^6. It fails
// if the mean is infinite (a Pareto law with shape 1 or less and no max) or
// above Longest, or if files are not loaded.
func (s Spec) Mean() (time.Duration, error) {
	l, err := s.law()
	if err != nil {
		return 0, err
	}
	d, ok := fromNanoseconds(l.mean(math.Inf(1)))
	if !ok {
		return 0, Errors{{Msg: "the mean is infinite or longer than 146 years", Want: "a lighter tail, or a max", Offset: -1}}
	}
	return d, nil
}

// Quantile returns the duration that a draw stays at or below with probability p,
// between 0 (the shortest) and 1 (the longest). It fails for other p, if there is
// no longest below Longest, or if files are not loaded.
func (s Spec) Quantile(p float64) (time.Duration, error) {
	l, err := s.law()
	if err != nil {
		return 0, err
	}
	if !(p >= 0 && p <= 1) {
		return 0, Errors{{Key: "p", Msg: formatNumber(p) + " is not a probability", Want: "a number from 0 to 1", Offset: -1}}
	}
	low, high := l.bounds()
	ns := low
	switch {
	case p == 1:
		ns = high
	case p > 0:
		ns = l.quantile(min(max(p, smallestUniform), 1-smallestUniform))
	}
	d, ok := fromNanoseconds(ns)
	if !ok {
		return 0, Errors{{Key: "p", Msg: "the quantile is infinite or longer than 146 years", Offset: -1}}
	}
	return d, nil
}
