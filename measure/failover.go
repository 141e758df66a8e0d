package measure

import (
	"slices"

	"replsim/sim"
)

// failover measures each change of leader, and each restart of a leader that
// crashed.
//
//	rto.total     from the leader's failure to the first write acknowledged by its
//	              successor, seen by a client. It is the sum of
//	rto.detect    … until somebody suspected the leader or asked for votes, pre-votes
//	              included, or at the latest until the promotion began,
//	rto.elect     … until the successor began its promotion, or was elected,
//	rto.catch_up  … until it had applied what it had received,
//	rto.promote   … until it led, and
//	rto.redirect  … until that first acknowledged write
//	rpo.writes    acknowledged writes that the failover lost: torn and truncated (those
//	              that diverged were lost to split brain, not to the failure)
//	rpo.time      failure minus the commit of the newest surviving write before it
//
// Each is the mean over the failovers of the run. The failure is the crash or the
// pause of the leading node, or the fault that cut it off (Config.CutsOff),
// whichever came first without the leader having recovered in between. (A cut during
// which clients had their writes answered until the crash did not end its work: then
// the crash counts.) Without any, the clock starts with the promotion, as in a planned
// switch-over, or when the old leader gave up or the new one asked for votes,
// whichever came first.
//
// Who is elected leads at once, so its catch_up and promote are 0. A restart in place
// has no phases before it leads again: all that time is promote. A leader that is
// replaced before it answered any write, though nothing was wrong with it, was only a
// step on the way: the failover goes on.
type failovers struct {
	cfg   *Config
	h     *history
	votes *elections
	down  failure
	plans []promotion // by replica
	list  []incident
	open  int // incidents before this one have ended
}

// failure is what has gone wrong with the leader of the highest epoch.
type failure struct {
	node            sim.NodeID
	known           bool
	since           sim.Time
	crashed, paused bool
	faults          []string
	answered        sim.Time // when a client last had an answer to a write
	stopped         sim.Time // when it gave up, or never
	detected        sim.Time // when that or the failure was first noticed, or never
	suspectedBy     []sim.NodeID
}

// promotion is what a replica has reported on its way to lead.
type promotion struct {
	epoch          uint32 // 0: none
	began, applied sim.Time
	suspected      bool // the old leader was, when it began
}

// incident is one failover or restart; instants are −1 if unknown.
type incident struct {
	timeline int32
	restart  bool
	needless bool // there was no failure
	passing  bool // its leader was replaced, although fine, before it answered anything
	// The ends of its phases, in order.
	failed, detected, promoted, applied, led, acked sim.Time
	survivor                                        sim.Time // commit of the newest surviving write
}

const never sim.Time = -1

// working is the state of a leader that nothing is wrong with.
func working(node sim.NodeID) failure { return failure{node: node, stopped: never, detected: never} }

func newFailovers(cfg *Config, h *history, votes *elections, replicas int) *failovers {
	return &failovers{cfg: cfg, h: h, votes: votes, down: working(sim.NoNode), plans: make([]promotion, replicas)}
}

// fail notes that the leader is in trouble from now on, if it was not before.
func (f *failure) fail(now sim.Time) {
	if f.known {
		return
	}
	f.known, f.since = true, now
	if len(f.suspectedBy) > 0 {
		f.detected = now
	}
}

// recover forgets a failure.
func (f *failure) recover() { f.known, f.detected = false, never }

// notice notes the first doubt about a leader that has failed or given up.
func (f *failure) notice(now sim.Time) {
	if (f.known || f.stopped != never) && f.detected == never {
		f.detected = now
	}
}

// crashed, paused and resumed tell what happened to a node.
func (f *failovers) crashed(node sim.NodeID, now sim.Time) {
	if node == f.down.node {
		f.wasWorking(now)
		f.down.crashed, f.down.paused = true, false
		f.down.fail(now)
	}
}

func (f *failovers) paused(node sim.NodeID, on bool, now sim.Time) {
	if node != f.down.node {
		return
	}
	if on {
		f.wasWorking(now)
		f.down.fail(now)
	}
	f.down.paused = on
}

// wasWorking forgets a fault that had left the leader at work: it had cut it off from
// some, but clients went on having answers.
func (f *failovers) wasWorking(now sim.Time) {
	d := &f.down
	if !d.crashed && !d.paused && d.answered > d.since && now.Sub(d.answered) <= f.cfg.Window {
		d.recover()
	}
}

// faultBegan and faultEnded tell of injected faults.
func (f *failovers) faultBegan(name string, now sim.Time) {
	if f.down.node != sim.NoNode && f.cfg.CutsOff != nil && f.cfg.CutsOff(name, f.down.node) {
		f.down.faults = append(f.down.faults, name)
		f.down.fail(now)
	}
}

func (f *failovers) faultEnded(name string) {
	if i := slices.Index(f.down.faults, name); i >= 0 {
		f.down.faults = slices.Delete(f.down.faults, i, i+1)
	}
}

// committed tells that a node has answered a write: if it is the leader and
// nothing is wrong with it any more, it has recovered by itself.
func (f *failovers) committed(node sim.NodeID) {
	d := &f.down
	if d.known && node == d.node && !d.crashed && !d.paused && len(d.faults) == 0 {
		d.recover()
	}
}

// suspected and cleared tell what an observer believes of the leader.
func (f *failovers) suspected(observer, leader sim.NodeID, now sim.Time) {
	if d := &f.down; leader == d.node {
		if !slices.Contains(d.suspectedBy, observer) {
			d.suspectedBy = append(d.suspectedBy, observer)
		}
		d.notice(now)
	}
}

func (f *failovers) cleared(observer, leader sim.NodeID) {
	if d := &f.down; leader == d.node {
		d.suspectedBy = slices.DeleteFunc(d.suspectedBy, func(o sim.NodeID) bool { return o == observer })
	}
}

// stopped tells that a node gave up leading.
func (f *failovers) stopped(node sim.NodeID, now sim.Time) {
	if d := &f.down; node == d.node && d.stopped == never {
		d.stopped = now
	}
}

// promoting tells that a replica began its promotion.
func (f *failovers) promoting(replica int, epoch uint32, now sim.Time) {
	f.plans[replica] = promotion{epoch: epoch, began: now, applied: now, suspected: len(f.down.suspectedBy) > 0}
}

// applied tells that a replica has applied something.
func (f *failovers) applied(replica int, now sim.Time) {
	if p := &f.plans[replica]; p.epoch != 0 {
		p.applied = now
	}
}

// leads tells that a timeline takes over from the former one, if there was any. It
// is called before the history changes.
func (f *failovers) leads(id int32, replica int, now sim.Time) {
	t := f.h.timelines[id]
	if f.h.top >= 0 {
		in := f.incident(id, f.plans[replica], now)
		in.survivor = never
		if at, ok := f.h.newestAnswered(t.parent, in.failed); ok {
			in.survivor = at
		}
		f.list = append(f.list, in)
	}
	f.plans[replica] = promotion{}
	f.down = working(t.node)
}

// incident works out the phases before a timeline, as far as they are over.
func (f *failovers) incident(id int32, plan promotion, now sim.Time) incident {
	t, old, d := f.h.timelines[id], f.h.timelines[f.h.top], &f.down
	in := incident{timeline: id, restart: old.node == t.node && old.epoch == t.epoch, failed: now, led: now, acked: never}
	asked, elected := f.votes.began(t.epoch)
	switch {
	case in.restart:
	case plan.epoch == t.epoch:
		in.failed = plan.began
		in.needless = !d.known && (plan.suspected || elected)
	case elected:
		in.failed = asked
		if d.stopped != never {
			in.failed = min(asked, d.stopped)
		}
		in.needless = !d.known
	}
	if d.known {
		in.failed = min(d.since, in.failed)
	}
	in.detected = d.detected
	if n := len(f.list); n > 0 && !in.restart && !d.known && f.list[n-1].acked == never {
		before := &f.list[n-1]
		before.passing, in.needless = true, before.needless
		in.failed, in.detected = before.failed, before.detected
	}
	in.promoted, in.applied = now, now
	switch {
	case in.restart:
		in.detected, in.promoted, in.applied = in.failed, in.failed, in.failed
	case plan.epoch == t.epoch:
		in.promoted, in.applied = max(plan.began, in.failed), max(plan.applied, in.failed)
	}
	if in.detected == never {
		in.detected = in.promoted
		if elected {
			in.detected = asked
		}
	}
	in.detected = min(max(in.detected, in.failed), in.promoted)
	return in
}

// reclaimed tells that a new leader brought back a record that its log had not held.
func (f *failovers) reclaimed(id int32) {
	if n := len(f.list); n > 0 && f.list[n-1].timeline == id {
		in := &f.list[n-1]
		if at, ok := f.h.newestAnswered(f.h.timelines[id].parent, in.failed); ok {
			in.survivor = at
		}
	}
}

// acknowledged tells that a client has its answer for a record of a timeline.
func (f *failovers) acknowledged(id int32, now sim.Time) {
	if id == f.h.top {
		f.down.answered = now
	}
	for f.open < len(f.list) && f.h.succeeds(id, f.list[f.open].timeline) {
		f.list[f.open].acked = now
		f.open++
	}
}

// succeeds tells whether a timeline is another one or comes after it. A deposed leader
// that restarts begins a younger timeline, but of an older epoch.
func (h *history) succeeds(id, other int32) bool {
	return id >= other && h.timelines[id].epoch >= h.timelines[other].epoch
}
