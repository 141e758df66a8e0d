package swarm

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// plan is what a seed's faults have to leave whole. What a plan promises is worked
// out from the scenario itself (see promises.go); a plan only sees to it that
// enough scenarios promise something.
type plan uint8

const (
	anything plan = iota // whatever happens happens
	calming              // the same, until all faults are over and somebody is promoted
	diskless             // no disk is lost, and all disks hold what is acknowledged
	orderly              // failovers one by one: the dead stay dead until another leads
)

// free tells whether the plan leaves the settings of replication as they come.
func (p plan) free() bool { return p == anything || p == calming }

// faultKind draws a fault of a kind.
type faultKind = func(d *drawing, name string)

// faultKinds are those of all models. Which of them a seed has is drawn first.
var faultKinds = []faultKind{
	(*drawing).crash, (*drawing).crash, (*drawing).pause, (*drawing).slow, (*drawing).partition, (*drawing).cut,
	(*drawing).degrade, (*drawing).flap, (*drawing).clockJump, (*drawing).promote, (*drawing).promote,
}

// The times of a plan that calms down.
const (
	longestFault = 1500 * time.Millisecond
	calmTime     = 100 * time.Millisecond // and then somebody is promoted
)

// faults draws up to a dozen faults that overlap as they like.
func (d *drawing) faults(all []faultKind) {
	if d.IntN(8) == 0 {
		return
	}
	kinds := some(d, all)
	for i := range d.between(1, 12) {
		kind := pick(d, kinds...)
		if d.plan == diskless && d.IntN(3) == 0 { // which is about failovers
			kind = (*drawing).promote
		}
		kind(d, "faults.f"+strconv.Itoa(i+1))
	}
	if d.plan == calming {
		d.set("faults.last", "at", span(d.stormy+longestFault))
		d.set("faults.last", "promote", quote("most-advanced"))
	}
}

// at draws when a fault happens once.
func (d *drawing) at(name string) {
	ms := d.IntN(int(d.stormy / time.Millisecond))
	d.set(name, "at", span(time.Duration(ms)*time.Millisecond))
}

// when draws when a fault happens, and for how long: once or, seldom, again and again.
func (d *drawing) when(name string) {
	if d.plan != calming && d.IntN(6) == 0 {
		d.set(name, "mttf", d.times(200*time.Millisecond, 2*time.Second))
		d.set(name, "mttr", d.times(5*time.Millisecond, 500*time.Millisecond))
		return
	}
	d.at(name)
	if d.plan == calming || d.IntN(8) > 0 {
		d.set(name, "for", d.shortly(d.longest()))
	}
}

// longest is how long a fault may last. Where all have to acknowledge any one
// that is away stops all writes, so that nothing could go wrong with them.
func (d *drawing) longest() time.Duration {
	if d.plan == diskless {
		return 300 * time.Millisecond
	}
	return longestFault
}

// target draws nodes: the leader, one or two by name, or all of a place or region.
func (d *drawing) target() string {
	switch d.IntN(6) {
	case 0, 1:
		return quote("leader")
	case 2:
		if area := d.area(); area != "" {
			return quote(area)
		}
	case 3:
		return list(some(d, d.replicas))
	}
	return quote(pick(d, d.replicas...))
}

// area draws a place or region with replicas in it, or "" if there is none for sure.
func (d *drawing) area() string {
	if d.places == nil || d.get("cluster", "places") != "" {
		return ""
	}
	first := d.places[0] // where all are that have no place of their own
	if d.get("nodes.r1", "place") != "" {
		return ""
	}
	if region := d.get("places."+first, "region"); region != "" && d.on() {
		return region[1 : len(region)-1]
	}
	return first
}

func (d *drawing) crash(name string) {
	d.when(name)
	d.set(name, "crash", d.target())
	d.maybe(name, "in_flight", func() string { return quote("lost") })
	if d.plan != diskless && d.IntN(4) == 0 {
		d.set(name, "disk", quote("lost"))
	}
}

func (d *drawing) pause(name string) {
	d.when(name)
	d.set(name, "pause", d.target())
}

func (d *drawing) slow(name string) {
	d.when(name)
	d.set(name, pick(d, "slow_cpu", "slow_disk"), d.target())
	d.set(name, "factor", pick(d, "3", "10", "50"))
}

// partition draws groups of replicas and clients that do not hear each other; some are in none.
func (d *drawing) partition(name string) {
	var sides [2][]string
	for _, who := range slices.Concat(d.replicas, d.clients) {
		if side := d.IntN(3); side < 2 {
			sides[side] = append(sides[side], who)
		}
	}
	if len(sides[0]) == 0 || len(sides[1]) == 0 {
		sides[0], sides[1] = d.replicas[:1], d.clients
	}
	d.when(name)
	d.set(name, "partition", groups(sides[:]))
	d.maybe(name, "connections", func() string { return quote("survive") })
}

// ends draws a link, in one direction or both.
func (d *drawing) ends() string {
	all := slices.Concat(d.replicas, d.places, d.regions, d.clients, []string{"leader"})
	which := d.Perm(len(all))
	return quote(fmt.Sprintf("%s %s %s", all[which[0]], pick(d, "->", "<->"), all[which[1]]))
}

func (d *drawing) cut(name string) {
	d.when(name)
	d.set(name, "cut", d.ends())
	d.maybe(name, "connections", func() string { return quote("survive") })
}

func (d *drawing) degrade(name string) {
	d.when(name)
	if d.on() {
		d.set(name, "lossy_link", d.ends())
		d.set(name, "loss", d.percent(100))
		return
	}
	d.set(name, "slow_link", d.ends())
	d.set(name, "factor", pick(d, "2", "20"))
	d.maybe(name, "add", func() string { return d.shortly(200 * time.Millisecond) })
}

func (d *drawing) flap(name string) {
	d.when(name)
	d.set(name, "flap", d.ends())
	d.set(name, "up", d.times(5*time.Millisecond, 500*time.Millisecond))
	d.set(name, "down", d.times(5*time.Millisecond, 500*time.Millisecond))
}

func (d *drawing) clockJump(name string) {
	d.at(name)
	d.set(name, "clock_jump", d.target())
	d.set(name, "by", quote(pick(d, "", "-")+plain(d.span(time.Millisecond, 2*time.Second))))
}

func (d *drawing) promote(name string) {
	d.at(name)
	d.set(name, "promote", quote(pick(d, append(d.replicas, "most-advanced", "most-advanced")...)))
}

// failovers draws the faults of an orderly plan. Every few seconds the leader's
// machine dies, with up to as many others as the commit rule can spare; the rest
// forget what they have not flushed; the most advanced of them takes over; and the
// dead come back when it has.
func (d *drawing) failovers() {
	for i := range d.duration / failoverPeriod {
		begin := failoverPeriod*i + d.span(100*time.Millisecond, 600*time.Millisecond)
		name := func(role string) string { return fmt.Sprintf("faults.%s-%d", role, i+1) }
		crash := func(role string, targets string, lasts time.Duration) string {
			d.set(name(role), "at", span(begin))
			d.set(name(role), "for", span(lasts))
			d.set(name(role), "crash", targets)
			return name(role)
		}
		leader := crash("leader", quote("leader"), promotionDelay+promotionTime)
		d.maybe(leader, "in_flight", func() string { return quote("lost") })
		d.maybe(leader, "disk", func() string { return quote("lost") })
		if spare := d.spare(); len(spare) > 0 {
			d.set(crash("others", list(spare), promotionDelay+promotionTime), "at", span(begin+time.Millisecond))
		}
		d.set(crash("rest", list(d.replicas), 10*time.Millisecond), "at", span(begin+time.Millisecond))
		d.set(name("successor"), "at", span(begin+promotionDelay))
		d.set(name("successor"), "promote", quote("most-advanced"))
	}
}

// spare draws the followers that may be away when a successor is chosen: fewer than
// the commit rule waits for.
func (d *drawing) spare() []string {
	acks, _ := strconv.Atoi(d.get("replication", "acks"))
	switch {
	case d.get("replication", "commit") == quote("all"):
		acks = len(d.replicas) - 1
	case acks == 0:
		acks = 1
	}
	n := acks - 1
	if d.IntN(4) == 0 {
		n = d.IntN(acks)
	}
	away := d.Perm(len(d.replicas))[:n]
	names := make([]string, len(away))
	for i, n := range away {
		names[i] = d.replicas[n]
	}
	return names
}
