package workload

import (
	"fmt"

	"replsim/sim"
)

// Group is a group of clients in a world.
type Group struct {
	cfg     Config
	world   *sim.World
	keys    *keyTable
	curve   *curve
	nodes   []sim.NodeID
	users   []*users
	clients []*client // the latest incarnation of each
	servers []int     // index of a server by its NodeID, or -1; see proxied
	stopped bool
}

// Build adds a group of clients to the world, one node each: nodes says where they
// are; their Boot is set here. It returns an error if the configuration is wrong.
func Build(w *sim.World, cfg Config, nodes []sim.NodeConfig) (*Group, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if int64(cfg.FirstSession)+int64(len(nodes)) > maxSessions {
		return nil, fmt.Errorf("workload: clients %q: more than %d clients in the run", cfg.Name, maxSessions)
	}
	g := &Group{cfg: cfg, world: w, keys: newKeyTable(cfg.Popularity, cfg.Keys), curve: newCurve(cfg.Profile)}
	for i, s := range cfg.Servers {
		g.index(s.ID, i)
	}
	if cfg.Redirect == ByProxy {
		for _, p := range cfg.Proxies {
			g.index(p.ID, g.proxied())
		}
	}
	for i, n := range nodes {
		n.Boot = func(e *sim.Env) { g.boot(i, e) }
		g.nodes = append(g.nodes, w.AddNode(n))
	}
	g.users, g.clients = make([]*users, len(nodes)), make([]*client, len(nodes))
	return g, nil
}

// index makes a node known as the server of an index.
func (g *Group) index(id sim.NodeID, i int) {
	for int(id) >= len(g.servers) {
		g.servers = append(g.servers, -1)
	}
	g.servers[id] = i
}

// proxied is the index that stands for a client's proxy, behind those of the servers.
func (g *Group) proxied() int { return len(g.cfg.Servers) }

// serverOf returns the index of a server, or -1 if the node is none.
func (g *Group) serverOf(id sim.NodeID) int {
	if id < 0 || int(id) >= len(g.servers) {
		return -1
	}
	return g.servers[id]
}

// Nodes returns the clients' node IDs.
func (g *Group) Nodes() []sim.NodeID { return g.nodes }

// Stop ends the workload: no operation begins from now on, and those in flight run
// to their end, retries included.
func (g *Group) Stop() {
	g.stopped = true
	for _, c := range g.clients {
		if c != nil {
			c.arrival.Stop()
		}
	}
}

// InFlight returns the number of operations that have begun and not ended, on
// clients that are up.
func (g *Group) InFlight() int {
	n := 0
	for i, c := range g.clients {
		if c != nil && g.world.Up(g.nodes[i]) {
			n += c.ops.live
		}
	}
	return n
}
