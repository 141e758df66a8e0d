package swarm

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// manager draws who watches the leader and replaces it, in some seeds. It has a generator
// of its own, so that the rest of a seed's scenario is what it is without a manager.
func (d *drawing) manager(seed uint64) {
	rest := d.Rand
	defer func() { d.Rand = rest }()
	d.Rand = rand.New(rand.NewPCG(seed, 1))
	if d.plan == orderly { // whose failovers are ordered one by one
		if d.IntN(6) == 0 {
			d.sealing()
		}
		return
	}
	chance := 3
	if !d.promotes() { // few seeds promise what holds while nobody promotes: leave them most
		chance = 10
	}
	if d.IntN(chance) > 0 {
		return
	}
	const name = "failover"
	set := func(key, value string) { d.set(name, key, value) }
	maybe := func(key string, value func() string) { d.maybe(name, key, value) }

	observers := d.between(1, 5)
	if d.on() {
		set("manager", quote("operator"))
		set("reaction", d.times(10*time.Millisecond, time.Second))
	} else {
		set("manager", quote("observers"))
		maybe("retry", func() string { return span(d.span(100*time.Millisecond, 2*time.Second)) })
	}
	set("observers", d.number(observers, observers))
	maybe("quorum", func() string { return d.number(1, observers) })
	if d.places != nil {
		maybe("places", func() string { return list(some(d, d.places)) })
	}
	heartbeat := d.span(10*time.Millisecond, 100*time.Millisecond)
	set("heartbeat", span(heartbeat))
	maybe("probe", func() string { return quote("ping") })
	d.detector(heartbeat)
	maybe("patience", func() string { return d.shortly(500 * time.Millisecond) })
	switch d.IntN(4) {
	case 0:
		set("candidate", quote("any"))
	case 1:
		set("candidate", quote("priority"))
		set("priority", list(some(d, d.replicas)))
	}
	maybe("max_lag", func() string { return d.size(100, 1e6, "") })
	maybe("return", func() string { return quote("refuse") })
	d.fencing(heartbeat)
	if d.on() {
		d.blind(observers)
	}
}

// sealing puts observers in the place of the orders of an orderly plan, who make the
// nodes promise to refuse the old leader, and lets all disks live.
func (d *drawing) sealing() {
	d.draft = slices.DeleteFunc(d.draft, func(t table) bool { return strings.HasPrefix(t.name, "faults.successor") })
	for i, t := range d.draft {
		if strings.HasPrefix(t.name, "faults.") {
			d.draft[i].keys = slices.DeleteFunc(t.keys, func(e entry) bool { return e.key == "disk" })
		}
	}
	d.set("replication", "local_flush", "true")
	d.set("replication", "ship_unflushed", "false")
	const name = "failover"
	d.set(name, "manager", quote("observers"))
	d.set(name, "fencing", quote("epoch"))
	d.set(name, "observers", d.number(1, 3))
	heartbeat := d.span(10*time.Millisecond, 50*time.Millisecond)
	d.set(name, "heartbeat", span(heartbeat))
	d.set(name, "timeout", span(d.span(2*heartbeat, 10*heartbeat)))
	d.set(name, "patience", span(d.span(20*time.Millisecond, 200*time.Millisecond)))
	d.set(name, "retry", span(d.span(200*time.Millisecond, time.Second)))
	for i := range d.between(1, 3) { // some are with the old leader, out of reach
		split := "faults.split-" + strconv.Itoa(i+1)
		with, without := d.replicas[:1], d.replicas[1:]
		if n := d.IntN(len(without)); n > 0 {
			with, without = d.replicas[:1+n], d.replicas[1+n:]
		}
		d.set(split, "at", span(time.Duration(d.IntN(int(d.duration/time.Millisecond)))*time.Millisecond))
		d.set(split, "for", span(d.span(300*time.Millisecond, longestFault)))
		d.set(split, "partition", groups([][]string{with, append(slices.Clone(without), "observers")}))
	}
}

// promotes tells whether some fault promotes somebody.
func (d *drawing) promotes() bool {
	return slices.ContainsFunc(d.draft, func(t table) bool {
		return slices.ContainsFunc(t.keys, func(e entry) bool { return e.key == "promote" })
	})
}

// blind draws a fault of the observers: they do not hear the others, or one is down.
func (d *drawing) blind(observers int) {
	const name = "faults.watchers"
	d.at(name)
	d.set(name, "for", d.shortly(longestFault))
	switch o := "o" + d.number(1, observers); d.IntN(3) {
	case 0:
		d.set(name, "crash", quote(o))
	case 1:
		d.set(name, "partition", groups([][]string{{o}, some(d, d.replicas)}))
	default:
		d.set(name, "partition", groups([][]string{some(d, d.replicas), {"observers"}}))
	}
}

// detector draws when observers suspect the leader.
func (d *drawing) detector(heartbeat time.Duration) {
	const name = "failover"
	if d.on() {
		d.set(name, "timeout", span(d.span(2*heartbeat, 20*heartbeat)))
		return
	}
	d.set(name, "detector", quote("phi"))
	d.maybe(name, "phi_threshold", func() string { return d.number(1, 12) })
	d.maybe(name, "phi_window", func() string { return d.number(1, 200) })
	d.set(name, "phi_min_deviation", span(d.span(time.Millisecond, heartbeat)))
	d.maybe(name, "phi_pause", func() string { return span(d.span(time.Millisecond, 3*heartbeat)) })
}

// fencing draws what keeps an old leader from writing.
func (d *drawing) fencing(heartbeat time.Duration) {
	const name = "failover"
	kinds := []string{"self-demotion", "epoch", "stonith"}
	d.maybe(name, "client_epochs", func() string { return "true" })
	if d.IntN(4) == 0 {
		return
	}
	kinds = some(d, kinds)
	d.set(name, "fencing", list(kinds))
	if slices.Contains(kinds, "self-demotion") {
		d.set(name, "lease", span(d.span(3*heartbeat, 20*heartbeat)))
	}
	if slices.Contains(kinds, "stonith") {
		d.set(name, "stonith_delay", d.times(10*time.Millisecond, time.Second))
		d.maybe(name, "stonith_failure", func() string { return d.percent(100) })
		d.maybe(name, "stonith_reboot", func() string { return d.times(10*time.Millisecond, time.Second) })
		d.maybe(name, "stonith_required", func() string { return "false" })
	}
}
