package failover_test

import (
	"context"
	"testing"

	"replsim/experiment"
	"replsim/models/failover"
	"replsim/scenarios"
)

// leased is a cluster with agents and a store, all quick.
const leased = `
title    = "Agents"
duration = "20s"
drain    = "60s"
seeds    = 12
[places.a]
[places.b]
[places.c]
[cluster]
places = ["a", "b", "c"]
[network]
delay = "1ms"
[replication]
heartbeat = "200ms"
[workload]
rate    = "200/s"
writes  = "100%"
clients = 6
places  = ["a", "b", "c"]
timeout = "200ms"
[failover]
manager = "lease"
[agents]
ttl           = "3s"
loop_wait     = "1s"
retry_timeout = "1s"
`

// total runs a scenario and returns the sum of a figure over its replications.
func total(t *testing.T, text, figure string, build experiment.Builders) float64 {
	t.Helper()
	file, err := scenarios.Parse("leased.toml", []byte(text), scenarios.Models("leader"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := experiment.Run(context.Background(), file, experiment.Options{NoCurves: true, Build: build})
	if err != nil {
		t.Fatal(err)
	}
	v := &set.Variants[0]
	for _, text := range v.Violations {
		t.Error(text)
	}
	f, ok := v.Figure(figure)
	if !ok {
		t.Fatalf("there is no figure %s", figure)
	}
	return f.Mean * float64(f.N)
}

// TestLeaseTwins: what each of the agents' steps keeps from happening comes about when it is
// taken wrongly, and only then.
func TestLeaseTwins(t *testing.T) {
	for _, c := range []struct {
		twin           failover.LeaseTwin
		figure, faults string
	}{
		{failover.KeepsLeading, "split_brain.writes", `
[faults.cut]
at        = "5s"
for       = "10s"
partition = [["r1", "a"], ["r2", "r3", "store", "b", "c"]]
[store]
places = ["b", "c"]
`},
		{failover.TakesAnyLock, "split_brain.writes", `
[faults.death]
at    = "5s"
crash = "r1"
[store]
places = ["b", "c"]
`},
		{failover.CrossesOutLater, "data_loss.total", `
synchronous_mode = "on"
[faults.cut]
at        = "8s"
partition = [["r1"], ["r2", "r3"]]
[faults.death]
mttf  = "uniform(min=9s, max=12s)"
mttr  = "30s"
crash = "r1"
[store]
places = ["a", "b", "c"]
`},
	} {
		t.Run(c.twin.Name, func(t *testing.T) {
			t.Parallel()
			if n := total(t, leased+c.faults, c.figure, experiment.Builders{}); n != 0 {
				t.Errorf("%s is %g, want 0", c.figure, n)
			}
			if n := total(t, leased+c.faults, c.figure, experiment.Builders{Agents: c.twin.Build}); n == 0 {
				t.Errorf("%s is 0 although it %s", c.figure, c.twin.Name)
			}
		})
	}
}
