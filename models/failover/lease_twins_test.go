package failover

import (
	"replsim/models/dcs"
	"replsim/models/leader"
	"replsim/sim"
)

// LeaseTwin is the agents with one step taken wrongly.
type LeaseTwin struct {
	Name   string
	broken func(*steps)
}

// Build is the twin's version of BuildAgents.
func (t LeaseTwin) Build(w *sim.World, cfg LeaseConfig, c *leader.Cluster, at LeasePlaces) *Agents {
	step := soundSteps()
	t.broken(&step)
	return buildAgents(w, cfg, c, at, step)
}

// Twins of agents by what is wrong with them.
var (
	// KeepsLeading does not step down when it cannot renew its lease.
	KeepsLeading = LeaseTwin{"keeps leading without the store", func(s *steps) { s.giveUp = func(*agent) {} }}
	// TakesAnyLock writes the lock without looking whether somebody has it by now.
	TakesAnyLock = LeaseTwin{"takes the lock without comparing", func(s *steps) { s.lock = func(*agent) dcs.Revision { return dcs.Whatever } }}
	// CrossesOutLater lets the database stop to wait for a standby before it is crossed
	// out.
	CrossesOutLater = LeaseTwin{"crosses out a standby after the database", func(s *steps) { s.replace = nameThenShrink }}
)

func nameThenShrink(a *agent, keep, picked []int, then func()) {
	a.name(picked)
	a.wait(a.cfg.SyncPause, func() { a.writeSync(keep, then) })
}
