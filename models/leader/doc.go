// Package leader implements leader–follower replication: one node takes all
// writes, appends them to its log, and ships the log to followers that flush and
// apply it in the same order. Asynchronous, semi-synchronous and synchronous
// replication are one protocol here; they differ in one number, the log position
// up to which enough followers have acknowledged (rule.go).
//
// # A write, step by step
//
// The client's request waits for the leader's CPU, and becomes a record in the
// leader's log (leading.go, write). The log is flushed; all records that wait when
// a flush starts share it. Then the record is shipped (ship.go). A follower takes it
// into memory, flushes it, applies it, and sends an acknowledgement at each of
// these levels that the leader asks for (following.go, apply.go). The leader answers its
// client when its own flush has ended, if it has to wait for that, and the commit
// rule holds (commit). With an asynchronous rule only the leader's disk decides,
// and what the followers did not have when the leader died is lost, although
// its clients were told OK.
//
// # Waiting and waking
//
// Whoever waits for a disk or for others sleeps, and the CPU has to wake him
// (Config.Wake), which takes longer when it has other work. Four sleep here: the
// process that has asked for a flush (replica.go, onSynced); a session that is to
// flush for the next group (leading.go, flushNext); the session of a write, until it is
// committed (onAwake); and the applier of a follower that has nothing to apply (apply.go,
// run). A process asks for one flush at a time, and meanwhile the next group gathers: so
// the dearer it is to wake, the larger are the groups under load.
//
// # Where databases differ
//
// A leader that answers before its flush has a writer in the background, which may
// leave the last page until it is full (FlushPage; PostgreSQL). The groups of writes
// that share a flush may overlap, so that one is flushed while the former waits for
// followers, or go one by one (GroupWaits; MySQL AFTER_SYNC): then a slow link halts
// the disk too. A follower may acknowledge once, at the level that counts, or at each
// one (EveryLevel; PostgreSQL); on an ordered link a late acknowledgement of the receipt
// then holds back that of the flush. It applies what is on its disk, so that its readers
// see nothing that a crash could take from it, or all that it has (ApplyReceived; MySQL,
// Redis).
//
// # Failure
//
// A follower that missed something says Hello with its log's end and history, and
// is told from where the stream goes on; if the leader has trimmed its log beyond
// that, it gets a snapshot. A follower becomes the leader by the order of an
// operator (promote.go), in a new epoch. An old leader that comes back learns of the
// later epoch, drops what its log has beyond the point where the two agree, and
// follows. (Patroni makes it do so; a plain PostgreSQL or MySQL server would wait for
// somebody to run pg_rewind or to clone it: Config.Refuse.) Its sessions end when it is
// deposed: those that wait, and those that have committed but are not awake yet, answer
// nobody.
//
// Nobody detects failures or decides here: package failover does. This package has what
// that needs of a cluster (guard.go): heartbeats to those who watch, a lease after which a
// leader stops that is not heard, and epochs that nodes promise to obey; and the way to
// promote somebody over the network (promote.go, choice.go). Nodes may also have an agent
// beside them each that gives them their orders (managed.go).
//
// # Sources
//
// PostgreSQL 15 documentation, chapters 27.2 (log-shipping standby servers,
// synchronous_standby_names, synchronous_commit) and 30.5 (timelines), pg_rewind;
// MySQL 8.0 reference manual, 17.4.10 (semisynchronous replication,
// rpl_semi_sync_master_wait_point) and replica_preserve_commit_order; Patroni
// documentation, synchronous_mode; PostgreSQL's source, XLogBackgroundFlush (pages) and
// XLogWalRcvSendReply (acknowledgements).
//
// # Simplified
//
// One log record is one write of one key; there are no transactions of several.
// Crash recovery takes no time of its own. A connection that a cut has broken is made
// anew after three missed heartbeats. One that survives a cut gets what was sent
// meanwhile at its very end, where TCP would wait for its next repetition, and would
// give up after a quarter of an hour; no window stops a sender whose receiver is slow. A
// promoted follower's change of epoch is durable at once. A blocked synchronous leader
// goes on taking writes: there is no max_connections. A new leader has a lease from its
// start on, before anybody has renewed it. What a follower has received
// but not flushed is lost in any crash, while an operating system would keep it for a
// process that was only killed. Time-outs here run on the node's clock, so that a clock
// that jumps back delays them. A promotion is not a switchover: it does not stop the
// old leader first.
//
// The process that flushes and the session of its write are one in real servers, and
// wake once; here both are woken. But a session that is awake, or an acknowledgement,
// commits whatever it finds on the disk, before the process that has flushed it is
// awake. With GroupWaits, the flush of the next group begins when the former is
// committed, and wakes nobody first. An acknowledgement of what is applied says nothing
// about the disk if followers apply what they have received.
//
// # Reading order
//
// messages.go, replica.go, leading.go, rule.go, ship.go, following.go, apply.go,
// promote.go, choice.go, guard.go, cluster.go, which puts it together, and audit.go, which
// looks after it.
package leader
