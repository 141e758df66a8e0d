package raft

import (
	"time"

	"replsim/sim"
	"replsim/sim/dist"
)

// ReadMode is how the leader answers reads.
type ReadMode uint8

// Ways to read at the leader.
const (
	// ReadIndex: a round of heartbeats confirms that the node still leads (thesis 6.4).
	ReadIndex ReadMode = iota
	// LeaseRead: no round is needed while a lease lasts, which former rounds gave
	// (thesis 6.4.1). It trusts clocks.
	LeaseRead
	// LocalRead: whoever believes to lead answers at once. A deposed leader that has
	// not heard of it yet returns stale values.
	LocalRead
)

// FollowerReads is what a follower does with a read.
type FollowerReads uint8

// Ways to read at a follower.
const (
	// RedirectReads: it names the leader.
	RedirectReads FollowerReads = iota
	// IndexReads: it asks the leader how far the log is committed, and answers when it
	// has applied that much.
	IndexReads
	// StaleReads: it answers at once from what it has applied.
	StaleReads
)

// Persist is what it costs to make a term and a vote durable.
type Persist uint8

// Costs of persistence.
const (
	PersistFlush Persist = iota // a flush of the disk, before anybody is told
	PersistFree                 // nothing: a simplification of studies of elections
)

// InitialLogs is what the logs hold at the start of a run.
type InitialLogs uint8

// Contents of logs at the start.
const (
	EmptyLogs InitialLogs = iota
	// DistinctLogs: a permutation, drawn from the seed, of logs of lengths 1, 2, 3, …
	// which a leader of term 1 left behind uncommitted. So some nodes cannot win an
	// election while others are up (thesis 9.3).
	DistinctLogs
)

// Config is the setting of a Raft group and of the database that stands on it.
// Durations and costs are not negative.
type Config struct {
	// ElectionTimeout is drawn anew whenever the timer is reset. What it is at least
	// (its quantile 10⁻⁹) is the time for which CheckQuorum trusts a leader.
	ElectionTimeout dist.Spec
	Heartbeat       time.Duration // of a leader
	// Tick > 0: time passes in ticks, as in etcd, of which each node has its own
	// phase. The two settings above are replaced by numbers of ticks; a time-out is
	// drawn uniformly from [ElectionTicks, 2·ElectionTicks), anew for each term, and
	// a new term restarts it.
	Tick           time.Duration
	ElectionTicks  int // at least 1
	HeartbeatTicks int // at least 1

	// PreVote: a node asks whether it could win an election before it begins one. A node
	// that has heard from a leader within the shortest election time-out says no (thesis
	// 9.6; in etcd only with CheckQuorum, too).
	PreVote bool
	// CheckQuorum: a leader that has not heard from a majority for the shortest election
	// time-out steps down, and a node that has heard from a leader within it ignores
	// requests for votes (thesis 4.2.3, 6.2).
	CheckQuorum  bool
	PersistVotes Persist

	// NoLeaderAtStart: all nodes begin as followers whose timers start at 0. Otherwise
	// the first node leads term 1 at the start.
	NoLeaderAtStart bool
	InitialLogs     InitialLogs

	// Voters is how many of the nodes vote at the start: the first ones; 0: all but
	// the learners. The next ones, so many as Learners says, receive the log but have no
	// vote. Further ones are spares, which an operator may add.
	Voters   int
	Learners int

	ShipUnflushed bool // send entries in parallel with the leader's own flush (thesis 10.2.1)
	MaxBatch      int  // bytes of entries in one message; 0: 1 MB (etcd)
	MaxInflight   int  // messages with entries that a follower has not answered; 0: 512 (etcd)
	// CommitAtOnce: followers are told of each commit (etcd). Otherwise they hear of it
	// with the next entries or heartbeat.
	CommitAtOnce bool
	LogKeep      sim.LSN // entries kept behind a snapshot for followers that are behind
	SnapshotRate int64   // bytes per second at which a leader reads a snapshot to send
	RecordBytes  int     // of an entry

	ReadMode      ReadMode
	FollowerReads FollowerReads
	// LeaseDuration is how long a leader trusts a round of heartbeats, on its own clock,
	// which may run slow by DriftBound (a share, such as 0.001): so it
	// trusts it for LeaseDuration·(1 − DriftBound). 0: the shortest election time-out,
	// less one tick if there are ticks, as the first one may come at once.
	// A bound below the true drift lets two leaders answer reads.
	LeaseDuration time.Duration
	DriftBound    float64

	Forward bool // followers pass writes on to the leader, and answer when they have applied them (etcd)
	// Sessions: a write that arrives again, because its client has tried again, is not
	// applied again (thesis 6.3).
	Sessions bool

	Keys       int
	ValueBytes int       // of a value in a reply to a read
	Read       dist.Spec // service times on the node's CPU
	Write      dist.Spec
	Ship       dist.Spec // per batch and follower
	Recv       dist.Spec // per batch or heartbeat at a follower, and at the leader per request passed on
	Apply      dist.Spec // per entry, by one applier beside the CPU
	Wake       dist.Spec // of a process that has waited for the disk

	// Quiet: the group reports no facts, because it is not the database that is
	// studied, but serves another one in the same run.
	Quiet bool
}

// minTimeout returns the shortest election time-out.
func (c *Config) minTimeout() time.Duration {
	if c.Tick > 0 {
		return time.Duration(c.ElectionTicks) * c.Tick
	}
	d, err := c.ElectionTimeout.Quantile(1e-9)
	if err != nil {
		panic("raft: " + err.Error())
	}
	return d
}

// answersLate tells whether clients are answered for entries that a later leader has
// committed: because they wait at other nodes, or writes that come again are recognised.
func (c *Config) answersLate() bool { return c.Forward || c.Sessions }

// maxBatch returns how many entries go into one message.
func (c *Config) maxBatch() sim.LSN {
	bytes := c.MaxBatch
	if bytes == 0 {
		bytes = 1 << 20
	}
	return sim.LSN(max(1, bytes/max(1, c.RecordBytes)))
}

// maxInflight returns how many messages with entries a follower may have to answer.
func (c *Config) maxInflight() int {
	if c.MaxInflight == 0 {
		return 512
	}
	return c.MaxInflight
}

// lease returns how long a leader trusts a round of heartbeats by its own clock.
func (c *Config) lease() time.Duration {
	d := c.LeaseDuration
	if d == 0 {
		d = c.minTimeout() - c.Tick
	}
	return time.Duration(float64(d) * (1 - c.DriftBound))
}
