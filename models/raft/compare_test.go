package raft

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	etcd "go.etcd.io/raft/v3"

	"replsim/models/kv"
	"replsim/sim"
)

// This file drives our nodes and etcd's through the same schedules of elections, proposals,
// cuts and restarts, and compares after each step, when all messages have arrived and
// leaders have sent a heartbeat, what can be seen of each node: whether it leads, its
// term, its commit, and its log.
//
// Where the two may differ, and the schedules therefore do not go:
//   - Without pre-vote and check-quorum, etcd lets messages of an old term pass in silence, while
//     the paper answers them with the new one. So all schedules have pre-vote.
//   - Within a step they send other messages: etcd a new leader's entries without a
//     heartbeat before them, ours the commit without entries. So what is lost at
//     random may decide elections differently: messages are lost at random only in steps of
//     proposals, where no link is cut, and cut links are so for whole steps.
//   - etcd keeps the commit on its disk, and ours what it has applied, which is
//     the same at rest.
//   - etcd's pre-candidate that is refused learns nothing of the refuser's leader; nor does ours.

// pair is a group of each kind.
type pair struct {
	t     *testing.T
	r     *rand.Rand
	n     int
	cfg   Config
	w     *sim.World
	c     *Cluster
	etcd  *peerGroup
	down  []bool
	cuts  map[sim.Direction]func() // ours, and what heals them
	heal  []func()                 // of crashed nodes
	ops   kv.OpID
	trace []string
}

func newPair(t *testing.T, seed uint64) *pair {
	r := rand.New(rand.NewPCG(seed, 11))
	p := &pair{t: t, r: r, n: 3 + r.IntN(3), cuts: map[sim.Direction]func(){}}
	noisy := r.IntN(2) == 0
	p.cfg = Config{
		ElectionTimeout: law("20ms"), Heartbeat: time.Hour, NoLeaderAtStart: true, PersistVotes: Persist(r.IntN(2)),
		PreVote: true, ShipUnflushed: r.IntN(2) == 0, CommitAtOnce: true, MaxBatch: 1 << 20, MaxInflight: 256,
		RecordBytes: 1, SnapshotRate: 1e9, Keys: 1,
	}
	if r.IntN(3) == 0 {
		p.cfg.LogKeep = sim.LSN(2 + r.IntN(8))
	}
	p.w = sim.New(seed)
	var nodes []sim.NodeConfig
	for i := range p.n {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1)})
	}
	p.c = build(p.w, p.cfg, nodes, sim.NodeConfig{Name: "operator"}, func(c *Cluster, e *sim.Env) {
		c.boot(e)
		n := c.group.last[c.group.place(e.ID())]
		n.stopElectionTimer()
		n.clock.election = e.NewTimer(func() {}) // elections are ordered
	})
	link := sim.LinkConfig{Delay: law("1ms")}
	if noisy {
		link = sim.LinkConfig{Delay: law("uniform(min=500us, max=2ms)"), Unordered: true, Duplicate: 0.2}
	}
	p.w.Network(func(_, _ sim.NodeID) sim.LinkConfig { return link })
	p.w.Run(10 * ms)
	p.etcd = newPeerGroup(t, p.n, p.cfg)
	p.etcd.cut = func(from, to int) bool {
		return p.cuts[sim.Direction{From: sim.NodeID(from), To: sim.NodeID(to)}] != nil
	}
	if noisy {
		p.etcd.luck = rand.New(rand.NewPCG(seed, 13))
	}
	p.down, p.heal = make([]bool, p.n), make([]func(), p.n)
	return p
}

func (p *pair) node(i int) *Node[Write] { return p.c.group.last[i] }

// step does one random thing to both.
func (p *pair) step() {
	i := p.r.IntN(p.n)
	switch what := p.r.IntN(24); {
	case what < 5:
		if p.etcd.luck == nil && p.r.IntN(3) == 0 {
			p.duel(i, (i+1)%p.n)
		} else {
			p.campaign(i)
		}
	case what < 12:
		p.propose(1 + p.r.IntN(4))
	case what < 14:
		p.lossyProposals()
	case what < 17:
		p.cut()
	case what < 20:
		p.isolate()
	case what < 22:
		p.healCuts()
	case !p.down[i] && p.alive() > 1:
		p.crash(i)
	default:
		for i := range p.n {
			p.restart(i)
		}
	}
	p.settle()
}

func (p *pair) note(format string, args ...any) {
	p.trace = append(p.trace, fmt.Sprintf(format, args...))
}

func (p *pair) alive() (n int) {
	for _, down := range p.down {
		if !down {
			n++
		}
	}
	return n
}

func (p *pair) campaign(i int) {
	if p.down[i] || p.node(i).lead != nil {
		return
	}
	p.note("r%d campaigns", i+1)
	p.node(i).onElectionTimeout()
	p.etcd.do(i, (*etcd.RawNode).Campaign)
}

// duel lets two nodes campaign at once.
func (p *pair) duel(i, j int) {
	for _, k := range []int{i, j} {
		if !p.down[k] && p.node(k).lead == nil {
			p.note("r%d campaigns", k+1)
			p.node(k).onElectionTimeout()
			_ = p.etcd.nodes[k].Campaign()
			p.etcd.ready(k)
		}
	}
	p.etcd.settle()
}

// isolate cuts the leader off from all others, who then elect another one: the logs
// diverge.
func (p *pair) isolate() {
	leader := p.c.Leader()
	if leader == sim.NoNode {
		return
	}
	p.healCuts()
	p.settle()
	if leader = p.c.Leader(); leader == sim.NoNode {
		return
	}
	for _, d := range sim.Between([]sim.NodeID{leader}, p.c.Nodes(), true) {
		p.cutOne(d)
	}
	p.propose(1 + p.r.IntN(3))
	p.settle()
	p.campaign((int(leader) + 1) % p.n)
}

// propose lets everybody who believes to lead take writes.
func (p *pair) propose(count int) {
	for range count {
		p.ops++
		for i := range p.n {
			if p.down[i] {
				continue
			}
			if _, _, ok := p.node(i).Propose(Write{Op: p.ops, Origin: sim.NoNode}); ok {
				p.note("r%d takes write %d", i+1, p.ops)
			}
			p.etcd.do(i, propose(p.ops))
		}
	}
}

// lossyProposals takes writes while a third of all messages is lost, but links are whole.
func (p *pair) lossyProposals() {
	if p.etcd.luck == nil {
		return
	}
	p.healCuts()
	p.settle()
	p.note("messages are lost")
	end := p.w.Strike("loss", sim.Degrade{Links: func() []sim.Direction { return sim.Between(p.c.Nodes(), p.c.Nodes(), false) }, Loss: 0.33})
	p.etcd.loss = true
	for range 3 {
		p.propose(1)
		p.w.Run(p.w.Now() + 3*ms)
	}
	p.w.Run(p.w.Now() + 20*ms)
	end()
	p.etcd.loss = false
}

// cut cuts random directions, or both where messages overtake each other: what arrives
// too early is refused, and if nobody hears of that, luck decides what a log holds.
func (p *pair) cut() {
	for range 1 + p.r.IntN(2*p.n) {
		a, b := sim.NodeID(p.r.IntN(p.n)), sim.NodeID(p.r.IntN(p.n))
		d := sim.Direction{From: a, To: b}
		if a == b || p.cuts[d] != nil {
			continue
		}
		p.cutOne(d)
		if back := (sim.Direction{From: b, To: a}); p.etcd.luck != nil && p.cuts[back] == nil {
			p.cutOne(back)
		}
	}
}

func (p *pair) cutOne(d sim.Direction) {
	p.note("r%d -> r%d is cut", d.From+1, d.To+1)
	p.cuts[d] = p.w.Strike("cut", sim.Cut{Links: func() []sim.Direction { return []sim.Direction{d} }})
}

// healCuts heals all cuts. Where messages overtake each other, deposed leaders restart
// first: what they could still send before they hear of their successor would be luck.
func (p *pair) healCuts() {
	term := uint32(0)
	for i := range p.n {
		term = max(term, p.node(i).hard.Term)
	}
	for i := range p.n {
		if n := p.node(i); p.etcd.luck != nil && !p.down[i] && n.lead != nil && n.hard.Term < term {
			p.crash(i)
			p.restart(i)
		}
	}
	p.note("cuts heal")
	for _, d := range sim.Between(p.c.Nodes(), p.c.Nodes(), false) {
		if end := p.cuts[d]; end != nil {
			end()
		}
	}
	clear(p.cuts)
}

func (p *pair) crash(i int) {
	p.note("r%d crashes", i+1)
	p.down[i], p.etcd.up[i] = true, false
	p.heal[i] = p.w.Strike("crash", sim.Crash{Targets: sim.Nodes(sim.NodeID(i))})
}

func (p *pair) restart(i int) {
	if !p.down[i] {
		return
	}
	p.note("r%d restarts", i+1)
	p.down[i] = false
	p.heal[i]()
	p.etcd.start(i)
}

// settle lets all messages arrive and leaders send heartbeats.
func (p *pair) settle() {
	for range 4 {
		p.w.Run(p.w.Now() + 30*ms)
		for i := range p.n {
			if n := p.node(i); !p.down[i] && n.lead != nil {
				for _, peer := range n.lead.peers {
					if peer.snap != nil { // it was lost, as etcd's transport reports
						peer.snap, peer.paused = nil, false
					}
				}
				n.lead.heartbeat()
			}
		}
		p.w.Run(p.w.Now() + 30*ms)
		p.etcd.heartbeats()
	}
}

func (p *pair) view(i int) view {
	n := p.node(i)
	v := view{up: !p.down[i], leads: !p.down[i] && n.lead != nil, term: n.hard.Term, commit: n.commit, base: n.log.Base()}
	for at := n.log.Base() + 1; at <= n.log.End(); at++ {
		e := n.log.At(at)
		v.terms, v.ops = append(v.terms, e.Term), append(v.ops, e.Command.Op)
	}
	return v
}

// differ returns in which node the two groups differ, and how.
func (p *pair) differ() string {
	for i := range p.n {
		a, b := p.view(i), p.etcd.view(i)
		if a.up && (a.leads != b.leads || a.term != b.term || a.commit != b.commit) {
			return fmt.Sprintf("r%d: ours %+v\netcd %+v", i+1, a, b)
		}
		base := max(a.base, b.base)
		terms, ops := a.after(base)
		otherTerms, otherOps := b.after(base)
		if !slices.Equal(terms, otherTerms) || !slices.Equal(ops, otherOps) {
			return fmt.Sprintf("r%d: ours %+v\netcd %+v", i+1, a, b)
		}
	}
	return ""
}

func TestAgainstEtcd(t *testing.T) {
	schedules := uint64(400)
	if testing.Short() {
		schedules = 30
	}
	var elected, committed, conflicts, restored int
	for seed := range schedules {
		p := newPair(t, seed)
		sim.Observe(p.w, func(sim.Time, sim.NodeID, kv.LeaderStarted) { elected++ })
		sim.Observe(p.w, func(sim.Time, sim.NodeID, kv.Committed) { committed++ })
		sim.Observe(p.w, func(sim.Time, sim.NodeID, kv.Truncated) { conflicts++ })
		sim.Observe(p.w, func(sim.Time, sim.NodeID, kv.Restored) { restored++ })
		for range 40 {
			p.step()
			if how := p.differ(); how != "" {
				t.Fatalf("schedule %d of %d nodes:\n%s\n%s", seed, p.n, strings.Join(p.trace, "\n"), how)
			}
		}
		if found := p.c.Audit(); len(found) > 0 {
			t.Errorf("schedule %d: %v", seed, found)
		}
	}
	t.Logf("%d elections, %d commits, %d logs cut back, %d snapshots", elected, committed, conflicts, restored)
	if least := int(schedules); elected < least || committed < 10*least || conflicts < least/4 || restored < least/8 {
		t.Errorf("too little happened: %d elections, %d commits, %d logs cut back, %d snapshots", elected, committed, conflicts, restored)
	}
}
