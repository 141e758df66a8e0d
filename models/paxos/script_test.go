package paxos

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

// The scripts in testdata tell the textbook cases of Paxos.
func TestScripts(t *testing.T) {
	simtest.Run(t, "testdata", func() simtest.Commands { return newStage().commands() })
}

// stage is a cluster r1, r2, … with one client, which talks to whom it is told.
//
//	cluster nodes=3 …       build it (see config); show=messages prints the protocol
//	write x y to r1         send writes; to the leader if no node is named
//	read x at r2            send a read
//	promote r2              tell the operator; without a name, whoever knows most
//	state                   who is what, and how far
//	votes                   what the acceptors hold for each slot that is not applied
//	audit                   what was wrong
type stage struct {
	simtest.Stage
	cluster *Cluster
	client  *sim.Env
	ops     kv.OpID
	what    map[kv.OpID]string // every write, as x=1
	reads   map[kv.OpID]string // reads, as "x at r2"
}

func newStage() *stage {
	return &stage{what: map[kv.OpID]string{}, reads: map[kv.OpID]string{}}
}

func (s *stage) commands() simtest.Commands {
	c := s.Commands()
	c["cluster"], c["write"], c["read"], c["promote"] = s.build, s.write, s.read, s.promote
	c["state"], c["votes"], c["audit"] = s.state, s.votes, s.audit
	return c
}

// build makes the world. Costs are 0 unless said otherwise, links take 1 ms, the
// client and the operator are next to every node.
func (s *stage) build(a simtest.Args) (string, error) {
	o := &simtest.Options{Args: a}
	s.Enter(sim.New(uint64(o.Int("seed", 1))))
	var nodes []sim.NodeConfig
	for i := range o.Int("nodes", 3) {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: o.Law("flush", time.Millisecond)})
	}
	show, _ := simtest.Option(a, "show", func(t string) (string, error) { return t, nil }, "")
	s.cluster = Build(s.World, config(o, len(nodes)), nodes, sim.NodeConfig{Name: "operator"})
	s.World.AddNode(sim.NodeConfig{Name: "client", Boot: s.bootClient})
	link := sim.LinkConfig{Delay: o.Law("delay", time.Millisecond), Unordered: o.Bool("unordered", false)}
	s.World.Network(func(from, to sim.NodeID) sim.LinkConfig {
		if int(max(from, to)) >= len(nodes) {
			return sim.LinkConfig{}
		}
		return link
	})
	s.observe(show)
	s.World.Run(sim.Time(o.Duration("settle", 0)))
	return s.Flush(), o.Err
}

// config reads the settings of the cluster.
func config(o *simtest.Options, nodes int) Config {
	choice := func(name string, names ...string) uint8 {
		v, err := simtest.Option(o.Args, name, simtest.Choice[uint8](names...), 0)
		o.Err = errors.Join(o.Err, err)
		return v
	}
	return Config{
		Phase1Quorum:   o.Int("q1", Majority(nodes)),
		Phase2Quorum:   o.Int("q2", Majority(nodes)),
		Rule:           Rule(choice("proposers", "stable", "any")),
		Reads:          ReadRule(choice("reads", "log", "lease", "local")),
		Forward:        o.Bool("forward", false),
		TellAtOnce:     o.Bool("tell-at-once", false),
		Heartbeat:      o.Duration("heartbeat", 50*time.Millisecond),
		Silence:        o.Law("silence", 10*time.Second),
		PromiseTimeout: o.Law("promise-timeout", time.Second),
		Backoff:        o.Law("backoff", 0),
		Lease:          o.Duration("lease", 200*time.Millisecond),
		LeaseMargin:    o.Duration("lease-margin", 0),
		Batch:          o.Int("batch", 10),
		Pipeline:       o.Int("pipeline", 0),
		LogKeep:        sim.LSN(o.Int("log-keep", 1000)),
		SnapshotRate:   int64(o.Int("snapshot-rate", 1e6)),
		Apply:          o.Law("apply", 0),
		RecordBytes:    100,
		ValueBytes:     100,
		Keys:           26,
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
			s.at("client", "%s acknowledges %s as %s", s.Name(from), write, position(r.Version))
		case r.Value == 0:
			s.at("client", "reads %s: nothing", s.reads[r.ID])
		default:
			s.at("client", "reads %s: %s", s.reads[r.ID], s.what[r.Value])
		}
	})
}

// at prints something that happens now.
func (s *stage) at(who, format string, args ...any) { s.Printf(s.World.Now(), who, format, args...) }

// position shows a version as ballot/slot.
func position(v kv.Version) string { return fmt.Sprintf("%d/%d", v.Epoch(), v.LSN()) }

// observe prints who leads; with show=log also what the log comes to, and with
// show=messages what the nodes send.
func (s *stage) observe(show string) {
	on(s, func(f kv.CampaignBegan) string { return fmt.Sprintf("begins phase 1 in ballot %d", f.Epoch) })
	on(s, func(f kv.LeaderStarted) string {
		return fmt.Sprintf("leads ballot %d, knows the log up to %s", f.Epoch, position(f.Last))
	})
	on(s, func(f kv.LeaderStopped) string { return fmt.Sprintf("leads ballot %d no more", f.Epoch) })
	on(s, func(f kv.Restored) string { return fmt.Sprintf("restores a snapshot at %s", position(f.Version)) })
	on(s, func(f sim.Crashed) string {
		return fmt.Sprintf("crashes, losing %d records of its journal", f.Unflushed)
	})
	if show == "log" || show == "messages" {
		on(s, func(f kv.Appended) string {
			again := ""
			if f.Was != 0 {
				again = ", found as " + position(f.Was)
			}
			return fmt.Sprintf("proposes %s at %s%s", s.value(Value{Op: f.Op, Kind: kv.Write}), position(f.Version), again)
		})
		on(s, func(f kv.Committed) string { return fmt.Sprintf("knows %s to be chosen", position(f.Version)) })
		on(s, func(f kv.Applied) string { return fmt.Sprintf("applies up to %s", position(f.Version)) })
	}
	if show == "messages" {
		sim.Observe(s.World, func(at sim.Time, from sim.NodeID, f sim.Sent) {
			if text := s.words(f.Payload); text != "" {
				s.Printf(at, s.Name(from), "  → %s: %s", s.Name(f.To), text)
			}
		})
	}
}

// words shows a message of the protocol.
func (s *stage) words(m any) string {
	switch m := m.(type) {
	case Prepare:
		return fmt.Sprintf("prepare ballot %d after slot %d", m.Ballot, m.From)
	case Promise:
		text := fmt.Sprintf("promise ballot %d", m.Ballot)
		for i, d := range m.Decided {
			text += fmt.Sprintf(", %d is decided: %s", int(m.From)+1+i, s.value(d.Value))
		}
		for _, v := range m.Votes {
			text += fmt.Sprintf(", %d: %s in ballot %d", v.Slot, s.value(v.Value), v.Ballot)
		}
		return text
	case Refused:
		return fmt.Sprintf("refuse ballot %d, promised %d", m.Ballot, m.Promised)
	case Accept:
		text := fmt.Sprintf("accept in ballot %d", m.Ballot)
		for i, v := range m.Values {
			text += fmt.Sprintf(" %d: %s", int(m.From)+1+i, s.value(v))
		}
		return text + fmt.Sprintf(", decided up to %d", m.Decided)
	case Accepted:
		return fmt.Sprintf("accepted ballot %d up to %d", m.Ballot, m.End)
	case Decide:
		return fmt.Sprintf("decided up to %d", m.Decided)
	case Learn:
		return fmt.Sprintf("what is decided after %d?", m.From)
	case Decisions:
		return fmt.Sprintf("decided: %d–%d", m.From+1, int(m.From)+len(m.Values))
	case Snapshot:
		return fmt.Sprintf("a snapshot after slot %d", m.Slot)
	}
	return ""
}

// value shows what a slot holds.
func (s *stage) value(v Value) string {
	switch {
	case v.Op == 0:
		return "no-op"
	case s.what[v.Op] != "":
		return s.what[v.Op]
	}
	return "read " + s.reads[v.Op]
}

// on prints every fact of one type in words.
func on[F any](s *stage, words func(F) string) {
	sim.Observe(s.World, func(at sim.Time, n sim.NodeID, f F) { s.Printf(at, s.Name(n), "%s", words(f)) })
}

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
		role := "follows " + s.Name(r.acceptor.leader)
		switch {
		case !s.World.Up(id):
			role = "is down"
		case r.proposer.lead != nil:
			role = fmt.Sprintf("leads, proposed up to %d", r.proposer.lead.end)
		case r.proposer.campaign != nil:
			role = "is in phase 1"
		}
		fmt.Fprintf(&out, "%s promised %d, decided %d, applied %d, %s\n", s.Name(id), r.acceptor.promised, r.learner.decided, r.disk.applied, role)
	}
	return out.String(), nil
}

// votes prints what each acceptor holds beyond what is applied.
func (s *stage) votes(simtest.Args) (string, error) {
	var out strings.Builder
	for _, id := range s.cluster.nodes {
		r := s.cluster.replicas[id]
		fmt.Fprintf(&out, "%s applied %d;", s.Name(id), r.disk.applied)
		for slot := r.disk.applied + 1; slot <= r.acceptor.votes.end(); slot++ {
			if v := r.acceptor.votes.get(slot); v.ballot > 0 {
				fmt.Fprintf(&out, " %d: %s in ballot %d;", slot, s.value(v.value), v.ballot)
			}
		}
		out.WriteString("\n")
	}
	return out.String(), nil
}

func (s *stage) audit(simtest.Args) (string, error) {
	if wrong := s.cluster.Audit(); wrong != nil {
		return strings.Join(wrong, "\n"), nil
	}
	if !s.cluster.CaughtUp() {
		return "nothing is wrong, but not all is decided", nil
	}
	return "nothing is wrong", nil
}
