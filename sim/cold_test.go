package sim_test

import (
	"testing"
	"time"

	"replsim/sim"
)

// cold takes 8 ms more after 4 ms without work.
var cold = sim.Cold{Cost: law("8ms"), After: 4 * time.Millisecond}

// jobsAt runs a job of 1 ms at each of some instants, and returns the test bed.
func jobsAt(until sim.Time, edit func(*sim.NodeConfig), instants ...sim.Time) *bed {
	b := newBed(1, sim.LinkConfig{}, edit)
	var jobs *sim.Jobs[sim.Time]
	b.onBoot = func(e *sim.Env) {
		jobs = sim.NewJobs(e.CPU(), func(came sim.Time) { b.note("job of %v", came) })
	}
	for _, at := range instants {
		b.At(at, func() { jobs.Do(time.Millisecond, at) })
	}
	if until > 0 {
		b.Run(until)
	}
	return b
}

// What is added grows with the idle time, up to all of it; work that had to wait for
// others finds the processor warm.
func TestColdCPU(t *testing.T) {
	b := jobsAt(2000*ms, func(c *sim.NodeConfig) { c.Cold = cold }, 2*ms, 6*ms, 9*ms, 22*ms, 1000*ms)
	equal(t, b.got, []string{
		"7ms job of 2ms",   // idle for 2 ms since the boot: 4 ms more
		"8ms job of 6ms",   // it waited
		"12ms job of 9ms",  // idle for 1 ms: 2 ms more
		"31ms job of 22ms", // idle for 10 ms: 8 ms more
		"1.009s job of 1s", // and never more than that
	})
}

// One busy core keeps the others awake.
func TestCoresAreColdTogether(t *testing.T) {
	b := jobsAt(200*ms, func(c *sim.NodeConfig) { c.Cold, c.Cores = cold, 2 }, 100*ms, 101*ms, 102*ms)
	equal(t, b.got, []string{"102ms job of 101ms", "103ms job of 102ms", "109ms job of 100ms"})
}

func TestSlowProcessorsWakeSlowly(t *testing.T) {
	b := jobsAt(200*ms, func(c *sim.NodeConfig) { c.Cold, c.CPUFactor = cold, 3 }, 100*ms)
	equal(t, b.got, []string{"127ms job of 100ms"})
}

// A machine that has just booted is warm, however long its processor stood still.
func TestBootWarmsTheCPU(t *testing.T) {
	b := jobsAt(0, func(c *sim.NodeConfig) { c.Cold = cold }, 90*ms, 151*ms)
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 95*ms, 55*time.Millisecond)
	b.Run(200 * ms)
	equal(t, b.got, []string{"154ms job of 151ms"}) // 1 ms after the boot: 2 ms more
}

// Only the machine's own processor gets cold, not the servers that a protocol makes.
func TestOwnServersStayWarm(t *testing.T) {
	b := newBed(1, sim.LinkConfig{}, func(c *sim.NodeConfig) { c.Cold = cold })
	b.onBoot = func(e *sim.Env) {
		pool := sim.NewCPU(e, 1)
		jobs := sim.NewJobs(pool, func(int) { b.note("job") })
		b.At(100*ms, func() { jobs.Do(time.Millisecond, 1) })
		equal(t, []bool{e.CPU().StartsCold(), pool.StartsCold()}, []bool{true, false})
	}
	b.Run(200 * ms)
	equal(t, b.got, []string{"101ms job"})
}

func TestNothingAddedIsWarm(t *testing.T) {
	for _, c := range []sim.Cold{{}, {Cost: law("0s"), After: time.Millisecond}} {
		b := jobsAt(200*ms, func(n *sim.NodeConfig) { n.Cold = c }, 100*ms)
		equal(t, b.got, []string{"101ms job of 100ms"})
		equal(t, b.env[0].CPU().StartsCold(), false)
	}
}

// A flush that follows on another one finds the disk warm; a crash that stops a flush
// is the beginning of an idle time as its end would have been.
func TestColdDisk(t *testing.T) {
	d := newDisk(func(c *sim.NodeConfig) { c.ColdDisk = cold })
	d.append(1*ms, true, 1) // idle for 1 ms since the start: 2 ms more
	d.append(2*ms, true, 2)
	d.append(25*ms, true, 3)  // idle for 2 ms: 4 ms more
	d.append(100*ms, true, 4) // never ends
	d.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 115*ms, time.Millisecond)
	d.append(118*ms, true, 5) // idle for 3 ms: 6 ms more
	d.append(500*ms, true, 6)
	d.Run(1000 * ms)
	equal(t, d.got, []string{"13ms synced 1", "23ms synced 2", "39ms synced 3", "134ms synced 4", "518ms synced 5"})
}
