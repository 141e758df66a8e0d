package dcs

import (
	"time"

	"replsim/sim"
)

// lessor is how a member that leads watches the leases.
type lessor struct {
	m      *member
	term   uint32               // of the store's leader that the deadlines are of; 0: this member did not lead
	ends   map[LeaseID]sim.Time // on its monotonic clock
	doomed map[LeaseID]bool     // run out, and about to be revoked
	look   *sim.Timer
}

// idle is how often a member looks whether it leads now, if it watches without a period.
const idle = 100 * time.Millisecond

func newLessor(m *member) *lessor {
	l := &lessor{m: m}
	l.look = m.env.NewTimer(l.onLook)
	first := idle
	if every := m.c.cfg.Check; every > 0 { // when its periods began, is chance
		first = time.Duration(m.env.Stream("lessor phase").Int64N(int64(every)))
	}
	l.look.Reset(first)
	return l
}

// leads tells whether the member leads, and takes over the leases if it did not: it
// does not know how long ago their holders were heard, so they have their full time.
func (l *lessor) leads() bool {
	if !l.m.node.Leading() {
		l.term = 0
		return false
	}
	if l.term != l.m.node.Term() {
		l.term = l.m.node.Term()
		l.ends, l.doomed = map[LeaseID]sim.Time{}, map[LeaseID]bool{}
		for _, s := range l.m.state.leases {
			l.extend(s)
		}
	}
	return true
}

func (l *lessor) extend(s lease) { l.ends[s.id] = l.m.env.Monotonic().Add(s.ttl) }

// granted notes a new lease, when the log has it.
func (l *lessor) granted(s lease) {
	if l.leads() {
		l.extend(s)
		l.schedule()
	}
}

// keepAlive gives a lease its full time again, unless it has run out.
func (l *lessor) keepAlive(id LeaseID) Status {
	i, known := l.m.state.lease(id)
	if !l.leads() || !known || l.doomed[id] || l.m.env.Monotonic() >= l.ends[id] {
		return NoLease
	}
	l.extend(l.m.state.leases[i])
	return OK
}

// onLook revokes what has run out.
func (l *lessor) onLook() {
	if l.leads() {
		now := l.m.env.Monotonic()
		for _, s := range l.m.state.leases {
			if end, known := l.ends[s.id]; !known {
				l.extend(s) // it was in the log before this member led, and is applied only now
			} else if now >= end && !l.doomed[s.id] {
				l.doomed[s.id] = true
				l.m.revoke(s.id)
			}
		}
	}
	l.schedule()
}

// schedule looks again in a period, or without one when the next lease runs out.
func (l *lessor) schedule() {
	next := l.m.c.cfg.Check
	if next == 0 {
		next = idle
		now := l.m.env.Monotonic()
		for _, s := range l.m.state.leases {
			if end, known := l.ends[s.id]; known && l.term != 0 && !l.doomed[s.id] {
				next = min(next, max(end.Sub(now), 0))
			}
		}
	} else if l.look.Armed() {
		return // a period goes on
	}
	l.look.Reset(next)
}
