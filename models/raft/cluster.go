package raft

import "replsim/sim"

// Cluster is a replicated database in a world: a Raft group, and an operator.
type Cluster struct {
	cfg      Config
	world    *sim.World
	group    *Group[Write]
	servers  []*server // the latest incarnation of each
	operator *operator
}

// Build adds the nodes of a cluster to the world, and the operator who transfers
// leadership and changes the members.
func Build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig) *Cluster {
	return build(w, cfg, nodes, office, (*Cluster).boot)
}

func build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig, boot func(*Cluster, *sim.Env)) *Cluster {
	c := &Cluster{cfg: cfg, world: w, servers: make([]*server, len(nodes))}
	c.group = NewGroup[Write](w, &c.cfg)
	for _, n := range nodes {
		n.Boot = func(e *sim.Env) { boot(c, e) }
		c.group.Add(w.AddNode(n))
	}
	office.Boot = func(e *sim.Env) { c.operator = newOperator(e, c.group.nodes) }
	w.AddNode(office)
	return c
}

// Announce lets every new leader tell these name servers that it leads. Call it before
// the run.
func (c *Cluster) Announce(to ...sim.NodeID) { c.group.names = append(c.group.names, to...) }

// Nodes returns the replicas' IDs.
func (c *Cluster) Nodes() []sim.NodeID { return c.group.nodes }

// Leader returns the node that leads in the highest term and is up, or NoNode. It
// is the truth, which no node of the cluster knows for sure.
func (c *Cluster) Leader() sim.NodeID {
	if n := c.group.Leader(); n != nil {
		return n.env.ID()
	}
	return sim.NoNode
}

// Promote lets the operator order the leader to hand over to target, or to the
// most advanced follower if target is NoNode.
func (c *Cluster) Promote(target sim.NodeID) {
	c.operator.order(Order{Kind: TransferLeadership, Target: target})
}

// AddMember lets the operator make a node a voter: a spare, a learner, or a member that
// has lost its disk.
func (c *Cluster) AddMember(id sim.NodeID) {
	c.operator.order(Order{Kind: AddServer, Target: id})
}

// RemoveMember lets the operator take a node out of the group.
func (c *Cluster) RemoveMember(id sim.NodeID) {
	c.operator.order(Order{Kind: RemoveServer, Target: id})
}

// CaughtUp tells whether every running member has applied all of the leader's log, and
// nothing is pending.
func (c *Cluster) CaughtUp() bool {
	l := c.group.Leader()
	if l == nil || l.applied < l.log.End() {
		return false
	}
	for i, id := range c.group.nodes {
		n := c.group.last[i]
		if _, member := l.members.find(id); member && c.world.Up(id) && (n.applied != l.applied || n.hard.Term != l.hard.Term) {
			return false
		}
	}
	return true
}

// Audit returns what the nodes did wrong so far: breaches of Raft's safety properties,
// and stores that differ although the nodes are at rest.
func (c *Cluster) Audit() []string {
	if c.CaughtUp() {
		c.compare()
	}
	return c.group.Audit()
}

// compare holds the stores of members at rest against the leader's.
func (c *Cluster) compare() {
	leader := c.servers[c.group.place(c.Leader())]
	for i, id := range c.group.nodes {
		if _, member := leader.node.members.find(id); !member || !c.world.Up(id) {
			continue
		}
		for k, have := range c.servers[i].store.cells {
			if want := leader.store.cells[k]; have != want {
				c.group.audit.breach("at rest, %s stores write %d for key %d, its leader write %d", c.world.Node(id).Name, have.Value, k, want.Value)
				break
			}
		}
	}
}
