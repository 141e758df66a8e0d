package paxos

import (
	"replsim/models/kv"
	"replsim/sim"
)

// leading is phase 2 under one ballot: for every slot one round of messages, and
// many slots at once.
type leading struct {
	r         *replica
	ballot    uint32
	start     sim.LSN // the slots up to here were decided before
	inherited sim.LSN // those up to here were proposed at once, for others may have them
	end       sim.LSN // the last slot proposed
	peers     []*peer // in the order of the nodes, this one included
	best      []sim.LSN
	stamps    []sim.LSN

	heartbeat *sim.Timer

	batchFrom sim.LSN // the values sent last, for the next peer
	batch     []Value
}

// peer is a node as its leader sees it.
type peer struct {
	id       sim.NodeID
	sent     sim.LSN
	acked    sim.LSN
	moved    sim.Time // the leader's clock when acked last moved, or there was nothing to acknowledge
	heard    sim.Time
	lastSent sim.Time
	stamp    sim.Time // the leader's clock in the newest message that the peer has acknowledged
	shipping bool     // a message is in service
}

// startLeading begins phase 2 with what phase 1 has found. Every slot that somebody
// has voted in gets the value of the highest vote. The slots between, which nothing
// can have been chosen in, get a no-op, so that those behind them can be applied.
func (p *proposer) startLeading(c *campaign) {
	r := p.r
	now, self := r.env.Clock(), r.env.ID()
	l := &leading{r: r, ballot: c.ballot, start: r.learner.decided}
	l.end = l.start
	l.heartbeat = r.env.NewTimer(l.onHeartbeat)
	for _, id := range r.c.nodes {
		l.peers = append(l.peers, &peer{id: id, sent: l.start, acked: l.start, moved: now, heard: now, lastSent: -1})
	}
	p.lead = l
	p.silence.Stop()
	p.retry.Stop()
	last := kv.VersionAt(r.learner.label, l.start)
	if l.start == 0 {
		last = 0
	}
	sim.Report(r.env, kv.LeaderStarted{Epoch: l.ballot, Start: l.start, Last: last, Undecided: true})
	r.herald.Lead(l.ballot)
	r.acceptor.follow(self, l.ballot, l.start)
	own := p.pending.all()
	for l.end < c.votes.end() || len(own) > 0 && l.end < own[len(own)-1].slot {
		slot := l.end + 1
		var mine *proposal
		for len(own) > 0 && own[0].slot <= slot {
			mine, own = &own[0], own[1:]
		}
		if v := c.votes.get(slot); v.ballot > 0 {
			l.put(v.value, kv.VersionAt(v.ballot, slot))
		} else if mine != nil {
			l.put(mine.work.value(), kv.VersionAt(mine.ballot, slot))
		} else {
			l.put(Value{}, 0)
		}
		if mine != nil {
			mine.ballot = l.ballot
		}
	}
	l.inherited = l.end
	if p.queue.len() == 0 && l.end > 0 {
		l.put(Value{}, 0) // so that all come to know the whole log by this ballot
	}
	l.propose()
	l.onHeartbeat()
}

// stopLeading gives up. With the rule Stable, clients go to the next leader; requests
// that are proposed already stay, for their slots may still be decided so.
func (p *proposer) stopLeading() {
	l := p.lead
	p.lead = nil
	l.heartbeat.Stop()
	l.r.herald.Stop()
	sim.Report(l.r.env, kv.LeaderStopped{Epoch: l.ballot})
	if l.r.cfg.Rule == Stable {
		for p.queue.len() > 0 {
			l.r.passOn(p.queue.pop())
		}
	}
}

// propose puts waiting requests into slots, as far as the pipeline has room, and lets
// all acceptors know, the own one included.
func (l *leading) propose() {
	p := &l.r.proposer
	room := func() bool {
		return l.r.cfg.Pipeline == 0 || l.end-l.r.learner.decided < sim.LSN(l.r.cfg.Pipeline)
	}
	for p.queue.len() > 0 && room() {
		w := p.queue.pop()
		p.pending.push(proposal{slot: l.end + 1, ballot: l.ballot, work: w})
		l.put(w.value(), 0)
	}
	l.r.journal.Flush()
	for _, to := range l.peers {
		l.shipSoon(to)
	}
}

// put proposes a value for the next slot; was is the version that it had if it was
// proposed before.
func (l *leading) put(value Value, was kv.Version) {
	r := l.r
	l.end++
	version := kv.VersionAt(l.ballot, l.end)
	r.c.audit.proposed(l.ballot, l.end, value)
	sim.Report(r.env, kv.Appended{Version: version, Op: value.writes(), Key: value.Key, Was: was})
	r.acceptor.accept(l.end, value)
}

// onAccepted notes what an acceptor has on its disk.
func (p *proposer) onAccepted(from sim.NodeID, m Accepted) {
	l := p.lead
	if l == nil || m.Ballot != l.ballot {
		return
	}
	q := l.peers[p.r.c.index(from)]
	q.heard, q.stamp = p.r.env.Clock(), max(q.stamp, m.Stamp)
	if m.End > q.acked {
		q.acked, q.moved = m.End, q.heard
		l.decide()
	}
	l.shipSoon(q)
}

// decide finds the slots that a phase-2 quorum has accepted: their values are chosen.
func (l *leading) decide() {
	r := l.r
	l.best = l.best[:0]
	for _, q := range l.peers {
		l.best = insert(l.best, q.acked)
	}
	to := min(l.end, l.best[r.cfg.Phase2Quorum-1])
	if to <= r.learner.decided {
		return
	}
	for slot := r.learner.decided + 1; slot <= to; slot++ {
		v := r.acceptor.votes.get(slot).value
		sim.Report(r.env, kv.Committed{Version: kv.VersionAt(l.ballot, slot), Op: v.writes(), Key: v.Key})
		r.learner.decide(l.ballot)
	}
	r.learner.apply()
	if r.proposer.lead != l {
		return
	}
	if r.cfg.TellAtOnce {
		for _, q := range l.peers {
			if q.id != r.env.ID() {
				sim.Send(r.env, q.id, Decide{Ballot: l.ballot, Start: l.start, Decided: to})
			}
		}
	}
	l.propose()
}

// insert keeps a list sorted, the highest first; it is a handful long.
func insert(list []sim.LSN, x sim.LSN) []sim.LSN {
	list = append(list, x)
	for i := len(list) - 1; i > 0 && list[i] > list[i-1]; i-- {
		list[i], list[i-1] = list[i-1], list[i]
	}
	return list
}

// onHeartbeat keeps others from running for the lead, and repeats what seems lost.
func (l *leading) onHeartbeat() {
	r := l.r
	now := r.env.Clock()
	own := l.peers[r.c.index(r.env.ID())]
	own.stamp, own.heard = now, now
	r.acceptor.stamp, r.acceptor.leased = now, now.Add(r.cfg.Lease)
	for _, q := range l.peers {
		if q == own {
			continue
		}
		if q.acked < q.sent && now.Sub(q.moved) >= r.cfg.Heartbeat {
			q.sent, q.moved = q.acked, now
		}
		l.shipSoon(q)
		if !q.shipping && q.lastSent != now {
			l.send(q, q.sent)
		}
	}
	l.heartbeat.Reset(r.cfg.Heartbeat)
}
