package measure

import (
	"replsim/models/kv"
	"replsim/sim"
)

// replica is what is known of one copy of the data.
type replica struct {
	node sim.NodeID
	name string
	at   spot // its reads reflect the log up to here
	// seen is, by timeline, the last record that it has ever applied, so that a write
	// is counted once when it is applied again after a step back.
	seen []sim.LSN
	// version is the last one applied; only a step back that was reported (mayGoBack)
	// lets the next be lower.
	version   kv.Version
	mayGoBack bool
}

// replicas follows all copies.
type replicas struct {
	h      *history
	list   []replica
	byNode []int32 // −1: not a replica
	spots  []spot  // scratch
}

func newReplicas(w *sim.World, h *history, nodes []sim.NodeID) *replicas {
	r := &replicas{h: h, spots: make([]spot, len(nodes)), byNode: make([]int32, w.Nodes())}
	for i := range r.byNode {
		r.byNode[i] = -1
	}
	for i, id := range nodes {
		r.byNode[id] = int32(i)
		r.list = append(r.list, replica{node: id, name: w.Node(id).Name, at: emptyLog})
	}
	return r
}

// index returns the place of a node in the list, or −1.
func (r *replicas) index(node sim.NodeID) int {
	if node < 0 || int(node) >= len(r.byNode) {
		return -1
	}
	return int(r.byNode[node])
}

// hasSeen tells whether the replica has ever applied a record.
func (p *replica) hasSeen(s spot) bool {
	return int(s.timeline) < len(p.seen) && p.seen[s.timeline] >= s.lsn
}

// stepBack moves a replica back to a shorter log.
func (r *replicas) stepBack(i int, to spot) {
	r.list[i].at, r.list[i].mayGoBack = to, true
}

// truncated takes the end of a replica's log away. If it had not applied that (in
// Raft, nobody applies what is not committed), it stays where it is.
func (r *replicas) truncated(i int, to sim.LSN) {
	if at := r.list[i].at; at.lsn > to {
		r.stepBack(i, r.h.cut(at, to))
	}
}

// reached returns where a replica is that has applied the record at s. What it
// applied under an older version may be in the log that counts under a newer one,
// after the same records as at this replica.
func (r *replicas) reached(i int, s spot) spot {
	at := r.list[i].at
	if c := r.h.current(s); !r.h.holds(s, at) && r.h.holds(c, at) {
		return c
	}
	return s
}

// crashed takes from a node what a crash took: everything with its disk, or the
// unflushed end of the log of a leader. A follower applies what it has flushed, so
// it keeps its position. When it is up again it may have to apply its log anew, from
// the start or a snapshot (a state in memory): its position then follows what it
// reports.
func (r *replicas) crashed(node sim.NodeID, c sim.Crashed) {
	i := r.index(node)
	if i >= 0 {
		r.list[i].mayGoBack = true
		if c.DiskLost {
			r.list[i].at = emptyLog
		}
	}
	id := r.h.ledBy(node)
	if id < 0 {
		return
	}
	t := r.h.timelines[id]
	switch {
	case c.DiskLost:
		t.kept = 0
	case !t.over:
		t.kept = min(t.kept, max(0, t.end-sim.LSN(c.Unflushed)))
		if i >= 0 {
			r.stepBack(i, r.h.cut(r.list[i].at, t.kept))
		}
	}
	t.over = true
}

// common returns the longest log that all replicas have applied.
func (r *replicas) common() spot {
	if len(r.list) == 0 {
		return emptyLog
	}
	all := r.list[0].at
	for _, p := range r.list[1:] {
		all = r.h.meet(all, p.at)
	}
	return all
}

// positions returns all replicas' positions, valid until the next call.
func (r *replicas) positions() []spot {
	for i := range r.list {
		r.spots[i] = r.list[i].at
	}
	return r.spots
}

// longest returns the longest part of the log ending at end that some replica has
// applied, or least if none has more than that.
func (r *replicas) longest(end, least spot) spot {
	for _, p := range r.list {
		if at := r.h.meet(p.at, end); at.lsn > least.lsn {
			least = at
		}
	}
	return least
}

// mostAdvanced returns the highest position of all replicas.
func (r *replicas) mostAdvanced() spot {
	best := emptyLog
	for _, p := range r.list {
		if r.h.rankOf(p.at) > r.h.rankOf(best) {
			best = p.at
		}
	}
	return best
}
