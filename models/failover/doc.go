// Package failover holds the managers that watch a leader–follower cluster (package
// leader) from outside and put another leader in the place of one that seems dead. A
// manager is made of parts that combine:
//
//   - observers, who hear the leader's heartbeats over the network and suspect it by a
//     detector of package detect (watch.go);
//   - who decides that the leader is down: a person (person.go), or as many observers
//     as have to agree, of whom one is elected to act (council.go);
//   - whom to promote (leader.Choice), and how the order is given (leader.Promoter);
//   - what keeps the old leader from writing. See below.
//
// # A person
//
// Observers raise an alarm, and somebody reacts to it: with a pager at night, minutes
// later. If the alarm is over by then nothing happens. Otherwise the person promotes a
// follower, and looks again until one leads.
//
// # Observers who agree
//
// As with Redis Sentinel, an observer that suspects the leader (subjectively down,
// sdown) asks the others whether they do too. When a quorum does, the leader is
// objectively down (odown), and an observer that sees this asks the others to elect it,
// in a ballot of its own number. An observer votes once in a ballot and keeps its vote
// on its disk. It takes the quorum to find the leader down, but also a majority of all
// observers to act: so observers in the minority never promote anybody, however
// small the quorum. The elected one promotes. If that has not come to pass within a time
// (Retry), it gives up; who has voted for another holds back for twice that time. A
// quorum of one with one observer is a plain monitor, as Orchestrator or MHA.
//
// # Fencing
//
// Nothing here makes a leader that is cut off stop by itself. Without fencing it goes on
// acknowledging the writes of those clients that still reach it: split brain. Fencing is
// any of these, together if so wished:
//
//   - Self-demotion (leader.Guard.Lease): a leader that was not heard by enough observers
//     within its lease stops. It protects as long as the lease, by the leader's own
//     drifting clock, ends before the observers' time-out.
//   - Epochs (leader.Guard.Epochs): before the promotion, followers are made to refuse
//     the old leader, and tell it. This protects what a commit needs followers for: if it
//     waits for k of the n−1 followers, and n−k nodes have promised to refuse, the old
//     leader cannot commit any more, and one of them has what it has committed. It does nothing to an asynchronous leader that is
//     cut off with its clients: nobody is there to refuse, and it asks nobody. Clients
//     that carry the latest epoch they have seen depose the old leader when they reach
//     it.
//   - STONITH (stonith.go): a device turns the old leader's machine off. It takes its
//     time, and may fail.
//
// # Sources
//
// Redis documentation, High availability with Redis Sentinel (sdown and odown, quorum
// and majority, down-after-milliseconds, failover-timeout, replica priority), and what
// sentinel.c does in sentinelVoteLeader, sentinelStartFailoverIfNeeded and
// sentinelSelectReplica. ClusterLabs, Pacemaker Explained, chapter Fencing (STONITH).
// M. Kleppmann, How to do distributed locking (2016), on fencing tokens.
//
// # Simplified
//
// Observers know each other and all nodes from the start, and learn of a new leader by
// its heartbeats instead of by Sentinel's hello channel. They only watch the leader;
// the state of followers is asked for when one has to be chosen, so Sentinel's ways to
// pass over stale followers come to two: one that does not answer in time (Patience),
// and one too far behind (leader.Choice.MaxLag). Sentinel breaks ties of the offset by the
// lowest run ID, here it is the order of the nodes; its replicas' priority comes before
// the offset, which is ByPriority without ties. Sentinel waits up to a fixed second
// before it asks for votes, lest all ask at once; here it is up to one period of
// heartbeats, which in Sentinel is a second too. An observer that a person looks at raises
// its alarm again and again; a quorum of them wakes the person.
//
// # Reading order
//
// failover.go, which puts it together, watch.go, person.go, council.go, stonith.go.
package failover
