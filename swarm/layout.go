package swarm

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// cluster draws places and who is where.
func (d *drawing) cluster(model string) {
	n := pick(d, 2, 3, 3, 4, 5)
	switch {
	case d.plan == orderly:
		n = d.between(3, 5)
	case d.IntN(20) == 0:
		n = 1
	}
	for i := range n {
		d.replicas = append(d.replicas, "r"+strconv.Itoa(i+1))
	}
	if d.on() {
		d.placing()
	}
	d.set("cluster", "model", quote(model))
	d.set("cluster", "replicas", strconv.Itoa(n))
	if d.places != nil {
		d.maybe("cluster", "places", func() string { return list(some(d, d.places)) })
	}
	slow := d.on()
	for _, r := range d.replicas {
		if d.places != nil && d.IntN(6) == 0 {
			d.set("nodes."+r, "place", quote(pick(d, d.places...)))
		}
		if slow && d.IntN(3) == 0 {
			d.set("nodes."+r, "disk_factor", pick(d, "0.5", "2", "5"))
		}
		if slow && d.IntN(3) == 0 {
			d.set("nodes."+r, "cpu_factor", pick(d, "0.5", "2"))
		}
	}
}

func (d *drawing) placing() {
	regional, zonal := d.on(), d.on()
	for _, place := range []string{"a", "b", "c"}[:d.between(1, 3)] {
		d.places = append(d.places, place)
		d.draft = append(d.draft, table{name: "places." + place})
		if !regional {
			continue
		}
		region := pick(d, "east", "west")
		d.set("places."+place, "region", quote(region))
		if !slices.Contains(d.regions, region) {
			d.regions = append(d.regions, region)
		}
		if zonal {
			d.set("places."+place, "zone", quote(region+"-1"))
		}
	}
}

// hardware draws processors, disks and clocks.
func (d *drawing) hardware() {
	if d.plan == orderly { // the difference between received and flushed has to matter
		d.set("disk", "flush", d.times(3*time.Millisecond, 15*time.Millisecond))
	} else {
		d.maybe("disk", "flush", func() string { return d.times(200*time.Microsecond, 15*time.Millisecond) })
	}
	d.maybe("disk", "bandwidth", func() string { return d.size(1e7, 1e9, "/s") })
	d.maybe("cpu", "cores", func() string { return d.number(1, 4) })
	most := time.Millisecond
	if d.plan == orderly { // nobody may fall behind
		most /= 5
	}
	for _, work := range []string{"read", "write", "ship", "append", "wake"} {
		if d.IntN(4) == 0 { // rather few: a queue at one hides what queues at others do
			d.set("cpu", work, d.times(10*time.Microsecond, most))
		}
	}
	for _, device := range []string{"cpu", "disk"} {
		if d.IntN(4) == 0 {
			d.set(device, "cold", d.times(10*time.Microsecond, most))
			d.maybe(device, "cold_after", func() string { return d.shortly(20 * time.Millisecond) })
		}
	}
	d.maybe("clock", "offset", func() string { return d.times(time.Millisecond, time.Second) })
	d.maybe("clock", "drift", func() string { return d.number(1, 500) })
	if d.on() {
		r := pick(d, d.replicas...)
		sign := pick(d, "", "-")
		d.set("nodes."+r, "clock_offset", quote(sign+plain(d.span(time.Millisecond, 2*time.Second))))
		d.set("nodes."+r, "clock_drift", sign+d.number(1, 1000))
	}
}

// network draws delays and losses, and exceptions for some links. Where failovers
// have to be orderly nothing is lost, and nothing comes very late.
func (d *drawing) network() {
	delay := func() string { return d.times(100*time.Microsecond, 8*time.Millisecond) }
	d.maybe("network", "delay", delay)
	d.maybe("network", "local_delay", delay)
	unordered := d.on()
	if unordered {
		d.set("network", "order", quote("unordered"))
		d.maybe("network", "duplication", func() string { return d.percent(20) })
	}
	d.maybe("network", "jitter_hold", func() string { return d.shortly(time.Second) })
	if d.plan != orderly {
		if d.on() {
			d.set("network", "loss", d.percent(15))
			d.maybe("network", "retransmit", func() string { return d.shortly(500 * time.Millisecond) })
		}
		d.maybe("network", "bandwidth", func() string { return d.size(5e5, 1e8, "/s") })
	}
	if d.on() {
		d.links(unordered)
	}
}

// links draws exceptions for some links: one in both directions, or some in one
// direction. Each begins at another end, so that no two are about the same.
func (d *drawing) links(unordered bool) {
	ends := slices.Concat(d.replicas, d.places, d.clients)
	which := d.Perm(len(ends))
	if d.on() {
		d.set("network.links.both", "between", list([]string{ends[which[0]], ends[which[1]]}))
		d.link("network.links.both", unordered)
		return
	}
	for i := range d.between(1, min(3, len(ends))) {
		name := "network.links.l" + strconv.Itoa(i+1)
		d.set(name, "from", quote(ends[which[i]]))
		d.set(name, "to", quote(ends[which[(i+1)%len(ends)]]))
		d.link(name, unordered)
	}
}

func (d *drawing) link(name string, unordered bool) {
	d.set(name, "delay", d.times(100*time.Microsecond, 20*time.Millisecond))
	if d.on() {
		order := pick(d, "in-order", "unordered")
		d.set(name, "order", quote(order))
		unordered = order == "unordered"
	}
	if unordered {
		d.maybe(name, "duplication", func() string { return d.percent(20) })
	}
	d.maybe(name, "jitter_hold", func() string { return d.shortly(time.Second) })
	if d.plan != orderly {
		d.maybe(name, "loss", func() string { return d.percent(20) })
		d.maybe(name, "bandwidth", func() string { return d.size(5e5, 1e8, "/s") })
	}
}

// workload draws clients that keep the cluster busy, and themselves apart by few keys.
func (d *drawing) workload() {
	d.load("workload", true)
	if d.on() {
		for i := range d.between(1, 2) {
			name := "team" + strconv.Itoa(i+1)
			d.clients = append(d.clients, name)
			d.draft = append(d.draft, table{name: "clients." + name})
			d.load("clients."+name, false)
		}
		return
	}
	d.clients = []string{"clients"} // what the one group is called if none is named
}

// load draws what a group of clients does, the main one in full, and of the others
// how they differ.
func (d *drawing) load(name string, main bool) {
	if main {
		d.pace(name)
	}
	d.set(name, "clients", d.number(1, 6))
	if main || d.on() {
		d.set(name, "writes", quote(pick(d, "20%", "50%", "80%", "100%")))
		d.set(name, "keys", d.number(1, 40))
	}
	if d.places != nil {
		d.maybe(name, "places", func() string { return list(some(d, d.places)) })
	}
	d.maybe(name, "popularity", func() string { return quote(pick(d, "zipf(0.99)", "zipf(2)", "hot(10%, 90%)")) })
	d.maybe(name, "read_own_writes", func() string { return d.percent(100) })
	if d.on() {
		policy := pick(d, "any", "followers", "nearest", "round-robin", "least-lag", "max-lag")
		d.set(name, "reads_from", quote(policy))
		if policy == "max-lag" {
			d.set(name, "max_lag", d.shortly(time.Second))
		}
		if policy == "max-lag" || policy == "least-lag" {
			d.set(name, "lag_poll", d.shortly(200*time.Millisecond))
		}
	}
	d.maybe(name, "writes_to", func() string { return quote("nearest") })
	d.maybe(name, "timeout", func() string { return span(d.span(20*time.Millisecond, time.Second)) })
	if d.on() {
		d.set(name, "retries", d.number(1, 5))
		d.maybe(name, "backoff", func() string { return d.shortly(100 * time.Millisecond) })
		d.maybe(name, "backoff_jitter", func() string { return d.percent(100) })
	}
	d.maybe(name, "value_size", func() string { return d.size(1, 2000, "") })
}

// pace draws an open loop of a rate that may change, or a closed one.
func (d *drawing) pace(name string) {
	if d.IntN(4) == 0 {
		d.set(name, "think", d.times(4*time.Millisecond, 40*time.Millisecond))
		return
	}
	most := 500
	if d.plan == orderly { // nobody may fall behind
		most = 300
	}
	d.set(name, "rate", quote(d.number(50, most)+"/s"))
	if d.on() {
		arrivals := pick(d, "constant", "bursts")
		d.set(name, "arrivals", quote(arrivals))
		if arrivals == "bursts" {
			d.set(name, "burst_size", d.number(2, 20))
		}
	}
	switch d.IntN(6) {
	case 0:
		d.set(name, "profile", fmt.Sprintf(`[["0s", 0.2], [%s, 2]]`, span(d.duration/2)))
	case 1:
		d.set(name+".diurnal", "period", span(d.duration))
		d.set(name+".diurnal", "peak", span(d.duration/4))
		d.set(name+".diurnal", "low", "0.1")
		d.set(name+".diurnal", "high", "1.5")
	}
}
