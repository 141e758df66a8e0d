// Package measure turns the facts of one run into numbers. A Recorder subscribes
// to what clients (kv.Invoked, kv.Returned), databases (kv.Appended, kv.Committed,
// kv.Applied, …) and the kernel (sim.Crashed, …) report, changes nothing, and at
// the end returns a Replication: figures, curves and distributions of this one run.
// Statistics over several runs are package experiment's business.
//
// Measures use true time. They know what no node of the database knows: every
// client's answers, every replica's position, and in the end whose log counts.
//
// # Reading order
//
// recorder.go shows which fact goes to which measure, leaders.go those about leaders and
// faults. timeline.go is the model
// that most of them share: the history of the database as a tree of logs; renew.go
// fits what elected leaders do with undecided records into it. Then there is one
// definition per file:
//
//	staleness.go     stale reads, how many versions and how long behind; keyacks.go counts
//	loss.go          acknowledged writes that are gone, by cause
//	lag.go           replication lag, as time, offset and delay per write
//	visibility.go    how long after a commit a read has to come to see it
//	sight.go         what a client with a stopwatch sees of both
//	failover.go      what begins and ends a failover; rto.go: RTO, its phases, and RPO
//	elections.go     elections, and who believed to lead
//	detectors.go     suspicions of the leader, and fencing
//	beliefs.go       the same as a timeline to be drawn, with what was lost when
//	rewind.go        what replicas dropped from the ends of their logs
//	splitbrain.go    two leaders at once
//	sessions.go      the four session guarantees
//	availability.go  successful operations, windows, the longest outage
//	latency.go       latency and throughput
//	traffic.go       messages and bytes per write
//	degraded.go      time in which commits waited for less than was asked
//	invariants.go    what must never happen in a correct model
//
// # What is measured when
//
// An operation counts if it is invoked in the measured time: from Config.Warmup,
// included, to Config.End, excluded. A write at a replica counts if it commits in
// the measured time. Loss is counted over the whole run.
//
// # Memory
//
// A Recorder keeps what can still matter. A write that every replica has applied,
// and that no read on its way can miss, is forgotten but for one bit (was it
// acknowledged?), so memory hardly grows with simulated time: 0.1 MB per million
// writes. While some replica is away,
// each write costs some 65 bytes: 24 for its moments (lag), the rest for its
// acknowledgement (staleness). Pairs of session and key are kept while there are fewer than
// 131,072 (sessions.go).
package measure
