package experiment

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"replsim/models/kv"
	"replsim/sim"
)

// judged asks for the verdict on the clients' history.
const judged = small + `
[check]
linearizable = true
`

// TestLinearizable: reads and writes at a leader that nobody replaces are
// linearizable, whatever happens to it; reads anywhere are not, nor is asynchronous
// replication that loses writes in a failover.
func TestLinearizable(t *testing.T) {
	crash := []string{"faults.crash.crash=leader", "faults.crash.at=2s", "faults.crash.for=2s", "workload.keys=20"}
	failover := append(crash, "faults.failover.promote=most-advanced", "faults.failover.at=2500ms", "faults.crash.in_flight=lost", "network.delay=20ms")
	atLeader := "workload.reads_from=leader"
	for _, c := range []struct {
		name string
		set  []string
		ok   bool
	}{
		{"sole synchronous leader", []string{atLeader, "replication.commit=all"}, true},
		{"sole leader that crashes", append(crash, atLeader), true},
		{"sole leader that crashes, retries", append(crash, atLeader, "workload.retries=3"), true},
		{"reads anywhere", []string{"workload.reads_from=any"}, false},
		{"asynchronous failover", append(failover, atLeader), false},
		{"synchronous failover", append(failover, atLeader, "replication.commit=all", "replication.level=applied"), true},
		{"links that deliver twice", append(crash, atLeader, "network.order=unordered", "network.duplication=20%"), true},
	} {
		o := once(t, judged, c.set...)
		if n := o.value("linearizability.violations"); (n == 0) != c.ok || (o.anomaly == "") != c.ok {
			t.Errorf("%s: %g records are not linearizable: %s", c.name, n, o.anomaly)
		}
		if keys := o.value("linearizability.keys"); keys < 20 {
			t.Errorf("%s: only %g records were judged", c.name, keys)
		}
	}
}

// TestAnomalyNote: the result tells of the anomaly and of the seed that shows it again.
func TestAnomalyNote(t *testing.T) {
	s, err := Run(context.Background(), parse(t, judged, "seeds=2", "seed=5", "duration=3s"), Options{NoCurves: true})
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^Not linearizable \(seed 5\): record \d+: read \d+ of client \d .* returned the value of .*\.$`)
	notes := s.Variants[0].Notes
	if len(notes) == 0 || !want.MatchString(notes[len(notes)-1]) {
		t.Errorf("notes %s", strings.Join(notes, "\n"))
	}
}

// TestDrainIsJudged: what clients are told after the measured time counts too. A write
// waits for a standby that is down until the end, and then succeeds.
func TestDrainIsJudged(t *testing.T) {
	f := parse(t, judged, "workload.writes=100%", "workload.timeout=20s", "replication.commit=all",
		"faults.f.crash=r2", "faults.f.at=5s")
	r := newReplication(&f.Variants[0].Scenario, 1, Options{})
	late := 0
	sim.Observe(r.world, func(at sim.Time, _ sim.NodeID, k kv.Returned) {
		if k.Outcome == kv.Succeeded && at > sim.Time(f.Variants[0].Scenario.Duration) {
			late++
		}
	})
	o := r.run(context.Background())
	if late == 0 || o.value("linearizability.violations") != 0 {
		t.Errorf("%d late answers, %g violations: %s", late, o.value("linearizability.violations"), o.anomaly)
	}
}
