package scenarios

import (
	"fmt"
	"slices"

	"replsim/internal/nearest"
)

// checkWorkloads checks what clients do: the groups if there are any, or else the
// workload itself.
func (c *decoded) checkWorkloads() {
	groups := c.at("clients").table().keysOrNone()
	if len(groups) == 0 {
		c.checkWorkload(c.at("workload"), &c.scenario.Workload)
	}
	for _, name := range groups {
		w := c.scenario.Clients[name].Workload
		c.checkWorkload(c.at("clients", name), &w)
	}
}

func (c *decoded) checkWorkload(n *node, w *Workload) {
	if !c.ok(n) || n == nil {
		return
	}
	rate, think, profile, diurnal := n.find("rate"), n.find("think"), n.find("profile"), n.find("diurnal")
	if c.ok(rate, think) && w.Rate > 0 && w.Think.String() != "0s" {
		c.report(c.blame(think, rate), "", "an open loop (rate) has no pause between operations (think)", "either rate or think", "")
	}
	for _, curve := range []*node{profile, diurnal} {
		if curve != nil && rate == nil {
			c.report(curve, "", "changes a rate, but there is none", "a rate such as \"200/s\" beside it", "")
		}
	}
	if profile != nil && diurnal != nil {
		c.report(c.blame(diurnal, profile), "", "a profile and a daily curve at once", "one of them", "")
	}
	if d := w.Diurnal; d != nil && c.ok(diurnal, diurnal.find("low"), diurnal.find("high"), diurnal.find("period"), diurnal.find("peak")) {
		if d.Low > d.High {
			c.report(c.blame(diurnal.find("low"), diurnal.find("high"), diurnal), "", "low is above high", "at most high", "")
		}
		if d.Peak > d.Period {
			c.report(c.blame(diurnal.find("peak"), diurnal.find("period"), diurnal), "", "the peak is not within the period", "at most the period, "+writeDuration(d.Period), "")
		}
	}
	if popularity := n.find("popularity"); popularity != nil && c.ok(popularity) {
		if _, err := ParsePopularity(w.Popularity); err != nil {
			c.report(popularity, "", err.Error(), "uniform, zipf(0.99) or hot(1%, 90%)",
				nearest.Closest(w.Popularity, []string{"uniform", "zipf(0.99)", "hot(1%, 90%)"}))
		}
	}
	c.known(n.find("places"), "place", sortedKeys(c.scenario.Places))
}

// checkLinks checks the named exceptions of the network.
func (c *decoded) checkLinks() {
	s := &c.scenario
	network := c.at("network")
	unordered := s.Network.Order == "unordered"
	directions := make(map[[2]string]string) // which link concerns a direction
	for _, name := range network.find("links").table().keysOrNone() {
		n, link := network.find("links", name), s.Network.Links[name]
		if !c.ok(n) {
			continue
		}
		c.checkEnds(n, link)
		c.checkOnce(n, name, link, directions)
		ordered := link.Order == "in-order" || link.Order == "" && s.Network.Order == "in-order"
		unordered = unordered || !ordered
		if d := n.find("duplication"); ordered && d != nil && link.Duplication != nil && *link.Duplication > 0 {
			c.report(c.blame(d, n.find("order"), network.find("order")), "", "an in-order link delivers nothing twice", `order = "unordered"`, "")
		}
	}
	if d := network.find("duplication"); d != nil && c.ok(d, network.find("order")) && s.Network.Duplication > 0 && !unordered {
		c.report(c.blame(d, network.find("order")), "", "in-order links deliver nothing twice", `order = "unordered"`, "")
	}
}

// checkEnds wants two ends, given in one of two ways.
func (c *decoded) checkEnds(n *node, link Link) {
	between, from, to := n.find("between"), n.find("from"), n.find("to")
	if !c.ok(between, from, to) {
		return
	}
	const expected = `between = ["a", "b"] for both directions, or from and to for one`
	switch {
	case between != nil && (from != nil || to != nil):
		c.report(c.blame(from, to, between), "", "both directions and one at once", expected, "")
	case between == nil && (from == nil || to == nil):
		c.report(n, "", "two ends are missing", expected, "")
	case between != nil && len(link.Between) != 2:
		c.report(between, "", fmt.Sprintf("%d ends", len(link.Between)), "two", "")
	}
	for _, end := range []*node{between, from, to} {
		c.ends(end, false)
	}
}

// checkOnce refuses a second link with the same ends: which one holds would depend
// on their order.
func (c *decoded) checkOnce(n *node, name string, link Link, directions map[[2]string]string) {
	var own [][2]string
	switch {
	case len(link.Between) == 2:
		a, b := link.Between[0], link.Between[1]
		own = [][2]string{{a, b}, {b, a}}
	case link.From != "" && link.To != "":
		own = [][2]string{{link.From, link.To}}
	}
	for _, d := range own {
		if other, twice := directions[d]; twice && other != name {
			c.report(n, "", fmt.Sprintf("the link %s has the same ends", other), "one link for each direction", "")
			return
		}
		directions[d] = name
	}
}

// ends checks that every text of a node names something with an address. A fault
// may also speak of the leader.
func (c *decoded) ends(n *node, leader bool) {
	if n == nil || !c.ok(n, c.at("cluster", "replicas")) {
		return
	}
	names := c.addresses(leader)
	for _, e := range elements(n) {
		if name, ok := e.value.(string); ok && !slices.Contains(names, name) {
			c.unknownEnd(e, name, names)
		}
	}
}

func (c *decoded) addresses(leader bool) []string {
	s := &c.scenario
	names := append(s.NodeNames(), s.areas()...)
	names = append(names, sortedKeys(s.Clients)...)
	names = slices.Concat(names, s.watchers(), s.RouterNames())
	if leader {
		names = append(names, Leader)
	}
	return names
}

func (c *decoded) unknownEnd(n *node, name string, names []string) {
	c.report(n, "", fmt.Sprintf("there is no node, place, zone, region or group of clients %q", name), among(names), nearest.Closest(name, names))
}
