package experiment

import (
	"slices"

	"replsim/models/raft"
	"replsim/scenarios"
	"replsim/sim"
)

// raftConfig translates the scenario's words into the model's.
func raftConfig(sc *scenarios.Scenario) raft.Config {
	s, r := &sc.Raft, &sc.Replication
	c := raft.Config{
		ElectionTimeout: s.ElectionTimeout, Heartbeat: s.Heartbeat,
		Tick: s.Tick, ElectionTicks: s.ElectionTicks, HeartbeatTicks: s.HeartbeatTicks,
		PreVote: s.PreVote, CheckQuorum: s.CheckQuorum,
		NoLeaderAtStart: s.StartLeader == "election",
		Voters:          s.Voters, Learners: s.Learners,

		ShipUnflushed: r.ShipUnflushed, MaxBatch: int(s.MaxBatch), MaxInflight: s.MaxInFlight, CommitAtOnce: s.TellCommit == "at-once",
		LogKeep: sim.LSN(r.LogKeep), SnapshotRate: r.SnapshotRate, RecordBytes: int(r.RecordSize),

		LeaseDuration: s.Lease, DriftBound: s.DriftBound * 1e-6,
		Forward: s.ForwardWrites, Sessions: s.Sessions,

		Keys: sc.MaxKeys(), ValueBytes: int(sc.Workload.ValueSize),
		Read: sc.CPU.Read, Write: sc.CPU.Write, Ship: sc.CPU.Ship, Recv: sc.CPU.Append, Wake: sc.CPU.Wake, Apply: r.Apply,
	}
	c.PersistVotes = raft.Persist(slices.Index([]string{"flush", "free"}, s.PersistVotes))
	c.InitialLogs = raft.InitialLogs(slices.Index([]string{"empty", "distinct"}, s.StartLogs))
	c.ReadMode = raft.ReadMode(slices.Index([]string{"read-index", "lease", "local"}, s.Reads))
	c.FollowerReads = raft.FollowerReads(slices.Index([]string{"redirect", "read-index", "stale"}, s.FollowerReads))
	return c
}
