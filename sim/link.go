package sim

import (
	"math/rand/v2"
	"time"

	"replsim/sim/dist"
)

// LinkConfig describes one direction between two nodes.
type LinkConfig struct {
	Delay dist.Spec // one-way; the zero Spec is no delay
	// Unordered lets messages overtake each other. Otherwise the link is a TCP
	// stream: a late message holds back all later ones.
	Unordered bool
	// Hold is how long a drawn delay holds, so that a burst travels together; 0
	// draws for each message.
	Hold time.Duration
	// Loss is the share of messages lost. On an ordered link a lost message is
	// sent again Retransmit later, and again if that is lost too; Retransmit 0
	// counts as 200 ms, Linux's shortest retransmission time-out.
	Loss        float64
	Retransmit  time.Duration
	Duplicate   float64 // share of messages that arrive twice, if unordered
	Bandwidth   int64   // bytes per second; 0: unlimited
	CrossZone   bool    // for accounting: the ends are in different zones
	CrossRegion bool    // likewise regions
}

// Traffic counts what was sent.
type Traffic struct {
	Messages, Bytes                  int64
	CrossZoneBytes, CrossRegionBytes int64
}

// link is one direction between two nodes over the whole run.
type link struct {
	w       *World
	ends    Direction
	cfg     LinkConfig
	name    string
	local   bool
	lanes   []laneStreams // by message lane
	delay   *Draws        // of all lanes, if a delay is held
	held    time.Duration // the delay drawn last, …
	until   Time          // … which holds until then
	last    Time          // latest arrival so far, if ordered
	busy    Time          // when the line is free for the next byte
	faults  []*linkFault
	waiting []func() // for the end of cuts that connections survive: these send again, in order
	traffic Traffic
}

// laneStreams are the random draws for one message type on one link. Each type
// has its own, so that a protocol's own messages leave the fate of the clients'
// unchanged; faults draw from a further one, so that a fault leaves what comes
// after it unchanged.
type laneStreams struct {
	delay  *Draws
	chance *rand.Rand // losses and duplicates; nil until needed
	fault  *rand.Rand // losses by faults; nil until needed
}

// linkFault is what faults do to a link while they last.
type linkFault struct {
	cut    bool
	factor float64
	add    time.Duration
	loss   float64
	holds  bool // a cut at whose end messages arrive
	effect *Effect
}

// heldBack stands for the arrival of a message that waits for the end of a cut.
const heldBack = Time(-2)

// holdsBack tells whether messages wait. A cut that breaks the connection at the same
// time leaves nothing to hold back.
func (l *link) holdsBack() bool {
	holds := false
	for _, f := range l.faults {
		if f.cut {
			return false
		}
		holds = holds || f.holds
	}
	return holds
}

// release sends what waits, if nothing holds it back any more.
func (l *link) release() {
	if l.holdsBack() {
		return
	}
	waiting := l.waiting
	l.waiting = nil
	for _, again := range waiting {
		again()
	}
}

// cutOff breaks the connection: what waits on it is lost.
func (l *link) cutOff(effect *Effect) {
	effect.Dropped += int64(len(l.waiting))
	l.waiting = nil
	l.reset()
}

// Network sets the function that describes each pair of nodes. It is asked once
// per pair, on first use. Call it before Run.
func (w *World) Network(config func(from, to NodeID) LinkConfig) { w.config = config }

// link returns the link between two nodes.
func (w *World) link(from, to NodeID) *link {
	ends := Direction{from, to}
	if l := w.byEnds.find(ends); l != nil {
		return l
	}
	l := &link{w: w, ends: ends, local: from == to, name: w.nodes[from].cfg.Name + ">" + w.nodes[to].cfg.Name}
	if !l.local {
		l.cfg = w.config(from, to)
	}
	if l.cfg.Retransmit == 0 {
		l.cfg.Retransmit = 200 * time.Millisecond
	}
	w.links = append(w.links, l)
	w.byEnds.add(l, w.links)
	return l
}

// reset forgets the order of a connection that broke.
func (l *link) reset() { l.last, l.busy = 0, 0 }

// luck is what a link has drawn for a message. It draws when the message is sent,
// even if that then has to wait: so a cut leaves the delays and losses of later messages
// on ordered links unchanged.
type luck struct {
	delay  time.Duration
	losses int32 // in a row, before it gets through
	twice  bool
}

// draw draws the luck of a message.
func (l *link) draw(lane uint32, kind string) luck {
	if l.local {
		return luck{}
	}
	s := l.streams(lane, kind)
	delay := l.drawDelay(s)
	losses, twice := l.chance(s, kind)
	return luck{delay, int32(losses), twice}
}

// carry returns when a message sent now arrives, -1 if it is lost, or heldBack, and
// when its duplicate does, or -1.
func (l *link) carry(lane uint32, kind string, size int, its luck) (at, again Time) {
	now := l.w.now
	if l.local {
		return now, -1
	}
	if l.holdsBack() {
		for _, f := range l.faults {
			if f.holds {
				f.effect.Delayed++
			}
		}
		return heldBack, -1
	}
	losses := int(its.losses)
	factor, add := 1.0, time.Duration(0)
	for _, f := range l.faults {
		if f.cut { // a cut breaks the connection: nothing is sent again by itself
			f.effect.Dropped++
			return -1, -1
		}
		losses += l.lossesBy(f, l.streams(lane, kind), kind)
		if f.factor != 1 || f.add != 0 {
			factor, add = factor*f.factor, add+f.add
			f.effect.Delayed++
		}
	}
	if losses > 0 && l.cfg.Unordered || losses >= maxTries {
		return -1, -1
	}
	start := now
	if l.cfg.Bandwidth > 0 {
		start = max(now, l.busy).Add(time.Duration(float64(size) / float64(l.cfg.Bandwidth) * 1e9))
		l.busy = start
	}
	stretch := func(d time.Duration) time.Duration { return time.Duration(float64(d)*factor) + add }
	at, again = start.Add(stretch(its.delay)+time.Duration(losses)*l.cfg.Retransmit), -1
	if !l.cfg.Unordered {
		at = max(at, l.last)
		l.last = at
	} else if its.twice {
		again = start.Add(stretch(l.drawDelay(l.streams(lane, kind))))
	}
	return at, again
}

// maxTries is how often an ordered link sends a message before it gives up: Linux
// retransmits 15 times (tcp_retries2).
const maxTries = 16

// chance draws how often the line loses a message and whether it doubles it.
func (l *link) chance(s *laneStreams, kind string) (losses int, twice bool) {
	if s.chance == nil && (l.cfg.Loss > 0 || l.cfg.Duplicate > 0) {
		s.chance = l.w.Stream("chance/" + l.name + "/" + kind)
	}
	if l.cfg.Loss > 0 {
		losses = lossesInARow(s.chance, l.cfg.Loss)
	}
	if l.cfg.Duplicate > 0 && l.cfg.Unordered {
		twice = s.chance.Float64() < l.cfg.Duplicate
	}
	return losses, twice
}

// lossesBy draws how often a fault loses a message.
func (l *link) lossesBy(f *linkFault, s *laneStreams, kind string) int {
	if f.loss <= 0 {
		return 0
	}
	if s.fault == nil {
		s.fault = l.w.Stream("fault/" + l.name + "/" + kind)
	}
	n := lossesInARow(s.fault, f.loss)
	switch {
	case n >= maxTries || n > 0 && l.cfg.Unordered:
		f.effect.Dropped++
	case n > 0:
		f.effect.Delayed++
	}
	return n
}

// lossesInARow draws how often a message is lost before it gets through, if every
// try is lost with probability p. It is a geometric law, by inversion of a single
// draw, so that messages after this one meet the same luck whatever p is.
func lossesInARow(r *rand.Rand, p float64) int {
	u, n := r.Float64(), 0
	for all := p; u < all && n < maxTries; all *= p {
		n++
	}
	return n
}

// streams returns the random streams of a lane, made on first use.
func (l *link) streams(lane uint32, kind string) *laneStreams {
	for len(l.lanes) <= int(lane) {
		l.lanes = append(l.lanes, laneStreams{})
	}
	s := &l.lanes[lane]
	if s.delay == nil {
		s.delay = l.w.Draws(l.cfg.Delay, "delay/"+l.name+"/"+kind)
	}
	return s
}

// drawDelay draws the delay of the next message of a lane. One that holds is
// drawn for all lanes: a burst travels together, whatever is in it.
func (l *link) drawDelay(s *laneStreams) time.Duration {
	if l.cfg.Hold <= 0 {
		return s.delay.Next()
	}
	if l.delay == nil {
		l.delay = l.w.Draws(l.cfg.Delay, "delay/"+l.name)
	}
	if l.w.now >= l.until {
		l.held, l.until = l.delay.Next(), l.w.now.Add(l.cfg.Hold)
	}
	return l.held
}

// Traffic returns what was sent so far between all nodes for which keep is true,
// sends of a node to itself left out.
func (w *World) Traffic(keep func(from, to NodeID) bool) Traffic {
	var sum Traffic
	for _, l := range w.links {
		if l.local || !keep(l.ends.From, l.ends.To) {
			continue
		}
		sum.Messages += l.traffic.Messages
		sum.Bytes += l.traffic.Bytes
		if l.cfg.CrossZone {
			sum.CrossZoneBytes += l.traffic.Bytes
		}
		if l.cfg.CrossRegion {
			sum.CrossRegionBytes += l.traffic.Bytes
		}
	}
	return sum
}
