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
	// sent again and arrives Retransmit later.
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
	cfg     LinkConfig
	name    string
	local   bool
	lanes   []delayStream // by message lane
	loss    *rand.Rand    // losses and duplicates
	last    Time          // latest arrival so far, if ordered
	busy    Time          // when the line is free for the next byte
	faults  []*linkFault
	traffic Traffic
}

// delayStream draws the delays of one message type on one link, so that a
// protocol's own messages leave those of the clients unchanged.
type delayStream struct {
	draws *Draws
	held  time.Duration
	until Time
}

// linkFault is what faults do to a link while they last.
type linkFault struct {
	cut    bool
	factor float64
	add    time.Duration
	loss   float64
	effect *Effect
}

// Network sets the function that describes each pair of nodes. It is asked once
// per pair, on first use. Call it before Run.
func (w *World) Network(config func(from, to NodeID) LinkConfig) { w.config = config }

// link returns the link between two nodes.
func (w *World) link(from, to NodeID) *link {
	i := int(from)*len(w.nodes) + int(to)
	if l := w.links[i]; l != nil {
		return l
	}
	l := &link{w: w, local: from == to, name: w.nodes[from].cfg.Name + ">" + w.nodes[to].cfg.Name}
	if !l.local {
		l.cfg = w.config(from, to)
	}
	if l.cfg.Loss > 0 || l.cfg.Duplicate > 0 {
		l.loss = w.Stream("loss/" + l.name)
	}
	w.links[i] = l
	return l
}

// resetLink forgets the order of a connection that broke.
func (w *World) resetLink(from, to NodeID) {
	if l := w.links[int(from)*len(w.nodes)+int(to)]; l != nil {
		l.last, l.busy = 0, 0
	}
}

// carry returns when a message sent now arrives, or -1 if it is lost, and when
// its duplicate does, or -1.
func (l *link) carry(lane uint32, kind string, size int) (at, again Time) {
	now := l.w.now
	if l.local {
		return now, -1
	}
	delay := l.delay(lane, kind)
	lost, twice := l.chance()
	for _, f := range l.faults {
		if f.cut { // a cut breaks the connection: nothing is sent again by itself
			f.effect.Dropped++
			return -1, -1
		}
		if f.loss > 0 && l.rand().Float64() < f.loss {
			f.effect.Dropped++
			lost = true
		}
		if f.factor != 1 || f.add != 0 {
			delay = time.Duration(float64(delay)*f.factor) + f.add
			f.effect.Delayed++
		}
	}
	if lost && l.cfg.Unordered {
		return -1, -1
	}
	if lost {
		delay += l.cfg.Retransmit
	}
	start := now
	if l.cfg.Bandwidth > 0 {
		start = max(now, l.busy).Add(time.Duration(float64(size) / float64(l.cfg.Bandwidth) * 1e9))
		l.busy = start
	}
	at, again = start.Add(delay), -1
	if !l.cfg.Unordered {
		at = max(at, l.last)
		l.last = at
	} else if twice {
		again = start.Add(l.delay(lane, kind))
	}
	return at, again
}

// chance draws whether the line loses or doubles a message.
func (l *link) chance() (lost, twice bool) {
	if l.cfg.Loss > 0 {
		lost = l.loss.Float64() < l.cfg.Loss
	}
	if l.cfg.Duplicate > 0 && l.cfg.Unordered {
		twice = l.loss.Float64() < l.cfg.Duplicate
	}
	return lost, twice
}

// rand returns the link's stream of losses, made on first use.
func (l *link) rand() *rand.Rand {
	if l.loss == nil {
		l.loss = l.w.Stream("loss/" + l.name)
	}
	return l.loss
}

// delay draws the delay of the next message of a lane.
func (l *link) delay(lane uint32, kind string) time.Duration {
	if l.cfg.Hold > 0 {
		lane, kind = 0, "all" // a burst travels together, whatever is in it
	}
	for len(l.lanes) <= int(lane) {
		l.lanes = append(l.lanes, delayStream{})
	}
	s := &l.lanes[lane]
	if s.draws == nil {
		s.draws = l.w.Draws(l.cfg.Delay, "delay/"+l.name+"/"+kind)
	}
	if l.cfg.Hold <= 0 {
		return s.draws.Next()
	}
	if l.w.now >= s.until {
		s.held, s.until = s.draws.Next(), l.w.now.Add(l.cfg.Hold)
	}
	return s.held
}

// Traffic returns what was sent so far between all nodes for which keep is true,
// sends of a node to itself left out.
func (w *World) Traffic(keep func(from, to NodeID) bool) Traffic {
	var sum Traffic
	for i, l := range w.links {
		from, to := NodeID(i/len(w.nodes)), NodeID(i%len(w.nodes))
		if l == nil || l.local || !keep(from, to) {
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
