package swarm

import "time"

// routers puts a name server or proxies before the clients, and cuts some off from a replica.
// It is drawn last and seldom: it makes scenarios longer, and hard to make small.
func (d *drawing) routers() {
	if d.IntN(4) > 0 {
		return
	}
	how := pick(d, "dns", "proxy")
	d.set("workload", "redirect", quote(how))
	router := "dns"
	if how == "proxy" {
		router = "proxy1"
		d.proxies()
	} else {
		d.maybe("dns", "ttl", func() string { return d.shortly(3 * time.Second) })
		d.maybe("dns", "update", func() string { return d.times(time.Millisecond, time.Second) })
		if d.places != nil {
			d.maybe("dns", "place", func() string { return quote(pick(d, d.places...)) })
		}
	}
	if d.plan != orderly && d.on() {
		const name = "faults.router"
		d.set(name, "cut", quote(router+pick(d, " <-> ", " -> ")+pick(d, d.replicas...)))
		d.at(name)
		d.maybe(name, "for", func() string { return d.shortly(longestFault) })
	}
}

func (d *drawing) proxies() {
	const name = "proxy"
	check := d.span(20*time.Millisecond, time.Second)
	d.set(name, "check_inter", span(check))
	d.maybe(name, "fast_inter", func() string { return d.shortly(check) })
	d.maybe(name, "check_timeout", func() string { return span(d.span(20*time.Millisecond, time.Second)) })
	d.maybe(name, "rise", func() string { return d.number(1, 3) })
	d.maybe(name, "fall", func() string { return d.number(1, 3) })
	if d.places != nil {
		d.maybe(name, "places", func() string { return list(some(d, d.places)) })
	}
}
