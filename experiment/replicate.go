package experiment

import (
	"context"
	"time"

	"replsim/history"
	"replsim/measure"
	"replsim/scenarios"
	"replsim/sim"
)

// settle is how often a run that is over looks whether the replicas agree.
const settle = 50 * time.Millisecond

// replication is one run, built and ready to start.
type replication struct {
	sc       *scenarios.Scenario
	world    *sim.World
	cluster  cluster
	groups   []group
	recorder *measure.Recorder
	history  *history.History // nil unless the scenario asks for it
	byProxy  *byProxy         // nil unless there are proxies
	noCurves bool
	spans    bool // keep who believed to lead when: this is the replication that charts show
}

// replicate runs one replication of a scenario. It returns nil if ctx ended
// meanwhile.
func replicate(ctx context.Context, sc *scenarios.Scenario, seed uint64, opt Options) *outcome {
	return newReplication(sc, seed, opt).run(ctx)
}

// newReplication builds the world of a scenario: replicas first, then clients.
func newReplication(sc *scenarios.Scenario, seed uint64, opt Options) *replication {
	w := sim.New(seed)
	t := newTopology(sc, w)
	r := &replication{sc: sc, world: w, noCurves: opt.NoCurves, spans: seed == sc.Seed && showsTimeline(sc)}
	r.cluster = t.buildCluster(opt.Build)
	r.groups = t.buildClients(r.cluster)
	w.Network(t.network())
	t.inject(r.cluster)
	r.recorder = measure.New(w, t.measureConfig(r.groups))
	r.byProxy = watchProxies(t, r.groups)
	if sc.Check.Linearizable {
		r.history = history.Watch(w, history.Config{Copies: deliversTwice(&sc.Network), Sessions: sc.Cluster.Model == "raft" && sc.Raft.Sessions})
	}
	if opt.Observe != nil {
		opt.Observe(w)
	}
	return r
}

// run lets the measured time pass, then heals all faults and goes on until the
// replicas agree.
func (r *replication) run(ctx context.Context) *outcome {
	w, end := r.world, sim.Time(r.sc.Duration)
	w.Every(0, sim.Time(time.Second), func() bool {
		if ctx.Err() != nil {
			w.Stop()
			return false
		}
		return true
	})
	w.Run(end)
	if ctx.Err() != nil {
		return nil
	}
	for _, g := range r.groups {
		g.Stop()
	}
	w.HealAll()
	w.Every(end, sim.Time(settle), func() bool {
		if idle(r.groups) && r.cluster.CaughtUp() {
			w.Stop()
			return false
		}
		return true
	})
	w.Run(end.Add(r.sc.Drain))
	if ctx.Err() != nil {
		return nil
	}
	for _, mistake := range r.cluster.Audit() {
		r.recorder.Violated(mistake)
	}
	r.recorder.Settled(r.cluster.CaughtUp())
	measured := r.recorder.Finish()
	out := reduce(measured, w)
	if r.byProxy != nil {
		r.byProxy.report(out)
	}
	if r.history != nil {
		out.addVerdict(r.history.Judge())
	}
	if !r.noCurves {
		out.addCurves(measured)
		if r.spans {
			out.addSpans(measured)
		}
	}
	return out
}

// deliversTwice tells whether some link may do so with a message.
func deliversTwice(n *scenarios.Network) bool {
	for _, l := range n.Links {
		if l.Duplication != nil && *l.Duplication > 0 {
			return true
		}
	}
	return n.Duplication > 0
}
