package failover

import (
	"time"

	"replsim/models/leader"
	"replsim/sim"
)

// Ask asks another agent for the state of its database. (Patroni's REST API: GET
// /patroni.)
type Ask struct{ Round uint64 }

// Size implements sim.Message.
func (Ask) Size() int { return messageBytes }

// Position is the answer.
type Position struct {
	Round  uint64
	Status leader.Status
}

// Size implements sim.Message.
func (Position) Size() int { return messageBytes }

// Failsafe tells another agent that a leader goes on without the store. (POST /failsafe.)
type Failsafe struct{ Round uint64 }

// Size implements sim.Message.
func (Failsafe) Size() int { return messageBytes }

// Accepted is the answer of one who agrees.
type Accepted struct{ Round uint64 }

// Size implements sim.Message.
func (Accepted) Size() int { return messageBytes }

// question is one of another agent that the database has yet to answer.
type question struct {
	from  sim.NodeID
	round uint64
}

// answer is that of another agent.
type answer struct {
	agent  int
	status leader.Status
}

// ask begins a round of questions to some other agents; then is called when all have
// answered, or patience is over.
func (a *agent) ask(whom []int, send func(to sim.NodeID), then func()) {
	a.round++
	a.answers = a.answers[:0]
	a.wait(a.cfg.Patience, then)
	a.awaited = len(whom)
	if len(whom) == 0 {
		a.onPatienceEnded()
		return
	}
	for _, i := range whom {
		send(a.team.agents[i])
	}
}

// wait goes on after a time, whatever comes.
func (a *agent) wait(d time.Duration, then func()) {
	a.decide, a.awaited = then, 0
	a.patience.Reset(d)
}

func (a *agent) onPatienceEnded() {
	then := a.decide
	a.decide, a.awaited = nil, 0
	a.patience.Stop()
	then()
}

// onAsk passes a question on to the database. If that is dead there is no answer.
func (a *agent) onAsk(from sim.NodeID, m Ask) {
	a.asked = append(a.asked, question{from, m.Round})
	sim.Send(a.env, a.db, leader.StatusQuery{})
}

func (a *agent) onPosition(from sim.NodeID, m Position) { a.take(from, m.Round, m.Status) }

func (a *agent) onAccepted(from sim.NodeID, m Accepted) { a.take(from, m.Round, leader.Status{}) }

// take notes an answer of the present round.
func (a *agent) take(from sim.NodeID, round uint64, s leader.Status) {
	if a.awaited == 0 || round != a.round {
		return
	}
	for i, id := range a.team.agents {
		if id == from {
			a.answers = append(a.answers, answer{i, s})
		}
	}
	if len(a.answers) == a.awaited {
		a.onPatienceEnded()
	}
}

// callFailsafe asks all other agents, whether or not they are in the store, to put up with
// a leader that cannot renew its lock. One that is missing may be on its way to lead.
func (a *agent) callFailsafe() {
	var others []int
	for i := range a.team.agents {
		if i != a.me {
			others = append(others, i)
		}
	}
	a.ask(others, func(to sim.NodeID) { sim.Send(a.env, to, Failsafe{Round: a.round}) }, func() {
		if len(a.answers) < len(others) {
			a.stepDown()
		}
		a.finish()
	})
}

// onFailsafe agrees, and takes part in no race for as long as a lease would have lasted.
func (a *agent) onFailsafe(from sim.NodeID, m Failsafe) {
	if a.status.Leading {
		return
	}
	a.failsafe = a.env.Monotonic().Add(a.cfg.TTL)
	sim.Send(a.env, from, Accepted(m))
}
