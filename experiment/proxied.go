package experiment

import (
	"fmt"
	"strings"

	"replsim/measure"
	"replsim/models/kv"
	"replsim/results"
	"replsim/sim"
)

// byProxy counts writes that a deposed leader committed and clients were told of by
// a proxy: it still took that leader for the one, since it answered checks as such.
type byProxy struct {
	latest  uint32             // epoch in which somebody has begun to lead
	deposed map[kv.OpID]bool   // writes committed in an earlier one
	groups  []string           // names of those with a proxy, in order …
	writes  map[string]float64 // … and their clients' writes
}

// watchProxies begins to count, if there are proxies; otherwise it returns nil.
func watchProxies(t *topology, groups []group) *byProxy {
	via := map[sim.NodeID]string{} // the group of a client
	b := &byProxy{deposed: map[kv.OpID]bool{}, writes: map[string]float64{}}
	for _, g := range groups {
		if t.sc.Clients[g.name].Redirect != "proxy" {
			continue
		}
		b.groups = append(b.groups, g.name)
		for _, id := range g.Nodes() {
			via[id] = g.name
		}
	}
	if len(via) == 0 {
		return nil
	}
	sim.Observe(t.world, func(_ sim.Time, _ sim.NodeID, f kv.LeaderStarted) { b.latest = max(b.latest, f.Epoch) })
	sim.Observe(t.world, func(_ sim.Time, _ sim.NodeID, f kv.Committed) {
		if f.Version.Epoch() < b.latest && f.Op != 0 {
			b.deposed[f.Op] = true
		}
	})
	sim.Observe(t.world, func(_ sim.Time, client sim.NodeID, f kv.Returned) {
		if group, proxied := via[client]; proxied && f.Kind == kv.Write && f.Outcome == kv.Succeeded &&
			f.Version.Epoch() < b.latest && b.deposed[f.Op] {
			b.writes[group]++
		}
	})
	return b
}

// report adds the figure.
func (b *byProxy) report(o *outcome) {
	total := 0.0
	for _, name := range b.groups {
		total += b.writes[name]
	}
	o.figures = append(o.figures, measure.Figure{Name: "split_brain.by_proxy", Unit: "writes", Kind: measure.Count, Value: total})
	o.proxied = b
}

// proxyNotes tells whose writes these were.
func proxyNotes(v *results.Variant, done []*outcome) []string {
	f, ok := v.Figure("split_brain.by_proxy")
	if !ok || f.Max == 0 {
		return nil
	}
	var whose []string
	for _, name := range done[0].proxied.groups {
		sum := 0.0
		for _, o := range done {
			sum += o.proxied.writes[name]
		}
		if sum > 0 {
			whose = append(whose, fmt.Sprintf("%s of %s", perRun(sum/float64(len(done))), name))
		}
	}
	return []string{fmt.Sprintf("A deposed leader acknowledged writes through a proxy that still took it for the leader, per replication: %s.", strings.Join(whose, ", "))}
}
