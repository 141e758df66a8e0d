package leader

import (
	"time"

	"replsim/sim"
)

// shipAll sends new records to all connected followers, now or with the next
// batch.
func (l *leading) shipAll() {
	if every := l.r.cfg.ShipEvery; every > 0 {
		if !l.shipTick.Armed() {
			l.shipTick.Reset(l.untilShipTick())
		}
		return
	}
	for _, p := range l.peers {
		l.shipSoon(p)
	}
}

// untilShipTick returns the time to the end of the current period.
func (l *leading) untilShipTick() time.Duration {
	every := l.r.cfg.ShipEvery
	since := (time.Duration(l.r.env.Clock()) - l.shipPhase) % every
	if since < 0 {
		since += every
	}
	return every - since
}

// onShipTick sends the batch of a period.
func (l *leading) onShipTick() {
	for _, p := range l.peers {
		l.shipSoon(p)
	}
}

// shipSoon ships to one follower what it lacks, batch by batch, each when the CPU
// has served it. One batch per follower is in service at a time.
func (l *leading) shipSoon(p *peer) {
	for p.conn.open() && !p.shipping && p.sent < l.shippable() {
		if cost := l.shipCost.Next(); cost > 0 {
			p.shipping = true
			l.shipJobs.Do(cost, p)
			return
		}
		l.ship(p)
	}
}

// onShipServed goes on when the CPU has served a batch, which takes all records that
// are there now and fit.
func (l *leading) onShipServed(p *peer) {
	p.shipping = false
	if l.r.lead != l || !p.conn.open() || p.sent >= l.shippable() { // a new connection may begin further on
		return
	}
	l.ship(p)
	l.shipSoon(p)
}

// shippable is the position up to which followers may have the log.
func (l *leading) shippable() sim.LSN {
	if l.r.cfg.ShipUnflushed {
		return l.r.log.End()
	}
	return l.r.log.Flushed()
}

// ship sends one batch.
func (l *leading) ship(p *peer) {
	if p.sent < l.r.log.Base() { // trimmed while it was far behind
		p.conn = connID{}
		return
	}
	l.send(p, min(l.shippable(), p.sent+l.batch()))
}

// maxBatch is the most bytes of log in one message, PostgreSQL's MAX_SEND_SIZE. A
// follower that is far behind so gets its backlog piece by piece: on a slow link
// each piece tells it that the connection is alive.
const maxBatch = 128 << 10

// batch returns how many records go into one message.
func (l *leading) batch() sim.LSN { return sim.LSN(max(1, maxBatch/max(1, l.r.cfg.RecordBytes))) }

// send sends the records after p.sent up to to; none is a heartbeat.
func (l *leading) send(p *peer, to sim.LSN) {
	now := l.r.env.Clock()
	records := l.r.log.Slice(p.sent, to)
	sim.Send(l.r.env, p.id, Append{Conn: p.conn, Prev: p.sent, Records: records, Stamp: now, bytes: len(records) * l.r.cfg.RecordBytes})
	p.sent, p.lastSent = to, now
}

// onHeartbeat keeps idle connections alive, gives up dead ones, and tells nodes
// without one who leads.
func (l *leading) onHeartbeat() {
	now := l.r.env.Clock()
	for _, p := range l.peers {
		switch {
		case !p.conn.open():
			sim.Send(l.r.env, p.id, Follow{Epoch: l.epoch, Leader: l.r.env.ID()})
		case now.Sub(p.heard) > 3*l.r.cfg.Heartbeat:
			p.conn = connID{}
			l.commit() // FIRST k may go on with the next standby
		case now.Sub(p.lastSent) >= l.r.cfg.Heartbeat:
			l.send(p, p.sent)
		}
	}
	l.heartbeat.Reset(l.r.cfg.Heartbeat)
}

// onHello connects a follower: from where the two logs agree, or by a snapshot if
// the leader has trimmed its log beyond that.
func (r *replica) onHello(from sim.NodeID, h Hello) {
	if h.Epoch > r.disk.epoch && r.stubborn() {
		return
	}
	if h.Epoch > r.disk.epoch && r.lead != nil {
		r.stopLeading() // somebody was promoted; who, the next Follow will tell
		r.disk.leader = sim.NoNode
	}
	if r.lead == nil {
		if r.disk.leader != sim.NoNode && r.disk.leader != r.env.ID() && r.disk.leader != from {
			sim.Send(r.env, from, Follow{Epoch: r.disk.epoch, Leader: r.disk.leader})
		}
		return
	}
	l := r.lead
	p := l.peer(from)
	if p.conn.open() && h.Asked == p.asked {
		return // a repetition: the answer is on its way, and the backlog with it
	}
	p.asked = h.Asked
	common := commonPoint(r.disk.history, r.log.End(), h.History, h.End)
	for level := range p.acked { // it may have lost its disk, or rewind now
		p.acked[level] = min(p.acked[level], common)
	}
	p.conn = connID{}
	if common < max(r.log.Base(), h.Base) {
		l.startSnapshot(p)
		return
	}
	l.open(p, common)
	sim.Send(r.env, p.id, l.welcome(p, common))
	l.shipSoon(p)
}

// open begins a connection whose stream starts after from.
func (l *leading) open(p *peer, from sim.LSN) {
	l.r.disk.conns++
	p.conn, p.sent = connID{l.epoch, l.r.disk.conns}, from
	p.heard, p.lastSent = l.r.env.Clock(), l.r.env.Clock()
	p.streaming, p.joining = false, pursuit{l.shippable(), p.heard}
}

func (l *leading) welcome(p *peer, from sim.LSN) Welcome {
	return Welcome{Conn: p.conn, Epoch: l.epoch, From: from, End: l.r.log.End(), History: l.r.disk.history}
}

// startSnapshot reads the whole state for a follower, which takes its time.
func (l *leading) startSnapshot(p *peer) {
	if p.shipping {
		return
	}
	p.shipping = true
	l.snapshots.Do(l.snapshotTime(), p)
}

func (l *leading) snapshotTime() time.Duration {
	return time.Duration(float64(l.snapshotBytes()) / float64(l.r.cfg.SnapshotRate) * float64(time.Second))
}

func (l *leading) snapshotBytes() int { return len(l.r.state) * (cellBytes + l.r.cfg.ValueBytes) }

// sendSnapshot sends the state as it is now, and what follows it.
func (l *leading) sendSnapshot(p *peer) {
	p.shipping = false
	if l.r.lead != l {
		return
	}
	l.open(p, l.r.applied)
	left := l.snapshotBytes()
	for ; left > maxBatch; left -= maxBatch {
		sim.Send(l.r.env, p.id, SnapshotPart{Conn: p.conn, bytes: maxBatch})
	}
	sim.Send(l.r.env, p.id, Snapshot{Welcome: l.welcome(p, l.r.applied), State: l.r.state.clone(), total: l.snapshotBytes(), bytes: left})
	l.shipSoon(p)
}
