package raft

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"replsim/history"
	"replsim/measure"
	"replsim/models/kv"
	"replsim/sim"
	"replsim/sim/dist"
)

const ms = sim.Time(time.Millisecond)

// chaos is a cluster of random settings under random faults, with a few clients that
// write and read a few keys, and try again when they hear nothing.
type chaos struct {
	w       *sim.World
	c       *Cluster
	h       *history.History
	m       *measure.Recorder
	cfg     Config
	nodes   int
	dup     bool
	flush   dist.Spec
	delay   dist.Spec
	changes int       // of members
	blinks  bool      // nodes restart again and again …
	blink   dist.Spec // … after so long
	lost    int       // disks
	acked   int
	nextOp  kv.OpID
}

// settings draws what a cluster promises to be linearizable with.
func settings(r *rand.Rand) Config {
	flip := func() bool { return r.IntN(2) == 0 }
	cfg := Config{
		ElectionTimeout: law("uniform(min=100ms, max=200ms)"), Heartbeat: 30 * time.Millisecond,
		PreVote: flip(), CheckQuorum: flip(), NoLeaderAtStart: flip(),
		ShipUnflushed: flip(), CommitAtOnce: flip(), Forward: flip(), Sessions: flip(),
		MaxInflight: 1 + r.IntN(8), MaxBatch: 100 * (1 + r.IntN(20)),
		LogKeep: sim.LSN(r.IntN(60)), SnapshotRate: 1e7, RecordBytes: 100, ValueBytes: 2000,
		FollowerReads: FollowerReads(r.IntN(2)), DriftBound: 0.05, Keys: 4,
		Apply: law("exponential(mean=200us)"), Write: law("50us"), Recv: law("exponential(mean=50us)"), Wake: law("20us"),
	}
	if cfg.NoLeaderAtStart && flip() {
		cfg.InitialLogs = DistinctLogs
	}
	if flip() {
		cfg.CheckQuorum, cfg.ReadMode = true, LeaseRead
	}
	if r.IntN(3) == 0 {
		cfg.Tick, cfg.ElectionTicks, cfg.HeartbeatTicks = 15*time.Millisecond, 8, 2
	}
	return cfg
}

func newChaos(seed uint64, boot func(*Cluster, *sim.Env), edit func(*chaos)) *chaos {
	r := rand.New(rand.NewPCG(seed, 7))
	x := &chaos{w: sim.New(seed), cfg: settings(r), nodes: 3 + r.IntN(3), dup: r.IntN(3) == 0,
		flush: law("exponential(mean=1ms)"), delay: law("exponential(mean=2ms)")}
	switch odd := r.IntN(6); {
	case x.nodes == 3: // two voters could not do without one
	case odd == 0:
		x.cfg.Learners = 1
	case odd == 1:
		x.cfg.Voters, x.changes = x.nodes-1, 3
	}
	if edit != nil {
		edit(x)
	}
	var nodes []sim.NodeConfig
	for i := range x.nodes {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: x.flush, ClockPPB: r.Int64N(40e6) - 20e6})
	}
	x.c = build(x.w, x.cfg, nodes, sim.NodeConfig{Name: "operator"}, boot)
	for i := range 4 {
		x.w.AddNode(sim.NodeConfig{Name: fmt.Sprint("c", i+1), Boot: x.client})
	}
	link := sim.LinkConfig{Delay: x.delay}
	if x.dup {
		link.Unordered, link.Duplicate, link.Loss = true, 0.05, 0.02
	}
	x.w.Network(func(from, to sim.NodeID) sim.LinkConfig { return link })
	x.h = history.Watch(x.w, history.Config{Copies: x.dup, Sessions: x.cfg.Sessions})
	mc := measure.Config{End: chaosEnds, Sample: 50 * time.Millisecond, Replicas: x.c.Nodes(), Keys: x.cfg.Keys}
	for i := range 4 {
		mc.Clients = append(mc.Clients, measure.Client{Session: int32(x.nodes + 1 + i)})
	}
	x.m = measure.New(x.w, mc)
	x.inject(r)
	return x
}

// client does one operation after the other, at the node it last heard to lead, or at
// any.
func (x *chaos) client(e *sim.Env) {
	r := e.Stream("client")
	var op kv.Invoked
	var attempts, refused int32
	target := sim.NodeID(0)
	var next, giveUp *sim.Timer
	send := func() {
		attempts++
		sim.Send(e, target, kv.Request{ID: op.Op, Kind: op.Kind, Key: op.Key})
		giveUp.Reset(150 * time.Millisecond)
	}
	done := func(out kv.Outcome, reply kv.Reply) {
		sim.Report(e, kv.Returned{Op: op.Op, Kind: op.Kind, Key: op.Key, Session: op.Session, Outcome: out,
			Value: reply.Value, Version: reply.Version, Attempts: attempts, Refused: refused})
		op.Op = 0
		giveUp.Stop()
		next.Reset(time.Duration(r.Int64N(int64(10 * time.Millisecond))))
	}
	next = e.NewTimer(func() {
		x.nextOp++
		op = kv.Invoked{Op: x.nextOp, Kind: kv.Kind(r.IntN(2)), Key: kv.Key(r.IntN(x.cfg.Keys)), Session: int32(e.ID())}
		attempts, refused = 0, 0
		sim.Report(e, op)
		if r.IntN(4) == 0 {
			target = sim.NodeID(r.IntN(x.nodes))
		}
		send()
	})
	giveUp = e.NewTimer(func() {
		target = sim.NodeID(r.IntN(x.nodes))
		if attempts > 3 {
			done(kv.Unknown, kv.Reply{})
			return
		}
		send()
	})
	sim.Handle(e, func(from sim.NodeID, m kv.Reply) {
		switch {
		case m.ID != op.Op:
		case m.Status == kv.OK:
			x.acked++
			done(kv.Succeeded, m)
		default:
			refused++
			target = sim.NodeID(r.IntN(x.nodes))
			if m.Leader != sim.NoNode {
				target = m.Leader
			}
			giveUp.Reset(time.Duration(5+r.IntN(10)) * time.Millisecond)
		}
	})
	next.Reset(time.Duration(r.Int64N(int64(20 * time.Millisecond))))
}

// chaosEnds is when all faults heal.
const chaosEnds = 2500 * ms

func (x *chaos) inject(r *rand.Rand) {
	replicas := x.nodes
	some := func() sim.Targets {
		var ids []sim.NodeID
		for i := range replicas {
			if r.IntN(3) == 0 {
				ids = append(ids, sim.NodeID(i))
			}
		}
		return sim.Nodes(ids...)
	}
	leader := func() []sim.NodeID {
		if l := x.c.Leader(); l != sim.NoNode {
			return []sim.NodeID{l}
		}
		return nil
	}
	for i := range 6 + r.IntN(10) {
		at := 50*ms + sim.Time(r.Int64N(int64(chaosEnds-100*ms)))
		lasts := time.Duration(10+r.IntN(500)) * time.Millisecond
		name := fmt.Sprint("fault ", i)
		targets := some()
		if r.IntN(2) == 0 {
			targets = leader
		}
		switch r.IntN(10) {
		case 0, 1, 2:
			x.w.Inject(name, sim.Crash{Targets: targets, InFlightLost: r.IntN(2) == 0}, at, lasts)
		case 3, 4, 5:
			x.w.Inject(name, sim.Cut{Links: x.split(r, targets)}, at, lasts)
		case 6:
			x.w.Inject(name, sim.Pause{Targets: targets}, at, lasts)
		case 7:
			x.w.Inject(name, sim.ClockJump{Targets: targets, By: time.Duration(r.IntN(2000)-1000) * time.Millisecond}, at, 0)
		case 8:
			x.w.Inject(name, sim.Action{Do: func(*sim.Effect) { x.c.Promote(sim.NoNode) }}, at, 0)
		case 9:
			if x.lost++; x.lost <= 1 {
				x.w.Inject(name, sim.Crash{Targets: sim.Nodes(sim.NodeID(r.IntN(replicas))), DiskLost: true}, at, lasts)
			}
		}
	}
	for i := range x.changes {
		at := 100*ms + sim.Time(r.Int64N(int64(chaosEnds-800*ms)))
		id, add := sim.NodeID(r.IntN(replicas)), r.IntN(2) == 0
		x.w.Inject(fmt.Sprint("members ", i), sim.Action{Do: func(*sim.Effect) {
			if add {
				x.c.AddMember(id)
			} else {
				x.c.RemoveMember(id)
			}
		}}, at, 0)
	}
	if x.blinks {
		for i := range replicas {
			x.w.InjectEvery(fmt.Sprint("blink ", i), sim.Crash{Targets: sim.Nodes(sim.NodeID(i)), InFlightLost: true}, x.blink, law("exponential(mean=50ms)"))
		}
	}
	x.w.InjectEvery("loss", sim.Degrade{Links: x.split(r, sim.Nodes(0)), Loss: 0.3}, law("500ms"), law("100ms"))
}

// split cuts nodes off from the other replicas, and sometimes one way only.
func (x *chaos) split(r *rand.Rand, targets sim.Targets) sim.Directions {
	bothWays := r.IntN(4) > 0
	return func() []sim.Direction {
		in := targets()
		var out []sim.NodeID
		for _, id := range x.c.Nodes() {
			inside := false
			for _, o := range in {
				inside = inside || o == id
			}
			if !inside {
				out = append(out, id)
			}
		}
		return sim.Between(in, out, bothWays)
	}
}

// run returns what went wrong.
func (x *chaos) run() []string {
	x.w.Run(chaosEnds)
	x.w.HealAll()
	x.w.Run(x.w.Now() + 500*ms)
	for range 40 { // the operator may go on to transfer leadership
		if x.w.Run(x.w.Now() + 100*ms); x.c.Leader() != sim.NoNode {
			break
		}
	}
	found := x.c.Audit()
	if v := x.h.Judge(); v.Wrong > 0 {
		found = append(found, "not linearizable: "+v.First)
	}
	x.m.Settled(x.c.CaughtUp())
	for _, wrong := range x.m.Finish().Violations {
		found = append(found, "the facts: "+wrong)
	}
	if x.c.Leader() == sim.NoNode && (x.changes == 0 || x.lost == 0) { // else too many may be gone
		found = append(found, "nobody leads although all faults have healed")
	}
	return found
}

// A nightly run tries more (make nightly).
var chaosSeeds = flag.Uint64("seeds", 300, "random runs of TestChaos")

// What the twins need to be found, the model as it is must bear.
func TestChaos(t *testing.T) {
	seeds := *chaosSeeds
	if testing.Short() {
		seeds = 30
	}
	hardships := []func(*chaos){nil, nil, splitVotes, shortTerms, slowDisks, withSnapshots, withSessions}
	acked := 0
	for seed := range seeds {
		x := newChaos(seed, (*Cluster).boot, hardships[seed%uint64(len(hardships))])
		if found := x.run(); len(found) > 0 {
			t.Errorf("seed %d: %d nodes, %+v\n%v", seed, x.nodes, x.cfg, found)
		}
		acked += x.acked
	}
	if mean := acked / int(seeds); mean < 60 {
		t.Errorf("%d operations per run succeed: too few to find anything", mean)
	}
}
