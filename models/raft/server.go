package raft

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// server is the database on one node: it serves clients, and is the state machine that
// its Raft node feeds.
type server struct {
	env   *sim.Env
	cfg   *Config
	node  *Node[Write]
	store store

	writes map[kv.OpID]sim.NodeID // those that wait, and their clients …
	older  map[kv.OpID]sim.NodeID // … if they came before since
	since  sim.Time               // on the monotonic clock
	reads  []pendingRead          // in order of their numbers
	number uint64                 // of the last read
	now    uint64                 // the read in service, which has not waited for anything

	serve     *sim.Jobs[work]
	wake      *sim.Jobs[answer]
	readCost  *sim.Draws
	writeCost *sim.Draws
	wakeCost  *sim.Draws
}

// work is a client's request in service.
type work struct {
	client sim.NodeID
	req    kv.Request
}

// patience is after which time a node forgets a write that was never decided, at the
// earliest: it was lost on its way to a leader, or with it.
const patience = 10 * time.Second

// pendingRead is a read that waits until it is safe to answer.
type pendingRead struct {
	number uint64
	client sim.NodeID
	req    kv.Request
}

// answer is for a client whose session is being woken.
type answer struct {
	client sim.NodeID
	reply  kv.Reply
	read   bool
	key    kv.Key
}

// boot starts a node.
func (c *Cluster) boot(e *sim.Env) {
	s := &server{env: e, cfg: &c.cfg, writes: map[kv.OpID]sim.NodeID{}, older: map[kv.OpID]sim.NodeID{}}
	s.serve = sim.NewJobs(e.CPU(), s.onServed)
	s.wake = sim.NewJobs(e.CPU(), s.send)
	s.readCost = e.Draws(c.cfg.Read, "read")
	s.writeCost = e.Draws(c.cfg.Write, "write")
	s.wakeCost = e.Draws(c.cfg.Wake, "wake session")
	s.node = Start(e, c.group, Machine[Write](s))
	c.servers[c.group.place(e.ID())] = s
	sim.Handle(e, s.onRequest)
	sim.Handle(e, s.onLagQuery)
}

// onRequest queues a client's request for the CPU, or turns it away at once.
func (s *server) onRequest(client sim.NodeID, req kv.Request) {
	if !s.serves(req.Kind) {
		s.turnAway(client, req)
		return
	}
	cost := s.readCost
	if req.Kind == kv.Write {
		cost = s.writeCost
	}
	if d := cost.Next(); d > 0 {
		s.serve.Do(d, work{client, req})
		return
	}
	s.onServed(work{client, req})
}

// serves tells whether this node can do something about a request.
func (s *server) serves(kind kv.Kind) bool {
	switch {
	case s.node.Leading():
		return true
	case kind == kv.Write:
		return s.cfg.Forward && s.node.Hint() != sim.NoNode
	case s.cfg.FollowerReads == IndexReads:
		return s.node.Hint() != sim.NoNode
	}
	return s.cfg.FollowerReads == StaleReads
}

// onServed runs a request when its service time is over.
func (s *server) onServed(j work) {
	switch {
	case !s.serves(j.req.Kind): // deposed meanwhile
		s.turnAway(j.client, j.req)
	case j.req.Kind == kv.Write:
		s.write(j)
	case !s.node.Leading() && s.cfg.FollowerReads == StaleReads:
		s.send(answer{client: j.client, reply: kv.Reply{ID: j.req.ID}, read: true, key: j.req.Key})
	default:
		s.number++
		s.reads = append(s.reads, pendingRead{s.number, j.client, j.req})
		s.now = s.number
		s.node.Confirm(s.number)
		s.now = 0
	}
}

// write proposes a write, or passes it on to the leader. It is answered when this node
// has applied it.
func (s *server) write(j work) {
	w := Write{Op: j.req.ID, Key: j.req.Key, Origin: s.env.ID()}
	s.expect(w.Op, j.client)
	if !s.node.Leading() {
		sim.Send(s.env, s.node.Hint(), Proposal[Write]{Command: w, bytes: s.cfg.RecordBytes})
		return
	}
	if _, _, ok := s.node.Propose(w); !ok { // it is handing over
		s.forget(w.Op)
		sim.Send(s.env, j.client, kv.Reply{ID: j.req.ID, Status: kv.Refused, Leader: s.env.ID()})
	}
}

// expect notes whom to tell, and forgets whom there will be nothing to tell.
func (s *server) expect(op kv.OpID, client sim.NodeID) {
	if now := s.env.Monotonic(); now.Sub(s.since) > patience {
		clear(s.older)
		s.writes, s.older, s.since = s.older, s.writes, now
	}
	s.writes[op] = client
}

// forget takes a write from those that wait, and returns who waits for it.
func (s *server) forget(op kv.OpID) (client sim.NodeID, waits bool) {
	for _, m := range [2]map[kv.OpID]sim.NodeID{s.writes, s.older} {
		if client, waits = m[op]; waits {
			delete(m, op)
			return client, true
		}
	}
	return sim.NoNode, false
}

// Apply implements Machine: it executes a write, and tells the client that waits for it.
func (s *server) Apply(index sim.LSN, e Entry[Write]) {
	w := e.Command
	version := s.store.apply(kv.VersionAt(e.Term, index), w, s.cfg.Sessions)
	switch {
	case w.Origin != s.env.ID(), s.node == nil: // recovering
		return
	case !s.cfg.answersLate() && e.Term != s.node.Term():
		return // the sessions of a former leadership have ended
	}
	if client, waits := s.forget(w.Op); waits {
		s.answer(answer{client: client, reply: kv.Reply{ID: w.Op, Value: w.Op, Version: version}})
	}
}

// Readable implements Machine: it answers the reads up to a number.
func (s *server) Readable(number uint64) {
	done := 0
	for done < len(s.reads) && s.reads[done].number <= number {
		r := s.reads[done]
		done++
		a := answer{client: r.client, reply: kv.Reply{ID: r.req.ID}, read: true, key: r.req.Key}
		if r.number == s.now {
			s.send(a)
		} else {
			s.answer(a)
		}
	}
	s.reads = s.reads[:copy(s.reads, s.reads[done:])]
}

// answer wakes the session of a client, which then tells it.
func (s *server) answer(a answer) {
	if cost := s.wakeCost.Next(); cost > 0 {
		s.wake.Do(cost, a)
		return
	}
	s.send(a)
}

// send tells a client. A read returns what it finds now.
func (s *server) send(a answer) {
	a.reply.Leader = s.node.Hint()
	if a.read {
		c := s.store.cells[a.key]
		a.reply.Value, a.reply.Version, a.reply.Bytes = c.Value, c.Version, int32(s.cfg.ValueBytes)
	}
	sim.Send(s.env, a.client, a.reply)
}

// Deposed implements Machine. Reads that were not answered had no effect; what becomes
// of writes, their clients will not know, unless the node goes on to wait for them.
func (s *server) Deposed() {
	for _, r := range s.reads {
		s.turnAway(r.client, r.req)
	}
	s.reads = s.reads[:0]
	if !s.cfg.Forward {
		clear(s.writes)
		clear(s.older)
	}
}

// Snapshot implements Machine.
func (s *server) Snapshot() (state any, bytes int) {
	return s.store.copy(), len(s.store.cells)*(cellBytes+s.cfg.ValueBytes) + len(s.store.done)*cellBytes
}

// Restore implements Machine.
func (s *server) Restore(state any) {
	if i, ok := state.(*image); ok {
		s.store.load(i)
		return
	}
	s.store = store{cells: make([]cell, s.cfg.Keys)}
}

func (s *server) turnAway(client sim.NodeID, req kv.Request) {
	hint := s.node.Hint()
	if hint == s.env.ID() {
		hint = sim.NoNode
	}
	sim.Send(s.env, client, kv.Reply{ID: req.ID, Status: kv.NotLeader, Leader: hint})
}

// onLagQuery answers a router that polls its replicas.
func (s *server) onLagQuery(router sim.NodeID, q kv.LagQuery) {
	sim.Send(s.env, router, kv.LagReply{Lag: s.node.Lag(), Leading: s.node.Leading(), Tag: q.Tag})
}
