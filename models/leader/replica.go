package leader

import (
	"replsim/models/kv"
	"replsim/sim"
)

// replica is one incarnation of a node: it leads (lead is set), or follows.
type replica struct {
	env   *sim.Env
	c     *Cluster
	cfg   *Config
	disk  *pages
	log   *sim.Log[Record]
	state Store
	// applied is the position up to which state reflects the log: for a leader
	// what other sessions may see, for a follower what its appliers have done.
	applied sim.LSN

	lead      *leading
	follow    *following
	herald    *kv.Herald
	promoting uint32 // the epoch in which it is about to lead, or 0
	finishing uint32 // … and has nothing more to apply for
	takeOver  *sim.Timer

	serve     *sim.Jobs[work]
	readCost  *sim.Draws
	writeCost *sim.Draws
	wakeCost  *sim.Draws
	promotion *sim.Draws
	applyPool applyPool

	flushing bool                // a flush that somebody waits for is under way
	synced   *sim.Jobs[struct{}] // … has ended, and its process is being woken
}

// work is a client's request in service.
type work struct {
	client sim.NodeID
	req    kv.Request
}

// boot starts a node from what its disk holds.
func (c *Cluster) boot(e *sim.Env) {
	r := &replica{env: e, c: c, cfg: &c.cfg}
	first := c.replicas[e.ID()] == nil
	c.replicas[e.ID()] = r
	r.log = sim.OpenLog[Record](e, r.onSynced)
	r.disk = sim.Pages(e, func() *pages { return c.freshPages(first) })
	r.recover()
	r.serve = sim.NewJobs(e.CPU(), r.onServed)
	r.readCost = e.Draws(c.cfg.Read, "read")
	r.writeCost = e.Draws(c.cfg.Write, "write")
	r.wakeCost = e.Draws(c.cfg.Wake, "wake")
	r.promotion = e.Draws(c.cfg.Promotion, "promotion")
	r.takeOver = e.NewTimer(r.onTakeOver)
	r.synced = sim.NewJobs(e.CPU(), r.onFlushed)
	r.applyPool.init(r)
	r.follow = newFollowing(r)
	r.herald = kv.NewHerald(e, c.names)

	sim.Handle(e, r.onRequest)
	sim.Handle(e, r.onLagQuery)
	sim.Handle(e, r.onHello)
	sim.Handle(e, r.onAck)
	sim.Handle(e, r.onAppend)
	sim.Handle(e, r.onWelcome)
	sim.Handle(e, r.onSnapshotPart)
	sim.Handle(e, r.onSnapshot)
	sim.Handle(e, r.onFollow)
	sim.Handle(e, r.onPromote)
	sim.Handle(e, r.onStatusQuery)
	r.guarded()

	switch {
	case r.disk.barred:
	case r.disk.leader == e.ID() && !first && (c.guard.Lease > 0 || c.guard.Managed):
		r.disk.leader = sim.NoNode // its lease ended with its memory: it waits for its order
	case r.disk.leader == e.ID():
		// Followers may have what the crash took: shipped before the flush, or in a
		// snapshot, which shows what was committed without one.
		if !first && (r.cfg.ShipUnflushed || !r.cfg.LocalFlush) {
			r.addHistory(r.disk.epoch)
		}
		r.startLeading(r.disk.epoch)
	default:
		r.applyPool.run()
		r.follow.connect()
	}
}

// recover rebuilds the state from the pages and the log. It takes no time: how
// long a restart lasts is part of the fault that made it necessary.
func (r *replica) recover() {
	r.disk.applied = max(r.log.Base(), min(r.disk.applied, r.log.End()))
	r.rebuild(r.disk.applied)
}

// rebuild makes the state that the log up to and including to leads to.
func (r *replica) rebuild(to sim.LSN) {
	r.state = r.disk.base.clone()
	for lsn := r.log.Base() + 1; lsn <= to; lsn++ {
		r.state.set(lsn, r.log.At(lsn))
	}
	r.applied = to
}

// advanceApplied makes the log visible up to and including to.
func (r *replica) advanceApplied(to sim.LSN) {
	if to <= r.applied {
		return
	}
	for lsn := r.applied + 1; lsn <= to; lsn++ {
		r.state.set(lsn, r.log.At(lsn))
	}
	r.applied = to
	r.keepApplied()
	sim.Report(r.env, kv.Applied{Version: r.versionAt(to)})
}

// keepApplied lets the pages hold what is applied, as far as the log on the disk covers
// it: all, unless followers apply first and flush later.
func (r *replica) keepApplied() { r.disk.applied = min(r.applied, r.log.Flushed()) }

// versionAt returns the version of the record at lsn.
func (r *replica) versionAt(lsn sim.LSN) kv.Version {
	return kv.VersionAt(r.log.At(lsn).Epoch, lsn)
}

// flush makes the log safe, one group of records after the other: those that come
// during a flush share the next one.
func (r *replica) flush() {
	if !r.flushing && r.log.End() > r.log.Flushed() {
		r.flushing = true
		r.log.Flush()
	}
}

// onSynced wakes the process that has asked for a flush. Under load it waits for a
// core, and meanwhile more records gather for the next flush.
func (r *replica) onSynced(sim.LSN) {
	r.keepApplied()
	if cost := r.wakeCost.Next(); cost > 0 {
		r.synced.Do(cost, struct{}{})
		return
	}
	r.onFlushed(struct{}{})
}

// onFlushed goes on after a flush, on leaders and followers alike.
func (r *replica) onFlushed(struct{}) {
	r.flushing = false
	switch {
	case r.lead != nil && r.lead.entitled():
		r.lead.onFlushed()
	default:
		r.follow.onFlushed()
	}
	r.trim()
}

// trim forgets old records once there are a quarter more than have to be kept.
func (r *replica) trim() {
	if r.log.End()-r.log.Base() <= r.cfg.LogKeep+r.cfg.LogKeep/4 {
		return
	}
	to := min(r.log.End()-r.cfg.LogKeep, r.log.Flushed(), r.applied)
	for lsn := r.log.Base() + 1; lsn <= to; lsn++ {
		r.disk.base.set(lsn, r.log.At(lsn))
	}
	r.log.Trim(to)
}

// onRequest queues a client's request for the CPU. A write at a follower is
// turned away at once.
func (r *replica) onRequest(client sim.NodeID, req kv.Request) {
	if r.disk.barred {
		sim.Send(r.env, client, kv.Reply{ID: req.ID, Status: kv.Refused, Leader: sim.NoNode})
		return
	}
	if r.lead != nil && req.Epoch > r.lead.epoch {
		r.demote() // the client has heard from a later leader
	}
	cost := r.readCost
	if req.Kind == kv.Write {
		if r.lead == nil {
			r.turnAway(client, req)
			return
		}
		cost = r.writeCost
	}
	r.serve.Do(cost.Next(), work{client, req})
}

// onServed runs a request when its service time is over.
func (r *replica) onServed(j work) {
	var epoch uint32
	if r.lead != nil && r.lead.entitled() {
		epoch = r.lead.epoch
	}
	if j.req.Kind == kv.Write {
		if epoch == 0 { // deposed meanwhile
			r.turnAway(j.client, j.req)
			return
		}
		r.lead.write(j)
		return
	}
	cell := r.state[j.req.Key]
	sim.Send(r.env, j.client, kv.Reply{ID: j.req.ID, Value: cell.Value, Version: cell.Version, Leader: r.disk.leader, Epoch: epoch, Bytes: int32(r.cfg.ValueBytes)})
}

func (r *replica) turnAway(client sim.NodeID, req kv.Request) {
	hint := r.disk.leader
	if hint == r.env.ID() || r.promoting != 0 {
		hint = sim.NoNode
	}
	sim.Send(r.env, client, kv.Reply{ID: req.ID, Status: kv.NotLeader, Leader: hint})
}

// onLagQuery answers a router that polls its replicas.
func (r *replica) onLagQuery(router sim.NodeID, q kv.LagQuery) {
	reply := kv.LagReply{Leading: r.lead != nil, Tag: q.Tag}
	if !reply.Leading {
		reply.Lag = r.follow.lag()
	}
	sim.Send(r.env, router, reply)
}

// onStatusQuery tells whoever wants to promote somebody how far this node is. One that
// is kept out is no candidate.
func (r *replica) onStatusQuery(operator sim.NodeID, _ StatusQuery) {
	if r.disk.barred {
		return
	}
	s := Status{Epoch: r.disk.epoch, End: r.log.End(), Leading: r.lead != nil, Promoting: r.promoting, Promised: r.disk.promised, Follows: r.disk.leader, Blank: r.disk.blank}
	s.Flushed, s.Last = r.log.Flushed(), epochAt(r.disk.history, r.log.Flushed())
	sim.Send(r.env, operator, s)
}
