package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"replsim/sim/dist"
)

// Agents configures manager = "lease": an agent beside each replica, as Patroni, of which one
// holds the leader's lease in a store.
type Agents struct {
	TTL          time.Duration `toml:"ttl" default:"30s" above:"0s" doc:"how long the leader's lease lasts once it is renewed (Patroni: ttl)"`
	LoopWait     time.Duration `toml:"loop_wait" default:"10s" above:"0s" doc:"how often an agent looks around: the leader's renews its lease, the others look whether there is one (Patroni: loop_wait)"`
	RetryTimeout time.Duration `toml:"retry_timeout" default:"10s" above:"0s" doc:"a leader whose agent gets no answer from the store for so long steps down. Patroni wants loop_wait + 2 · retry_timeout ≤ ttl, so that it does before the lease is over"`
	Watch        bool          `toml:"watch" default:"true" doc:"the store wakes the agents when the lease has run out; otherwise each notices at its next look"`
	Synchronous  string        `toml:"synchronous_mode" default:"off" enum:"off,on,strict" doc:"on: commits wait for standbys of the agent's choice, and only they may be promoted; without any, commits wait for nobody. strict: then they wait until there is one. (Patroni: synchronous_mode, synchronous_mode_strict.) Replaces commit and sync_lost in [replication]"`
	Standbys     int           `toml:"synchronous_nodes" default:"1" min:"1" doc:"how many standbys the agent chooses (Patroni: synchronous_node_count)"`
	Pause        time.Duration `toml:"synchronous_pause" default:"2s" doc:"from choosing a standby to looking whether it keeps up; before, nobody but the leader may be promoted (Patroni: 2 s)"`
	Failsafe     bool          `toml:"failsafe_mode" default:"false" doc:"a leader without a store goes on as long as the agents of all other replicas answer (Patroni: failsafe_mode)"`
	Watchdog     bool          `toml:"watchdog" default:"false" doc:"a leader stops, even if its agent does not tell it to, when half of the ttl has gone by since its lease was renewed (Patroni: watchdog with safety_margin = -1, which resets the machine)"`
	Restart      dist.Spec     `toml:"restart" default:"1s" doc:"from an agent's finding that its database process is dead until it runs again"`
}

// Store configures the consensus store that holds the lease: a Raft group of nodes of
// its own, e1, e2, …
type Store struct {
	Members   int           `toml:"members" default:"3" min:"1" max:"99" doc:"nodes e1, e2, …; \"store\" stands for all of them"`
	Places    []string      `toml:"places" doc:"places of e1, e2, … in turn (default: those of r1, r2, … in turn)"`
	Flush     dist.Spec     `toml:"flush" default:"lognormal(median=1ms, p99=4ms)" doc:"time of one flush of their disks"`
	Check     time.Duration `toml:"lease_check" default:"500ms" doc:"how often the store's leader looks for leases that have run out (etcd: 500ms); 0s: it notices at once"`
	Heartbeat time.Duration `toml:"heartbeat" default:"100ms" above:"0s" doc:"of the store's leader (etcd: heartbeat-interval)"`
	Election  time.Duration `toml:"election_timeout" default:"1s" above:"0s" doc:"shortest time after which a member wants to lead the store; the longest is twice that (etcd: election-timeout)"`
}

// Words of failover.manager and of targets.
const (
	Lease        = "lease"
	noManager    = "none"
	allOfStore   = "store"
	allObservers = "observers" // every observer
)

// What a crash takes (Fault.Process).
const (
	Machine  = "machine"
	Database = "database"
	Agent    = "agent"
)

// StoreNames returns the names of the store's members: e1, e2, …, or none without agents.
func (s *Scenario) StoreNames() []string {
	if s.Failover.Manager != Lease {
		return nil
	}
	names := make([]string, s.Store.Members)
	for i := range names {
		names[i] = "e" + strconv.Itoa(i+1)
	}
	return names
}

// watchers returns the names that stand for the nodes of the failover manager: each one, and
// all of them.
func (s *Scenario) watchers() []string {
	switch s.Failover.Manager {
	case noManager:
		return nil
	case Lease:
		return append(s.StoreNames(), allOfStore)
	}
	return append(s.ObserverNames(), allObservers)
}

func (s *Scenario) deriveStore() {
	if len(s.Store.Places) == 0 {
		s.Store.Places = slices.Clone(s.Cluster.Places)
	}
}

// checkLease wants a lease that can be renewed, and nothing beside it that also makes or
// breaks leaders.
func (c *decoded) checkLease() {
	s := &c.scenario
	c.known(c.at("store", "places"), "place", sortedKeys(s.Places))
	agents := func(key string) *node { return c.at("agents", key) }
	if ttl, loop := agents("ttl"), agents("loop_wait"); c.ok(ttl, loop) && s.Agents.TTL <= s.Agents.LoopWait {
		c.report(c.blame(ttl, loop), "", fmt.Sprintf("a lease of %s runs out before it is renewed", writeDuration(s.Agents.TTL)),
			"more than loop_wait, "+writeDuration(s.Agents.LoopWait), "")
	}
	heartbeat, election := c.at("store", "heartbeat"), c.at("store", "election_timeout")
	if c.ok(heartbeat, election) && s.Store.Election < 2*s.Store.Heartbeat {
		c.report(c.blame(election, heartbeat), "", "members want to lead before they can have heard the leader", "at least two heartbeats", "")
	}
	manager, fencing := c.at("failover", "manager"), c.at("failover", "fencing")
	if c.ok(manager, fencing) && s.Failover.Manager == Lease && !s.Failover.Fences(NoFencing) {
		c.report(c.blame(fencing, manager), "", "agents fence by their lease alone", "no fencing, or watchdog = true in [agents]", "")
	}
	mode, commit := agents("synchronous_mode"), c.at("replication", "commit")
	if c.ok(mode, commit, manager) && s.Agents.Synchronous != "off" {
		switch {
		case s.Failover.Manager != Lease:
			c.report(c.blame(mode, manager), "", "there are no agents", "manager = \"lease\" in [failover]", "")
		case s.Replication.Commit != "async":
			c.report(c.blame(commit, mode), "", "the agents say whom commits wait for", "commit = \"async\" beside a synchronous_mode", "")
		}
	}
}

// checkProcess wants a crash of one process to be one that there is.
func (c *decoded) checkProcess(n *node, f *Fault) {
	process, manager := n.find("process"), c.at("failover", "manager")
	if !c.ok(process, manager, n.find("disk"), n.find("in_flight")) || f.Process == Machine {
		return
	}
	switch {
	case c.scenario.Failover.Manager != Lease:
		c.report(process, "", "there are no agents that a process has to be told from", "manager = \"lease\" in [failover]", "")
	case f.Disk == "lost":
		c.report(c.blame(n.find("disk"), process), "", "a process does not take the disk with it", "process = \"machine\"", "")
	case f.InFlight == "lost":
		c.report(c.blame(n.find("in_flight"), process), "", "what a process has sent still arrives", "process = \"machine\"", "")
	}
}
