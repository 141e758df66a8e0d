package paxos

import (
	"replsim/models/kv"
	"replsim/sim"
)

// acceptor is the memory of Paxos. It keeps two rules: it answers nothing below the
// highest ballot that it has promised, and what it says it has promised or accepted is
// on its disk.
type acceptor struct {
	r        *replica
	promised uint32
	votes    slots[vote] // of the slots that are not applied yet
	owed     []owed      // promises that wait for their flush

	// The leader whose values it accepts.
	leader  sim.NodeID
	ballot  uint32
	start   sim.LSN
	durable sim.LSN  // what it has acknowledged to that leader
	stamp   sim.Time // the leader's clock in its newest message

	// With leases, it promises nothing to others until this instant of its own clock.
	leased sim.Time

	recv *sim.Jobs[delivery]
	cost *sim.Draws
}

// owed is an answer to a Prepare that may be sent when the journal is flushed up to lsn.
type owed struct {
	to      sim.NodeID
	prepare Prepare
	lsn     sim.LSN
}

// delivery is an Accept that waits for the CPU.
type delivery struct {
	from sim.NodeID
	m    Accept
}

// init makes of the disk what the acceptor knew. It cannot know whether it had granted
// a lease that still runs, so it takes it that it had.
func (a *acceptor) init(r *replica, first bool) {
	a.r, a.leader = r, sim.NoNode
	whole := pages{promised: r.disk.promised, votes: r.disk.votes.clone(), applied: r.disk.applied}
	whole.votes.forget(r.disk.applied)
	base := r.journal.Base()
	for i, rec := range r.journal.Slice(base, r.journal.End()) {
		whole.replay(rec, base+1+sim.LSN(i))
	}
	a.promised, a.votes = whole.promised, whole.votes
	if r.cfg.Reads == ReadLease && !first {
		a.leased = r.env.Clock().Add(r.cfg.Lease)
	}
	a.recv = sim.NewJobs(r.env.CPU(), a.receive)
	a.cost = r.env.Draws(r.cfg.Recv, "recv")
}

// onPrepare answers phase 1.
func (a *acceptor) onPrepare(from sim.NodeID, m Prepare) {
	a.r.proposer.heard(m.Ballot)
	switch {
	case a.r.disk.forgetful:
	case m.Ballot < a.promised || a.holdsLease(from):
		sim.Send(a.r.env, from, Refused{Ballot: m.Ballot, Promised: a.promised})
	default:
		a.promise(from, m)
	}
}

// promise accepts nothing in lower ballots from now on. It says so once that is on
// the disk.
func (a *acceptor) promise(to sim.NodeID, m Prepare) {
	a.promised = m.Ballot
	a.r.proposer.yield(m.Ballot)
	if to != a.r.env.ID() {
		a.r.proposer.await()
	}
	lsn := a.r.journal.Append(record{Ballot: m.Ballot}, messageBytes)
	a.owed = append(a.owed, owed{to, m, lsn})
	a.r.journal.Flush()
}

// holdsLease tells whether another node than this one may still answer reads, relying
// on that nobody else can lead.
func (a *acceptor) holdsLease(candidate sim.NodeID) bool {
	return a.r.cfg.Reads == ReadLease && a.leader != candidate && a.r.env.Clock() < a.leased
}

// onFlushed sends what waited for the disk.
func (a *acceptor) onFlushed() {
	safe := a.r.journal.Flushed()
	for len(a.owed) > 0 && a.owed[0].lsn <= safe {
		o := a.owed[0]
		a.owed = a.owed[1:]
		if o.prepare.Ballot == a.promised { // not overtaken by a higher one
			a.sendPromise(o.to, o.prepare)
		}
	}
	if a.advance() {
		a.acknowledge()
	}
}

// sendPromise tells a proposer all that it has to know of the slots after From.
func (a *acceptor) sendPromise(to sim.NodeID, m Prepare) {
	r := a.r
	r.c.audit.promised(r.env.ID(), m.Ballot)
	p := Promise{Ballot: m.Ballot, From: m.From, Base: r.disk.log.base}
	if p.Base <= m.From {
		p.Decided = r.learner.decisions(m.From, r.learner.decided)
		for slot := max(m.From, r.learner.decided) + 1; slot <= a.votes.end(); slot++ {
			if v := a.votes.get(slot); v.ballot > 0 {
				p.Votes = append(p.Votes, Vote{Slot: slot, Ballot: v.ballot, Value: v.value})
			}
		}
		p.bytes = (len(p.Decided) + len(p.Votes)) * (voteBytes + r.cfg.RecordBytes)
	}
	if to == r.env.ID() {
		r.proposer.onPromise(to, p)
		return
	}
	sim.Send(r.env, to, p)
}

// onAccept answers phase 2, after its time on the CPU.
func (a *acceptor) onAccept(from sim.NodeID, m Accept) {
	if len(m.Values) > 0 {
		if cost := a.cost.Next(); cost > 0 {
			a.recv.Do(cost, delivery{from, m})
			return
		}
	}
	a.receive(delivery{from, m})
}

func (a *acceptor) receive(d delivery) {
	r, m := a.r, d.m
	r.proposer.heard(m.Ballot)
	if m.Ballot < a.promised {
		sim.Send(r.env, d.from, Refused{Ballot: m.Ballot, Promised: a.promised})
		return
	}
	a.follow(d.from, m.Ballot, m.Start)
	a.stamp = max(a.stamp, m.Stamp)
	a.leased = r.env.Clock().Add(r.cfg.Lease)
	news := false
	if !r.disk.forgetful {
		for i, v := range m.Values {
			news = a.accept(m.From+1+sim.LSN(i), v) || news
		}
	}
	r.learner.told(d.from, m.Ballot, m.Start, m.Decided)
	if news {
		r.journal.Flush()
		return
	}
	a.advance()
	a.acknowledge()
}

// follow serves the leader of a ballot from now on, which is not below what was
// promised.
func (a *acceptor) follow(leader sim.NodeID, ballot uint32, start sim.LSN) {
	r := a.r
	r.proposer.yield(ballot)
	if leader != r.env.ID() {
		r.proposer.hasLeader()
	}
	a.promised = ballot
	if a.ballot == ballot {
		return
	}
	a.leader, a.ballot, a.start, a.durable, a.stamp = leader, ballot, start, start, 0
	if leader != r.env.ID() {
		sim.Report(r.env, kv.Followed{Epoch: ballot, Leader: leader})
	}
}

// accept votes for a value of the present leader, and tells whether that is new. What
// is decided needs no vote.
func (a *acceptor) accept(slot sim.LSN, value Value) bool {
	if slot <= a.r.learner.decided || a.votes.get(slot).ballot == a.ballot {
		return false
	}
	lsn := a.r.journal.Append(record{Slot: slot, Ballot: a.ballot, Value: value}, a.r.cfg.RecordBytes)
	*a.votes.at(slot) = vote{ballot: a.ballot, lsn: lsn, value: value}
	return true
}

// advance finds out up to where there is no gap in what is safe here, and tells
// whether that is news.
func (a *acceptor) advance() bool {
	a.r.c.audit.flushed(a.r)
	from, safe := a.durable, a.r.journal.Flushed()
	for {
		slot := a.durable + 1
		v := a.votes.get(slot)
		if slot > a.r.learner.decided && (v.ballot == 0 || v.ballot != a.ballot || v.lsn > safe) {
			return a.durable > from
		}
		a.durable = slot
	}
}

// acknowledge tells the leader.
func (a *acceptor) acknowledge() {
	r := a.r
	if a.leader == sim.NoNode || r.disk.forgetful || a.ballot < a.promised {
		return
	}
	m := Accepted{Ballot: a.ballot, End: a.durable, Stamp: a.stamp}
	if a.leader == r.env.ID() {
		r.proposer.onAccepted(a.leader, m)
		return
	}
	sim.Send(r.env, a.leader, m)
}
