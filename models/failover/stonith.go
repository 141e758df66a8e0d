package failover

import (
	"slices"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// PowerOff orders the fencing device to turn a machine off.
type PowerOff struct {
	Target sim.NodeID
	Asked  sim.Time // the clock of who asks: the same in repetitions
}

// Size implements sim.Message.
func (PowerOff) Size() int { return messageBytes }

// PowerOffDone is the device's answer.
type PowerOffDone struct {
	Order PowerOff
	OK    bool
}

// Size implements sim.Message.
func (PowerOffDone) Size() int { return messageBytes }

// device is the fencing device: a switch of the machines' power, on a network of its
// own. (Shoot the other node in the head.) Its answer comes when the machine is off for
// sure, or when it has failed, and not before.
type device struct {
	team     *Team
	env      *sim.Env
	delay    *sim.Draws
	off      *sim.Draws                  // how long a machine stays off; nil: for ever
	underWay map[sim.NodeID]*shot        // by target
	done     map[sim.NodeID]PowerOffDone // by who has asked: the last answer
}

// shot is a machine about to be turned off, and the orders to do so.
type shot struct {
	askers []sim.NodeID
	orders []PowerOff
}

func (t *Team) bootDevice(e *sim.Env) {
	d := &device{team: t, env: e, underWay: map[sim.NodeID]*shot{}, done: map[sim.NodeID]PowerOffDone{}}
	d.delay = e.Draws(t.cfg.Stonith.Delay, "stonith")
	if t.cfg.Stonith.Reboot != nil {
		d.off = e.Draws(*t.cfg.Stonith.Reboot, "reboot")
	}
	sim.Handle(e, d.onPowerOff)
}

// onPowerOff begins to turn a machine off. A repetition is answered like the order, but
// does not turn off a machine that runs again; who orders the same meanwhile gets the
// same answer.
func (d *device) onPowerOff(from sim.NodeID, m PowerOff) {
	if last, ok := d.done[from]; ok && last.Order == m {
		sim.Send(d.env, from, last)
		return
	}
	s := d.underWay[m.Target]
	if s == nil {
		s = &shot{}
		d.underWay[m.Target] = s
		d.env.NewTimer(func() { d.shoot(m.Target) }).Reset(d.delay.Next())
	}
	if !slices.Contains(s.orders, m) {
		s.askers, s.orders = append(s.askers, from), append(s.orders, m)
	}
}

func (d *device) shoot(target sim.NodeID) {
	ok := d.env.Rand().Float64() >= d.team.cfg.Stonith.Failure
	if ok {
		d.turnOff(target)
	}
	sim.Report(d.env, kv.Fenced{Target: target, OK: ok})
	s := d.underWay[target]
	delete(d.underWay, target)
	for i, id := range s.askers {
		d.done[id] = PowerOffDone{s.orders[i], ok}
		sim.Send(d.env, id, d.done[id])
	}
}

// turnOff pulls the plug, and puts it in again later.
func (d *device) turnOff(target sim.NodeID) {
	on := d.team.world.PowerOff(target)
	if d.off != nil {
		d.env.NewTimer(on).Reset(d.off.Next())
	}
}

// remote is the Fencer of a node that has a device.
type remote struct {
	env    *sim.Env
	device sim.NodeID
	given  PowerOff
	done   func(ok bool) // nil: nothing is waited for
	again  *sim.Timer
	every  time.Duration
}

// newRemote makes a Fencer that repeats its orders, since messages may be lost.
func newRemote(e *sim.Env, device sim.NodeID, every time.Duration) *remote {
	r := &remote{env: e, device: device, every: every}
	r.again = e.NewTimer(r.order)
	sim.Handle(e, r.onDone)
	return r
}

// Fence implements leader.Fencer.
func (r *remote) Fence(old sim.NodeID, done func(ok bool)) {
	r.given, r.done = PowerOff{old, r.env.Clock()}, done
	r.order()
}

func (r *remote) order() {
	sim.Send(r.env, r.device, r.given)
	r.again.Reset(r.every)
}

func (r *remote) onDone(_ sim.NodeID, m PowerOffDone) {
	if r.done == nil || m.Order != r.given {
		return
	}
	done := r.done
	r.done = nil
	r.again.Stop()
	done(m.OK)
}
