package paxos

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/sim/dist"
)

const ms = sim.Time(time.Millisecond)

// law reads a distribution.
func law(text string) dist.Spec {
	s, err := dist.Parse(text)
	if err != nil {
		panic(err)
	}
	return s
}

// usual is a setting for tests: links of about a millisecond, flushes of about one.
func usual(nodes int) Config {
	return Config{
		Phase1Quorum: Majority(nodes), Phase2Quorum: Majority(nodes),
		Heartbeat: 20 * time.Millisecond, Silence: law("uniform(min=100ms, max=200ms)"),
		PromiseTimeout: law("uniform(min=30ms, max=60ms)"), Backoff: law("uniform(min=0ms, max=40ms)"),
		Batch: 64, Lease: 60 * time.Millisecond, LeaseMargin: 10 * time.Millisecond,
		LogKeep: 1000, SnapshotRate: 1e9, RecordBytes: 100, ValueBytes: 100, Keys: 4,
	}
}

// storm is a cluster in trouble, with clients that write and read at random nodes.
type storm struct {
	w     *sim.World
	c     *Cluster
	rng   *rand.Rand
	nodes int
	acked map[kv.OpID]kv.Key
	quiet bool
}

// weather says what goes wrong in a storm.
type weather struct {
	nodes     int
	unordered bool
	loseDisks bool
	until     sim.Time
}

// newStorm draws a cluster, and faults for two seconds.
func newStorm(seed uint64, cfg Config, wx weather, build func(*sim.World, Config, []sim.NodeConfig, sim.NodeConfig) *Cluster) *storm {
	s := &storm{w: sim.New(seed), rng: rand.New(rand.NewPCG(seed, 1)), nodes: wx.nodes, acked: map[kv.OpID]kv.Key{}}
	var nodes []sim.NodeConfig
	for i := range wx.nodes {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: law("exponential(mean=2ms)"), ClockPPB: s.rng.Int64N(200_000) - 100_000})
	}
	s.c = build(s.w, cfg, nodes, sim.NodeConfig{Name: "operator"})
	s.w.AddNode(sim.NodeConfig{Name: "client", Boot: s.client})
	link := sim.LinkConfig{Delay: law("lognormal(median=1ms, p99=10ms)"), Unordered: wx.unordered, Loss: 0.02}
	if wx.unordered {
		link.Duplicate = 0.05
	} else {
		link.Retransmit = 20 * time.Millisecond
	}
	s.w.Network(func(from, to sim.NodeID) sim.LinkConfig { return link })
	for i := range 2 + s.rng.IntN(8) {
		s.fault(fmt.Sprint("f", i), wx)
	}
	return s
}

// fault draws one.
func (s *storm) fault(name string, wx weather) {
	at := sim.Time(s.rng.Int64N(int64(wx.until)))
	lasts := time.Duration(s.rng.Int64N(int64(400 * ms)))
	victim := sim.Nodes(sim.NodeID(s.rng.IntN(s.nodes)))
	leader := func() []sim.NodeID {
		if id := s.c.Leader(); id != sim.NoNode {
			return []sim.NodeID{id}
		}
		return nil
	}
	if s.rng.IntN(2) == 0 {
		victim = leader
	}
	switch s.rng.IntN(5) {
	case 0, 1:
		s.w.Inject(name, sim.Crash{Targets: victim, DiskLost: wx.loseDisks && s.rng.IntN(3) == 0, InFlightLost: s.rng.IntN(2) == 0}, at, lasts)
	case 2:
		s.w.Inject(name, sim.Pause{Targets: victim}, at, lasts)
	case 3:
		var some, others []sim.NodeID
		for id := range sim.NodeID(s.nodes) {
			if s.rng.IntN(2) == 0 {
				some = append(some, id)
			} else {
				others = append(others, id)
			}
		}
		cut := sim.Between(some, others, s.rng.IntN(3) > 0)
		s.w.Inject(name, sim.Cut{Links: func() []sim.Direction { return cut }}, at, lasts)
	case 4:
		s.w.Inject(name, sim.Slow{Targets: victim, Disk: true, Factor: 20}, at, lasts)
	}
}

// client writes and reads at random nodes until the storm is over.
func (s *storm) client(e *sim.Env) {
	keys := map[kv.OpID]kv.Key{}
	sim.Handle(e, func(_ sim.NodeID, r kv.Reply) {
		if key, write := keys[r.ID]; write && r.Status == kv.OK {
			s.acked[r.ID] = key
		}
	})
	var op kv.OpID
	var next *sim.Timer
	next = e.NewTimer(func() {
		if s.quiet {
			return
		}
		op++
		req := kv.Request{ID: op, Kind: kv.Kind(s.rng.IntN(2)), Key: kv.Key(s.rng.IntN(4))}
		if req.Kind == kv.Write {
			keys[op] = req.Key
		}
		to := sim.NodeID(s.rng.IntN(s.nodes))
		if l := s.c.Leader(); l != sim.NoNode && s.rng.IntN(2) == 0 {
			to = l
		}
		sim.Send(e, to, req)
		next.Reset(time.Duration(s.rng.Int64N(int64(4 * ms))))
	})
	next.Reset(0)
}

// run lets the storm pass, and the cluster come to rest; it returns what was wrong.
func (s *storm) run(until sim.Time) []string {
	s.w.Run(until)
	s.quiet = true
	s.w.HealAll()
	for end := until + 20000*ms; s.w.Now() < end && !s.c.CaughtUp(); {
		s.w.Run(s.w.Now() + 50*ms)
	}
	wrong := s.c.Audit()
	if !s.c.CaughtUp() {
		wrong = append(wrong, "not at rest: "+s.describe())
	}
	return wrong
}

func (s *storm) describe() string {
	var b strings.Builder
	for _, id := range s.c.nodes {
		r := s.c.replicas[id]
		fmt.Fprintf(&b, "%s promised %d decided %d applied %d label %d goal %d pending %d queue %d lead %v campaign %v forgetful %v; ", r.env.Name(), r.acceptor.promised, r.learner.decided,
			r.disk.applied, r.disk.label, r.learner.goal, r.proposer.pending.len(), r.proposer.queue.len(), r.proposer.lead != nil, r.proposer.campaign != nil, r.disk.forgetful)
	}
	return b.String()
}

// drawn is a random setting.
func drawn(seed uint64) (Config, weather) {
	rng := rand.New(rand.NewPCG(seed, 2))
	wx := weather{nodes: 1 + rng.IntN(5), unordered: rng.IntN(2) == 0, until: 2000 * ms}
	cfg := usual(wx.nodes)
	cfg.Phase2Quorum = 1 + rng.IntN(wx.nodes)
	cfg.Phase1Quorum = wx.nodes - cfg.Phase2Quorum + 1
	if rng.IntN(2) == 0 {
		cfg.Phase1Quorum, cfg.Phase2Quorum = Majority(wx.nodes), Majority(wx.nodes)
	}
	cfg.Rule = Rule(rng.IntN(2))
	cfg.Reads = ReadRule(rng.IntN(3))
	if cfg.Rule == Anybody {
		cfg.Backoff = law("uniform(min=0ms, max=300ms)") // long enough for a duel of five to end
		cfg.Reads = []ReadRule{ReadLog, ReadLocal}[rng.IntN(2)]
	}
	cfg.Forward, cfg.TellAtOnce = rng.IntN(2) == 0, rng.IntN(2) == 0
	cfg.Batch = 1 + rng.IntN(20)
	cfg.Pipeline = rng.IntN(3) * 5
	if rng.IntN(2) == 0 {
		cfg.LogKeep = 20
	}
	if rng.IntN(2) == 0 {
		cfg.Apply, cfg.Ship, cfg.Recv, cfg.Wake = law("exponential(mean=200us)"), law("20us"), law("20us"), law("50us")
	}
	return cfg, wx
}

func TestStorms(t *testing.T) {
	seeds := uint64(300)
	if testing.Short() {
		seeds = 30
	}
	acked := 0
	for seed := range seeds {
		cfg, wx := drawn(seed)
		s := newStorm(seed, cfg, wx, Build)
		if wrong := s.run(wx.until); wrong != nil {
			t.Errorf("seed %d, %d nodes, %+v:\n%s", seed, wx.nodes, cfg, strings.Join(wrong, "\n"))
			if seed > 20 {
				break
			}
		}
		acked += len(s.acked)
	}
	t.Log(acked, "writes acknowledged")
}
