package raft

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// election returns when the first leader begins that still leads 16 heartbeats later, in
// the simulation of wide-area elections of Ongaro's thesis (9.3): all timers begin at 0,
// messages take 30 to 40 ms, and computing and disks take no time.
func election(seed uint64, logs InitialLogs, down int) time.Duration {
	w := sim.New(seed)
	cfg := Config{
		ElectionTimeout: law("uniform(min=300ms, max=600ms)"), Heartbeat: 150 * time.Millisecond,
		PersistVotes: PersistFree, NoLeaderAtStart: true, InitialLogs: logs, ShipUnflushed: true, Keys: 1,
	}
	var nodes []sim.NodeConfig
	var dead []sim.NodeID
	for i := range 5 {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1)})
		if i >= 5-down {
			dead = append(dead, sim.NodeID(i))
		}
	}
	Build(w, cfg, nodes, sim.NodeConfig{Name: "operator"})
	link := sim.LinkConfig{Delay: law("uniform(min=30ms, max=40ms)"), Unordered: true}
	w.Network(func(_, _ sim.NodeID) sim.LinkConfig { return link })
	w.Inject("down", sim.Crash{Targets: sim.Nodes(dead...)}, 0, 0)
	since := sim.Time(-1)
	sim.Observe(w, func(at sim.Time, _ sim.NodeID, _ kv.LeaderStarted) { since = at })
	sim.Observe(w, func(at sim.Time, _ sim.NodeID, _ kv.LeaderStopped) { since = -1 })
	for since < 0 || w.Now().Sub(since) < 16*cfg.Heartbeat {
		w.Run(w.Now() + 100*ms)
	}
	return time.Duration(since)
}

// The means and quantiles were recomputed for Ongaro's figures of the thesis (chapter 9,
// AvailSim, wide area) from 200,000 elections of a separate program.
func TestElectionsOfTheThesis(t *testing.T) {
	if testing.Short() {
		t.Skip("takes thousands of elections")
	}
	elections := uint64(1000)
	for _, c := range []struct {
		name          string
		logs          InitialLogs
		down          int
		mean, p50, p9 float64 // ms
	}{
		{"same logs", EmptyLogs, 0, 429.1, 409.4, 488.7},
		{"same logs, one down", EmptyLogs, 1, 467.7, 423.0, 563},
		{"logs differ", DistinctLogs, 0, 491.1, 467.1, 613.8},
		{"logs differ, two down", DistinctLogs, 2, 712.6, 596.3, 1145.3},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var all []float64
			sum := 0.0
			for seed := range elections {
				ms := float64(election(seed, c.logs, c.down)) / 1e6
				all = append(all, ms)
				sum += ms
			}
			slices.Sort(all)
			n := len(all)
			mean, p50, p90 := sum/float64(n), all[n/2], all[n*9/10]
			t.Logf("mean %.1f, median %.1f, 90 %% %.1f ms", mean, p50, p90)
			if off(mean, c.mean) > 0.03 || off(p50, c.p50) > 0.02 || off(p90, c.p9) > 0.06 {
				t.Errorf("mean %.1f, median %.1f, 90 %% %.1f ms, want %.1f, %.1f, %.1f", mean, p50, p90, c.mean, c.p50, c.p9)
			}
		})
	}
}

func off(a, b float64) float64 { return max(a/b, b/a) - 1 }
