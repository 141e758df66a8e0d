package workload

import (
	"math/rand/v2"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// users are the people behind one client: what they want, and when. They outlive
// the crashes of the client's machine, and know nothing of servers and answers.
type users struct {
	cfg     *Config
	keys    *keyTable
	session int32
	count   int64 // operations wanted so far

	// One stream per purpose, each drawn from once per operation.
	kinds, picks, owns, routes, pauses *rand.Rand

	arrivals arrivals   // open loop
	due      sim.Time   // open loop: when they next want something
	think    *sim.Draws // closed loop
}

// plan is an operation as the users want it: all that is drawn about it.
type plan struct {
	n     int64 // counts this client's operations, from 1
	kind  kv.Kind
	key   kv.Key
	own   bool   // a read of what this client wrote last, rather than of key
	route uint64 // random word for the choice of servers
	pause uint64 // random word for the pauses between attempts
}

func newUsers(g *Group, i int, e *sim.Env) *users {
	u := &users{cfg: &g.cfg, keys: g.keys, session: g.cfg.FirstSession + int32(i)}
	u.kinds, u.picks, u.owns = e.Stream("kinds"), e.Stream("keys"), e.Stream("own")
	u.routes, u.pauses = e.Stream("routing"), e.Stream("backoff")
	if g.cfg.Rate > 0 {
		u.arrivals = newArrivals(&g.cfg, g.curve, i, len(g.nodes), e)
		u.due = u.arrivals.next()
	} else {
		u.think = e.Draws(g.cfg.Think, "think")
	}
	return u
}

// next draws the next operation.
func (u *users) next() plan {
	u.count++
	p := plan{n: u.count}
	if u.kinds.Float64() < u.cfg.Writes {
		p.kind = kv.Write
	}
	p.key = u.keys.pick(u.picks.Uint64())
	p.own = u.owns.Float64() < u.cfg.ReadOwn && p.kind == kv.Read
	p.route, p.pause = u.routes.Uint64(), u.pauses.Uint64()
	return p
}

// batch is the number of operations per arrival.
func (u *users) batch() int {
	if u.cfg.Process == Bursts {
		return u.cfg.BurstSize
	}
	return 1
}

// skip gives up what was wanted before now, because the client was down.
func (u *users) skip(now sim.Time) {
	for u.due < now {
		for range u.batch() {
			u.next()
		}
		u.due = u.arrivals.next()
	}
}

// firstPause returns how long a closed loop waits at the start: a random part of
// a think time, lest all clients march in step.
func (u *users) firstPause(r *rand.Rand) time.Duration {
	return time.Duration(float64(u.think.Next()) * r.Float64())
}

// An OpID holds the session and, in the low bits, the count. Together they have 53
// bits, so that an OpID survives programs that read all numbers as floating point.
const (
	countBits   = 36 // 6.9·10¹⁰ operations of one client
	maxSessions = 1 << (53 - countBits)
)

// opID names the n-th operation of this client, the same in every variant.
func (u *users) opID(n int64) kv.OpID { return kv.OpID(u.session)<<countBits | kv.OpID(n) }

// countOf is the n of an OpID.
func countOf(id kv.OpID) int64 { return int64(id & (1<<countBits - 1)) }
