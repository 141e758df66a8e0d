package raft

import (
	"replsim/models/kv"
	"replsim/sim"
)

// handOver is a leader's attempt to make another node the leader (thesis 3.10): it takes
// no more writes, waits until the target has its whole log, and tells it to begin an
// election at once. If that does not work within an election time-out, it goes on
// leading.
type handOver struct {
	active bool
	told   bool
	target sim.NodeID
	timer  *sim.Timer
}

// beginHandOver begins to hand over to a voter, NoNode being the most advanced one.
func (l *leading[C]) beginHandOver(target sim.NodeID) {
	if l.handOver.active {
		return
	}
	var to *peer
	for _, p := range l.peers {
		if l.counts(p) && (p.id == target || target == sim.NoNode && (to == nil || p.match > to.match)) {
			to = p
		}
	}
	if to == nil {
		return
	}
	l.handOver.active, l.handOver.told, l.handOver.target = true, false, to.id
	l.handOver.timer.Reset(l.n.clock.shortest)
	l.continueHandOver(to)
}

// continueHandOver tells the target to go when it has the whole log. From then on the
// leader must not trust its lease: voters help to depose it.
func (l *leading[C]) continueHandOver(p *peer) {
	h := &l.handOver
	if !h.active || h.told || p.id != h.target || p.match < l.n.log.End() {
		return
	}
	h.told = true
	l.confirming.noLease = true
	sim.Send(l.n.env, p.id, TimeoutNow{Term: l.term})
}

func (l *leading[C]) endHandOver() { l.handOver.active = false }

// onTimeoutNow begins an election on the leader's behalf.
func (n *Node[C]) onTimeoutNow(_ sim.NodeID, m TimeoutNow) {
	if m.Term == n.hard.Term && n.role == Follower && n.isVoter() {
		report(n, kv.PromotionBegan{Epoch: m.Term + 1})
		n.campaign(true)
	}
}
