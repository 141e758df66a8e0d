package paxos

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// learner is told what was decided, and applies it slot by slot, as soon as it is on
// this node's disk: so what readers have seen here, a crash cannot take.
type learner struct {
	r       *replica
	decided sim.LSN // all slots up to here are decided, and their values known
	label   uint32  // the highest ballot of the decisions up to there

	goal   sim.LSN // it was told that the slots up to here are decided …
	source sim.NodeID
	ask    *sim.Timer // … and asks for what it lacks
	mark   sim.LSN    // decided, when ask was set
	asked  sim.LSN    // the first slot that it has asked for last

	heardAt sim.LSN  // decided, as the leader told when its clock showed …
	asOf    sim.Time // … this, if all of that is applied

	jobs     *sim.Jobs[uint32]
	cost     *sim.Draws
	applying bool
	round    uint32 // ends the job under way when a snapshot comes

	reads []waitingRead // in the order of their slots

	snapshots *sim.Jobs[sim.NodeID]
	serving   []sim.NodeID // nodes that a snapshot is being read for
}

// waitingRead is answered when the state reflects a slot.
type waitingRead struct {
	slot sim.LSN
	work work
}

func (l *learner) init(r *replica) {
	l.r = r
	l.decided, l.label = r.disk.applied, r.disk.label
	for v := r.acceptor.votes.get(l.decided + 1); v.decided > 0; v = r.acceptor.votes.get(l.decided + 1) {
		l.decided++
		l.label = max(l.label, v.decided)
	}
	l.ask = r.env.NewTimer(l.onAskTimer)
	l.jobs = sim.NewJobs(sim.NewCPU(r.env, 1), l.onApplied)
	l.cost = r.env.Draws(r.cfg.Apply, "apply")
	l.snapshots = sim.NewJobs(sim.NewCPU(r.env, 1), l.sendSnapshot)
}

// told takes what a leader tells about decisions: of the slots that it proposed, those
// up to to. A value that this node has accepted in the same ballot is the one; for
// others it has to ask.
func (l *learner) told(from sim.NodeID, ballot uint32, start, to sim.LSN) {
	votes := &l.r.acceptor.votes
	for l.decided < to && l.decided >= start && votes.get(l.decided+1).ballot == ballot {
		l.decide(ballot)
	}
	l.apply()
	if to > l.decided {
		l.goal, l.source = max(l.goal, to), from
		if !l.ask.Armed() {
			l.mark = l.decided
			l.ask.Reset(l.r.cfg.Heartbeat)
		}
	}
	if to >= l.heardAt {
		l.heardAt = to
		l.refresh()
	}
}

// decide notes that what the next slot holds is its decision, as a leader of a ballot
// knows.
func (l *learner) decide(ballot uint32) {
	l.decided++
	v := l.r.acceptor.votes.at(l.decided)
	v.decided = ballot
	l.label = max(l.label, ballot)
	l.r.c.audit.decided(l.r.env.ID(), l.decided, v.value)
	l.r.proposer.onDecided(l.decided, v.value, ballot)
}

// learn takes the decision of the next slot from somebody who knows it.
func (l *learner) learn(d Decision) {
	v := l.r.acceptor.votes.at(l.decided + 1)
	if v.ballot == 0 || v.value != d.Value {
		lsn := l.r.journal.Append(record{Slot: l.decided + 1, Decided: d.Ballot, Value: d.Value}, l.r.cfg.RecordBytes)
		*v = vote{lsn: lsn, value: d.Value}
	}
	l.decide(d.Ballot)
}

// decisions returns those of the slots after from up to to, which are all decided and
// not trimmed.
func (l *learner) decisions(from, to sim.LSN) []Decision {
	log := &l.r.disk.log
	if to <= log.end() {
		return log.between(min(from, to), to)
	}
	out := append([]Decision(nil), log.between(min(from, log.end()), log.end())...)
	for slot := max(from, log.end()) + 1; slot <= to; slot++ {
		v := l.r.acceptor.votes.get(slot)
		out = append(out, Decision{Ballot: v.decided, Value: v.value})
	}
	return out
}

// apply applies decided values that are on the disk, in the order of their slots and one at a time.
func (l *learner) apply() {
	before := l.r.disk.applied
	for !l.applying && l.ready() {
		if cost := l.cost.Next(); cost > 0 {
			l.applying = true
			l.jobs.Do(cost, l.round)
			break
		}
		l.applyNext()
	}
	l.show(before)
}

func (l *learner) ready() bool {
	next := l.r.disk.applied + 1
	return next <= l.decided && l.r.acceptor.votes.get(next).lsn <= l.r.journal.Flushed()
}

func (l *learner) onApplied(round uint32) {
	if round != l.round {
		return
	}
	l.applying = false
	before := l.r.disk.applied
	l.applyNext()
	l.show(before)
	l.apply()
}

// applyNext makes the state reflect one more slot.
func (l *learner) applyNext() {
	d, votes := l.r.disk, &l.r.acceptor.votes
	d.applied++
	v := votes.get(d.applied)
	d.label = max(d.label, v.decided)
	*d.log.at(d.applied) = Decision{Ballot: v.decided, Value: v.value}
	if op := v.value.writes(); op != 0 {
		d.state[v.value.Key] = Cell{Version: kv.VersionAt(d.label, d.applied), Value: op}
	}
	l.r.c.audit.applied(l.r.env.ID(), d.applied, v.value)
	votes.forget(d.applied)
	for len(l.reads) > 0 && l.reads[0].slot <= d.applied {
		w := l.reads[0].work
		l.reads = l.reads[1:]
		l.r.answerRead(w)
	}
}

// show reports what readers see now, if that is more than before.
func (l *learner) show(before sim.LSN) {
	d := l.r.disk
	if d.applied == before {
		return
	}
	sim.Report(l.r.env, kv.Applied{Version: kv.VersionAt(d.label, d.applied)})
	l.refresh()
	if keep := l.r.cfg.LogKeep; d.applied-d.log.base > keep+keep/4 {
		d.log.forget(d.applied - keep)
	}
}

// readAt answers a read when the state reflects a slot.
func (l *learner) readAt(slot sim.LSN, w work) {
	if slot <= l.r.disk.applied {
		l.r.answerRead(w)
		return
	}
	i := len(l.reads)
	l.reads = append(l.reads, waitingRead{slot, w})
	for ; i > 0 && l.reads[i-1].slot > slot; i-- {
		l.reads[i], l.reads[i-1] = l.reads[i-1], l.reads[i]
	}
}

// refresh notes as of when the state is complete, if it is.
func (l *learner) refresh() {
	if l.r.disk.applied >= l.heardAt {
		l.asOf = l.r.acceptor.stamp
	}
}

// lag is the node's own estimate of how far it is behind its leader: its clock minus
// the leader's clock when all that was decided then is applied here.
func (l *learner) lag() time.Duration {
	if l.r.proposer.lead != nil {
		return 0
	}
	return max(0, l.r.env.Clock().Sub(l.asOf))
}
