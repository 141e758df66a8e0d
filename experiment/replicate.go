package experiment

import (
	"context"
	"fmt"
	"strings"
	"time"

	"replsim/measure"
	"replsim/scenarios"
	"replsim/sim"
)

// settle is how often a run that is over looks whether the replicas agree.
const settle = 50 * time.Millisecond

// replicate runs one replication: the measured time, then a drain with all faults
// healed, until the replicas agree. It returns nil if ctx ended meanwhile.
func replicate(ctx context.Context, sc *scenarios.Scenario, seed uint64) *outcome {
	w := sim.New(seed)
	t := newTopology(sc, w)
	cluster := t.buildCluster()
	groups := t.buildClients(cluster)
	w.Network(t.network())
	t.inject(cluster)
	end := sim.Time(sc.Duration)
	recorder := measure.New(w, t.measureConfig(groups))

	stopEarly := func() bool {
		if ctx.Err() != nil {
			w.Stop()
			return false
		}
		return true
	}
	w.Every(0, sim.Time(time.Second), stopEarly)
	w.Run(end)
	for _, g := range groups {
		g.Stop()
	}
	w.HealAll()
	w.Every(end, sim.Time(settle), func() bool {
		if idle(groups) && cluster.CaughtUp() {
			w.Stop()
			return false
		}
		return true
	})
	w.Run(end.Add(sc.Drain))
	if ctx.Err() != nil {
		return nil
	}
	r := recorder.Finish()
	if len(r.Violations) > 0 {
		panic(fmt.Sprintf("experiment: the model broke an invariant:\n%s", strings.Join(r.Violations, "\n")))
	}
	return reduce(r, w)
}
