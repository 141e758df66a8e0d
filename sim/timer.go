package sim

import (
	"time"

	"replsim/sim/queue"
)

// Timer calls a function once, a span after its last Reset, on the node's own
// (drifting) clock. Reset and Stop take constant time: Reset only moves a deadline, and the
// event already queued re-arms itself when it finds the deadline later. Election
// timers, which are nearly always reset before they fire, so cost no queue work.
type Timer struct {
	node        *node
	incarnation uint32
	fn          func()
	deadline    Time
	armed       bool
	// queued is the instant of the event that counts, or -1. A Reset to an earlier
	// deadline queues a second event; the former finds queued changed and is ignored.
	queued  Time
	pending int // events in the queue, those ignored included
	slot    uint32
}

// NewTimer returns a stopped timer that calls fn. It dies with this incarnation.
func (e *Env) NewTimer(fn func()) *Timer {
	t := &Timer{node: e.node, incarnation: e.incarnation, fn: fn, queued: -1}
	t.slot = e.node.w.timers.put(t)
	e.node.timers = append(e.node.timers, t)
	return t
}

// Reset arms the timer to fire d from now, whether it was armed or not. A
// negative d counts as 0.
func (t *Timer) Reset(d time.Duration) {
	if t.incarnation != t.node.incarnation {
		return // a closure of a dead incarnation
	}
	w := t.node.w
	t.deadline = w.now.Add(max(0, t.node.clock.wait(w.now, d)))
	t.armed = true
	if t.queued < 0 || t.deadline < t.queued {
		t.queue(w)
	}
}

// Stop disarms the timer.
func (t *Timer) Stop() { t.armed = false }

// Armed tells whether the timer will fire.
func (t *Timer) Armed() bool { return t.armed }

func (t *Timer) queue(w *World) {
	t.queued = t.deadline
	t.pending++
	w.push(t.deadline, laneTimer, t.slot)
}

// fireTimer handles a timer's event, which may have been overtaken by a Reset,
// a Stop, a crash or a pause.
func (w *World) fireTimer(key queue.Key) {
	t := w.timers.items[key.Slot]
	t.pending--
	if t.incarnation != t.node.incarnation { // the node crashed since
		if t.pending == 0 {
			w.timers.take(key.Slot)
		}
		return
	}
	if t.queued != Time(key.At) {
		return // an event that an earlier deadline overtook
	}
	if t.armed && t.deadline <= w.now && t.node.postpone(key) {
		t.pending++ // it will fire once more
		return
	}
	t.queued = -1
	switch {
	case !t.armed:
	case t.deadline > w.now:
		t.queue(w)
	default:
		t.armed = false
		t.fn()
	}
}
