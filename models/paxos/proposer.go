package paxos

import (
	"replsim/models/kv"
	"replsim/sim"
)

// proposer gets clients' requests into the log. To propose at all it needs a ballot
// that a phase-1 quorum has promised to; with that it leads, until a higher one comes.
type proposer struct {
	r       *replica
	highest uint32 // the highest ballot that it has heard of

	queue   fifo[work]     // waits to be proposed
	pending fifo[proposal] // proposed and not known to be decided, by slot

	campaign *campaign // phase 1 is under way
	lead     *leading  // it is won
	silence  *sim.Timer
	retry    *sim.Timer // promises stay away, or the back-off is over

	silenceTime, promiseTime, backoffTime *sim.Draws

	shipJobs *sim.Jobs[*peer]
	shipCost *sim.Draws
}

// proposal is a client's request in a slot. It keeps that slot, also under later
// ballots, until the slot is decided: were it proposed in another one meanwhile, it could
// be chosen twice.
type proposal struct {
	slot   sim.LSN
	ballot uint32 // in which it was proposed last
	work   work
}

// value returns what is proposed for a request.
func (w work) value() Value { return Value{Op: w.req.ID, Key: w.req.Key, Kind: w.req.Kind} }

// campaign is phase 1 in one ballot: for all slots after from, at once.
type campaign struct {
	ballot   uint32
	from     sim.LSN
	promised []bool // by node
	count    int
	votes    slots[vote] // the highest one reported for each slot
}

func (p *proposer) init(r *replica) {
	p.r = r
	p.highest = r.acceptor.promised
	p.silence = r.env.NewTimer(p.onSilence)
	p.retry = r.env.NewTimer(p.begin)
	p.silenceTime = r.env.Draws(r.cfg.Silence, "silence")
	p.promiseTime = r.env.Draws(r.cfg.PromiseTimeout, "promise time-out")
	p.backoffTime = r.env.Draws(r.cfg.Backoff, "back-off")
	p.shipJobs = sim.NewJobs(r.env.CPU(), p.onShipServed)
	p.shipCost = r.env.Draws(r.cfg.Ship, "ship")
}

// submit takes a request that this node has to propose.
func (p *proposer) submit(w work) {
	p.queue.push(w)
	if p.lead != nil {
		p.lead.propose()
		return
	}
	if p.campaign == nil && !p.retry.Armed() { // the rule is Anybody
		p.begin()
	}
}

// heard notes that a ballot exists.
func (p *proposer) heard(ballot uint32) { p.highest = max(p.highest, ballot) }

// hasLeader notes that another node leads: with the rule Stable, this one leaves it
// alone.
func (p *proposer) hasLeader() {
	if p.r.cfg.Rule == Stable {
		p.retry.Stop()
	}
	p.await()
}

// await gives others time to lead.
func (p *proposer) await() { p.silence.Reset(p.silenceTime.Next()) }

func (p *proposer) onSilence() {
	if p.lead == nil && p.campaign == nil {
		p.begin()
	}
}

// begin begins phase 1 in a ballot above all that this node has heard of.
func (p *proposer) begin() {
	r := p.r
	if r.disk.forgetful || p.lead != nil {
		return
	}
	p.retry.Reset(p.promiseTime.Next())
	if r.acceptor.holdsLease(r.env.ID()) {
		return
	}
	p.highest = r.c.nextBallot(r.env.ID(), p.highest)
	m := Prepare{Ballot: p.highest, From: r.learner.decided}
	sim.Report(r.env, kv.CampaignBegan{Epoch: m.Ballot})
	p.campaign = nil // or the own acceptor would say that a higher ballot came
	r.acceptor.promise(r.env.ID(), m)
	p.campaign = &campaign{ballot: m.Ballot, from: m.From, promised: make([]bool, len(r.c.nodes)), votes: slots[vote]{base: m.From}}
	for _, id := range r.c.nodes {
		if id != r.env.ID() {
			sim.Send(r.env, id, m)
		}
	}
}

// onPromise counts a promise, and leads when there are enough. The own one must be
// among them: it keeps this node from using the ballot again after a restart.
func (p *proposer) onPromise(from sim.NodeID, m Promise) {
	r, c := p.r, p.campaign
	if c == nil || m.Ballot != c.ballot || m.From != c.from || c.promised[r.c.index(from)] {
		return
	}
	if m.Base > m.From { // a promise that does not tell all is none
		r.learner.learnFrom(from)
		return
	}
	c.promised[r.c.index(from)] = true
	c.count++
	r.learner.learnAll(m.From, m.Decided)
	for _, v := range m.Votes {
		c.take(v)
	}
	if c.count >= r.cfg.Phase1Quorum && c.promised[r.c.index(r.env.ID())] {
		p.campaign = nil
		p.startLeading(c)
	}
}

// take keeps the vote of the highest ballot for each slot. This is the heart of
// Paxos: if a value was chosen in a lower ballot, that vote is for it.
func (c *campaign) take(v Vote) {
	if found := c.votes.at(v.Slot); v.Ballot > found.ballot {
		found.ballot, found.value = v.Ballot, v.Value
	}
}

// onRefused gives up a ballot if there is a higher one. An acceptor that only keeps
// its word to the holder of a lease may promise later.
func (p *proposer) onRefused(_ sim.NodeID, m Refused) {
	p.heard(m.Promised)
	if m.Promised > m.Ballot {
		p.yield(m.Promised)
	}
}

// yield gives up what this node does in a lower ballot.
func (p *proposer) yield(ballot uint32) {
	if p.lead != nil && p.lead.ballot < ballot {
		p.stopLeading()
		p.lose()
		if p.r.cfg.Rule == Stable {
			p.retry.Stop() // whoever took over is to stay
		}
	}
	if p.campaign != nil && p.campaign.ballot < ballot {
		p.lose()
	}
}

// lose ends an attempt to lead. The next one comes after the back-off: at once if there
// is something to propose, or else when all stay silent.
func (p *proposer) lose() {
	p.campaign = nil
	p.await()
	if p.r.cfg.Rule == Anybody && p.idle() {
		p.retry.Stop()
		return
	}
	p.retry.Reset(p.backoffTime.Next())
}

// idle tells whether no client waits for this node.
func (p *proposer) idle() bool { return p.queue.len() == 0 && p.pending.len() == 0 }

// busy tells whether this node is about to propose something.
func (p *proposer) busy() bool {
	return p.campaign != nil || p.queue.len() > 0 || p.r.cfg.Rule == Anybody && !p.idle()
}

// onDecided answers the client whose request a slot was for, if that was decided. If
// not, the request takes another slot, or its client is told to go elsewhere: it had no
// effect, and never will.
func (p *proposer) onDecided(slot sim.LSN, value Value, ballot uint32) {
	if p.pending.len() == 0 || p.pending.head().slot != slot {
		return
	}
	w := p.pending.pop().work
	switch {
	case w.value() != value:
		if !p.r.passOn(w) {
			p.submit(w)
		}
	case w.req.Kind == kv.Write:
		p.r.answerWrite(w, kv.VersionAt(ballot, slot))
	default:
		p.r.learner.readAt(slot, w)
	}
}

// forget drops the requests proposed in slots up to and including to, whose decisions
// this node will never learn.
func (p *proposer) forget(to sim.LSN) {
	for p.pending.len() > 0 && p.pending.head().slot <= to {
		p.pending.pop()
	}
}

// onPromote begins phase 1 by order of the operator.
func (p *proposer) onPromote(sim.NodeID, Promote) {
	if p.campaign != nil {
		return
	}
	p.begin()
	if p.campaign != nil {
		sim.Report(p.r.env, kv.PromotionBegan{Epoch: p.campaign.ballot})
	}
}

// fifo is a first-in, first-out queue that reuses its memory.
type fifo[T any] struct {
	items []T
	first int
}

func (q *fifo[T]) len() int    { return len(q.items) - q.first }
func (q *fifo[T]) head() *T    { return &q.items[q.first] }
func (q *fifo[T]) push(item T) { q.items = append(q.items, item) }
func (q *fifo[T]) all() []T    { return q.items[q.first:] }

func (q *fifo[T]) pop() T {
	item := q.items[q.first]
	q.first++
	if q.first == len(q.items) {
		q.items, q.first = q.items[:0], 0
	} else if q.first >= 1024 && 2*q.first >= len(q.items) {
		q.items = q.items[:copy(q.items, q.items[q.first:])]
		q.first = 0
	}
	return item
}
