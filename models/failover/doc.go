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
// Agents with a lease (lease.go) are another kind, and a whole: they watch, decide,
// promote and fence.
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
// # Agents with a lease
//
// As with Patroni, an agent stands beside each replica, on the same machine, and gives
// it its orders. The agent of the leader holds a lock in a consensus store (package
// dcs), bound to a lease of TTL. Each LoopWait an agent looks at the store and at its own
// database (agent.go). The leader's renews the lease, and leaves the position of the log
// beside it. If it gets no answer within RetryTimeout its database steps down, before
// the lease is over as long as LoopWait + 2·RetryTimeout is at most TTL. An agent that
// finds no lock, woken by the store or at its next look, asks the others how far they
// are, and if none is further tries to create the lock (agent_race.go). Only one can.
// The revision of the lock in the store makes the epoch of the new leader.
//
// What fences is the lease alone: an agent that is late, because its machine stood still
// or it has died, leaves a leader behind that nobody has told. The watchdog is against
// that. With failsafe mode a leader that has lost the store asks all other agents, and
// goes on if all of them answer (agent_talk.go).
//
// In a synchronous mode the agent also names the standbys that commits wait for
// (agent_sync.go). A key in the store says who may be promoted: the last leader, and
// standbys that have all that was ever answered. So nothing answered is lost, whoever
// believes to lead. After a standby has joined, it takes a moment until it is
// written down; if the leader dies in it, nobody may follow it.
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
// Patroni documentation: Dynamic Configuration Settings (ttl, loop_wait, retry_timeout,
// maximum_lag_on_failover, synchronous_mode, failsafe_mode), Replication modes, DCS Failsafe
// Mode, Watchdog support; and patroni/ha.py of release 3 (run_cycle,
// _is_healthiest_node, process_sync_replication, enforce_primary_role).
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
// Agents ask only those others whose lease lasts; Patroni also asks those that it knew a
// moment ago, and waits for the dead among them. They compare epoch and position, as
// Patroni does with check_timeline. The watchdog stops the database where the real one
// resets the machine. A dead database is started again without limit
// (primary_start_timeout is for ever), and a lease is one for the agent's own key and the
// lock. A passage of the lock to an agent that is no longer written down as having
// everything ends with its giving it back, where Patroni 3 promotes at the second try.
// There is no switchover, no pause, no tags, and no bootstrap.
//
// # Reading order
//
// failover.go, which puts it together, watch.go, person.go, council.go, stonith.go. For agents:
// lease.go, agent.go, agent_race.go, agent_sync.go, agent_talk.go; testdata/lease shows
// them at work.
package failover
