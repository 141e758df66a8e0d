package paxos

import (
	"replsim/sim"
)

// readByLease answers a read without asking anybody, if this node leads and no other
// can lead now: a phase-2 quorum of acceptors has heard from it so lately that they
// promise nothing to others, and every phase-1 quorum has one of them in it. The state
// must reflect all that this leader, or one before it, may have told clients.
//
// Both sides measure the lease with their own clocks. One that runs too fast at an
// acceptor, or too slow at the leader, or that jumps, breaks it: LeaseMargin is there for
// that, and no margin is enough for every clock.
func (p *proposer) readByLease(w work) {
	l := p.lead
	if l == nil || !l.holdsLease() {
		p.submit(w)
		return
	}
	p.r.learner.readAt(max(p.r.learner.decided, l.inherited), w)
}

// holdsLease tells whether the leader may rely on a phase-2 quorum.
func (l *leading) holdsLease() bool {
	l.stamps = l.stamps[:0]
	for _, q := range l.peers {
		l.stamps = insert(l.stamps, sim.LSN(q.stamp))
	}
	since := sim.Time(l.stamps[l.r.cfg.Phase2Quorum-1])
	return since > 0 && l.r.env.Clock() < since.Add(l.r.cfg.Lease-l.r.cfg.LeaseMargin)
}
