// Package dcs is a small consensus store, as etcd: a handful of keys on a Raft group, with
// leases. It serves other models in the same run, as the store in which the nodes of a
// database keep the lock of their leader (Patroni calls it the DCS, distributed
// configuration store), and reports no facts of its own.
//
// # Keys and revisions
//
// Every change of a key goes through the log (store.go). Its index there is the key's new
// revision: revisions grow, and no two changes share one. A change may ask for a
// revision that the key has to have, or for the key to be absent; whoever loses such
// a race is told so and changes nothing. That is all it takes for a lock: the one who creates
// the key has it, and its revision is a fencing token.
//
// # Leases
//
// A key may be bound to a lease, which its holder keeps alive. The store's leader alone
// watches the leases, on its own clock (lessor.go). It looks at them in a period of its own
// (Config.Check; etcd: 500 ms); what has run out is revoked through the log, and the
// keys bound to it vanish on all members alike. Keeping alive is not logged, so a new
// leader knows nothing of it: it gives every lease its full time once more. A holder
// so may keep its lock longer than the time it asked for, but never shorter: the clock starts
// at the leader after the holder has asked.
//
// # Reads
//
// A read, and an answer to a keep-alive, waits until a majority has confirmed that the
// leader still leads (raft's read-index). Without that, a deposed leader could
// confirm a lease that its successor has revoked.
//
// # Clients
//
// A client asks one member at a time (client.go). It goes on to the next one when an
// answer stays away: Patroni parts its retry_timeout among the members so. When the
// time is over it gives up, and does not know whether what it asked for was done. A watch is
// told of changes by the member that it was set at.
//
// # Sources
//
// The etcd documentation: API guarantees, API (Lease, Watch, transactions with
// compare). The lessor is etcd's: server/lease/lessor.go (a loop of 500 ms, Promote
// extends all leases). Patroni's source, patroni/dcs/etcd.py: _calculate_timeouts.
//
// # Simplified
//
// Members that do not lead name the leader in place of passing requests on. etcd's lessor
// revokes at most 500 leases a loop, and adds an election time-out when it extends them. A
// lease lives as short as one asks for; etcd wants one and a half election time-outs. A
// watch ends with the member or when another one leads, and misses what happens until it is
// set again: who watches has to look now and then. Keys are read all at once, as Patroni
// reads the folder of its cluster.
//
// # Reading order
//
// messages.go, store.go, lessor.go, member.go, client.go, cluster.go.
package dcs
