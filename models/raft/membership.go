package raft

import "replsim/sim"

// Members change by one server at a time, and each change is an entry of the log that
// counts as soon as it is there (thesis 4.1). Any majority of the old members and any
// of the new ones then have a server in common, so no two leaders are elected in one
// term. A server that is added becomes a learner first, lest the group waits
// for one that has nothing yet (thesis 4.2.1).

// onOrder does what an operator wants of the leader. Orders are repeated until they
// have worked, so each does the next step only.
func (n *Node[C]) onOrder(_ sim.NodeID, m Order) {
	if n.lead == nil {
		return
	}
	switch m.Kind {
	case TransferLeadership:
		n.lead.beginHandOver(m.Target)
	case AddServer:
		n.lead.add(Server{ID: m.Target, Disk: m.Disk})
	case RemoveServer:
		n.lead.remove(m.Target)
	}
}

// mayChange tells whether the former change is committed, and so is an entry of this
// term. Without the latter, a change of a former leader might still come between
// (Ongaro's correction of the thesis, raft-dev, July 2015).
func (l *leading[C]) mayChange() bool {
	n := l.n
	last := sim.LSN(0)
	if len(n.changes) > 0 {
		last = n.changes[len(n.changes)-1].index
	}
	return n.commit >= l.first && last <= n.commit && !l.handOver.active
}

// add makes a server a voter, in steps: what was there on a former disk goes, the new
// one comes as a learner, and gets its vote when it has within one order to the next
// what the log held at the former.
func (l *leading[C]) add(s Server) {
	if !l.mayChange() {
		return
	}
	m := l.n.members
	known, ok := m.find(s.ID)
	switch {
	case ok && known.Disk != s.Disk:
		l.change(m.without(s.ID))
	case !ok:
		s.Learner = true
		l.change(m.with(s))
	case known.Learner:
		p := l.find(s.ID)
		if p.goal > 0 && p.match >= p.goal && p.disk == s.Disk {
			l.change(m.with(s))
			return
		}
		p.goal = l.n.log.End()
	}
}

// remove takes a server out of the group, which may be the leader itself, but not the
// last voter.
func (l *leading[C]) remove(id sim.NodeID) {
	m := l.n.members
	if s, ok := m.find(id); ok && l.mayChange() && (s.Learner || m.voters() > 1) {
		l.change(m.without(id))
	}
}

func (l *leading[C]) change(to *Members) { l.propose(Entry[C]{Kind: Change, Members: to}) }

// onStatusQuery answers an operator.
func (n *Node[C]) onStatusQuery(operator sim.NodeID, _ StatusQuery) {
	sim.Send(n.env, operator, Status{Term: n.hard.Term, Leading: n.lead != nil, Members: n.membersAt(n.commit), Disk: n.disk.id})
}
