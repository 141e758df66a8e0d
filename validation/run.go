package validation

import (
	"context"
	"errors"
	"slices"
	"strings"

	"replsim/experiment"
	"replsim/results"
	"replsim/scenarios"
)

// Run runs the scenarios of all groups, each once and with the variants that lines
// name, and judges every line. The results come in the order of the groups.
// progress is called after each replication, with the sum over all scenarios.
func Run(ctx context.Context, groups []*Group, progress func(done, total int)) ([]*Result, error) {
	runs, total := plan(groups)
	sets, before := map[string]*results.Set{}, 0
	for _, r := range runs {
		s, err := experiment.Run(ctx, r.file, experiment.Options{
			NoCurves: !r.curves,
			Progress: func(done, _ int) { progress(before+done, total) },
		})
		if err != nil {
			return nil, err
		}
		if s.Partial {
			return nil, errors.New("interrupted: nothing is judged")
		}
		sets[r.scenario] = s
		before += r.replications()
	}
	var out []*Result
	var problems scenarios.Errors
	for _, g := range groups {
		r, err := judge(g, sets[g.scenario])
		var own scenarios.Errors
		if errors.As(err, &own) {
			problems = append(problems, own...)
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return out, nil
}

// scenarioRun is one scenario and the variants of it that are to run.
type scenarioRun struct {
	scenario string
	file     *scenarios.File
	curves   bool // some line is a point of a curve
}

func (r scenarioRun) replications() int {
	n := 0
	for i := range r.file.Variants {
		n += r.file.Variants[i].Scenario.Seeds
	}
	return n
}

// needsCurves tells whether a figure is a point of a curve that each replication has. The
// distributions over all failovers are made of figures, and take no time.
func needsCurves(figure string) bool {
	curve, _, ok := strings.Cut(figure, "@")
	return ok && !slices.ContainsFunc([]string{"elections.", "rto.", "rpo."}, func(p string) bool { return strings.HasPrefix(curve, p) })
}

// plan lists the scenarios of the groups in order, and counts their replications.
func plan(groups []*Group) (runs []scenarioRun, total int) {
	needed := map[string][]string{} // variants by scenario
	curves := map[string]bool{}
	for _, g := range groups {
		for _, l := range g.Lines {
			needed[g.scenario] = append(needed[g.scenario], l.Variant)
			curves[g.scenario] = curves[g.scenario] || needsCurves(l.Figure)
		}
	}
	for _, g := range groups {
		if slices.ContainsFunc(runs, func(r scenarioRun) bool { return r.scenario == g.scenario }) {
			continue
		}
		file := *g.file
		file.Variants = slices.DeleteFunc(slices.Clone(file.Variants), func(v scenarios.Variant) bool {
			return !slices.Contains(needed[g.scenario], v.Name)
		})
		runs = append(runs, scenarioRun{g.scenario, &file, curves[g.scenario]})
		total += runs[len(runs)-1].replications()
	}
	return runs, total
}
