// Package paxos implements Multi-Paxos: nodes that crash, and a network that loses,
// delays and reorders messages, agree on a log, slot by slot. Every node plays three
// parts: proposer, acceptor and learner. All that is safe about Paxos is in two rules
// of the acceptor and one of the proposer; the rest makes it fast, or makes it end.
//
// # One slot
//
// A ballot is a number that belongs to one node. To propose in a ballot, a proposer
// needs two phases. In phase 1 it asks the acceptors to promise that they will accept
// nothing in lower ballots (Prepare), and each that does tells what it has accepted so
// far (Promise). With the promises of a phase-1 quorum the proposer begins phase 2: it
// asks the acceptors to accept a value (Accept). Which one it may not choose freely: if
// anybody in the quorum has accepted something, it must be the value with the highest
// ballot among those (proposer.go, take). Each acceptor that has not promised otherwise
// accepts (Accepted). What a phase-2 quorum has accepted in one ballot is chosen, for
// ever: any later phase-1 quorum has one of those acceptors in it, so any later proposer
// finds the value, and proposes the same. An acceptor's promises and votes are on its
// disk before it tells them (acceptor.go).
//
// # A log of slots
//
// One phase 1 serves all slots from the first undecided one on, those not yet begun
// included. So a proposer whose ballot nobody contests is a leader: it runs phase 1 once
// and then only phase 2, one round trip and a flush per slot, many slots at a time
// (leading.go), several in one message (ship.go). A new leader proposes anew what its
// quorum reports, and fills the slots between, in which nothing can have been chosen, with
// no-ops: the slots behind them could not be applied otherwise (startLeading). Learners
// are told up to where the log is decided, with the next Accept or at once (TellAtOnce),
// and apply the values in the order of the slots (learner.go).
//
// # Who proposes
//
// Paxos is safe with any number of proposers, but if two of them duel, each can keep
// raising its ballot before the other has finished phase 2, and nothing is ever chosen.
// The rule Stable avoids that: a leader sends heartbeats, and others run for its place
// only when it has been silent for a time drawn at random. With the rule Anybody,
// whoever gets a client's request proposes it, and only the random back-off after a lost
// ballot ends the duel.
//
// # Quorums
//
// The proof needs a phase-1 quorum and a phase-2 quorum to meet; that two phase-2 quorums
// meet is not needed. So of five nodes two may be enough to choose a value, if a new
// leader asks four. Commits wait for the second fastest of five disks then, and when two
// nodes are down, no other can take the lead.
//
// # Reads
//
// A read may take a slot of the log as a write does (ReadLog). Or the leader answers from
// its own state while acceptors have promised it to promise nothing to others (lease.go).
// Or any node answers from what it has applied, which may be old (ReadLocal).
//
// # Being behind
//
// A node that has missed votes or decisions asks for the decisions (catchup.go), and gets
// a snapshot if they have been trimmed. One that restarts has its promises, its votes and
// what it had applied (store.go). One that has lost its disk has lost its promises too,
// and could help to choose a second value for a slot: it learns and serves reads, but does
// not vote again.
//
// # Versions
//
// The version of a slot is the ballot in which it is known to be decided, and its number. Nodes
// may know one slot by different versions, if a new leader has had to decide it again. A
// node never goes back to a lower ballot: a slot after one that a leader has decided was
// proposed by that leader as well, if it had ever been chosen before. A new leader begins
// with a slot of its own, a no-op if no client has anything to write, and when that is
// applied, all know the whole log by one version.
//
// # Sources
//
// Leslie Lamport, "The Part-Time Parliament" (1998) and "Paxos Made Simple" (2001); van
// Renesse and Altinbuken, "Paxos Made Moderately Complex" (2015), for a slot per request
// until that is decided, and the pipeline; Chandra, Griesemer and Redstone, "Paxos Made
// Live" (2007), for leases, snapshots, and what becomes of a lost disk; Howard, Malkhi and
// Spiegelman, "Flexible Paxos: Quorum Intersection Revisited" (2016).
//
// # Simplified
//
// The members of a cluster never change, so a disk that is lost costs a vote for good.
// (Paxos Made Live lets such a node vote again after it has seen a full instance.) One
// slot is one request of one key. Crash recovery takes no time of its own, and a snapshot
// is on the disk at once. A leader repeats what no acknowledgement has come for after a
// heartbeat, from the first slot missing on. A node that was sent requests by another passes
// the answers back and does not apply first. A client that asks twice may be served twice:
// there are no client sessions. Time-outs here run on the node's clock, and so do leases,
// so that a clock that jumps breaks them.
//
// # Reading order
//
// messages.go, acceptor.go, proposer.go, leading.go, ship.go, learner.go, catchup.go,
// lease.go, store.go, replica.go, cluster.go and operator.go, and audit.go, which looks
// after it all.
package paxos
