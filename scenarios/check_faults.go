package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"replsim/internal/nearest"
	"replsim/sim/dist"
)

// faultKinds are the keys of which a fault has exactly one.
var faultKinds = []string{
	"crash", "pause", "slow_cpu", "slow_disk", "partition", "cut", "slow_link", "lossy_link", "flap", "clock_jump", "promote",
	"add_member", "remove_member",
}

// Kind returns the key that says what goes wrong: crash, pause, slow_cpu,
// slow_disk, partition, cut, slow_link, lossy_link, flap, clock_jump, promote,
// add_member or remove_member.
func (f *Fault) Kind() string {
	v := reflect.ValueOf(f).Elem()
	for _, kind := range faultKinds {
		if !v.FieldByIndex(lookup(fieldsOf(v.Type()), kind).index).IsZero() {
			return kind
		}
	}
	return ""
}

// Ordered tells whether it is nothing that breaks, but what an operator orders.
func (f *Fault) Ordered() bool { return f.Promote+f.AddMember+f.RemoveMember != "" }

func (c *decoded) checkFaults() {
	for _, name := range c.at("faults").table().keysOrNone() {
		n := c.at("faults", name)
		fault, on := c.scenario.Faults[name]
		if !on || !c.ok(n) || n.table() == nil {
			continue
		}
		var kinds []string
		for _, kind := range faultKinds {
			if n.find(kind) != nil {
				kinds = append(kinds, kind)
			}
		}
		switch len(kinds) {
		case 1:
			c.checkFault(n, kinds[0], &fault)
		case 0:
			c.report(n, "", "nothing goes wrong", "one of "+orList(faultKinds), "")
		default:
			var keys []*node
			for _, kind := range slices.Backward(kinds) {
				keys = append(keys, n.find(kind))
			}
			c.report(c.blame(keys...), "", "several faults in one: "+strings.Join(kinds, ", "), "one (off = true leaves out a fault of the base)", "")
		}
	}
}

func (c *decoded) checkFault(n *node, kind string, f *Fault) {
	c.belong(n, kind, "fault", reflect.TypeFor[Fault]())
	c.checkSchedule(n, kind, f)
	what := n.find(kind)
	if c.ok(what) {
		switch kind {
		case "crash", "pause", "slow_cpu", "slow_disk", "clock_jump":
			c.checkTargets(what)
		case "partition":
			c.checkPartition(what)
		case "cut", "slow_link", "lossy_link", "flap":
			c.checkLinkFault(what)
		case "promote":
			if manager := c.at("failover", "manager"); c.ok(manager) && c.scenario.Failover.Manager == Lease {
				c.report(c.blame(what, manager), "", "agents promote nobody on others' orders", "another manager", "")
			}
			if f.Promote != MostAdvanced && c.ok(c.at("cluster", "replicas")) {
				c.known(what, "node", append(c.scenario.NodeNames(), MostAdvanced))
			}
		case "add_member", "remove_member":
			if c.ok(c.at("cluster", "replicas")) {
				c.known(what, "node", c.scenario.NodeNames())
			}
		}
	}
	if kind == "crash" {
		c.checkProcess(n, f)
	}
	needs := map[string][]string{
		"slow_cpu": {"factor"}, "slow_disk": {"factor"}, "lossy_link": {"loss"}, "flap": {"up", "down"}, "clock_jump": {"by"},
	}
	for _, key := range needs[kind] {
		if n.find(key) == nil {
			c.report(n, key, "missing", lookup(fieldsOf(reflect.TypeFor[Fault]()), key).leaf.expected, "")
		}
	}
	if kind == "slow_link" && n.find("factor") == nil && n.find("add") == nil {
		c.report(n, "", "nothing says how slow", "factor or add", "")
	}
}

// belong reports keys that mean nothing to a fault or chart of this kind.
func (c *decoded) belong(n *node, kind, what string, t reflect.Type) {
	fields := fieldsOf(t)
	for _, key := range n.table().keys {
		f := lookup(fields, key)
		if f != nil && len(f.kinds) > 0 && !slices.Contains(f.kinds, kind) {
			c.report(n.find(key), "", fmt.Sprintf("means nothing to a %s of kind %s", what, kind), "it with "+orList(f.kinds)+" only", "")
		}
	}
}

// checkSchedule wants an instant, or a process, within the run.
func (c *decoded) checkSchedule(n *node, kind string, f *Fault) {
	at, lasts, mttf, mttr := n.find("at"), n.find("for"), n.find("mttf"), n.find("mttr")
	instant := kind == "clock_jump" || f.Ordered()
	if !c.ok(at, lasts, mttf, mttr) {
		return
	}
	switch {
	case mttf != nil && instant:
		c.report(mttf, "", strings.ReplaceAll(kind, "_", " ")+" happens once", "at", "")
	case at != nil && mttf != nil:
		c.report(c.blame(mttf, at), "", "happens at an instant and again and again", "either at or mttf", "")
	case at == nil && mttf == nil:
		c.report(n, "", "nothing says when", "at, or mttf and mttr", "")
	case mttf == nil && mttr != nil:
		c.report(mttr, "", "repairs without failures", "mttf beside it", "")
	case mttf != nil && mttr == nil:
		c.report(n, "mttr", "missing", "the time to repair, a duration or distribution", "")
	case mttf != nil && lasts != nil:
		c.report(c.blame(lasts, mttf), "", "mttr says how long already", "either for or mttr", "")
	}
	for _, d := range []struct {
		n    *node
		spec *dist.Spec
	}{{mttf, f.MTTF}, {mttr, f.MTTR}, {n.find("up"), f.Up}, {n.find("down"), f.Down}} {
		if d.n != nil && d.spec != nil && d.spec.Equal(dist.Spec{}) {
			c.report(d.n, "", "0s lets nothing else ever happen", "more than 0s", "")
		}
	}
	duration := c.at("duration")
	if at != nil && c.ok(duration) && f.At >= c.scenario.Duration {
		c.report(c.blame(at, duration), "", fmt.Sprintf("%s = %s is not before the end of the run", at.path, writeDuration(f.At)),
			"less than the duration, "+writeDuration(c.scenario.Duration), "")
	}
}

// checkTargets wants nodes, or places, zones and regions with nodes.
func (c *decoded) checkTargets(n *node) {
	if !c.ok(c.at("cluster", "replicas")) {
		return
	}
	s := &c.scenario
	watchers := s.watchers()
	names := slices.Concat(s.NodeNames(), watchers, s.areas(), []string{Leader})
	for _, e := range elements(n) {
		name, _ := e.value.(string)
		nodes, found := s.Members(name)
		switch {
		case name == Leader, slices.Contains(watchers, name):
		case !found:
			c.report(e, "", fmt.Sprintf("there is no node, place, zone or region %q", name), among(names), nearest.Closest(name, names))
		case len(nodes) == 0:
			c.report(e, "", fmt.Sprintf("there are no nodes in %q", name), "", "")
		}
	}
	if len(elements(n)) == 0 {
		c.report(n, "", "an empty list", "at least one target", "")
	}
}

// checkPartition wants two or more groups that share nothing.
func (c *decoded) checkPartition(n *node) {
	groups := elements(n)
	if len(groups) < 2 {
		c.report(n, "", "fewer than two groups", groupsKind.expected, "")
	}
	home := make(map[string]int) // the group that a node or client group is in
	for i, group := range groups {
		c.ends(group, true)
		if len(elements(group)) == 0 {
			c.report(group, "", "an empty group", groupsKind.expected, "")
		}
		for _, e := range elements(group) {
			name, _ := e.value.(string)
			members, _ := c.scenario.Members(name)
			if name == allObservers {
				members = c.scenario.ObserverNames()
			} else if len(members) == 0 {
				members = []string{name}
			}
			for _, m := range members {
				if other, twice := home[m]; twice && other != i {
					c.report(e, "", fmt.Sprintf("%s is in two groups", m), "groups that share no node", "")
				}
				home[m] = i
			}
		}
	}
}

func (c *decoded) checkLinkFault(n *node) {
	text, _ := n.value.(string)
	ends, err := ParseEnds(text)
	if err != nil {
		c.report(n, "", fmt.Sprintf("%q: %v", text, err), `a link such as "r1 -> r2" or "r1 <-> r2"`, "")
		return
	}
	if !c.ok(c.at("cluster", "replicas")) {
		return
	}
	names := c.addresses(true)
	for _, end := range []string{ends.From, ends.To} {
		if !slices.Contains(names, end) {
			c.unknownEnd(n, end, names)
		}
	}
}
