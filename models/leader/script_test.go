package leader

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/sim/simtest"
)

// The scripts in testdata tell the textbook cases of leader–follower replication.
func TestScripts(t *testing.T) {
	simtest.Run(t, "testdata", func() simtest.Commands { return newStage().commands() })
}

// stage is a cluster r1, r2, … with one client, which talks to whom it is told.
//
//	cluster nodes=3 rule=any acks=1 …  build it (see config and nodes)
//	write x y to r1                    send writes; to the leader if no node is named
//	read x at r2                       send a read
//	promote r2                         tell the operator; without a name, the most advanced
//	state                              who is what, and how far
//	log                                what the logs hold
//	lost                               acknowledged writes that the leader's log lacks
type stage struct {
	simtest.Stage
	cluster *Cluster
	client  *sim.Env
	ops     kv.OpID
	what    map[kv.OpID]string // every write, as x=1
	reads   map[kv.OpID]string // pending reads, as "x at r2"
	acked   []kv.OpID
	show    string
}

func newStage() *stage {
	return &stage{what: map[kv.OpID]string{}, reads: map[kv.OpID]string{}}
}

func (s *stage) commands() simtest.Commands {
	c := s.Commands()
	c["cluster"], c["write"], c["read"], c["promote"] = s.build, s.write, s.read, s.promote
	c["state"], c["log"], c["lost"] = s.state, s.log, s.lost
	return c
}

// build makes the world. Costs are 0 unless said otherwise, links take 1 ms, the
// client and the operator are next to every node.
func (s *stage) build(a simtest.Args) (string, error) {
	o := &simtest.Options{Args: a}
	s.Enter(sim.New(uint64(o.Int("seed", 1))))
	var nodes []sim.NodeConfig
	for i := range o.Int("nodes", 3) {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: o.Law("flush", 0), Cores: o.Int("cores", 4)})
	}
	s.show, _ = simtest.Option(a, "show", func(t string) (string, error) { return t, nil }, "")
	s.cluster = Build(s.World, config(o), nodes, sim.NodeConfig{Name: "operator"})
	s.World.AddNode(sim.NodeConfig{Name: "client", Boot: s.bootClient})
	link := sim.LinkConfig{Delay: o.Law("delay", time.Millisecond), Unordered: o.Bool("unordered", false)}
	s.World.Network(func(from, to sim.NodeID) sim.LinkConfig {
		if int(max(from, to)) >= len(nodes) {
			return sim.LinkConfig{}
		}
		return link
	})
	s.acked = nil
	s.observe()
	s.World.Run(0)
	s.World.Run(sim.Time(o.Duration("settle", 10*time.Millisecond))) // time to connect
	return s.Flush(), o.Err
}

// config reads the settings of the cluster.
func config(o *simtest.Options) Config {
	choice := func(name, fallback string, names ...string) uint8 {
		read := simtest.Choice[uint8](names...)
		first, _ := read(fallback)
		v, err := simtest.Option(o.Args, name, read, first)
		o.Err = errors.Join(o.Err, err)
		return v
	}
	return Config{
		Rule:          Rule(choice("rule", "async", "async", "any", "first", "all")),
		Level:         Level(choice("level", "flushed", "received", "flushed", "applied")),
		SyncLost:      SyncLost(choice("sync-lost", "block", "block", "fallback", "shrink")),
		Acks:          o.Int("acks", 1),
		SyncTimeout:   o.Duration("sync-timeout", 100*time.Millisecond),
		LocalFlush:    o.Bool("local-flush", true),
		FlushEvery:    o.Duration("flush-every", 200*time.Millisecond),
		FlushPage:     o.Int("flush-page", 0),
		GroupWaits:    choice("group", "overlap", "overlap", "wait") == 1,
		EveryLevel:    choice("feedback", "level", "level", "every-level") == 1,
		ApplyReceived: choice("apply-when", "flushed", "flushed", "received") == 1,
		Write:         o.Law("write", 0),
		Wake:          o.Law("wake", 0),
		VisibleSoon:   o.Bool("visible-soon", false),
		ShipEvery:     o.Duration("ship-every", 0),
		ShipUnflushed: o.Bool("ship-unflushed", false),
		Heartbeat:     o.Duration("heartbeat", 50*time.Millisecond),
		Appliers:      o.Int("appliers", 1),
		Apply:         o.Law("apply", 0),
		LogKeep:       sim.LSN(o.Int("log-keep", 1000)),
		SnapshotRate:  int64(o.Int("snapshot-rate", 1e6)),
		RecordBytes:   100,
		Patience:      500 * time.Millisecond,
		ValueBytes:    100,
		Keys:          26,
	}
}

func (s *stage) bootClient(e *sim.Env) {
	s.client = e
	sim.Handle(e, func(from sim.NodeID, r kv.Reply) {
		write, isWrite := s.what[r.ID]
		switch {
		case r.Status == kv.NotLeader:
			s.at("client", "%s refuses: the leader is %s", s.Name(from), s.Name(r.Leader))
		case isWrite:
			s.acked = append(s.acked, r.ID)
			s.at("client", "%s acknowledges %s", s.Name(from), write)
		case r.Value == 0:
			s.at("client", "reads %s: nothing", s.reads[r.ID])
		default:
			s.at("client", "reads %s: %s", s.reads[r.ID], s.what[r.Value])
		}
	})
}

// at prints something that happens now.
func (s *stage) at(who, format string, args ...any) { s.Printf(s.World.Now(), who, format, args...) }

// observe prints what the nodes report: changes of roles always, the way of
// records through the nodes if the cluster was built with show=records, batches of
// records that arrive with show=batches, and acknowledgements with show=acks.
func (s *stage) observe() {
	on(s, func(f kv.LeaderStarted) string { return fmt.Sprintf("leads epoch %d from %d on", f.Epoch, f.Start) })
	on(s, func(f kv.LeaderStopped) string { return fmt.Sprintf("leads epoch %d no more", f.Epoch) })
	on(s, func(f kv.PromotionBegan) string { return fmt.Sprintf("is being promoted to epoch %d", f.Epoch) })
	on(s, func(f kv.Truncated) string { return fmt.Sprintf("drops %d–%d of epoch %d", f.To+1, f.End, f.Epoch) })
	on(s, func(f kv.Restored) string { return fmt.Sprintf("restores a snapshot at %s", position(f.Version)) })
	on(s, func(f sim.Crashed) string { return fmt.Sprintf("crashes, losing %d records", f.Unflushed) })
	on(s, func(f kv.Degraded) string {
		if f.On {
			return "goes on without waiting as asked"
		}
		return "waits as asked again"
	})
	switch s.show {
	case "records":
		s.observeRecords()
	case "batches":
		s.observeBatches()
	case "acks":
		onDelivery(s, func(at sim.Time, from, to sim.NodeID, a Ack) {
			s.Printf(at, s.Name(to), "hears that %s has received %d, flushed %d, applied %d", s.Name(from), a.Ends[Received], a.Ends[Flushed], a.Ends[AppliedLevel])
		})
	}
}

func (s *stage) observeBatches() {
	onDelivery(s, func(at sim.Time, _, to sim.NodeID, a Append) {
		if len(a.Records) > 0 {
			s.Printf(at, s.Name(to), "receives %d–%d, its log ends at %d", a.Prev+1, int(a.Prev)+len(a.Records), s.cluster.replicas[to].log.End())
		}
	})
}

// onDelivery calls show for every message of one type that arrives, before its
// receiver handles it.
func onDelivery[M sim.Message](s *stage, show func(at sim.Time, from, to sim.NodeID, m M)) {
	sent := map[uint64]M{} // by serial
	sim.Observe(s.World, func(_ sim.Time, _ sim.NodeID, f sim.Sent) {
		if m, ok := f.Payload.(M); ok {
			sent[f.Serial] = m
		}
	})
	sim.Observe(s.World, func(at sim.Time, to sim.NodeID, f sim.Delivered) {
		if m, ok := sent[f.Serial]; ok {
			show(at, f.From, to, m)
		}
	})
}

func (s *stage) observeRecords() {
	on(s, func(f kv.Appended) string { return fmt.Sprintf("appends %s at %s", s.what[f.Op], position(f.Version)) })
	on(s, func(f kv.Committed) string { return fmt.Sprintf("commits %s", s.what[f.Op]) })
	on(s, func(f kv.Applied) string { return fmt.Sprintf("shows %s", position(f.Version)) })
}

// on prints every fact of one type in words.
func on[F any](s *stage, words func(F) string) {
	sim.Observe(s.World, func(at sim.Time, n sim.NodeID, f F) { s.Printf(at, s.Name(n), "%s", words(f)) })
}

// position shows a version as epoch/LSN.
func position(v kv.Version) string { return fmt.Sprintf("%d/%d", v.Epoch(), v.LSN()) }

// to finds the node named after a word such as "at", and the words before it.
func (s *stage) to(a simtest.Args, preposition string) (keys []string, node sim.NodeID, err error) {
	if s.cluster == nil {
		return nil, sim.NoNode, errors.New("build a cluster first")
	}
	keys, node = a.Words, s.cluster.Leader()
	if n := len(keys); n >= 2 && keys[n-2] == preposition {
		node, err = s.Node(keys[n-1])
		keys = keys[:n-2]
	}
	if node == sim.NoNode && err == nil {
		err = errors.New("nobody leads")
	}
	return keys, node, err
}

func (s *stage) write(a simtest.Args) (string, error) {
	keys, node, err := s.to(a, "to")
	for _, k := range keys {
		s.ops++
		s.what[s.ops] = fmt.Sprintf("%s=%d", k, s.ops)
		if err == nil {
			sim.Send(s.client, node, kv.Request{ID: s.ops, Kind: kv.Write, Key: kv.Key(k[0] - 'a')})
		}
	}
	return "", err
}

func (s *stage) read(a simtest.Args) (string, error) {
	keys, node, err := s.to(a, "at")
	for _, k := range keys {
		s.ops++
		s.reads[s.ops] = k + " at " + s.Name(node)
		if err == nil {
			sim.Send(s.client, node, kv.Request{ID: s.ops, Kind: kv.Read, Key: kv.Key(k[0] - 'a')})
		}
	}
	return "", err
}

func (s *stage) promote(a simtest.Args) (string, error) {
	target := sim.NoNode
	if len(a.Words) > 0 {
		ids, err := s.Nodes(a.Words)
		if err != nil {
			return "", err
		}
		target = ids[0]
	}
	s.cluster.Promote(target)
	return s.Flush(), nil
}

// state prints a line for each node.
func (s *stage) state(simtest.Args) (string, error) {
	var out strings.Builder
	for _, id := range s.cluster.nodes {
		r := s.cluster.replicas[id]
		role := "follows " + s.Name(r.disk.leader)
		switch {
		case !s.World.Up(id):
			role = "down"
		case r.lead != nil:
			role = "leads"
		case r.promoting != 0:
			role = "is promoted"
		}
		fmt.Fprintf(&out, "%s epoch %d %-11s log %d–%d, flushed %d, shows %d", s.Name(id), r.disk.epoch, role,
			r.log.Base()+1, r.log.End(), r.log.Flushed(), r.applied)
		if r.lead != nil && s.World.Up(id) {
			fmt.Fprintf(&out, ", committed %d, %d wait", r.lead.committed, r.lead.pending.len())
		}
		out.WriteString("\n")
	}
	return out.String(), nil
}

// log prints the records of each node's log; | marks how far it is flushed.
func (s *stage) log(simtest.Args) (string, error) {
	var out strings.Builder
	for _, id := range s.cluster.nodes {
		r := s.cluster.replicas[id]
		out.WriteString(s.Name(id))
		if r.log.Base() > 0 {
			fmt.Fprintf(&out, " …%d", r.log.Base())
		}
		for n := r.log.Base() + 1; n <= r.log.End(); n++ {
			fmt.Fprintf(&out, " %d:%s", r.log.At(n).Epoch, s.what[r.log.At(n).Op])
			if n == r.log.Flushed() {
				out.WriteString(" |")
			}
		}
		out.WriteString("\n")
	}
	return out.String(), nil
}

// lost prints the acknowledged writes that are not in the log of the leader.
func (s *stage) lost(simtest.Args) (string, error) {
	leader := s.cluster.Leader()
	if leader == sim.NoNode {
		return "nobody leads", nil
	}
	r := s.cluster.replicas[leader]
	kept := map[kv.OpID]bool{}
	for n := r.log.Base() + 1; n <= r.log.End(); n++ {
		kept[r.log.At(n).Op] = true
	}
	var lost []string
	for _, op := range s.acked {
		if !kept[op] {
			lost = append(lost, s.what[op])
		}
	}
	return fmt.Sprintf("%d of %d acknowledged writes are lost: %s", len(lost), len(s.acked), strings.Join(lost, " ")), nil
}
