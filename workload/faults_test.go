package workload_test

import (
	"fmt"
	"testing"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/workload"
)

// A client that is a target of faults behaves.
func TestFaultsOnClients(t *testing.T) {
	for _, v := range []struct {
		name  string
		fault func(sim.NodeID) sim.Fault
		// Operations begun in the 5 s of the fault and in all 10 s, and the outcomes.
		during, all int
		outcomes    string
	}{
		{"partition", func(id sim.NodeID) sim.Fault {
			return sim.Cut{Links: func() []sim.Direction { return sim.Between([]sim.NodeID{id}, []sim.NodeID{0}, true) }}
		}, 500, 1000, "500 succeeded, 0 failed, 500 unknown"},
		// Skipped while down; resumes with what comes next. Nothing was in flight.
		{"crash", func(id sim.NodeID) sim.Fault { return sim.Crash{Targets: sim.Nodes(id)} }, 0, 500, "500 succeeded, 0 failed, 0 unknown"},
		// A stalled machine finds the requests of its users waiting when it goes on.
		{"pause", func(id sim.NodeID) sim.Fault { return sim.Pause{Targets: sim.Nodes(id)} }, 0, 1000, "1000 succeeded, 0 failed, 0 unknown"},
		{"clock jump", func(id sim.NodeID) sim.Fault { return sim.ClockJump{Targets: sim.Nodes(id), By: -3 * sec} }, 500, 1000, "1000 succeeded, 0 failed, 0 unknown"},
	} {
		b := newBed(t, 1, 1, 1, config()).watch()
		b.Inject(v.name, v.fault(b.group.Nodes()[0]), sim.Time(2*sec), 5*sec)
		b.runFor(10 * sec)
		during := 0
		for _, c := range b.invoked {
			if c.at >= sim.Time(2*sec) && c.at < sim.Time(7*sec) {
				during++
			}
		}
		equal(t, v.name, fmt.Sprint(during, len(b.invoked), b.outcomes(), b.group.InFlight()), fmt.Sprint(v.during, v.all, v.outcomes, 0))
	}
}

// A drifting clock makes a client's time-outs a little long or short, no more.
func TestDriftingClock(t *testing.T) {
	for _, ppb := range []int64{-500_000, 500_000} {
		cfg := config()
		cfg.Retries = 1
		b := newBedOf(t, 1, 1, cfg, sim.NodeConfig{Name: "fast or slow", ClockPPB: ppb}).watch()
		b.servers[0].answer = silence
		b.runFor(5 * sec)
		equal(t, "outcomes", b.outcomes(), "0 succeeded, 0 failed, 500 unknown")
		for _, r := range b.returned {
			if off := r.Latency - (2*100*ms + 10*ms); off < -200*us || off > 200*us {
				t.Fatalf("drift of %d ppb: an operation lasted %v", ppb, r.Latency)
			}
		}
	}
}

// What was in flight at a crash is gone, and returns never.
func TestCrashDropsOperations(t *testing.T) {
	b := newBed(t, 1, 1, 2, config()).watch()
	b.servers[0].answer = silence
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(b.group.Nodes()[0])}, sim.Time(500*ms), 100*ms)
	b.Run(sim.Time(499 * ms))
	equal(t, "in flight before", b.group.InFlight(), 10)
	b.Run(sim.Time(501 * ms))
	equal(t, "in flight after", b.group.InFlight(), 5)
	b.runFor(sec)
	equal(t, "never returned", len(b.invoked)-len(b.returned), 5)
	equal(t, "in flight at the end", b.group.InFlight(), 0)
}

// A client that crashed stays silent if the workload has ended meanwhile.
func TestRestartAfterStop(t *testing.T) {
	b := newBed(t, 1, 1, 1, config()).watch()
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(b.group.Nodes()[0])}, sim.Time(500*ms), 2*sec)
	b.runFor(sec)
	equal(t, "invoked", len(b.invoked), 50)
}

// Groups of clients share a run without sharing OpIDs.
func TestGroupsHaveTheirOwnOpIDs(t *testing.T) {
	b := newBed(t, 1, 1, 3, config()).watch()
	cfg := config()
	cfg.Name, cfg.FirstSession = "others", 3
	cfg.Servers = []workload.Server{{ID: 0}}
	nodes := []sim.NodeConfig{{Name: "others/0"}, {Name: "others/1"}}
	others, err := workload.Build(b.World, cfg, nodes)
	if err != nil {
		t.Fatal(err)
	}
	b.At(sim.Time(sec), others.Stop)
	b.runFor(sec)
	seen := map[kv.OpID]bool{}
	for _, c := range b.invoked {
		if seen[c.Op] || c.Op <= 0 {
			t.Fatalf("OpID %d appears twice or is not positive", c.Op)
		}
		seen[c.Op] = true
	}
	equal(t, "operations", len(seen), 200)
}
