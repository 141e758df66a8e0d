package scenarios

import (
	"fmt"
	"time"

	"replsim/sim/dist"
)

// Paxos configures the Multi-Paxos model.
type Paxos struct {
	Phase1Quorum   int           `toml:"phase1_quorum" min:"0" doc:"nodes that must promise before one leads (default: a majority)"`
	Phase2Quorum   int           `toml:"phase2_quorum" min:"0" doc:"nodes that must have a value on their disks before it is chosen (default: a majority); with phase1_quorum it must come to more than all nodes (Flexible Paxos)"`
	Proposers      string        `toml:"proposers" default:"stable" enum:"stable,any" doc:"stable: one node leads until it is silent for too long; any: whoever gets a client's request proposes it, and duels with others that do"`
	Others         string        `toml:"others" default:"redirect" enum:"redirect,forward" doc:"stable: nodes that do not lead tell a client who does, or pass its request on"`
	Heartbeat      time.Duration `toml:"heartbeat" default:"100ms" above:"0s" doc:"of a leader; also how long a node waits before it repeats or asks for what seems lost"`
	Silence        dist.Spec     `toml:"silence" default:"uniform(min=1s, max=2s)" doc:"how long a node hears of no leader before it runs for it, drawn anew each time"`
	PromiseTimeout dist.Spec     `toml:"promise_timeout" default:"uniform(min=500ms, max=1s)" doc:"how long a node waits for promises before it begins again with a higher ballot"`
	Backoff        dist.Spec     `toml:"backoff" default:"uniform(min=0s, max=100ms)" doc:"how long a node that has lost its ballot to a higher one waits before it begins again"`
	Tell           string        `toml:"tell" default:"at-once" enum:"at-once,with-next" doc:"when others are told what is decided: at once, or with the leader's next message"`
	Batch          int           `toml:"batch" default:"64" min:"1" doc:"most slots in one message"`
	Pipeline       int           `toml:"pipeline" default:"0" min:"0" doc:"most slots proposed and not yet decided; 0: no bound"`
	Reads          string        `toml:"reads" default:"log" enum:"log,lease,local" doc:"how a read is served. log: as a slot of the log, linearizable; lease: by a leader that holds a lease, from its own state; local: by any node from its own state, maybe stale"`
	Lease          time.Duration `toml:"lease" default:"1s" above:"0s" doc:"reads = lease: how long a node that has heard from its leader promises nothing to others, by its own clock"`
	LeaseMargin    time.Duration `toml:"lease_margin" default:"100ms" doc:"reads = lease: the leader takes its lease to end so much earlier, for clocks differ"`
}

// derivePaxos fills in majorities.
func (s *Scenario) derivePaxos() {
	majority := s.Cluster.Replicas/2 + 1
	if s.Paxos.Phase1Quorum == 0 {
		s.Paxos.Phase1Quorum = majority
	}
	if s.Paxos.Phase2Quorum == 0 {
		s.Paxos.Phase2Quorum = majority
	}
}

// checkPaxos makes sure that quorums meet, and that leases can be held.
func (c *decoded) checkPaxos() {
	p := &c.scenario.Paxos
	if c.scenario.Cluster.Model != "paxos" {
		return
	}
	replicas, phase1, phase2 := c.at("cluster", "replicas"), c.at("paxos", "phase1_quorum"), c.at("paxos", "phase2_quorum")
	if c.ok(replicas, phase1, phase2) {
		n := c.scenario.Cluster.Replicas
		switch {
		case p.Phase1Quorum > n:
			c.report(c.blame(phase1, replicas), "", fmt.Sprintf("a phase-1 quorum of %d among %d nodes", p.Phase1Quorum, n), fmt.Sprintf("at most %d", n), "")
		case p.Phase2Quorum > n:
			c.report(c.blame(phase2, replicas), "", fmt.Sprintf("a phase-2 quorum of %d among %d nodes", p.Phase2Quorum, n), fmt.Sprintf("at most %d", n), "")
		case p.Phase1Quorum+p.Phase2Quorum <= n:
			c.report(c.blame(phase2, phase1, replicas), "", fmt.Sprintf("a phase-1 quorum of %d and a phase-2 quorum of %d need not meet among %d nodes, and two values could be chosen", p.Phase1Quorum, p.Phase2Quorum, n),
				fmt.Sprintf("phase1_quorum + phase2_quorum above %d", n), "")
		}
	}
	proposers, reads := c.at("paxos", "proposers"), c.at("paxos", "reads")
	if c.ok(proposers, reads) && p.Proposers == "any" && p.Reads == "lease" {
		c.report(c.blame(reads, proposers), "", "while one node holds a lease, no other can propose", `proposers = "stable" with reads = "lease"`, "")
	}
	lease, margin := c.at("paxos", "lease"), c.at("paxos", "lease_margin")
	if c.ok(lease, margin, reads) && p.Reads == "lease" && p.LeaseMargin >= p.Lease {
		c.report(c.blame(margin, lease), "", "a margin of "+writeDuration(p.LeaseMargin)+" leaves nothing of the lease", "less than the lease, "+writeDuration(p.Lease), "")
	}
}
