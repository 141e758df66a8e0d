package sim

import (
	"fmt"

	"replsim/sim/queue"
)

// Message is what nodes send to each other. Slices inside a message belong to the
// receiver and the sender alike once sent: nobody may change their elements.
type Message interface {
	// Size returns the bytes on the wire, for traffic and bandwidth.
	Size() int
}

// envelope is a message in flight.
type envelope[M Message] struct {
	from, to             NodeID
	fromIncarn, toIncarn uint32
	serial               uint64
	msg                  M
}

// messageLane holds all messages of one type in flight, and each node's handler.
type messageLane[M Message] struct {
	w        *World
	id       uint32
	name     string
	slots    slots[envelope[M]]
	handlers []func(from NodeID, m M) // by node; nil where none
}

// Handle makes on the handler of messages of type M at this node. It lasts until
// the node crashes.
func Handle[M Message](e *Env, on func(from NodeID, m M)) {
	l := laneOf[M](e.node.w)
	for len(l.handlers) < len(e.node.w.nodes) {
		l.handlers = append(l.handlers, nil)
	}
	l.handlers[e.node.id] = on
}

// Send sends m to another node (or to the sender itself, at once). There is no
// error and no promise: the link may lose it, the receiver may be down.
func Send[M Message](e *Env, to NodeID, m M) {
	n := e.node
	if e.incarnation != n.incarnation {
		return // a closure of a dead incarnation
	}
	w := n.w
	lane := laneOf[M](w)
	link := w.link(n.id, to)
	size := m.Size()
	link.traffic.Messages++
	link.traffic.Bytes += int64(size)
	p := link.admit(lane.id, lane.name, size)
	at, copyAt := link.carry(p)
	env := envelope[M]{from: n.id, to: to, fromIncarn: n.incarnation, toIncarn: w.nodes[to].incarnation, serial: w.serial + 1, msg: m}
	if tracing := topicOf[Sent](w); tracing != nil {
		publish(w, n.id, Sent{Serial: env.serial, To: to, Kind: lane.name, Size: size, Lost: at == -1, Payload: m})
	}
	if at < 0 {
		w.serial++ // the serial is used up, whether or not the message arrives
		if at == heldBack {
			link.waiting = append(link.waiting, func() { lane.sendAgain(link, env, p) })
		}
		return
	}
	lane.launch(env, at, copyAt)
}

// launch lets a message arrive at an instant, and its duplicate, if that is not -1.
func (l *messageLane[M]) launch(env envelope[M], at, copyAt Time) {
	l.w.push(at, l.id, l.slots.put(env))
	if copyAt >= 0 {
		l.w.push(copyAt, l.id, l.slots.put(env))
	}
}

// sendAgain sends a message that a cut has held back.
func (l *messageLane[M]) sendAgain(link *link, env envelope[M], p passage) {
	if l.died(&env) {
		return
	}
	if at, copyAt := link.carry(p); at >= 0 {
		l.launch(env, at, copyAt)
	}
}

// died tells whether a message has ended with the machine that sent it or with the
// incarnation that it was sent to, and counts it.
func (l *messageLane[M]) died(env *envelope[M]) bool {
	to, from := l.w.nodes[env.to], l.w.nodes[env.from]
	switch {
	case env.fromIncarn < from.lostBefore:
		from.countDrop()
		return true
	case !to.up || env.toIncarn != to.incarnation:
		to.countDrop()
		return true
	}
	return false
}

// fire delivers the message in a slot.
func (l *messageLane[M]) fire(slot uint32) {
	env := &l.slots.items[slot]
	to := l.w.nodes[env.to]
	if to.up && env.toIncarn == to.incarnation && to.postpone(queue.Key{Lane: l.id, Slot: slot}) {
		return
	}
	got := l.slots.take(slot) // frees the slot before the handler sends again
	if l.died(&got) {
		return
	}
	if tracing := topicOf[Delivered](l.w); tracing != nil {
		publish(l.w, got.to, Delivered{Serial: got.serial, From: got.from})
	}
	if got.to >= NodeID(len(l.handlers)) || l.handlers[got.to] == nil {
		panic(fmt.Sprintf("sim: node %s has no handler for %s", to.cfg.Name, l.name))
	}
	l.handlers[got.to](got.from, got.msg)
}

func (n *node) countDrop() {
	if len(n.crashes) > 0 {
		n.crashes[0].Dropped++
	}
}

func (l *messageLane[M]) forget(n NodeID) {
	if int(n) < len(l.handlers) {
		l.handlers[n] = nil
	}
}

// laneOf finds or makes the lane of message type M. There are a dozen types, so
// looking at each is faster than a map keyed by type.
func laneOf[M Message](w *World) *messageLane[M] {
	for _, l := range w.lanes[kernelLanes:] {
		if l, ok := l.(*messageLane[M]); ok {
			return l
		}
	}
	var m M
	l := &messageLane[M]{w: w, id: uint32(len(w.lanes)), name: fmt.Sprintf("%T", m)}
	w.lanes = append(w.lanes, l)
	return l
}

// Sent is the kernel's fact that a node sent a message. It shares its Serial with
// the Delivered fact, if that comes. Both are only made when observed.
type Sent struct {
	Serial  uint64
	To      NodeID
	Kind    string // type of the message, such as leader.Append
	Size    int    // bytes
	Lost    bool   // dropped by the link
	Payload any    // the message itself
}

// Delivered is the kernel's fact that a message reached its handler.
type Delivered struct {
	Serial uint64
	From   NodeID
}
