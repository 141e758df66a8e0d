package raft

import (
	"slices"

	"replsim/sim"
)

// Group is a set of nodes that agree on one log in a run. A world may have several
// groups, on nodes of their own.
type Group[C Command] struct {
	world *sim.World
	cfg   *Config
	nodes []sim.NodeID
	names []sim.NodeID // name servers, which leaders announce themselves to
	last  []*Node[C]   // the latest incarnation of each, by place in nodes
	disks []uint32     // how many disks each has lost
	begun *Members     // at the start of the run
	logs  []sim.LSN    // lengths of the logs at the start
	audit audit
}

// NewGroup returns a group whose nodes are added by Add.
func NewGroup[C Command](w *sim.World, cfg *Config) *Group[C] {
	g := &Group[C]{world: w, cfg: cfg}
	g.audit.init(w)
	return g
}

// Add tells the group that a node belongs to it. Call it before the world runs.
func (g *Group[C]) Add(id sim.NodeID) {
	g.nodes = append(g.nodes, id)
	g.last = append(g.last, nil)
	g.disks = append(g.disks, 0)
}

// begin settles what all nodes know at the start.
func (g *Group[C]) begin() {
	if g.begun != nil {
		return
	}
	voters := g.cfg.Voters
	if voters == 0 {
		voters = len(g.nodes) - g.cfg.Learners
	}
	servers := make([]Server, 0, len(g.nodes))
	for i, id := range g.nodes[:min(len(g.nodes), voters+g.cfg.Learners)] {
		servers = append(servers, Server{ID: id, Learner: i >= voters})
	}
	g.begun = &Members{servers}
	g.logs = make([]sim.LSN, len(g.nodes))
	if g.cfg.InitialLogs == DistinctLogs {
		for i, place := range g.world.Stream("raft/initial logs").Perm(len(g.nodes)) {
			g.logs[i] = sim.LSN(place + 1)
		}
		if !g.cfg.NoLeaderAtStart { // who leads has the longest
			longest := slices.Index(g.logs, sim.LSN(len(g.nodes)))
			g.logs[0], g.logs[longest] = g.logs[longest], g.logs[0]
		}
		g.audit.past(len(g.nodes))
	}
}

// place returns where a node stands in the list.
func (g *Group[C]) place(id sim.NodeID) int {
	for i, n := range g.nodes {
		if n == id {
			return i
		}
	}
	panic("raft: a node outside the group")
}

// freshDisk is the disk of a machine that has never run, or has lost its disk.
func (g *Group[C]) freshDisk(place int, first bool) *disk {
	d := &disk{baseMembers: g.begun}
	d.hard = hardState{Term: 1, Vote: sim.NoNode}
	if !first {
		g.disks[place]++
		d.id = g.disks[place]
		d.hard.Term = 0
	}
	return d
}

// Leader returns the node that leads in the highest term and is up, or nil. It is the
// truth, which no node knows for sure.
func (g *Group[C]) Leader() *Node[C] {
	var best *Node[C]
	for i, n := range g.last {
		if n != nil && g.world.Up(g.nodes[i]) && n.lead != nil && (best == nil || n.hard.Term > best.hard.Term) {
			best = n
		}
	}
	return best
}

// Audit returns the breaches of Raft's safety properties so far, in words.
func (g *Group[C]) Audit() []string { return g.audit.report() }

// forget drops what the audit remembers of entries that no log holds any more.
func (g *Group[C]) forget() {
	oldest := sim.LSN(-1)
	for _, n := range g.last {
		if n != nil && n.log.End() > 0 && (oldest < 0 || n.log.Base() < oldest) {
			oldest = n.log.Base()
		}
	}
	g.audit.forget(oldest)
}
