package paxos

import (
	"fmt"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// A node that is far behind asks piece by piece. Links that duplicate messages must not
// multiply its questions.
func TestQuestionsDoNotMultiply(t *testing.T) {
	w := sim.New(1)
	var nodes []sim.NodeConfig
	for i := range 3 {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: law("1ms")})
	}
	cfg := usual(3)
	cfg.Batch = 1
	c := Build(w, cfg, nodes, sim.NodeConfig{Name: "operator"})
	const writes = 300
	w.AddNode(sim.NodeConfig{Name: "client", Boot: func(e *sim.Env) {
		sim.Handle(e, func(sim.NodeID, kv.Reply) {})
		var op kv.OpID
		var next *sim.Timer
		next = e.NewTimer(func() {
			if op++; op <= writes {
				sim.Send(e, 0, kv.Request{ID: op, Kind: kv.Write})
				next.Reset(time.Millisecond)
			}
		})
		next.Reset(100 * time.Millisecond)
	}})
	link := sim.LinkConfig{Delay: law("exponential(mean=1ms)"), Unordered: true, Duplicate: 0.5}
	w.Network(func(from, to sim.NodeID) sim.LinkConfig {
		if max(from, to) >= 3 {
			return sim.LinkConfig{}
		}
		return link
	})
	questions := 0
	sim.Observe(w, func(_ sim.Time, _ sim.NodeID, f sim.Sent) {
		if _, ok := f.Payload.(Learn); ok {
			questions++
		}
	})
	w.Inject("away", sim.Crash{Targets: sim.Nodes(2)}, 90*ms, 500*time.Millisecond)
	w.Run(4000 * ms)
	if r := c.replicas[2]; r.disk.applied < writes {
		t.Errorf("r3 has applied %d of %d slots", r.disk.applied, writes)
	}
	if questions > writes+50 {
		t.Errorf("r3 asked %d times for %d slots, one at a time", questions, writes)
	}
}
