package sim_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"replsim/sim"
)

// timers runs a script of things to do to one timer at given milliseconds, and
// returns when it fired.
func timers(script map[int]func(*sim.Timer), edit ...func(*sim.NodeConfig)) (fired []sim.Time) {
	b := newBed(1, sim.LinkConfig{}, edit...)
	var timer *sim.Timer
	b.onBoot = func(e *sim.Env) { timer = e.NewTimer(func() { fired = append(fired, b.Now()) }) }
	for at, do := range script {
		b.At(sim.Time(at)*ms, func() { do(timer) })
	}
	b.Run(1000 * ms)
	return fired
}

// reset arms a timer so many milliseconds ahead.
func reset(d int) func(*sim.Timer) {
	return func(t *sim.Timer) { t.Reset(time.Duration(d) * time.Millisecond) }
}

func TestTimer(t *testing.T) {
	stop := (*sim.Timer).Stop
	for _, c := range []struct {
		name   string
		script map[int]func(*sim.Timer)
		want   []sim.Time
	}{
		{"fires once", map[int]func(*sim.Timer){1: reset(10)}, []sim.Time{11 * ms}},
		{"again", map[int]func(*sim.Timer){1: reset(10), 20: reset(5)}, []sim.Time{11 * ms, 25 * ms}},
		{"later", map[int]func(*sim.Timer){1: reset(10), 5: reset(10)}, []sim.Time{15 * ms}},
		{"earlier", map[int]func(*sim.Timer){1: reset(10), 2: reset(3)}, []sim.Time{5 * ms}},
		{"earlier, then later than at first", map[int]func(*sim.Timer){1: reset(10), 2: reset(3), 3: reset(30)}, []sim.Time{33 * ms}},
		{"earlier, then as at first", map[int]func(*sim.Timer){1: reset(10), 2: reset(3), 3: reset(8)}, []sim.Time{11 * ms}},
		{"stop", map[int]func(*sim.Timer){1: reset(10), 5: stop}, nil},
		{"stop, then reset before the old deadline", map[int]func(*sim.Timer){1: reset(10), 5: stop, 6: reset(2)}, []sim.Time{8 * ms}},
		{"stop, then reset beyond it", map[int]func(*sim.Timer){1: reset(10), 5: stop, 6: reset(20)}, []sim.Time{26 * ms}},
		{"negative counts as now", map[int]func(*sim.Timer){3: reset(-5)}, []sim.Time{3 * ms}},
	} {
		t.Run(c.name, func(t *testing.T) { equal(t, timers(c.script), c.want) })
	}
}

func TestTimerReArmsInItsOwnHandler(t *testing.T) {
	b := newBed(1, sim.LinkConfig{})
	var fired []sim.Time
	b.onBoot = func(e *sim.Env) {
		var timer *sim.Timer
		timer = e.NewTimer(func() {
			if timer.Armed() {
				t.Error("a timer is still armed in its handler")
			}
			if fired = append(fired, b.Now()); len(fired) < 3 {
				timer.Reset(10 * time.Millisecond)
			}
		})
		timer.Reset(0)
	}
	b.Run(100 * ms)
	equal(t, fired, []sim.Time{0, 10 * ms, 20 * ms})
}

// A clock that runs 25 % fast shows 10 ms after 8 ms of true time. A step of the
// clock does not matter to timers: they run on a monotonic clock.
func TestTimerRunsOnTheNodesClock(t *testing.T) {
	fast := func(c *sim.NodeConfig) { c.ClockPPB, c.ClockOffset = 25e7, time.Hour }
	equal(t, timers(map[int]func(*sim.Timer){1: reset(10)}, fast), []sim.Time{9 * ms})
	slow := func(c *sim.NodeConfig) { c.ClockPPB = -2e8 }
	equal(t, timers(map[int]func(*sim.Timer){1: reset(10)}, slow), []sim.Time{13500 * sim.Time(time.Microsecond)})

	b := newBed(1, sim.LinkConfig{})
	b.onBoot = func(e *sim.Env) { e.NewTimer(func() { b.note("fired") }).Reset(10 * time.Millisecond) }
	b.Inject("step", sim.ClockJump{Targets: sim.Nodes(0), By: time.Hour}, 5*ms, 0)
	b.Run(100 * ms)
	equal(t, b.got, []string{"10ms fired"})
}

// What comes due in a pause happens at its end, in the order in which it came
// due, and the rest when it is time.
func TestTimersWaitForTheEndOfAPause(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("1ms")})
	b.onBoot = func(e *sim.Env) {
		for _, d := range []int{50, 30, 12, 14} {
			if e.ID() == 0 {
				e.NewTimer(func() { b.note("timer %d", d) }).Reset(time.Duration(d) * time.Millisecond)
			}
		}
	}
	b.send(12*ms, 1, 0, 13) // arrives between the timers of 12 and 14 ms
	b.send(19*ms, 1, 0, 20) // arrives at the very instant at which the pause ends
	b.Inject("pause", sim.Pause{Targets: sim.Nodes(0)}, 10*ms, 10*time.Millisecond)
	b.Run(100 * ms)
	equal(t, b.got, []string{"20ms timer 12", "20ms 1>0 #13", "20ms timer 14", "20ms 1>0 #20", "30ms timer 30", "50ms timer 50"})
	equal(t, b.effect(0).Delayed, int64(3))
}

// Timers die with their incarnation, also those that are due in a pause, and can
// be neither reset nor revived by a closure that outlived it.
func TestTimersDieWithACrash(t *testing.T) {
	b := newBed(1, sim.LinkConfig{})
	var first *sim.Timer
	b.onBoot = func(e *sim.Env) {
		life := b.boots[0]
		timer := e.NewTimer(func() { b.note("timer of life %d", life) })
		timer.Reset(10 * time.Millisecond)
		if first == nil {
			first = timer
		}
	}
	b.Inject("pause", sim.Pause{Targets: sim.Nodes(0)}, 8*ms, 20*time.Millisecond)
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 12*ms, 3*time.Millisecond)
	b.At(16*ms, func() { first.Reset(0) })
	b.Run(100 * ms)
	equal(t, b.got, []string{"25ms timer of life 2"})
}

// naive is a timer as one would write it first: every Reset queues an event, and
// an event that a later Reset or Stop has overtaken does nothing.
type naive struct {
	w     *sim.World
	epoch int
	fired []sim.Time
}

func (n *naive) reset(d time.Duration) {
	n.epoch++
	mine := n.epoch
	n.w.At(n.w.Now().Add(max(0, d)), func() {
		if n.epoch == mine {
			n.fired = append(n.fired, n.w.Now())
		}
	})
}

func (n *naive) stop() { n.epoch++ }

// Whatever is done to a lazy timer, it fires exactly when the naive one does.
func TestTimerEqualsNaiveTimer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBed(1, sim.LinkConfig{})
		n := &naive{w: b.World}
		var timer *sim.Timer
		var fired []sim.Time
		b.onBoot = func(e *sim.Env) { timer = e.NewTimer(func() { fired = append(fired, b.Now()) }) }
		at := sim.Time(0)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			at += sim.Time(rapid.IntRange(0, 12).Draw(t, "gap"))*ms + 1 // never at a deadline
			if d := rapid.IntRange(-4, 20).Draw(t, "reset (-4: stop)"); d > -4 {
				b.At(at, func() { timer.Reset(time.Duration(d) * time.Millisecond); n.reset(time.Duration(d) * time.Millisecond) })
			} else {
				b.At(at, func() { timer.Stop(); n.stop() })
			}
		}
		b.Run(at.Add(time.Second))
		if !slices.Equal(fired, n.fired) {
			t.Fatalf("lazy timer fired at %v, naive one at %v", fired, n.fired)
		}
	})
}

// A timer that is reset again and again before it fires leaves at most one event
// per deadline that passes: this is what makes election timers cheap.
func TestResetLeavesNoDeadEvents(t *testing.T) {
	b := newBed(1, sim.LinkConfig{})
	var timer *sim.Timer
	b.onBoot = func(e *sim.Env) {
		timer = e.NewTimer(func() { b.note("fired") })
		timer.Reset(100 * time.Millisecond)
	}
	for i := range 1000 {
		b.At(sim.Time(i)*ms, func() { timer.Reset(100 * time.Millisecond) })
	}
	b.Run(2000 * ms)
	equal(t, b.got, []string{"1.099s fired"})
	if dead := b.Events() - 1000 - 1; dead > 11 {
		t.Errorf("%d events did nothing, want at most 11", dead)
	}
}

// An event that a Reset to an earlier deadline overtook is forgotten when it comes
// due: it does not live on beside the one that counts.
func TestAnOvertakenEventDiesOnce(t *testing.T) {
	b := newBed(1, sim.LinkConfig{})
	fired := 0
	b.onBoot = func(e *sim.Env) {
		var timer *sim.Timer
		timer = e.NewTimer(func() { fired++; timer.Reset(5 * time.Millisecond) })
		timer.Reset(10 * time.Millisecond)
		timer.Reset(5 * time.Millisecond)
	}
	b.Run(5000 * ms)
	equal(t, fired, 1000)
	equal(t, b.Events(), uint64(1001))
}

// TestTimersAreNeverEarly: by the node's own clock a timer fires at its deadline or
// just after it, however the clock drifts. One that fired a nanosecond early would
// be reset to the rest of the time, which is nothing, for ever.
func TestTimersAreNeverEarly(t *testing.T) {
	for _, ppb := range []int64{-50_000, -3, 3, 50_000, 999_999} {
		w := sim.New(1)
		fired := 0
		w.AddNode(sim.NodeConfig{Name: "n", ClockPPB: ppb, Boot: func(e *sim.Env) {
			var deadline sim.Time
			var timer *sim.Timer
			wait := time.Duration(1)
			set := func() {
				deadline = e.Clock().Add(wait)
				timer.Reset(wait)
			}
			timer = e.NewTimer(func() {
				if early := deadline.Sub(e.Clock()); early > 0 {
					t.Fatalf("drift of %d ppb: a timer of %v fired %v early", ppb, wait, early)
				}
				fired++
				wait = wait*3 + 1
				if wait < time.Hour {
					set()
				}
			})
			set()
		}})
		w.Run(sim.Time(10 * time.Hour))
		if fired < 20 {
			t.Errorf("drift of %d ppb: %d timers fired, want all", ppb, fired)
		}
	}
}

// The monotonic clock drifts as timers do, but does not jump.
func TestMonotonicClockDriftsButNeverJumps(t *testing.T) {
	b := newBed(1, sim.LinkConfig{}, func(c *sim.NodeConfig) { c.ClockPPB, c.ClockOffset = 1e8, time.Hour })
	var env *sim.Env
	b.onBoot = func(e *sim.Env) { env = e }
	b.Inject("jump", sim.ClockJump{Targets: sim.Nodes(0), By: time.Minute}, 5*ms, 0)
	b.Run(10 * ms)
	equal(t, env.Monotonic(), 11*ms)
	equal(t, env.Clock(), 11*ms+sim.Time(time.Hour+time.Minute))
}
