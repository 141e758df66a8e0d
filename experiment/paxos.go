package experiment

import (
	"slices"

	"replsim/models/paxos"
	"replsim/scenarios"
	"replsim/sim"
)

// paxosConfig translates the scenario's words into the model's.
func paxosConfig(sc *scenarios.Scenario) paxos.Config {
	p, r := sc.Paxos, sc.Replication
	return paxos.Config{
		Phase1Quorum: p.Phase1Quorum, Phase2Quorum: p.Phase2Quorum,
		Rule:      paxos.Rule(slices.Index([]string{"stable", "any"}, p.Proposers)),
		Forward:   p.Others == "forward",
		Heartbeat: p.Heartbeat, Silence: p.Silence, PromiseTimeout: p.PromiseTimeout, Backoff: p.Backoff,
		TellAtOnce: p.Tell == "at-once",
		Batch:      p.Batch, Pipeline: p.Pipeline,
		Reads: paxos.ReadRule(slices.Index([]string{"log", "lease", "local"}, p.Reads)),
		Lease: p.Lease, LeaseMargin: p.LeaseMargin,

		Apply: r.Apply, LogKeep: sim.LSN(r.LogKeep), SnapshotRate: r.SnapshotRate,
		RecordBytes: int(r.RecordSize), ValueBytes: int(sc.Workload.ValueSize),

		Keys: sc.MaxKeys(),
		Read: sc.CPU.Read, Write: sc.CPU.Write, Ship: sc.CPU.Ship, Recv: sc.CPU.Append, Wake: sc.CPU.Wake,
	}
}
