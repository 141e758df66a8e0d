package failover

import (
	"time"

	"replsim/models/detect"
	"replsim/models/leader"
	"replsim/sim"
	"replsim/sim/dist"
)

// Manager is who decides.
type Manager uint8

// Managers.
const (
	Person    Manager = iota // somebody whom the observers alarm
	Observers                // one of the observers, elected by the others
)

// Config is the setting of a manager.
type Config struct {
	Manager Manager
	Quorum  int // observers that must suspect the leader; from 1 to all of them

	Detector func() detect.Detector // makes one for each observer
	// Every is the period of heartbeats, and of what observers tell each other.
	// Positive.
	Every time.Duration
	Ping  bool // observers ask for each heartbeat; otherwise the leader sends them by itself

	Reaction dist.Spec     // Person: from the alarm to the order
	Retry    time.Duration // Observers: how long an elected one tries

	Promoter leader.PromoterConfig // how promotions go; its Fencer is made by Build
	Stonith  *Stonith              // nil: no device
	Lease    time.Duration         // self-demotion; 0: none
	Epochs   bool                  // followers refuse earlier epochs
}

// Stonith is the setting of a fencing device.
type Stonith struct {
	Delay   dist.Spec // from the order until the machine is off, or the failure shows
	Failure float64   // chance that it does not work
	// Reboot is how long a machine stays off; nil: until the end.
	Reboot *dist.Spec
}

// Places is where the parts of a manager are.
type Places struct {
	Observers []sim.NodeConfig
	Person    sim.NodeConfig
	Device    sim.NodeConfig
}

// Team is a manager in a world.
type Team struct {
	cfg       Config
	world     *sim.World
	cluster   *leader.Cluster
	observers []sim.NodeID
	person    sim.NodeID
	device    sim.NodeID
}

// Build adds a manager of a cluster to the world. The nodes are added in the order of
// Places, those only that the manager needs.
func Build(w *sim.World, cfg Config, c *leader.Cluster, at Places) *Team {
	t := &Team{cfg: cfg, world: w, cluster: c, person: sim.NoNode, device: sim.NoNode}
	for _, n := range at.Observers {
		n.Boot = t.bootObserver
		t.observers = append(t.observers, w.AddNode(n))
	}
	if cfg.Manager == Person {
		at.Person.Boot = t.bootPerson
		t.person = w.AddNode(at.Person)
	}
	if cfg.Stonith != nil {
		at.Device.Boot = t.bootDevice
		t.device = w.AddNode(at.Device)
	}
	c.SetGuard(t.guard())
	return t
}

// Observers returns the observers' IDs.
func (t *Team) Observers() []sim.NodeID { return t.observers }

// guard is what the cluster has to do. A promotion takes a quorum of observers who
// suspect the leader, so that it is safe from one for as long as all but fewer than a
// quorum have heard from it: n − q + 1 of n.
func (t *Team) guard() leader.Guard {
	g := leader.Guard{Watchers: t.observers, Lease: t.cfg.Lease, Epochs: t.cfg.Epochs}
	g.Renewals = len(t.observers) - t.cfg.Quorum + 1
	if !t.cfg.Ping {
		g.Beat = t.cfg.Every
	}
	return g
}

// promoter makes the promoter of a node, with its Fencer.
func (t *Team) promoter(e *sim.Env) *leader.Promoter {
	cfg := t.cfg.Promoter
	if t.cfg.Stonith != nil {
		cfg.Fencer = newRemote(e, t.device, cfg.Patience)
	}
	return leader.NewPromoter(e, t.cluster, cfg)
}

func (t *Team) bootObserver(e *sim.Env) {
	w := newWatch(t, e)
	if t.cfg.Manager == Person {
		newAlarm(w)
		return
	}
	newCouncillor(w)
}
