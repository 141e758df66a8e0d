package workload

import (
	"replsim/models/kv"
	"replsim/sim"
)

// client is one incarnation of a client's program. A crash drops it, with its
// operations in flight and all it believed about the servers.
type client struct {
	g      *Group
	cfg    *Config
	env    *sim.Env
	users  *users
	router router
	names  *resolver  // Redirect ByName
	proxy  sim.NodeID // Redirect ByProxy

	connected sim.Time // since when its connection to the proxy is there

	ops       window
	deadlines fifo
	agenda    agenda

	// One timer per purpose serves all operations: see retry.go.
	arrival, timeout, retry, poll *sim.Timer

	wake *sim.Jobs[answer] // of a program that starts cold

	epoch   uint32 // the latest of a leader that has answered
	written kv.Key // the record whose write was acknowledged last
	wrote   bool   // there is one
}

// answer is a server's reply on its way to the program.
type answer struct {
	from  sim.NodeID
	reply kv.Reply
}

// boot starts the program of the i-th client.
func (g *Group) boot(i int, e *sim.Env) {
	if g.users[i] == nil {
		g.users[i] = newUsers(g, i, e)
	}
	restarted := g.clients[i] != nil
	c := &client{g: g, cfg: &g.cfg, env: e, users: g.users[i]}
	c.router = newRouter(g, i)
	g.clients[i] = c
	c.arrival = e.NewTimer(c.onArrival)
	c.timeout = e.NewTimer(c.onTimeout)
	c.retry = e.NewTimer(c.onRetry)
	c.wake = sim.NewJobs(e.CPU(), func(a answer) { c.handle(a.from, a.reply) })
	sim.Handle(e, c.onReply)
	switch c.cfg.Redirect {
	case ByName:
		c.names = c.newResolver(restarted)
	case ByProxy:
		c.proxy = nearestOf(c.cfg.Proxies, g.world.Node(g.nodes[i]), i)
	}
	if g.stopped {
		return
	}
	if c.cfg.ReadsFrom.polls() {
		c.startPolling(i)
	}
	if c.users.think == nil {
		c.users.skip(c.now())
		c.await()
	} else {
		c.arrival.Reset(c.users.firstPause(e.Stream("start")))
	}
}

// now is the monotonic clock that drivers measure spans with: unlike Env.Clock it
// never jumps. Its drift, millionths of a time-out, is left out.
func (c *client) now() sim.Time { return c.g.world.Now() }

// onArrival begins what the users want now. In a closed loop that is one operation,
// whose end arms the timer again.
func (c *client) onArrival() {
	if c.users.think != nil {
		c.begin()
		return
	}
	for range c.users.batch() {
		c.begin()
	}
	c.users.due = c.users.arrivals.next()
	c.await()
}

// await arms the timer for the next arrival, if there is one.
func (c *client) await() {
	if c.users.due != never {
		c.arrival.Reset(c.users.due.Sub(c.now()))
	}
}

// begin starts the next operation.
func (c *client) begin() {
	p := c.users.next()
	op := c.ops.add(p.n)
	op.plan = p
	if p.own && c.wrote {
		op.key = c.written
	}
	op.begun = c.now()
	sim.Report(c.env, kv.Invoked{Op: c.users.opID(p.n), Kind: op.kind, Key: op.key, Session: c.users.session})
	c.choose(op)
}

// choose makes an attempt at the server that the routing asks for.
func (c *client) choose(op *operation) {
	server, asLeader := c.router.route(op, c.now())
	c.attempt(op, server, asLeader)
}

// attempt sends an operation to a server.
func (c *client) attempt(op *operation, server int, asLeader bool) {
	op.attempts++
	op.server, op.asLeader, op.asked = int32(server), asLeader, true
	op.sent = c.now()
	c.deadlines.push(deadline{at: op.sent.Add(c.cfg.Timeout), n: op.n, attempt: op.attempts})
	if !c.timeout.Armed() {
		c.timeout.Reset(c.cfg.Timeout)
	}
	if asLeader && c.names != nil && c.now() >= c.names.until {
		c.resolve(op)
		return
	}
	c.send(op)
}

// send sends an attempt.
func (c *client) send(op *operation) {
	to := c.proxy
	if int(op.server) != c.g.proxied() {
		to = c.cfg.Servers[op.server].ID
	}
	request := kv.Request{ID: c.users.opID(op.n), Kind: op.kind, Key: op.key}
	if c.cfg.CarryEpochs {
		request.Epoch = c.epoch
	}
	if op.kind == kv.Write {
		request.Bytes = c.cfg.ValueSize
	}
	sim.Send(c.env, to, request)
}

// onReply wakes the program for an answer. It costs nothing else.
func (c *client) onReply(from sim.NodeID, r kv.Reply) {
	if c.env.CPU().StartsCold() {
		c.wake.Do(0, answer{from, r})
		return
	}
	c.handle(from, r)
}

// handle handles an answer.
func (c *client) handle(from sim.NodeID, r kv.Reply) {
	server := c.g.serverOf(from)
	c.router.heard(server, c.now())
	c.epoch = max(c.epoch, r.Epoch)
	op := c.ops.find(countOf(r.ID))
	if op == nil || !op.asked || op.unsent || int(op.server) != server {
		c.router.learn(server, c.g.serverOf(r.Leader), r)
		return
	}
	op.asked = false
	switch {
	case r.Status == kv.Broken:
		op.unsure = true
		c.again(op)
	case r.Status == kv.NotLeader || c.cfg.Redirect == FollowHints && op.misled(from, r):
		op.refused++
		c.redirect(op, server, c.g.serverOf(r.Leader))
	case r.Status == kv.Refused:
		op.refused++
		c.router.doubt(server)
		c.again(op)
	default:
		if op.asLeader {
			c.router.confirm(server, c.g.serverOf(r.Leader))
		}
		c.finish(op, kv.Succeeded, r)
	}
}

// misled tells whether a read meant for the leader was answered by a server that
// says that it does not lead. A driver that wants the leader checks this (with
// PostgreSQL, by asking pg_is_in_recovery) and does not take the answer. Who trusts a
// name or a proxy takes what comes.
func (op *operation) misled(from sim.NodeID, r kv.Reply) bool {
	return r.Status == kv.OK && op.kind == kv.Read && op.asLeader && r.Leader != from
}

// maxRedirects bounds how often an operation follows hints before it pauses: two
// servers that each take the other for the leader must not be asked for ever.
const maxRedirects = 5

// redirect goes on after server has said that it does not lead: to hint at once,
// if there is one (an index of Servers, else -1).
func (c *client) redirect(op *operation, server, hint int) {
	c.router.deny(server, hint)
	if c.cfg.Redirect != FollowHints || hint < 0 || hint == server || op.redirects == maxRedirects {
		c.again(op)
		return
	}
	op.redirects++
	c.attempt(op, hint, true)
}

// finish ends an operation; r is the answer, if it succeeded.
func (c *client) finish(op *operation, outcome kv.Outcome, r kv.Reply) {
	node := sim.NoNode
	if outcome == kv.Succeeded {
		if node = c.proxy; int(op.server) != c.g.proxied() {
			node = c.cfg.Servers[op.server].ID
		}
		if op.kind == kv.Write {
			c.written, c.wrote = op.key, true
		}
	}
	sim.Report(c.env, kv.Returned{
		Op: c.users.opID(op.n), Kind: op.kind, Key: op.key, Session: c.users.session,
		Outcome: outcome, Value: r.Value, Version: r.Version,
		Latency: c.now().Sub(op.begun), Attempts: op.attempts, Refused: op.refused, Node: node,
	})
	c.ops.remove(op)
	if c.users.think != nil && !c.g.stopped {
		c.arrival.Reset(c.users.think.Next())
	}
}
