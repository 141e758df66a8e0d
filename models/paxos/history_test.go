package paxos_test

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"replsim/experiment"
	"replsim/models/paxos"
	"replsim/scenarios"
)

// troubled is a cluster with something wrong most of the time. Requests are never sent
// twice, for they would be served twice.
const troubled = `
title    = "Trouble"
duration = "3s"
[check]
linearizable = true
[cluster]
model    = "paxos"
replicas = 5
[network]
delay = "lognormal(median=1ms, p99=20ms)"
loss  = "2%"
order = "unordered"
[clock]
offset = "100ms"
drift  = 200
[paxos]
heartbeat       = "20ms"
silence         = "uniform(min=100ms, max=200ms)"
promise_timeout = "uniform(min=50ms, max=100ms)"
backoff         = "uniform(min=0s, max=50ms)"
lease           = "80ms"
lease_margin    = "10ms"
[workload]
clients    = 5
rate       = "200/s"
writes     = "50%"
keys       = 3
reads_from = "any"
timeout    = "100ms"
[faults.crash]
crash = "leader"
mttf  = "exponential(mean=500ms)"
mttr  = "exponential(mean=200ms)"
[faults.another]
crash = "r2"
mttf  = "exponential(mean=700ms)"
mttr  = "exponential(mean=200ms)"
[faults.pause]
pause = "leader"
mttf  = "exponential(mean=700ms)"
mttr  = "exponential(mean=200ms)"
[faults.apart]
partition = [["leader"], ["r2", "r3", "r4", "r5"]]
mttf = "exponential(mean=700ms)"
mttr = "exponential(mean=300ms)"
`

// violations runs so many seeds and returns the mean number of keys whose history is not
// linearizable.
func violations(t *testing.T, seeds int, build experiment.Builders, set ...string) float64 {
	t.Helper()
	f, err := scenarios.Parse("trouble.toml", []byte(troubled), scenarios.Set(append(set, fmt.Sprint("seeds=", seeds))...))
	if err != nil {
		t.Fatal(err)
	}
	out, err := experiment.Run(context.Background(), f, experiment.Options{Build: build, NoCurves: true, Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	figure, ok := out.Variants[0].Figure("linearizability.violations")
	if !ok {
		t.Fatal("nobody has judged the histories")
	}
	if wrong, _ := out.Variants[0].Figure("invariants.violations"); build.Paxos == nil && wrong.Max > 0 {
		t.Errorf("with %q: %v", set, out.Variants[0].Violations)
	}
	return figure.Mean
}

// A nightly run tries more (make nightly).
var historySeeds = flag.Int("seeds", 70, "random runs of TestHistories in each of its three settings")

// What clients see of a correct cluster is linearizable, with reads through the log and by
// leases, whatever happens.
func TestHistories(t *testing.T) {
	seeds := *historySeeds
	if testing.Short() {
		seeds = 8
	}
	for _, set := range [][]string{
		{"paxos.reads=log"},
		{"paxos.reads=lease", "paxos.lease=400ms", "paxos.others=forward"},
		{"paxos.reads=log", "paxos.proposers=any", "paxos.backoff=uniform(min=0s, max=200ms)"},
	} {
		if v := violations(t, seeds, experiment.Builders{}, set...); v > 0 {
			t.Errorf("with %q, %v keys of a run are not linearizable", set, v)
		}
	}
}

// What they see of local reads is not, nor of leaders that trust leases which are none.
func TestHistoriesOfBrokenReads(t *testing.T) {
	if v := violations(t, 10, experiment.Builders{}, "paxos.reads=local"); v == 0 {
		t.Error("local reads are linearizable")
	}
	for _, twin := range paxos.ReadTwins {
		if v := violations(t, 20, experiment.Builders{Paxos: twin.Build}, "paxos.reads=lease", "paxos.lease=400ms"); v == 0 {
			t.Errorf("a cluster that %s is linearizable", twin.Name)
		}
	}
}
