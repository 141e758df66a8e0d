package raft

import (
	"slices"

	"replsim/models/kv"
	"replsim/sim"
)

// advanceCommit commits what a majority of the voters has on its disks. Only an
// entry of the leader's own term is committed by counting, and all before it with
// it: an older one could still be dropped by a later leader although a majority has it
// (paper 5.4.2 and figure 8).
func (l *leading[C]) advanceCommit() {
	n := l.n
	to := l.majority()
	if to <= n.commit || n.termAt(to) != l.term {
		return
	}
	n.commitTo(to)
	if n.lead != l {
		return
	}
	for _, p := range l.peers {
		l.tellCommit(p)
	}
	l.beginConfirming() // reads wait for the first commit of the term
}

// tellCommit tells a follower of the commit at once, if it does not know and is to know.
func (l *leading[C]) tellCommit(p *peer) {
	if l.n.cfg.CommitAtOnce && !p.probing && p.snap == nil && p.told < l.n.commit {
		p.told = l.n.commit
		sim.Send(l.n.env, p.id, Advance{Term: l.term, Commit: l.n.commit})
	}
}

// majority returns the last entry that a majority of the voters has on its disks.
func (l *leading[C]) majority() sim.LSN {
	l.ends = l.ends[:0]
	if l.n.isVoter() {
		l.ends = append(l.ends, l.n.log.Flushed())
	}
	for _, p := range l.peers {
		if l.counts(p) {
			l.ends = append(l.ends, p.match)
		}
	}
	return kthLargest(l.ends, l.n.members.quorum())
}

// kthLargest returns the k-th largest position, and 0 if there are fewer.
func kthLargest[T sim.LSN | sim.Time](ends []T, k int) T {
	if len(ends) < k {
		return 0
	}
	slices.Sort(ends)
	return ends[len(ends)-k]
}

// commitTo makes the log count as committed, on leaders and followers alike.
func (n *Node[C]) commitTo(to sim.LSN) {
	n.group.audit.commits(n.env.ID(), n.commit, to, n.hard.Term, n.termAt)
	from := n.commit
	n.commit = to
	if n.lead != nil {
		n.lead.committed(from, to)
	}
	n.apply()
	if n.lead != nil && !n.lead.belongs() {
		n.becomeFollower(n.hard.Term) // its removal is committed (thesis 4.2.2)
	}
}

// committed reports what a leader has decided: its own entries, and those of former
// leaders only where somebody may still answer for them.
func (l *leading[C]) committed(from, to sim.LSN) {
	if l.n.cfg.Quiet {
		return
	}
	if !l.n.cfg.answersLate() {
		from = max(from, l.first-1)
	}
	for i := from + 1; i <= to; i++ {
		e := l.n.log.At(i)
		if e.Kind == Change {
			sim.Report(l.n.env, e.Members.changed())
		}
		op, key := e.fact()
		sim.Report(l.n.env, kv.Committed{Version: kv.VersionAt(e.Term, i), Op: op, Key: key})
	}
}

// belongs tells whether the leader is a voter by the members that are committed.
func (l *leading[C]) belongs() bool {
	return l.n.membersAt(l.n.commit).votes(l.n.env.ID(), l.n.disk.id)
}

// learnCommit is told by a leader how far the log is committed.
func (n *Node[C]) learnCommit(to sim.LSN) {
	if to > n.commit {
		n.commitTo(to)
	}
}

// truncate drops the entries after to, which are not the leader's.
func (n *Node[C]) truncate(to sim.LSN) {
	end := n.log.End()
	last := n.lastTerm()
	n.group.audit.truncates(n.env.ID(), to, n.commit, n.lead != nil)
	n.log.Truncate(to)
	for len(n.changes) > 0 && n.changes[len(n.changes)-1].index > to {
		n.changes = n.changes[:len(n.changes)-1]
	}
	n.adopt()
	report(n, kv.Truncated{To: to, End: end, Epoch: last})
}

// applier feeds the machine with committed entries, one after the other.
type applier struct {
	jobs  *sim.Jobs[applying]
	cost  *sim.Draws
	busy  bool
	round uint32 // ends the job under way when a snapshot replaces the state
}

// applying is an entry that is being executed, in a round.
type applying struct {
	index sim.LSN
	round uint32
}

func (n *Node[C]) initApplier() {
	n.applier.jobs = sim.NewJobs(sim.NewCPU(n.env, 1), n.onApplied)
	n.applier.cost = n.env.Draws(n.cfg.Apply, "apply")
}

// apply applies what is committed, as far as it costs nothing, and begins to apply what
// does.
func (n *Node[C]) apply() {
	a := &n.applier
	before := n.applied
	for !a.busy && n.applied < n.commit {
		if n.log.At(n.applied+1).Kind == Normal {
			if cost := a.cost.Next(); cost > 0 {
				a.busy = true
				a.jobs.Do(cost, applying{n.applied + 1, a.round})
				break
			}
		}
		n.applyNext()
	}
	if n.applied > before {
		n.onAppliedUpTo()
	}
}

func (n *Node[C]) onApplied(j applying) {
	if j.round != n.applier.round {
		return
	}
	n.applier.busy = false
	n.applyNext()
	n.onAppliedUpTo()
	n.apply()
}

// applyNext executes one entry.
func (n *Node[C]) applyNext() {
	i := n.applied + 1
	e := n.log.At(i)
	n.group.audit.applies(n.env.ID(), i, e.Term)
	n.applied = i
	if e.Kind == Normal {
		n.machine.Apply(i, e)
	}
}

// onAppliedUpTo goes on when the machine reflects more of the log.
func (n *Node[C]) onAppliedUpTo() {
	n.keepApplied()
	report(n, kv.Applied{Version: n.versionAt(n.applied)})
	n.answerReads()
	n.compact()
}

// keepApplied lets the service's pages hold what is applied, as far as the log on the
// disk covers it: a leader may have committed what its own disk lacks.
func (n *Node[C]) keepApplied() { n.disk.applied = min(n.applied, n.log.Flushed()) }
