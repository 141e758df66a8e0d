package experiment

import (
	"math"
	"slices"

	"replsim/models/dcs"
	"replsim/models/failover"
	"replsim/models/leader"
	"replsim/models/raft"
	"replsim/scenarios"
	"replsim/sim"
)

// withAgents is a cluster whose agents are looked after as well.
type withAgents struct {
	*leader.Cluster
	agents *failover.Agents
}

// Audit implements cluster.
func (c withAgents) Audit() []string { return append(c.Cluster.Audit(), c.agents.Audit()...) }

// buildAgents adds the agents of a leader–follower cluster and their store to the world.
func (t *topology) buildAgents(c *leader.Cluster, twins Builders) cluster {
	build := failover.BuildAgents
	if twins.Agents != nil {
		build = twins.Agents
	}
	team := build(t.world, leaseConfig(t.sc), c, failover.LeasePlaces{Store: t.storeConfigs(), Agents: t.agentConfigs(c)})
	for _, id := range team.Store() {
		t.register(id, "store")
	}
	t.watchers = team.Store()
	t.agents = team.Nodes()
	for i, id := range t.agents {
		t.hosts[id] = c.Nodes()[i]
	}
	return withAgents{c, team}
}

// registerAgents makes the agents known under the names of their machines, behind the
// replicas themselves.
func (t *topology) registerAgents() {
	for _, id := range t.agents {
		t.register(id, t.world.Node(t.hosts[id]).Name)
	}
}

// agentConfigs returns the machines of the replicas once more: places and clocks are the
// same.
func (t *topology) agentConfigs(c *leader.Cluster) []sim.NodeConfig {
	var out []sim.NodeConfig
	for _, id := range c.Nodes() {
		host := t.world.Node(id)
		a := t.at(host.Name+"/agent", host.Place)
		a.ClockOffset, a.ClockPPB = host.ClockOffset, host.ClockPPB
		out = append(out, a)
	}
	return out
}

// storeConfigs returns the machines of the store, whose clocks are as wrong as those of the
// replicas.
func (t *topology) storeConfigs() []sim.NodeConfig {
	rng := t.world.Stream("clocks of the store")
	offset := t.world.Draws(t.sc.Clock.Offset, "clocks of the store/offset")
	var out []sim.NodeConfig
	for i, name := range t.sc.StoreNames() {
		places := t.sc.Store.Places
		c := t.at(name, places[i%len(places)])
		c.Flush = t.sc.Store.Flush
		c.ClockOffset, c.ClockPPB = drawClock(rng, offset.Next(), t.sc.Clock.Drift)
		out = append(out, c)
	}
	return out
}

// sameMachine tells whether two nodes are a replica and its agent: no network is between
// them.
func (t *topology) sameMachine(a, b sim.NodeID) bool {
	host, ok := t.hosts[a]
	other, also := t.hosts[b]
	return ok && host == b || also && other == a
}

// leaseConfig translates the scenario's words into those of the agents.
func leaseConfig(sc *scenarios.Scenario) failover.LeaseConfig {
	a := &sc.Agents
	return failover.LeaseConfig{
		TTL: a.TTL, LoopWait: a.LoopWait, RetryTimeout: a.RetryTimeout, Watch: a.Watch,
		MaxLag: choice(sc).MaxLag, Patience: sc.Failover.Patience,
		Sync:      failover.SyncMode(slices.Index([]string{"off", "on", "strict"}, a.Synchronous)),
		SyncNodes: a.Standbys, SyncPause: a.Pause,
		Failsafe: a.Failsafe, Watchdog: a.Watchdog, Restart: a.Restart,
		Store: storeConfig(&sc.Store),
	}
}

// What no scenario says about the store: etcd's --snapshot-catchup-entries, and sizes that
// matter to nothing.
const (
	storeKeeps       = 5000
	storeEntryBytes  = 256
	storeSnapshotsAt = 100 << 20 // bytes per second
)

// storeConfig makes the store a Raft group as etcd has one.
func storeConfig(s *scenarios.Store) dcs.Config {
	return dcs.Config{
		Check: s.Check,
		Raft: raft.Config{
			Tick: s.Heartbeat, HeartbeatTicks: 1, ElectionTicks: int(math.Round(float64(s.Election) / float64(s.Heartbeat))),
			PreVote: true, CheckQuorum: true, ShipUnflushed: true, CommitAtOnce: true,
			LogKeep: storeKeeps, SnapshotRate: storeSnapshotsAt, RecordBytes: storeEntryBytes,
		},
	}
}
