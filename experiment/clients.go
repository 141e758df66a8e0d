package experiment

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"replsim/measure"
	"replsim/scenarios"
	"replsim/sim"
	"replsim/workload"
)

// group is a group of clients and where they are.
type group struct {
	*workload.Group
	name   string
	first  int32
	places []string
}

// buildClients adds all groups of clients to the world, in the order of their
// names, behind the nodes that they go through.
func (t *topology) buildClients(c cluster) []group {
	via := t.buildRouters(c)
	names := make([]string, 0, len(t.sc.Clients))
	for name := range t.sc.Clients {
		names = append(names, name)
	}
	sort.Strings(names)
	var groups []group
	session := int32(0)
	for _, name := range names {
		load := t.sc.Clients[name].Workload
		g := group{name: name, first: session}
		var nodes []sim.NodeConfig
		for i := range load.Clients {
			place := load.Places[i%len(load.Places)]
			nodes = append(nodes, t.at(fmt.Sprintf("%s/%d", name, i+1), place))
			g.places = append(g.places, place)
		}
		built, err := workload.Build(t.world, t.clientConfig(name, session, &load, c, via), nodes)
		if err != nil {
			panic("experiment: the loader let pass: " + err.Error())
		}
		g.Group = built
		for _, id := range built.Nodes() {
			t.register(id, name)
		}
		session += int32(load.Clients)
		groups = append(groups, g)
	}
	return groups
}

// clientConfig translates the scenario's words into the workload's.
func (t *topology) clientConfig(name string, first int32, l *scenarios.Workload, c cluster, via routers) workload.Config {
	cfg := workload.Config{
		Name: name, FirstSession: first, Leader: c.Nodes()[0],
		Rate: l.Rate, BurstSize: l.BurstSize, Profile: profile(l), Think: l.Think,
		Writes: l.Writes, ReadOwn: l.ReadOwn, Keys: l.Keys, Popularity: popularity(l.Popularity),
		MaxLag: l.MaxLag, LagPoll: l.LagPoll,
		Timeout: l.Timeout, Retries: l.Retries, Backoff: l.Backoff, Jitter: l.Jitter,
		ValueSize: int32(l.ValueSize), CarryEpochs: t.sc.Failover.ClientEpochs,
	}
	cfg.Process = workload.Process(slices.Index([]string{"poisson", "constant", "bursts"}, l.Arrivals))
	cfg.WritesTo = workload.WritesTo(slices.Index([]string{"leader", "nearest"}, l.WritesTo))
	cfg.ReadsFrom = workload.ReadsFrom(slices.Index(
		[]string{"leader", "any", "followers", "nearest", "round-robin", "least-lag", "max-lag"}, l.ReadsFrom))
	for _, id := range c.Nodes() {
		cfg.Servers = append(cfg.Servers, t.server(id))
	}
	t.redirect(&cfg, l.Redirect, via)
	return cfg
}

func profile(l *scenarios.Workload) workload.Profile {
	if d := l.Diurnal; d != nil {
		return workload.Diurnal(d.Low, d.High, d.Period, d.Peak)
	}
	var p workload.Profile
	for _, point := range l.Profile {
		p.Points = append(p.Points, workload.Point{At: point.At, Factor: point.Factor})
	}
	return p
}

func popularity(text string) workload.Popularity {
	p, err := scenarios.ParsePopularity(text)
	if err != nil {
		panic("experiment: the loader let pass " + text)
	}
	law := workload.Law(slices.Index([]string{"uniform", "zipf", "hot"}, p.Kind))
	return workload.Popularity{Law: law, Exponent: p.Exponent, HotKeys: p.HotKeys, HotOps: p.HotShare}
}

// idle tells whether no client waits for an answer.
func idle(groups []group) bool {
	for _, g := range groups {
		if g.InFlight() > 0 {
			return false
		}
	}
	return true
}

// measureConfig tells the observers who is who.
func (t *topology) measureConfig(groups []group) measure.Config {
	cfg := measure.Config{
		Warmup: sim.Time(t.sc.Warmup), End: sim.Time(t.sc.Duration), Sample: t.sc.Sample,
		Replicas: t.nodes, Keys: t.sc.MaxKeys(), StableFor: t.sc.Check.StableFor,
		CutsOff: t.cutsOff(groups), Transit: t.transit(groups),
	}
	for _, g := range groups {
		for i, place := range g.places {
			cfg.Clients = append(cfg.Clients, measure.Client{Session: g.first + int32(i), Place: place})
		}
	}
	return cfg
}

// transit draws how long a read takes from a client, each as likely as the other,
// to a replica: for the observers of visibility, in streams of their own.
func (t *topology) transit(groups []group) func(sim.NodeID) time.Duration {
	var clients []sim.NodeID
	for _, g := range groups {
		clients = append(clients, g.Nodes()...)
	}
	if len(clients) == 0 {
		return nil
	}
	link := t.network()
	pick := t.world.Stream("visibility/client")
	draws := map[sim.Direction]*sim.Draws{}
	return func(replica sim.NodeID) time.Duration {
		way := sim.Direction{From: clients[pick.IntN(len(clients))], To: replica}
		d, ok := draws[way]
		if !ok {
			name := fmt.Sprintf("visibility/%s>%s", t.world.Node(way.From).Name, t.world.Node(replica).Name)
			d = t.world.Draws(link(way.From, way.To).Delay, name)
			draws[way] = d
		}
		return d.Next()
	}
}
