package leader

import (
	"replsim/sim"
)

// applyPool applies records on a follower: several at once if it has
// several appliers, each taking its service time, but visible in log order
// (MySQL's replica_preserve_commit_order). An applier that is done waits for its
// turn and takes no other record meanwhile, so p appliers are never p times as fast
// unless all records take the same time. When records arrive faster than they are
// applied, the queue that forms here is replication lag.
type applyPool struct {
	r        *replica
	jobs     *sim.Jobs[applyJob]
	cost     *sim.Draws
	idle     int       // appliers without a record
	next     sim.LSN   // the next record to hand to an applier
	finished []sim.LSN // done, but waiting for an earlier one; not more than appliers
	round    uint32    // ends the jobs under way when the log is rewound

	wake   *sim.Jobs[uint32] // the appliers' process is being woken, in this round
	waking bool
}

type applyJob struct {
	lsn   sim.LSN
	round uint32
}

func (p *applyPool) init(r *replica) {
	p.r = r
	p.jobs = sim.NewJobs(sim.NewCPU(r.env, r.cfg.Appliers), p.onDone)
	p.wake = sim.NewJobs(r.env.CPU(), p.onAwake)
	p.cost = r.env.Draws(r.cfg.Apply, "apply")
	p.reset()
}

// reset starts again after the position that the state reflects.
func (p *applyPool) reset() {
	p.round++
	p.idle = p.r.cfg.Appliers
	p.waking = false
	p.next = p.r.applied + 1
	p.finished = p.finished[:0]
}

// limit is how far records may be applied: as far as they are flushed, so that what
// a follower shows to readers it also keeps; or all of them.
func (p *applyPool) limit() sim.LSN {
	if p.r.cfg.ApplyReceived {
		return p.r.log.End()
	}
	return p.r.log.Flushed()
}

// run hands records to idle appliers. If all are idle they have to wake first.
func (p *applyPool) run() {
	if p.waking || p.next > p.limit() {
		return
	}
	if p.idle == p.r.cfg.Appliers {
		if cost := p.r.wakeCost.Next(); cost > 0 {
			p.waking = true
			p.wake.Do(cost, p.round)
			return
		}
	}
	p.handOut()
}

func (p *applyPool) onAwake(round uint32) {
	if round == p.round {
		p.waking = false
		p.handOut()
	}
}

func (p *applyPool) handOut() {
	for p.idle > 0 && p.next <= p.limit() {
		p.idle--
		p.jobs.Do(p.cost.Next(), applyJob{p.next, p.round})
		p.next++
	}
}

func (p *applyPool) onDone(j applyJob) {
	if j.round != p.round {
		return
	}
	p.finished = append(p.finished, j.lsn)
	visible := p.r.applied
	for p.remove(visible + 1) {
		visible++
		p.idle++
	}
	if visible > p.r.applied {
		p.r.advanceApplied(visible)
		p.r.follow.onApplied()
	}
	p.handOut() // it is awake
}

// remove takes a record off the finished list, if it is there.
func (p *applyPool) remove(lsn sim.LSN) bool {
	for i, f := range p.finished {
		if f == lsn {
			last := len(p.finished) - 1
			p.finished[i] = p.finished[last]
			p.finished = p.finished[:last]
			return true
		}
	}
	return false
}
