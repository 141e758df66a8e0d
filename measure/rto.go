package measure

import "replsim/sim"

// report adds the figures of failovers. losses are the acknowledged writes that each
// incident lost.
func (f *failovers) report(out *Replication, losses []int64) {
	var total, detect, elect, catchUp, promote, redirect, rpoTime, rpoWrites sample
	var restarts, unresolved, needless, lost int64
	for i, in := range f.list {
		restarts += one(in.restart)
		if lost += losses[i]; in.passing {
			continue
		}
		unresolved += one(in.acked == never)
		needless += one(in.needless)
		if in.survivor != never {
			rpoTime.span(in.survivor, in.failed)
		}
		rpoWrites.add(float64(lost))
		lost = 0
		if in.failed < f.cfg.Warmup {
			continue
		}
		total.span(in.failed, in.acked)
		if in.acked == never {
			continue
		}
		detect.span(in.failed, in.detected)
		elect.span(in.detected, in.promoted)
		catchUp.span(in.promoted, in.applied)
		promote.span(in.applied, in.led)
		redirect.span(in.led, in.acked)
	}
	total.report(out, "rto.total", "s")
	detect.mean(out, "rto.detect", "s")
	elect.mean(out, "rto.elect", "s")
	catchUp.mean(out, "rto.catch_up", "s")
	promote.mean(out, "rto.promote", "s")
	redirect.mean(out, "rto.redirect", "s")
	rpoTime.report(out, "rpo.time", "s")
	rpoWrites.report(out, "rpo.writes", "writes")
	out.count("failovers.count", "1", int64(len(f.list))-restarts)
	out.count("failovers.needless", "1", needless)
	out.count("failovers.restarts", "1", restarts)
	out.count("failovers.unresolved", "1", unresolved)
}

// failures returns the instants at which the changes of leader in the measured time
// began.
func (f *failovers) failures() (at []sim.Time) {
	for _, in := range f.list {
		if !in.restart && !in.passing && f.cfg.measured(in.failed) {
			at = append(at, in.failed)
		}
	}
	return at
}
