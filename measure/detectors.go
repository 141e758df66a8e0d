package measure

import (
	"slices"

	"replsim/sim"
)

// health is what is wrong with the nodes, as only the experiment knows.
type health struct {
	cfg    *Config
	nodes  []nodeHealth // grows
	faults []string     // injected ones that go on
}

type nodeHealth struct{ crashed, paused bool }

// of returns the state of a node.
func (h *health) of(node sim.NodeID) *nodeHealth {
	for int(node) >= len(h.nodes) {
		h.nodes = append(h.nodes, nodeHealth{})
	}
	return &h.nodes[node]
}

func (h *health) faultBegan(name string) { h.faults = append(h.faults, name) }

func (h *health) faultEnded(name string) {
	if i := slices.Index(h.faults, name); i >= 0 {
		h.faults = slices.Delete(h.faults, i, i+1)
	}
}

// fine tells whether a node is up and no fault cuts it off.
func (h *health) fine(node sim.NodeID) bool {
	if n := h.of(node); n.crashed || n.paused {
		return false
	}
	cut := func(name string) bool { return h.cfg.CutsOff != nil && h.cfg.CutsOff(name, node) }
	return !slices.ContainsFunc(h.faults, cut)
}

// detectors counts what those do who watch the leader from outside.
//
//	detections.count  how often an observer began to suspect a leader, in the
//	                  measured time
//	detections.false  of these, when that node was neither down nor paused nor cut off
//	fencing.attempts  attempts to stop an old leader (of the whole run)
//	fencing.failed    of these, failed
type detectors struct {
	cfg                  *Config
	health               *health
	suspected, wrong     int64
	fenced, fencedInVain int64
}

func (d *detectors) suspects(leader sim.NodeID, now sim.Time) {
	if d.cfg.measured(now) {
		d.suspected++
		d.wrong += one(d.health.fine(leader))
	}
}

func (d *detectors) fences(ok bool) {
	d.fenced++
	d.fencedInVain += one(!ok)
}

func (d *detectors) report(out *Replication) {
	out.count("detections.count", "1", d.suspected)
	out.count("detections.false", "1", d.wrong)
	out.count("fencing.attempts", "1", d.fenced)
	out.count("fencing.failed", "1", d.fencedInVain)
}
