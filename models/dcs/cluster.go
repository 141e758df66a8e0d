package dcs

import (
	"time"

	"replsim/models/raft"
	"replsim/sim"
)

// Config is the setting of a store.
type Config struct {
	Raft raft.Config
	// Check is the period in which the leader looks for leases that have run out; 0: it
	// notices at once.
	Check time.Duration
	// Initial is what was asked for before the run: all of it has InitialRevision.
	Initial []Request
}

// InitialRevision is before all revisions of the run: the first entry of a log is
// the first leader's, and no change.
const InitialRevision Revision = 1

// Cluster is a store in a world.
type Cluster struct {
	cfg   Config
	world *sim.World
	group *raft.Group[Command]
	nodes []sim.NodeID
}

// Build adds the members of a store to the world.
func Build(w *sim.World, cfg Config, nodes []sim.NodeConfig) *Cluster {
	return build(w, cfg, nodes, func(c *Cluster, e *sim.Env) { c.boot(e) })
}

func build(w *sim.World, cfg Config, nodes []sim.NodeConfig, boot func(*Cluster, *sim.Env)) *Cluster {
	c := &Cluster{cfg: cfg, world: w}
	c.cfg.Raft.Quiet = true
	c.group = raft.NewGroup[Command](w, &c.cfg.Raft)
	for _, n := range nodes {
		n.Boot = func(e *sim.Env) { boot(c, e) }
		id := w.AddNode(n)
		c.group.Add(id)
		c.nodes = append(c.nodes, id)
	}
	return c
}

// Nodes returns the members' IDs.
func (c *Cluster) Nodes() []sim.NodeID { return c.nodes }

// Audit returns breaches of Raft's safety properties so far, in words.
func (c *Cluster) Audit() []string { return c.group.Audit() }
