package experiment

import (
	"slices"

	"replsim/models/detect"
	"replsim/models/failover"
	"replsim/models/leader"
	"replsim/scenarios"
	"replsim/sim"
)

// Nodes of a manager that no scenario speaks of, each at a place of its own: faults of
// places do not reach them.
const (
	onCall        = "on-call"
	fencingDevice = "fencing"
)

// buildManager adds the manager of a leader–follower cluster to the world, if the
// scenario has one, and returns the cluster with it.
func (t *topology) buildManager(twins Builders, c *leader.Cluster) cluster {
	switch t.sc.Failover.Manager {
	case "none":
		return c
	case scenarios.Lease:
		return t.buildAgents(c, twins)
	}
	apart := func(name string) sim.NodeConfig {
		return sim.NodeConfig{Name: name, Place: name, Zone: name, Region: name}
	}
	build := failover.Build
	if twins.Failover != nil {
		build = twins.Failover
	}
	team := build(t.world, managerConfig(t.sc), c, failover.Places{
		Observers: t.observerConfigs(), Person: apart(onCall), Device: apart(fencingDevice),
	})
	t.watchers = team.Observers()
	for _, id := range t.watchers {
		t.register(id, "observers")
	}
	return c
}

// observerConfigs returns the machines of the observers, whose clocks are as wrong as
// those of the replicas.
func (t *topology) observerConfigs() []sim.NodeConfig {
	rng := t.world.Stream("clocks of observers")
	offset := t.world.Draws(t.sc.Clock.Offset, "clocks of observers/offset")
	var out []sim.NodeConfig
	for i, name := range t.sc.ObserverNames() {
		places := t.sc.Failover.Places
		c := t.at(name, places[i%len(places)])
		c.ClockOffset, c.ClockPPB = drawClock(rng, offset.Next(), t.sc.Clock.Drift)
		out = append(out, c)
	}
	return out
}

// managerConfig translates the scenario's words into the manager's.
func managerConfig(sc *scenarios.Scenario) failover.Config {
	f := &sc.Failover
	c := failover.Config{
		Manager: failover.Manager(slices.Index([]string{"operator", "observers"}, f.Manager)),
		Quorum:  f.Quorum, Every: f.Heartbeat, Ping: f.Probe == "ping",
		Reaction: f.Reaction, Retry: f.Retry,
		Epochs: f.Fences(scenarios.EpochFencing),
	}
	c.Detector = func() detect.Detector { return detect.NewTimeout(f.Timeout) }
	if f.Detector == "phi" {
		c.Detector = func() detect.Detector {
			return detect.NewPhi(detect.PhiConfig{
				Threshold: f.PhiThreshold, Window: f.PhiWindow, MinDeviation: f.PhiDeviation,
				Pause: f.PhiPause, Expected: f.Heartbeat,
			})
		}
	}
	c.Promoter = leader.PromoterConfig{Patience: f.Patience, Choice: choice(sc), FencerRequired: f.StonithRequired}
	if c.Epochs {
		c.Promoter.Epochs, c.Promoter.Choice.Safe = promises(sc), true
	}
	if f.Fences(scenarios.SelfDemotion) {
		c.Lease = f.Lease
	}
	if f.Fences(scenarios.Stonith) {
		c.Stonith = &failover.Stonith{Delay: f.StonithDelay, Failure: f.StonithFailure, Reboot: f.StonithReboot}
	}
	return c
}

// choice translates whom to promote.
func choice(sc *scenarios.Scenario) leader.Choice {
	f := &sc.Failover
	c := leader.Anybody()
	c.By = leader.Candidates(slices.Index([]string{"most-advanced", "priority", "any"}, f.Candidate))
	for _, name := range f.Priority {
		c.Priority = append(c.Priority, slices.Index(sc.NodeNames(), name))
	}
	if f.MaxLag != nil {
		c.MaxLag = sim.LSN(*f.MaxLag / sc.Replication.RecordSize)
	}
	return c
}

// promises returns how many nodes have to promise to refuse an old leader such that it
// cannot commit any more, and that one of them has all that it has committed (see
// leader.PromoterConfig). If a commit does not wait for the leader's own disk, one node
// less has it, and it takes one more. An asynchronous leader cannot be kept from
// committing, so that one promise, its successor's, will do.
func promises(sc *scenarios.Scenario) int {
	r, n := &sc.Replication, sc.Cluster.Replicas
	needed := 1
	switch r.Commit {
	case "any", "first":
		needed = n - r.Acks
	case "async":
		return 1
	}
	if !r.LocalFlush {
		needed++
	}
	return needed
}
