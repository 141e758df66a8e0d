package raft

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// Machine is the state machine that a node feeds with the committed entries, and what
// else its service has to know.
type Machine[C Command] interface {
	// Apply executes a committed command. After a restart, or a snapshot, commands come
	// again from there on.
	Apply(index sim.LSN, e Entry[C])
	// Snapshot returns a copy of the state, which is never changed, and its size on
	// the wire.
	Snapshot() (state any, bytes int)
	// Restore replaces the state by what Snapshot returned; nil is the state at the
	// start of the log.
	Restore(state any)
	// Readable tells that reads up to a number may now be answered (see Node.Confirm).
	Readable(number uint64)
	// Deposed tells that the node has stopped to lead, before what it proposed was
	// decided; or, as a follower, that it will not learn more about its reads.
	Deposed()
}

// hardState is what a node must not forget: its term, and its vote in it.
type hardState struct {
	Term uint32
	Vote sim.NodeID
}

// disk is what a node keeps beside its log.
type disk struct {
	id          uint32 // which disk of the machine it is: see Server
	hard        hardState
	applied     sim.LSN // how far the service's own pages reflect the log
	baseTerm    uint32  // of the last entry that was trimmed off the log
	baseMembers *Members
	snap        snapshot
}

// Role is what a node is at present.
type Role uint8

// Roles.
const (
	Follower Role = iota
	PreCandidate
	Candidate
	Leader
)

// Node is one incarnation of a server of the group.
type Node[C Command] struct {
	env     *sim.Env
	group   *Group[C]
	cfg     *Config
	machine Machine[C]
	herald  *kv.Herald
	disk    *disk
	log     *sim.Log[Entry[C]]

	hard    hardState // as far as this incarnation knows; the disk may be behind
	role    Role
	leader  sim.NodeID // of the term, if known
	votes   []ballot   // Candidate, PreCandidate: the answers so far
	lead    *leading[C]
	members *Members // the last ones in the log
	changes []change // in the log

	commit   sim.LSN // known to be committed
	applied  sim.LSN // reflected by the machine
	verified sim.LSN // Follower: the log up to here is the same as the leader's
	ackDue   bool    // … which the leader is to be told after the next flush
	stamp    sim.Time

	clock    clockwork
	saver    saver
	applier  applier
	incoming arriving
	reads    reading
	recvCost *sim.Draws
}

// Start begins an incarnation of a node of the group from what its disk holds.
func Start[C Command](e *sim.Env, g *Group[C], m Machine[C]) *Node[C] {
	g.begin()
	place := g.place(e.ID())
	first := g.last[place] == nil
	n := &Node[C]{env: e, group: g, cfg: g.cfg, machine: m, leader: sim.NoNode}
	g.last[place] = n
	n.herald = kv.NewHerald(e, g.names)
	n.log = sim.OpenLog[Entry[C]](e, n.onSynced)
	n.disk = sim.Pages(e, func() *disk { return g.freshDisk(place, first) })
	if first {
		n.fillLog(g.logs[place])
	}
	n.hard = n.disk.hard
	n.recvCost = e.Draws(n.cfg.Recv, "recv")
	n.initSaver()
	n.initApplier()
	n.initClock(first)
	n.recover()
	n.handle()
	if first && place == 0 && g.logs[place] > 0 {
		report(n, kv.Inherited{Epoch: 1, End: sim.LSN(len(g.nodes))})
	}
	if first && place == 0 && !n.cfg.NoLeaderAtStart {
		n.becomeLeader()
	} else {
		n.restartElectionTimer()
	}
	n.flush()
	return n
}

// fillLog makes the log that a leader of term 1 left behind.
func (n *Node[C]) fillLog(length sim.LSN) {
	for range length {
		n.log.Append(Entry[C]{Term: 1, Kind: NoOp}, n.cfg.RecordBytes)
	}
}

// handle makes the handlers of all messages.
func (n *Node[C]) handle() {
	sim.Handle(n.env, n.onRequestVote)
	sim.Handle(n.env, n.onVote)
	handleOnCPU(n, n.onAppend)
	sim.Handle(n.env, n.onAppendReply)
	handleOnCPU(n, n.onHeartbeat)
	sim.Handle(n.env, n.onHeartbeatReply)
	sim.Handle(n.env, n.onAdvance)
	sim.Handle(n.env, n.onInstallSnapshot)
	sim.Handle(n.env, n.onSnapshotReply)
	sim.Handle(n.env, n.onTimeoutNow)
	handleOnCPU(n, n.onReadQuery)
	sim.Handle(n.env, n.onReadPoint)
	handleOnCPU(n, n.onProposal)
	sim.Handle(n.env, n.onStatusQuery)
	sim.Handle(n.env, n.onOrder)
}

// received is a message that waits for the CPU.
type received[M any] struct {
	from sim.NodeID
	m    M
}

// handleOnCPU makes the handler of messages whose receipt takes the CPU some time.
func handleOnCPU[M sim.Message, C Command](n *Node[C], on func(from sim.NodeID, m M)) {
	jobs := sim.NewJobs(n.env.CPU(), func(r received[M]) { on(r.from, r.m) })
	sim.Handle(n.env, func(from sim.NodeID, m M) {
		if cost := n.recvCost.Next(); cost > 0 {
			jobs.Do(cost, received[M]{from, m})
			return
		}
		on(from, m)
	})
}

// recover rebuilds what is volatile. It takes no time: how long a restart lasts is part
// of the fault that made it necessary.
func (n *Node[C]) recover() {
	for i := n.log.Base() + 1; i <= n.log.End(); i++ {
		if e := n.log.At(i); e.Kind == Change {
			n.changes = append(n.changes, change{i, e.Members})
		}
	}
	n.adopt()
	n.machine.Restore(n.disk.snap.state)
	n.disk.applied = max(n.disk.snap.Index, min(n.disk.applied, n.log.End()))
	for i := n.disk.snap.Index + 1; i <= n.disk.applied; i++ {
		if e := n.log.At(i); e.Kind == Normal {
			n.machine.Apply(i, e)
		}
	}
	n.applied, n.commit = n.disk.applied, n.disk.applied
}

// Leading tells whether the node believes to lead.
func (n *Node[C]) Leading() bool { return n.lead != nil }

// Hint returns who leads, as far as the node knows, or NoNode.
func (n *Node[C]) Hint() sim.NodeID { return n.leader }

// Term returns the node's term.
func (n *Node[C]) Term() uint32 { return n.hard.Term }

// termAt returns the term of an entry in the log, or of the last one trimmed off it.
func (n *Node[C]) termAt(i sim.LSN) uint32 {
	if i == n.log.Base() {
		return n.disk.baseTerm
	}
	return n.log.At(i).Term
}

// lastTerm returns the term of the last entry.
func (n *Node[C]) lastTerm() uint32 { return n.termAt(n.log.End()) }

// append adds an entry to the log, on leaders and followers alike.
func (n *Node[C]) append(e Entry[C]) sim.LSN {
	prev := n.lastTerm()
	i := n.log.Append(e, n.cfg.RecordBytes)
	op, _ := e.fact()
	n.group.audit.appended(n.env.ID(), i, e.Term, prev, op, n.lead != nil)
	if e.Kind == Change {
		n.changes = append(n.changes, change{i, e.Members})
		n.adopt()
	}
	return i
}

// versionAt returns the version of an entry, for facts and replies.
func (n *Node[C]) versionAt(i sim.LSN) kv.Version { return kv.VersionAt(n.termAt(i), i) }

// report tells observers what the node did, unless the group is not to be observed.
func report[F any, C Command](n *Node[C], fact F) {
	if !n.cfg.Quiet {
		sim.Report(n.env, fact)
	}
}

// Lag is the node's own estimate of how far it is behind the leader: its clock minus
// the leader's clock when the oldest entry not yet applied was appended, or when
// the last message of the leader was sent if all are applied.
func (n *Node[C]) Lag() time.Duration {
	if n.lead != nil {
		return 0
	}
	asOf := n.stamp
	if n.applied < n.log.End() {
		asOf = n.log.At(n.applied + 1).Stamp
	}
	return max(0, n.env.Clock().Sub(asOf))
}

// onProposal takes a command that a follower passes on. If this node does not lead, it is
// lost, and the client does not know.
func (n *Node[C]) onProposal(_ sim.NodeID, m Proposal[C]) { n.Propose(m.Command) }
