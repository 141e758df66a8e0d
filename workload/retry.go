package workload

import (
	"math/bits"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// onTimeout is called when the first deadline comes due. Attempts that were
// answered leave their deadline in the queue; it is dropped here, so that an answer
// costs no work on timers. In a healthy system this runs once per Timeout.
func (c *client) onTimeout() {
	// The timer runs on the node's clock and may be a hair early by true time: what
	// it was set for is due all the same. The next span is counted from the true
	// time, or the error would add up.
	due := max(c.now(), c.deadlines.first().at)
	for c.deadlines.count > 0 {
		d := *c.deadlines.first()
		op := c.ops.find(d.n)
		waiting := op != nil && op.asked && op.attempts == d.attempt
		if waiting && d.at > due {
			c.timeout.Reset(d.at.Sub(c.now()))
			return
		}
		c.deadlines.pop()
		if waiting {
			c.timedOut(op)
			c.again(op)
		}
	}
}

// timedOut ends an attempt that had no answer in time.
func (c *client) timedOut(op *operation) {
	op.asked = false
	if op.unsent {
		op.unsent = false
		op.refused++ // nobody has seen it
		return
	}
	op.unsure = true
	if c.cfg.Redirect == ByProxy && int(op.server) == c.g.proxied() {
		if op.sent >= c.connected { // not on a connection that is given up already
			c.connected = c.now()
			sim.Send(c.env, c.proxy, hangup{})
		}
		return
	}
	c.router.silent(int(op.server), op.sent, c.now())
}

// again makes a further attempt after a pause, or gives up.
func (c *client) again(op *operation) {
	if int(op.retries) == c.cfg.Retries {
		outcome := kv.Failed
		if op.unsure {
			outcome = kv.Unknown
		}
		c.finish(op, outcome, kv.Reply{})
		return
	}
	op.retries++
	op.redirects = 0
	at := c.now().Add(c.pause(op))
	c.agenda.push(retry{at: at, n: op.n})
	if c.agenda[0].n == op.n { // it comes first now
		c.retry.Reset(at.Sub(c.now()))
	}
}

// onRetry begins the attempts that are due, by the rule of onTimeout.
func (c *client) onRetry() {
	due := max(c.now(), c.agenda[0].at)
	for len(c.agenda) > 0 && c.agenda[0].at <= due {
		c.choose(c.ops.find(c.agenda.pop().n))
	}
	if len(c.agenda) > 0 {
		c.retry.Reset(c.agenda[0].at.Sub(c.now()))
	}
}

// maxPause bounds the pause before a retry, unless Backoff itself is longer: the
// limit of the AWS SDKs' standard retry mode.
const maxPause = 20 * time.Second

// pause returns the time before the retry that op.retries counts: Backoff, doubled
// for each retry before, of which the share Jitter is random.
func (c *client) pause(op *operation) time.Duration {
	base := c.cfg.Backoff
	for i := int32(1); i < op.retries && base < maxPause; i++ {
		base = min(2*base, maxPause)
	}
	random := fraction(derive(op.plan.pause, op.retries))
	return time.Duration(float64(base) * (1 - float64(c.cfg.Jitter*random)))
}

// derive makes a further random word for an operation's i-th retry from its own
// word, so that retries take nothing from the streams.
func derive(word uint64, i int32) uint64 {
	x := word + uint64(i)*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9 // SplitMix64 (Steele, Lea and Flood 2014)
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// fraction turns a random word into a number from 0 to below 1.
func fraction(word uint64) float64 { return float64(word>>11) * 0x1p-53 }

// among turns a random word into an index below n.
func among(word uint64, n int) int {
	i, _ := bits.Mul64(word, uint64(n))
	return int(i)
}
