// Package workload is the clients of a replicated database: who asks for what,
// when, of which server, and what they make of the answers. Each client is a node
// of the simulated world, with a place, a clock and faults like any other.
//
// # Reading order
//
// config.go lists what can be set. arrivals.go and profile.go say when operations
// begin, keys.go which records they touch, users.go puts a whole operation
// together. client.go is the life of an operation: begin, attempt, answer, end;
// retry.go is what happens when the answer stays away. routing.go chooses servers
// and finds the leader, lag.go asks the replicas how far behind they are.
// nameserver.go and proxy.go are the other ways to the leader, with the nodes that
// these need; redirect.go has what they share.
// window.go holds the tables behind it, and group.go builds it all into a world.
//
// # Open and closed loops
//
// With a Rate the loop is open: operations begin when the users want them, whether
// or not earlier ones have been answered. When the database stalls they pile up,
// as they do in production. Without a Rate the loop is closed: each client waits for
// an answer, thinks, and asks again. A stalled database then slows its own load
// down, which hides the stall from the latencies ("coordinated omission", Gil
// Tene; Schroeder, Wierman and Harchol-Balter, "Open Versus Closed: A Cautionary
// Tale", NSDI 2006). Use the open loop unless there really are few users.
//
// # Comparable runs
//
// The n-th operation of a client has the same OpID, kind, key and random choices in
// every run with the same seed, whatever the database does (common random
// numbers). Three rules keep it so. Each purpose has a random stream of its own.
// Each operation takes exactly one number from each stream when it begins, and
// whatever its retries need is derived from those. And the streams belong to the
// users, not to the client's machine: while the machine is down they go on, and
// what they wanted meanwhile is skipped, not postponed. Reads of one's own record
// are the exception: which record that is depends on the answers.
//
// # Outcomes
//
// An answer in time makes an operation Succeeded. It Failed if every attempt was
// refused, so that it cannot have had an effect. In all other cases its outcome is
// Unknown: a write that timed out once and was refused later may still have been
// applied, now or in the future. An operation whose client crashes never returns.
//
// A reply names its operation but not the attempt. An answer from the server that
// is being asked counts, even if it answers an earlier attempt at the same server;
// any other is late, does not change the outcome, and only helps to find the leader.
//
// # Ways to a new leader
//
// After a failover clients have to find the successor. How long that takes is a part of
// the time to recover that the database cannot shorten. There are three ways.
//
// FollowHints is what drivers do that know all servers; see below.
//
// ByName is what managed databases do: clients know a name, and the record behind it
// changes ("Failing over a Multi-AZ DB instance", Amazon RDS User Guide). A new leader
// announces itself to the name server (kv.Herald), after some time the provider's servers
// have the change, and then each client notices when the address that it has cached runs
// out. So a client waits U(0, TTL) from then on. The guide wants JVMs, which cache
// addresses themselves, to keep them for no more than 60 s; records of Amazon Aurora
// live for 5 s. Simplified: a client has no resolver between it and the name
// server, and the record never points to nobody.
//
// ByProxy is HAProxy before a Patroni cluster, by HAProxy's Configuration Manual (inter,
// fastinter, rise, fall, timeout check, on-marked-down shutdown-sessions) and src/check.c:
// the next check begins one interval after the end of the last one; one failure sets a
// server back to nothing that was not up yet. A check asks whether the server leads, as
// GET /primary does of Patroni. So a successor gets writes (rise−1)·fastinter + U(0, inter)
// after its promotion, which is the model of Pigsty's documentation. A proxy knows
// no epochs: to one that is on the deposed leader's side of a partition, all is well.
// Simplified: a client keeps one connection, which it gives up when an operation
// times out; what goes to a dead server meets silence, not a refused connection; and the proxy takes no
// time of its own.
//
// Who goes by name or proxy follows no hints and does not ask whether the server that
// answers leads. Only writes, and reads meant for the leader, go these ways; reads meant
// for followers ask the replicas as ever.
//
// # What real drivers do
//
// The leader is found as by drivers with a list of hosts (libpq's
// target_session_attrs, pgjdbc's targetServerType=primary): the servers are tried in
// turn until one accepts writes; a hint shortens the search as MOVED does in Redis
// Cluster. A follower that stays silent is avoided for ten seconds, for which pgjdbc
// remembers the state of a host (hostRecheckSeconds), or until it is heard again.
// Reads meant for followers go to the leader when there is none left
// (preferSecondary). Routing by lag is that of MaxScale's readwritesplit and of
// ProxySQL: the router polls the replicas and believes their last answer.
package workload
