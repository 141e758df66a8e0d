package experiment

import (
	"context"
	"sync"
	"testing"
	"time"

	"replsim/scenarios"
)

// busy is a three-node cluster under 10,000 operations per second, for 10 s.
func busy(b *testing.B, set ...string) *scenarios.Scenario {
	f, err := scenarios.Load("testdata/ten-minutes.toml", scenarios.Set(append([]string{"duration=10s"}, set...)...))
	if err != nil {
		b.Fatal(err)
	}
	return &f.Variants[0].Scenario
}

// BenchmarkReplication is one replication with all measures on, as replsim run does
// it. The metric to watch is ns/op-simulated.
func BenchmarkReplication(b *testing.B) {
	sc := busy(b)
	ctx := context.Background()
	b.ReportAllocs()
	var events uint64
	for b.Loop() {
		events = replicate(ctx, sc, 1, Options{}).events
	}
	perRun := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	b.ReportMetric(perRun/100_000, "ns/op-simulated")
	b.ReportMetric(perRun/float64(events), "ns/event")
	b.ReportMetric(10e9/perRun, "x-real-time")
}

// BenchmarkShortReplication is one of a second with little load: mostly what it
// takes to build a world and to put what was measured together.
func BenchmarkShortReplication(b *testing.B) {
	sc := busy(b, "duration=1s", "workload.rate=10/s")
	b.ReportAllocs()
	for b.Loop() {
		replicate(context.Background(), sc, 1, Options{})
	}
}

// BenchmarkTwoReplications runs two replications one after the other, then at
// once on two goroutines. The scaling is the time of the former over that of the
// latter, each the shortest of its kind, lest other programs be measured: 2 on two
// idle cores, less if worlds share cache lines or wait for the memory.
func BenchmarkTwoReplications(b *testing.B) {
	sc := busy(b)
	apart, together := time.Hour, time.Hour
	for b.Loop() {
		start := time.Now()
		runTwo(sc, func(f func()) { f() })
		apart = min(apart, time.Since(start))
		start = time.Now()
		var wg sync.WaitGroup
		runTwo(sc, wg.Go)
		wg.Wait()
		together = min(together, time.Since(start))
	}
	b.ReportMetric(float64(apart)/float64(together), "scaling")
}

func runTwo(sc *scenarios.Scenario, start func(func())) {
	for seed := range uint64(2) {
		start(func() { replicate(context.Background(), sc, seed, Options{}) })
	}
}
