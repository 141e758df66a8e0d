package paxos

import (
	"slices"

	"replsim/sim"
)

// Cluster is a Multi-Paxos cluster in a world.
type Cluster struct {
	cfg      Config
	world    *sim.World
	nodes    []sim.NodeID
	replicas map[sim.NodeID]*replica // the latest incarnation of each
	operator *operator
	names    []sim.NodeID // name servers
	audit    audit
}

// Build adds the nodes of a cluster to the world, and the operator who can tell one of
// them to lead. The first node runs for the lead at the start. Build panics if the
// quorums make no sense (see CheckQuorums).
func Build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig) *Cluster {
	if err := CheckQuorums(len(nodes), cfg.Phase1Quorum, cfg.Phase2Quorum); err != nil {
		panic("paxos: " + err.Error())
	}
	return build(w, cfg, nodes, office, func(*replica) {})
}

// build is Build for any quorums; it lets change tamper with each replica that has
// booted.
func build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig, change func(*replica)) *Cluster {
	c := &Cluster{cfg: cfg, world: w, replicas: map[sim.NodeID]*replica{}}
	c.audit.init(c, len(nodes))
	for _, n := range nodes {
		n.Boot = func(e *sim.Env) {
			c.boot(e)
			change(c.replicas[e.ID()])
		}
		c.nodes = append(c.nodes, w.AddNode(n))
	}
	office.Boot = c.bootOperator
	w.AddNode(office)
	return c
}

// index returns the place of a node in the list. (IDs are given in order.)
func (c *Cluster) index(id sim.NodeID) int { return int(id - c.nodes[0]) }

// nextBallot returns the first ballot after another one that belongs to a node: a
// round, and the node's turn in it. So no two nodes share a ballot.
func (c *Cluster) nextBallot(node sim.NodeID, after uint32) uint32 {
	turn, n := uint32(c.index(node)), uint32(len(c.nodes))
	next := after/n*n + turn + 1
	if next <= after {
		next += n
	}
	return next
}

// Announce lets every new leader tell these name servers that it leads. Call it before
// the run.
func (c *Cluster) Announce(to ...sim.NodeID) { c.names = append(c.names, to...) }

// Nodes returns the replicas' IDs.
func (c *Cluster) Nodes() []sim.NodeID { return c.nodes }

// Leader returns the node that leads in the highest ballot and is up, or NoNode. It
// is the truth, which no node of the cluster knows for sure.
func (c *Cluster) Leader() sim.NodeID {
	best, ballot := sim.NoNode, uint32(0)
	for _, id := range c.nodes {
		r := c.replicas[id]
		if r != nil && c.world.Up(id) && r.proposer.lead != nil && r.proposer.lead.ballot > ballot {
			best, ballot = id, r.proposer.lead.ballot
		}
	}
	return best
}

// Promote lets the operator tell a node to run phase 1 now: target, or the one that
// knows most decisions if target is NoNode.
func (c *Cluster) Promote(target sim.NodeID) { c.operator.promote(target) }

// CaughtUp tells whether every running node has applied all that the leader has
// decided, and nobody is about to propose anything. (A deposed leader may have proposed
// requests that reached no other node: they wait until somebody needs their slots.)
func (c *Cluster) CaughtUp() bool {
	leader := c.Leader()
	if leader == sim.NoNode {
		return false
	}
	l := c.replicas[leader]
	if l.disk.applied != l.proposer.lead.end {
		return false
	}
	return !slices.ContainsFunc(c.nodes, func(id sim.NodeID) bool {
		r := c.replicas[id]
		return c.world.Up(id) && (r.disk.applied != l.disk.applied || r.proposer.busy())
	})
}
