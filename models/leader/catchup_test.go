package leader

import (
	"fmt"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/sim/dist"
)

// loaded is a cluster of three with a client that writes to r1 at a steady rate.
type loaded struct {
	w         *sim.World
	c         *Cluster
	committed []sim.Time
}

func newLoaded(cfg Config, every time.Duration, link sim.LinkConfig) *loaded {
	x := &loaded{w: sim.New(1)}
	var nodes []sim.NodeConfig
	for i := range 3 {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: dist.Constant(time.Millisecond)})
	}
	x.c = Build(x.w, cfg, nodes, sim.NodeConfig{Name: "operator"})
	x.w.AddNode(sim.NodeConfig{Name: "client", Boot: func(e *sim.Env) {
		sim.Handle(e, func(sim.NodeID, kv.Reply) {})
		var op kv.OpID
		var next *sim.Timer
		next = e.NewTimer(func() {
			op++
			sim.Send(e, 0, kv.Request{ID: op, Kind: kv.Write})
			next.Reset(every)
		})
		next.Reset(0)
	}})
	x.w.Network(func(from, to sim.NodeID) sim.LinkConfig {
		if max(from, to) < 3 {
			return link
		}
		return sim.LinkConfig{}
	})
	sim.Observe(x.w, func(at sim.Time, _ sim.NodeID, _ kv.Committed) { x.committed = append(x.committed, at) })
	return x
}

func loadedConfig(rule Rule) Config {
	return Config{Rule: rule, Acks: 1, Level: Flushed, LocalFlush: true, SyncTimeout: 100 * time.Millisecond,
		Heartbeat: 100 * time.Millisecond, Appliers: 1, LogKeep: 1e6, SnapshotRate: 1e6, RecordBytes: 1000, Keys: 1}
}

// longestGap returns the longest time without a commit after an instant.
func (x *loaded) longestGap(after sim.Time) (longest time.Duration) {
	last := after
	for _, at := range x.committed {
		if at > last {
			longest, last = max(longest, at.Sub(last)), at
		}
	}
	return max(longest, x.w.Now().Sub(last))
}

// A backlog that takes longer to send than a silent connection is borne arrives all the
// same, because it comes piece by piece.
func TestBacklogOverASlowLink(t *testing.T) {
	x := newLoaded(loadedConfig(Async), time.Millisecond, sim.LinkConfig{Bandwidth: 2e6})
	x.w.Inject("crash", sim.Crash{Targets: sim.Nodes(1)}, 100*ms, 2*time.Second)
	x.w.Run(6000 * ms) // 2 MB at 1 MB/s to spare
	if behind := x.c.replicas[0].log.End() - x.c.replicas[1].log.End(); behind > 50 {
		t.Errorf("r2 is %d records behind long after it should have caught up", behind)
	}
}

// So does a snapshot, and it is sent once.
func TestSnapshotOverASlowLink(t *testing.T) {
	cfg := loadedConfig(Async)
	cfg.LogKeep, cfg.SnapshotRate, cfg.Keys, cfg.ValueBytes, cfg.RecordBytes = 100, 1e9, 20_000, 100, 100
	x := newLoaded(cfg, time.Millisecond, sim.LinkConfig{Bandwidth: 2e6})
	x.w.Inject("crash", sim.Crash{Targets: sim.Nodes(1)}, 100*ms, 2*time.Second)
	snapshots := 0
	sim.Observe(x.w, func(_ sim.Time, _ sim.NodeID, f sim.Sent) {
		if _, ok := f.Payload.(Snapshot); ok {
			snapshots++
		}
	})
	x.w.Run(6000 * ms) // 2.3 MB at nearly 2 MB/s
	if behind := x.c.replicas[0].log.End() - x.c.replicas[1].log.End(); behind > 50 || snapshots != 1 {
		t.Errorf("r2 is %d records behind after %d snapshots, want it to keep up after one", behind, snapshots)
	}
}

// A standby of higher priority that is back with a backlog does not hold up commits
// until it has caught up; then it counts again.
func TestFirstDoesNotWaitForABacklog(t *testing.T) {
	x := newLoaded(loadedConfig(First), time.Millisecond, sim.LinkConfig{Bandwidth: 2e6})
	x.w.Inject("crash", sim.Crash{Targets: sim.Nodes(1)}, 100*ms, 2*time.Second)
	x.w.Run(6000 * ms)
	if gap := x.longestGap(2100 * ms); gap > 100*time.Millisecond {
		t.Errorf("no commit for %v after r2 came back", gap)
	}
	if p := x.c.replicas[0].lead.peer(1); !p.streaming {
		t.Error("r2 has caught up, but does not count")
	}
}

// Under load a standby never has the newest commit. Shrink takes it back all the same.
func TestShrinkReturnsUnderLoad(t *testing.T) {
	cfg := loadedConfig(All)
	cfg.SyncLost = Shrink
	x := newLoaded(cfg, time.Millisecond, sim.LinkConfig{Delay: dist.Constant(5 * time.Millisecond)})
	cut := sim.Between([]sim.NodeID{0}, []sim.NodeID{1, 2}, true)
	x.w.Inject("cut", sim.Cut{Links: func() []sim.Direction { return cut }}, 100*ms, time.Second)
	var changes []bool
	sim.Observe(x.w, func(_ sim.Time, _ sim.NodeID, f kv.Degraded) { changes = append(changes, f.On) })
	x.w.Run(3000 * ms)
	if len(changes) != 2 || !changes[0] || changes[1] {
		t.Errorf("the set shrank or grew as %v, want once and back once", changes)
	}
}

// Two appliers that commit in order are not twice as fast as one if records take
// exponential times. While the later of two records is done and waits, one works; so
// 3 records take the time of 2 on average.
func TestAppliersWaitForTheirTurn(t *testing.T) {
	cfg := loadedConfig(Async)
	cfg.Appliers, cfg.Apply = 2, exponential(time.Millisecond)
	x := newLoaded(cfg, 250*time.Microsecond, sim.LinkConfig{})
	x.w.Run(20000 * ms)
	rate := float64(x.c.replicas[1].applied) / 20000
	if rate < 1.46 || rate > 1.54 {
		t.Errorf("two appliers applied %.3f records per mean service time, want 1.5", rate)
	}
}
