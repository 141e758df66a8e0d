package failover

import (
	"strconv"
	"time"

	"replsim/models/dcs"
	"replsim/models/leader"
	"replsim/sim"
	"replsim/sim/dist"
)

// SyncMode is Patroni's synchronous_mode.
type SyncMode uint8

// Modes.
const (
	SyncOff    SyncMode = iota // commits wait for nobody
	SyncOn                     // for the standbys that the leader's agent has chosen; for nobody if there are none
	SyncStrict                 // likewise; if there are none, commits wait until there is one
)

// LeaseConfig is the setting of agents with a lease in a store. Durations are positive
// unless said otherwise.
type LeaseConfig struct {
	TTL          time.Duration // of the lease
	LoopWait     time.Duration // an agent looks around so often
	RetryTimeout time.Duration // after which it takes the store for lost
	Watch        bool          // the store wakes the agents when the lock vanishes
	// MaxLag is the most records by which a candidate may be behind the last position that
	// the leader has left in the store; negative: no limit.
	MaxLag    sim.LSN
	Patience  time.Duration // for the answers of other agents
	Sync      SyncMode
	SyncNodes int           // standbys that commits wait for, at most
	SyncPause time.Duration // from naming a standby to looking whether it keeps up; may be 0
	Failsafe  bool          // a leader without a store goes on while all other agents answer
	Watchdog  bool          // the machine itself ends a leader whose agent is late: see Guard.Lease
	Restart   dist.Spec     // of a database process that has died
	Store     dcs.Config    // its Initial is made by BuildAgents
}

// LeasePlaces is where the parts are.
type LeasePlaces struct {
	Store  []sim.NodeConfig
	Agents []sim.NodeConfig // one beside each replica: the same machine and clock
}

// Agents are the agents of a cluster, and their store.
type Agents struct {
	cfg     LeaseConfig
	world   *sim.World
	cluster *leader.Cluster
	store   *dcs.Cluster
	agents  []sim.NodeID // by replica
	step    steps
}

// BuildAgents adds a store and the agents of a cluster to the world. The cluster was set up
// before the run: the first node's agent has the lock.
func BuildAgents(w *sim.World, cfg LeaseConfig, c *leader.Cluster, at LeasePlaces) *Agents {
	return buildAgents(w, cfg, c, at, soundSteps())
}

func buildAgents(w *sim.World, cfg LeaseConfig, c *leader.Cluster, at LeasePlaces, step steps) *Agents {
	t := &Agents{cfg: cfg, world: w, cluster: c, step: step}
	t.cfg.Store.Initial = t.begun()
	t.store = dcs.Build(w, t.cfg.Store, at.Store)
	for i, n := range at.Agents {
		n.Boot = func(e *sim.Env) { t.boot(e, i) }
		t.agents = append(t.agents, w.AddNode(n))
	}
	g := leader.Guard{Watchers: t.agents, Renewals: 1, Managed: true}
	switch cfg.Sync {
	case SyncOn:
		g.Standbys = leader.ByAgent
	case SyncStrict:
		g.Standbys = leader.ByAgentStrict
	}
	if cfg.Watchdog {
		g.Lease = cfg.TTL / 2
	}
	c.SetGuard(g)
	return t
}

// Nodes returns the agents' IDs, by replica.
func (t *Agents) Nodes() []sim.NodeID { return t.agents }

// Store returns the IDs of the store's members.
func (t *Agents) Store() []sim.NodeID { return t.store.Nodes() }

// Audit returns what the store did wrong, in words.
func (t *Agents) Audit() []string { return t.store.Audit() }

// The keys of the store, and what is in them.
const (
	lockKey   = "leader" // a holder, under the holder's lease
	statusKey = "status" // a status
	syncKey   = "sync"   // a syncState
	memberKey = "member" // a holder, under its lease: the agent is alive
)

// holder names an agent, and so its replica, by its place in the list.
type holder int

// status is what the leader's agent last told of it.
type status struct {
	epoch uint32
	end   sim.LSN
}

// syncState says who has all that was ever answered: the leader, and the standbys that
// its commits wait for.
type syncState struct {
	leader   int
	standbys []int
}

// begun is what is in the store at the start.
func (t *Agents) begun() []dcs.Request {
	var out []dcs.Request
	for i := range t.cluster.Nodes() {
		out = append(out,
			dcs.Request{Op: dcs.Grant, Lease: firstLease(i), TTL: t.cfg.TTL},
			dcs.Request{Op: dcs.Put, Key: memberKey + strconv.Itoa(i), Value: holder(i), Lease: firstLease(i)})
	}
	return append(out,
		dcs.Request{Op: dcs.Put, Key: lockKey, Value: holder(0), Lease: firstLease(0)},
		dcs.Request{Op: dcs.Put, Key: statusKey, Value: status{epoch: uint32(dcs.InitialRevision)}},
		dcs.Request{Op: dcs.Put, Key: syncKey, Value: syncState{}})
}

// firstLease is the lease that an agent has at the start of the run.
func firstLease(agent int) dcs.LeaseID { return dcs.LeaseID(agent + 1) }

// view is what an agent has read in the store, all at one instant.
type view struct {
	locked  bool
	lock    dcs.Item
	holder  int // if locked
	status  status
	sync    syncState
	syncAt  dcs.Revision
	members []int // whose leases last
	mine    bool  // this agent's own key is there, under its present lease
}

// read sorts the keys of the store.
func read(items []dcs.Item, me int, lease dcs.LeaseID) view {
	v := view{}
	for _, it := range items {
		switch value := it.Value.(type) {
		case holder:
			if it.Key == lockKey {
				v.locked, v.lock, v.holder = true, it, int(value)
				continue
			}
			v.members = append(v.members, int(value))
			v.mine = v.mine || int(value) == me && it.Lease == lease
		case status:
			v.status = value
		case syncState:
			v.sync, v.syncAt = value, it.Revision
		}
	}
	return v
}
