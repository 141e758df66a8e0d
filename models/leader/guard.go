package leader

import (
	"time"

	"replsim/sim"
)

// Guard is what a cluster does for those who watch it and may depose its leader. The
// zero Guard does nothing: nobody watches.
type Guard struct {
	Watchers []sim.NodeID // who hears the leader's heartbeats
	// Beat is the period in which a leader sends heartbeats without being asked; 0:
	// only Pings are answered.
	Beat time.Duration
	// Lease is how long a leader goes on by its own clock without having been heard by
	// Renewals of the watchers; 0: for ever. See tenure.
	Lease    time.Duration
	Renewals int
	// Epochs: nodes can be sealed for an epoch, refuse what earlier ones send, and tell
	// the sender. See onSeal.
	Epochs bool
	// Managed: an agent beside each node gives it its orders. See managed.go.
	Managed  bool
	Standbys StandbyRule
}

// SetGuard says who watches the cluster. It is to be called before the run, and the
// watchers are nodes of the world that handle Beat.
func (c *Cluster) SetGuard(g Guard) { c.guard = g }

// guarded makes a node that is booting listen to watchers.
func (r *replica) guarded() {
	g := &r.c.guard
	if g.Managed {
		r.managed()
	}
	if len(g.Watchers) == 0 {
		return
	}
	sim.Handle(r.env, r.onRenewal)
	sim.Handle(r.env, r.onPing)
	if g.Epochs {
		sim.Handle(r.env, r.onSeal)
		sim.Handle(r.env, r.onDeposed)
	}
}

// meetWatchers begins to send heartbeats, and takes out a lease. When the periods
// begin, is chance.
func (l *leading) meetWatchers() {
	g := &l.r.c.guard
	if len(g.Watchers) == 0 {
		return
	}
	if g.Beat > 0 {
		l.beat = l.r.env.NewTimer(l.onBeat)
		l.beat.Reset(time.Duration(l.r.env.Stream("beat phase").Int64N(int64(g.Beat))))
	}
	if g.Lease > 0 {
		l.tenure = newTenure(l)
	}
}

// leaveWatchers ends what meetWatchers began.
func (l *leading) leaveWatchers() {
	if l.beat != nil {
		l.beat.Stop()
	}
	if l.tenure != nil {
		l.tenure.expiry.Stop()
	}
}

func (l *leading) onBeat() {
	l.beat.Reset(l.r.c.guard.Beat)
	if l.entitled() {
		b := l.nextBeat()
		for _, w := range l.r.c.guard.Watchers {
			sim.Send(l.r.env, w, b)
		}
	}
}

func (l *leading) nextBeat() Beat {
	l.beats++
	return Beat{Epoch: l.epoch, End: l.r.log.End(), Leading: true, Number: l.beats, Sent: l.r.env.Clock()}
}

// onPing answers a watcher that asks.
func (r *replica) onPing(watcher sim.NodeID, m Ping) {
	r.onRenewal(watcher, m.Last)
	b := Beat{Epoch: r.disk.epoch, End: r.log.End()}
	if r.lead != nil && r.lead.entitled() {
		b = r.lead.nextBeat()
	}
	sim.Send(r.env, watcher, b)
}

// onRenewal notes that a watcher has received a heartbeat of this leader.
func (r *replica) onRenewal(watcher sim.NodeID, m Renewal) {
	if r.lead != nil && r.lead.tenure != nil && m.Epoch == r.lead.epoch {
		r.lead.tenure.renew(watcher, m)
	}
}

// tenure is a leader's lease, for self-demotion. A watcher that has received a
// heartbeat will not suspect the leader for its time-out from then on, and so not for
// that long from when the heartbeat was sent, which is what the leader knows. When
// fewer watchers than it takes have heard from it within the lease, the others may
// depose it at any time, so it stops first. That is safe as long as the lease is
// shorter than the watchers' time-out, and the leader's clock not so slow that it takes
// longer all the same (Gray and Cheriton, Leases, SOSP 1989).
//
// The leader looks at the clock before it writes and before it answers, lest it goes on
// after a pause. A timer, which drifts with the clock but does not jump with it, makes
// it stop if it has nothing to do.
type tenure struct {
	l      *leading
	last   []Renewal // by watcher
	best   []sim.Time
	until  sim.Time // on the leader's clock
	expiry *sim.Timer
}

func newTenure(l *leading) *tenure {
	g := &l.r.c.guard
	t := &tenure{l: l, last: make([]Renewal, len(g.Watchers))}
	for i := range t.last { // whoever has ordered the promotion knows of it
		t.last[i].Sent = l.r.env.Clock()
	}
	t.expiry = l.r.env.NewTimer(func() { l.r.demote() })
	t.extend()
	return t
}

// renew extends the lease from when the heartbeat was sent: to count from the answer
// would add the time that the answer took, of which the watcher knows nothing.
func (t *tenure) renew(watcher sim.NodeID, m Renewal) {
	for i, id := range t.l.r.c.guard.Watchers {
		if id == watcher && m.Number > t.last[i].Number {
			t.last[i] = m
			t.extend()
		}
	}
}

// extend ends the lease so long after the latest heartbeat that enough have heard.
func (t *tenure) extend() {
	g := &t.l.r.c.guard
	t.best = t.best[:0]
	for _, m := range t.last {
		t.best = append(t.best, m.Sent)
		for i := len(t.best) - 1; i > 0 && t.best[i] > t.best[i-1]; i-- { // latest first
			t.best[i], t.best[i-1] = t.best[i-1], t.best[i]
		}
	}
	t.until = t.best[g.Renewals-1].Add(g.Lease)
	t.expiry.Reset(t.until.Sub(t.l.r.env.Clock()))
}

// entitled tells whether the leader may go on; it gives up if it may not.
func (l *leading) entitled() bool {
	if l.tenure == nil || l.r.env.Clock() < l.tenure.until {
		return true
	}
	l.r.demote()
	return false
}

// demote gives up leading, without knowing who leads now.
func (r *replica) demote() {
	r.stopLeading()
	r.disk.leader = sim.NoNode
}

// onSeal promises to obey no leader and no order of an earlier epoch any more; this is
// phase 1 of Paxos and BookKeeper's fencing of a ledger. With promises of so many nodes
// that the others are fewer than a commit needs, no earlier leader can commit anything any
// more, wherever it is. A leader without that need goes on: an asynchronous one that
// hears nobody answers its clients as before.
func (r *replica) onSeal(manager sim.NodeID, m Seal) {
	if m.Epoch > r.disk.epoch && m.Epoch >= r.disk.promised && !r.disk.barred {
		r.disk.promised = m.Epoch
		switch {
		case r.lead != nil:
			r.stopLeading()
		case r.promoting < m.Epoch:
			r.promoting = 0
		}
		r.disk.leader = sim.NoNode
		r.follow.conn = connID{}
	}
	r.onStatusQuery(manager, StatusQuery{})
}

// token is the epoch that a node refuses all earlier ones for.
func (r *replica) token() uint32 { return max(r.disk.epoch, r.disk.promised) }

// refuses tells whether something of an epoch comes too late, and tells its sender.
func (r *replica) refuses(from sim.NodeID, epoch uint32) bool {
	if !r.c.guard.Epochs || epoch >= r.token() {
		return false
	}
	sim.Send(r.env, from, Deposed{Epoch: r.token()})
	return true
}

// onDeposed makes a leader give up that was refused.
func (r *replica) onDeposed(_ sim.NodeID, m Deposed) {
	if r.lead != nil && m.Epoch > r.lead.epoch {
		r.demote()
	}
}

// bar keeps the node out, for good, if its log has diverged from that of a leader of a
// later epoch.
func (r *replica) bar(m Welcome) bool {
	if !r.cfg.Refuse || m.Epoch <= r.disk.epoch {
		return false
	}
	r.disk.barred = commonPoint(m.History, m.End, r.disk.history, r.log.End()) < r.log.End()
	if r.disk.barred {
		r.follow.hello.Stop()
		r.follow.conn = connID{}
	}
	return r.disk.barred
}
