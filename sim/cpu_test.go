package sim_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"replsim/sim"
)

func TestCPUServesInOrderOfArrival(t *testing.T) {
	b := newBed(1, sim.LinkConfig{}, func(c *sim.NodeConfig) { c.Cores = 2 })
	b.onBoot = func(e *sim.Env) {
		jobs := sim.NewJobs(e.CPU(), func(n int) { b.note("job %d, %d wait", n, e.CPU().Waiting()) })
		others := sim.NewJobs(e.CPU(), func(n int) { b.note("other job %d", n) })
		b.At(0, func() {
			jobs.Do(10*time.Millisecond, 1)
			jobs.Do(4*time.Millisecond, 2)
			others.Do(4*time.Millisecond, 3)
			jobs.Do(1*time.Millisecond, 4)
		})
	}
	b.Run(100 * ms)
	equal(t, b.got, []string{"4ms job 2, 1 wait", "8ms other job 3", "9ms job 4, 0 wait", "10ms job 1, 0 wait"})
}

// A job that ends puts the next one to work before its own function runs: work
// that it queues comes behind what waits.
func TestFinishedJobQueuesBehindThoseThatWait(t *testing.T) {
	b := newBed(1, sim.LinkConfig{})
	b.onBoot = func(e *sim.Env) {
		var jobs *sim.Jobs[string]
		jobs = sim.NewJobs(e.CPU(), func(s string) {
			b.note("%s", s)
			if s == "first" {
				jobs.Do(time.Millisecond, "third")
			}
		})
		b.At(0, func() { jobs.Do(time.Millisecond, "first"); jobs.Do(time.Millisecond, "second") })
	}
	b.Run(100 * ms)
	equal(t, b.got, []string{"1ms first", "2ms second", "3ms third"})
}

// A crash takes the jobs in service and those that wait; the next life begins idle.
func TestCrashTakesAllJobs(t *testing.T) {
	b := newBed(1, sim.LinkConfig{})
	var jobs *sim.Jobs[int]
	b.onBoot = func(e *sim.Env) { jobs = sim.NewJobs(e.CPU(), func(n int) { b.note("job %d", n) }) }
	for i := range 5 {
		b.At(0, func() { jobs.Do(10*time.Millisecond, i) })
	}
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 15*ms, time.Millisecond)
	b.At(17*ms, func() { jobs.Do(10*time.Millisecond, 9) })
	b.Run(100 * ms)
	equal(t, b.got, []string{"10ms job 0", "27ms job 9"})
}

// erlangC returns the probability that a customer of an M/M/c queue has to wait
// (Erlang 1917), a being the offered load λ/μ.
func erlangC(c int, a float64) float64 {
	term, sum := 1.0, 0.0 // a^k/k!
	for k := range c {
		sum += term
		term *= a / float64(k+1)
	}
	last := term * float64(c) / (float64(c) - a)
	return last / (sum + last)
}

func TestErlangCOfKnownValues(t *testing.T) {
	near(t, "one server: the load", erlangC(1, 0.7), 0.7, 1e-12)
	near(t, "two servers of load 1", erlangC(2, 1), 1.0/3, 1e-12) // a²/(2+a)
}

// The CPU is the queue of the textbooks. Mean times in the system, with the seeds
// as they are, lie within 4 % of the closed forms, three standard errors or so of
// 400,000 jobs that depend on each other.
func TestCPUAgainstClosedForms(t *testing.T) {
	if testing.Short() {
		t.Skip("statistics of millions of jobs")
	}
	const service = 1e6 // ns, so μ = 1 per ms
	type queue struct {
		cores int
		load  float64 // per core
		fixed bool    // M/D/1: every job takes the same
	}
	for _, q := range []queue{{1, 0.5, false}, {1, 0.7, false}, {3, 0.7, false}, {8, 0.8, false}, {1, 0.5, true}, {1, 0.7, true}} {
		t.Run(fmt.Sprintf("%+v", q), func(t *testing.T) {
			t.Parallel()
			a := q.load * float64(q.cores)
			wait := erlangC(q.cores, a) / (float64(q.cores) - a)
			cost := "exponential(mean=1ms)"
			if q.fixed { // Pollaczek and Khinchine: half the wait of M/M/1
				wait, cost = q.load/(2*(1-q.load)), "1ms"
			}
			near(t, "mean time in the system, in service times", timeInSystem(q.cores, a, cost)/service, 1+wait, 0.04)
		})
	}
}

// timeInSystem returns the mean from arrival to end of 400,000 jobs, in ns: load
// arrivals per ms, at random.
func timeInSystem(cores int, load float64, cost string) float64 {
	const jobsWanted = 400_000
	b := newBed(1, sim.LinkConfig{}, func(c *sim.NodeConfig) { c.Cores = cores })
	var sum float64
	n := 0
	b.onBoot = func(e *sim.Env) {
		jobs := sim.NewJobs(e.CPU(), func(arrived sim.Time) {
			sum += float64(b.Now() - arrived)
			if n++; n == jobsWanted {
				b.Stop()
			}
		})
		service, gaps := e.Draws(law(cost), "service"), e.Draws(law("exponential(mean=1ms)"), "arrivals")
		var next *sim.Timer
		next = e.NewTimer(func() {
			jobs.Do(service.Next(), b.Now())
			next.Reset(time.Duration(float64(gaps.Next()) / load))
		})
		next.Reset(0)
	}
	b.Run(math.MaxInt64)
	return sum / float64(n)
}
