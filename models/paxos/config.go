package paxos

import (
	"fmt"
	"time"

	"replsim/sim"
	"replsim/sim/dist"
)

// Rule is who proposes.
type Rule uint8

// Rules.
const (
	// Stable: one node leads until it is silent for too long; the others send clients
	// on to it.
	Stable Rule = iota
	// Anybody: whoever gets a client's request proposes it, and takes the lead from
	// whoever has it. Two that do so at once are duelling proposers.
	Anybody
)

// ReadRule is how a client's read is served.
type ReadRule uint8

// Ways to read.
const (
	ReadLog ReadRule = iota // as a slot of the log: linearizable, at the price of a write
	// ReadLease: by a leader that holds a lease, from its own state; through the log
	// without one. It needs the rule Stable: while one node holds a lease, no other can
	// propose.
	ReadLease
	ReadLocal // by any node from its own state: maybe stale
)

// Config is the setting of a Multi-Paxos cluster. Durations and costs are not
// negative.
type Config struct {
	// Phase1Quorum is how many nodes must promise before a node proposes, and
	// Phase2Quorum how many must accept before a value is chosen. Any two such sets
	// have a node in common if their sum is above the number of nodes; see CheckQuorums.
	Phase1Quorum, Phase2Quorum int

	Rule      Rule
	Forward   bool          // Stable: others pass requests on to the leader, instead of naming it to the client
	Heartbeat time.Duration // of a leader, above 0; also how long one waits before repeating what seems lost
	// Silence is how long a node hears of no leader before it runs for it, drawn anew
	// each time.
	Silence dist.Spec
	// PromiseTimeout is how long a node waits for promises before it begins again with
	// a higher ballot.
	PromiseTimeout dist.Spec
	// Backoff is how long a node waits, after it has lost its ballot to a higher one,
	// before it begins again.
	Backoff dist.Spec

	TellAtOnce bool // decisions are told at once, and not only with the next message
	Batch      int  // most slots in one message, at least 1
	Pipeline   int  // most slots proposed and not yet decided; 0: no bound

	Reads ReadRule
	// Lease is how long an acceptor that has heard from its leader promises nothing to
	// others, by its own clock. The leader takes it to last LeaseMargin less.
	Lease, LeaseMargin time.Duration

	Apply        dist.Spec // time to apply one value
	LogKeep      sim.LSN   // decided slots kept for nodes that are behind, at least 1
	SnapshotRate int64     // bytes per second, at least 1
	RecordBytes  int       // of a value in a message and on the disk
	ValueBytes   int       // of a value in a reply to a read

	Keys  int
	Read  dist.Spec // service times on the node's CPU
	Write dist.Spec
	Ship  dist.Spec // per message with values, and node that gets it
	Recv  dist.Spec // per message with values, at its receiver
	Wake  dist.Spec // per process that has waited for a disk or for others
}

// CheckQuorums tells whether every phase-1 quorum of nodes meets every phase-2
// quorum. Howard, Malkhi and Spiegelman (2016) showed that this is all that Paxos
// needs: two phase-2 quorums may be strangers.
func CheckQuorums(nodes, phase1, phase2 int) error {
	switch {
	case phase1 < 1 || phase1 > nodes || phase2 < 1 || phase2 > nodes:
		return fmt.Errorf("quorums of %d and %d among %d nodes", phase1, phase2, nodes)
	case phase1+phase2 <= nodes:
		return fmt.Errorf("a phase-1 quorum of %d and a phase-2 quorum of %d need not meet among %d nodes", phase1, phase2, nodes)
	}
	return nil
}

// Majority is the least number of nodes of which any two sets meet.
func Majority(nodes int) int { return nodes/2 + 1 }
