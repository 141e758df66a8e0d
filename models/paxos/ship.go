package paxos

import "replsim/sim"

// shipSoon sends a node the values that it lacks, message by message, each when the
// CPU has served it. One per node is in service at a time. A node that is silent gets
// heartbeats only.
func (l *leading) shipSoon(q *peer) {
	p := &l.r.proposer
	for q.id != l.r.env.ID() && !q.shipping && l.hasNews(q) {
		if cost := p.shipCost.Next(); cost > 0 {
			q.shipping = true
			p.shipJobs.Do(cost, q)
			return
		}
		l.ship(q)
	}
}

// hasNews tells whether a node can be sent values.
func (l *leading) hasNews(q *peer) bool {
	return q.sent < l.end && l.r.env.Clock().Sub(q.heard) <= 3*l.r.cfg.Heartbeat
}

// onShipServed goes on when the CPU has served a message.
func (p *proposer) onShipServed(q *peer) {
	q.shipping = false
	l := p.lead
	if l == nil || l.peers[p.r.c.index(q.id)] != q || !l.hasNews(q) {
		return
	}
	l.ship(q)
	l.shipSoon(q)
}

// ship sends one message of values. What is applied here is decided, and the node will
// learn it.
func (l *leading) ship(q *peer) {
	q.sent = max(q.sent, l.r.disk.applied)
	if q.sent < l.end {
		l.send(q, min(l.end, q.sent+sim.LSN(l.r.cfg.Batch)))
	}
}

// send sends the values after q.sent up to to; none are a heartbeat.
func (l *leading) send(q *peer, to sim.LSN) {
	r := l.r
	now := r.env.Clock()
	values := l.values(q.sent, to)
	sim.Send(r.env, q.id, Accept{Ballot: l.ballot, Start: l.start, From: q.sent, Values: values,
		Decided: r.learner.decided, Stamp: now, bytes: len(values) * r.cfg.RecordBytes})
	if q.acked == q.sent {
		q.moved = now
	}
	q.sent, q.lastSent = to, now
}

// values returns what was proposed for the slots after from up to to. Most nodes get
// the same ones one after the other.
func (l *leading) values(from, to sim.LSN) []Value {
	if from == to {
		return nil
	}
	if from == l.batchFrom && int(to-from) == len(l.batch) {
		return l.batch
	}
	l.batchFrom, l.batch = from, make([]Value, 0, to-from)
	for slot := from + 1; slot <= to; slot++ {
		l.batch = append(l.batch, l.r.acceptor.votes.get(slot).value)
	}
	return l.batch
}
