package leader

import (
	"slices"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// following is what a replica does while it follows: receive, flush, apply, and
// acknowledge at each level.
type following struct {
	r       *replica
	conn    connID // the connection to the leader, if open
	latest  connID // the last one that was open
	heard   sim.Time
	stamp   sim.Time // the leader's clock in its newest message
	hello   *sim.Timer
	asked   sim.Time // the clock when it began to ask for a connection
	early   []Append // arrived before a batch or welcome sent earlier (unordered links)
	lastEnd sim.LSN  // of the log when hello last fired
	recv    *sim.Jobs[Append]
	cost    *sim.Draws
	tellAt  [levels]bool // levels at which it acknowledges
}

func newFollowing(r *replica) *following {
	f := &following{r: r}
	f.hello = r.env.NewTimer(f.onHelloTimer)
	f.recv = sim.NewJobs(r.env.CPU(), f.receive)
	f.cost = r.env.Draws(r.cfg.Recv, "recv")
	for level := range levels {
		f.tellAt[level] = r.cfg.EveryLevel || level == r.cfg.Level
	}
	return f
}

// connect gives up the connection, if there is one, and asks the leader for another.
func (f *following) connect() {
	f.conn, f.early, f.asked = connID{}, f.early[:0], f.r.env.Clock()
	f.ask()
}

// ask asks for a connection, again and again until there is one.
func (f *following) ask() {
	r := f.r
	if r.disk.leader != sim.NoNode && r.disk.leader != r.env.ID() {
		sim.Send(r.env, r.disk.leader, Hello{Asked: f.asked, Epoch: r.disk.epoch, Base: r.log.Base(), End: r.log.End(), History: r.disk.history})
	}
	f.hello.Reset(r.cfg.Heartbeat)
}

// onHelloTimer watches over the connection: three silent heartbeats break it, and
// so does a message that is missing for more than one.
func (f *following) onHelloTimer() {
	r := f.r
	if r.lead != nil || r.promoting != 0 {
		return
	}
	silent := r.env.Clock().Sub(f.heard) >= 3*r.cfg.Heartbeat
	gap := len(f.early) > 0 && f.lastEnd == r.log.End()
	f.lastEnd = r.log.End()
	switch {
	case !f.conn.open():
		f.ask()
	case silent || gap:
		f.connect()
	default:
		f.hello.Reset(r.cfg.Heartbeat)
	}
}

// onFollow is told who leads. A node of a later epoch corrects the teller.
func (r *replica) onFollow(from sim.NodeID, m Follow) {
	if m.Leader == r.env.ID() || r.disk.barred || r.stubborn() || r.refuses(from, m.Epoch) {
		return
	}
	if m.Epoch < r.disk.epoch {
		if r.disk.leader != sim.NoNode && r.disk.leader != from {
			sim.Send(r.env, from, Follow{Epoch: r.disk.epoch, Leader: r.disk.leader})
		}
		return
	}
	if r.promoting != 0 && m.Epoch <= r.promoting {
		return
	}
	if r.lead != nil {
		if m.Epoch == r.disk.epoch {
			return
		}
		r.stopLeading()
	}
	asking := m.Leader == r.disk.leader && r.promoting == 0 && !r.follow.conn.open()
	r.disk.leader = m.Leader
	r.promoting = 0
	if asking {
		r.follow.ask()
	} else {
		r.follow.connect()
	}
}

// onWelcome opens the connection: the log goes back to where it agrees with the
// leader's, and takes over its history.
func (r *replica) onWelcome(from sim.NodeID, m Welcome) {
	if !r.accepts(from, m) || r.bar(m) {
		return
	}
	common := commonPoint(m.History, m.End, r.disk.history, r.log.End())
	if common < r.log.Base() { // a snapshot came meanwhile
		return
	}
	r.rewind(common)
	r.join(m)
	r.flush() // a former leader may have records that no flush was due for
	r.applyPool.run()
	r.follow.tell()
}

// accepts tells whether a new connection comes from the leader that this node
// follows. An earlier one that comes late (on an unordered link) would undo what
// the present one has brought, and the leader counts on already.
func (r *replica) accepts(from sim.NodeID, m Welcome) bool {
	return r.lead == nil && r.promoting == 0 && from == r.disk.leader && m.Epoch >= r.disk.epoch && m.Conn.after(r.follow.latest)
}

func (r *replica) join(m Welcome) {
	r.disk.epoch, r.disk.history, r.disk.blank = m.Epoch, m.History, false
	f := r.follow
	f.conn, f.latest = m.Conn, m.Conn
	f.early = slices.DeleteFunc(f.early, func(a Append) bool { return m.Conn.after(a.Conn) })
	for f.takeEarly() {
	}
	f.heard = r.env.Clock()
	f.hello.Reset(r.cfg.Heartbeat)
}

// rewind drops the log after to, which diverged from the leader's, and undoes
// what was applied of it (PostgreSQL's pg_rewind).
func (r *replica) rewind(to sim.LSN) {
	end := r.log.End()
	if to >= end {
		return
	}
	epoch := r.log.At(end).Epoch
	r.log.Truncate(to)
	if r.applied > to {
		r.rebuild(to)
	}
	r.keepApplied()
	r.applyPool.reset()
	sim.Report(r.env, kv.Truncated{To: to, End: end, Epoch: epoch})
}

// onSnapshotPart tells the leader that its snapshot is arriving, lest it takes the
// connection for dead.
func (r *replica) onSnapshotPart(from sim.NodeID, m SnapshotPart) {
	sim.Send(r.env, from, Ack{Conn: m.Conn})
}

// onSnapshot replaces state and log by the leader's state.
func (r *replica) onSnapshot(from sim.NodeID, m Snapshot) {
	if !r.accepts(from, m.Welcome) || r.bar(m.Welcome) {
		return
	}
	r.disk.base = m.State.clone()
	r.log.Restart(m.From)
	r.disk.applied = m.From
	r.recover()
	r.applyPool.reset()
	epoch := m.History[len(m.History)-1].Epoch
	for i, h := range m.History {
		if m.From <= endOf(m.History, i, m.From) {
			epoch = h.Epoch
			break
		}
	}
	sim.Report(r.env, kv.Restored{Version: kv.VersionAt(epoch, m.From), Bytes: int64(m.total)})
	r.join(m.Welcome)
	r.flush()
	r.applyPool.run()
	r.follow.tell()
}

// onAppend queues a batch of records for the CPU.
func (r *replica) onAppend(from sim.NodeID, m Append) {
	if r.refuses(from, m.Conn.epoch) {
		return
	}
	f := r.follow
	if cost := f.cost.Next(); cost > 0 {
		f.recv.Do(cost, m)
		return
	}
	f.receive(m)
}

// receive takes a batch into the log. One that came too early, even before its
// connection was made, waits for what was sent before it; if that does not come, a
// new connection is made.
func (f *following) receive(m Append) {
	if m.Conn.after(f.latest) {
		f.early = append(f.early, m)
		return
	}
	if m.Conn != f.conn || !f.conn.open() {
		return
	}
	r := f.r
	f.heard, f.stamp = r.env.Clock(), max(f.stamp, m.Stamp)
	if m.Prev > r.log.End() {
		f.early = append(f.early, m)
		return
	}
	f.take(m)
	for f.takeEarly() {
	}
	heartbeat := len(m.Records) == 0
	if f.tellAt[Received] || heartbeat {
		f.tell()
	}
	if heartbeat {
		return
	}
	r.flush()
	if r.cfg.ApplyReceived {
		r.applyPool.run()
	}
}

// take appends the records of a batch that the log does not have yet.
func (f *following) take(m Append) {
	r := f.r
	have := int(r.log.End() - m.Prev)
	for i := have; i < len(m.Records); i++ {
		r.log.Append(m.Records[i], r.cfg.RecordBytes)
	}
}

// takeEarly takes one batch that has waited for its turn.
func (f *following) takeEarly() bool {
	for i, m := range f.early {
		if m.Conn == f.conn && m.Prev <= f.r.log.End() {
			f.early = append(f.early[:i], f.early[i+1:]...)
			f.take(m)
			return true
		}
	}
	return false
}

// onFlushed acknowledges what is safe, and applies it: a follower flushes first.
func (f *following) onFlushed() {
	if f.tellAt[Flushed] {
		f.tell()
	}
	f.r.flush()
	f.r.applyPool.run()
	f.r.finishPromotion()
}

// onApplied acknowledges what is visible, if the leader waits for that. If it does
// not, the end of a backlog is enough. (So PostgreSQL's startup process asks for a
// reply when it has replayed all there is.)
func (f *following) onApplied() {
	if f.tellAt[AppliedLevel] && (f.r.cfg.Level == AppliedLevel || f.r.applied == f.r.applyPool.limit()) {
		f.tell()
	}
	f.r.finishPromotion()
}

// tell acknowledges all positions.
func (f *following) tell() {
	if f.conn.open() && f.r.disk.leader != sim.NoNode {
		ends := [levels]sim.LSN{Received: f.r.log.End(), Flushed: f.r.log.Flushed(), AppliedLevel: f.r.applied}
		sim.Send(f.r.env, f.r.disk.leader, Ack{Conn: f.conn, Ends: ends})
	}
}

// lag is the follower's own estimate: its clock minus the leader's clock when the
// oldest record not yet applied was appended, or when the last message of the
// leader was sent if all are applied. (PostgreSQL users compute it so from
// pg_last_xact_replay_timestamp(); pt-heartbeat does for MySQL.)
func (f *following) lag() time.Duration {
	asOf := f.stamp
	if f.r.applied < f.r.log.End() {
		asOf = f.r.log.At(f.r.applied + 1).Stamp
	}
	return max(0, f.r.env.Clock().Sub(asOf))
}
