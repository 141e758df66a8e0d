package swarm

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"replsim/experiment"
	"replsim/scenarios"
)

// breach is something that must never be, in a scenario's run.
type breach struct {
	what   string // the invariant or promise: what stays the same when the scenario gets smaller
	text   string // this case of it
	figure string // which should be zero; "": no figure shows it
}

// verdict is what became of one draft.
type verdict struct {
	breaches []breach
	seen     []string // features
	promised []promise
	events   uint64
	digest   string
}

// broke returns the breach of the same invariant, if there is one.
func (v *verdict) broke(what string) (breach, bool) {
	i := slices.IndexFunc(v.breaches, func(b breach) bool { return b.what == what })
	if i < 0 {
		return breach{}, false
	}
	return v.breaches[i], true
}

// judge runs scenarios and says what they broke.
type judge struct {
	model *model
	build experiment.Builders
}

// run judges a scenario by the way of all scenarios: the loader, the experiment, the
// kernel, the model and its measures. An error means that the scenario is not valid,
// or that ctx ended.
func (j *judge) run(ctx context.Context, text string) (*verdict, error) {
	file, err := scenarios.Parse("swarm.toml", []byte(text), scenarios.Models(j.model.name))
	if err != nil {
		return nil, err
	}
	sc := &file.Variants[0].Scenario
	v, seen := &verdict{}, &sightings{}
	set, err := experiment.Run(ctx, file, experiment.Options{Parallel: 1, NoCurves: true, Observe: seen.watch, Build: j.build})
	switch {
	case err != nil: // it panicked
		first, _, _ := strings.Cut(err.Error(), "\n")
		v.breaches = append(v.breaches, breach{what: "the program stops: " + generalize(first), text: first})
		return v, nil
	case set.Partial:
		return nil, context.Cause(ctx)
	}
	r := &set.Variants[0]
	seen.add(sc, r)
	v.seen, v.digest, v.events = seen.names, set.Digest, seen.world.Events()
	for _, text := range r.Violations {
		v.breaches = append(v.breaches, breach{what: generalize(text), text: text, figure: "invariants.violations"})
	}
	for _, p := range j.model.promises {
		if !p.holds(sc) {
			continue
		}
		v.promised = append(v.promised, p)
		v.seen = append(v.seen, "promised: "+p.name)
		if f, ok := r.Figure(p.figure); !ok || f.Max != 0 { // NaN is no zero either
			text := fmt.Sprintf("promised: %s; but %s is %g", p.name, p.figure, f.Max)
			v.breaches = append(v.breaches, breach{what: p.name, text: text, figure: p.figure})
		}
	}
	return v, nil
}

// twice runs a scenario again and adds a breach if not all is the same.
func (j *judge) twice(ctx context.Context, text string) (*verdict, error) {
	v, err := j.run(ctx, text)
	if err != nil {
		return nil, err
	}
	again, err := j.run(ctx, text)
	if err != nil {
		return nil, err
	}
	if v.digest != again.digest || v.events != again.events || !slices.Equal(v.breaches, again.breaches) {
		v.breaches = append(v.breaches, breach{what: notDeterministic, text: notDeterministic + ": the digests are " + v.digest + " and " + again.digest})
	}
	return v, nil
}

const notDeterministic = "the same scenario and seed give the same run"

var (
	instant = regexp.MustCompile(`^[0-9.hmµns]+: `)
	numbers = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)
)

// generalize leaves of a violation what is the same in all cases of it: no instant,
// no numbers, and nothing behind a colon, where the details are.
func generalize(text string) string {
	text = instant.ReplaceAllString(text, "")
	text, _, _ = strings.Cut(text, ": ")
	return numbers.ReplaceAllString(text, "#")
}
