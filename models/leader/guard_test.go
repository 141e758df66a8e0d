package leader_test

import (
	"context"
	"testing"

	"replsim/experiment"
	"replsim/models/leader"
	"replsim/scenarios"
)

// guarded is a cluster whose leader is watched. It is cut off from all but the clients
// beside it, or from the observers and r2.
const guarded = `
title    = "Guarded"
duration = "12s"
seeds    = 5
[places.a]
[places.b]
[places.c]
[cluster]
places = ["a", "b", "c"]
[workload]
clients = 4
places  = ["a", "b"]
rate    = "200/s"
writes  = "100%"
timeout = "500ms"
retries = 3
[failover]
manager   = "observers"
places    = "b"
heartbeat = "200ms"
timeout   = "1500ms"
[faults.cut]
at  = "3s"
for = "5s"
`

// A deposed leader acknowledges nothing, but for these mistakes.
func TestGuardTwins(t *testing.T) {
	alone := `faults.cut.partition=[["a"], ["b", "c"]]`
	for _, c := range []struct {
		twin leader.Twin
		set  []string
	}{
		{leader.ForgetsToDemote, []string{alone, "failover.fencing=self-demotion"}},
		// The observers' answers take a second; those on their way at the cut still arrive.
		{leader.CountsFromTheAnswer, []string{alone, "failover.fencing=self-demotion", "failover.lease=1400ms",
			"network.links.back.from=observers", "network.links.back.to=r1", "network.links.back.delay=1s"}},
		{leader.KeepsItsPromiseInMemory, []string{"failover.fencing=epoch", "replication.commit=any",
			`faults.cut.partition=[["a"], ["b"]]`}},
	} {
		t.Run(c.twin.Name, func(t *testing.T) {
			t.Parallel()
			if n := deposedWrites(t, experiment.Builders{}, c.set); n != 0 {
				t.Errorf("%v writes without the mistake", n)
			}
			if n := deposedWrites(t, experiment.Builders{Leader: c.twin.Build}, c.set); n == 0 {
				t.Error("none with the mistake")
			}
		})
	}
}

// deposedWrites runs a scenario with a failover in it, and returns how many writes a
// deposed leader has acknowledged.
func deposedWrites(t *testing.T, build experiment.Builders, set []string) float64 {
	t.Helper()
	f, err := scenarios.Parse("test.toml", []byte(guarded), scenarios.Set(set...))
	if err != nil {
		t.Fatal(err)
	}
	out, err := experiment.Run(context.Background(), f, experiment.Options{Build: build, NoCurves: true})
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := out.Variants[0].Figure("failovers.count"); n.Mean < 1 {
		t.Fatalf("%v failovers", n.Mean)
	}
	writes, _ := out.Variants[0].Figure("split_brain.writes")
	return writes.Mean
}
