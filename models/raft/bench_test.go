package raft

import (
	"fmt"
	"testing"
	"time"

	"replsim/measure"
	"replsim/models/kv"
	"replsim/sim"
	"replsim/workload"
)

// loaded is a cluster on a local network under a steady load of writes, with all
// measures on.
func loaded(tb testing.TB, seed uint64, nodes int, rate float64, end sim.Time) (*sim.World, *Cluster, *measure.Recorder) {
	w := sim.New(seed)
	cfg := Config{
		ElectionTimeout: law("uniform(min=150ms, max=300ms)"), Heartbeat: 50 * time.Millisecond,
		PreVote: true, CheckQuorum: true, ShipUnflushed: true, CommitAtOnce: true,
		LogKeep: 10_000, SnapshotRate: 1e8, RecordBytes: 200, ValueBytes: 100, Keys: 1000,
	}
	var configs []sim.NodeConfig
	for i := range nodes {
		configs = append(configs, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: law("1ms"), Cores: 4})
	}
	c := Build(w, cfg, configs, sim.NodeConfig{Name: "operator"})
	clients := workload.Config{
		Name: "clients", Rate: rate, Writes: 1, Keys: cfg.Keys, Timeout: 200 * time.Millisecond, Retries: 20,
		Backoff: 5 * time.Millisecond, ValueSize: 100,
	}
	for _, id := range c.Nodes() {
		clients.Servers = append(clients.Servers, workload.Server{ID: id})
	}
	places := make([]sim.NodeConfig, 10)
	mc := measure.Config{End: end, Sample: 100 * time.Millisecond, Replicas: c.Nodes(), Keys: cfg.Keys}
	for i := range places {
		places[i].Name = fmt.Sprint("c", i+1)
		mc.Clients = append(mc.Clients, measure.Client{Session: int32(i)})
	}
	if _, err := workload.Build(w, clients, places); err != nil {
		tb.Fatal(err)
	}
	w.Network(func(from, to sim.NodeID) sim.LinkConfig { return sim.LinkConfig{Delay: law("250us")} })
	return w, c, measure.New(w, mc)
}

// BenchmarkFiveNodes runs five nodes at 2,000 writes per second with all measures on.
// One operation is a simulated second; the metric to watch is x-real-time.
func BenchmarkFiveNodes(b *testing.B) {
	end := sim.Time(b.N+3) * 1000 * ms
	w, c, _ := loaded(b, 1, 5, 2000, end)
	w.Run(2000 * ms)
	writes := 0
	sim.Observe(w, func(sim.Time, sim.NodeID, kv.Committed) { writes++ })
	events := w.Events()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		w.Run(w.Now() + 1000*ms)
	}
	b.StopTimer()
	if found := c.group.Audit(); len(found) > 0 {
		b.Error(found)
	}
	each := float64(b.Elapsed().Nanoseconds())
	b.ReportMetric(float64(b.N)*1e9/each, "x-real-time")
	b.ReportMetric(each/float64(writes), "ns/write")
	b.ReportMetric(float64(w.Events()-events)/float64(writes), "events/write")
}

// BenchmarkLeaderCrash is one short run of five nodes whose leader crashes, with all
// measures on: what scenarios of elections repeat a thousand times.
func BenchmarkLeaderCrash(b *testing.B) {
	seed := uint64(0)
	for b.Loop() {
		seed++
		w, c, r := loaded(b, seed, 5, 200, 2000*ms)
		w.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 1000*ms, 0)
		w.Run(2000 * ms)
		if c.Leader() == sim.NoNode {
			b.Fatalf("seed %d: nobody leads", seed)
		}
		r.Finish()
	}
}
