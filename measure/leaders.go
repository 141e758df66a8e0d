package measure

import (
	"replsim/models/kv"
	"replsim/sim"
)

// The facts about who leads, who wants to, who believes what of the leader, and what
// happens to nodes.

func (r *Recorder) subscribeLeaders() {
	w := r.w
	sim.Observe(w, r.onInherited)
	sim.Observe(w, r.onLeaderStarted)
	sim.Observe(w, r.onLeaderStopped)
	sim.Observe(w, r.onPromotionBegan)
	sim.Observe(w, r.onCampaignBegan)
	sim.Observe(w, r.onFollowed)
	sim.Observe(w, r.onSuspected)
	sim.Observe(w, func(_ sim.Time, observer sim.NodeID, f kv.Cleared) { r.failovers.cleared(observer, f.Leader) })
	sim.Observe(w, func(_ sim.Time, _ sim.NodeID, f kv.Fenced) { r.detectors.fences(f.OK) })
	sim.Observe(w, r.onCrashed)
	sim.Observe(w, r.onStarted)
	sim.Observe(w, func(at sim.Time, node sim.NodeID, _ sim.Paused) { r.onPaused(node, true, at) })
	sim.Observe(w, func(at sim.Time, node sim.NodeID, _ sim.Resumed) { r.onPaused(node, false, at) })
	sim.Observe(w, func(at sim.Time, _ sim.NodeID, f sim.FaultBegan) {
		r.health.faultBegan(f.Name)
		r.failovers.faultBegan(f.Name, at)
	})
	sim.Observe(w, func(_ sim.Time, _ sim.NodeID, f sim.FaultEnded) {
		r.health.faultEnded(f.Name)
		r.failovers.faultEnded(f.Name)
	})
}

// onLeaderStarted begins a timeline.
func (r *Recorder) onLeaderStarted(at sim.Time, node sim.NodeID, f kv.LeaderStarted) {
	r.invariants.leads(at, node, f)
	i := r.nodes.index(node)
	if i < 0 {
		r.invariants.breach(at, "node %d leads, but is no replica", node)
		return
	}
	r.elections.led(i, f.Epoch, at)
	r.beliefs.ends(i, at, Leads)
	r.beliefs.begins(i, Leads, f.Epoch, at)
	parent := r.h.branch(r.nodes.list[i].at, f.Start)
	if f.Last != 0 {
		if s, ok := r.h.resolve(f.Last); ok && s.lsn == f.Start {
			parent = s
		} else {
			r.invariants.breach(at, "node %d leads with a log that ends at %d with version %s, which was not appended there", node, f.Start, show(f.Last))
		}
	}
	id, tops := r.h.begin(node, f.Epoch, f.Start, parent)
	t := r.h.timelines[id]
	t.undecided, t.voted = f.Undecided, f.Undecided
	if !tops {
		return
	}
	r.failovers.leads(id, i, at)
	r.h.takeOver(id, len(r.failovers.list)-1)
	if !f.Undecided {
		r.h.adopt(parent, at)
	}
}

// onInherited adds the timeline of a leader from before the run, which counts only as
// far as others build on it.
func (r *Recorder) onInherited(_ sim.Time, _ sim.NodeID, f kv.Inherited) {
	id, _ := r.h.begin(sim.NoNode, f.Epoch, 0, emptyLog)
	t := r.h.timelines[id]
	for lsn := sim.LSN(1); lsn <= f.End; lsn++ {
		t.append(lsn)
		t.moments(lsn).invoke = noWrite
	}
	t.over = true
}

// onLeaderStopped ends a leader's timeline.
func (r *Recorder) onLeaderStopped(at sim.Time, node sim.NodeID, f kv.LeaderStopped) {
	if id := r.h.ledBy(node); id >= 0 && r.h.timelines[id].epoch == f.Epoch {
		r.h.timelines[id].over = true
		r.elections.stopped(r.nodes.index(node), at)
		r.beliefs.ends(r.nodes.index(node), at, Leads)
	}
	r.failovers.stopped(node, at)
	r.degraded.set(node, false, at)
}

func (r *Recorder) onPromotionBegan(at sim.Time, node sim.NodeID, f kv.PromotionBegan) {
	if i := r.nodes.index(node); i >= 0 {
		r.failovers.promoting(i, f.Epoch, at)
	}
}

func (r *Recorder) onCampaignBegan(at sim.Time, _ sim.NodeID, f kv.CampaignBegan) {
	r.elections.campaigned(f.Epoch, f.PreVote, at)
	r.failovers.down.notice(at)
}

func (r *Recorder) onFollowed(at sim.Time, node sim.NodeID, f kv.Followed) {
	if i := r.nodes.index(node); i >= 0 {
		r.elections.heard(i, f.Epoch, at)
	}
}

func (r *Recorder) onSuspected(at sim.Time, observer sim.NodeID, f kv.Suspected) {
	r.detectors.suspects(f.Leader, at)
	r.failovers.suspected(observer, f.Leader, at)
}

// onCrashed notes what a node has lost.
func (r *Recorder) onCrashed(at sim.Time, node sim.NodeID, f sim.Crashed) {
	r.nodes.crashed(node, f)
	*r.health.of(node) = nodeHealth{crashed: true}
	r.failovers.crashed(node, at)
	r.degraded.set(node, false, at)
	if i := r.nodes.index(node); i >= 0 {
		r.elections.stopped(i, at)
		r.elections.changed(i, false, true, at)
		r.beliefs.ends(i, at, Leads, Paused)
		r.beliefs.begins(i, Down, 0, at)
	}
}

func (r *Recorder) onStarted(at sim.Time, node sim.NodeID, _ sim.Started) {
	r.health.of(node).crashed = false
	if i := r.nodes.index(node); i >= 0 {
		r.elections.changed(i, true, false, at)
		r.beliefs.ends(i, at, Down)
	}
}

func (r *Recorder) onPaused(node sim.NodeID, on bool, at sim.Time) {
	r.health.of(node).paused = on
	r.failovers.paused(node, on, at)
	if i := r.nodes.index(node); i >= 0 {
		r.elections.changed(i, !on && !r.health.of(node).crashed, false, at)
		r.beliefs.ends(i, at, Paused)
		if on {
			r.beliefs.begins(i, Paused, 0, at)
		}
	}
}
