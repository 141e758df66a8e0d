package measure

import (
	"fmt"

	"replsim/models/kv"
	"replsim/sim"
)

// Recorder observes one world. It is made before World.Run, and used by the
// world's goroutine only.
type Recorder struct {
	cfg   Config
	w     *sim.World
	ops   table[op] // in flight
	ended int       // operations

	settleEvery int // operations between two checkpoints
	h           history
	nodes       *replicas

	stale      *staleness
	sessions   *sessions
	loss       *loss
	lag        *lag
	elections  *elections
	failovers  *failovers
	health     *health
	detectors  *detectors
	rewind     rewind
	beliefs    *beliefs
	splitBrain *splitBrain
	available  *availability
	latency    *latency
	traffic    *traffic
	degraded   *degraded
	invariants *invariants
	apart      bool
}

// New subscribes a Recorder to all facts of a world whose nodes have been added.
// It panics if the configuration makes no sense, which is a mistake of the caller.
func New(w *sim.World, cfg Config) *Recorder {
	if cfg.Sample <= 0 || cfg.Warmup < 0 || cfg.End < cfg.Warmup {
		panic(fmt.Sprintf("measure: sample %v, warm-up until %v, end %v", cfg.Sample, cfg.Warmup, cfg.End))
	}
	r := &Recorder{cfg: cfg.withDefaults(), w: w, settleEvery: settleEvery}
	c, h := &r.cfg, &r.h
	h.top = -1
	r.nodes = newReplicas(w, h, c.Replicas)
	r.stale, r.sessions = newStaleness(c, h), newSessions(h)
	r.loss, r.lag = newLoss(h), newLag(c, h, r.nodes)
	r.beliefs = newBeliefs(c, r.nodes)
	r.elections = newElections(c, len(c.Replicas))
	r.failovers = newFailovers(c, h, r.elections, len(c.Replicas))
	r.health = &health{cfg: c}
	r.detectors = &detectors{cfg: c, health: r.health}
	r.splitBrain = newSplitBrain(c, len(c.Replicas))
	r.available, r.latency = newAvailability(c), newLatency(c)
	r.traffic, r.degraded = newTraffic(w, c, r.nodes), newDegraded(c, w.Nodes())
	r.invariants = newInvariants(h)
	r.subscribe()
	w.Every(sim.Time(c.Sample), sim.Time(c.Sample), r.sample)
	return r
}

func (r *Recorder) subscribe() {
	w := r.w
	sim.Observe(w, r.onInvoked)
	sim.Observe(w, r.onReturned)
	sim.Observe(w, r.onAppended)
	sim.Observe(w, r.onCommitted)
	sim.Observe(w, r.onApplied)
	sim.Observe(w, r.onTruncated)
	sim.Observe(w, r.onRestored)
	sim.Observe(w, r.onDegraded)
	r.subscribeLeaders()
}

// sample adds a point to all curves.
func (r *Recorder) sample() bool {
	now := r.w.Now()
	if now > r.cfg.End {
		return false
	}
	r.lag.sample(now)
	r.latency.sample()
	r.stale.sample()
	r.available.sample()
	return true
}

// onInvoked begins an operation.
func (r *Recorder) onInvoked(at sim.Time, _ sim.NodeID, f kv.Invoked) {
	known := r.ops.get(uint64(f.Op)) != nil
	r.invariants.invoked(at, f, known)
	if f.Op <= 0 || known {
		return
	}
	o := r.ops.put(uint64(f.Op))
	*o = op{kind: f.Kind, key: f.Key, session: f.Session, invoked: at, measured: r.cfg.measured(at), record: emptyLog}
	r.sessions.begin(o)
	if f.Kind == kv.Read {
		r.stale.begin(o)
	}
	r.available.begin(o)
}

// onReturned ends an operation.
func (r *Recorder) onReturned(at sim.Time, _ sim.NodeID, f kv.Returned) {
	found := r.ops.get(uint64(f.Op))
	if found == nil {
		r.invariants.breach(at, "operation %d returns, but is not under way", f.Op)
		return
	}
	o := *found
	r.ops.drop(uint64(f.Op))
	if r.ended++; r.ended%r.settleEvery == 0 {
		r.settle()
	}
	if o.kind == kv.Read {
		r.stale.end(&o)
	}
	r.available.end(&o, f.Outcome, at)
	switch {
	case f.Outcome == kv.Unknown && o.kind == kv.Write:
		r.loss.unanswered(f.Op, &o)
	case f.Outcome != kv.Succeeded:
	case o.kind == kv.Write:
		r.latency.succeeded(&o, at.Sub(o.invoked))
		r.acknowledged(at, &o, f)
	default:
		r.latency.succeeded(&o, at.Sub(o.invoked))
		rank := r.h.rank(f.Version)
		r.invariants.read(at, f)
		r.stale.judge(&o, rank)
		r.sessions.read(&o, rank)
	}
}

// acknowledged handles a write whose client received OK.
func (r *Recorder) acknowledged(at sim.Time, o *op, f kv.Returned) {
	s, ok := o.spotOf(&r.h, f.Version)
	r.invariants.acknowledged(at, f, s, ok)
	version := r.h.rankOf(s)
	if len(r.h.timelines) == 0 {
		version = rank(f.Version)
	}
	r.loss.acknowledged(o, s)
	r.lag.acknowledged(s, at)
	r.stale.acknowledged(o.key, version, at)
	r.sessions.written(o, version)
	r.failovers.acknowledged(s.timeline, at)
}

// settle forgets what can no longer matter.
func (r *Recorder) settle() {
	r.stale.settle(r.nodes.common())
	r.sessions.settle(r.stale.safe)
	r.h.forget(r.nodes.positions())
}

// onAppended adds a record to its leader's timeline.
func (r *Recorder) onAppended(at sim.Time, node sim.NodeID, f kv.Appended) {
	id := r.h.ledBy(node)
	if id < 0 || r.h.timelines[id].epoch != f.Version.Epoch() || r.h.timelines[id].over || f.Version.LSN() != r.h.timelines[id].end+1 {
		r.invariants.breach(at, "node %d appends version %s, which is not next in a log that it leads", node, show(f.Version))
		return
	}
	s := spot{id, f.Version.LSN()}
	if f.Was != 0 && r.proposedAgain(at, node, f, s) {
		return
	}
	t := r.h.timelines[id]
	t.append(s.lsn)
	if f.Op == 0 {
		t.moments(s.lsn).invoke = noWrite
		return
	}
	if o := r.ops.get(uint64(f.Op)); o != nil {
		o.place(s)
		r.lag.invoked(s, o)
		return
	}
	r.loss.late(f.Op, s)
}

// proposedAgain notes that the record about to stand at s holds the write of an
// earlier one. It returns true if it is that very record under a new version.
func (r *Recorder) proposedAgain(at sim.Time, node sim.NodeID, f kv.Appended, s spot) bool {
	was, ok := r.h.resolve(f.Was)
	if !ok || was.lsn != s.lsn {
		r.invariants.breach(at, "node %d proposes version %s again as %s, but that was not proposed there", node, show(f.Was), show(f.Version))
		return false
	}
	if r.h.reclaim(s.timeline, was) {
		r.failovers.reclaimed(s.timeline)
		return true
	}
	r.h.renew(was, s)
	return false
}

// onCommitted notes that a leader answers OK for a record.
func (r *Recorder) onCommitted(at sim.Time, node sim.NodeID, f kv.Committed) {
	s, ok := r.h.resolve(f.Version)
	r.invariants.committed(at, node, f, s, ok)
	if !ok || s.timeline < 0 {
		return
	}
	id := r.h.ledBy(node)
	r.h.decide(id, at)
	s = r.h.current(s)
	t, first := r.h.timelines[s.timeline], true
	if s.timeline == id {
		t.commit(s.lsn, at)
	} else {
		first = t.commitLate(s.lsn, at)
	}
	r.failovers.committed(node)
	if f.Op == 0 {
		return // nobody gets an answer
	}
	if first {
		r.lag.committed(s, at)
	}
	if i := r.nodes.index(node); i >= 0 {
		r.splitBrain.committed(i, at)
	}
}

// onApplied moves a replica forward.
func (r *Recorder) onApplied(at sim.Time, node sim.NodeID, f kv.Applied) {
	i := r.nodes.index(node)
	if i < 0 {
		return
	}
	p := &r.nodes.list[i]
	s, ok := r.h.resolve(f.Version)
	if ok {
		s = r.nodes.reached(i, s)
	}
	r.invariants.applied(at, p, f.Version, s, ok)
	p.version, p.mayGoBack = f.Version, false
	if ok {
		r.lag.advance(i, s, at)
	}
	r.failovers.applied(i, at)
}

// onTruncated takes a replica back to where its log agrees with the leader's.
func (r *Recorder) onTruncated(_ sim.Time, node sim.NodeID, f kv.Truncated) {
	if i := r.nodes.index(node); i >= 0 {
		r.nodes.truncated(i, f.To)
		r.rewind.truncated(f.To, f.End)
	}
}

// onRestored puts a replica where a snapshot left it: further on, or back.
func (r *Recorder) onRestored(at sim.Time, node sim.NodeID, f kv.Restored) {
	i := r.nodes.index(node)
	if i < 0 {
		return
	}
	s, ok := r.h.resolve(f.Version)
	if !ok {
		r.invariants.breach(at, "%s is restored at version %s, which no leader appended", r.nodes.list[i].name, show(f.Version))
		return
	}
	r.nodes.stepBack(i, r.h.meet(r.nodes.list[i].at, s))
	r.lag.advance(i, s, at)
}

func (r *Recorder) onDegraded(at sim.Time, node sim.NodeID, f kv.Degraded) {
	r.degraded.set(node, f.On, at)
}

// Settled notes whether the replicas agree when the run is over. Call it before
// Finish.
func (r *Recorder) Settled(agree bool) { r.apart = !agree }

// Finish returns what was measured. Call it once, after the run has drained.
func (r *Recorder) Finish() *Replication {
	out := &Replication{}
	failovers := len(r.failovers.list)
	end := r.loss.seal(r.nodes, failovers)
	sum := r.loss.count(end, failovers)
	r.loss.report(out, end, sum)
	r.beliefs.lost(r.loss, end)
	r.beliefs.report(out)
	r.failovers.report(out, sum.byFailover)
	r.elections.report(out, r.failovers.failures())
	r.detectors.report(out)
	r.rewind.report(out)
	r.splitBrain.report(out, sum)
	r.available.report(out)
	r.latency.report(out)
	r.stale.report(out)
	r.sessions.report(out)
	r.lag.report(out)
	r.lag.reportVisibility(out)
	r.lag.reportSight(out)
	r.traffic.report(out, r.available.acknowledged())
	r.degraded.report(out, r.w.Now())
	r.invariants.report(out)
	var apart int64
	if r.apart {
		apart = 1
	}
	out.count("convergence.missed", "1", apart)
	out.sort()
	return out
}
