package experiment

import (
	"strings"
	"testing"

	"replsim/sim"
)

// TestLinkPrecedence lets rules for a region, a zone, a place, a node and a group
// of clients disagree: the more specific one counts, key by key.
func TestLinkPrecedence(t *testing.T) {
	rules := []string{ // names decide nothing: the least specific comes last in the alphabet
		"network.links.z-region.between=[\"eu\",\"us\"]", "network.links.z-region.delay=10ms", "network.links.z-region.loss=1%",
		"network.links.b-zone.between=[\"eu\",\"x\"]", "network.links.b-zone.delay=20ms", "network.links.b-zone.bandwidth=2MB/s",
		"network.links.c-place.between=[\"a\",\"c\"]", "network.links.c-place.delay=30ms",
		"network.links.d-node.from=r1", "network.links.d-node.to=r3", "network.links.d-node.delay=40ms",
		"network.links.e-group.from=near", "network.links.e-group.to=us", "network.links.e-group.delay=50ms",
		"network.links.f-pair.between=[\"near\",\"r4\"]", "network.links.f-pair.order=unordered",
	}
	r := newReplication(&parse(t, district, rules...).Variants[0].Scenario, 1, Options{})
	topology := newTopology(r.sc, r.world)
	for i := range r.world.Nodes() {
		id := sim.NodeID(i)
		name := r.world.Node(id).Name
		group, _, _ := strings.Cut(name, "/")
		topology.register(id, group)
	}
	link := topology.network()
	for _, c := range []struct {
		from, to, delay string
		loss            float64
		bandwidth       int64
		unordered       bool
	}{
		{"r1", "r3", "40ms", 0.01, 2_000_000, false},     // node, and what it leaves to zone and region
		{"r3", "r1", "30ms", 0.01, 2_000_000, false},     // d-node is one-way: place
		{"r2", "r3", "20ms", 0.01, 2_000_000, false},     // zone
		{"r2", "r4", "10ms", 0.01, 0, false},             // region
		{"r4", "r2", "10ms", 0.01, 0, false},             // … both ways
		{"near/1", "r3", "50ms", 0.01, 2_000_000, false}, // a named group beats two places
		{"near/1", "r4", "50ms", 0.01, 0, true},
		{"r4", "near/1", "10ms", 0.01, 0, true},
		{"far/1", "r3", "exponential(mean=5ms)", 0, 0, false},               // none: between places
		{"far/1", "r5", "lognormal(median=100us, p99=500us)", 0, 0, false},  // none: the same place
		{"r4", "r3", "exponential(mean=5ms)", 0, 0, false},                  // both in us, which is not "eu – us"
		{"near/1", "r1", "lognormal(median=100us, p99=500us)", 0, 0, false}, // likewise
	} {
		got := link(r.id(t, c.from), r.id(t, c.to))
		if got.Delay.String() != c.delay || got.Loss != c.loss || got.Bandwidth != c.bandwidth || got.Unordered != c.unordered {
			t.Errorf("%s > %s: %v, loss %v, bandwidth %v, unordered %v; expected %+v", c.from, c.to, got.Delay, got.Loss, got.Bandwidth, got.Unordered, c)
		}
	}
}

// TestCrossings checks what is accounted as crossing zones and regions.
func TestCrossings(t *testing.T) {
	r := newReplication(&parse(t, district).Variants[0].Scenario, 1, Options{})
	link := newTopology(r.sc, r.world).network()
	for _, c := range []struct {
		from, to     string
		zone, region bool
	}{
		{"near/1", "r1", false, false}, {"r1", "r2", true, false}, {"r1", "r3", true, true},
		{"r4", "r5", false, true}, // one zone in two regions: odd, but as written
	} {
		got := link(r.id(t, c.from), r.id(t, c.to))
		if got.CrossZone != c.zone || got.CrossRegion != c.region {
			t.Errorf("%s > %s crosses a zone: %v, a region: %v", c.from, c.to, got.CrossZone, got.CrossRegion)
		}
	}
}
