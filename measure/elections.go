package measure

import (
	"slices"

	"replsim/sim"
)

// elections measures how replicas agree on a leader by voting, and how many believe
// to lead. In the measured time:
//
//	elections.count      epochs in which somebody campaigned (pre-votes do not count)
//	elections.split      of these, the ones that nobody won
//	elections.split.any  share of the replications with such an election, or several
//	elections.pre_votes  pre-votes begun
//	elections.terms      how far the highest epoch rose
//	leaders.at_once.max  most replicas that believed to lead at one instant
//
// and of each failover (see failover.go), and of the start of the run if nobody leads
// then,
//
//	elections.time       from the failure to the start of the first leader who then led
//	                     for at least Config.StableFor
//	elections.heard      from the failure until all replicas that were up had heard
//	                     from such a leader
//
// A leader leads until it gives up or crashes, or until one of a later epoch starts. A
// failover without such a leader before End counts in the distribution as longer than
// all others, and not in the mean.
type elections struct {
	cfg      *Config
	contests map[uint32]*contest // by epoch
	held     bool                // somebody has campaigned, so the model votes
	preVotes int64
	epoch    uint32 // the highest so far
	rose     uint32 // in the measured time

	reigns  []reign
	hearing int // reigns before this one have been heard of, or are over

	up       []bool   // by replica
	followed []uint32 // by replica: the highest epoch whose leader it has heard, or was
	leading  []bool   // by replica
	leaders  int
	most     int
}

// contest is the campaign for one epoch.
type contest struct {
	began sim.Time
	won   bool
}

// reign is the time in which a replica led.
type reign struct {
	replica      int
	epoch        uint32
	start, end   sim.Time // end: never if it still leads
	heardOfByAll sim.Time // or never
}

func newElections(cfg *Config, replicas int) *elections {
	e := &elections{cfg: cfg, contests: map[uint32]*contest{}, up: make([]bool, replicas),
		followed: make([]uint32, replicas), leading: make([]bool, replicas)}
	for i := range e.up {
		e.up[i] = true
	}
	return e
}

// campaigned tells that a replica asks for votes.
func (e *elections) campaigned(epoch uint32, preVote bool, now sim.Time) {
	e.held = true
	if preVote {
		e.preVotes += one(e.cfg.measured(now))
		return
	}
	e.reached(epoch, now)
	if e.contests[epoch] == nil {
		e.contests[epoch] = &contest{began: now}
	}
}

// reached notes the highest epoch.
func (e *elections) reached(epoch uint32, now sim.Time) {
	if epoch > e.epoch && e.cfg.measured(now) {
		e.rose += epoch - e.epoch
	}
	e.epoch = max(e.epoch, epoch)
}

// began returns when the campaign for an epoch began, and whether there was one.
func (e *elections) began(epoch uint32) (sim.Time, bool) {
	if c := e.contests[epoch]; c != nil {
		return c.began, true
	}
	return never, false
}

// led tells that a replica begins to lead.
func (e *elections) led(replica int, epoch uint32, now sim.Time) {
	e.reached(epoch, now)
	if c := e.contests[epoch]; c != nil {
		c.won = true
	}
	for i := range e.reigns {
		if r := &e.reigns[i]; r.end == never && (r.epoch < epoch || r.replica == replica) {
			r.end = now
		}
	}
	e.reigns = append(e.reigns, reign{replica: replica, epoch: epoch, start: now, end: never, heardOfByAll: never})
	e.believe(replica, true, now)
	e.heard(replica, epoch, now)
}

// stopped tells that a replica no longer leads.
func (e *elections) stopped(replica int, now sim.Time) {
	for i := len(e.reigns) - 1; i >= 0; i-- {
		if r := &e.reigns[i]; r.replica == replica {
			if r.end == never {
				r.end = now
			}
			break
		}
	}
	e.believe(replica, false, now)
}

// believe notes whether a replica believes to lead.
func (e *elections) believe(replica int, leads bool, now sim.Time) {
	if e.leading[replica] != leads {
		e.leading[replica] = leads
		e.leaders += 2*int(one(leads)) - 1
	}
	switch {
	case now < e.cfg.Warmup:
		e.most = e.leaders
	case now < e.cfg.End:
		e.most = max(e.most, e.leaders)
	}
}

// heard tells that a replica has heard from the leader of an epoch.
func (e *elections) heard(replica int, epoch uint32, now sim.Time) {
	e.followed[replica] = max(e.followed[replica], epoch)
	e.spread(now)
}

// changed tells that a replica crashed or stands still, or is back.
func (e *elections) changed(replica int, up, forgets bool, now sim.Time) {
	e.up[replica] = up
	if forgets {
		e.followed[replica] = 0
	}
	e.spread(now)
}

// spread looks whether all who are up have now heard of the leaders.
func (e *elections) spread(now sim.Time) {
	for ; e.hearing < len(e.reigns); e.hearing++ {
		r := &e.reigns[e.hearing]
		if r.end != never {
			continue // too late
		}
		for i, epoch := range e.followed {
			if e.up[i] && epoch < r.epoch {
				return
			}
		}
		r.heardOfByAll = now
	}
}

// after returns how long after a failure there was a leader to stay, and how long
// until all had heard from one; never if not before the end.
func (e *elections) after(failed sim.Time) (stable, heard sim.Time) {
	stable, heard = never, never
	for _, r := range e.reigns {
		end := r.end
		if end == never {
			end = e.cfg.End
		}
		if r.start < failed || r.start >= e.cfg.End || end.Sub(r.start) < e.cfg.StableFor {
			continue
		}
		if stable == never {
			stable = r.start
		}
		if r.heardOfByAll != never && r.heardOfByAll < e.cfg.End {
			return stable, r.heardOfByAll
		}
	}
	return stable, heard
}

// report adds the figures; failures are the instants at which failovers began.
func (e *elections) report(out *Replication, failures []sim.Time) {
	var count, split int64
	for _, c := range e.contests { // order does not matter: sums
		if e.cfg.measured(c.began) {
			count++
			split += one(!c.won)
		}
	}
	out.count("elections.count", "1", count)
	out.count("elections.split", "1", split)
	if e.held {
		out.proportion("elections.split.any", one(split > 0), 1)
	}
	out.count("elections.pre_votes", "1", e.preVotes)
	out.count("elections.terms", "1", int64(e.rose))
	out.add("leaders.at_once.max", "1", Maximum, float64(e.most))
	if !e.held {
		return
	}
	if len(e.reigns) > 0 && e.reigns[0].start > 0 && e.cfg.measured(0) {
		failures = slices.Insert(slices.Clone(failures), 0, 0)
	}
	var times, heards sample
	until := never
	for _, failed := range failures {
		if failed < until || until == e.cfg.End {
			continue // the leader that failed was not to stay: the former search goes on
		}
		stable, heard := e.after(failed)
		until = stable
		if stable == never {
			until = e.cfg.End
		}
		times.span(failed, stable)
		heards.span(failed, heard)
	}
	times.report(out, "elections.time", "s")
	heards.report(out, "elections.heard", "s")
}
