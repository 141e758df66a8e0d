package workload_test

import (
	"testing"
	"time"

	"replsim/sim"
	"replsim/workload"
)

// newColdBed makes a world with one server, and one client whose program takes cost
// more to handle an answer after 4 ms of idling.
func newColdBed(t *testing.T, cfg workload.Config, cost string) *bed {
	t.Helper()
	cold := sim.Cold{Cost: law(cost), After: 4 * ms}
	return newBedOf(t, 1, 1, cfg, sim.NodeConfig{Name: "users/0", Place: "p0", Cold: cold}).watch()
}

// A program that has slept handles an answer late: 2 ms to and fro, and 8 to wake.
func TestColdClients(t *testing.T) {
	b := newColdBed(t, one(), "8ms").runFor(sec)
	equal(t, "latency", b.returned[0].Latency, 10*ms)
	equal(t, "requests are sent at once", b.servers[0].got[0].at, sim.Time(501*ms))
}

// Of a burst the first answer finds the program cold, and the others wait for it. So
// does one that comes before it is cold again, in proportion.
func TestBurstsWakeAClientOnce(t *testing.T) {
	cfg := config()
	cfg.Process, cfg.BurstSize, cfg.Rate = workload.Bursts, 3, 3
	b := newColdBed(t, cfg, "8ms").runFor(10 * sec)
	latencies := map[time.Duration]int{}
	for _, r := range b.returned {
		latencies[r.Latency]++
	}
	if len(b.returned) < 9 || latencies[10*ms] < len(b.returned)-3 {
		t.Errorf("%d operations with latencies %v; want nearly all with 10 ms", len(b.returned), latencies)
	}
}

// An operation times out although its answer is there, if the program is too slow to
// wake; the answer then counts for nothing.
func TestTimeoutsDoNotWaitForAColdClient(t *testing.T) {
	b := newColdBed(t, one(), "500ms").runFor(sec)
	equal(t, "outcomes", b.outcomes(), "0 succeeded, 0 failed, 1 unknown")
	equal(t, "latency", b.returned[0].Latency, 100*ms)
}

// A crash takes the answer that the program was waking for.
func TestACrashTakesTheAnswerOfAColdClient(t *testing.T) {
	b := newColdBed(t, one(), "8ms")
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(b.group.Nodes()[0])}, sim.Time(505*ms), 100*ms)
	b.runFor(sec)
	equal(t, "invoked and returned", []int{len(b.invoked), len(b.returned)}, []int{1, 0})
}
