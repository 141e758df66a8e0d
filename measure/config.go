package measure

import (
	"time"

	"replsim/sim"
)

// Config says what a Recorder measures, and when.
type Config struct {
	Warmup sim.Time      // start of the measured time; facts before it count for loss only
	End    sim.Time      // end of the measured time: the clients stop
	Sample time.Duration // grid of the curves over time; must be positive

	Replicas []sim.NodeID // the nodes that hold the data; figures carry their names
	Clients  []Client
	Keys     int // keys are 0 … Keys−1

	// Window and Threshold define availability.windows: the share of windows of this
	// length in which at least this share of operations succeeded. 0 counts as 1 s
	// and as 0.99.
	Window    time.Duration
	Threshold float64

	// StableFor is how long a leader has to lead for elections.time and elections.heard
	// to end with it. 0: any leader counts.
	StableFor time.Duration

	// CutsOff tells whether an injected fault (sim.FaultBegan) takes this node away
	// from its clients or its followers, so that an RTO starts with it. Crashes and
	// pauses of the node need not be told. nil: no other fault does.
	CutsOff func(fault string, leader sim.NodeID) bool

	// Transit draws how long a read request takes to a replica, for visibility: the
	// law of the clients' links. Draw from a stream of its own (sim.World.Stream).
	// nil: visibility counts from the commit to the read's arrival at the replica.
	Transit func(replica sim.NodeID) time.Duration
}

// Client is one session of the workload and where it is.
type Client struct {
	Session int32 // kv.Invoked.Session; sessions are numbered from 0
	Place   string
}

// withDefaults fills in what was left 0.
func (c Config) withDefaults() Config {
	if c.Window == 0 {
		c.Window = time.Second
	}
	if c.Threshold == 0 {
		c.Threshold = 0.99
	}
	return c
}

// measured tells whether an instant is in the measured time.
func (c *Config) measured(at sim.Time) bool { return at >= c.Warmup && at < c.End }

// clip moves an instant into the measured time.
func (c *Config) clip(at sim.Time) sim.Time { return min(max(at, c.Warmup), c.End) }

// span returns the length of the measured time in seconds.
func (c *Config) span() float64 { return c.End.Sub(c.Warmup).Seconds() }
