package swarm

import (
	"slices"
	"strings"

	"replsim/models/kv"
	"replsim/results"
	"replsim/scenarios"
	"replsim/sim"
)

// Feature is something that a swarm is meant to put a model through, and the number
// of seeds in which it came about. A swarm that finds nothing proves as much as its
// features say: one that never lost a disk says nothing about lost disks.
type Feature struct {
	Name  string `json:"name"`
	Seeds int    `json:"seeds"`
}

// features are the names of all that is counted, in the order of reports. What
// counts is what happened, not what was asked for: a crash of a node that was
// down already is none.
func (m *model) features() []string {
	names := []string{
		"a leader crashed", "a follower crashed", "a disk was lost", "unflushed records were lost",
		"a leader was paused", "a follower was paused",
	}
	for _, kind := range effective {
		names = append(names, strings.ReplaceAll(kind, "_", " ")+" had an effect")
	}
	names = append(names,
		"another node led", "a leader came back", "two leaders at once", "a log was cut back", "a snapshot was sent", "commits waited for fewer",
		"lost: torn", "lost: truncated", "lost: diverged", "a read was stale", "a history was not linearizable", "an operation failed", "an outcome stayed unknown",
	)
	for _, p := range m.promises {
		names = append(names, "promised: "+p.name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(m.never, name) })
}

// effective are the kinds of fault that are counted by their effects; crashes and
// pauses are by what they hit.
var effective = []string{"slow_cpu", "slow_disk", "partition", "cut", "slow_link", "lossy_link", "flap", "clock_jump", "promote"}

// figures that count as features when they are above zero.
var featureFigures = map[string]string{
	"another node led":               "failovers.count",
	"a leader came back":             "failovers.restarts",
	"two leaders at once":            "split_brain.time",
	"lost: torn":                     "data_loss.torn",
	"lost: truncated":                "data_loss.truncated",
	"lost: diverged":                 "data_loss.diverged",
	"a read was stale":               "stale_reads.count",
	"a history was not linearizable": "linearizability.violations",
	"an operation failed":            "ops.failed",
	"an outcome stayed unknown":      "ops.unknown",
}

// sightings are the features seen in one run.
type sightings struct {
	names   []string
	world   *sim.World
	leading map[sim.NodeID]bool
}

func (s *sightings) see(name string) {
	if !slices.Contains(s.names, name) {
		s.names = append(s.names, name)
	}
}

// watch subscribes to what figures do not tell.
func (s *sightings) watch(w *sim.World) {
	s.world, s.leading = w, map[sim.NodeID]bool{}
	who := func(id sim.NodeID) string {
		if s.leading[id] {
			return "a leader"
		}
		return "a follower"
	}
	sim.Observe(w, func(_ sim.Time, id sim.NodeID, _ kv.LeaderStarted) { s.leading[id] = true })
	sim.Observe(w, func(_ sim.Time, id sim.NodeID, _ kv.LeaderStopped) { s.leading[id] = false })
	sim.Observe(w, func(_ sim.Time, id sim.NodeID, f sim.Crashed) {
		s.see(who(id) + " crashed")
		s.leading[id] = false
		if f.DiskLost {
			s.see("a disk was lost")
		}
		if f.Unflushed > 0 {
			s.see("unflushed records were lost")
		}
	})
	sim.Observe(w, func(_ sim.Time, id sim.NodeID, _ sim.Paused) { s.see(who(id) + " was paused") })
	sim.Observe(w, func(_ sim.Time, _ sim.NodeID, _ kv.Truncated) { s.see("a log was cut back") })
	sim.Observe(w, func(_ sim.Time, _ sim.NodeID, _ kv.Restored) { s.see("a snapshot was sent") })
	sim.Observe(w, func(_ sim.Time, _ sim.NodeID, f kv.Degraded) {
		if f.On {
			s.see("commits waited for fewer")
		}
	})
}

// add sees what the result of the run tells.
func (s *sightings) add(sc *scenarios.Scenario, v *results.Variant) {
	for _, e := range v.Effects {
		f := sc.Faults[e.Fault]
		if kind := f.Kind(); !e.Warning && slices.Contains(effective, kind) {
			s.see(strings.ReplaceAll(kind, "_", " ") + " had an effect")
		}
	}
	for name, figure := range featureFigures { // see ignores the order
		if f, ok := v.Figure(figure); ok && f.Max > 0 {
			s.see(name)
		}
	}
}
