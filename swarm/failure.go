package swarm

import (
	"context"
	"fmt"
	"strings"

	"replsim/experiment"
)

// Failure is an invariant or promise that some seed broke.
type Failure struct {
	Seed  uint64 `json:"seed"`  // of those that broke it, the one with the shortest scenario
	Seeds int    `json:"seeds"` // how many broke the same
	What  string `json:"what"`  // the invariant or promise
	Text  string `json:"text"`  // this case of it

	draft draft
}

// Shrink looks for the smallest scenario that fails like f, in at most so many runs,
// and returns it as TOML under the name for its file. Its own [expect] fails as long
// as the mistake is there. When ctx ends early the scenario stays as large as it is.
func (r *Report) Shrink(ctx context.Context, f *Failure, runs int) (name string, scenario []byte) {
	s := &shrinker{ctx: ctx, judge: r.judge, what: f.What, budget: runs}
	small := s.shrink(f.draft)
	b := breach{what: f.What, text: f.Text}
	if v, err := r.judge.again(context.WithoutCancel(ctx), small.text(), f.What); err == nil {
		if now, same := v.broke(f.What); same {
			b = now
		}
	}
	if b.figure != "" {
		small.set("expect", quote(b.figure), quote("== 0"))
	}
	name = fmt.Sprintf("swarm-failure-%s-%d%s.toml", r.Model, f.Seed, r.suffix(f))
	return name, []byte(r.header(f, b, name) + small.text())
}

// suffix tells apart the failures of one seed.
func (r *Report) suffix(f *Failure) string {
	n := 1
	for _, other := range r.Failures {
		if other == f {
			break
		}
		if other.Seed == f.Seed {
			n++
		}
	}
	if n == 1 {
		return ""
	}
	return fmt.Sprintf("-%d", n)
}

// header tells, as comments, what the scenario is for.
func (r *Report) header(f *Failure, b breach, name string) string {
	return fmt.Sprintf(`# Found by replsim %s with: replsim swarm --model %s --from %d --seeds 1
# Broken: %s
# Replay: replsim run %s

`, experiment.Version, r.Model, f.Seed, strings.ReplaceAll(b.text, "\n", " "), name)
}

// again judges a scenario so that a breach can show.
func (j *judge) again(ctx context.Context, text, what string) (*verdict, error) {
	if what == notDeterministic {
		return j.twice(ctx, text)
	}
	return j.run(ctx, text)
}
