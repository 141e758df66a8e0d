package raft

import "replsim/sim"

// Cluster is a replicated database in a world: a Raft group, and an operator.
type Cluster struct {
	cfg   Config
	world *sim.World
	nodes []sim.NodeID
}

// Build adds the nodes of a cluster to the world, and the operator who transfers
// leadership and changes the members.
func Build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig) *Cluster {
	c := &Cluster{cfg: cfg, world: w}
	for _, n := range nodes {
		n.Boot = func(*sim.Env) {}
		c.nodes = append(c.nodes, w.AddNode(n))
	}
	office.Boot = func(*sim.Env) {}
	w.AddNode(office)
	return c
}

// Nodes returns the replicas' IDs.
func (c *Cluster) Nodes() []sim.NodeID { return c.nodes }

// Leader returns the node that leads in the highest term and is up, or NoNode. It
// is the truth, which no node of the cluster knows for sure.
func (c *Cluster) Leader() sim.NodeID { return sim.NoNode }

// Promote lets the operator order the leader to hand over to target, or to the
// most advanced follower if target is NoNode.
func (c *Cluster) Promote(target sim.NodeID) {}

// AddMember lets the operator make a node a voter: a spare, a learner, or a member that
// has lost its disk.
func (c *Cluster) AddMember(id sim.NodeID) {}

// RemoveMember lets the operator take a node out of the group.
func (c *Cluster) RemoveMember(id sim.NodeID) {}

// CaughtUp tells whether every running member has applied all that the leader has
// committed, and nothing is pending.
func (c *Cluster) CaughtUp() bool { return c.Leader() != sim.NoNode }

// Audit returns what the nodes did wrong so far.
func (c *Cluster) Audit() []string { return nil }
