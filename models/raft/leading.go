package raft

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// leading is what a node does in a term that it leads.
type leading[C Command] struct {
	n     *Node[C]
	term  uint32
	first sim.LSN    // its own first entry, the no-op
	peers []*peer    // all other members
	ends  []sim.LSN  // scratch
	times []sim.Time // scratch

	beat      *sim.Timer
	beats     int // ticks since the last heartbeat
	check     *sim.Timer
	shipJobs  *sim.Jobs[*peer]
	shipCost  *sim.Draws
	chunkJobs *sim.Jobs[chunk]

	confirming confirming
	handOver   handOver
}

// becomeLeader begins to lead the term. The no-op is committed as soon as
// possible, and with it all that former leaders left in the log (thesis 6.4).
func (n *Node[C]) becomeLeader() {
	end := n.log.End()
	n.group.audit.leads(n.env.ID(), n.hard.Term, end, n.log.Base(), n.termAt)
	n.role, n.leader = Leader, n.env.ID()
	n.stopElectionTimer()
	l := &leading[C]{n: n, term: n.hard.Term, first: end + 1}
	l.shipJobs = sim.NewJobs(n.env.CPU(), l.onShipServed)
	l.shipCost = n.env.Draws(n.cfg.Ship, "ship")
	l.chunkJobs = sim.NewJobs(sim.NewCPU(n.env, 1), l.sendChunk)
	l.handOver.timer = n.env.NewTimer(l.endHandOver)
	n.lead = l
	l.meetPeers()
	if n.cfg.Tick == 0 {
		l.beat = n.env.NewTimer(l.onBeat)
		l.beat.Reset(n.cfg.Heartbeat)
		l.check = n.env.NewTimer(l.onCheck)
		l.check.Reset(n.clock.shortest)
	}
	report(n, kv.LeaderStarted{Epoch: l.term, Start: end, Last: n.startVersion(end), Undecided: true})
	n.herald.Lead(l.term)
	l.heartbeat()
	l.propose(Entry[C]{Kind: NoOp})
	if asked := n.reads.wanted; n.reads.asked != 0 { // as a follower
		n.reads.asked = 0
		l.confirm(readRequest{n.env.ID(), asked})
	}
}

// startVersion returns the version of the last entry of a new leader's log.
func (n *Node[C]) startVersion(end sim.LSN) kv.Version {
	if end == 0 {
		return 0
	}
	return n.versionAt(end)
}

// stopLeading gives up. What the log holds beyond the commit may still be committed
// by the next leader, or dropped.
func (n *Node[C]) stopLeading() {
	l := n.lead
	n.lead = nil
	l.handOver.timer.Stop()
	if n.cfg.Tick == 0 {
		l.beat.Stop()
		l.check.Stop()
	}
	n.herald.Stop()
	report(n, kv.LeaderStopped{Epoch: l.term})
	n.forgetReads()
	n.machine.Deposed()
}

// Propose appends a command to the log of a leader, and tells where it is: it is
// decided when an entry of that index is applied, the entry proposed if it has that
// term. ok is false if the node does not lead, or is handing over.
func (n *Node[C]) Propose(c C) (index sim.LSN, term uint32, ok bool) {
	if n.lead == nil || n.lead.handOver.active {
		return 0, 0, false
	}
	return n.lead.propose(Entry[C]{Kind: Normal, Command: c}), n.hard.Term, true
}

// propose appends an entry and sends it on its way: at once, or with the others that
// come while the disk is busy.
func (l *leading[C]) propose(e Entry[C]) sim.LSN {
	n := l.n
	e.Term, e.Stamp = l.term, n.env.Clock()
	i := n.append(e)
	if !n.cfg.Quiet {
		op, key := e.fact()
		sim.Report(n.env, kv.Appended{Version: kv.VersionAt(e.Term, i), Op: op, Key: key})
	}
	if !n.saver.flushing {
		l.beginRound()
	}
	return i
}

// beginRound flushes the new entries and sends them to the followers: in parallel, or
// one after the other.
func (l *leading[C]) beginRound() {
	l.n.flush()
	if l.n.cfg.ShipUnflushed {
		l.shipAll()
	}
}

// onFlushed goes on after a flush: the leader counts itself now (thesis 10.2.1).
func (l *leading[C]) onFlushed() {
	l.advanceCommit()
	if l.n.lead != l {
		return // it has left the group by that commit
	}
	if !l.n.cfg.ShipUnflushed {
		l.shipAll()
	}
	if l.n.log.End() > l.n.log.Flushed() {
		l.beginRound()
	}
}

// onTick counts the ticks of a leader.
func (l *leading[C]) onTick() {
	if l.beats++; l.beats >= l.n.cfg.HeartbeatTicks {
		l.beats = 0
		l.heartbeat()
	}
	if c := &l.n.clock; c.elapsed >= l.n.cfg.ElectionTicks {
		c.elapsed = 0
		l.checkQuorum()
	}
}

func (l *leading[C]) onBeat() {
	l.beat.Reset(l.n.cfg.Heartbeat)
	l.heartbeat()
}

func (l *leading[C]) onCheck() {
	l.check.Reset(l.n.clock.shortest)
	l.checkQuorum()
}

// heartbeat tells all members that the leader lives.
func (l *leading[C]) heartbeat() {
	n := l.n
	m := Heartbeat{Term: l.term, Round: l.confirming.round, Sent: n.env.Monotonic(), Stamp: n.env.Clock()}
	for _, p := range l.peers {
		m.Commit = min(p.match, n.commit)
		sim.Send(n.env, p.id, m)
		l.watchSnapshot(p, m.Sent)
	}
}

// checkQuorum steps down if no majority has answered since the last check: clients had
// better look for another leader, and there may be one (thesis 6.2).
func (l *leading[C]) checkQuorum() {
	if !l.n.cfg.CheckQuorum {
		return
	}
	active := 0
	if l.n.isVoter() {
		active++
	}
	for _, p := range l.peers {
		if p.active && l.counts(p) {
			active++
		}
		p.active = false
	}
	if active < l.n.members.quorum() {
		l.n.becomeFollower(l.term)
	}
}

// onHeartbeatReply counts a follower as alive, and helps it if it lacks entries.
func (n *Node[C]) onHeartbeatReply(from sim.NodeID, m HeartbeatReply) {
	p := n.peer(from, m.Term, m.Disk)
	if p == nil {
		return
	}
	p.round, p.sent = max(p.round, m.Round), max(p.sent, m.Sent)
	n.lead.onConfirmed()
	if n.lead == nil || p.snap != nil {
		return
	}
	if m.Sent > p.probed { // or the answer to the probe is still to come
		p.paused = false
	}
	if !p.paused && p.match < n.log.End() {
		// Entries may be lost: an empty message asks whether it has all that were sent.
		if p.next > n.lead.sendable() || len(p.inflight) >= n.cfg.maxInflight() {
			n.lead.send(p, p.next-1)
			return
		}
		n.lead.ship(p)
	}
}

// peer finds the leader's view of a follower that has sent something; nil if this node
// does not lead the term of which the follower speaks, or does not know it.
func (n *Node[C]) peer(from sim.NodeID, term, disk uint32) *peer {
	if term > n.hard.Term {
		n.becomeFollower(term)
		n.flush()
	}
	if n.lead == nil || term < n.hard.Term {
		return nil
	}
	p := n.lead.find(from)
	if p == nil {
		return nil
	}
	if disk != p.disk {
		if disk < p.disk {
			return nil
		}
		*p = newPeer(p.id, disk, n.log.End()+1)
	}
	p.active = true
	return p
}

func (l *leading[C]) find(id sim.NodeID) *peer {
	for _, p := range l.peers {
		if p.id == id {
			return p
		}
	}
	return nil
}

// counts tells whether a peer is a voter, and on the disk that is meant.
func (l *leading[C]) counts(p *peer) bool { return l.n.members.votes(p.id, p.disk) }

// meetPeers makes the list of peers follow the members.
func (l *leading[C]) meetPeers() {
	old := l.peers
	l.peers = nil
	for _, s := range l.n.members.list {
		if s.ID == l.n.env.ID() {
			continue
		}
		p := new(peer)
		*p = newPeer(s.ID, s.Disk, l.n.log.End()+1)
		for _, known := range old {
			if known.id == s.ID && known.disk >= s.Disk {
				p = known
			}
		}
		l.peers = append(l.peers, p)
	}
}

// seconds returns how long so many bytes take at a rate.
func seconds(bytes int, rate int64) time.Duration {
	if rate <= 0 {
		return 0
	}
	return time.Duration(float64(bytes) / float64(rate) * float64(time.Second))
}
