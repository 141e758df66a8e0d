package leader

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// onPromote begins a promotion: the follower stops listening to its leader,
// applies all it has, and then leads (as PostgreSQL's pg_promote does).
func (r *replica) onPromote(_ sim.NodeID, m Promote) {
	if m.Epoch <= r.disk.epoch || m.Epoch <= r.promoting || r.lead != nil {
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

// finishPromotion leads once everything received is flushed and applied.
func (r *replica) finishPromotion() {
	if r.promoting != 0 && r.log.Flushed() == r.log.End() && r.applied == r.log.End() {
		r.startLeading(r.promoting)
	}
}

// operator is the person or tool that promotes a follower. It works over the
// network as everybody else: it asks the nodes for their positions, waits a
// moment for the answers, orders one of them to lead in a new epoch, and looks
// again until one does.
type operator struct {
	env     *sim.Env
	c       *Cluster
	target  sim.NodeID // NoNode: the most advanced
	ordered uint32     // the epoch of the order given, or 0
	answers map[sim.NodeID]Status
	look    *sim.Timer // at the answers, or again
}

// patience is how long the operator waits for answers before deciding, and for an
// order to work before looking again.
const patience = 500 * time.Millisecond

func (c *Cluster) bootOperator(e *sim.Env) {
	o := &operator{env: e, c: c}
	o.look = e.NewTimer(o.onPatienceEnded)
	sim.Handle(e, o.onStatus)
	c.operator = o
}

// promote begins a promotion.
func (o *operator) promote(target sim.NodeID) {
	o.target, o.ordered = target, 0
	o.ask()
}

func (o *operator) ask() {
	o.answers = map[sim.NodeID]Status{}
	for _, id := range o.c.nodes {
		sim.Send(o.env, id, StatusQuery{})
	}
	o.look.Reset(patience)
}

func (o *operator) onStatus(from sim.NodeID, s Status) {
	if o.answers == nil {
		return // it was late: the decision is made
	}
	o.answers[from] = s
	if len(o.answers) == len(o.c.nodes) {
		o.choose()
	}
}

// onPatienceEnded decides on the answers there are, or looks whether the order
// has worked.
func (o *operator) onPatienceEnded() {
	if o.answers == nil {
		o.ask()
		return
	}
	o.choose()
}

// choose orders the named follower, or the one with the longest log of the latest
// epoch, to lead. It is done when that has worked; until then it looks again.
func (o *operator) choose() {
	var epoch uint32
	var best Status
	chosen := sim.NoNode
	for _, id := range o.c.nodes {
		s, ok := o.answers[id]
		if !ok {
			continue
		}
		epoch = max(epoch, s.Epoch)
		if s.Leading && (id == o.target || (o.ordered != 0 && s.Epoch >= o.ordered)) {
			o.look.Stop()
			return
		}
		if s.Promoting != 0 && (o.target == sim.NoNode || id == o.target) {
			o.waitFor(s.Promoting)
			return
		}
		if s.Leading || (o.target != sim.NoNode && id != o.target) {
			continue
		}
		if chosen == sim.NoNode || s.Epoch > best.Epoch || (s.Epoch == best.Epoch && s.End > best.End) {
			chosen, best = id, s
		}
	}
	if chosen != sim.NoNode {
		o.ordered = o.c.nextEpoch(chosen, epoch)
		sim.Send(o.env, chosen, Promote{Epoch: o.ordered})
	}
	o.lookAgain()
}

// waitFor leaves a follower alone that is on its way to lead but has a backlog to
// apply first. To order another one, because that is more advanced meanwhile, would
// make two leaders.
func (o *operator) waitFor(epoch uint32) {
	o.ordered = max(o.ordered, epoch)
	o.lookAgain()
}

func (o *operator) lookAgain() {
	o.answers = nil
	o.look.Reset(patience)
}
