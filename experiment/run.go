// Package experiment runs scenarios: every variant for every seed, in parallel,
// under common random numbers. It turns the replications into figures with
// intervals, compares variants pair by pair, and checks expectations.
package experiment

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"replsim/results"
	"replsim/scenarios"
	"replsim/sim"
)

// Version is the engine's version. Results of different versions may differ.
const Version = "0.1.0"

// Options says how to run, not what: no option changes a figure, but for Build.
type Options struct {
	Parallel int                   // replications at once; 0: one per core
	Progress func(done, total int) // called after each replication, one call at a time
	// NoCurves leaves out all curves that each replication has, which of a short run take
	// longer than the run. What is left are distributions over the events of all.
	NoCurves bool
	// Observe is called with the world of each replication before it runs, to
	// subscribe to facts (sim.Observe); nil: nobody else observes. Calls come from
	// as many goroutines as there are replications at once.
	Observe func(*sim.World)
	Build   Builders // of the replicas; zero: the models as they are
}

// task is one replication to run.
type task struct {
	variant int
	seed    uint64
	index   int // of the replication within its variant
}

// Run runs the scenario and returns its results. When ctx ends early, what is
// finished is returned, marked as partial. A replication that fails does not stop the
// others; Run then returns the error of the first one in order.
func Run(ctx context.Context, f *scenarios.File, opt Options) (*results.Set, error) {
	return run(ctx, f, opt, func(ctx context.Context, sc *scenarios.Scenario, seed uint64) *outcome {
		return replicate(ctx, sc, seed, opt)
	})
}

// replicator runs one replication; nil means that ctx ended first.
type replicator func(ctx context.Context, sc *scenarios.Scenario, seed uint64) *outcome

func run(ctx context.Context, f *scenarios.File, opt Options, replicate replicator) (*results.Set, error) {
	tasks := plan(f)
	runs := make([]*outcome, len(tasks))
	errs := make([]error, len(tasks))
	workers := opt.Parallel
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range min(workers, len(tasks)) {
		wg.Go(func() {
			for i := range next {
				runs[i], errs[i] = attempt(ctx, f, tasks[i], replicate)
				if opt.Progress != nil && (runs[i] != nil || errs[i] != nil) {
					mu.Lock()
					done++
					opt.Progress(done, len(tasks))
					mu.Unlock()
				}
			}
		})
	}
feed:
	for i := range tasks {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return collect(f, tasks, runs), nil
}

// plan lists all replications, seed by seed, so that an interrupted run has about
// as many of each variant. A variant may have seeds of its own, fewer or more than
// the others; what is compared are replications of the same index.
func plan(f *scenarios.File) []task {
	var tasks []task
	for i := range mostSeeds(f) {
		for v := range f.Variants {
			if sc := &f.Variants[v].Scenario; i < sc.Seeds {
				tasks = append(tasks, task{variant: v, seed: sc.Seed + uint64(i), index: i})
			}
		}
	}
	return tasks
}

// mostSeeds returns the number of replications of the variant that has most.
func mostSeeds(f *scenarios.File) int {
	n := 0
	for i := range f.Variants {
		n = max(n, f.Variants[i].Scenario.Seeds)
	}
	return n
}

// attempt runs one replication, and turns a panic in it into an error that says
// how to repeat it.
func attempt(ctx context.Context, f *scenarios.File, t task, replicate replicator) (out *outcome, err error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	v := &f.Variants[t.variant]
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s, variant %s, seed %d: %v\n%s", f.Name, v.Name, t.seed, p, debug.Stack())
		}
	}()
	return replicate(ctx, &v.Scenario, t.seed), nil
}
