package leader

import (
	"slices"

	"replsim/sim"
)

// Cluster is a leader–follower cluster in a world.
type Cluster struct {
	cfg      Config
	world    *sim.World
	nodes    []sim.NodeID
	replicas map[sim.NodeID]*replica // the latest incarnation of each
	operator *Promoter
	guard    Guard
	names    []sim.NodeID // name servers
	audit    audit
}

// Build adds the nodes of a cluster to the world, and the operator who promotes
// followers. The first node leads at the start.
func Build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig) *Cluster {
	c := &Cluster{cfg: cfg, world: w, replicas: map[sim.NodeID]*replica{}}
	for _, n := range nodes {
		n.Boot = c.boot
		c.nodes = append(c.nodes, w.AddNode(n))
	}
	office.Boot = c.bootOperator
	w.AddNode(office)
	c.watch()
	return c
}

// freshPages is the disk of a node that has never run, or has lost its disk. At
// the start of the run all know that the first node leads. A replacement after the
// loss of a disk waits until a leader finds it: it must not lead with an empty log.
func (c *Cluster) freshPages(first bool) *pages {
	p := &pages{leader: sim.NoNode, base: make(Store, c.cfg.Keys), blank: !first}
	p.epoch = 1
	p.history = []EpochStart{{Epoch: 1, Start: 0}}
	if first {
		p.leader = c.nodes[0]
	}
	return p
}

// nextEpoch returns the first epoch after another one in which a node may lead.
// No two nodes share an epoch, as no two proposers share a ballot number in Paxos:
// who orders a promotion may not know of all those ordered before.
func (c *Cluster) nextEpoch(node sim.NodeID, after uint32) uint32 {
	turn := uint32(slices.Index(c.nodes, node)) + 1 // the first node leads epoch 1
	n := uint32(len(c.nodes))
	return after + 1 + (turn+n-(after+1)%n)%n
}

// peersOf returns the leader's view of all other nodes.
func (c *Cluster) peersOf(leader sim.NodeID) []*peer {
	var peers []*peer
	for _, id := range c.nodes {
		if id != leader {
			peers = append(peers, &peer{id: id})
		}
	}
	return peers
}

// Announce lets every new leader tell these name servers that it leads. Call it before
// the run.
func (c *Cluster) Announce(to ...sim.NodeID) { c.names = append(c.names, to...) }

// Nodes returns the replicas' IDs.
func (c *Cluster) Nodes() []sim.NodeID { return c.nodes }

// Leader returns the node that leads in the highest epoch and is up, or NoNode.
// It is the truth, which no node of the cluster knows for sure.
func (c *Cluster) Leader() sim.NodeID {
	best, epoch := sim.NoNode, uint32(0)
	for _, id := range c.nodes {
		r := c.replicas[id]
		if r != nil && c.world.Up(id) && r.lead != nil && r.lead.epoch > epoch {
			best, epoch = id, r.lead.epoch
		}
	}
	return best
}

// Promote lets the operator make a follower the leader: target, or the most
// advanced one if target is NoNode.
func (c *Cluster) Promote(target sim.NodeID) { c.operator.Begin(target, Lost{Node: sim.NoNode}, nil) }

// CaughtUp tells whether every running follower has applied all that the leader
// has committed, and no write is pending. Nodes that are kept out do not count.
func (c *Cluster) CaughtUp() bool {
	leader := c.Leader()
	if leader == sim.NoNode {
		return false
	}
	l := c.replicas[leader]
	if l.lead.pending.len() > 0 {
		return false
	}
	for _, id := range c.nodes {
		if r := c.replicas[id]; c.world.Up(id) && !r.disk.barred && (r.applied != l.applied || (r != l && r.disk.epoch != l.disk.epoch)) {
			return false
		}
	}
	return true
}
