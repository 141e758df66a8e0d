package leader

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/sim/dist"
)

// The tests below run many small clusters through random faults while a client
// writes, and check what must hold for every one of them. The broken twins at the
// end show that the checks do find mistakes.

const ms = sim.Time(time.Millisecond)

// trial is one cluster on its way through one plan of faults.
type trial struct {
	w       *sim.World
	c       *Cluster
	rand    *rand.Rand // of the plan; the world has its own streams
	client  *sim.Env
	ops     kv.OpID
	acked   map[kv.OpID]bool
	ledBy   map[uint32]sim.NodeID // who acknowledged in which epoch
	wrong   []string              // violations seen on the way
	writing bool
}

// defect breaks a replica after it has booted; nil leaves it whole.
type defect func(*replica)

func newTrial(seed uint64, nodes int, cfg Config, link sim.LinkConfig, broken defect) *trial {
	x := &trial{w: sim.New(seed), rand: rand.New(rand.NewPCG(seed, 1)), acked: map[kv.OpID]bool{}, ledBy: map[uint32]sim.NodeID{}, writing: true}
	var configs []sim.NodeConfig
	for i := range nodes {
		configs = append(configs, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: exponential(3 * time.Millisecond)})
	}
	x.c = build(x.w, cfg, configs, broken)
	x.w.AddNode(sim.NodeConfig{Name: "client", Boot: x.bootClient})
	x.w.Network(func(from, to sim.NodeID) sim.LinkConfig { return link })
	x.observe()
	return x
}

// build is Build, but for the defect.
func build(w *sim.World, cfg Config, nodes []sim.NodeConfig, broken defect) *Cluster {
	if broken == nil {
		return Build(w, cfg, nodes, sim.NodeConfig{Name: "operator"})
	}
	c := &Cluster{cfg: cfg, world: w, replicas: map[sim.NodeID]*replica{}}
	for _, n := range nodes {
		n.Boot = func(e *sim.Env) {
			c.boot(e)
			broken(c.replicas[e.ID()])
		}
		c.nodes = append(c.nodes, w.AddNode(n))
	}
	w.AddNode(sim.NodeConfig{Name: "operator", Boot: c.bootOperator})
	c.watch()
	return c
}

func exponential(mean time.Duration) dist.Spec {
	s, err := dist.Parse(fmt.Sprintf("exponential(mean=%v)", mean))
	if err != nil {
		panic(err)
	}
	return s
}

// bootClient writes random keys, mostly at the leader, without waiting for answers.
func (x *trial) bootClient(e *sim.Env) {
	x.client = e
	sim.Handle(e, func(_ sim.NodeID, r kv.Reply) {
		if r.Status == kv.OK {
			x.acked[r.ID] = true
		}
	})
	var next *sim.Timer
	next = e.NewTimer(func() {
		to := x.c.Leader()
		if to == sim.NoNode || x.rand.IntN(4) == 0 {
			to = x.c.nodes[x.rand.IntN(len(x.c.nodes))]
		}
		if x.writing {
			x.ops++
			sim.Send(e, to, kv.Request{ID: x.ops, Kind: kv.Write, Key: kv.Key(x.rand.IntN(10))})
			next.Reset(time.Duration(x.rand.IntN(10e6)))
		}
	})
	next.Reset(0)
}

// observe checks what must hold at every moment.
func (x *trial) observe() {
	sim.Observe(x.w, func(at sim.Time, n sim.NodeID, f kv.Committed) {
		epoch := f.Version.Epoch()
		if by, ok := x.ledBy[epoch]; ok && by != n {
			x.violation("%v: nodes %d and %d both acknowledge in epoch %d", at, by, n, epoch)
		}
		x.ledBy[epoch] = n
	})
	sim.Observe(x.w, func(at sim.Time, n sim.NodeID, f kv.Applied) {
		r := x.c.replicas[n]
		if r.applied > r.log.End() {
			x.violation("%v: node %d applied %d, its log ends at %d", at, n, r.applied, r.log.End())
		}
		if r.lead == nil && r.promoting == 0 && r.applied > r.log.Flushed() {
			x.violation("%v: follower %d applied %d, but flushed only %d", at, n, r.applied, r.log.Flushed())
		}
	})
}

func (x *trial) violation(format string, args ...any) {
	if len(x.wrong) < 5 {
		x.wrong = append(x.wrong, fmt.Sprintf(format, args...))
	}
}

// drain heals everything, stops writing, and waits until the cluster is at rest,
// with an operator who sees to it that somebody leads.
func (x *trial) drain() {
	x.w.HealAll()
	x.writing = false
	for range 30 {
		if x.c.Leader() == sim.NoNode {
			x.c.Promote(sim.NoNode)
		}
		x.w.Run(x.w.Now() + 1000*ms)
	}
}

// checkEqual checks that all replicas agree in the end.
func (x *trial) checkEqual() {
	leader := x.c.Leader()
	if leader == sim.NoNode || !x.c.CaughtUp() {
		x.violation("not caught up after the end of all faults; the leader is %d", leader)
		return
	}
	want := x.c.replicas[leader]
	for _, id := range x.c.nodes {
		got := x.c.replicas[id]
		if got.log.End() != want.log.End() || got.disk.epoch != want.disk.epoch {
			x.violation("node %d ends at %d in epoch %d, leader %d at %d in epoch %d", id, got.log.End(), got.disk.epoch, leader, want.log.End(), want.disk.epoch)
			return
		}
		base := max(got.log.Base(), want.log.Base())
		if a, b := got.log.Slice(base, got.log.End()), want.log.Slice(base, want.log.End()); !slices.Equal(a, b) {
			i := 0
			for a[i] == b[i] {
				i++
			}
			x.violation("the logs of %d and %d differ at %d: %v, %v", id, leader, int(base)+1+i, a[i], b[i])
			return
		}
		if !slices.Equal(got.state, want.state) {
			x.violation("the stores of %d and %d differ: %v, %v", id, leader, got.state, want.state)
		}
	}
}

// checkKept checks that no acknowledged write is lost. It needs the whole log, so
// the cluster must not trim it.
func (x *trial) checkKept() {
	leader := x.c.Leader()
	if leader == sim.NoNode {
		x.violation("nobody leads in the end")
		return
	}
	log := x.c.replicas[leader].log
	kept := map[kv.OpID]bool{}
	for n := log.Base() + 1; n <= log.End(); n++ {
		kept[log.At(n).Op] = true
	}
	for op := kv.OpID(1); op <= x.ops; op++ {
		if x.acked[op] && !kept[op] {
			x.violation("write %d was acknowledged and is lost", op)
		}
	}
}

// storm strikes with random faults for five seconds: crashes of processes and
// machines, pauses, cuts of random directions, promotions of random nodes. They
// overlap as they like.
func (x *trial) storm(diskLoss bool) {
	nodes := sim.NodeID(len(x.c.nodes))
	for i := range 3 + x.rand.IntN(12) {
		at := sim.Time(x.rand.IntN(5000)) * ms
		lasts := time.Duration(1+x.rand.IntN(1500)) * time.Millisecond
		id := sim.NodeID(x.rand.IntN(int(nodes)))
		other := sim.NodeID(x.rand.IntN(int(nodes)))
		name := fmt.Sprint("fault ", i)
		switch x.rand.IntN(6) {
		case 0:
			x.w.Inject(name, sim.Crash{Targets: sim.Nodes(id)}, at, lasts)
		case 1:
			x.w.Inject(name, sim.Crash{Targets: sim.Nodes(id), InFlightLost: true, DiskLost: diskLoss && x.rand.IntN(3) == 0}, at, lasts)
		case 2:
			x.w.Inject(name, sim.Pause{Targets: sim.Nodes(id)}, at, lasts)
		case 3:
			cut := sim.Between([]sim.NodeID{id}, []sim.NodeID{other, nodes}, x.rand.IntN(2) == 0) // nodes: the operator
			x.w.Inject(name, sim.Cut{Links: func() []sim.Direction { return cut }}, at, lasts)
		default:
			if x.rand.IntN(3) == 0 {
				id = sim.NoNode
			}
			x.w.At(at, func() { x.c.Promote(id) })
		}
	}
	x.w.Run(5000 * ms)
}

// anyConfig draws a configuration.
func anyConfig(r *rand.Rand, nodes int) (Config, sim.LinkConfig) {
	flip := func() bool { return r.IntN(2) == 0 }
	cfg := Config{
		Rule: Rule(r.IntN(4)), Acks: 1 + r.IntN(nodes-1), Level: Level(r.IntN(int(levels))),
		LocalFlush: flip(), FlushEvery: 50 * time.Millisecond, VisibleSoon: flip(),
		SyncLost: SyncLost(r.IntN(3)), SyncTimeout: 100 * time.Millisecond,
		ShipUnflushed: flip(), Heartbeat: 50 * time.Millisecond,
		Appliers: 1 + r.IntN(3), Apply: exponential(time.Millisecond),
		LogKeep: 1e9, SnapshotRate: 1e6, RecordBytes: 100, ValueBytes: 100, Keys: 10,
	}
	if flip() {
		cfg.ShipEvery = 20 * time.Millisecond
	}
	if flip() {
		cfg.LogKeep = 8
	}
	return cfg, sim.LinkConfig{Delay: exponential(5 * time.Millisecond), Unordered: flip()}
}

// swarm runs trials over many seeds and returns the violations of the first one
// that has any.
func swarm(seeds int, one func(seed uint64, r *rand.Rand) *trial) (violations []string, acked int) {
	for seed := range uint64(seeds) {
		x := one(seed, rand.New(rand.NewPCG(seed, 2)))
		acked += len(x.acked)
		if len(x.wrong) > 0 {
			return append([]string{fmt.Sprintf("seed %d, %+v", seed, x.c.cfg)}, x.wrong...), acked
		}
	}
	return nil, acked
}

// report fails the test if there were violations, or nothing was acknowledged at all.
func report(t *testing.T, violations []string, acked, atLeast int) {
	t.Helper()
	for _, v := range violations {
		t.Error(v)
	}
	if violations == nil && acked < atLeast {
		t.Errorf("only %d acknowledged writes: the swarm is idle", acked)
	}
}

// converging: whatever the configuration, and whatever happens, all replicas agree
// when it is over.
func converging(broken defect) func(uint64, *rand.Rand) *trial {
	return func(seed uint64, r *rand.Rand) *trial {
		nodes := 2 + r.IntN(4)
		cfg, link := anyConfig(r, nodes)
		x := newTrial(seed, nodes, cfg, link, broken)
		x.storm(true)
		x.drain()
		x.checkEqual()
		return x
	}
}

// keepingAll: a write acknowledged by all nodes' disks, the leader's included, with
// no way round it, survives everything but the loss of disks: any node may be
// promoted at any time, with the old leader still alive.
func keepingAll(broken defect) func(uint64, *rand.Rand) *trial {
	return func(seed uint64, r *rand.Rand) *trial {
		nodes := 2 + r.IntN(4)
		cfg, link := anyConfig(r, nodes)
		cfg.Rule, cfg.SyncLost, cfg.LocalFlush, cfg.LogKeep = All, Block, true, 1e9
		cfg.Level = max(cfg.Level, Flushed)
		x := newTrial(seed, nodes, cfg, link, broken)
		x.storm(false)
		x.drain()
		x.checkEqual()
		x.checkKept()
		return x
	}
}

// keepingAny: with ANY k a write is on k followers' disks. It survives if the
// leader is dead for good before its successor is chosen (else it could still
// acknowledge what the chosen one lacks), fewer than k followers are away while the
// most advanced of the others is chosen, and the cluster has caught up before the
// next failover. Under these conditions the leader's own disk does not matter.
func keepingAny(broken defect) func(uint64, *rand.Rand) *trial {
	return func(seed uint64, r *rand.Rand) *trial {
		nodes := 3 + r.IntN(3)
		cfg, link := anyConfig(r, nodes)
		cfg.Rule, cfg.SyncLost, cfg.LogKeep = Any, Block, 1e9
		cfg.Level = max(cfg.Level, Flushed)
		x := newTrial(seed, nodes, cfg, link, broken)
		x.w.Run(500 * ms)
		for i := range 3 {
			x.failover(i)
		}
		x.drain()
		x.checkEqual()
		x.checkKept()
		return x
	}
}

// failover kills the leader's machine and up to k-1 followers, promotes the most
// advanced of the rest, and then boots them again, the old leader without its disk
// now and then.
func (x *trial) failover(i int) {
	leader := x.c.Leader()
	away := []sim.NodeID{}
	for _, id := range x.c.nodes {
		if id != leader && len(away) < x.c.cfg.Acks-1 && x.rand.IntN(2) == 0 {
			away = append(away, id)
		}
	}
	// All followers lose what they have not flushed; those not away come back before
	// the choice is made.
	var rest []sim.NodeID
	for _, id := range x.c.nodes {
		if id != leader && !slices.Contains(away, id) {
			rest = append(rest, id)
		}
	}
	back := []func(){
		x.w.Strike(fmt.Sprint("leader ", i), sim.Crash{Targets: sim.Nodes(leader), InFlightLost: true, DiskLost: x.rand.IntN(2) == 0}),
		x.w.Strike(fmt.Sprint("away ", i), sim.Crash{Targets: sim.Nodes(away...)}),
	}
	blink := x.w.Strike(fmt.Sprint("rest ", i), sim.Crash{Targets: sim.Nodes(rest...)})
	x.w.Run(x.w.Now() + 10*ms)
	blink()
	x.w.Run(x.w.Now() + 100*ms)
	x.c.Promote(sim.NoNode)
	x.w.Run(x.w.Now() + 1500*ms)
	for _, restart := range back {
		restart()
	}
	for range 20 { // the writer goes on, so it is caught up only now and then
		x.w.Run(x.w.Now() + 200*ms)
	}
}

func TestReplicasConverge(t *testing.T) {
	v, acked := swarm(seeds(150), converging(nil))
	report(t, v, acked, 10_000)
}

func TestAllLosesNothing(t *testing.T) {
	v, acked := swarm(seeds(150), keepingAll(nil))
	report(t, v, acked, 10_000)
}

func TestAnyLosesNothingIfTheDeadStayDead(t *testing.T) {
	v, acked := swarm(seeds(60), keepingAny(nil))
	report(t, v, acked, 10_000)
}

// manySeeds multiplies the seeds of every swarm, for a long search.
var manySeeds = flag.Int("seeds", 1, "multiply the number of seeds of the swarms")

// seeds returns how many seeds a swarm takes, n as a rule.
func seeds(n int) int {
	if testing.Short() {
		n /= 3
	}
	return n * *manySeeds
}
