package paxos

import (
	"time"

	"replsim/sim"
)

// operator is the person or tool that makes a node lead. It works over the network as
// everybody else: it asks the nodes where they are, waits a moment for the answers, tells
// one of them to begin phase 1, and looks again until one leads.
type operator struct {
	env     *sim.Env
	c       *Cluster
	target  sim.NodeID // NoNode: whoever knows most
	ordered bool
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

func (o *operator) promote(target sim.NodeID) {
	o.target, o.ordered = target, false
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

// onPatienceEnded decides on the answers there are, or looks whether the order has
// worked.
func (o *operator) onPatienceEnded() {
	if o.answers == nil {
		o.ask()
		return
	}
	o.choose()
}

// choose tells the named node, or the one that knows most decisions, to run for the
// lead. It is done when that one leads, or any node after an order that named none.
func (o *operator) choose() {
	best, chosen := Status{}, sim.NoNode
	for _, id := range o.c.nodes {
		s, ok := o.answers[id]
		if !ok {
			continue
		}
		if s.Leading && (id == o.target || o.ordered && o.target == sim.NoNode) {
			o.look.Stop()
			return
		}
		if s.Leading || o.target != sim.NoNode && id != o.target {
			continue
		}
		if chosen == sim.NoNode || s.Decided > best.Decided {
			chosen, best = id, s
		}
	}
	if chosen != sim.NoNode {
		o.ordered = true
		sim.Send(o.env, chosen, Promote{})
	}
	o.answers = nil
	o.look.Reset(patience)
}
