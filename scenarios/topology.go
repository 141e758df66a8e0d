package scenarios

import (
	"slices"
	"strconv"
)

// Leader is the fault target that stands for whoever leads when the fault strikes.
const Leader = "leader"

// MostAdvanced is the promote target that stands for the follower with most of the log.
const MostAdvanced = "most-advanced"

// NodeNames returns the names of the nodes: r1, r2, …
func (s *Scenario) NodeNames() []string {
	names := make([]string, s.Cluster.Replicas)
	for i := range names {
		names[i] = "r" + strconv.Itoa(i+1)
	}
	return names
}

// Members returns the nodes that a name stands for, in order: a node, or all nodes
// of a place, zone or region. ok is false if nothing has that name; a place
// without nodes has no members. "leader" stands for nobody yet, so it is not ok.
func (s *Scenario) Members(name string) (nodes []string, ok bool) {
	all := s.NodeNames()
	if slices.Contains(all, name) {
		return []string{name}, true
	}
	places := s.placesOf(name)
	for _, node := range all {
		if slices.Contains(places, s.Nodes[node].Place) {
			nodes = append(nodes, node)
		}
	}
	return nodes, len(places) > 0
}

// GroupMembers returns the groups of clients that a name stands for, sorted: a
// group, or all groups with a client in a place, zone or region.
func (s *Scenario) GroupMembers(name string) (groups []string, ok bool) {
	if _, ok := s.Clients[name]; ok {
		return []string{name}, true
	}
	places := s.placesOf(name)
	for _, group := range sortedKeys(s.Clients) {
		if slices.ContainsFunc(s.Clients[group].Places, func(p string) bool { return slices.Contains(places, p) }) {
			groups = append(groups, group)
		}
	}
	return groups, len(places) > 0
}

// placesOf returns the places that are, or are in, the place, zone or region of
// that name, sorted.
func (s *Scenario) placesOf(name string) []string {
	var out []string
	for _, p := range sortedKeys(s.Places) {
		if p == name || s.Places[p].Zone == name || s.Places[p].Region == name {
			out = append(out, p)
		}
	}
	return out
}

// areas returns all names of places, zones and regions, sorted.
func (s *Scenario) areas() []string {
	var out []string
	for name, p := range s.Places {
		out = append(out, name, p.Zone, p.Region)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// RouterNames returns the names of the nodes between clients and replicas: the name
// server and the proxies, as far as some clients use them.
func (s *Scenario) RouterNames() []string {
	var names []string
	if s.redirects("dns") {
		names = append(names, "dns")
	}
	if s.redirects("proxy") {
		for i := range s.Proxy.Places {
			names = append(names, "proxy"+strconv.Itoa(i+1))
		}
	}
	return names
}

// redirects tells whether some clients get to the leader in that way.
func (s *Scenario) redirects(how string) bool {
	for _, c := range s.Clients {
		if c.Redirect == how {
			return true
		}
	}
	return false
}
