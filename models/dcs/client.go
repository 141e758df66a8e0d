package dcs

import (
	"time"

	"replsim/sim"
)

// Client asks the store on behalf of a node, one thing at a time.
type Client struct {
	env     *sim.Env
	members []sim.NodeID
	at      int           // the member that is asked
	total   time.Duration // after which it gives up
	perTry  time.Duration // … and goes on to another member

	call     Call
	done     func(Result) // nil: nothing is asked
	followed bool         // a hint, and it led nowhere
	try      *sim.Timer
	end      *sim.Timer
}

// pauseAfterHint is how long a client waits when members do not know who leads.
const pauseAfterHint = 100 * time.Millisecond

// NewClient makes the client of a node, which gives up after a time. Events of watches are
// passed on to onEvent. The numbers of its calls begin with the clock, and so after those of
// former incarnations of the node, which members may still answer.
func NewClient(e *sim.Env, c *Cluster, timeout time.Duration, onEvent func(Event)) *Client {
	k := &Client{env: e, members: c.Nodes(), total: timeout, perTry: perTry(timeout, len(c.nodes))}
	k.call.ID = uint64(e.Monotonic())
	k.try, k.end = e.NewTimer(k.onTry), e.NewTimer(k.onEnd)
	k.at = e.Rand().IntN(len(k.members))
	sim.Handle(e, k.onAnswer)
	sim.Handle(e, func(_ sim.NodeID, ev Event) { onEvent(ev) })
	return k
}

// perTry is how Patroni parts a time-out: among the members, as long as each gets a second;
// a sole member is tried three times, each of two twice.
func perTry(timeout time.Duration, members int) time.Duration {
	const least = time.Second
	most := max(4-members, 1)
	for n := members; n > 0; n-- {
		if each := timeout / time.Duration(n); each >= least {
			tries := 1
			for tries < most && each/time.Duration(tries+1) >= least {
				tries++
			}
			return each / time.Duration(tries)
		}
		most = 1
	}
	return timeout
}

// Do asks for something, in place of what was asked before. done is called once.
func (k *Client) Do(r Request, done func(Result)) {
	k.call, k.done, k.followed = Call{k.call.ID + 1, r}, done, false
	k.end.Reset(k.total)
	k.ask()
}

// Cancel forgets what was asked.
func (k *Client) Cancel() {
	k.done = nil
	k.try.Stop()
	k.end.Stop()
}

// Watch asks the member that answered last to tell of changes of a key.
func (k *Client) Watch(key string) { sim.Send(k.env, k.members[k.at], Watch{Key: key}) }

func (k *Client) ask() {
	sim.Send(k.env, k.members[k.at], k.call)
	k.try.Reset(k.perTry)
}

// onTry goes on to the next member.
func (k *Client) onTry() {
	k.at, k.followed = (k.at+1)%len(k.members), false
	k.ask()
}

// onEnd gives up. The next question goes to another member.
func (k *Client) onEnd() {
	k.at = (k.at + 1) % len(k.members)
	k.finish(Result{Status: Unavailable})
}

func (k *Client) finish(r Result) {
	done := k.done
	k.Cancel()
	done(r)
}

// onAnswer takes an answer, or follows the hint of a member that does not lead. If
// the hint is wrong as well, there is an election, and it waits a moment.
func (k *Client) onAnswer(from sim.NodeID, a Answer) {
	if k.done == nil || a.ID != k.call.ID {
		return
	}
	if a.Status != NotLeader {
		k.finish(a.Result)
		return
	}
	if from != k.members[k.at] {
		return
	}
	for i, id := range k.members {
		if id == a.Leader && !k.followed {
			k.at, k.followed = i, true
			k.ask()
			return
		}
	}
	k.try.Reset(min(pauseAfterHint, k.perTry))
}
