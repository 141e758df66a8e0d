package leader

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// onPromote begins a promotion: the follower stops listening to its leader,
// applies all it has, and then leads (as PostgreSQL's pg_promote does).
func (r *replica) onPromote(_ sim.NodeID, m Promote) {
	if m.Epoch <= r.disk.epoch || m.Epoch <= r.promoting || r.lead != nil || m.Epoch < r.disk.promised || r.disk.barred {
		return
	}
	r.promoting = m.Epoch
	r.disk.leader = sim.NoNode
	r.follow.conn = connID{}
	sim.Report(r.env, kv.PromotionBegan{Epoch: m.Epoch})
	r.flush()
	r.applyPool.run() // a former leader has not begun to apply what it had not committed
	r.finishPromotion()
}

// finishPromotion leads once everything received is flushed and applied, and what else a
// promotion takes is done.
func (r *replica) finishPromotion() {
	if r.promoting == 0 || r.finishing == r.promoting || r.log.Flushed() < r.log.End() || r.applied < r.log.End() {
		return
	}
	r.finishing = r.promoting
	if d := r.promotion.Next(); d > 0 {
		r.takeOver.Reset(d)
		return
	}
	r.startLeading(r.promoting)
}

func (r *replica) onTakeOver() {
	if r.promoting != 0 && r.promoting == r.finishing {
		r.startLeading(r.promoting)
	}
}

// Promoter is how a person or a program promotes a follower. It works over the network
// as everybody else: it asks the nodes for their positions, waits a moment for the
// answers, chooses, orders one of them to lead in a new epoch, and looks again until
// one does. Before the order it may stop the old leader (Fencer) or make the nodes
// refuse it (Epochs).
type Promoter struct {
	env    *sim.Env
	c      *Cluster
	cfg    PromoterConfig
	target sim.NodeID // NoNode: whom the choice falls on
	old    Lost
	done   func(leader sim.NodeID, epoch uint32)

	ordered uint32 // the epoch of the order given, or 0
	answers map[sim.NodeID]Status
	look    *sim.Timer // at the answers, or again
	fencing fencing
	sealing uint32 // the epoch that the nodes were asked to promise, or 0
	asked   bool   // … in this round
}

// PromoterConfig says how promotions go.
type PromoterConfig struct {
	Patience time.Duration // see Config.Patience
	Choice   Choice
	Fencer   Fencer // nil: the old leader is not stopped
	// FencerRequired: nobody is promoted before the Fencer has succeeded.
	FencerRequired bool
	// Epochs: so many nodes, at least, are sealed for the new epoch first; 0: none. If a
	// commit waits for the disks of the leader and of k followers of n nodes, n−k
	// promises do: an old leader finds no k others to commit with any more, and one
	// of the n−k has all that was committed so far.
	Epochs int
}

// Fencer keeps an old leader from writing by stopping it.
type Fencer interface {
	// Fence begins, and calls done once, with whether it has worked.
	Fence(old sim.NodeID, done func(ok bool))
}

// fencing is how far the Fencer has come.
type fencing uint8

const (
	unfenced fencing = iota
	underWay
	fenced
)

// Lost describes the leader that is to be replaced, as far as is known.
type Lost struct {
	Node  sim.NodeID // NoNode: not known
	Epoch uint32     // in which it led, or 0
	End   sim.LSN    // of its log
}

// NewPromoter makes a promoter at a node that handles Status with it alone.
func NewPromoter(e *sim.Env, c *Cluster, cfg PromoterConfig) *Promoter {
	p := &Promoter{env: e, c: c, cfg: cfg}
	p.look = e.NewTimer(p.onPatienceEnded)
	sim.Handle(e, p.onStatus)
	return p
}

func (c *Cluster) bootOperator(e *sim.Env) {
	c.operator = NewPromoter(e, c, PromoterConfig{Patience: c.cfg.Patience, Choice: Anybody()})
}

// Begin begins a promotion: of target, or of whom the choice falls on if that is NoNode.
// done is called when somebody leads who was ordered to, or who took over from the lost
// leader otherwise; it may be nil.
func (p *Promoter) Begin(target sim.NodeID, old Lost, done func(leader sim.NodeID, epoch uint32)) {
	p.target, p.old, p.done = target, old, done
	p.ordered, p.sealing, p.fencing = 0, 0, unfenced
	p.ask()
}

// Stop gives up. An order that is on its way may still work.
func (p *Promoter) Stop() {
	p.look.Stop()
	p.answers, p.done = nil, nil
	p.fencing = unfenced
}

// Harmless tells whether nothing has been done yet that changes the cluster, so that to
// stop now leaves it as it was.
func (p *Promoter) Harmless() bool {
	return p.ordered == 0 && p.sealing == 0 && p.fencing == unfenced
}

func (p *Promoter) ask() {
	p.answers, p.asked = map[sim.NodeID]Status{}, false
	for _, id := range p.c.nodes {
		sim.Send(p.env, id, StatusQuery{})
	}
	p.look.Reset(p.cfg.Patience)
}

// seal asks for promises of an epoch.
func (p *Promoter) seal(epoch uint32) {
	p.sealing = epoch
	p.answers, p.asked = map[sim.NodeID]Status{}, true
	for _, id := range p.c.nodes {
		sim.Send(p.env, id, Seal{Epoch: epoch})
	}
	p.look.Reset(p.cfg.Patience)
}

func (p *Promoter) onStatus(from sim.NodeID, s Status) {
	if p.answers == nil || p.asked && s.Promised < p.sealing && s.Epoch < p.sealing {
		return // it was late: the decision is made, or the question was another one
	}
	p.answers[from] = s
	awaited := len(p.c.nodes)
	if _, ok := p.answers[p.old.Node]; !ok && p.old.Node != sim.NoNode {
		awaited-- // nobody waits for the dead
	}
	if len(p.answers) == awaited {
		p.choose()
	}
}

// onPatienceEnded decides on the answers there are, or looks whether the order
// has worked.
func (p *Promoter) onPatienceEnded() {
	if p.answers == nil {
		p.ask()
		return
	}
	p.choose()
}

// choose orders the named follower, or the best of those that may be promoted, to
// lead. It is done when that has worked; until then it looks again.
func (p *Promoter) choose() {
	var epoch uint32
	var best Status
	chosen, at, eligible := sim.NoNode, 0, 0
	for i, id := range p.c.nodes {
		s, ok := p.answers[id]
		if !ok {
			continue
		}
		epoch = max(epoch, s.Epoch, s.Promised)
		if s.Leading && (id == p.target || p.replaces(s)) {
			p.finish(id, s.Epoch)
			return
		}
		if s.Promoting != 0 && (p.target == sim.NoNode || id == p.target) {
			p.waitFor(s.Promoting)
			return
		}
		if p.target != sim.NoNode && id != p.target || !p.cfg.Choice.eligible(i, s, p.old.End) {
			continue
		}
		eligible++
		if chosen == sim.NoNode || p.cfg.Choice.better(i, at, s, best, eligible, p.env.Rand()) {
			chosen, at, best = id, i, s
		}
	}
	if chosen == sim.NoNode {
		p.lookAgain()
		return
	}
	p.prepare(chosen, epoch)
}

// replaces tells whether a node leads by our order, or has taken over otherwise.
func (p *Promoter) replaces(s Status) bool {
	return p.ordered != 0 && s.Epoch >= p.ordered || p.old.Epoch != 0 && s.Epoch > p.old.Epoch
}

func (p *Promoter) finish(leader sim.NodeID, epoch uint32) {
	done := p.done
	p.Stop()
	if done != nil {
		done(leader, epoch)
	}
}

// prepare orders the chosen one to lead, after all that has to come before.
func (p *Promoter) prepare(chosen sim.NodeID, epoch uint32) {
	switch {
	case p.fence():
	case p.cfg.Epochs == 0:
		p.order(chosen, p.c.nextEpoch(chosen, epoch))
	case p.sealing == 0 || epoch > p.sealing || p.c.nextEpoch(chosen, p.sealing-1) != p.sealing:
		p.seal(p.c.nextEpoch(chosen, epoch)) // another one may turn out to have more
	case p.promises() >= p.cfg.Epochs && p.answers[chosen].Promised == p.sealing:
		p.order(chosen, p.sealing)
	case p.asked:
		p.lookAgain()
	default:
		p.seal(p.sealing)
	}
}

func (p *Promoter) order(chosen sim.NodeID, epoch uint32) {
	p.ordered = epoch
	sim.Send(p.env, chosen, Promote{Epoch: epoch})
	p.lookAgain()
}

// promises counts the nodes that were sealed.
func (p *Promoter) promises() int {
	n := 0
	for _, id := range p.c.nodes {
		if s, ok := p.answers[id]; ok && s.Promised == p.sealing {
			n++
		}
	}
	return n
}

// fence stops the old leader, and tells whether that has to be waited for. There is no
// need if it says itself that it does not lead. Afterwards the nodes are asked again:
// they may have heard more from it meanwhile.
func (p *Promoter) fence() bool {
	s, ok := p.answers[p.old.Node]
	if p.cfg.Fencer == nil || p.old.Node == sim.NoNode || p.fencing == fenced || ok && !s.Leading {
		return false
	}
	p.look.Stop()
	p.answers, p.fencing = nil, underWay
	p.cfg.Fencer.Fence(p.old.Node, func(ok bool) {
		switch {
		case p.fencing != underWay: // given up meanwhile
		case ok || !p.cfg.FencerRequired:
			p.fencing = fenced
			p.ask()
		default:
			p.fencing = unfenced
			p.lookAgain()
		}
	})
	return true
}

// waitFor leaves a follower alone that is on its way to lead but has a backlog to
// apply first. To order another one, because that is more advanced meanwhile, would
// make two leaders.
func (p *Promoter) waitFor(epoch uint32) {
	p.ordered = max(p.ordered, epoch)
	p.lookAgain()
}

func (p *Promoter) lookAgain() {
	p.answers = nil
	p.look.Reset(p.cfg.Patience)
}
