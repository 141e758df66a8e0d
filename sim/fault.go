package sim

import (
	"slices"
	"time"

	"replsim/sim/dist"
)

// Fault is something that goes wrong for a while. begin does it and returns what
// undoes it, or nil if nothing has to be undone.
type Fault interface {
	begin(w *World, effect *Effect) (heal func())
}

// Effect counts what a fault did. All zero means that it was inert: a fault that
// changes nothing must not pass for a protocol that survived it.
type Effect struct {
	Began       int64         // times that it struck
	Hits        int64         // nodes crashed or paused, clocks moved
	Dropped     int64         // messages lost
	Delayed     int64         // messages or events that came later
	Slowed      int64         // jobs or flushes that took longer
	LostRecords int64         // log records lost because no flush had covered them
	Lasted      time.Duration // in all
}

// Inert tells whether the fault had no effect.
func (e Effect) Inert() bool {
	return e.Hits+e.Dropped+e.Delayed+e.Slowed+e.LostRecords == 0
}

// Add sums the effects of several runs.
func (e *Effect) Add(o Effect) {
	e.Began += o.Began
	e.Hits += o.Hits
	e.Dropped += o.Dropped
	e.Delayed += o.Delayed
	e.Slowed += o.Slowed
	e.LostRecords += o.LostRecords
	e.Lasted += o.Lasted
}

// FaultBegan is the kernel's fact (of NoNode) that an injected fault struck.
type FaultBegan struct{ Name string }

// FaultEnded is the kernel's fact (of NoNode) that an injected fault healed.
type FaultEnded struct{ Name string }

// injected is a fault with its schedule.
type injected struct {
	w      *World
	name   string
	fault  Fault
	effect Effect
	active bool
	heal   func()
	since  Time
	over   bool // HealAll was called
}

// Inject lets a fault strike at the instant at and heal after lasts; with lasts
// 0 it stays until HealAll. Call it before Run.
func (w *World) Inject(name string, f Fault, at Time, lasts time.Duration) {
	in := w.register(name, f)
	w.At(at, func() {
		in.begin()
		if lasts > 0 {
			w.At(w.now.Add(lasts), in.end)
		}
	})
}

// Strike lets a fault strike now and returns what heals it: for scripts, which do
// not know beforehand how long it will last. Call it after the first Run.
func (w *World) Strike(name string, f Fault) (heal func()) {
	in := w.register(name, f)
	in.begin()
	return in.end
}

// InjectEvery lets a fault strike again and again: after a time drawn from mttf
// (time to failure) for a time drawn from mttr (time to repair), until HealAll.
func (w *World) InjectEvery(name string, f Fault, mttf, mttr dist.Spec) {
	in := w.register(name, f)
	failure := w.Draws(mttf, "fault/"+name+"/mttf")
	repair := w.Draws(mttr, "fault/"+name+"/mttr")
	var strike func()
	strike = func() {
		if in.over {
			return
		}
		in.begin()
		w.At(w.now.Add(repair.Next()), func() {
			in.end()
			w.At(w.now.Add(failure.Next()), strike)
		})
	}
	w.At(w.now.Add(failure.Next()), strike)
}

func (w *World) register(name string, f Fault) *injected {
	in := &injected{w: w, name: name, fault: f}
	w.faults = append(w.faults, in)
	return in
}

func (in *injected) begin() {
	if in.active || in.over {
		return
	}
	in.active, in.since = true, in.w.now
	in.effect.Began++
	publish(in.w, NoNode, FaultBegan{in.name})
	if in.heal = in.fault.begin(in.w, &in.effect); in.heal == nil {
		in.end() // there is nothing to heal: it was an instant
	}
}

func (in *injected) end() {
	if !in.active {
		return
	}
	in.active = false
	in.effect.Lasted += in.w.now.Sub(in.since)
	if in.heal != nil {
		in.heal()
	}
	publish(in.w, NoNode, FaultEnded{in.name})
}

// HealAll ends all faults and their processes, for good.
func (w *World) HealAll() {
	for _, in := range w.faults {
		in.end()
		in.over = true
	}
}

// Effects returns what each injected fault has done so far, in the order of
// injection.
func (w *World) Effects() (names []string, effects []Effect) {
	for _, in := range w.faults {
		e := in.effect
		if in.active {
			e.Lasted += w.now.Sub(in.since)
		}
		names, effects = append(names, in.name), append(effects, e)
	}
	return names, effects
}

// Targets names nodes at the instant a fault strikes: some depend on who leads.
type Targets func() []NodeID

// Nodes targets the same nodes always.
func Nodes(ids ...NodeID) Targets { return func() []NodeID { return ids } }

// Crash takes nodes down; healing boots them again. All fall at the same instant.
type Crash struct {
	Targets  Targets
	DiskLost bool // the disk is gone too
	// InFlightLost: what the nodes had sent is lost with them (a dead machine or
	// site). Otherwise it still arrives (a killed process).
	InFlightLost bool
	// Process: only the program dies, and whoever looks after it on the same machine can
	// start it again before the fault is over (World.Launch).
	Process bool
}

func (f Crash) begin(w *World, effect *Effect) func() {
	ids := f.Targets()
	for _, id := range ids {
		n := w.nodes[id]
		n.crash(f.DiskLost, f.InFlightLost, effect)
		if f.Process {
			n.killed = append(n.killed, effect)
		}
	}
	return func() {
		for _, id := range ids {
			n := w.nodes[id]
			if slices.Contains(n.crashes, effect) { // or it was launched meanwhile
				n.killed = without(n.killed, effect)
				n.restart(effect)
			}
		}
	}
}

// Launch starts a node again whose program a Crash of Process has ended. It does nothing to
// a node that is up, or whose machine is down. The caller is another program on the same
// machine.
func (w *World) Launch(id NodeID) {
	n := w.nodes[id]
	for len(n.killed) > 0 {
		effect := n.killed[0]
		n.killed = n.killed[1:]
		n.restart(effect)
	}
}

// Pause makes nodes stand still (a garbage collection, a stalled virtual machine):
// afterwards they go on as if no time had passed.
type Pause struct{ Targets Targets }

func (f Pause) begin(w *World, effect *Effect) func() {
	ids := f.Targets()
	for _, id := range ids {
		w.nodes[id].pause(effect)
	}
	return func() {
		for _, id := range ids {
			w.nodes[id].resume(effect)
		}
	}
}

// Slow multiplies the service times or the flush times of nodes by Factor.
type Slow struct {
	Targets Targets
	Disk    bool // flush times instead of service times
	Factor  float64
}

func (f Slow) begin(w *World, effect *Effect) func() {
	ids := f.Targets()
	slow := &slowEffect{factor: f.Factor, effect: effect}
	pick := func(n *node) *slowdown {
		if f.Disk {
			return &n.diskSlow
		}
		return &n.cpuSlow
	}
	for _, id := range ids {
		s := pick(w.nodes[id])
		s.effects = append(s.effects, slow)
	}
	return func() {
		for _, id := range ids {
			s := pick(w.nodes[id])
			s.effects = without(s.effects, slow)
		}
	}
}

// ClockJump moves nodes' clocks by By, for good: as an NTP step does.
type ClockJump struct {
	Targets Targets
	By      time.Duration
}

func (f ClockJump) begin(w *World, effect *Effect) func() {
	for _, id := range f.Targets() {
		w.nodes[id].clock.offset += f.By
		effect.Hits++
	}
	return nil
}

// Action is something that somebody does on purpose at an instant, such as an
// operator's order. Do reports to effect what came of it, then or later.
type Action struct{ Do func(effect *Effect) }

func (f Action) begin(_ *World, effect *Effect) func() {
	f.Do(effect)
	return nil
}

// without returns list less one element.
func without[T comparable](list []T, gone T) []T {
	for i, v := range list {
		if v == gone {
			return append(list[:i:i], list[i+1:]...)
		}
	}
	return list
}
