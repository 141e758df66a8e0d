package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"replsim/sim/dist"
)

// Failover configures the manager of a leader-follower cluster: how a failure is
// detected, who decides, who is promoted, and what becomes of the old leader.
type Failover struct {
	Manager   string   `toml:"manager" default:"none" enum:"none,operator,observers,lease" doc:"who replaces a leader that seems down. none: nobody; operator: a person whom the observers alarm, after the time reaction; observers: one of them, elected by a majority, when a quorum agrees (Redis Sentinel; with one observer, a plain monitor); lease: agents beside the replicas, of which one holds a lease in a consensus store (Patroni; see [agents] and [store])"`
	Observers int      `toml:"observers" default:"3" min:"1" max:"99" doc:"observers o1, o2, … that watch the leader; \"observers\" stands for all of them"`
	Places    []string `toml:"places" doc:"places of o1, o2, … in turn (default: those of r1, r2, … in turn)"`
	Quorum    int      `toml:"quorum" min:"0" doc:"observers that must suspect the leader (default: a majority)"`

	Detector     string        `toml:"detector" default:"timeout" enum:"timeout,phi" doc:"when an observer suspects the leader: timeout: so long after its last heartbeat; phi: when the silence has become too unlikely, given the intervals so far (phi-accrual)"`
	Probe        string        `toml:"probe" default:"push" enum:"push,ping" doc:"push: the leader sends heartbeats by itself; ping: observers ask for each one"`
	Heartbeat    time.Duration `toml:"heartbeat" default:"1s" above:"0s" doc:"period of heartbeats, and of what observers tell each other"`
	Timeout      time.Duration `toml:"timeout" default:"5s" above:"0s" doc:"detector = timeout: silence after which an observer suspects the leader (Sentinel's down-after-milliseconds)"`
	PhiThreshold float64       `toml:"phi_threshold" default:"8" above:"0" max:"100" doc:"detector = phi: minus the logarithm of the chance to be wrong"`
	PhiWindow    int           `toml:"phi_window" default:"1000" min:"1" max:"100000" doc:"detector = phi: intervals remembered"`
	PhiDeviation time.Duration `toml:"phi_min_deviation" default:"100ms" above:"0s" doc:"detector = phi: smallest standard deviation of the intervals"`
	PhiPause     time.Duration `toml:"phi_pause" default:"0s" doc:"detector = phi: silence that is accepted on top of the mean interval (Akka's acceptable-heartbeat-pause)"`

	Reaction  dist.Spec     `toml:"reaction" default:"lognormal(median=5m, p99=30m)" doc:"manager = operator: time from the alarm to the order; nothing happens if the alarm is over by then"`
	Candidate string        `toml:"candidate" default:"most-advanced" enum:"most-advanced,priority,any" doc:"who is promoted: whoever has most of the log, the first of the priority list, or anybody"`
	Priority  []string      `toml:"priority" doc:"candidate = priority: the nodes that may be promoted, the first choice first"`
	MaxLag    *int64        `toml:"max_lag" unit:"size" doc:"nobody is promoted whose log is so many bytes behind the leader's last known position (Patroni's maximum_lag_on_failover; default: no limit)"`
	Patience  time.Duration `toml:"patience" default:"500ms" above:"0s" doc:"how long whoever promotes waits for answers before deciding, and for an order to work before looking again; also for the faults of kind promote"`
	Promotion dist.Spec     `toml:"promotion" default:"0s" doc:"what a promotion takes when all that was received is applied"`
	Retry     time.Duration `toml:"retry" default:"10s" above:"0s" doc:"manager = observers: after this the elected observer gives up; those who have voted for it begin no failover of their own for twice this time (Sentinel's failover-timeout)"`

	Fencing         []string      `toml:"fencing" doc:"what keeps the old leader from writing: none (the default), or any of self-demotion, epoch and stonith. self-demotion: it stops when its lease runs out; epoch: followers refuse it once they were told of a new epoch; stonith: a device turns it off before the promotion goes on"`
	Lease           time.Duration `toml:"lease" doc:"self-demotion: a leader stops when too few observers have had a heartbeat of it for so long by its own clock (default: 4/5 of timeout)"`
	ClientEpochs    bool          `toml:"client_epochs" default:"false" doc:"clients carry the latest epoch that they have seen, and so tell a deposed leader, with any kind of fencing"`
	StonithDelay    dist.Spec     `toml:"stonith_delay" default:"2s" doc:"stonith: time until the old leader's machine is off, or the failure shows"`
	StonithFailure  float64       `toml:"stonith_failure" default:"0%" unit:"ratio" min:"0%" max:"100%" doc:"stonith: chance that an attempt fails"`
	StonithReboot   *dist.Spec    `toml:"stonith_reboot" doc:"stonith: how long the machine stays off (default: until the end)"`
	StonithRequired bool          `toml:"stonith_required" default:"true" doc:"stonith: whether nobody is promoted before an attempt has succeeded"`
	Return          string        `toml:"return" default:"rewind" enum:"rewind,refuse" doc:"a node whose log has diverged from that of a new leader drops what diverged (pg_rewind), or stays out until the end (a plain PostgreSQL)"`
}

// Kinds of fencing.
const (
	NoFencing    = "none"
	SelfDemotion = "self-demotion"
	EpochFencing = "epoch"
	Stonith      = "stonith"
)

// Fences tells whether a kind of fencing is in use.
func (f *Failover) Fences(kind string) bool { return slices.Contains(f.Fencing, kind) }

// ObserverNames returns the names of the observers: o1, o2, …, or none if nobody
// needs any.
func (s *Scenario) ObserverNames() []string {
	if s.Failover.Manager == noManager || s.Failover.Manager == Lease {
		return nil
	}
	names := make([]string, s.Failover.Observers)
	for i := range names {
		names[i] = "o" + strconv.Itoa(i+1)
	}
	return names
}

// deriveFailover completes the manager's settings.
func (s *Scenario) deriveFailover() {
	f := &s.Failover
	if len(f.Fencing) == 0 {
		f.Fencing = []string{NoFencing}
	}
	if f.Quorum == 0 {
		f.Quorum = f.Observers/2 + 1
	}
	if f.Lease == 0 {
		f.Lease = f.Timeout * 4 / 5
	}
	if len(f.Places) == 0 {
		f.Places = slices.Clone(s.Cluster.Places)
	}
}

func (c *decoded) checkFailover() {
	f, names := &c.scenario.Failover, c.scenario.NodeNames()
	at := func(key string) *node { return c.at("failover", key) }
	c.known(at("places"), "place", sortedKeys(c.scenario.Places))
	if observers, quorum := at("observers"), at("quorum"); c.ok(observers, quorum) && f.Quorum > f.Observers {
		c.report(c.blame(quorum, observers), "", fmt.Sprintf("a quorum of %d of %d observers", f.Quorum, f.Observers), "at most as many as there are observers", "")
	}
	if c.ok(c.at("cluster", "replicas")) {
		c.known(at("priority"), "node", names)
	}
	c.checkFencing(at)
	c.checkLease()
	if manager, fencing := at("manager"), at("fencing"); c.ok(manager, fencing) && f.Manager == noManager && !f.Fences(NoFencing) {
		c.report(c.blame(fencing, manager), "", "there is nobody to fence the old leader: manager = \"none\"", "manager = \"operator\" or \"observers\"", "")
	}
	if priority, candidate := at("priority"), at("candidate"); c.ok(priority, candidate) && f.Candidate == "priority" && len(f.Priority) == 0 {
		c.report(c.blame(candidate), "", "candidate = \"priority\" without a list", "priority = [\"r2\", …] beside it", "")
	}
}

// checkFencing wants kinds that go together, and a lease that can be renewed.
func (c *decoded) checkFencing(at func(string) *node) {
	f := &c.scenario.Failover
	fencing := at("fencing")
	c.known(fencing, "kind of fencing", []string{NoFencing, SelfDemotion, EpochFencing, Stonith})
	if c.ok(fencing) && len(f.Fencing) > 1 && f.Fences(NoFencing) {
		c.report(fencing, "", "none beside "+strings.Join(slices.DeleteFunc(slices.Clone(f.Fencing), func(k string) bool { return k == NoFencing }), ", "), "none alone, or the others without it", "")
	}
	lease, heartbeat, probe := at("lease"), at("heartbeat"), at("probe")
	if !c.ok(fencing, lease, heartbeat, probe) || !f.Fences(SelfDemotion) {
		return
	}
	least := f.Heartbeat
	if f.Probe == "ping" { // the leader hears of a heartbeat with the next ping
		least *= 2
	}
	if f.Lease <= least {
		c.report(c.blame(lease, at("timeout"), heartbeat), "", fmt.Sprintf("a lease of %s runs out before it can be renewed", writeDuration(f.Lease)),
			"more than "+writeDuration(least)+", which is how often it is renewed with probe = "+strconv.Quote(f.Probe), "")
	}
}
