package leader

import (
	"slices"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// leading is what a replica does while it leads: append, flush, ship, wait for
// the commit rule, answer.
type leading struct {
	r     *replica
	epoch uint32
	peers []*peer
	rule  rule

	pending   queue // writes that wait for their commit, in log order
	committed sim.LSN
	writing   sim.LSN // the write in service, which has not waited for anything yet
	degraded  bool

	silence   *sim.Timer // the oldest pending write has waited SyncTimeout
	heartbeat *sim.Timer
	flushTick *sim.Timer // FlushEvery
	shipTick  *sim.Timer // ShipEvery
	shipPhase time.Duration
	shipJobs  *sim.Jobs[*peer]
	shipCost  *sim.Draws
	snapshots *sim.Jobs[*peer]
	wakeJobs  *sim.Jobs[answer]
	nextGroup *sim.Jobs[struct{}]

	beat   *sim.Timer // heartbeats to watchers, if there are any
	beats  uint64     // sent so far
	tenure *tenure    // nil: without end
}

// answer is a committed write whose session is being woken to tell its client.
type answer struct {
	client sim.NodeID
	reply  kv.Reply
}

// pendingWrite is a write that waits for its commit.
type pendingWrite struct {
	lsn    sim.LSN
	client sim.NodeID
	op     kv.OpID
	key    kv.Key
	since  sim.Time // this node's clock when it began to wait for the standbys
}

// startLeading makes the replica the leader of an epoch: its whole log is what
// counts from now on.
func (r *replica) startLeading(epoch uint32) {
	r.promoting = 0
	r.disk.leader = r.env.ID()
	if epoch > r.disk.epoch {
		r.addHistory(epoch)
		r.disk.epoch = epoch
	}
	l := &leading{r: r, epoch: epoch, committed: r.log.End()}
	l.rule = newRule(r.cfg, r.c.guard.Standbys)
	l.peers = r.c.peersOf(r.env.ID())
	l.rule.attach(r.c.nodes, l.peers)
	l.silence = r.env.NewTimer(l.onSilence)
	l.heartbeat = r.env.NewTimer(l.onHeartbeat)
	l.flushTick = r.env.NewTimer(l.onFlushTick)
	l.shipTick = r.env.NewTimer(l.onShipTick)
	if every := int64(r.cfg.ShipEvery); every > 0 { // when its periods began, is chance
		l.shipPhase = time.Duration(r.env.Stream("ship phase").Int64N(every))
	}
	l.shipJobs = sim.NewJobs(r.env.CPU(), l.onShipServed)
	l.shipCost = r.env.Draws(r.cfg.Ship, "ship")
	l.wakeJobs = sim.NewJobs(r.env.CPU(), l.onAwake)
	l.nextGroup = sim.NewJobs(r.env.CPU(), func(struct{}) { l.flush() })
	l.snapshots = sim.NewJobs(sim.NewCPU(r.env, 1), l.sendSnapshot)
	r.lead = l
	r.advanceApplied(r.log.End())
	sim.Report(r.env, kv.LeaderStarted{Epoch: epoch, Start: r.log.End()})
	r.herald.Lead(epoch)
	for _, p := range l.peers {
		sim.Send(r.env, p.id, Follow{Epoch: epoch, Leader: r.env.ID()})
	}
	l.heartbeat.Reset(r.cfg.Heartbeat)
	l.meetWatchers()
}

// addHistory notes that the records from here on are of an epoch, or that they are
// not those that followers may have after this point. Histories are sent in
// messages, so the old one stays as it is.
func (r *replica) addHistory(epoch uint32) {
	end := r.log.End()
	own := slices.Clone(r.disk.history)
	for own[len(own)-1].Start > end { // its leader's, but it never got their records
		own = own[:len(own)-1]
	}
	r.disk.history = append(own, EpochStart{epoch, end})
}

// stopLeading gives up: writes that are not answered yet stay so, and their clients do
// not know what became of them.
func (r *replica) stopLeading() {
	l := r.lead
	r.lead = nil
	for _, t := range []*sim.Timer{l.silence, l.heartbeat, l.flushTick, l.shipTick} {
		t.Stop()
	}
	l.leaveWatchers()
	r.herald.Stop()
	r.applyPool.reset()
	sim.Report(r.env, kv.LeaderStopped{Epoch: l.epoch})
}

// write appends a client's write to the log. From here on the log position alone
// decides when the client gets its answer.
func (l *leading) write(j work) {
	r := l.r
	rec := Record{Key: j.req.Key, Epoch: l.epoch, Op: j.req.ID, Stamp: r.env.Clock()}
	lsn := r.log.Append(rec, r.cfg.RecordBytes)
	l.pending.push(pendingWrite{lsn: lsn, client: j.client, op: j.req.ID, key: j.req.Key, since: rec.Stamp})
	sim.Report(r.env, kv.Appended{Version: r.versionAt(lsn), Op: rec.Op, Key: rec.Key})
	if r.cfg.LocalFlush {
		l.flush()
	} else {
		l.watch()
		if !l.flushTick.Armed() {
			l.flushTick.Reset(r.cfg.FlushEvery)
		}
	}
	if r.cfg.ShipUnflushed {
		l.shipAll()
	}
	l.writing = lsn
	l.commit()
	l.writing = 0
}

// onFlushed goes on after a flush: what is safe here is shipped, and may commit.
func (l *leading) onFlushed() {
	if !l.r.cfg.ShipUnflushed {
		l.shipAll()
	}
	if l.r.cfg.VisibleSoon {
		l.r.advanceApplied(l.r.log.Flushed())
	}
	l.commit()
	if l.r.cfg.LocalFlush {
		l.pending.flushed(l.r.log.Flushed(), l.r.env.Clock())
		l.watch()
		l.flushNext()
	}
}

// watch looks after the writes that wait for standbys, unless they wait for ever, or until
// an agent sees to it.
func (l *leading) watch() {
	if l.r.cfg.SyncLost != Block && l.rule.by == ByConfig && !l.silence.Armed() {
		l.silence.Reset(l.r.cfg.SyncTimeout)
	}
}

// flush makes the log safe for the writes that wait for it. With GroupWaits the
// former group must be committed first; commit asks again when it is.
func (l *leading) flush() {
	if l.r.cfg.GroupWaits && l.committed < l.r.log.Flushed() {
		return
	}
	l.r.flush()
}

// flushNext wakes one of the sessions that have waited for the disk, to flush for all
// of them. A session that is awake may be faster.
func (l *leading) flushNext() {
	if l.r.log.End() == l.r.log.Flushed() {
		return
	}
	if cost := l.r.wakeCost.Next(); cost > 0 {
		l.nextGroup.Do(cost, struct{}{})
		return
	}
	l.flush()
}

// onFlushTick flushes in the background. The last page waits until it is full, or
// there is nothing else to flush. (PostgreSQL's XLogBackgroundFlush does so; with
// little to write, this adds to what a crash takes.)
func (l *leading) onFlushTick() {
	log := l.r.log
	to := log.End()
	if page := sim.LSN(l.r.cfg.FlushPage / max(1, l.r.cfg.RecordBytes)); page > 1 && to-to%page > log.Flushed() {
		to -= to % page
	}
	if to > log.Flushed() {
		log.FlushTo(to)
		l.flushTick.Reset(l.r.cfg.FlushEvery)
	}
}

// commit answers all writes that the commit rule now allows, in log order.
func (l *leading) commit() {
	to := l.r.log.End()
	if l.r.cfg.LocalFlush {
		to = l.r.log.Flushed()
	}
	if !l.degraded {
		to = min(to, l.rule.position())
	}
	if to <= l.committed {
		return
	}
	l.committed = to
	l.r.advanceApplied(to)
	for l.pending.len() > 0 && l.pending.head().lsn <= to {
		w := l.pending.pop()
		version := kv.VersionAt(l.epoch, w.lsn)
		sim.Report(l.r.env, kv.Committed{Version: version, Op: w.op, Key: w.key})
		a := answer{w.client, kv.Reply{ID: w.op, Value: w.op, Version: version, Leader: l.r.env.ID(), Epoch: l.epoch}}
		if cost := l.r.wakeCost.Next(); cost > 0 && w.lsn != l.writing {
			l.wakeJobs.Do(cost, a)
		} else {
			l.answer(a)
		}
	}
	if l.r.cfg.GroupWaits && l.r.cfg.LocalFlush {
		l.flush()
	}
}

// onAwake answers, unless the node has been deposed meanwhile, which ended its sessions:
// it may have dropped the write already.
func (l *leading) onAwake(a answer) {
	if l.r.lead == l && l.entitled() {
		l.answer(a)
	}
}

func (l *leading) answer(a answer) { sim.Send(l.r.env, a.client, a.reply) }

// onAck notes how far a follower has come. Only a position that a crash of the
// follower cannot take back, or whatever weaker level was asked for, counts.
func (r *replica) onAck(from sim.NodeID, a Ack) {
	if r.lead == nil || !r.lead.entitled() {
		return
	}
	l := r.lead
	p := l.peer(from)
	if a.Conn != p.conn {
		return
	}
	p.heard = r.env.Clock()
	if !p.streaming {
		p.streaming = p.joining.caughtUp(a.Ends[r.cfg.Level], l.shippable(), p.heard, r.cfg.Heartbeat)
	}
	further := a.Ends[r.cfg.Level] > p.acked[r.cfg.Level]
	for level, end := range a.Ends {
		p.acked[level] = max(p.acked[level], end)
	}
	if further {
		l.restore(p)
	}
	l.commit()
}

// onSilence is called when writes may have waited too long for the standbys.
func (l *leading) onSilence() {
	if l.pending.len() == 0 || !l.entitled() {
		return
	}
	oldest := l.pending.head()
	if l.r.cfg.LocalFlush && oldest.lsn > l.r.log.Flushed() {
		return // it waits for the own disk, and for standbys when that is done
	}
	waited := l.r.env.Clock().Sub(oldest.since)
	if left := l.r.cfg.SyncTimeout - waited; left > 0 {
		l.silence.Reset(left)
		return
	}
	was := l.shrunk()
	if l.r.cfg.SyncLost == Fallback {
		l.degraded = true
	} else {
		l.rule.exclude(oldest.lsn, l.r.log.End(), l.r.env.Clock())
	}
	if !was && l.shrunk() {
		sim.Report(l.r.env, kv.Degraded{On: true})
	}
	l.commit()
	l.silence.Reset(l.r.cfg.SyncTimeout)
}

// shrunk tells whether commits wait for less than the rule asks.
func (l *leading) shrunk() bool { return l.degraded || l.rule.excluded() > 0 }

// restore returns to the full rule. Fallback does so when acknowledgements have
// caught up with the newest commit, as MySQL's semi-sync: under load the newest commit
// keeps running ahead, and the leader may stay async long after the link has healed.
// Shrink takes the standby p back when it keeps up well enough that no write would time
// out because of it; Patroni, too, does not ask for the newest commit.
func (l *leading) restore(p *peer) {
	if !l.shrunk() {
		return
	}
	if l.degraded && l.rule.position() >= l.committed {
		l.degraded = false
	}
	if p.outOfSync && p.returning.caughtUp(p.acked[l.r.cfg.Level], l.r.log.End(), p.heard, l.r.cfg.SyncTimeout) {
		p.outOfSync = false
	}
	if !l.shrunk() {
		sim.Report(l.r.env, kv.Degraded{On: false})
	}
}

// peer finds the leader's view of a node.
func (l *leading) peer(id sim.NodeID) *peer {
	for _, p := range l.peers {
		if p.id == id {
			return p
		}
	}
	panic("leader: a message from a node outside the cluster")
}

// queue is a first-in, first-out queue that reuses its memory.
type queue struct {
	items []pendingWrite
	first int
	safe  sim.LSN // writes up to here are flushed
}

// flushed notes that a flush has covered the writes up to and including to. They
// begin to wait for the standbys now.
func (q *queue) flushed(to sim.LSN, now sim.Time) {
	for i := len(q.items) - 1; i >= q.first && q.items[i].lsn > q.safe; i-- {
		if q.items[i].lsn <= to {
			q.items[i].since = now
		}
	}
	q.safe = to
}

func (q *queue) len() int            { return len(q.items) - q.first }
func (q *queue) head() *pendingWrite { return &q.items[q.first] }
func (q *queue) push(w pendingWrite) { q.items = append(q.items, w) }

func (q *queue) pop() pendingWrite {
	w := q.items[q.first]
	q.first++
	if q.first == len(q.items) {
		q.items, q.first = q.items[:0], 0
	} else if q.first >= 1024 && 2*q.first >= len(q.items) {
		q.items = q.items[:copy(q.items, q.items[q.first:])]
		q.first = 0
	}
	return w
}
