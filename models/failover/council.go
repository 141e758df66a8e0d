package failover

import (
	"time"

	"replsim/models/leader"
	"replsim/sim"
)

// Question asks an observer whether it suspects the leader of an epoch, too, and for its
// vote if there is a ballot. (Sentinel's is-master-down-by-addr is both as well.)
type Question struct {
	Epoch  uint32 // of the leader
	Ballot uint32 // 0: no vote is asked for
}

// Size implements sim.Message.
func (Question) Size() int { return messageBytes }

// Opinion is the answer.
type Opinion struct {
	Epoch  uint32 // of the leader
	Down   bool
	Ballot uint32 // in which the vote is given, or the latest that was voted in
	Vote   bool   // for whoever has asked
}

// Size implements sim.Message.
func (Opinion) Size() int { return messageBytes }

// councillor is what an observer adds to its watch if the observers decide.
type councillor struct {
	*watch
	agree    []opinion  // of the others and of itself, by observer
	ask      *sim.Timer // the others, again
	start    *sim.Timer // the election, a little later than the others would
	ballot   uint32     // for which it asks votes or has been elected, or 0
	votes    []bool     // by observer
	elected  bool       // it is promoting somebody
	giveUp   *sim.Timer // the election or the promotion
	free     sim.Time   // it holds back before this instant of its clock
	promoter *leader.Promoter
}

// opinion is whether an observer suspected the leader when it was last heard.
type opinion struct {
	down bool
	at   sim.Time // the clock when it was heard
}

// maxElection is how long an election may take (Sentinel's
// SENTINEL_ELECTION_TIMEOUT), unless Retry is shorter.
const maxElection = 10 * time.Second

func newCouncillor(w *watch) *councillor {
	c := &councillor{watch: w}
	n := len(w.team.observers)
	c.agree, c.votes = make([]opinion, n), make([]bool, n)
	c.ask = w.env.NewTimer(c.onAsk)
	c.start = w.env.NewTimer(c.campaign)
	c.giveUp = w.env.NewTimer(c.onGiveUp)
	c.promoter = w.team.promoter(w.env)
	c.changed = c.onChanged
	sim.Handle(w.env, c.onQuestion)
	sim.Handle(w.env, c.onOpinion)
	return c
}

// onChanged asks the others as soon as the leader is suspected; once it is heard again,
// or another one leads, there is nothing to decide. A promotion goes on if it cannot be
// taken back.
func (c *councillor) onChanged() {
	if c.elected && !c.suspects && c.promoter.Harmless() {
		c.onGiveUp()
	}
	for i := range c.agree {
		c.agree[i] = opinion{}
	}
	c.start.Stop()
	c.ask.Stop()
	if !c.elected {
		c.ballot = 0
		c.giveUp.Stop()
	}
	if c.suspects {
		c.onAsk()
	}
}

// onAsk asks the others, and itself, again and again.
func (c *councillor) onAsk() {
	c.ask.Reset(c.team.cfg.Every)
	q := Question{Epoch: c.disk.epoch}
	if !c.elected {
		q.Ballot = c.ballot
	}
	for _, id := range c.team.observers {
		sim.Send(c.env, id, q)
	}
}

// onQuestion answers. It gives its vote to the first who asks in a later ballot than it
// has voted in before, and then leaves it to that one for a while.
func (c *councillor) onQuestion(from sim.NodeID, q Question) {
	o := Opinion{Epoch: q.Epoch, Down: c.suspects && q.Epoch == c.disk.epoch}
	if q.Ballot > c.disk.ballot {
		c.disk.ballot = q.Ballot
		o.Vote = true
		if from != c.env.ID() {
			c.holdBack()
		}
	}
	o.Ballot = c.disk.ballot
	sim.Send(c.env, from, o)
}

// holdBack begins no election before two Retry have passed.
func (c *councillor) holdBack() {
	c.free = c.env.Clock().Add(2 * c.team.cfg.Retry)
}

// onOpinion counts who agrees, and who votes for this observer.
func (c *councillor) onOpinion(from sim.NodeID, o Opinion) {
	if o.Epoch != c.disk.epoch || !c.suspects && !c.elected {
		return
	}
	i := c.indexOf(from)
	c.agree[i] = opinion{o.Down, c.env.Clock()}
	if o.Vote && o.Ballot == c.ballot {
		c.votes[i] = true
	}
	c.decide()
}

func (c *councillor) indexOf(id sim.NodeID) int {
	for i, o := range c.team.observers {
		if o == id {
			return i
		}
	}
	panic("failover: a message from a node that is no observer")
}

// decide goes on as far as the others agree: with enough who suspect the leader, to an
// election; with enough votes, to a promotion.
func (c *councillor) decide() {
	switch {
	case c.elected:
	case c.ballot == 0:
		if c.objectivelyDown() && !c.start.Armed() {
			c.start.Reset(max(c.free.Sub(c.env.Clock()), 0) + c.desync())
		}
	case count(c.votes) >= c.authority():
		c.elected = true
		c.giveUp.Reset(c.team.cfg.Retry)
		c.promoter.Begin(sim.NoNode, c.lost(), c.finished)
	}
}

// desync is a random part of a period.
func (c *councillor) desync() time.Duration {
	return time.Duration(c.env.Rand().Int64N(int64(c.team.cfg.Every)))
}

// objectivelyDown tells whether a quorum of observers suspects the leader, as far as
// has been heard lately.
func (c *councillor) objectivelyDown() bool {
	n := 0
	for _, o := range c.agree {
		if o.down && c.env.Clock().Sub(o.at) <= staleAfter*c.team.cfg.Every {
			n++
		}
	}
	return n >= c.team.cfg.Quorum
}

// authority is how many votes it takes to act: a majority, and the quorum if that is
// more.
func (c *councillor) authority() int {
	return max(len(c.team.observers)/2+1, c.team.cfg.Quorum)
}

func count(flags []bool) int {
	n := 0
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}

// campaign asks for votes in a ballot of its own, if the leader still is down and nobody
// else has been voted for meanwhile.
func (c *councillor) campaign() {
	if !c.suspects || !c.objectivelyDown() {
		return
	}
	if left := c.free.Sub(c.env.Clock()); left > 0 {
		c.start.Reset(left)
		return
	}
	c.ballot = c.disk.ballot + 1
	for i := range c.votes {
		c.votes[i] = false
	}
	c.giveUp.Reset(min(maxElection, c.team.cfg.Retry))
	c.holdBack()
	c.onAsk()
}

// onGiveUp ends an election without enough votes, or a promotion that takes too long.
func (c *councillor) onGiveUp() {
	if c.elected {
		c.promoter.Stop()
	}
	c.elected, c.ballot = false, 0
}

// finished watches the new leader.
func (c *councillor) finished(id sim.NodeID, epoch uint32) {
	c.elected, c.ballot = false, 0
	c.giveUp.Stop()
	c.follow(id, epoch)
}
