package experiment

import (
	"context"
	"testing"

	"replsim/scenarios"
)

// BenchmarkReplication is one replication of a three-node cluster under 10,000
// operations per second with all measures on, as replsim run does it. The metric to
// watch is ns/op-simulated.
func BenchmarkReplication(b *testing.B) {
	file, err := scenarios.Parse("bench.toml", []byte(`
title    = "Benchmark"
duration = "10s"
seeds    = 1
[workload]
rate   = "10000/s"
writes = "20%"
`))
	if err != nil {
		b.Fatal(err)
	}
	sc := &file.Variants[0].Scenario
	ctx := context.Background()
	b.ReportAllocs()
	var events uint64
	for b.Loop() {
		events = replicate(ctx, sc, 1).events
	}
	perRun := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	b.ReportMetric(perRun/100_000, "ns/op-simulated")
	b.ReportMetric(perRun/float64(events), "ns/event")
	b.ReportMetric(10e9/perRun, "x-real-time")
}
