package paxos

import (
	"replsim/models/kv"
	"replsim/sim"
)

// replica is one incarnation of a node, which plays all three parts.
type replica struct {
	env     *sim.Env
	c       *Cluster
	cfg     *Config
	disk    *pages
	journal *sim.Log[record]

	acceptor acceptor
	learner  learner
	proposer proposer
	herald   *kv.Herald

	serve     *sim.Jobs[work]
	readCost  *sim.Draws
	writeCost *sim.Draws
	wakeCost  *sim.Draws
	synced    *sim.Jobs[struct{}] // a flush has ended, and its process is being woken
	answers   *sim.Jobs[answer]   // a value was decided, and its session is being woken
}

// work is a client's request on its way through a node.
type work struct {
	client sim.NodeID
	via    sim.NodeID // the node that has passed it on, or NoNode
	req    kv.Request
}

// answer is a reply on its way to the client of some work.
type answer struct {
	work  work
	reply kv.Reply
}

// boot starts a node from what its disk holds.
func (c *Cluster) boot(e *sim.Env) {
	r := &replica{env: e, c: c, cfg: &c.cfg}
	first := c.replicas[e.ID()] == nil
	c.replicas[e.ID()] = r
	r.journal = sim.OpenLog[record](e, r.onSynced)
	r.disk = sim.Pages(e, func() *pages { return c.fresh(!first) })
	r.herald = kv.NewHerald(e, c.names)
	r.serve = sim.NewJobs(e.CPU(), r.onServed)
	r.readCost = e.Draws(c.cfg.Read, "read")
	r.writeCost = e.Draws(c.cfg.Write, "write")
	r.wakeCost = e.Draws(c.cfg.Wake, "wake")
	r.synced = sim.NewJobs(e.CPU(), r.onFlushed)
	r.answers = sim.NewJobs(e.CPU(), r.send)
	r.acceptor.init(r, first)
	r.learner.init(r)
	r.proposer.init(r)

	sim.Handle(e, r.onRequest)
	sim.Handle(e, r.onForwarded)
	sim.Handle(e, r.onAnswered)
	sim.Handle(e, r.onLagQuery)
	sim.Handle(e, r.onStatusQuery)
	sim.Handle(e, r.acceptor.onPrepare)
	sim.Handle(e, r.acceptor.onAccept)
	sim.Handle(e, r.proposer.onPromise)
	sim.Handle(e, r.proposer.onRefused)
	sim.Handle(e, r.proposer.onAccepted)
	sim.Handle(e, r.proposer.onPromote)
	sim.Handle(e, r.learner.onDecide)
	sim.Handle(e, r.learner.onLearn)
	sim.Handle(e, r.learner.onDecisions)
	sim.Handle(e, r.learner.onSnapshotPart)
	sim.Handle(e, r.learner.onSnapshot)

	c.audit.booted(r)
	r.learner.apply()
	if first && e.ID() == c.nodes[0] {
		r.proposer.begin()
	} else {
		r.proposer.await()
	}
}

// onSynced wakes the process that has asked for a flush.
func (r *replica) onSynced(sim.LSN) {
	if cost := r.wakeCost.Next(); cost > 0 {
		r.synced.Do(cost, struct{}{})
		return
	}
	r.onFlushed(struct{}{})
}

// onFlushed goes on after a flush: what is safe now may be promised, acknowledged,
// and applied.
func (r *replica) onFlushed(struct{}) {
	r.c.audit.flushed(r)
	r.acceptor.onFlushed()
	r.learner.apply()
	r.fold()
}

// onRequest begins a client's request.
func (r *replica) onRequest(client sim.NodeID, req kv.Request) {
	r.take(work{client: client, via: sim.NoNode, req: req})
}

// take queues a request for the CPU, unless it belongs to another node.
func (r *replica) take(w work) {
	if r.passOn(w) {
		return
	}
	cost := r.readCost
	if w.req.Kind == kv.Write {
		cost = r.writeCost
	}
	r.serve.Do(cost.Next(), w)
}

// passOn sends a request that only the leader can serve to the leader, or tells its
// client where the leader is. It tells whether that was needed.
func (r *replica) passOn(w work) bool {
	local := r.cfg.Reads == ReadLocal && w.req.Kind == kv.Read
	if local || r.cfg.Rule == Anybody || r.proposer.lead != nil {
		return false
	}
	leader := r.acceptor.leader
	if leader == r.env.ID() {
		leader = sim.NoNode
	}
	if r.cfg.Forward && leader != sim.NoNode && w.via == sim.NoNode {
		sim.Send(r.env, leader, Forwarded{Client: w.client, Request: w.req})
		return true
	}
	r.send(answer{w, kv.Reply{ID: w.req.ID, Status: kv.NotLeader, Leader: leader}})
	return true
}

// onServed runs a request when its service time is over.
func (r *replica) onServed(w work) {
	switch {
	case r.passOn(w): // deposed meanwhile
	case w.req.Kind == kv.Write || r.cfg.Reads == ReadLog:
		r.proposer.submit(w)
	case r.cfg.Reads == ReadLocal:
		r.answerRead(w)
	default:
		r.proposer.readByLease(w)
	}
}

// answerRead answers a read from this node's state.
func (r *replica) answerRead(w work) {
	cell := r.disk.state[w.req.Key]
	r.send(answer{w, kv.Reply{ID: w.req.ID, Value: cell.Value, Version: cell.Version, Leader: r.leader(), Bytes: int32(r.cfg.ValueBytes)}})
}

// answerWrite answers a write that was decided, when its session has woken.
func (r *replica) answerWrite(w work, version kv.Version) {
	a := answer{w, kv.Reply{ID: w.req.ID, Value: w.req.ID, Version: version, Leader: r.leader()}}
	if cost := r.wakeCost.Next(); cost > 0 {
		r.answers.Do(cost, a)
		return
	}
	r.send(a)
}

// leader returns whom clients should ask, as far as this node knows: with the rule
// Anybody, itself.
func (r *replica) leader() sim.NodeID {
	if r.cfg.Rule == Anybody || r.proposer.lead != nil {
		return r.env.ID()
	}
	return r.acceptor.leader
}

// send sends a reply by the way that the request has come.
func (r *replica) send(a answer) {
	if a.work.via != sim.NoNode {
		sim.Send(r.env, a.work.via, Answered{Client: a.work.client, Reply: a.reply})
		return
	}
	sim.Send(r.env, a.work.client, a.reply)
}

func (r *replica) onForwarded(from sim.NodeID, m Forwarded) {
	r.take(work{client: m.Client, via: from, req: m.Request})
}

func (r *replica) onAnswered(_ sim.NodeID, m Answered) { sim.Send(r.env, m.Client, m.Reply) }

// onLagQuery answers a router that polls its replicas.
func (r *replica) onLagQuery(router sim.NodeID, q kv.LagQuery) {
	sim.Send(r.env, router, kv.LagReply{Leading: r.proposer.lead != nil, Lag: r.learner.lag(), Tag: q.Tag})
}

func (r *replica) onStatusQuery(operator sim.NodeID, _ StatusQuery) {
	sim.Send(r.env, operator, Status{Ballot: r.acceptor.promised, Decided: r.learner.decided, Leading: r.proposer.lead != nil})
}
