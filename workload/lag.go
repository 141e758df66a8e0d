package workload

import (
	"math"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// lagBelief is a server's last answer to a poll.
type lagBelief struct {
	lag     time.Duration
	leading bool
	known   bool
	at      sim.Time // when it came
}

// missedPolls without an answer make a lag unknown.
const missedPolls = 3

// startPolling asks all servers for their lag, again and again. The clients of a
// group spread their polls over the period.
func (c *client) startPolling(i int) {
	c.poll = c.env.NewTimer(c.onPoll)
	sim.Handle(c.env, c.onLag)
	c.poll.Reset(c.cfg.LagPoll * time.Duration(i) / time.Duration(len(c.g.nodes)))
}

func (c *client) onPoll() {
	if c.g.stopped && c.ops.live == 0 {
		return
	}
	for _, s := range c.cfg.Servers {
		sim.Send(c.env, s.ID, kv.LagQuery{})
	}
	c.poll.Reset(c.cfg.LagPoll)
}

// onLag believes what a server says about itself.
func (c *client) onLag(from sim.NodeID, r kv.LagReply) {
	s := c.g.serverOf(from)
	c.router.heard(s, c.now())
	c.router.lags[s] = lagBelief{lag: r.Lag, leading: r.Leading, known: true, at: c.now()}
}

// unknownLag is that of a server which is no follower or has not answered lately.
const unknownLag = time.Duration(math.MaxInt64)

// believedLag returns how far behind a follower is believed to be. The leader is
// left out, as in MaxScale: it is never behind, and would get all reads.
func (r *router) believedLag(server int, now sim.Time) time.Duration {
	b := &r.lags[server]
	if !b.known || b.leading || now.Sub(b.at) > missedPolls*r.cfg.LagPoll {
		return unknownLag
	}
	return b.lag
}

// leastLag returns the follower believed to lag least, or -1. Idle followers all
// lag by nothing: the word decides between equals, lest one gets all reads.
func (r *router) leastLag(word uint64, now sim.Time, ok func(s int) bool) int {
	least := unknownLag
	for s := range r.lags {
		if ok(s) {
			least = min(least, r.believedLag(s, now))
		}
	}
	if least == unknownLag {
		return -1
	}
	return r.anyOf(word, func(s int) bool { return ok(s) && r.believedLag(s, now) == least })
}
