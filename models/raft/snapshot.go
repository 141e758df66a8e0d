package raft

import (
	"replsim/models/kv"
	"replsim/sim"
)

// snapshot is the state of the machine at a point of the log, on the disk. It stands
// for the log up to there.
type snapshot struct {
	snapshotPoint
	state any
	bytes int
}

// chunkBytes is the most that one message of a snapshot carries.
const chunkBytes = 128 << 10

// compact takes a snapshot of what is applied, and trims the log: some entries
// stay for followers that are a little behind (paper 7; etcd).
func (n *Node[C]) compact() {
	keep := n.cfg.LogKeep
	if keep == 0 || n.applied-n.log.Base() <= keep+max(1, keep/4) || n.applied > n.log.Flushed() {
		return
	}
	state, bytes := n.machine.Snapshot()
	n.disk.snap = snapshot{snapshotPoint{n.applied, n.termAt(n.applied), n.membersAt(n.applied)}, state, bytes}
	to := n.applied - keep
	n.disk.baseTerm, n.disk.baseMembers = n.termAt(to), n.membersAt(to)
	n.log.Trim(to)
	n.forgetChanges(to)
	n.group.forget()
}

// forgetChanges drops the changes of members that the log no longer holds.
func (n *Node[C]) forgetChanges(base sim.LSN) {
	gone := 0
	for gone < len(n.changes) && n.changes[gone].index <= base {
		gone++
	}
	n.changes = n.changes[gone:]
}

// sending is a snapshot on its way to a peer whose next entry is trimmed off the log.
type sending struct {
	snapshot
	offset int
	heard  sim.Time // on the monotonic clock: when it last went on
}

// chunk is a piece of a snapshot that is being read.
type chunk struct {
	to *peer
	s  *sending
}

func (l *leading[C]) startSnapshot(p *peer) {
	p.snap = &sending{snapshot: l.n.disk.snap, heard: l.n.env.Monotonic()}
	p.probing, p.paused, p.inflight = true, false, p.inflight[:0]
	l.readChunk(chunk{p, p.snap})
}

// readChunk reads a piece, which takes its time.
func (l *leading[C]) readChunk(c chunk) {
	l.chunkJobs.Do(seconds(min(chunkBytes, c.s.bytes-c.s.offset), l.n.cfg.SnapshotRate), c)
}

// sendChunk sends a piece, and goes on with the next one.
func (l *leading[C]) sendChunk(c chunk) {
	if l.n.lead != l || c.to.snap != c.s {
		return
	}
	size := min(chunkBytes, c.s.bytes-c.s.offset)
	m := InstallSnapshot{Term: l.term, Last: c.s.snapshotPoint, Offset: c.s.offset, Total: c.s.snapshot.bytes, bytes: size}
	c.s.offset += size
	c.s.heard = l.n.env.Monotonic()
	if c.s.offset < c.s.snapshot.bytes {
		sim.Send(l.n.env, c.to.id, m)
		l.readChunk(c)
		return
	}
	m.State = c.s.state
	sim.Send(l.n.env, c.to.id, m)
}

// watchSnapshot gives up a snapshot of which nothing is heard any more.
func (l *leading[C]) watchSnapshot(p *peer, now sim.Time) {
	if p.snap != nil && now.Sub(p.snap.heard) > 3*l.n.clock.shortest {
		p.snap, p.paused = nil, false
	}
}

// onSnapshotReply notes that a snapshot is arriving.
func (n *Node[C]) onSnapshotReply(from sim.NodeID, m SnapshotReply) {
	if p := n.peer(from, m.Term, m.Disk); p != nil && p.snap != nil && p.snap.Index == m.Index {
		p.snap.heard = n.env.Monotonic()
	}
}

// arriving is a snapshot of which a follower has some chunks.
type arriving struct {
	term   uint32
	index  sim.LSN
	offset int
}

// onInstallSnapshot takes a chunk, if none before it is missing. If one is, the leader
// will notice that it hears no more of it, and begin anew.
func (n *Node[C]) onInstallSnapshot(from sim.NodeID, m InstallSnapshot) {
	reply := SnapshotReply{Index: m.Last.Index, Disk: n.disk.id}
	if !n.hear(from, m.Term) {
		reply.Term = n.hard.Term
		sim.Send(n.env, from, reply)
		return
	}
	if m.Offset == 0 {
		n.incoming = arriving{m.Term, m.Last.Index, 0}
	}
	if n.incoming != (arriving{m.Term, m.Last.Index, m.Offset}) {
		return
	}
	n.incoming.offset += m.bytes
	if n.incoming.offset < m.Total {
		reply.Term = n.hard.Term
		sim.Send(n.env, from, reply)
		return
	}
	n.incoming = arriving{}
	n.install(m)
}

// install makes a snapshot count, unless the log has its last entry: then all of it is
// there, and what follows it must not be lost (paper, figure 13, step 6).
func (n *Node[C]) install(m InstallSnapshot) {
	i := m.Last.Index
	switch {
	case i <= n.commit:
		n.verified = max(n.verified, n.commit)
	case i <= n.log.End() && n.termAt(i) == m.Last.Term:
		n.verified = max(n.verified, i)
		n.learnCommit(i)
	default:
		n.restore(m)
	}
	n.ackDue = true
	n.save(n.acknowledge)
}

// restore replaces state and log by a snapshot.
func (n *Node[C]) restore(m InstallSnapshot) {
	i := m.Last.Index
	n.group.audit.restores(n.env.ID(), i, m.Last.Term)
	n.log.Restart(i)
	n.disk.snap = snapshot{m.Last, m.State, m.Total}
	n.disk.baseTerm, n.disk.baseMembers = m.Last.Term, m.Last.Members
	n.changes = n.changes[:0]
	n.adopt()
	n.machine.Restore(m.State)
	n.applied, n.commit, n.verified, n.disk.applied = i, i, i, i
	n.applier.busy = false
	n.applier.round++
	report(n, kv.Restored{Version: kv.VersionAt(m.Last.Term, i), Bytes: int64(m.Total)})
	n.answerReads()
}
