package swarm

import (
	"context"
	"testing"
)

// BenchmarkSeed is one seed from its number to its verdict, on the average of 200.
func BenchmarkSeed(b *testing.B) {
	j := &judge{model: known()[0]}
	seed, events := uint64(0), uint64(0)
	for b.Loop() {
		v, err := j.run(context.Background(), j.model.draw(seed%200).text())
		if err != nil {
			b.Fatal(err)
		}
		seed, events = seed+1, events+v.events
	}
	b.ReportMetric(float64(events)/float64(seed), "events/op")
}
