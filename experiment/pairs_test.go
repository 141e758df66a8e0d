package experiment

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"testing"

	"replsim/experiment/stat"
	"replsim/models/kv"
	"replsim/sim"
)

// TestPairingNarrows shows what common random numbers are for. Async and semi-sync
// see the same arrivals, keys and delays, so the difference of their latencies
// varies less from seed to seed than that of independent runs.
func TestPairingNarrows(t *testing.T) {
	// Few servers and slow writes: queues that depend on the arrivals move both
	// variants alike.
	f := parse(t, pair, "seeds=12", "faults.crash.off=true", "faults.failover.off=true",
		"cpu.write=exponential(mean=4ms)", "cpu.cores=1", "workload.timeout=30s")
	runs := make([][]*outcome, 2)
	for v := range runs {
		for i := range f.Base.Seeds {
			runs[v] = append(runs[v], replicate(context.Background(), &f.Variants[v].Scenario, f.Base.Seed+uint64(i), Options{}))
		}
	}
	for _, figure := range []string{"latency.write.mean", "latency.write.p50"} {
		async, _ := perSeed(runs[0], figure)
		semi, _ := perSeed(runs[1], figure)
		paired := stat.PairedDiff(async, semi)
		a, b := stat.Mean(async), stat.Mean(semi)
		half := (paired.Hi - paired.Lo) / 2
		unpaired := math.Hypot(a.Hi-a.Mean, b.Hi-b.Mean) // Welch's, with n−1 for its degrees of freedom
		t.Logf("%s: +%.2f ms ± %.3f paired, ± %.3f unpaired: %.1f times narrower", figure, 1e3*paired.Mean, 1e3*half, 1e3*unpaired, unpaired/half)
		if paired.Verdict != stat.Higher || unpaired < 3*half {
			t.Errorf("%s: paired ± %v (%s), unpaired ± %v; expected a third at most", figure, half, paired.Verdict, unpaired)
		}
	}
}

// wishes hashes what all clients wanted, and when. In a closed loop the instant
// depends on the answers, so only the order per client counts there.
func wishes(t *testing.T, withTime bool, set ...string) string {
	r := newReplication(&parse(t, small, set...).Variants[0].Scenario, 1, Options{})
	hashes := map[int32]uint64{}
	counts := map[int32]int{}
	sim.Observe(r.world, func(at sim.Time, _ sim.NodeID, f kv.Invoked) {
		if !withTime {
			if at = 0; counts[f.Session] == 50 {
				return
			}
		}
		counts[f.Session]++
		h := fnv.New64a()
		fmt.Fprint(h, hashes[f.Session], at, f)
		hashes[f.Session] = h.Sum64()
	})
	r.run(context.Background())
	return fmt.Sprintf("%x of %v", hashes, counts) // maps print in the order of their keys
}

// TestCommonRandomNumbers compares what clients want under every kind of variant:
// the same operations, keys and values at the same instants.
func TestCommonRandomNumbers(t *testing.T) {
	variants := [][]string{
		{"replication.commit=all"},
		{"replication.commit=any", "replication.level=applied", "replication.appliers=4"},
		{"replication.local_flush=false", "replication.ship_every=50ms", "replication.heartbeat=100ms"},
		{"cluster.replicas=5", "workload.reads_from=least-lag"},
		{"network.delay=30ms", "disk.flush=20ms", "cpu.read=3ms"},
		{"faults.f.crash=leader", "faults.f.at=2s", "faults.f.for=1s", "workload.retries=3"},
		{"faults.f.partition=[[\"r1\", \"clients\"], [\"r2\", \"r3\"]]", "faults.f.mttf=1s", "faults.f.mttr=exponential(mean=1s)"},
	}
	for _, load := range [][]string{{}, {"workload.arrivals=bursts"}, {"workload.arrivals=constant", "workload.popularity=zipf(0.9)"}} {
		base := wishes(t, true, load...)
		for _, v := range variants {
			if got := wishes(t, true, append(v, load...)...); got != base {
				t.Errorf("%v changes what clients want under %v", v, load)
			}
		}
		if wishes(t, true, append(load, "seed=2")...) != base {
			t.Error("the test does not use plan's seeds") // newReplication is given seed 1
		}
	}
	closed := []string{"workload.rate=0/s", "workload.think=exponential(mean=10ms)"}
	base := wishes(t, false, closed...)
	for _, v := range variants {
		if got := wishes(t, false, append(v, closed...)...); got != base {
			t.Errorf("%v changes what the clients of a closed loop want", v)
		}
	}
	if wishes(t, true, "workload.writes=51%") == wishes(t, true) {
		t.Error("wishes does not see the kind of operation")
	}
}

// TestCommonDelays compares the delays that requests meet on their way to the
// leader, the first so many of every client: a longer delay of replication leaves
// them alone.
func TestCommonDelays(t *testing.T) {
	delays := func(set ...string) string {
		r := newReplication(&parse(t, small, append(set, "workload.reads_from=leader", "network.order=unordered")...).Variants[0].Scenario, 1, Options{})
		sent := map[uint64]sim.Time{}
		var out []sim.Time
		sim.Observe(r.world, func(at sim.Time, _ sim.NodeID, s sim.Sent) {
			if s.Kind == "kv.Request" {
				sent[s.Serial] = at
			}
		})
		sim.Observe(r.world, func(at sim.Time, _ sim.NodeID, d sim.Delivered) {
			if start, ok := sent[d.Serial]; ok && len(out) < 1000 {
				out = append(out, sim.Time(at.Sub(start)))
			}
		})
		r.run(context.Background())
		return fmt.Sprint(len(out), out)
	}
	base := delays()
	for _, v := range [][]string{{"replication.commit=all"}, {"cluster.replicas=4"}, {"replication.heartbeat=70ms"}} {
		if delays(v...) != base {
			t.Errorf("%v changes the delays of requests", v)
		}
	}
}

// TestGroups gives two groups of clients different settings, and the rest from
// [workload]: each does what it is told, and no two clients share a session.
func TestGroups(t *testing.T) {
	r := newReplication(&parse(t, district, "workload.rate=200/s", "clients.near.writes=100%", "clients.far.rate=50/s",
		"clients.far.reads_from=followers", "workload.keys=10", "clients.far.keys=20").Variants[0].Scenario, 1, Options{})
	ops, writes, keys := map[string]int{}, map[string]int{}, map[string]kv.Key{}
	session := map[sim.NodeID]int32{}
	taken := map[int32]bool{}
	sim.Observe(r.world, func(_ sim.Time, node sim.NodeID, f kv.Invoked) {
		group, _, _ := strings.Cut(r.world.Node(node).Name, "/")
		ops[group]++
		if f.Kind == kv.Write {
			writes[group]++
		}
		keys[group] = max(keys[group], f.Key)
		if _, known := session[node]; !known {
			if taken[f.Session] {
				t.Errorf("two clients have session %d", f.Session)
			}
			session[node], taken[f.Session] = f.Session, true
		}
	})
	sim.Observe(r.world, func(_ sim.Time, node sim.NodeID, f kv.Returned) {
		if f.Kind == kv.Read && f.Node == r.cluster.Leader() {
			t.Errorf("%s read from the leader", r.world.Node(node).Name)
		}
	})
	r.run(context.Background())
	// Five seconds: 1,000 ± 3·√1,000 operations and 250 ± 3·√250, of which half write.
	if n := ops["near"]; n < 905 || n > 1095 || writes["near"] != n || keys["near"] != 9 {
		t.Errorf("near: %d operations, %d writes, keys up to %d", n, writes["near"], keys["near"])
	}
	if n, w := ops["far"], writes["far"]; n < 203 || n > 297 || w < n/3 || w > n*2/3 || keys["far"] != 19 {
		t.Errorf("far: %d operations, %d writes, keys up to %d", n, w, keys["far"])
	}
	if len(taken) != 6 {
		t.Errorf("%d sessions of 6 clients", len(taken))
	}
}
