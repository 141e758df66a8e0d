package measure

import (
	"math"
	"time"

	"replsim/sim"
)

// lag measures how far each replica is behind the leader, in four forms.
//
//	lag.time       now minus the commit of the oldest committed write that the replica
//	               has not applied; 0 if there is none. On the grid of true time.
//	lag.offset     end of the leader's log minus the position up to which the
//	               replica has applied that log, in records. On the same grid.
//	lag.delay      of each write, from its commit to when the replica's reads
//	               reflected it; 0 if they did before (remote_apply).
//	lag.after_ack  likewise, from its acknowledgement (see sight.go).
//
// The leader is the one of the highest epoch, its own lag is 0. A replica that is
// down keeps its position, so its lag grows. A deposed leader's position is where
// its log branches off. PostgreSQL shows the offset (pg_stat_replication), MySQL
// and most users the time, which during idle periods says nothing: here it is 0 then.
type lag struct {
	cfg   *Config
	h     *history
	nodes *replicas
	sums  []replicaLag
	// sightAtLeader is the time from invoke until the leader's reads reflected a write.
	sightAtLeader spread
}

// replicaLag is what is measured at one replica.
type replicaLag struct {
	time, offset []float64 // the curves
	delay        spread
	wait         spread // see visibility.go
	committed    int64  // writes of other nodes, committed in the measured time
	sight        spread // see sight.go
	afterAck     spread
	acknowledged int64 // writes of other nodes, acknowledged in the measured time
}

func newLag(cfg *Config, h *history, nodes *replicas) *lag {
	return &lag{cfg: cfg, h: h, nodes: nodes, sums: make([]replicaLag, len(nodes.list))}
}

// committed is called when a leader answers OK for a record: a replica that has
// applied it already is not behind at all.
func (l *lag) committed(s spot, at sim.Time) {
	if !l.cfg.measured(at) {
		return
	}
	leader := l.h.timelines[s.timeline].node
	for i := range l.sums {
		p := &l.nodes.list[i]
		if p.node == leader {
			continue
		}
		l.sums[i].committed++
		if p.hasSeen(s) {
			l.applied(i, 0)
		}
	}
}

// advance moves a replica forward to a spot that its reads now reflect, and counts
// the writes that this makes visible.
func (l *lag) advance(i int, to spot, now sim.Time) {
	p := &l.nodes.list[i]
	from := l.h.meet(p.at, to)
	p.at = to
	if from.timeline == to.timeline {
		l.count(i, to.timeline, from.lsn, to.lsn, now)
		return
	}
	l.h.segments(from, to, func(id int32, from, to sim.LSN) { l.count(i, id, from, to, now) })
}

// count counts the writes of a timeline after from up to and including to, as far
// as this replica has not seen them before.
func (l *lag) count(i int, id int32, from, to sim.LSN, now sim.Time) {
	if id < 0 {
		return
	}
	p := &l.nodes.list[i]
	for int(id) >= len(p.seen) {
		p.seen = append(p.seen, 0)
	}
	from, p.seen[id] = max(from, p.seen[id]), max(to, p.seen[id])
	t := l.h.timelines[id]
	for lsn := from + 1; lsn <= min(to, t.end); lsn++ {
		m := t.moments(lsn)
		if m == nil {
			continue
		}
		l.sighted(i, m, t.node == p.node, now)
		if m.commit > 0 && m.invoke != noWrite && t.node != p.node && l.cfg.measured(m.commit-1) {
			l.applied(i, now.Sub(m.commit-1))
		}
	}
}

// applied counts one write at one replica.
func (l *lag) applied(i int, delay time.Duration) {
	l.sums[i].delay.add(delay)
	l.sawAfter(i, delay)
}

// sample adds a point to the curves.
func (l *lag) sample(now sim.Time) {
	for i := range l.sums {
		behind, records := l.now(i, now)
		r := &l.sums[i]
		r.time = append(r.time, behind.Seconds())
		r.offset = append(r.offset, float64(records))
	}
}

// now returns the time and the offset by which a replica is behind at this instant.
func (l *lag) now(i int, now sim.Time) (behind time.Duration, records int64) {
	p := &l.nodes.list[i]
	end := l.h.end()
	if end.timeline < 0 || l.h.timelines[end.timeline].node == p.node {
		return 0, 0
	}
	at := l.h.meet(p.at, end)
	records = int64(end.lsn - at.lsn)
	if next, ok := l.h.after(at); ok {
		if commit, ok := l.h.timelines[next.timeline].committedAt(next.lsn); ok {
			behind = now.Sub(commit)
		}
	}
	return behind, records
}

func (l *lag) report(out *Replication) {
	for i := range l.sums {
		r, name := &l.sums[i], l.nodes.list[i].name
		out.curve("lag.time."+name, "s", r.time, l.cfg)
		out.curve("lag.offset."+name, "writes", r.offset, l.cfg)
		times, offsets := l.cfg.measuredPoints(r.time), l.cfg.measuredPoints(r.offset)
		if len(times) > 0 {
			out.add("lag.time."+name+".mean", "s", Mean, mean(times))
			out.add("lag.time."+name+".p50", "s", Quantile, quantile(times, 0.5))
			out.add("lag.time."+name+".p99", "s", Quantile, quantile(times, 0.99))
			out.add("lag.time."+name+".max", "s", Maximum, quantile(times, 1))
			out.add("lag.offset."+name+".mean", "writes", Mean, mean(offsets))
			out.add("lag.offset."+name+".max", "writes", Maximum, quantile(offsets, 1))
		}
		r.delay.report(out, "lag.delay."+name, 0.5, 0.99)
	}
}

// measuredPoints returns the points of a curve at the instants from Warmup to End.
func (c *Config) measuredPoints(curve []float64) []float64 {
	first := int(math.Ceil(float64(c.Warmup) / float64(c.Sample)))
	return curve[min(max(first-1, 0), len(curve)):]
}
