package failover_test

import (
	"context"
	"testing"

	"replsim/experiment"
	"replsim/models/failover"
	"replsim/scenarios"
)

// base is a cluster over three places with a manager, under a light load. Half of the
// clients are beside the leader.
const base = `
title    = "Failover"
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
heartbeat = "200ms"
timeout   = "1s"
[faults.cut]
at  = "3s"
for = "5s"
`

// Faults: the leader is cut off with the clients beside it, or only from one observer,
// or not at all.
const (
	isolated = `faults.cut.partition=[["a"], ["b", "c"]]`
	unheard  = `faults.cut.cut=r1 -> o1`
)

// run returns the mean of a figure.
func run(t *testing.T, build experiment.Builders, figure string, set ...string) float64 {
	t.Helper()
	f, err := scenarios.Parse("test.toml", []byte(base), scenarios.Set(set...))
	if err != nil {
		t.Fatal(err)
	}
	out, err := experiment.Run(context.Background(), f, experiment.Options{Build: build, NoCurves: true})
	if err != nil {
		t.Fatal(err)
	}
	v, ok := out.Variants[0].Figure(figure)
	if !ok {
		t.Fatalf("no figure %s", figure)
	}
	return v.Mean
}

// What fencing is worth: writes that a deposed leader acknowledged, by the kind of
// fencing.
func TestFencing(t *testing.T) {
	for _, c := range []struct {
		name  string
		split bool
		set   []string
	}{
		{"none", true, nil},
		{"self-demotion in time", false, []string{"failover.fencing=self-demotion"}},
		{"self-demotion, the observers ask", false, []string{"failover.fencing=self-demotion", "failover.probe=ping"}},
		{"self-demotion too late", true, []string{"failover.fencing=self-demotion", "failover.lease=4s"}},
		{"self-demotion by a slow clock", true, []string{"failover.fencing=self-demotion", "nodes.r1.clock_drift=-600000"}},
		{"STONITH", false, []string{"failover.fencing=stonith"}},
		{"STONITH that fails and need not work", true, []string{"failover.fencing=stonith", "failover.stonith_failure=100%", "failover.stonith_required=false"}},
		{"epochs, asynchronous", true, []string{"failover.fencing=epoch"}},
		{"epochs, one follower has to flush", false, []string{"failover.fencing=epoch", "replication.commit=any"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set := append(c.set, isolated)
			if n := run(t, experiment.Builders{}, "failovers.count", set...); n < 1 {
				t.Fatalf("%v failovers", n)
			}
			writes := run(t, experiment.Builders{}, "split_brain.writes", set...)
			lost := run(t, experiment.Builders{}, "data_loss.diverged", set...)
			if (writes > 0) != c.split || (lost > 0) != c.split {
				t.Errorf("the deposed leader acknowledged %v writes, %v are lost; split brain expected: %v", writes, lost, c.split)
			}
		})
	}
}

// Each mistake shows in a figure that is zero without it.
func TestTwinsAreCaught(t *testing.T) {
	none := experiment.Builders{}
	manager := func(t failover.Twin) experiment.Builders { return experiment.Builders{Failover: t.Build} }
	for _, c := range []struct {
		twin   failover.Twin
		figure string
		set    []string
	}{
		{failover.CountsItselfTwice, "failovers.count", []string{unheard}},
		{failover.PromotesWithoutQuorum, "failovers.count", []string{unheard}},
		{failover.IgnoresMaxLag, "failovers.count", []string{isolated, "failover.max_lag=10KiB",
			`faults.late.partition=[["r1"], ["r2", "r3"]]`, "faults.late.at=1s", "faults.late.for=11s"}},
		{failover.SaysTooEarly, "split_brain.writes", []string{isolated, "failover.fencing=stonith"}},
		{failover.AsksNobodyToPromise, "split_brain.writes", []string{"failover.fencing=epoch", "replication.commit=any",
			`faults.cut.partition=[["a", "c"], ["b", "observers"]]`, "failover.places=b"}},
	} {
		t.Run(c.twin.Name, func(t *testing.T) {
			t.Parallel()
			if n := run(t, none, c.figure, c.set...); n != 0 {
				t.Errorf("%s is %v without the mistake", c.figure, n)
			}
			if n := run(t, manager(c.twin), c.figure, c.set...); n == 0 {
				t.Errorf("%s is 0 with the mistake", c.figure)
			}
		})
	}
}
