package paxos

import (
	"fmt"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// BenchmarkFiveNodes is a second of five nodes at 2,000 writes/s: links of half a
// millisecond, flushes of one, without measures.
func BenchmarkFiveNodes(b *testing.B) {
	w := sim.New(1)
	var nodes []sim.NodeConfig
	for i := range 5 {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Cores: 4, Flush: law("lognormal(median=1ms, p99=4ms)")})
	}
	cfg := usual(5)
	cfg.TellAtOnce, cfg.Keys = true, 1000
	cfg.Write, cfg.Apply = law("200us"), law("50us")
	cfg.LogKeep, cfg.Heartbeat, cfg.Silence = 10_000, 100*time.Millisecond, law("uniform(min=1s, max=2s)")
	c := Build(w, cfg, nodes, sim.NodeConfig{Name: "operator"})
	answered := 0
	w.AddNode(sim.NodeConfig{Name: "client", Boot: func(e *sim.Env) {
		sim.Handle(e, func(sim.NodeID, kv.Reply) { answered++ })
		arrivals := e.Draws(law("exponential(mean=500us)"), "arrivals")
		var op kv.OpID
		var next *sim.Timer
		next = e.NewTimer(func() {
			op++
			sim.Send(e, 0, kv.Request{ID: op, Kind: kv.Write, Key: kv.Key(op % 1000)})
			next.Reset(arrivals.Next())
		})
		next.Reset(100 * time.Millisecond)
	}})
	w.Network(func(_, _ sim.NodeID) sim.LinkConfig {
		return sim.LinkConfig{Delay: law("lognormal(median=500us, p99=2ms)")}
	})
	w.Run(sim.Time(time.Second))
	b.ReportAllocs()
	before := w.Events()
	b.ResetTimer()
	for range b.N {
		w.Run(w.Now() + sim.Time(time.Second))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(w.Events()-before), "ns/event")
	if wrong := c.Audit(); wrong != nil {
		b.Fatal(wrong)
	}
	if answered < 1500*b.N {
		b.Fatalf("%d writes answered", answered)
	}
}
