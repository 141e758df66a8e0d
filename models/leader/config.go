package leader

import (
	"time"

	"replsim/sim"
	"replsim/sim/dist"
)

// Level is what a follower must have done with a record before it counts
// towards a commit.
type Level uint8

// Levels, each including the former (but see Config.ApplyReceived). PostgreSQL calls
// them remote_write, on and remote_apply.
const (
	Received     Level = iota // in the follower's memory
	Flushed                   // on the follower's disk
	AppliedLevel              // visible to reads at the follower
	levels
)

// Rule is whose acknowledgements a commit waits for.
type Rule uint8

// Rules. PostgreSQL writes them as synchronous_standby_names = ”, 'ANY k (…)',
// 'FIRST k (…)'; All is FIRST n of n that never gives up.
const (
	Async Rule = iota // nobody's
	Any               // any Acks of the standbys
	First             // the first Acks standbys, in order of priority, that keep up
	All               // all standbys
)

// SyncLost is what the leader does when acknowledgements stay away.
type SyncLost uint8

// Ways to deal with silent standbys.
const (
	Block    SyncLost = iota // wait for ever (PostgreSQL)
	Fallback                 // go on without, until they have caught up (MySQL semi-sync)
	Shrink                   // take the silent ones out of the set (Patroni synchronous_mode)
)

// Config is the setting of a leader–follower cluster. Durations and costs are
// not negative.
type Config struct {
	Rule Rule
	Acks int // k of Any and First
	// Standbys are the indices of the nodes that count, in order of priority; nil:
	// all. As in a configuration file that is the same on all nodes, a leader passes
	// over its own name.
	Standbys    []int
	Level       Level
	LocalFlush  bool          // the leader's own flush comes before the answer
	FlushEvery  time.Duration // without LocalFlush: period of the background flush …
	FlushPage   int           // … which leaves the last page of so many bytes until it is full; 0: flushes all
	VisibleSoon bool          // other sessions see a write after the local flush, before the rule holds
	SyncLost    SyncLost
	SyncTimeout time.Duration // Fallback, Shrink: how long a standby may stay silent

	// GroupWaits lets a group of writes that share a flush commit as a whole before
	// the next group is flushed (MySQL AFTER_SYNC waits in the group-commit leader).
	GroupWaits bool

	ShipEvery     time.Duration // period of shipping; 0: at once
	ShipUnflushed bool          // ship before the leader's own flush has ended
	Heartbeat     time.Duration // of an idle leader; three missed ones break a connection

	EveryLevel bool // followers acknowledge each level, whether or not the rule needs it (PostgreSQL)

	ApplyReceived bool // followers apply what they have received, before they have flushed it

	Appliers     int       // parallel appliers
	Apply        dist.Spec // time to apply one record
	LogKeep      sim.LSN   // records kept for followers that are behind
	SnapshotRate int64     // bytes per second
	RecordBytes  int
	ValueBytes   int // of a value in a reply to a read

	// Patience is how long the operator waits for answers before deciding, and for an
	// order to work before looking again.
	Patience time.Duration
	// Promotion is what a promotion takes when all that was received is applied.
	Promotion dist.Spec
	// Refuse keeps a node out whose log has diverged from that of a new leader, until
	// somebody sees to it (a plain PostgreSQL); otherwise it drops what diverged
	// (pg_rewind).
	Refuse bool

	Keys  int
	Read  dist.Spec // service times on the node's CPU
	Write dist.Spec
	Ship  dist.Spec // per batch and follower
	Recv  dist.Spec // per batch at a follower
	Wake  dist.Spec // per process that has waited for a disk or for others: see the package's documentation
}
