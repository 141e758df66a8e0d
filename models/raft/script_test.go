package raft

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/sim/dist"
	"replsim/sim/simtest"
)

// The scripts in testdata tell Raft chapter by chapter.
func TestScripts(t *testing.T) {
	simtest.Run(t, "testdata", func() simtest.Commands { return newStage().commands() })
}

// stage is a cluster r1, r2, … with one client, which talks to whom it is told.
//
//	cluster nodes=3 timeout=… …   build it (see config and nodes)
//	write x y to r1               send writes; to the leader if no node is named
//	again 7 to r2                 send write 7 again
//	read x at r2                  send a read
//	promote r2                    tell the operator; without a name, the most advanced
//	add r4, remove r1             tell the operator
//	campaign r2                   let its election time-out end now
//	logs 1 1 2 / 1 1 / …          what the logs hold at the start, as terms
//	state                         who is what, and how far
//	log                           what the logs hold
//	audit                         breaches of safety
type stage struct {
	simtest.Stage
	cluster *Cluster
	client  *sim.Env
	ops     kv.OpID
	what    map[kv.OpID]string // every write, as x=1
	reads   map[kv.OpID]string // pending reads, as "x at r2"
	show    string
}

func newStage() *stage {
	return &stage{what: map[kv.OpID]string{}, reads: map[kv.OpID]string{}}
}

func (s *stage) commands() simtest.Commands {
	c := s.Commands()
	c["cluster"], c["write"], c["read"], c["promote"] = s.build, s.write, s.read, s.order(TransferLeadership)
	c["add"], c["remove"] = s.order(AddServer), s.order(RemoveServer)
	c["again"] = s.again
	c["campaign"], c["logs"] = s.campaign, s.logs
	c["state"], c["log"], c["audit"] = s.state, s.log, s.audit
	return c
}

// build makes the world. Costs are 0 unless said otherwise, links take 1 ms, the
// client and the operator are next to every node.
func (s *stage) build(a simtest.Args) (string, error) {
	o := &simtest.Options{Args: a}
	s.Enter(sim.New(uint64(o.Int("seed", 1))))
	var nodes []sim.NodeConfig
	for i := range o.Int("nodes", 3) {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1), Flush: o.Law("flush", 0), ClockPPB: int64(1e9 * o.Float(fmt.Sprint("drift", i+1), 0))})
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
	s.observe()
	s.World.Run(0)
	s.World.Run(sim.Time(o.Duration("settle", 10*time.Millisecond)))
	return s.Flush(), o.Err
}

// config reads the settings of the cluster.
func config(o *simtest.Options) Config {
	choice := func(name string, names ...string) uint8 {
		v, err := simtest.Option(o.Args, name, simtest.Choice[uint8](names...), 0)
		o.Err = errors.Join(o.Err, err)
		return v
	}
	timeout, err := simtest.Option(o.Args, "timeout", dist.Parse, law("uniform(min=150ms, max=300ms)"))
	o.Err = errors.Join(o.Err, err)
	return Config{
		ElectionTimeout: timeout,
		Heartbeat:       o.Duration("heartbeat", 50*time.Millisecond),
		Tick:            o.Duration("tick", 0), ElectionTicks: o.Int("election-ticks", 10), HeartbeatTicks: o.Int("heartbeat-ticks", 1),
		PreVote: o.Bool("pre-vote", false), CheckQuorum: o.Bool("check-quorum", false),
		PersistVotes:    Persist(choice("votes", "flush", "free")),
		NoLeaderAtStart: o.Bool("no-leader", false),
		InitialLogs:     InitialLogs(choice("initial-logs", "empty", "distinct")),
		Voters:          o.Int("voters", 0), Learners: o.Int("learners", 0),
		ShipUnflushed: o.Bool("ship-unflushed", true), MaxBatch: o.Int("max-batch", 0), CommitAtOnce: o.Bool("commit-at-once", true),
		LogKeep: sim.LSN(o.Int("log-keep", 1000)), SnapshotRate: int64(o.Int("snapshot-rate", 1e6)),
		ReadMode:      ReadMode(choice("reads", "read-index", "lease", "local")),
		FollowerReads: FollowerReads(choice("follower-reads", "redirect", "read-index", "stale")),
		LeaseDuration: o.Duration("lease", 0), DriftBound: o.Float("drift-bound", 0),
		Forward: o.Bool("forward", false), Sessions: o.Bool("sessions", false),
		Apply: o.Law("apply", 0), Write: o.Law("write", 0), Wake: o.Law("wake", 0), Recv: o.Law("recv", 0), Ship: o.Law("ship", 0),
		RecordBytes: 100, ValueBytes: 100, Keys: 26,
	}
}

func law(text string) dist.Spec {
	s, err := dist.Parse(text)
	if err != nil {
		panic("raft: " + err.Error())
	}
	return s
}

func (s *stage) bootClient(e *sim.Env) {
	s.client = e
	sim.Handle(e, func(from sim.NodeID, r kv.Reply) {
		write, isWrite := s.what[r.ID]
		switch {
		case r.Status == kv.NotLeader:
			s.at("client", "%s refuses: the leader is %s", s.Name(from), s.Name(r.Leader))
		case r.Status == kv.Refused:
			s.at("client", "%s refuses", s.Name(from))
		case isWrite:
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

// observe prints what the nodes report: changes of roles always, the way of entries
// through the nodes if the cluster was built with show=entries, and votes with
// show=votes.
func (s *stage) observe() {
	on(s, func(f kv.CampaignBegan) string {
		if f.PreVote {
			return fmt.Sprintf("asks whether it would win term %d", f.Epoch)
		}
		return fmt.Sprintf("is a candidate in term %d", f.Epoch)
	})
	on(s, func(f kv.LeaderStarted) string {
		return fmt.Sprintf("leads term %d, its log ends at %d", f.Epoch, f.Start)
	})
	on(s, func(f kv.LeaderStopped) string { return fmt.Sprintf("leads term %d no more", f.Epoch) })
	on(s, func(f kv.Truncated) string {
		return fmt.Sprintf("drops %d–%d, the last of term %d", f.To+1, f.End, f.Epoch)
	})
	on(s, func(f kv.Restored) string {
		return fmt.Sprintf("restores a snapshot at %s of %d bytes", position(f.Version), f.Bytes)
	})
	on(s, func(f sim.Crashed) string { return fmt.Sprintf("crashes, losing %d entries", f.Unflushed) })
	on(s, func(f kv.Followed) string { return fmt.Sprintf("follows %s in term %d", s.Name(f.Leader), f.Epoch) })
	switch s.show {
	case "entries":
		on(s, func(f kv.Appended) string { return fmt.Sprintf("appends %s at %s", s.op(f.Op), position(f.Version)) })
		on(s, func(f kv.Committed) string { return fmt.Sprintf("commits %s", s.op(f.Op)) })
		on(s, func(f kv.Applied) string { return fmt.Sprintf("has applied %s", position(f.Version)) })
	case "votes":
		onDelivery(s, func(at sim.Time, from, to sim.NodeID, v Vote) {
			verb := map[bool]string{true: "gets the vote of", false: "is refused by"}[v.Granted]
			s.Printf(at, s.Name(to), "%s %s", verb, s.Name(from))
		})
	case "probes":
		onDelivery(s, func(at sim.Time, from, to sim.NodeID, m Append[Write]) {
			s.Printf(at, s.Name(to), "is sent %d entries after %d of term %d", len(m.Entries), m.Prev, m.PrevTerm)
		})
		onDelivery(s, func(at sim.Time, from, to sim.NodeID, m AppendReply) {
			if m.Rejected {
				s.Printf(at, s.Name(to), "hears that %s lacks %d: perhaps %d of term %d", s.Name(from), m.Prev, m.HintIndex, m.HintTerm)
			} else {
				s.Printf(at, s.Name(to), "hears that %s has all up to %d", s.Name(from), m.Match)
			}
		})
	}
}

// op names a write, or says that it is none.
func (s *stage) op(id kv.OpID) string {
	if id == 0 {
		return "-"
	}
	return s.what[id]
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

// on prints every fact of one type in words.
func on[F any](s *stage, words func(F) string) {
	sim.Observe(s.World, func(at sim.Time, n sim.NodeID, f F) { s.Printf(at, s.Name(n), "%s", words(f)) })
}

// position shows a version as term/index.
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

func (s *stage) again(a simtest.Args) (string, error) {
	words, node, err := s.to(a, "to")
	for _, word := range words {
		var op kv.OpID
		if _, err := fmt.Sscan(word, &op); err != nil {
			return "", err
		}
		sim.Send(s.client, node, kv.Request{ID: op, Kind: kv.Write, Key: kv.Key(s.what[op][0] - 'a')})
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

// order tells the operator what to do.
func (s *stage) order(kind OrderKind) simtest.Command {
	return func(a simtest.Args) (string, error) {
		target := sim.NoNode
		if len(a.Words) > 0 {
			ids, err := s.Nodes(a.Words)
			if err != nil {
				return "", err
			}
			target = ids[0]
		}
		switch kind {
		case TransferLeadership:
			s.cluster.Promote(target)
		case AddServer:
			s.cluster.AddMember(target)
		default:
			s.cluster.RemoveMember(target)
		}
		return s.Flush(), nil
	}
}

func (s *stage) node(name string) (*Node[Write], error) {
	id, err := s.Node(name)
	if err != nil {
		return nil, err
	}
	return s.cluster.group.last[s.cluster.group.place(id)], nil
}

// campaign lets election time-outs end.
func (s *stage) campaign(a simtest.Args) (string, error) {
	for _, name := range a.Words {
		n, err := s.node(name)
		if err != nil {
			return "", err
		}
		n.onElectionTimeout()
	}
	return s.Flush(), nil
}

// logs fills the logs of a cluster of which nobody leads yet. The audit is told of it
// as if the longest log of each term were that of its leader.
func (s *stage) logs(a simtest.Args) (string, error) {
	last := uint32(1)
	for i, line := range strings.Split(strings.Join(a.Words, " "), "/") {
		n := s.cluster.group.last[i]
		for _, word := range strings.Fields(line) {
			var term uint32
			if _, err := fmt.Sscan(word, &term); err != nil {
				return "", err
			}
			fill(n, term)
		}
		last = max(last, n.lastTerm())
	}
	for _, n := range s.cluster.group.last { // all have heard of the last term
		n.hard.Term, n.disk.hard.Term = last, last
		n.flush()
	}
	return "", nil
}

// fill appends an entry as if some former leader had sent it.
func fill(n *Node[Write], term uint32) {
	a, at := &n.group.audit, n.log.End()+1
	t := a.terms[term]
	leads := t == nil || at > t.base+sim.LSN(len(t.ops))
	a.appended(n.env.ID(), at, term, n.lastTerm(), 0, leads)
	n.log.Append(Entry[Write]{Term: term, Kind: NoOp}, 0)
}

// state prints a line for each node.
func (s *stage) state(simtest.Args) (string, error) {
	var out strings.Builder
	roles := map[Role]string{Follower: "follower", PreCandidate: "pre-candidate", Candidate: "candidate", Leader: "leader"}
	for i, id := range s.cluster.Nodes() {
		n := s.cluster.group.last[i]
		role := roles[n.role]
		if !s.World.Up(id) {
			role = "down"
		}
		fmt.Fprintf(&out, "%s term %d %-9s log %d–%d, flushed %d, committed %d, applied %d", s.Name(id), n.hard.Term, role,
			n.log.Base()+1, n.log.End(), n.log.Flushed(), n.commit, n.applied)
		for j, m := range n.members.list {
			if j == 0 {
				out.WriteString(", members")
			}
			out.WriteString(" " + s.Name(m.ID))
			if m.Learner {
				out.WriteString("(learner)")
			}
		}
		out.WriteString("\n")
	}
	return out.String(), nil
}

// log prints the entries of each node's log as term:write; | marks how far it is committed.
func (s *stage) log(simtest.Args) (string, error) {
	var out strings.Builder
	for i, id := range s.cluster.Nodes() {
		n := s.cluster.group.last[i]
		out.WriteString(s.Name(id))
		if n.log.Base() > 0 {
			fmt.Fprintf(&out, " …%d", n.log.Base())
		}
		for at := n.log.Base() + 1; at <= n.log.End(); at++ {
			e := n.log.At(at)
			fmt.Fprintf(&out, " %d:%s", e.Term, s.op(e.Command.Op))
			if at == n.commit {
				out.WriteString(" |")
			}
		}
		out.WriteString("\n")
	}
	return out.String(), nil
}

func (s *stage) audit(simtest.Args) (string, error) {
	found := s.cluster.Audit()
	if len(found) == 0 {
		return "no breach", nil
	}
	return strings.Join(found, "\n"), nil
}
