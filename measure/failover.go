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
//	rto.detect    … until the successor began its promotion,
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
// the crash counts.) Without any, as in a planned switch-over, the clock starts with the promotion. A restart
// in place has no promotion, so only total and redirect.
type failovers struct {
	cfg   *Config
	h     *history
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
}

// promotion is what a replica has reported on its way to lead.
type promotion struct {
	epoch          uint32 // 0: none
	began, applied sim.Time
}

// incident is one failover or restart; instants are −1 if unknown.
type incident struct {
	timeline                              int32
	restart                               bool
	failed, promoted, applied, led, acked sim.Time
	survivor                              sim.Time // commit of the newest surviving write
}

const never sim.Time = -1

func newFailovers(cfg *Config, h *history, replicas int) *failovers {
	return &failovers{cfg: cfg, h: h, down: failure{node: sim.NoNode}, plans: make([]promotion, replicas)}
}

// fail notes that the leader is in trouble from now on, if it was not before.
func (f *failure) fail(now sim.Time) {
	if !f.known {
		f.known, f.since = true, now
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
		d.known = false
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
		d.known = false
	}
}

// promoting tells that a replica began its promotion.
func (f *failovers) promoting(replica int, epoch uint32, now sim.Time) {
	f.plans[replica] = promotion{epoch: epoch, began: now, applied: now}
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
		old := f.h.timelines[f.h.top]
		in := incident{timeline: id, restart: old.node == t.node && old.epoch == t.epoch,
			failed: now, promoted: never, applied: never, led: now, acked: never}
		if p := f.plans[replica]; p.epoch == t.epoch {
			in.failed, in.promoted, in.applied = p.began, p.began, p.applied
		}
		if f.down.known {
			in.failed = min(f.down.since, in.failed)
		}
		in.survivor = never
		if at, ok := f.h.newestAnswered(t.parent, in.failed); ok {
			in.survivor = at
		}
		f.list = append(f.list, in)
	}
	f.plans[replica] = promotion{}
	f.down = failure{node: t.node}
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

func (f *failovers) report(out *Replication, sum tally) {
	figures := map[string][]float64{}
	names := []string{"rto.total", "rto.detect", "rto.catch_up", "rto.promote", "rto.redirect", "rpo.time", "rpo.writes"}
	put := func(name string, from, to sim.Time) {
		if from >= 0 && to >= 0 {
			figures[name] = append(figures[name], to.Sub(from).Seconds())
		}
	}
	var restarts, unresolved int64
	for i, in := range f.list {
		restarts += one(in.restart)
		unresolved += one(in.acked < 0)
		put("rpo.time", in.survivor, in.failed)
		figures["rpo.writes"] = append(figures["rpo.writes"], float64(sum.byFailover[i]))
		if in.failed < f.cfg.Warmup {
			continue
		}
		put("rto.total", in.failed, in.acked)
		put("rto.redirect", in.led, in.acked)
		if in.promoted >= 0 {
			put("rto.detect", in.failed, in.promoted)
			put("rto.catch_up", in.promoted, in.applied)
			put("rto.promote", in.applied, in.led)
		}
	}
	for _, name := range names {
		unit := "s"
		if name == "rpo.writes" {
			unit = "writes"
		}
		if list := figures[name]; len(list) > 0 {
			out.add(name, unit, Mean, mean(list))
		}
	}
	out.count("failovers.count", "1", int64(len(f.list))-restarts)
	out.count("failovers.restarts", "1", restarts)
	out.count("failovers.unresolved", "1", unresolved)
}
