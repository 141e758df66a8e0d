package experiment

import (
	"slices"
	"sort"

	"replsim/scenarios"
	"replsim/sim"
)

// linkRule is a named exception of [network.links] with its two ends.
type linkRule struct {
	link     scenarios.Link
	from, to string
	both     bool
	rank     int // how specific its ends are, the more specific one first
}

// linkRules sorts the exceptions from the least to the most specific: later ones
// override earlier ones, so a rule for a node beats one for its region.
func (t *topology) linkRules() []linkRule {
	var rules []linkRule
	names := make([]string, 0, len(t.sc.Network.Links))
	for name := range t.sc.Network.Links {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		l := t.sc.Network.Links[name]
		r := linkRule{link: l, from: l.From, to: l.To}
		if len(l.Between) == 2 {
			r.from, r.to, r.both = l.Between[0], l.Between[1], true
		}
		a, b := t.specific(r.from), t.specific(r.to)
		r.rank = 10*max(a, b) + min(a, b)
		rules = append(rules, r)
	}
	sort.SliceStable(rules, func(i, j int) bool { return rules[i].rank < rules[j].rank })
	return rules
}

// specific ranks a name: region 0, zone 1, place 2, node or client group 3.
func (t *topology) specific(name string) int {
	if _, ok := t.sc.Places[name]; ok {
		return 2
	}
	for _, p := range t.sc.Places {
		switch name {
		case p.Zone:
			return 1
		case p.Region:
			return 0
		}
	}
	return 3
}

// matches tells whether the rule is about the direction between two nodes.
func (r linkRule) matches(t *topology, from, to sim.NodeID) bool {
	is := func(id sim.NodeID, name string) bool { return slices.Contains(t.names[name], id) }
	return (is(from, r.from) && is(to, r.to)) || (r.both && is(from, r.to) && is(to, r.from))
}

// network returns the kernel's view of the scenario's links.
func (t *topology) network() func(from, to sim.NodeID) sim.LinkConfig {
	rules := t.linkRules()
	return func(from, to sim.NodeID) sim.LinkConfig {
		n, a, b := &t.sc.Network, t.world.Node(from), t.world.Node(to)
		c := sim.LinkConfig{
			Delay: n.Delay, Unordered: n.Order == "unordered", Hold: n.JitterHold,
			Loss: n.Loss, Retransmit: n.Retransmit, Duplicate: n.Duplication, Bandwidth: n.Bandwidth,
			CrossZone: a.Zone != b.Zone, CrossRegion: a.Region != b.Region,
		}
		if t.sameMachine(from, to) {
			return sim.LinkConfig{}
		}
		if a.Place == b.Place {
			c.Delay = n.Local
		}
		for _, r := range rules {
			if r.matches(t, from, to) {
				override(&c, r.link)
			}
		}
		return c
	}
}

// override sets what the exception names.
func override(c *sim.LinkConfig, l scenarios.Link) {
	if l.Delay != nil {
		c.Delay = *l.Delay
	}
	if l.Order != "" {
		c.Unordered = l.Order == "unordered"
	}
	if l.JitterHold != nil {
		c.Hold = *l.JitterHold
	}
	if l.Loss != nil {
		c.Loss = *l.Loss
	}
	if l.Duplication != nil {
		c.Duplicate = *l.Duplication
	}
	if l.Bandwidth != nil {
		c.Bandwidth = *l.Bandwidth
	}
}
