package raft

import (
	"time"

	"replsim/sim"
)

// operator is the person or tool that transfers leadership and changes the members. It
// works over the network as everybody else: it asks all nodes who they are,
// orders the leader to do something, and looks again until it is done.
type operator struct {
	env     *sim.Env
	nodes   []sim.NodeID
	todo    []Order
	from    sim.NodeID // TransferLeadership: who led when the order was first given
	answers []Status   // by place; Members is nil where there is none
	look    *sim.Timer
}

// lookAgain is how long the operator waits for answers, and for an order to work.
const lookAgain = 500 * time.Millisecond

func newOperator(e *sim.Env, nodes []sim.NodeID) *operator {
	o := &operator{env: e, nodes: nodes, answers: make([]Status, len(nodes))}
	o.look = e.NewTimer(o.decide)
	sim.Handle(e, o.onStatus)
	return o
}

// order gives the operator something to do, after what it has to do already.
func (o *operator) order(m Order) {
	o.todo = append(o.todo, m)
	if len(o.todo) == 1 {
		o.from = sim.NoNode
		o.ask()
	}
}

func (o *operator) ask() {
	clear(o.answers)
	for _, id := range o.nodes {
		sim.Send(o.env, id, StatusQuery{})
	}
	o.look.Reset(lookAgain)
}

func (o *operator) onStatus(from sim.NodeID, s Status) {
	if len(o.todo) == 0 {
		return
	}
	missing := 0
	for i, id := range o.nodes {
		if id == from {
			o.answers[i] = s
		}
		if o.answers[i].Members == nil {
			missing++
		}
	}
	if missing == 0 {
		o.act()
	}
}

// decide is called when there was time enough for all answers.
func (o *operator) decide() {
	if len(o.todo) == 0 {
		return
	}
	o.act()
	if len(o.todo) > 0 {
		o.ask()
	}
}

// act looks for the leader and gives it the order, or goes on to the next one if it is
// done.
func (o *operator) act() {
	leader := -1
	for i, s := range o.answers {
		if s.Members != nil && s.Leading && (leader < 0 || s.Term > o.answers[leader].Term) {
			leader = i
		}
	}
	if leader < 0 {
		return
	}
	m := o.todo[0]
	if m.Kind == TransferLeadership && o.from == sim.NoNode {
		o.from = o.nodes[leader]
	}
	if m.Kind == AddServer {
		i := o.place(m.Target)
		if o.answers[i].Members == nil {
			return // a node that is down cannot be added
		}
		m.Disk = o.answers[i].Disk
	}
	if o.done(m, leader) {
		o.todo = o.todo[1:]
		o.from = sim.NoNode
		if len(o.todo) > 0 {
			o.ask()
		}
		return
	}
	sim.Send(o.env, o.nodes[leader], m)
	clear(o.answers)
}

func (o *operator) place(id sim.NodeID) int {
	for i, n := range o.nodes {
		if n == id {
			return i
		}
	}
	panic("raft: an order about a node outside the cluster")
}

// done tells whether the leader's answer shows that an order has worked.
func (o *operator) done(m Order, leader int) bool {
	switch s := o.answers[leader]; m.Kind {
	case TransferLeadership:
		return o.nodes[leader] == m.Target || m.Target == sim.NoNode && o.nodes[leader] != o.from
	case AddServer:
		return s.Members.votes(m.Target, m.Disk)
	default:
		_, there := s.Members.find(m.Target)
		return !there
	}
}
