package measure

import (
	"replsim/models/kv"
	"replsim/sim"
)

// Sight is what clients with a stopwatch see of replication, and what probes of a real
// database measure; lag.delay and visibility count from the commit, an instant
// that only the leader knows.
//
//	visible_after         of each write, from its invoke at its client to when reads at
//	                      a replica reflected it: at the leader and at the others.
//	                      It may end before the client has its answer (MySQL's
//	                      AFTER_COMMIT).
//	lag.after_ack         of each acknowledged write, from its acknowledgement to when
//	                      reads at a replica reflected it; 0 if they did before, as
//	                      for a probe that begins to ask when it has its answer.
//	visibility_after_ack  the same as a probability for each time since the
//	                      acknowledgement, writes that were never applied included.
//
// A write that was retried counts for each record that it has in the log.

// invoked notes when a record's write was invoked, for visible_after.
func (l *lag) invoked(s spot, o *op) {
	if o.kind == kv.Write && o.measured {
		l.h.timelines[s.timeline].moments(s.lsn).invoke = o.invoked + 1
	}
}

// sighted counts a record that reads at a replica now reflect.
func (l *lag) sighted(i int, m *moments, leads bool, now sim.Time) {
	r := &l.sums[i]
	if m.invoke > 0 {
		took := now.Sub(m.invoke - 1)
		if leads {
			l.sightAtLeader.add(took)
		} else {
			r.sight.add(took)
		}
	}
	if m.ack > 0 && !leads && l.cfg.measured(m.ack-1) {
		r.afterAck.add(now.Sub(m.ack - 1))
	}
}

// acknowledged notes that a client has its answer. Replicas that have applied the
// record already are not behind at all.
func (l *lag) acknowledged(s spot, at sim.Time) {
	if s.timeline < 0 {
		return
	}
	t := l.h.timelines[s.timeline]
	if m := t.moments(s.lsn); m != nil {
		m.ack = at + 1
	}
	if !l.cfg.measured(at) {
		return
	}
	for i := range l.sums {
		p := &l.nodes.list[i]
		if p.node == t.node {
			continue
		}
		l.sums[i].acknowledged++
		if p.hasSeen(s) {
			l.sums[i].afterAck.add(0)
		}
	}
}

// reportSight adds what clients see at each replica, and at all that did not lead.
func (l *lag) reportSight(out *Replication) {
	l.sightAtLeader.report(out, "visible_after.leader", 0.5, 0.9, 0.99)
	var sight, afterAck spread
	var acknowledged int64
	for i := range l.sums {
		r, name := &l.sums[i], l.nodes.list[i].name
		r.sight.report(out, "visible_after."+name, 0.5, 0.9, 0.99)
		reportAfterAck(out, name, &r.afterAck, r.acknowledged)
		sight.merge(&r.sight)
		afterAck.merge(&r.afterAck)
		acknowledged += r.acknowledged
	}
	sight.report(out, "visible_after.followers", 0.5, 0.9, 0.99)
	reportAfterAck(out, "followers", &afterAck, acknowledged)
}

func reportAfterAck(out *Replication, name string, s *spread, acknowledged int64) {
	s.report(out, "lag.after_ack."+name, 0.5, 0.9, 0.99)
	if acknowledged > 0 {
		out.Distributions = append(out.Distributions, Distribution{Name: "visibility_after_ack." + name,
			Hist: s.histogram(), Censored: acknowledged - s.count()})
	}
}
