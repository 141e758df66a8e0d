package sim_test

import (
	"testing"
	"time"

	"replsim/sim"
)

func TestCrashTakesAllTargetsAtOnce(t *testing.T) {
	b := newBed(3, sim.LinkConfig{})
	sim.Observe(b.World, func(_ sim.Time, n sim.NodeID, f sim.Crashed) { b.note("%d crashed", n) })
	sim.Observe(b.World, func(_ sim.Time, n sim.NodeID, _ sim.Started) { b.note("%d started", n) })
	b.Inject("zone", sim.Crash{Targets: sim.Nodes(0, 2)}, 5*ms, 5*time.Millisecond)
	b.At(7*ms, func() { equal(t, []bool{b.Up(0), b.Up(1), b.Up(2)}, []bool{false, true, false}) })
	b.Run(20 * ms)
	equal(t, b.got, []string{
		"0s 0 started", "0s 1 started", "0s 2 started",
		"5ms 0 crashed", "5ms 2 crashed", "10ms 0 started", "10ms 2 started",
	})
	equal(t, b.effect(0), sim.Effect{Began: 1, Hits: 2, Lasted: 5 * time.Millisecond})
}

// A node that is struck by two crashes stays down until both have healed; the
// second one finds nothing to stop, but it may still destroy the disk.
func TestOverlappingCrashesHealIndependently(t *testing.T) {
	for _, diskLost := range []bool{false, true} {
		b := newBed(1, sim.LinkConfig{})
		pages := 0
		b.onBoot = func(e *sim.Env) { sim.Pages(e, func() *int { pages++; return new(int) }) }
		b.Inject("first", sim.Crash{Targets: sim.Nodes(0)}, 10*ms, 20*time.Millisecond)
		b.Inject("second", sim.Crash{Targets: sim.Nodes(0), DiskLost: diskLost}, 20*ms, 20*time.Millisecond)
		var up []bool
		for _, at := range []sim.Time{5, 15, 25, 35, 45} {
			b.At(at*ms, func() { up = append(up, b.Up(0)) })
		}
		b.Run(100 * ms)
		equal(t, up, []bool{true, false, false, false, true})
		equal(t, b.boots[0], 2)
		equal(t, b.effect(1).Inert(), !diskLost)
		if want := 1; diskLost {
			equal(t, pages, want+1)
		} else {
			equal(t, pages, want)
		}
	}
}

// Only a program that was killed can be launched again, and only while its machine is up; then
// the end of the fault changes nothing any more.
func TestLaunch(t *testing.T) {
	b := newBed(1, sim.LinkConfig{})
	b.Inject("program", sim.Crash{Targets: sim.Nodes(0), Process: true}, 10*ms, 20*time.Millisecond)
	b.Inject("again", sim.Crash{Targets: sim.Nodes(0), Process: true}, 50*ms, 50*time.Millisecond)
	b.Inject("machine", sim.Crash{Targets: sim.Nodes(0)}, 60*ms, 20*time.Millisecond)
	for _, at := range []sim.Time{15, 16, 70} {
		b.At(at*ms, func() { b.Launch(0) })
	}
	var up []bool
	for _, at := range []sim.Time{12, 20, 40, 55, 75, 85} {
		b.At(at*ms, func() { up = append(up, b.Up(0)) })
	}
	b.Run(200 * ms)
	equal(t, up, []bool{false, true, true, false, false, true})
	equal(t, b.boots[0], 3)
}

func TestOverlappingPausesHealIndependently(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("first", sim.Pause{Targets: sim.Nodes(1)}, 10*ms, 20*time.Millisecond)
	b.Inject("second", sim.Pause{Targets: sim.Nodes(1)}, 20*ms, 20*time.Millisecond)
	b.send(15*ms, 0, 1, 1)
	b.send(35*ms, 0, 1, 2)
	b.Run(100 * ms)
	equal(t, b.got, []string{"40ms 0>1 #1", "40ms 0>1 #2"})
}

func TestSlowCPUAndDiskMultiply(t *testing.T) {
	b := newBed(1, sim.LinkConfig{}, func(c *sim.NodeConfig) { c.Flush, c.DiskFactor, c.CPUFactor = law("2ms"), 2, 0.5 })
	b.onBoot = func(e *sim.Env) {
		log := sim.OpenLog[int](e, func(sim.LSN) { b.note("flush") })
		jobs := sim.NewJobs(e.CPU(), func(int) { b.note("job") })
		for _, at := range []sim.Time{0, 100, 200, 300} {
			b.At(at*ms, func() { jobs.Do(2*time.Millisecond, 1); log.Append(1, 1); log.Flush() })
		}
	}
	b.Inject("cpu", sim.Slow{Targets: sim.Nodes(0), Factor: 10}, 50*ms, 200*time.Millisecond)
	b.Inject("cpu too", sim.Slow{Targets: sim.Nodes(0), Factor: 2}, 150*ms, 100*time.Millisecond)
	b.Inject("disk", sim.Slow{Targets: sim.Nodes(0), Factor: 5, Disk: true}, 50*ms, 100*time.Millisecond)
	b.Run(1000 * ms)
	equal(t, b.got, []string{
		"1ms job", "4ms flush", // 2 ms by CPUFactor ½, 2 ms by DiskFactor 2
		"110ms job", "120ms flush", // × 10; × 5
		"204ms flush", "220ms job", // healed; × 10 × 2
		"301ms job", "304ms flush",
	})
	equal(t, []int64{b.effect(0).Slowed, b.effect(1).Slowed, b.effect(2).Slowed}, []int64{2, 1, 1})
}

// A clock has an offset, runs fast by some parts per billion, and jumps for good.
func TestClock(t *testing.T) {
	b := newBed(1, sim.LinkConfig{}, func(c *sim.NodeConfig) { c.ClockOffset, c.ClockPPB = -50*time.Millisecond, 1e6 })
	b.Inject("step", sim.ClockJump{Targets: sim.Nodes(0), By: -20 * time.Millisecond}, 1500*ms, time.Millisecond)
	for at, want := range map[sim.Time]sim.Time{
		0:                 -50 * ms,
		1000 * ms:         951 * ms, // a thousandth fast
		2000 * ms:         1932 * ms,
		3600_000_000 * ms: 3600_000_000*ms + 3600_000*ms - 70*ms, // 1,000 hours: no overflow
	} {
		b.At(at, func() { equal(t, b.env[0].Clock(), want) })
	}
	b.Run(3600_000_000 * ms)
	equal(t, b.effect(0).Hits, int64(1))
}

// A fault process with mean time to failure f and to repair r is on for the share
// r/(f+r) of the time, of whatever law the two are.
func TestFaultProcessHasItsAvailability(t *testing.T) {
	const until = 2_000_000 * ms
	for _, laws := range [][2]string{
		{"exponential(mean=900ms)", "exponential(mean=100ms)"},
		{"weibull(mean=900ms, shape=2)", "lognormal(mean=100ms, sd=100ms)"},
	} {
		b := newBed(1, sim.LinkConfig{})
		b.InjectEvery("crash", sim.Crash{Targets: sim.Nodes(0)}, law(laws[0]), law(laws[1]))
		up, n := 0, 0
		b.Every(0, 10*ms, func() bool {
			n++
			if b.Up(0) {
				up++
			}
			return true
		})
		b.Run(until)
		e := b.effect(0)
		near(t, "share of time down", e.Lasted.Seconds()/until.Seconds(), 0.1, 0.06)
		near(t, "share of samples up", float64(up)/float64(n), 0.9, 0.01)
		near(t, "failures", float64(e.Began), 2000, 0.06)
		equal(t, e.Hits, e.Began)
	}
}

// Two fault processes of one name would be one; of two names they are independent.
func TestFaultProcessesHaveStreamsOfTheirOwn(t *testing.T) {
	began := func(names ...string) map[string][]sim.Time {
		b := newBed(1, sim.LinkConfig{})
		at := map[string][]sim.Time{}
		sim.Observe(b.World, func(now sim.Time, _ sim.NodeID, f sim.FaultBegan) { at[f.Name] = append(at[f.Name], now) })
		for _, name := range names {
			b.InjectEvery(name, sim.Pause{Targets: sim.Nodes(0)}, law("exponential(mean=50ms)"), law("exponential(mean=5ms)"))
		}
		b.Run(1000 * ms)
		return at
	}
	alone, both := began("a"), began("b", "a")
	equal(t, both["a"], alone["a"])
	if len(both["b"]) == 0 || both["b"][0] == both["a"][0] {
		t.Errorf("processes a and b both struck at %v", both["b"])
	}
}

// HealAll ends what lasts and all that was still to come.
func TestHealAllIsForGood(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("stays", sim.Cut{Links: dir(0, 1)}, 10*ms, 0)
	b.Inject("later", sim.Crash{Targets: sim.Nodes(1)}, 60*ms, 0)
	b.InjectEvery("process", sim.Pause{Targets: sim.Nodes(1)}, law("exponential(mean=5ms)"), law("exponential(mean=5ms)"))
	b.Inject("flap", sim.Flap{Name: "f", Links: dir(1, 0), Down: law("2ms"), Up: law("2ms")}, 10*ms, 0)
	b.At(50*ms, b.HealAll)
	for i := range 100 {
		b.send(51*ms+sim.Time(i)*ms, 0, 1, i)
		b.send(51*ms+sim.Time(i)*ms, 1, 0, i)
	}
	b.Run(50 * ms)
	before := b.Events()
	b.Run(500 * ms)
	equal(t, len(b.got), 200)
	if extra := b.Events() - before - 400; extra > 4 {
		t.Errorf("%d events after all has healed: a fault process goes on", extra)
	}
	names, effects := b.Effects()
	equal(t, names, []string{"stays", "later", "process", "flap"})
	equal(t, effects[0].Lasted, 40*time.Millisecond)
	equal(t, effects[1].Inert(), true)
}

// A fault that changes nothing says so: it must not pass for one survived.
func TestInertFaultsAreSeen(t *testing.T) {
	run := func(f sim.Fault, traffic bool) bool {
		b := newBed(2, sim.LinkConfig{Delay: law("1ms")}, func(c *sim.NodeConfig) { c.Flush = law("1ms") })
		b.onBoot = func(e *sim.Env) {
			log := sim.OpenLog[int](e, func(sim.LSN) {})
			jobs := sim.NewJobs(e.CPU(), func(int) { log.Append(1, 1); log.Flush() })
			if traffic {
				b.At(6*ms, func() { jobs.Do(time.Millisecond, 1) })
			}
		}
		if traffic {
			b.send(6*ms, 0, 1, 1)
		}
		b.Inject("fault", f, 5*ms, 5*time.Millisecond)
		b.Run(100 * ms)
		return b.effect(0).Inert()
	}
	for name, f := range map[string]sim.Fault{
		"cut":       sim.Cut{Links: dir(0, 1)},
		"degrade":   sim.Degrade{Links: dir(0, 1), Add: time.Millisecond},
		"flap":      sim.Flap{Name: "f", Links: dir(0, 1), Up: law("1ms"), Down: law("5ms")},
		"slow CPU":  sim.Slow{Targets: sim.Nodes(0), Factor: 2},
		"slow disk": sim.Slow{Targets: sim.Nodes(0), Factor: 2, Disk: true},
	} {
		if run(f, true) {
			t.Errorf("%s: said to be inert, but it struck traffic", name)
		}
		if !run(f, false) {
			t.Errorf("%s: said to have had an effect, but there was no traffic", name)
		}
	}
	if !run(sim.Crash{Targets: sim.Nodes()}, true) {
		t.Error("a crash of nobody is said to have had an effect")
	}
}

func TestEffectsAddUp(t *testing.T) {
	e := sim.Effect{Began: 1, Hits: 2, Dropped: 3, Delayed: 4, Slowed: 5, LostRecords: 6, Lasted: 7}
	e.Add(e)
	equal(t, e, sim.Effect{Began: 2, Hits: 4, Dropped: 6, Delayed: 8, Slowed: 10, LostRecords: 12, Lasted: 14})
}
