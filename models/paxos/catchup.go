package paxos

import (
	"slices"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// onDecide is told what is decided by a leader that does not wait for its next Accept.
func (l *learner) onDecide(from sim.NodeID, m Decide) {
	if m.Ballot >= l.r.acceptor.promised {
		l.told(from, m.Ballot, m.Start, m.Decided)
	}
}

// onAskTimer asks for decisions that this node lacks, if none have come meanwhile.
func (l *learner) onAskTimer() {
	if l.decided >= l.goal {
		return
	}
	if l.decided == l.mark {
		l.learnFrom(l.source)
	}
	l.mark = l.decided
	l.ask.Reset(l.r.cfg.Heartbeat)
}

// learnFrom asks a node for the decisions that this one lacks.
func (l *learner) learnFrom(source sim.NodeID) {
	l.asked = l.decided + 1
	sim.Send(l.r.env, source, Learn{From: l.decided})
}

// onLearn tells a node that is behind what it lacks.
func (l *learner) onLearn(from sim.NodeID, m Learn) {
	d := l.r.disk
	if m.From < d.log.base {
		l.startSnapshot(from)
		return
	}
	to := min(m.From+sim.LSN(l.r.cfg.Batch), d.applied)
	if to <= m.From {
		return // it will ask again
	}
	values := l.decisions(m.From, to)
	sim.Send(l.r.env, from, Decisions{From: m.From, Values: values, More: to < d.applied,
		bytes: len(values) * (voteBytes + l.r.cfg.RecordBytes)})
}

// onDecisions learns, and asks for more if there is more. Only the answer to the latest question
// does that: if every copy of a message did, a link that duplicates messages would
// multiply them for ever.
func (l *learner) onDecisions(from sim.NodeID, m Decisions) {
	if m.From > l.decided {
		return // what comes before was lost
	}
	l.learnAll(m.From, m.Values)
	if m.More && m.From+1 == l.asked {
		l.learnFrom(from)
	}
}

// learnAll takes the decisions of the slots after from, of which some may be known.
func (l *learner) learnAll(from sim.LSN, values []Decision) {
	for i, d := range values {
		if slot := from + 1 + sim.LSN(i); slot == l.decided+1 {
			l.learn(d)
		}
	}
	l.r.journal.Flush()
	l.apply()
}

// startSnapshot reads the whole state for a node, which takes its time.
func (l *learner) startSnapshot(to sim.NodeID) {
	if slices.Contains(l.serving, to) {
		return
	}
	l.serving = append(l.serving, to)
	seconds := float64(l.snapshotBytes()) / float64(l.r.cfg.SnapshotRate)
	l.snapshots.Do(time.Duration(seconds*float64(time.Second)), to)
}

func (l *learner) snapshotBytes() int {
	return len(l.r.disk.state) * (cellBytes + l.r.cfg.ValueBytes)
}

// pieceBytes is the most bytes of a snapshot in one message: while pieces arrive, the
// network is known to work.
const pieceBytes = 128 << 10

// sendSnapshot sends the state as it is now.
func (l *learner) sendSnapshot(to sim.NodeID) {
	l.serving = slices.DeleteFunc(l.serving, func(id sim.NodeID) bool { return id == to })
	d, left := l.r.disk, l.snapshotBytes()
	for ; left > pieceBytes; left -= pieceBytes {
		sim.Send(l.r.env, to, SnapshotPart{bytes: pieceBytes})
	}
	sim.Send(l.r.env, to, Snapshot{Slot: d.applied, Label: d.label, State: d.state.clone(), total: l.snapshotBytes(), bytes: left})
}

// onSnapshotPart shows that the leader's side is alive, behind what fills the link.
func (l *learner) onSnapshotPart(sim.NodeID, SnapshotPart) { l.r.proposer.hasLeader() }

// onSnapshot replaces the state by a later one. What this node had proposed in the
// slots between, it will never know.
func (l *learner) onSnapshot(_ sim.NodeID, m Snapshot) {
	d := l.r.disk
	if m.Slot <= d.applied {
		return
	}
	d.state, d.applied, d.label = m.State.clone(), m.Slot, max(d.label, m.Label)
	d.log = slots[Decision]{base: m.Slot}
	l.r.acceptor.votes.forget(m.Slot)
	l.decided, l.label = max(l.decided, m.Slot), max(l.label, m.Label)
	l.round, l.applying = l.round+1, false
	l.r.proposer.forget(m.Slot)
	l.reads = slices.DeleteFunc(l.reads, func(w waitingRead) bool { return w.slot <= m.Slot })
	sim.Report(l.r.env, kv.Restored{Version: kv.VersionAt(d.label, m.Slot), Bytes: int64(m.total)})
	l.apply()
}
