package raft

import (
	"math/rand/v2"
	"time"

	"replsim/sim"
)

// clockwork is a node's sense of time: timers, or whole ticks as in etcd.
type clockwork struct {
	election *sim.Timer // nobody leads, as it seems
	draws    *sim.Draws
	heard    sim.Time      // from a leader, on the monotonic clock
	booted   sim.Time      // on the same clock …
	again    bool          // … and not for the first time
	shortest time.Duration // election time-out

	ticker   *sim.Timer
	elapsed  int // ticks since the last reset
	patience int // ticks until an election
	rand     *rand.Rand
}

func (n *Node[C]) initClock(first bool) {
	c := &n.clock
	c.shortest = n.cfg.minTimeout()
	c.booted, c.again = n.env.Monotonic(), !first
	if n.cfg.Tick == 0 {
		c.election = n.env.NewTimer(n.onElectionTimeout)
		c.draws = n.env.Draws(n.cfg.ElectionTimeout, "election timeout")
		return
	}
	c.rand = n.env.Stream("ticks")
	c.patience = n.cfg.ElectionTicks + c.rand.IntN(n.cfg.ElectionTicks)
	c.ticker = n.env.NewTimer(n.onTick)
	c.ticker.Reset(time.Duration(c.rand.Int64N(int64(n.cfg.Tick)))) // its phase
}

// restartElectionTimer gives the leader, or a candidate, a whole time-out from now.
func (n *Node[C]) restartElectionTimer() {
	c := &n.clock
	c.elapsed = 0
	if n.cfg.Tick == 0 {
		c.election.Reset(c.draws.Next())
	}
}

// redrawTimeout begins a term in ticks: one time-out is drawn for all of it.
func (n *Node[C]) redrawTimeout() {
	if n.cfg.Tick > 0 {
		n.clock.elapsed = 0
		n.clock.patience = n.cfg.ElectionTicks + n.clock.rand.IntN(n.cfg.ElectionTicks)
	}
}

// stopElectionTimer: a leader holds no election.
func (n *Node[C]) stopElectionTimer() {
	n.clock.elapsed = 0
	if n.cfg.Tick == 0 {
		n.clock.election.Stop()
	}
}

func (n *Node[C]) onTick() {
	n.clock.ticker.Reset(n.cfg.Tick)
	n.clock.elapsed++
	if n.lead != nil {
		n.lead.onTick()
	} else if n.clock.elapsed >= n.clock.patience {
		n.onElectionTimeout()
	}
}

// trustsLeader tells whether the node has heard from a leader so recently that nobody
// has a reason to hold an election (thesis 4.2.3, and 9.6 for pre-votes). A leader has, as
// it were, heard from itself when a majority has. Leases count on that; so a
// node that has crashed, and does not know any more when it last heard from whom, trusts
// whoever it may have been.
func (n *Node[C]) trustsLeader(pre bool) bool {
	c := &n.clock
	now := n.env.Monotonic()
	if n.cfg.ReadMode == LeaseRead && c.again && now.Sub(c.booted) < c.shortest {
		return true
	}
	switch {
	case !n.cfg.CheckQuorum && !(pre && n.cfg.PreVote):
		return false
	case n.lead != nil:
		return now.Sub(n.lead.confirmedAt()) < c.shortest
	case n.leader == sim.NoNode:
		return false
	case n.cfg.Tick > 0:
		return c.elapsed < n.cfg.ElectionTicks
	}
	return now.Sub(c.heard) < c.shortest
}
