package raft

import (
	"replsim/sim"
)

// peer is what a leader knows about another member (the paper's nextIndex and
// matchIndex). It sends entries optimistically, before former ones are
// answered, unless it has to find out first where the two logs agree: then it
// probes, one message at a time (thesis 10.2.1; etcd).
type peer struct {
	id       sim.NodeID
	disk     uint32
	match    sim.LSN // known to be the same as the leader's, and safe on its disk
	next     sim.LSN // to send next
	probing  bool
	paused   bool      // a probe is on its way …
	probed   sim.Time  // … since this instant of the monotonic clock
	inflight []sim.LSN // the last entries of messages that are not answered yet
	shipping bool      // a message waits for the CPU
	active   bool      // has answered since the last check for a quorum
	round    uint64    // the last round of heartbeats that it has answered …
	sent     sim.Time  // … and when that was sent
	told     sim.LSN   // the commit that it was told of
	goal     sim.LSN   // Learner: what it should have before it gets a vote
	snap     *sending
}

// newPeer is what a leader believes of a member that it has not heard from: it probes
// at the end of its own log.
func newPeer(id sim.NodeID, disk uint32, next sim.LSN) peer {
	return peer{id: id, disk: disk, next: next, probing: true, active: true, sent: never}
}

// sendable is the position up to which followers may have the log.
func (l *leading[C]) sendable() sim.LSN {
	if l.n.cfg.ShipUnflushed {
		return l.n.log.End()
	}
	return l.n.log.Flushed()
}

func (l *leading[C]) shipAll() {
	for _, p := range l.peers {
		l.ship(p)
	}
}

// ready tells whether there is something that may be sent to a peer.
func (l *leading[C]) ready(p *peer) bool {
	return !p.paused && p.snap == nil && p.next <= l.sendable() && len(p.inflight) < l.n.cfg.maxInflight()
}

// ship sends a peer what it lacks, message by message, each when the CPU has served
// it.
func (l *leading[C]) ship(p *peer) {
	for !p.shipping && l.ready(p) {
		if cost := l.shipCost.Next(); cost > 0 {
			p.shipping = true
			l.shipJobs.Do(cost, p)
			return
		}
		l.sendNext(p)
	}
}

func (l *leading[C]) onShipServed(p *peer) {
	p.shipping = false
	if l.n.lead != l || !l.ready(p) {
		return
	}
	l.sendNext(p)
	l.ship(p)
}

// sendNext sends one message of entries.
func (l *leading[C]) sendNext(p *peer) {
	if p.next-1 < l.n.log.Base() { // trimmed away
		l.startSnapshot(p)
		return
	}
	l.send(p, min(l.sendable(), p.next-1+l.n.cfg.maxBatch()))
}

// send sends the entries from p.next up to to; there may be none.
func (l *leading[C]) send(p *peer, to sim.LSN) {
	n := l.n
	prev := p.next - 1
	if prev < n.log.Base() {
		l.startSnapshot(p)
		return
	}
	entries := n.log.Slice(prev, to)
	sim.Send(n.env, p.id, Append[C]{
		Term: l.term, Prev: prev, PrevTerm: n.termAt(prev), Entries: entries,
		Commit: n.commit, Stamp: n.env.Clock(), bytes: len(entries) * n.cfg.RecordBytes,
	})
	if p.probing {
		p.paused, p.probed = true, n.env.Monotonic()
		return
	}
	p.told = n.commit
	if len(entries) > 0 {
		p.inflight = append(p.inflight, to)
		p.next = to + 1
	}
}

// onAppendReply moves a follower's position, forward or back.
func (n *Node[C]) onAppendReply(from sim.NodeID, m AppendReply) {
	p := n.peer(from, m.Term, m.Disk)
	if p == nil {
		return
	}
	l := n.lead
	if m.Rejected {
		l.backUp(p, m)
		return
	}
	p.answered(m.Match)
	if p.probing && p.snap == nil {
		p.probing, p.paused = false, false
		p.next = p.match + 1
	}
	l.advanceCommit()
	if n.lead != l {
		return
	}
	l.tellCommit(p)
	l.ship(p)
	l.continueHandOver(p)
}

// answered notes that a peer has all entries up to match.
func (p *peer) answered(match sim.LSN) {
	if match > p.match {
		p.match = match
	}
	p.next = max(p.next, p.match+1)
	done := 0
	for done < len(p.inflight) && p.inflight[done] <= p.match {
		done++
	}
	p.inflight = p.inflight[:copy(p.inflight, p.inflight[done:])]
	if p.snap != nil && p.match >= p.snap.Index {
		p.snap = nil
		p.probing, p.paused, p.next = false, false, p.match+1
	}
}

// backUp looks for the place where the logs agree. The follower's hint skips all entries
// of terms that the leader's log cannot share (paper 5.3, at its end; etcd).
func (l *leading[C]) backUp(p *peer, m AppendReply) {
	if p.snap != nil || m.Prev <= p.match {
		return // an answer to something older
	}
	if !p.probing {
		p.probing, p.inflight = true, p.inflight[:0]
		p.next = p.match + 1
	} else {
		if m.Prev != p.next-1 {
			return
		}
		hint := l.n.agreement(m.HintIndex, m.HintTerm)
		p.next = max(p.match+1, min(m.Prev, hint+1))
	}
	p.paused = false
	if p.next > l.sendable() {
		l.send(p, p.next-1)
		return
	}
	l.ship(p)
}

// agreement returns the last place up to an index at which a log whose entry there is of
// a term may agree with the own log: entries of later terms here are not there. It
// gives up at what is trimmed off the log.
func (n *Node[C]) agreement(index sim.LSN, term uint32) sim.LSN {
	index = min(index, n.log.End())
	for index > n.log.Base() && n.termAt(index) > term {
		index--
	}
	return index
}

// onAppend takes a batch into the log if it follows what is there (paper 5.3).
func (n *Node[C]) onAppend(from sim.NodeID, m Append[C]) {
	if !n.hear(from, m.Term) {
		sim.Send(n.env, from, AppendReply{Term: n.hard.Term, Rejected: true, Disk: n.disk.id})
		return
	}
	n.stamp = max(n.stamp, m.Stamp)
	if m.Prev > n.log.End() || m.Prev >= n.log.Base() && n.termAt(m.Prev) != m.PrevTerm {
		hint := n.agreement(m.Prev, m.PrevTerm)
		sim.Send(n.env, from, AppendReply{Term: n.hard.Term, Rejected: true, Prev: m.Prev, HintIndex: hint, HintTerm: n.termAt(hint), Disk: n.disk.id})
		return
	}
	n.take(m)
	n.verified = max(n.verified, m.Prev+sim.LSN(len(m.Entries)), n.log.Base())
	n.learnCommit(min(m.Commit, n.verified))
	n.ackDue = true
	n.flush()
	if n.log.Flushed() >= n.verified {
		n.acknowledge()
	}
}

// take appends the entries that the log does not have. If it has others instead, of
// another term, they and all that follow are dropped: their leader is gone, and they
// were not committed. What is behind a snapshot is committed.
func (n *Node[C]) take(m Append[C]) {
	for i, e := range m.Entries {
		at := m.Prev + sim.LSN(i) + 1
		if at <= n.log.Base() {
			continue
		}
		if at <= n.log.End() {
			if n.termAt(at) == e.Term {
				continue
			}
			n.truncate(at - 1)
		}
		n.append(e)
	}
}

// acknowledge tells the leader what is the same as its log and on the disk.
func (n *Node[C]) acknowledge() {
	if !n.ackDue || n.leader == sim.NoNode || n.lead != nil {
		return
	}
	match := min(n.verified, n.log.Flushed())
	n.ackDue = match < n.verified
	sim.Send(n.env, n.leader, AppendReply{Term: n.hard.Term, Match: match, Disk: n.disk.id})
}

// onHeartbeat answers a leader.
func (n *Node[C]) onHeartbeat(from sim.NodeID, m Heartbeat) {
	if n.hear(from, m.Term) {
		n.stamp = max(n.stamp, m.Stamp)
		n.learnCommit(min(m.Commit, n.log.End()))
	}
	sim.Send(n.env, from, HeartbeatReply{Term: n.hard.Term, Round: m.Round, Sent: m.Sent, Disk: n.disk.id})
}

// onAdvance learns of a commit.
func (n *Node[C]) onAdvance(from sim.NodeID, m Advance) {
	if n.hear(from, m.Term) {
		n.learnCommit(min(m.Commit, n.verified))
	}
}
