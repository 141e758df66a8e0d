package raft

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	etcd "go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"

	"replsim/models/kv"
	"replsim/sim"
)

// peerGroup is a group of nodes of etcd's implementation. Messages arrive one by one in
// the order in which they were sent, unless luck has it otherwise.
type peerGroup struct {
	t       *testing.T
	cfg     *etcd.Config
	keep    uint64 // entries behind a snapshot; 0: no snapshots
	nodes   []*etcd.RawNode
	disks   []*memory
	applied []uint64
	up      []bool
	queue   []*pb.Message
	cut     func(from, to int) bool
	luck    *rand.Rand // of messages that are lost, doubled or late; nil: none are
	loss    bool
}

// memory is etcd's storage in memory with the members of the group.
type memory struct {
	*etcd.MemoryStorage
	voters []uint64
}

func (m *memory) InitialState() (*pb.HardState, *pb.ConfState, error) {
	hard, _, err := m.MemoryStorage.InitialState()
	return hard, &pb.ConfState{Voters: m.voters}, err
}

// quietLogger drops what is not fatal.
type quietLogger struct{ etcd.Logger }

func (quietLogger) Debug(...any)            {}
func (quietLogger) Debugf(string, ...any)   {}
func (quietLogger) Info(...any)             {}
func (quietLogger) Infof(string, ...any)    {}
func (quietLogger) Warning(...any)          {}
func (quietLogger) Warningf(string, ...any) {}
func (quietLogger) Error(...any)            {}
func (quietLogger) Errorf(string, ...any)   {}
func (quietLogger) Fatal(v ...any)          { panic(fmt.Sprint(v...)) }
func (quietLogger) Fatalf(f string, v ...any) {
	panic(fmt.Sprintf(f, v...))
}
func (quietLogger) Panic(v ...any) { panic(fmt.Sprint(v...)) }
func (quietLogger) Panicf(f string, v ...any) {
	panic(fmt.Sprintf(f, v...))
}

// newPeerGroup makes nodes in term 1, as ours begin. No time passes for them: elections
// and heartbeats are ordered.
func newPeerGroup(t *testing.T, n int, c Config) *peerGroup {
	g := &peerGroup{t: t, keep: uint64(c.LogKeep), cut: func(int, int) bool { return false }}
	g.cfg = &etcd.Config{
		ElectionTick: 1 << 30, HeartbeatTick: 1, MaxSizePerMsg: uint64(c.MaxBatch), MaxInflightMsgs: c.MaxInflight,
		PreVote: c.PreVote, CheckQuorum: c.CheckQuorum, DisableProposalForwarding: true, Logger: quietLogger{},
	}
	var voters []uint64
	for i := range n {
		voters = append(voters, uint64(i+1))
	}
	for i := range n {
		d := &memory{etcd.NewMemoryStorage(), voters}
		if err := d.SetHardState(&pb.HardState{Term: new(uint64(1)), Vote: new(uint64(0)), Commit: new(uint64(0))}); err != nil {
			t.Fatal(err)
		}
		g.nodes, g.disks = append(g.nodes, nil), append(g.disks, d)
		g.applied, g.up = append(g.applied, 0), append(g.up, true)
		g.start(i)
	}
	return g
}

// start boots a node from its disk.
func (g *peerGroup) start(i int) {
	cfg := *g.cfg
	cfg.ID, cfg.Storage, cfg.Applied = uint64(i+1), g.disks[i], g.applied[i]
	node, err := etcd.NewRawNode(&cfg)
	if err != nil {
		g.t.Fatal(err)
	}
	g.nodes[i], g.up[i] = node, true
}

// do makes a node do something, and all that follows from it.
func (g *peerGroup) do(i int, what func(*etcd.RawNode) error) {
	if g.up[i] {
		_ = what(g.nodes[i]) // a proposal is refused by whoever does not lead
		g.settle()
	}
}

// settle lets all messages arrive, and those that they cause.
func (g *peerGroup) settle() {
	for {
		for i := range g.nodes {
			g.ready(i)
		}
		if len(g.queue) == 0 {
			return
		}
		at := 0
		if g.luck != nil {
			at = g.luck.IntN(min(4, len(g.queue)))
		}
		m := g.queue[at]
		g.queue = slices.Delete(g.queue, at, at+1)
		g.deliver(m)
		if g.luck != nil && g.luck.IntN(5) == 0 {
			g.deliver(m)
		}
	}
}

func (g *peerGroup) deliver(m *pb.Message) {
	from, to := int(m.GetFrom())-1, int(m.GetTo())-1
	if g.cut(from, to) || !g.up[to] || g.loss && g.luck.IntN(3) == 0 {
		if m.GetType() == pb.MsgSnap && g.up[from] {
			g.nodes[from].ReportSnapshot(m.GetTo(), etcd.SnapshotFailure)
		}
		return
	}
	_ = g.nodes[to].Step(m)
	g.ready(to)
	if m.GetType() == pb.MsgSnap && g.up[from] {
		g.nodes[from].ReportSnapshot(m.GetTo(), etcd.SnapshotFinish)
	}
}

// ready does what a node wants done: save, send, apply.
func (g *peerGroup) ready(i int) {
	node, disk := g.nodes[i], g.disks[i]
	for g.up[i] && node.HasReady() {
		rd := node.Ready()
		if !etcd.IsEmptySnap(rd.Snapshot) {
			g.check(disk.ApplySnapshot(rd.Snapshot))
			g.applied[i] = rd.Snapshot.GetMetadata().GetIndex()
		}
		g.check(disk.Append(rd.Entries))
		if !etcd.IsEmptyHardState(rd.HardState) {
			g.check(disk.SetHardState(rd.HardState))
		}
		g.queue = append(g.queue, rd.Messages...)
		for _, e := range rd.CommittedEntries {
			g.applied[i] = e.GetIndex()
		}
		node.Advance(rd)
		g.compact(i)
	}
}

// compact takes snapshots as ours does.
func (g *peerGroup) compact(i int) {
	first, err := g.disks[i].FirstIndex()
	g.check(err)
	if base := first - 1; g.keep == 0 || g.applied[i] <= base+g.keep+max(1, g.keep/4) {
		return
	}
	_, err = g.disks[i].CreateSnapshot(g.applied[i], &pb.ConfState{Voters: g.disks[i].voters}, nil)
	g.check(err)
	g.check(g.disks[i].Compact(g.applied[i] - g.keep))
}

func (g *peerGroup) check(err error) {
	if err != nil {
		g.t.Helper()
		g.t.Fatal(err)
	}
}

// heartbeats lets all who believe to lead say so.
func (g *peerGroup) heartbeats() {
	for i, n := range g.nodes {
		if g.up[i] && n.BasicStatus().RaftState == etcd.StateLeader {
			n.Tick()
		}
	}
	g.settle()
}

// view is what can be seen of a node from outside.
type view struct {
	up     bool
	leads  bool
	term   uint32
	commit sim.LSN
	base   sim.LSN // of the log
	terms  []uint32
	ops    []kv.OpID
}

func (g *peerGroup) view(i int) view {
	s := g.nodes[i].BasicStatus()
	v := view{up: g.up[i], leads: g.up[i] && s.RaftState == etcd.StateLeader, term: uint32(s.GetTerm()), commit: sim.LSN(s.GetCommit())}
	first, err := g.disks[i].FirstIndex()
	g.check(err)
	last, err := g.disks[i].LastIndex()
	g.check(err)
	v.base = sim.LSN(first - 1)
	entries, err := g.disks[i].Entries(first, last+1, 1<<40)
	if last >= first {
		g.check(err)
	}
	for _, e := range entries {
		v.terms = append(v.terms, uint32(e.GetTerm()))
		op := kv.OpID(0)
		if len(e.GetData()) > 0 {
			op = kv.OpID(binary.BigEndian.Uint64(e.GetData()))
		}
		v.ops = append(v.ops, op)
	}
	return v
}

// propose is a proposal of a write.
func propose(op kv.OpID) func(*etcd.RawNode) error {
	return func(n *etcd.RawNode) error { return n.Propose(binary.BigEndian.AppendUint64(nil, uint64(op))) }
}

// forward returns the entries of a view after a base, for comparison with another one.
func (v view) after(base sim.LSN) (terms []uint32, ops []kv.OpID) {
	skip := min(sim.LSN(len(v.terms)), max(0, base-v.base))
	return v.terms[skip:], v.ops[skip:]
}
