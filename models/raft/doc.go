// Package raft implements the consensus protocol of Ongaro and Ousterhout (2014), in
// full, and a replicated key-value database on top of it.
//
// # The problem
//
// Several nodes hold one log of commands, and apply them in its order to equal
// state machines. Nodes crash and return, messages are lost, doubled and late, links are cut; and
// yet what was once decided stays so, as long as no disk loses what it has flushed.
// A minority may be away, and the rest goes on.
//
// # Terms and elections (election.go, clock.go)
//
// Time is divided into terms, numbered in order, with at most one leader in each. A
// follower that hears nothing from a leader for its election time-out begins a new
// term, votes for itself and asks the others. Each gives one vote in a term, to
// whoever asks first, if the candidate's log is not behind its own; and it writes the vote to its disk
// before it answers. A majority makes a leader. Time-outs are random, so that mostly one
// node asks before the others do; if votes are split, the next term decides. With
// pre-vote a node first asks whether it would win. With check-quorum a voter
// that has just heard from a leader ignores candidates, and a leader that hears from no majority
// steps down.
//
// # Replication (leading.go, replication.go, persist.go)
//
// The leader appends commands to its log and sends them on. An Append names the entry
// before its own, and a follower that does not have just this one refuses. So if two logs have
// an entry of the same index and term, they are equal up to there. The
// leader goes back until it finds where a follower's log agrees with its own; what the
// follower has beyond is dropped. A leader never changes its own log.
// What has come while the disk was busy is flushed, and sent, together.
//
// # Commitment (commit.go)
//
// An entry of the leader's term that a majority has on its disks is committed, and so are all
// before it. Entries of older terms are not committed by counting: figure 8 of the paper
// (testdata/06-figure-8.txt) shows how they could still be lost. This is why a leader
// begins with a no-op: it decides what its predecessors have left.
//
// # Reads (reads.go)
//
// The leader's own state may be old news: there may be another leader. It confirms
// with a round of heartbeats that there is none (read-index), or trusts a lease that
// former rounds have given, which holds only if clocks run at nearly the same rate; or it does
// not care. Followers ask the leader for the index, or answer what they have.
//
// # Snapshots, transfer, members (snapshot.go, transfer.go, membership.go, members.go)
//
// A log that gets long is replaced by a snapshot of the state, which is also what a
// follower gets that is too far behind. Leadership can be handed over without a time-out.
// Members change one at a time, by entries of the log; who is added learns the
// log first, and votes then.
//
// # The database (server.go, store.go)
//
// A write is a command; it is answered when the node that has received it has
// applied it. Without Config.Sessions a write whose client tries again may be applied twice, as
// in the other models here; with it, the database recognises it. A follower redirects clients
// to the leader, or forwards their writes (etcd). Other services may use the core in the same
// way: see Machine, Start and Group.
//
// # What is checked (audit.go)
//
// The paper states five properties that always hold: Election Safety, Leader Append-Only, Log Matching, Leader
// Completeness and State Machine Safety. Each event that could break one is checked in
// each run. The tests drive this package and etcd's implementation with the same
// schedules, hold elections against those of the thesis, and show with
// broken twins of the protocol that the checks find what they are for.
//
// # Sources
//
// Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (USENIX ATC
// 2014; section numbers after "paper" are those of the extended version); Ongaro,
// "Consensus: Bridging Theory and Practice" (dissertation, Stanford 2014); his correction about
// membership changes on the raft-dev list (July 2015); the source of go.etcd.io/raft v3.7 and of
// etcd's server for what practice has added: ticks, probing and optimistic sending, the
// hint at whole terms, check-quorum as a vote lease, forwarding, learners.
//
// # Simplified
//
// Recovery after a crash takes no time of its own. A snapshot is taken at once and for
// nothing; only to send and to receive it costs. Its chunks are lost together: if one does
// not arrive, all are sent again. Heartbeats, votes and acknowledgements cost no CPU. A follower forwards a write once; if the leader is
// gone by then, the write is lost, and its client hears nothing. Members change only one
// server at a time; there is no joint consensus. A
// machine that lost its disk is known to be another server by a number that the
// simulator keeps, as random server IDs would do. Configuration entries
// count when they are in the log (thesis), not when they are applied (etcd).
//
// # Reading order
//
// messages.go, node.go, persist.go, clock.go, election.go, leading.go, replication.go,
// commit.go, reads.go, snapshot.go, transfer.go, members.go, membership.go; then
// server.go, store.go, operator.go, group.go, cluster.go and audit.go. The scripts in testdata
// tell the same as stories.
package raft
