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
