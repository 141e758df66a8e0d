package leader_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"replsim/experiment"
	"replsim/models/leader"
	"replsim/scenarios"
	"replsim/swarm"
)

// A checker that never fails proves nothing. The swarm has to find each broken twin
// within so many seeds, and to make of it a scenario that a person can follow.
const (
	twinSeeds    = 400
	twinReplicas = 3
	twinLines    = 32 // of the scenario, and 5 more for each fault above one
)

func TestSwarmFindsBrokenTwins(t *testing.T) {
	for _, twin := range leader.Twins {
		t.Run(twin.Name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				t.Skip("takes hundreds of seeds")
			}
			report, f := find(t, twin)
			if f == nil {
				t.Fatalf("%d seeds broke nothing that says %q", twinSeeds, twin.Says)
			}
			if twin.Says == "the same scenario and seed give the same run" {
				return // no single run can show it
			}
			name, text := report.Shrink(context.Background(), f, 1500)
			t.Logf("seed %d\n%s", f.Seed, text)
			replay(t, twin, name, text)
		})
	}
}

// broken puts a twin in the model's place.
func broken(t leader.Twin) experiment.Builders { return experiment.Builders{Leader: t.Build} }

// find runs the twin until something breaks as it should.
func find(t *testing.T, twin leader.Twin) (*swarm.Report, *swarm.Failure) {
	t.Helper()
	const batch = 40
	for from := uint64(0); from < twinSeeds; from += batch {
		report, err := swarm.Run(context.Background(), swarm.Options{Model: "leader", From: from, Seeds: batch, Parallel: 1, Build: broken(twin)})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Failures {
			if strings.Contains(f.What, twin.Says) {
				return report, f
			}
		}
	}
	return nil, nil
}

// replay checks that the scenario is small, and fails as its header says: in the
// twin, and not in the model as it is.
func replay(t *testing.T, twin leader.Twin, name string, text []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := scenarios.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	sc := &file.Variants[0].Scenario
	lines := strings.Count(string(text), "\n")
	if sc.Cluster.Replicas > twinReplicas || len(sc.Faults) > twin.Faults || lines > twinLines+5*twin.Faults {
		t.Errorf("%d replicas, %d faults, %d lines", sc.Cluster.Replicas, len(sc.Faults), lines)
	}
	if !failing(t, file, broken(twin)) {
		t.Error("the scenario does not fail")
	}
	if failing(t, file, experiment.Builders{}) {
		t.Error("the scenario fails without the mistake too")
	}
}

// failing tells whether an expectation of a scenario does not hold, or the run stops.
func failing(t *testing.T, file *scenarios.File, build experiment.Builders) bool {
	t.Helper()
	set, err := experiment.Run(context.Background(), file, experiment.Options{Build: build})
	if err != nil {
		return true
	}
	for _, e := range set.Expectations {
		if !e.Held {
			return true
		}
	}
	return false
}
