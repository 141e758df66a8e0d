package failover

import (
	"strconv"
	"time"

	"replsim/models/dcs"
	"replsim/models/kv"
	"replsim/models/leader"
	"replsim/sim"
)

// agent is one incarnation of the agent beside a replica. It does one thing after the
// other: each pass of its loop is a chain of questions and answers that ends with finish.
type agent struct {
	team  *Agents
	cfg   *LeaseConfig
	env   *sim.Env
	me    int // its place in the list, and the replica's
	db    sim.NodeID
	store *dcs.Client
	lease dcs.LeaseID

	loop  *sim.Timer
	next  sim.Time // when the pass under way was due, on the monotonic clock
	busy  bool     // a pass is under way
	woken bool     // … and another one is to follow at once
	view  view

	alive  bool          // the database has answered in this pass
	status leader.Status // … this
	asked  []question    // of other agents, until it answers
	launch *sim.Timer    // a dead database
	delay  *sim.Draws

	last     int // who had the lock when somebody last had it
	suspects bool
	renewals uint64 // for the watchdog

	round    uint64 // of questions to the other agents
	awaited  int    // answers
	answers  []answer
	patience *sim.Timer
	decide   func() // when the answers are there, or patience is over
	reported func([]leader.Standby)
	failsafe sim.Time // it believes in a leader without a store until then, on the monotonic clock
}

func (t *Agents) boot(e *sim.Env, me int) {
	a := &agent{team: t, cfg: &t.cfg, env: e, me: me, db: t.cluster.Nodes()[me]}
	a.lease = firstLease(me)
	a.store = dcs.NewClient(e, t.store, t.cfg.RetryTimeout, a.onEvent)
	a.loop = e.NewTimer(a.onLoop)
	a.launch = e.NewTimer(a.onLaunch)
	a.patience = e.NewTimer(a.onPatienceEnded)
	a.delay = e.Draws(t.cfg.Restart, "restart")
	sim.Handle(e, a.onStatus)
	sim.Handle(e, a.onReport)
	sim.Handle(e, a.onAsk)
	sim.Handle(e, a.onPosition)
	sim.Handle(e, a.onFailsafe)
	sim.Handle(e, a.onAccepted)
	sim.Handle(e, func(sim.NodeID, leader.Beat) {})
	sim.Handle(e, func(sim.NodeID, leader.Follow) {}) // the database knows of a later leader already
	phase := time.Duration(0)
	if again := sim.Pages(e, func() *bool { return new(bool) }); *again {
		a.lease = a.newLease()
	} else { // when its periods began, is chance
		*again = true
		phase = time.Duration(e.Stream("loop phase").Int64N(int64(t.cfg.LoopWait)))
	}
	a.next = e.Monotonic().Add(phase)
	a.loop.Reset(phase)
}

// newLease returns the number of a lease that no agent has asked for before.
func (a *agent) newLease() dcs.LeaseID {
	return dcs.LeaseID(a.env.Monotonic())<<8 | dcs.LeaseID(a.me) | 1<<62
}

// onLoop begins a pass: how is the database, and what is in the store?
func (a *agent) onLoop() {
	a.busy, a.alive, a.asked = true, false, a.asked[:0]
	sim.Send(a.env, a.db, leader.StatusQuery{})
	a.store.Do(dcs.Request{Op: dcs.Get}, a.onView)
}

// finish ends a pass. The next one begins a period after this one was due, or at once if
// that is over.
func (a *agent) finish() {
	const breath = time.Millisecond
	now := a.env.Monotonic()
	a.busy = false
	a.next = a.next.Add(a.cfg.LoopWait)
	nap := a.next.Sub(now)
	if a.woken || nap < breath {
		nap, a.next = breath, now.Add(breath)
	}
	a.woken = false
	a.loop.Reset(nap)
	if a.cfg.Watch && !a.holds() {
		a.store.Watch(lockKey)
	}
}

// wake begins a pass at once; the period starts anew with it.
func (a *agent) wake() {
	if a.busy {
		a.woken = true
		return
	}
	a.next = a.env.Monotonic()
	a.loop.Reset(0)
}

func (a *agent) onEvent(ev dcs.Event) {
	if ev.Removed && !a.holds() {
		a.wake()
	}
}

// holds tells whether the agent had the lock when it last looked.
func (a *agent) holds() bool { return a.view.locked && a.view.holder == a.me }

// onView has the keys of the store, and keeps the own lease alive.
func (a *agent) onView(r dcs.Result) {
	if r.Status != dcs.OK {
		a.storeLost()
		return
	}
	a.view = read(r.Items, a.me, a.lease)
	since := a.env.Clock()
	a.store.Do(dcs.Request{Op: dcs.KeepAlive, Lease: a.lease}, func(r dcs.Result) { a.onRenewed(r, since) })
}

// onRenewed has a lease that lasts, from since on, or needs another one.
func (a *agent) onRenewed(r dcs.Result, since sim.Time) {
	switch r.Status {
	case dcs.OK:
		if a.cfg.Watchdog && a.holds() && a.view.lock.Lease == a.lease {
			a.renewals++
			sim.Send(a.env, a.db, leader.Renewal{Epoch: a.status.Epoch, Number: a.renewals, Sent: since})
		}
		a.register()
	case dcs.NoLease:
		a.lease = a.newLease()
		a.view.mine = false
		a.store.Do(dcs.Request{Op: dcs.Grant, Lease: a.lease, TTL: a.cfg.TTL}, func(r dcs.Result) {
			if r.Status == dcs.OK {
				a.register()
			} else {
				a.storeLost()
			}
		})
	default:
		a.storeLost()
	}
}

// register tells the others in the store that the agent is there.
func (a *agent) register() {
	if a.view.mine {
		a.act()
		return
	}
	key := memberKey + strconv.Itoa(a.me)
	a.store.Do(dcs.Request{Op: dcs.Put, Key: key, Value: holder(a.me), If: dcs.Whatever, Lease: a.lease}, func(dcs.Result) { a.act() })
}

// act does what the lock asks for.
func (a *agent) act() {
	a.doubt()
	switch {
	case !a.alive:
		if !a.launch.Armed() {
			a.launch.Reset(a.delay.Next())
		}
		a.finish()
	case !a.view.locked:
		a.race()
	case a.holds():
		a.lead()
	default:
		a.follow()
	}
}

// follow lets the database follow whoever has the lock. If that one does not lead yet, it is
// asked again until it does.
func (a *agent) follow() {
	a.stepDown()
	to := leader.Follow{Epoch: a.view.status.epoch, Leader: a.team.cluster.Nodes()[a.view.holder]}
	if a.status.Follows != to.Leader && a.status.Epoch <= to.Epoch {
		sim.Send(a.env, a.db, to)
	}
	a.finish()
}

// onLaunch starts the database again, and looks what is to be done with it.
func (a *agent) onLaunch() {
	a.team.world.Launch(a.db)
	a.wake()
}

// stepDown makes the database follow, if it leads or is about to.
func (a *agent) stepDown() {
	if a.status.Leading || a.status.Promoting != 0 {
		sim.Send(a.env, a.db, leader.StepDown{})
	}
}

// doubt reports that the leader seems dead, when the lock has vanished, or that it is not
// after all.
func (a *agent) doubt() {
	switch old := a.team.cluster.Nodes()[a.last]; {
	case a.view.locked:
		if a.suspects && a.view.holder == a.last {
			sim.Report(a.env, kv.Cleared{Leader: old})
		}
		a.suspects, a.last = false, a.view.holder
	case !a.suspects && a.last != a.me:
		a.suspects = true
		sim.Report(a.env, kv.Suspected{Leader: old})
	}
}

// onStatus hears from the database, and passes it on to those who have asked.
func (a *agent) onStatus(_ sim.NodeID, s leader.Status) {
	a.status, a.alive = s, true
	for _, q := range a.asked {
		sim.Send(a.env, q.from, Position{Round: q.round, Status: s})
	}
	a.asked = a.asked[:0]
}

// storeLost: without the store a leader cannot know whether it still has the lock. It gives
// up in time, before the lease is over, unless all others tell it to go on.
func (a *agent) storeLost() {
	switch {
	case !a.alive || !a.status.Leading && a.status.Promoting == 0:
		a.finish()
	case a.cfg.Failsafe && a.status.Leading:
		a.callFailsafe()
	default:
		a.team.step.giveUp(a)
		a.finish()
	}
}
