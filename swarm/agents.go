package swarm

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"replsim/scenarios"
)

// agents draws, in some seeds without another manager, agents with a lease in a store. Faults
// that promote somebody give way to them. It has a generator of its own, as manager has.
func (d *drawing) agents(seed uint64) {
	rest := d.Rand
	defer func() { d.Rand = rest }()
	d.Rand = rand.New(rand.NewPCG(seed, 2))
	if d.plan == orderly || d.get("failover", "manager") != "" || d.IntN(8) > 0 {
		return
	}
	d.draft = d.filter(func(table, _ string) bool { return d.get(table, "promote") == "" })
	set := func(key, value string) { d.set("agents", key, value) }
	maybe := func(key string, value func() string) { d.maybe("agents", key, value) }

	d.set("failover", "manager", quote(scenarios.Lease))
	loop := d.span(30*time.Millisecond, 300*time.Millisecond)
	set("loop_wait", span(loop))
	set("ttl", span(d.span(2*loop, 10*loop)))
	set("retry_timeout", span(d.span(20*time.Millisecond, 3*loop)))
	maybe("watch", func() string { return "false" })
	maybe("failsafe_mode", func() string { return "true" })
	maybe("watchdog", func() string { return "true" })
	set("restart", d.times(10*time.Millisecond, 500*time.Millisecond))
	d.maybe("failover", "patience", func() string { return d.shortly(500 * time.Millisecond) })
	d.maybe("failover", "promotion", func() string { return d.times(10*time.Millisecond, 200*time.Millisecond) })
	if d.IntN(4) == 0 {
		d.set("failover", "max_lag", d.size(100, 1e6, ""))
	}
	if d.IntN(3) > 0 {
		d.synchronous()
	}
	d.store()
	d.processes()
}

// synchronous draws a mode in which the agents say whom commits wait for.
func (d *drawing) synchronous() {
	d.draft = d.filter(func(table, key string) bool {
		return table != "replication" || !slices.Contains([]string{"commit", "acks", "standbys"}, key)
	})
	d.set("agents", "synchronous_mode", quote(pick(d, "on", "on", "strict")))
	d.set("agents", "synchronous_pause", d.shortly(300*time.Millisecond))
	d.maybe("agents", "synchronous_nodes", func() string { return d.number(1, 3) })
}

// store draws the store that holds the lease, and in some seeds what goes wrong with it.
func (d *drawing) store() {
	set := func(key, value string) { d.set("store", key, value) }
	members := d.between(1, 5)
	set("members", d.number(members, members))
	if d.places != nil {
		d.maybe("store", "places", func() string { return list(some(d, d.places)) })
	}
	set("flush", d.times(200*time.Microsecond, 5*time.Millisecond))
	set("lease_check", pick(d, quote("0s"), d.shortly(200*time.Millisecond)))
	heartbeat := d.span(10*time.Millisecond, 50*time.Millisecond)
	set("heartbeat", span(heartbeat))
	set("election_timeout", span(d.span(5*heartbeat, 20*heartbeat)))
	if d.on() {
		return
	}
	const name = "faults.lost-store"
	d.at(name)
	d.set(name, "for", d.shortly(longestFault))
	switch one := "e" + d.number(1, members); d.IntN(4) {
	case 0:
		d.set(name, "crash", quote(pick(d, one, "store")))
	case 1:
		d.set(name, "pause", quote(pick(d, one, "store")))
	case 2:
		d.set(name, "partition", groups([][]string{some(d, d.replicas), {"store"}}))
	default:
		d.set(name, "partition", groups([][]string{{one}, some(d, d.replicas)}))
	}
}

// processes lets some of the crashes take one process alone.
func (d *drawing) processes() {
	for _, t := range slices.Clone(d.draft) {
		if strings.HasPrefix(t.name, "faults.") && d.get(t.name, "crash") != "" && d.get(t.name, "disk") == "" &&
			d.get(t.name, "in_flight") == "" && d.IntN(3) > 0 {
			d.set(t.name, "process", quote(pick(d, scenarios.Database, scenarios.Agent)))
		}
	}
}

// synchronousKeeps: in a synchronous mode the sync key names those who have on their disks all
// that was ever answered, and nobody else is promoted.
func synchronousKeeps(s *scenarios.Scenario) bool {
	r := &s.Replication
	onDisk := r.Level == "flushed" || r.Level == "applied" && r.ApplyWhen == "flushed"
	return s.Failover.Manager == scenarios.Lease && s.Agents.Synchronous != "off" && onDisk && r.LocalFlush && noDiskLost(s)
}

// agentsLead: somebody gets the lock in the end, and keeps it. Nobody may, if all are too far
// behind; or if the store seems lost because it answers late.
func agentsLead(s *scenarios.Scenario) bool {
	return s.Failover.Manager == scenarios.Lease && s.Failover.MaxLag == nil && noDiskLost(s) &&
		calm(&s.Network) && s.Agents.RetryTimeout >= storeAnswers
}

// storeAnswers is how long a store at peace may take to answer.
const storeAnswers = 200 * time.Millisecond
