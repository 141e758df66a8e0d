package experiment

import (
	"math/rand/v2"
	"slices"
	"time"

	"replsim/scenarios"
	"replsim/sim"
)

// topology says who is where in one replication, and finds nodes by the names
// that a scenario uses: nodes, client groups, places, zones, regions.
type topology struct {
	sc    *scenarios.Scenario
	world *sim.World
	nodes []sim.NodeID // the replicas, in order
	// watchers are the nodes of the failover manager that can fail: observers or members of
	// a store.
	watchers []sim.NodeID
	agents   []sim.NodeID              // beside the replicas, if there are any
	hosts    map[sim.NodeID]sim.NodeID // the replica that an agent is beside
	names    map[string][]sim.NodeID   // every name that a fault or link may use
}

// office is the place of the operator: outside all of the scenario's places.
const office = "operator"

func newTopology(sc *scenarios.Scenario, w *sim.World) *topology {
	return &topology{sc: sc, world: w, hosts: map[sim.NodeID]sim.NodeID{}, names: map[string][]sim.NodeID{}}
}

// at returns a node configuration for a name at a place, without its program.
func (t *topology) at(name, place string) sim.NodeConfig {
	p := t.sc.Places[place]
	return sim.NodeConfig{
		Name: name, Place: place, Zone: p.Zone, Region: p.Region,
		Cold: sim.Cold{Cost: t.sc.CPU.Cold, After: t.sc.CPU.ColdAfter},
	}
}

// replicaConfigs returns the machines of the replicas. Clock errors that the
// scenario leaves to chance are drawn from the replication's seed.
func (t *topology) replicaConfigs() []sim.NodeConfig {
	rng := t.world.Stream("clocks")
	offset := t.world.Draws(t.sc.Clock.Offset, "clocks/offset")
	var out []sim.NodeConfig
	for _, name := range t.sc.NodeNames() {
		set := t.sc.Nodes[name]
		c := t.at(name, set.Place)
		c.Cores, c.CPUFactor, c.DiskFactor = t.sc.CPU.Cores, set.CPU, set.Disk
		c.Flush, c.FlushRate = t.sc.Disk.Flush, t.sc.Disk.Bandwidth
		c.ColdDisk = sim.Cold{Cost: t.sc.Disk.Cold, After: t.sc.Disk.ColdAfter}
		c.ClockOffset, c.ClockPPB = drawClock(rng, offset.Next(), t.sc.Clock.Drift)
		if set.Offset != nil {
			c.ClockOffset = *set.Offset
		}
		if set.Drift != nil {
			c.ClockPPB = int64(*set.Drift * 1000)
		}
		out = append(out, c)
	}
	return out
}

// drawClock draws the sign of an offset and a drift within ±ppm.
func drawClock(rng *rand.Rand, offset time.Duration, ppm float64) (time.Duration, int64) {
	if rng.Float64() < 0.5 {
		offset = -offset
	}
	return offset, int64((2*rng.Float64() - 1) * ppm * 1000)
}

// register makes a node known under its name, its group and where it is.
func (t *topology) register(id sim.NodeID, alias string) {
	c := t.world.Node(id)
	for _, name := range compact(c.Name, alias, c.Place, c.Zone, c.Region) {
		t.names[name] = append(t.names[name], id)
	}
}

// compact returns the distinct non-empty names.
func compact(names ...string) []string {
	var out []string
	for _, n := range names {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// all returns every node of the names, clients included.
func (t *topology) all(names []string) []sim.NodeID {
	var out []sim.NodeID
	for _, name := range names {
		for _, id := range t.names[name] {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// machines returns the nodes of the names that can fail: replicas with their agents, and the
// nodes of the failover manager. Clients do not fail.
func (t *topology) machines(names []string) []sim.NodeID {
	return slices.DeleteFunc(t.all(names), func(id sim.NodeID) bool {
		return !slices.Contains(t.nodes, id) && !slices.Contains(t.agents, id) && !slices.Contains(t.watchers, id)
	})
}
