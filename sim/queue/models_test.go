package queue

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkPHOLD is the other classic (Fujimoto 1990): each of some nodes begins
// with one message, and answers each message with one to a random node after 0.1
// plus an exponential span. Unlike in HOLD, each node draws from a stream of its
// own, and the time that takes is included.
func BenchmarkPHOLD(b *testing.B) {
	for _, nodes := range []int{100, 10_000} {
		for _, c := range contestants {
			b.Run(fmt.Sprintf("nodes=%d/queue=%s", nodes, c.name), func(b *testing.B) {
				q := c.make()
				sources := make([]rand.PCG, nodes)
				var serial uint64
				send := func(now int64, from uint32) {
					r := rand.New(&sources[from])
					serial++
					q.Push(Key{
						At:   now + int64(1e8+9e8*r.ExpFloat64()),
						Seq:  serial,
						Slot: uint32(r.IntN(nodes)),
					})
				}
				for i := range sources {
					sources[i].Seed(uint64(i), 0)
					send(0, uint32(i))
				}
				b.ReportAllocs()
				for b.Loop() {
					k, _ := q.Pop()
					send(k.At, k.Slot)
				}
			})
		}
	}
}

const (
	groups       = 1000
	groupSize    = 5
	heartbeatGap = 50e6 // ns
)

// Lanes of raftTimers.
const (
	heartbeatLane uint32 = iota // slot: group
	appendLane                  // slot: follower
	electionLane                // slot: follower
)

// raftTimers is the traffic of many Raft groups that have nothing to do. In each,
// a leader sends a heartbeat to its four followers every 50 ms, and each follower
// that gets it resets its election timer to 150 to 300 ms. Once in 200 rounds the
// leader is silent for long enough that election timers fire, but nearly all of
// them are reset in time. How they are reset is what is compared.
type raftTimers struct {
	q      queue
	serial uint64
	rounds uint64
	fired  int

	// pushAll resets a timer by pushing a new key, which leaves the old one dead in
	// the queue, as most Go simulators do. Otherwise a reset moves the deadline, and
	// the timer's key is pushed again when it is found to come too early. Only a
	// deadline earlier than that key needs a new one at once.
	pushAll bool
	timers  [groups * groupSize]raftTimer
	spans   *table // of election timers
	delays  *table // of messages
	resets  uint64
	sent    uint64
}

type raftTimer struct {
	deadline int64
	queued   int64  // the instant of the key that counts
	live     uint64 // its serial, or 0 if there is none
}

func newRaftTimers(q queue, pushAll bool) *raftTimers {
	m := &raftTimers{
		q:       q,
		spans:   newTable(func(r *rand.Rand) float64 { return 0.150 + 0.150*r.Float64() }),
		delays:  newTable(func(r *rand.Rand) float64 { return 0.0005 + 0.0005*r.ExpFloat64() }),
		pushAll: pushAll,
	}
	for g := range uint32(groups) {
		m.push(int64(g)*heartbeatGap/groups, heartbeatLane, g)
	}
	return m
}

func (m *raftTimers) push(at int64, lane, slot uint32) {
	m.serial++
	m.q.Push(Key{At: at, Seq: m.serial, Lane: lane, Slot: slot})
}

// reset sets a follower's election timer.
func (m *raftTimers) reset(now int64, follower uint32) {
	t := &m.timers[follower]
	m.resets++
	t.deadline = now + m.spans.at(m.resets)
	if m.pushAll || t.live == 0 || t.deadline < t.queued {
		m.queue(t, follower)
	}
}

// queue pushes the key that counts for t.
func (m *raftTimers) queue(t *raftTimer, follower uint32) {
	m.push(t.deadline, electionLane, follower)
	t.queued, t.live = t.deadline, m.serial
}

// step fires keys up to and including the first that does useful work, and returns
// that.
func (m *raftTimers) step() Key {
	for {
		k, _ := m.q.Pop()
		switch k.Lane {
		case heartbeatLane:
			m.heartbeat(k.At, k.Slot)
			return k
		case appendLane:
			m.reset(k.At, k.Slot)
			return k
		}
		t := &m.timers[k.Slot]
		if t.live != k.Seq {
			continue // dead
		}
		t.live = 0
		if t.deadline == k.At {
			m.fired++
			return k
		}
		m.queue(t, k.Slot) // too early
	}
}

func (m *raftTimers) heartbeat(now int64, group uint32) {
	for i := uint32(1); i < groupSize; i++ {
		m.sent++
		m.push(now+m.delays.at(m.sent), appendLane, group*groupSize+i)
	}
	gap := int64(heartbeatGap)
	if m.rounds++; m.rounds%200 == 0 {
		gap *= 8
	}
	m.push(now+gap, heartbeatLane, group)
}

// BenchmarkTimers measures one useful event of raftTimers, together with the resets
// and the dead or early keys that come with it.
func BenchmarkTimers(b *testing.B) {
	for _, resets := range []string{"deadline", "push"} {
		for _, c := range contestants {
			b.Run(fmt.Sprintf("resets=%s/queue=%s", resets, c.name), func(b *testing.B) {
				m := newRaftTimers(c.make(), resets == "push")
				for range 100 * groups {
					m.step()
				}
				m.fired = 0
				b.ReportAllocs()
				for b.Loop() {
					m.step()
				}
				b.ReportMetric(float64(m.fired)/float64(b.N), "fired/op")
			})
		}
	}
}

// TestRaftTimers holds the two ways to reset a timer against each other, on
// different queues: the same events must happen at the same instants.
func TestRaftTimers(t *testing.T) {
	a, b := newRaftTimers(new(Ladder), false), newRaftTimers(new(boxed), true)
	for i := range 400 * groups {
		ka, kb := a.step(), b.step()
		if ka.At != kb.At || ka.Lane != kb.Lane || ka.Slot != kb.Slot {
			t.Fatalf("useful event %d is %v with deadlines and %v with dead keys", i, ka, kb)
		}
	}
	if a.fired == 0 || a.fired != b.fired {
		t.Errorf("%d and %d timers fired, want the same number, and some", a.fired, b.fired)
	}
}
