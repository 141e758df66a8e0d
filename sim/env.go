package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Boot starts a node's program: at the first start and after every crash. What
// it returns to from before is only on the disk (OpenLog, Pages).
type Boot func(*Env)

// Env is a protocol's window on the world, valid for one incarnation of its
// node: what outlives a crash is on the disk alone.
type Env struct {
	node        *node
	incarnation uint32
	cpu         *CPU
}

// ID returns this node's ID.
func (e *Env) ID() NodeID { return e.node.id }

// Name returns this node's name.
func (e *Env) Name() string { return e.node.cfg.Name }

// Clock returns what this node's own clock shows: it may be off, drift and jump.
func (e *Env) Clock() Time { return e.node.clock.read(e.node.w.now) }

// Monotonic returns what this node's monotonic clock shows, by which its timers run:
// it drifts, but never jumps. Only differences mean something.
func (e *Env) Monotonic() Time { return clock{ppb: e.node.clock.ppb}.read(e.node.w.now) }

// Rand returns this node's own random stream.
func (e *Env) Rand() *rand.Rand { return e.node.rand }

// Stream returns a new random stream for one purpose of this node, the same for
// the same seed, node, incarnation and purpose in every protocol.
func (e *Env) Stream(purpose string) *rand.Rand { return e.node.w.Stream(e.stream(purpose)) }

// stream names a purpose's stream. Without the incarnation, a restarted node would
// draw the same numbers over again: the same time-outs after every crash, say.
func (e *Env) stream(purpose string) string {
	return fmt.Sprintf("node/%s/%s/%d", e.node.cfg.Name, purpose, e.incarnation)
}

// CPU returns the node's processor: NodeConfig.Cores servers.
func (e *Env) CPU() *CPU { return e.cpu }

// clock is a node's own clock: true time plus an offset, running fast by a few
// parts per billion.
type clock struct {
	offset time.Duration
	ppb    int64
}

// read computes in two parts because now × ppb overflows within hours.
func (c clock) read(now Time) Time {
	sec, rest := int64(now)/1e9, int64(now)%1e9
	return now + Time(c.offset) + Time(sec*c.ppb+rest*c.ppb/1e9)
}

// wait converts a span on this clock, beginning now, to true time. Steps of the
// clock do not matter to it: timers run on a monotonic clock, which drifts but never
// jumps. It rounds up, so that no timer fires early by its own clock: one that
// found a nanosecond left would be reset to nothing for ever.
func (c clock) wait(now Time, d time.Duration) time.Duration {
	if c.ppb == 0 || d <= 0 {
		return d
	}
	span := time.Duration(math.Ceil(float64(d) / (1 + float64(c.ppb)*1e-9)))
	for c.read(now.Add(span)).Sub(c.read(now)) < d {
		span++
	}
	return span
}
