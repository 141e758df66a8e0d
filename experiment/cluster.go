package experiment

import (
	"slices"

	"replsim/models/failover"
	"replsim/models/leader"
	"replsim/models/paxos"
	"replsim/models/raft"
	"replsim/scenarios"
	"replsim/sim"
)

// cluster is what the experiment needs of a built model, whatever its protocol.
type cluster interface {
	operated
	Nodes() []sim.NodeID
	CaughtUp() bool
	Audit() []string           // mistakes that facts do not show, at the end of a run
	Announce(to ...sim.NodeID) // lets leaders tell name servers that they lead
}

// Builders add the replicas of a cluster, and its operator, to a world, or its failover
// manager. A nil one is the model as it is; tests of the checks put a broken twin in its
// place.
type Builders struct {
	Failover func(w *sim.World, cfg failover.Config, c *leader.Cluster, at failover.Places) *failover.Team
	Agents   func(w *sim.World, cfg failover.LeaseConfig, c *leader.Cluster, at failover.LeasePlaces) *failover.Agents

	Leader func(w *sim.World, cfg leader.Config, nodes []sim.NodeConfig, office sim.NodeConfig) *leader.Cluster
	Paxos  func(w *sim.World, cfg paxos.Config, nodes []sim.NodeConfig, office sim.NodeConfig) *paxos.Cluster
	Raft   func(w *sim.World, cfg raft.Config, nodes []sim.NodeConfig, office sim.NodeConfig) *raft.Cluster
}

// buildCluster adds the replicas to the world.
func (t *topology) buildCluster(twins Builders) cluster {
	nodes, office := t.replicaConfigs(), sim.NodeConfig{Name: office, Place: office, Zone: office, Region: office}
	var c cluster
	switch model := t.sc.Cluster.Model; model {
	case "leader":
		build := leader.Build
		if twins.Leader != nil {
			build = twins.Leader
		}
		built := build(t.world, leaderConfig(t.sc), nodes, office)
		c = t.buildManager(twins, built)
	case "paxos":
		build := paxos.Build
		if twins.Paxos != nil {
			build = twins.Paxos
		}
		c = build(t.world, paxosConfig(t.sc), nodes, office)
	case "raft":
		build := raft.Build
		if twins.Raft != nil {
			build = twins.Raft
		}
		c = build(t.world, raftConfig(t.sc), nodes, office)
	default:
		panic("experiment: no model is called " + model)
	}
	t.nodes = c.Nodes()
	for _, id := range t.nodes {
		t.register(id, "")
	}
	t.registerAgents()
	return c
}

// leaderConfig translates the scenario's words into the model's.
func leaderConfig(sc *scenarios.Scenario) leader.Config {
	r := sc.Replication
	c := leader.Config{
		Acks:        r.Acks,
		LocalFlush:  r.LocalFlush,
		FlushEvery:  r.FlushEvery,
		FlushPage:   int(r.FlushPage),
		VisibleSoon: r.Visible == "before-commit",
		SyncTimeout: r.SyncTimeout,

		GroupWaits: r.Group == "wait", EveryLevel: r.Feedback == "every-level", ApplyReceived: r.ApplyWhen == "received",
		ShipEvery: r.ShipEvery, ShipUnflushed: r.ShipUnflushed, Heartbeat: r.Heartbeat,
		Appliers: r.Appliers, Apply: r.Apply,
		LogKeep: sim.LSN(r.LogKeep), SnapshotRate: r.SnapshotRate,
		RecordBytes: int(r.RecordSize), ValueBytes: int(sc.Workload.ValueSize),

		Patience: sc.Failover.Patience, Promotion: sc.Failover.Promotion, Refuse: sc.Failover.Return == "refuse",

		Keys: sc.MaxKeys(),
		Read: sc.CPU.Read, Write: sc.CPU.Write, Ship: sc.CPU.Ship, Recv: sc.CPU.Append, Wake: sc.CPU.Wake,
	}
	c.Rule = leader.Rule(slices.Index([]string{"async", "any", "first", "all"}, r.Commit))
	c.Level = leader.Level(slices.Index([]string{"received", "flushed", "applied"}, r.Level))
	c.SyncLost = leader.SyncLost(slices.Index([]string{"block", "fallback", "shrink"}, r.SyncLost))
	for _, name := range r.Standbys {
		c.Standbys = append(c.Standbys, slices.Index(sc.NodeNames(), name))
	}
	return c
}
