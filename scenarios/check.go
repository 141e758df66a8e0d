package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"replsim/internal/nearest"
)

// check holds the keys of one scenario against each other. What the decoder could
// not read is left alone: one slip should lead to one message.
func (l *loader) check(c *decoded, variants []string) {
	c.checkModel(l.models, l.used)
	c.checkTimes()
	c.checkNames()
	c.checkNodes()
	c.checkReplication()
	c.checkFailover()
	c.checkPaxos()
	c.checkRaft()
	c.checkWorkloads()
	c.checkLinks()
	c.checkFaults()
	c.checkExpectations()
	c.checkCharts(variants)
	l.reports = append(l.reports, c.reports...)
}

// at returns the node below the root, or nil.
func (c *decoded) at(keys ...string) *node { return c.root.find(keys...) }

// ok tells whether all these values were read without mistakes.
func (c *decoded) ok(nodes ...*node) bool {
	return !slices.ContainsFunc(nodes, func(n *node) bool { return n != nil && c.broken[n] })
}

// blame returns the value to point at when several do not go together: one that a
// variant or override has changed, or else the first that is given at all.
func (c *decoded) blame(nodes ...*node) *node {
	var first *node
	for _, n := range nodes {
		switch {
		case n == nil:
		case n.overridden():
			return n
		case first == nil:
			first = n
		}
	}
	if first == nil {
		return c.root
	}
	return first
}

// elements returns the parts of a list; a text stands for a list of one.
func elements(n *node) []*node {
	if n == nil {
		return nil
	}
	if list, ok := n.value.([]*node); ok {
		return list
	}
	return []*node{n}
}

// known reports the texts of a node that are not among the names, and an empty list.
func (c *decoded) known(n *node, what string, names []string) {
	if !c.ok(n) {
		return
	}
	if n != nil && len(elements(n)) == 0 {
		c.report(n, "", "an empty list", "at least one "+what, "")
	}
	for _, e := range elements(n) {
		name, ok := e.value.(string)
		if ok && !slices.Contains(names, name) {
			c.report(e, "", fmt.Sprintf("there is no %s %q", what, name), among(names), nearest.Closest(name, names))
		}
	}
}

// among lists the names to choose from, unless they are too many to help.
func among(names []string) string {
	if len(names) > 12 {
		return ""
	}
	return orList(names)
}

// checkModel makes sure that there is such a model, and that every key means something
// to it. used are the models of all variants: what stands in the base may be meant for
// some of them.
func (c *decoded) checkModel(models, used []string) {
	n := c.at("cluster", "model")
	if n != nil && len(models) > 0 {
		c.known(n, "model", models)
	}
	if c.ok(n) {
		c.checkMeant(c.root, reflect.TypeFor[Scenario](), used)
	}
}

// checkMeant reports keys of a table that mean nothing to the model.
func (c *decoded) checkMeant(n *node, t reflect.Type, used []string) {
	own := []string{c.scenario.Cluster.Model}
	fields := fieldsOf(t)
	for _, key := range n.table().keysOrNone() {
		f, value := lookup(fields, key), n.find(key)
		if f == nil {
			continue
		}
		by := used
		if value.overridden() || len(used) == 0 {
			by = own
		}
		switch {
		case len(f.models) > 0 && !slices.ContainsFunc(by, func(m string) bool { return slices.Contains(f.models, m) }):
			c.report(value, "", fmt.Sprintf("means nothing to cluster.model = %q", strings.Join(by, ", ")), "it with "+orList(f.models)+" only", "")
		case f.leaf == nil && f.typ.Kind() == reflect.Struct:
			c.checkMeant(value, f.typ, used)
		case f.leaf == nil && f.typ.Kind() == reflect.Map && f.typ.Elem().Kind() == reflect.Struct:
			for _, name := range value.table().keysOrNone() {
				c.checkMeant(value.find(name), f.typ.Elem(), used)
			}
		}
	}
}

// modelIn returns the model that the first of these trees names, or else the usual one.
func modelIn(trees ...*node) string {
	for _, n := range trees {
		if name, ok := textAt(n.find("cluster"), "model"); ok {
			return name
		}
	}
	return lookup(fieldsOf(reflect.TypeFor[Cluster]()), "model").fallback
}

func (c *decoded) checkTimes() {
	s := &c.scenario
	duration, warmup, sample := c.at("duration"), c.at("warmup"), c.at("sample")
	if !c.ok(duration, warmup, sample) {
		return
	}
	if s.Warmup >= s.Duration {
		c.report(c.blame(warmup, duration), "", fmt.Sprintf("a warmup of %s leaves nothing to measure", writeDuration(s.Warmup)),
			"less than the duration, "+writeDuration(s.Duration), "")
	}
	if s.Sample > s.Duration {
		c.report(c.blame(sample, duration), "", fmt.Sprintf("a sample every %s gives no curve", writeDuration(s.Sample)),
			"at most the duration, "+writeDuration(s.Duration), "")
	}
}

// checkNames makes sure that a name stands for one thing only: faults and links
// speak of nodes, places, zones, regions and groups alike.
func (c *decoded) checkNames() {
	s := &c.scenario
	taken := slices.Concat(s.NodeNames(), s.watchers(), s.RouterNames(), []string{Leader})
	for _, name := range c.at("places").table().keysOrNone() {
		n, p := c.at("places", name), s.Places[name]
		for _, area := range []struct{ what, name string }{{"place", name}, {"zone", p.Zone}, {"region", p.Region}} {
			if slices.Contains(taken, area.name) && c.ok(c.at("cluster", "replicas")) {
				c.report(n, "", fmt.Sprintf("%q is a node's name and cannot be that of a %s", area.name, area.what), "", "")
				break
			}
		}
		if inside := s.placesOf(name); len(inside) > 1 {
			c.report(n, "", fmt.Sprintf("%q is a place, and a zone or region with other places too", name), "different names", "")
		}
		if _, isPlace := s.Places[p.Zone]; !isPlace && !slices.Equal(s.inZone(p.Zone), s.placesOf(p.Zone)) {
			c.report(n, "", fmt.Sprintf("%q is a zone, and a region with other places too", p.Zone), "different names", "")
		}
	}
	taken = append(taken, s.areas()...)
	for _, name := range c.at("clients").table().keysOrNone() {
		if slices.Contains(taken, name) {
			c.report(c.at("clients", name), "", fmt.Sprintf("%q is the name of a node or place already", name), "different names", "")
		}
	}
}

// inZone returns the places of a zone, sorted.
func (s *Scenario) inZone(zone string) []string {
	return slices.DeleteFunc(sortedKeys(s.Places), func(p string) bool { return s.Places[p].Zone != zone })
}

func (c *decoded) checkNodes() {
	s := &c.scenario
	places := sortedKeys(s.Places)
	c.known(c.at("cluster", "places"), "place", places)
	c.known(c.at("proxy", "places"), "place", places)
	c.known(c.at("dns", "place"), "place", places)
	names := s.NodeNames()
	for _, name := range c.at("nodes").table().keysOrNone() {
		n := c.at("nodes", name)
		if !slices.Contains(names, name) && c.ok(c.at("cluster", "replicas")) {
			c.report(n, "", fmt.Sprintf("there is no node %q", name), nodeRange(names), nearest.Closest(name, names))
		}
		c.known(n.find("place"), "place", places)
	}
}

func nodeRange(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return names[0] + " to " + names[len(names)-1]
}

// checkReplication makes sure that enough followers can acknowledge.
func (c *decoded) checkReplication() {
	r := &c.scenario.Replication
	replicas, standbys := c.at("cluster", "replicas"), c.at("replication", "standbys")
	commit, acks := c.at("replication", "commit"), c.at("replication", "acks")
	if !c.ok(replicas, standbys, commit, acks) {
		return
	}
	names := c.scenario.NodeNames()
	c.known(standbys, "node", names)
	counted := len(names) - 1
	if standbys != nil {
		counted = 0
		for i, name := range r.Standbys {
			if slices.Contains(r.Standbys[:i], name) {
				c.report(elements(standbys)[i], "", fmt.Sprintf("%q is listed twice", name), "", "")
			} else if name != firstReplica { // who leads does not count
				counted++
			}
		}
	}
	if (r.Commit == "any" || r.Commit == "first") && r.Acks > counted {
		c.report(c.blame(acks, commit, standbys, replicas), "",
			fmt.Sprintf("commit = %q waits for %d of %d followers that count", r.Commit, r.Acks, counted),
			"at most as many acks as followers that count", "")
	}
}
