package raft

import (
	"math"

	"replsim/sim"
)

// A read must not return less than what was committed when it began. So its node
// needs two things: a point of the log that is at least as far, from a leader who was
// still the leader then; and to have applied the log up to there (thesis 6.4).

// never is before all readings of a clock.
const never = sim.Time(math.MinInt64 / 4)

// readRequest asks for a point of the log at which the reads up to a number may be
// answered, at this node or at a follower.
type readRequest struct {
	from   sim.NodeID
	number uint64
}

// confirming is how a leader finds that it still leads: a round of heartbeats, begun
// after the reads, that a majority answers. Reads that come during a round share the
// next one.
type confirming struct {
	round    uint64 // the last one begun
	point    sim.LSN
	current  []readRequest // of the round under way
	gathered []readRequest // for the next one
	noLease  bool          // somebody was told to depose this leader
}

// reading is what a node knows of its own reads.
type reading struct {
	waiting []pointRead // for the log to be applied
	wanted  uint64      // Follower: the last read that asks for a point …
	asked   uint64      // … and up to which the leader was asked, or 0
	retry   *sim.Timer
}

// pointRead are reads up to a number that wait until the log is applied up to index.
type pointRead struct {
	index  sim.LSN
	number uint64
}

// Confirm asks when the reads up to a number may be answered, so that they miss nothing
// that was committed before. Machine.Readable tells. Numbers grow; 0 is none.
func (n *Node[C]) Confirm(number uint64) {
	if n.lead != nil {
		n.lead.confirm(readRequest{n.env.ID(), number})
		return
	}
	n.reads.wanted = number
	if n.reads.asked == 0 {
		n.ask()
	}
}

// confirm finds a point for reads: at once if the leader may trust itself, or with a
// round of heartbeats.
func (l *leading[C]) confirm(r readRequest) {
	switch {
	case l.n.cfg.ReadMode == LocalRead:
		l.release(r, l.n.applied)
	case l.n.cfg.ReadMode == LeaseRead && l.n.commit >= l.first && l.leaseHolds():
		l.release(r, l.n.commit)
	default:
		l.confirming.gathered = append(l.confirming.gathered, r)
		l.beginConfirming()
	}
}

// leaseHolds tells whether a majority has answered a heartbeat so lately that none of
// it votes for anybody else yet: if no clock is as wrong as that (thesis 6.4.1).
func (l *leading[C]) leaseHolds() bool {
	return !l.confirming.noLease && l.n.env.Monotonic().Sub(l.confirmedAt()) < l.n.cfg.lease()
}

// confirmedAt returns when the last heartbeat was sent that a majority has answered, on
// the monotonic clock.
func (l *leading[C]) confirmedAt() sim.Time {
	l.times = l.times[:0]
	if l.n.isVoter() {
		l.times = append(l.times, l.n.env.Monotonic())
	}
	for _, p := range l.peers {
		if l.counts(p) {
			l.times = append(l.times, p.sent)
		}
	}
	if len(l.times) < l.n.members.quorum() {
		return never
	}
	return kthLargest(l.times, l.n.members.quorum())
}

// beginConfirming begins a round for the gathered reads, if none is under way. Before
// the first commit of its term a leader does not know how far the log is committed.
func (l *leading[C]) beginConfirming() {
	c := &l.confirming
	if len(c.current) > 0 || len(c.gathered) == 0 || l.n.commit < l.first {
		return
	}
	c.current, c.gathered = c.gathered, c.current
	c.round++
	c.point = l.n.commit
	l.heartbeat()
	l.onConfirmed()
}

// onConfirmed ends the round when a majority has answered it.
func (l *leading[C]) onConfirmed() {
	c := &l.confirming
	if len(c.current) == 0 {
		return
	}
	answered := 0
	if l.n.isVoter() {
		answered++
	}
	for _, p := range l.peers {
		if p.round >= c.round && l.counts(p) {
			answered++
		}
	}
	if answered < l.n.members.quorum() {
		return
	}
	for _, r := range c.current {
		l.release(r, c.point)
	}
	c.current = c.current[:0]
	l.beginConfirming()
}

// release tells whoever asked from which point on he may answer.
func (l *leading[C]) release(r readRequest, point sim.LSN) {
	if r.from == l.n.env.ID() {
		l.n.await(point, r.number)
		return
	}
	sim.Send(l.n.env, r.from, ReadPoint{Number: r.number, Index: point})
}

// await answers reads when the log is applied up to a point.
func (n *Node[C]) await(point sim.LSN, number uint64) {
	if n.applied >= point {
		n.machine.Readable(number)
		return
	}
	n.reads.waiting = append(n.reads.waiting, pointRead{point, number})
}

// answerReads goes on with reads that have waited for the log to be applied.
func (n *Node[C]) answerReads() {
	w := n.reads.waiting
	done := 0
	for done < len(w) && w[done].index <= n.applied {
		n.machine.Readable(w[done].number)
		done++
	}
	n.reads.waiting = w[:copy(w, w[done:])]
}

// forgetReads drops all reads that are not answered: their service turns them away.
func (n *Node[C]) forgetReads() {
	n.reads.waiting = n.reads.waiting[:0]
	n.reads.wanted, n.reads.asked = 0, 0
}

// ask asks the leader for a point for a follower's reads, one question at a time.
func (n *Node[C]) ask() {
	r := &n.reads
	if r.retry == nil {
		r.retry = n.env.NewTimer(n.askAgain)
	}
	r.asked = r.wanted
	if n.leader != sim.NoNode {
		sim.Send(n.env, n.leader, ReadQuery{Number: r.asked})
	}
	r.retry.Reset(n.clock.shortest)
}

// askAgain asks anew, because there is no answer, or a new leader.
func (n *Node[C]) askAgain() {
	if n.reads.asked != 0 && n.lead == nil {
		n.ask()
	}
}

// onReadQuery confirms for a follower.
func (n *Node[C]) onReadQuery(from sim.NodeID, m ReadQuery) {
	if n.lead != nil {
		n.lead.confirm(readRequest{from, m.Number})
	}
}

// onReadPoint is told how far to apply the log before answering.
func (n *Node[C]) onReadPoint(_ sim.NodeID, m ReadPoint) {
	r := &n.reads
	if n.lead != nil || r.asked == 0 || m.Number != r.asked {
		return
	}
	r.asked = 0
	r.retry.Stop()
	n.await(m.Index, m.Number)
	if r.wanted > m.Number {
		n.ask()
	}
}
