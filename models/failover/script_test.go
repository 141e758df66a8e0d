package failover

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"replsim/models/detect"
	"replsim/models/kv"
	"replsim/models/leader"
	"replsim/sim"
	"replsim/sim/dist"
	"replsim/sim/simtest"
)

// The scripts in testdata tell what managers do, and what fencing does and does not.
func TestScripts(t *testing.T) {
	simtest.Run(t, "testdata", func() simtest.Commands {
		s := &stage{what: map[kv.OpID]string{}}
		c := s.Commands()
		c["cluster"], c["write"] = s.build, s.write
		return c
	})
}

// stage is a cluster r1, r2, … with observers o1, o2, …, and one client.
//
//	cluster nodes=3 observers=3 …   build it (see build and config)
//	write x y to r1                 send writes to a node
type stage struct {
	simtest.Stage
	client *sim.Env
	ops    kv.OpID
	what   map[kv.OpID]string
}

// build makes the world. Links take 1 ms; costs are 0; the client is next to every node.
func (s *stage) build(a simtest.Args) (string, error) {
	o := &simtest.Options{Args: a}
	s.Enter(sim.New(uint64(o.Int("seed", 1))))
	var nodes []sim.NodeConfig
	for i := range o.Int("nodes", 3) {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1)})
	}
	nodes[0].ClockPPB = int64(o.Int("r1-ppm", 0)) * 1000
	c := leader.Build(s.World, s.database(o), nodes, sim.NodeConfig{Name: "operator"})
	at := Places{Person: sim.NodeConfig{Name: "person"}, Device: sim.NodeConfig{Name: "device"}}
	for i := range o.Int("observers", 3) {
		at.Observers = append(at.Observers, sim.NodeConfig{Name: fmt.Sprint("o", i+1)})
	}
	Build(s.World, s.config(o), c, at)
	client := s.World.AddNode(sim.NodeConfig{Name: "client", Boot: s.bootClient})
	link := sim.LinkConfig{Delay: o.Law("delay", time.Millisecond)}
	s.World.Network(func(from, to sim.NodeID) sim.LinkConfig {
		if max(from, to) == client {
			return sim.LinkConfig{}
		}
		return link
	})
	s.observe()
	s.World.Run(sim.Time(10 * time.Millisecond)) // time to connect
	return s.Flush(), o.Err
}

func (s *stage) database(o *simtest.Options) leader.Config {
	refuse, err := simtest.Option(o.Args, "return", simtest.Choice[uint8]("rewind", "refuse"), 0)
	o.Err = errors.Join(o.Err, err)
	cfg := leader.Config{
		LocalFlush: true, Heartbeat: 50 * time.Millisecond, Appliers: 1, LogKeep: 1000, SnapshotRate: 1e6,
		RecordBytes: 100, ValueBytes: 100, Keys: 26, Patience: 100 * time.Millisecond, Refuse: refuse == 1,
	}
	if acks := o.Int("acks", 0); acks > 0 {
		cfg.Rule, cfg.Acks, cfg.Level = leader.Any, acks, leader.Flushed
	}
	return cfg
}

// config reads the settings of the manager. Heartbeats come every 100 ms, and are missed
// after half a second.
func (s *stage) config(o *simtest.Options) Config {
	manager, err := simtest.Option(o.Args, "manager", simtest.Choice[Manager]("person", "observers"), Observers)
	o.Err = errors.Join(o.Err, err)
	cfg := Config{
		Manager: manager, Quorum: o.Int("quorum", o.Int("observers", 3)/2+1), Every: 100 * time.Millisecond, Ping: o.Bool("ping", false),
		Reaction: o.Law("reaction", time.Second), Retry: o.Duration("retry", 2*time.Second), Lease: o.Duration("lease", 0),
	}
	cfg.Detector = func() detect.Detector { return detect.NewTimeout(500 * time.Millisecond) }
	cfg.Promoter = leader.PromoterConfig{Patience: 100 * time.Millisecond, Choice: leader.Anybody(), FencerRequired: o.Bool("required", true)}
	cfg.Promoter.Choice.MaxLag = sim.LSN(o.Int("max-lag", -1))
	cfg.Promoter.Epochs = o.Int("promises", 0)
	cfg.Epochs = cfg.Promoter.Epochs > 0
	cfg.Promoter.Choice.Safe = cfg.Epochs
	if delay := o.Duration("stonith", 0); delay > 0 {
		cfg.Stonith = &Stonith{Delay: dist.Constant(delay), Failure: o.Float("failure", 0)}
		if off := o.Duration("off", 0); off > 0 {
			reboot := dist.Constant(off)
			cfg.Stonith.Reboot = &reboot
		}
	}
	return cfg
}

func (s *stage) bootClient(e *sim.Env) {
	s.client = e
	sim.Handle(e, func(from sim.NodeID, r kv.Reply) {
		verb := "acknowledges"
		if r.Status != kv.OK {
			verb = "refuses"
		}
		s.Printf(s.World.Now(), "client", "%s %s %s", s.Name(from), verb, s.what[r.ID])
	})
}

// observe prints what the nodes report.
func (s *stage) observe() {
	on(s, func(f kv.Suspected) string { return "suspects " + s.Name(f.Leader) })
	on(s, func(f kv.Cleared) string { return "hears " + s.Name(f.Leader) + " again" })
	on(s, func(f kv.PromotionBegan) string { return fmt.Sprintf("is being promoted to epoch %d", f.Epoch) })
	on(s, func(f kv.LeaderStarted) string { return fmt.Sprintf("leads epoch %d from %d on", f.Epoch, f.Start) })
	on(s, func(f kv.LeaderStopped) string { return fmt.Sprintf("leads epoch %d no more", f.Epoch) })
	on(s, func(f kv.Truncated) string { return fmt.Sprintf("drops %d–%d of epoch %d", f.To+1, f.End, f.Epoch) })
	on(s, func(f sim.Crashed) string { return "goes down" })
	on(s, func(f kv.Fenced) string {
		if f.OK {
			return "has turned off " + s.Name(f.Target)
		}
		return "could not turn off " + s.Name(f.Target)
	})
}

// on prints a fact in words whenever it is reported.
func on[F any](s *stage, words func(F) string) {
	sim.Observe(s.World, func(at sim.Time, node sim.NodeID, f F) { s.Printf(at, s.Name(node), "%s", words(f)) })
}

func (s *stage) write(a simtest.Args) (string, error) {
	words := a.Words
	if len(words) < 3 || words[len(words)-2] != "to" {
		return "", errors.New("write x y to r1")
	}
	id, err := s.Node(words[len(words)-1])
	if err != nil {
		return "", err
	}
	for _, key := range words[:len(words)-2] {
		s.ops++
		s.what[s.ops] = fmt.Sprintf("%s=%d", key, s.ops)
		sim.Send(s.client, id, kv.Request{ID: s.ops, Kind: kv.Write, Key: kv.Key(key[0] - 'a'), Bytes: 100})
	}
	return "", nil
}
