package experiment

import (
	"slices"

	"replsim/scenarios"
	"replsim/sim"
)

// cutsOff tells the observers whether a fault takes a leader away, other than by
// stopping it: from so many replicas that it has no majority left, itself included, or
// from more than half of the clients. A leader that loses less goes on leading, and
// who replaces it then had no need to.
func (t *topology) cutsOff(groups []group) func(fault string, leader sim.NodeID) bool {
	var clients []sim.NodeID
	for _, g := range groups {
		clients = append(clients, g.Nodes()...)
	}
	return func(fault string, leader sim.NodeID) bool {
		replicas, others := 0, 0
		for _, id := range t.away(fault, leader) {
			switch {
			case slices.Contains(t.nodes, id):
				replicas++
			case slices.Contains(clients, id): // and not an observer, or a member of a store
				others++
			}
		}
		return replicas > 0 && 2*replicas >= len(t.nodes) || 2*others > len(clients)
	}
}

// away returns the nodes that a fault takes away from a leader, in one direction at
// least.
func (t *topology) away(fault string, leader sim.NodeID) []sim.NodeID {
	f, ok := t.sc.Faults[fault]
	if !ok {
		return nil
	}
	var sides [][]string
	switch f.Kind() {
	case "partition":
		sides = f.Partition
	case "cut", "flap":
		ends, _ := scenarios.ParseEnds(f.Cut + f.Flap) // one is empty; the loader has read the other
		sides = [][]string{{ends.From}, {ends.To}}
	}
	holds := func(side []string) bool {
		return slices.Contains(side, scenarios.Leader) || slices.Contains(t.all(side), leader)
	}
	own := slices.IndexFunc(sides, holds)
	if own < 0 {
		return nil
	}
	return t.all(slices.Concat(slices.Delete(slices.Clone(sides), own, own+1)...))
}
