package failover

import (
	"replsim/models/leader"
	"replsim/sim"
)

// Twin is this package with one mistake. Twins exist in tests only: each has to be told
// from the manager as it is.
type Twin struct {
	Name   string
	config func(*Config)
	broken func(*councillor)
	device func(*device)
}

// Build is the twin's version of Build.
func (t Twin) Build(w *sim.World, cfg Config, c *leader.Cluster, at Places) *Team {
	if t.config != nil {
		t.config(&cfg)
	}
	team := &Team{cfg: cfg, world: w, cluster: c, person: sim.NoNode, device: sim.NoNode}
	for _, n := range at.Observers {
		n.Boot = func(e *sim.Env) {
			o := newCouncillor(newWatch(team, e))
			if t.broken != nil {
				t.broken(o)
			}
		}
		team.observers = append(team.observers, w.AddNode(n))
	}
	at.Device.Boot = func(e *sim.Env) {
		team.bootDevice(e)
		if t.device != nil {
			t.device(&device{team: team, env: e, delay: e.Draws(cfg.Stonith.Delay, "stonith"), underWay: map[sim.NodeID]*shot{}, done: map[sim.NodeID]PowerOffDone{}})
		}
	}
	if cfg.Stonith != nil {
		team.device = w.AddNode(at.Device)
	}
	c.SetGuard(team.guard())
	return team
}

// Twins by what is wrong with them.
var (
	CountsItselfTwice     = Twin{Name: "an observer counts itself twice", broken: countsItselfTwice}
	PromotesWithoutQuorum = Twin{Name: "an observer promotes without asking", broken: promotesAlone}
	IgnoresMaxLag         = Twin{Name: "the limit on lag is forgotten", config: func(c *Config) { c.Promoter.Choice.MaxLag = -1 }}
	SaysTooEarly          = Twin{Name: "the device says that it is done before it is", device: saysTooEarly}
	AsksNobodyToPromise   = Twin{Name: "one promise is enough", config: func(c *Config) { c.Promoter.Epochs = 1 }}
)

// countsItselfTwice takes its own opinion for that of its neighbour, too.
func countsItselfTwice(c *councillor) {
	sim.Handle(c.env, func(from sim.NodeID, o Opinion) {
		c.onOpinion(from, o)
		if from == c.env.ID() && c.suspects {
			i := (c.indexOf(from) + 1) % len(c.agree)
			c.agree[i] = opinion{o.Down, c.env.Clock()}
			c.decide()
		}
	})
}

// promotesAlone promotes as soon as it suspects the leader.
func promotesAlone(c *councillor) {
	c.changed = func() {
		if c.suspects {
			c.promoter.Begin(sim.NoNode, c.lost(), func(id sim.NodeID, epoch uint32) { c.follow(id, epoch) })
		}
	}
}

func saysTooEarly(d *device) {
	sim.Handle(d.env, func(from sim.NodeID, m PowerOff) {
		d.onPowerOff(from, m)
		sim.Send(d.env, from, PowerOffDone{m, true})
	})
}
