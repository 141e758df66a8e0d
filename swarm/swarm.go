// Package swarm hunts for mistakes in the models: it draws thousands of random
// scenarios, whole clusters with their load and their faults, runs them as any
// scenario is run, and checks what must hold in all of them. A scenario that breaks
// something is made small and becomes a file that replays it.
//
// What must hold:
//
//   - the invariants of package measure, and what a model knows about itself (see
//     measure/invariants.go, models/leader/audit.go);
//   - what a scenario promises by its settings: promises.go lists them, each a small
//     theorem, such as that no failover loses what is on all disks;
//   - that the same scenario and seed give the same run;
//   - that no run stops the program.
//
// To read the package: draw.go and the files with the parts of a scenario (layout.go,
// faults.go, leader.go); promises.go; judge.go, which runs one; coverage.go, which
// counts what the seeds went through; shrink.go and simplify.go.
package swarm

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"replsim/experiment"
)

// model is a replication protocol with what the swarm has to know about it.
type model struct {
	name     string           // as in cluster.model
	settings func(d *drawing) // draws the protocol's own settings
	plans    []plan           // each as likely
	kinds    []faultKind
	promises []promise
	never    []string // features that it cannot have
	drain    string   // how long a run that is over may go on until the replicas agree
}

// known returns the models that the swarm knows. Each model of the catalogue is here.
func known() []*model {
	return []*model{
		{"leader", leaderSettings, []plan{anything, calming, diskless, orderly}, faultKinds, leaderPromises, nil, "2m"},
		{"raft", raftSettings, []plan{anything, calming}, slices.Concat(faultKinds, []faultKind{(*drawing).member}), raftPromises,
			[]string{"a leader came back", "commits waited for fewer", "lost: truncated", "lost: diverged"}, "10s"},
		{"paxos", paxosSettings, []plan{anything, calming}, faultKinds, paxosPromises,
			[]string{"a leader came back", "commits waited for fewer", "lost: truncated", "lost: diverged", "a log was cut back", "lost: torn"}, "10s"},
	}
}

// Models returns the names of the models that a swarm can be about.
func Models() []string {
	var names []string
	for _, m := range known() {
		names = append(names, m.name)
	}
	return names
}

func modelOf(name string) (*model, error) {
	for _, m := range known() {
		if m.name == name {
			return m, nil
		}
	}
	return nil, fmt.Errorf("swarm: no model %q among %s", name, strings.Join(Models(), ", "))
}

// Options says which seeds to run, and how.
type Options struct {
	Model    string
	From     uint64 // the first seed
	Seeds    int
	Parallel int // seeds at once; 0: one per core; changes no result
	// Progress is called after each seed, one call at a time, with the number of seeds
	// that broke something so far.
	Progress func(done, total, broken int)
	Build    experiment.Builders // of the replicas; zero: the models as they are
}

// repeatEvery: of so many seeds, one is run twice to see whether it is the same.
const repeatEvery = 16

// Report is what a swarm found.
type Report struct {
	Model    string    `json:"model"`
	From     uint64    `json:"from"`
	Seeds    int       `json:"seeds"` // run to the end
	Partial  bool      `json:"partial,omitempty"`
	Broken   int       `json:"broken"` // seeds that broke something
	Events   uint64    `json:"events"` // of the simulations, in all
	Features []Feature `json:"features"`
	// Failures has one of each kind, in the order in which the seeds found them.
	Failures []*Failure `json:"failures"`

	judge *judge
}

// Run runs a swarm. When ctx ends early the report is about the seeds run so far. An
// error means that a seed makes a scenario which is not valid.
func Run(ctx context.Context, opt Options) (*Report, error) {
	m, err := modelOf(opt.Model)
	if err != nil {
		return nil, err
	}
	r := &Report{Model: m.name, From: opt.From, Failures: []*Failure{}, judge: &judge{model: m, build: opt.Build}}
	verdicts, err := r.judge.all(ctx, opt)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for i, v := range verdicts {
		if v == nil {
			r.Partial = true
			continue
		}
		r.Seeds++
		r.Events += v.events
		for _, name := range v.seen {
			counts[name]++
		}
		if len(v.breaches) > 0 {
			r.Broken++
			r.fail(opt.From+uint64(i), v.breaches)
		}
	}
	for _, name := range m.features() {
		r.Features = append(r.Features, Feature{name, counts[name]})
	}
	return r, nil
}

// fail notes what a seed has broken, each invariant or promise once.
func (r *Report) fail(seed uint64, breaches []breach) {
	var here []string
	for _, b := range breaches {
		if slices.Contains(here, b.what) {
			continue
		}
		here = append(here, b.what)
		i := slices.IndexFunc(r.Failures, func(f *Failure) bool { return f.What == b.what })
		if i < 0 {
			i = len(r.Failures)
			r.Failures = append(r.Failures, &Failure{What: b.what})
		}
		f, drawn := r.Failures[i], r.judge.model.draw(seed)
		if f.Seeds++; f.Seeds == 1 || len(drawn.text()) < len(f.draft.text()) {
			f.Seed, f.Text, f.draft = seed, b.text, drawn
		}
	}
}

// all judges all seeds. A verdict is nil if ctx ended before.
func (j *judge) all(ctx context.Context, opt Options) ([]*verdict, error) {
	verdicts := make([]*verdict, opt.Seeds)
	errs := make([]error, opt.Seeds)
	workers := opt.Parallel
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done, broken := 0, 0
	for range workers {
		wg.Go(func() {
			for i := range next {
				v, err := j.seed(ctx, opt.From+uint64(i))
				verdicts[i], errs[i] = v, err
				mu.Lock()
				done++
				if v != nil && len(v.breaches) > 0 {
					broken++
				}
				if opt.Progress != nil && ctx.Err() == nil {
					opt.Progress(done, opt.Seeds, broken)
				}
				mu.Unlock()
			}
		})
	}
	for i := range opt.Seeds {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil && ctx.Err() == nil {
			return nil, err
		}
	}
	return verdicts, nil
}

// seed judges one seed, now and then twice.
func (j *judge) seed(ctx context.Context, seed uint64) (v *verdict, err error) {
	text := j.model.draw(seed).text()
	if seed%repeatEvery == 0 {
		v, err = j.twice(ctx, text)
	} else {
		v, err = j.run(ctx, text)
	}
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("seed %d: %w\n%s", seed, err, text)
	}
	return v, err
}
