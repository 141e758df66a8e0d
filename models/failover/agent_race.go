package failover

import (
	"slices"

	"replsim/models/dcs"
	"replsim/models/leader"
	"replsim/sim"
)

// steps are those of an agent's steps on which safety hangs. Tests put wrong ones in
// their place, to see that the mistakes are found.
type steps struct {
	giveUp  func(*agent)                                    // the store is lost
	lock    func(*agent) dcs.Revision                       // what the lock is asked to be, to be taken
	replace func(a *agent, keep, picked []int, then func()) // the standbys of /sync by fewer
}

func soundSteps() steps {
	return steps{giveUp: (*agent).stepDown, lock: (*agent).freeLock, replace: (*agent).shrinkThenName}
}

// freeLock: nobody may have it.
func (a *agent) freeLock() dcs.Revision { return dcs.Absent }

// race tries to get the lock, which nobody has, for the database of this agent, if there is no
// better one.
func (a *agent) race() {
	switch {
	case a.status.Blank || !a.eligible() || a.env.Monotonic() < a.failsafe,
		a.status.Leading && a.status.Epoch < a.view.status.epoch, // somebody has led after it
		!a.status.Leading && a.lags():
		a.stepDown()
		a.finish()
	case a.status.Leading:
		a.takeLock(a.team.step.lock(a))
	default:
		rivals := slices.DeleteFunc(slices.Clone(a.view.members), func(i int) bool { return i == a.me || !a.mayLead(i) })
		a.ask(rivals, func(to sim.NodeID) { sim.Send(a.env, to, Ask{Round: a.round}) }, a.judge)
	}
}

// lags tells whether the database is too far behind the leader's last known position.
func (a *agent) lags() bool {
	return a.cfg.MaxLag >= 0 && a.view.status.end-a.status.End > a.cfg.MaxLag
}

// eligible tells whether the database may lead as far as synchronous_mode is concerned.
func (a *agent) eligible() bool { return a.mayLead(a.me) }

// mayLead: with a synchronous mode, only the last leader and those in the sync key may.
func (a *agent) mayLead(i int) bool {
	return a.cfg.Sync == SyncOff || a.view.sync.leader == i || slices.Contains(a.view.sync.standbys, i)
}

// judge compares the database with those of the agents that have answered.
func (a *agent) judge() {
	mine := a.status
	for _, other := range a.answers {
		s := other.status
		ahead := s.Epoch > mine.Epoch || s.Epoch == mine.Epoch && s.End > mine.End
		if s.Leading || ahead && (a.cfg.Sync == SyncOff || other.agent != a.view.sync.leader) {
			a.finish()
			return
		}
	}
	a.takeLock(a.team.step.lock(a))
}

// takeLock writes the lock, if it still is what this agent has seen. The lock's new revision
// is higher than all that any lock ever had, and so makes the epoch of the leader to be.
func (a *agent) takeLock(was dcs.Revision) {
	a.store.Do(dcs.Request{Op: dcs.Put, Key: lockKey, Value: holder(a.me), If: was, Lease: a.lease}, func(r dcs.Result) {
		switch {
		case r.Status != dcs.OK:
			a.stepDown()
			a.finish()
		case a.status.Leading:
			a.publish(a.status.Epoch, a.manageStandbys)
		default:
			a.publish(uint32(r.Revision), func() { a.promote(uint32(r.Revision)) })
		}
	})
}

// lead keeps the database leading: this agent has the lock.
func (a *agent) lead() {
	switch {
	case a.status.Blank || !a.status.Leading && !a.eligible(): // with a new disk, or passed over meanwhile
		a.store.Do(dcs.Request{Op: dcs.Delete, Key: lockKey, If: a.view.lock.Revision}, func(dcs.Result) { a.finish() })
	case a.view.lock.Lease != a.lease || !a.status.Leading && a.status.Promoting == 0:
		a.takeLock(a.view.lock.Revision)
	case a.status.Leading:
		a.publish(a.status.Epoch, a.manageStandbys)
	default:
		a.finish()
	}
}

// publish leaves the position in the store, for those who have to judge how far they are
// behind. If that fails, it does so the next time.
func (a *agent) publish(epoch uint32, then func()) {
	value := status{epoch: epoch, end: a.status.End}
	a.store.Do(dcs.Request{Op: dcs.Put, Key: statusKey, Value: value, If: dcs.Whatever}, func(dcs.Result) { then() })
}

// promote lets the database lead. With a synchronous mode it is the only one from now on that
// is known to have everything; if somebody else has written that down meanwhile, the
// promotion has to wait.
func (a *agent) promote(epoch uint32) {
	if a.cfg.Sync == SyncOff {
		sim.Send(a.env, a.db, leader.Promote{Epoch: epoch})
		a.finish()
		return
	}
	a.writeSync(nil, func() {
		sim.Send(a.env, a.db, leader.Promote{Epoch: epoch})
		a.finish()
	})
}

// writeSync writes the sync key, if it still is what this agent has seen, and goes on; else
// the pass is over.
func (a *agent) writeSync(standbys []int, then func()) {
	value := syncState{leader: a.me, standbys: standbys}
	a.store.Do(dcs.Request{Op: dcs.Put, Key: syncKey, Value: value, If: a.view.syncAt}, func(r dcs.Result) {
		if r.Status != dcs.OK {
			a.finish()
			return
		}
		a.view.sync, a.view.syncAt = value, r.Revision
		then()
	})
}
