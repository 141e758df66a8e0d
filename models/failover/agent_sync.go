package failover

import (
	"slices"

	"replsim/models/leader"
	"replsim/sim"
)

// With a synchronous mode, whoever is in the sync key has everything that was ever answered.
// Two orders keep it so. A standby is named to the database first, and written down
// when it has caught up. And it is crossed out first, and then the database stops
// to wait for it.

// manageStandbys lets commits wait for standbys that keep up.
func (a *agent) manageStandbys() {
	switch {
	case a.cfg.Sync == SyncOff:
		a.finish()
	case a.view.sync.leader != a.me: // somebody else has taken over in between
		a.stepDown()
		a.finish()
	default:
		a.askStandbys(a.chooseStandbys)
	}
}

// askStandbys asks the database. If that dies meanwhile, the pass is over.
func (a *agent) askStandbys(then func([]leader.Standby)) {
	a.reported = then
	a.wait(a.cfg.Patience, func() { a.reported = nil; a.finish() })
	sim.Send(a.env, a.db, leader.StandbyQuery{})
}

func (a *agent) onReport(_ sim.NodeID, m leader.StandbyReport) {
	if a.reported == nil {
		return
	}
	then := a.reported
	a.reported, a.decide = nil, nil
	a.patience.Stop()
	then(m.Standbys)
}

// chooseStandbys compares those who should be waited for with those in the sync key.
func (a *agent) chooseStandbys(list []leader.Standby) {
	named := a.among(list, func(s leader.Standby) bool { return s.Listed })
	safe := a.among(list, func(s leader.Standby) bool { return s.Safe })
	picked, current := a.pick(list), a.view.sync.standbys
	keep := both(both(current, picked), safe)
	if slices.Equal(keep, current) && slices.Equal(keep, picked) && slices.Equal(keep, named) {
		a.finish()
		return
	}
	then := func() {
		if len(keep) == len(picked) {
			a.finish()
			return
		}
		a.wait(a.cfg.SyncPause, func() { a.askStandbys(func(l []leader.Standby) { a.admit(l, picked, keep) }) })
	}
	a.team.step.replace(a, keep, picked, then)
}

// shrinkThenName crosses standbys out before the database stops to wait for them.
func (a *agent) shrinkThenName(keep, picked []int, then func()) {
	name := func() {
		a.name(picked)
		then()
	}
	if len(keep) == len(a.view.sync.standbys) {
		name()
		return
	}
	a.writeSync(keep, name)
}

// name tells the database whom to wait for.
func (a *agent) name(picked []int) {
	m := leader.SetStandbys{}
	for _, i := range picked {
		m.Standbys = append(m.Standbys, a.team.cluster.Nodes()[i])
	}
	sim.Send(a.env, a.db, m)
}

// admit writes down who has caught up since the database waits for it.
func (a *agent) admit(list []leader.Standby, picked, keep []int) {
	now := both(picked, a.among(list, func(s leader.Standby) bool { return s.Safe && s.Streaming }))
	if slices.Equal(now, keep) {
		a.finish()
		return
	}
	a.writeSync(now, a.finish)
}

// pick chooses standbys that stream: first those that are chosen already, then those that
// are furthest.
func (a *agent) pick(list []leader.Standby) []int {
	list = slices.DeleteFunc(slices.Clone(list), func(s leader.Standby) bool { return !s.Streaming })
	slices.SortStableFunc(list, func(x, y leader.Standby) int {
		if x.Listed != y.Listed {
			if x.Listed {
				return -1
			}
			return 1
		}
		return int(min(max(y.Acked-x.Acked, -1), 1))
	})
	return a.among(list[:min(len(list), a.cfg.SyncNodes)], func(leader.Standby) bool { return true })
}

// among returns the places of those standbys that are such, sorted.
func (a *agent) among(list []leader.Standby, such func(leader.Standby) bool) []int {
	var out []int
	for _, s := range list {
		if such(s) {
			out = append(out, slices.Index(a.team.cluster.Nodes(), s.Node))
		}
	}
	slices.Sort(out)
	return out
}

// both returns what is in both lists, in the order of the first.
func both(a, b []int) []int {
	var out []int
	for _, i := range a {
		if slices.Contains(b, i) {
			out = append(out, i)
		}
	}
	return out
}
