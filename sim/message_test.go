package sim_test

import (
	"fmt"
	"testing"
	"time"

	"replsim/sim"
)

func TestMessageTakesTheDelayOfItsLink(t *testing.T) {
	b := newBed(3, sim.LinkConfig{})
	b.Network(func(from, to sim.NodeID) sim.LinkConfig {
		return sim.LinkConfig{Delay: law(fmt.Sprint(10*from+to, "ms"))}
	})
	b.send(1*ms, 0, 2, 1)
	b.send(1*ms, 2, 0, 2)
	b.send(1*ms, 1, 1, 3) // to itself: at once, over no link
	b.Run(100 * ms)
	equal(t, b.got, []string{"1ms 1>1 #3", "3ms 0>2 #1", "21ms 2>0 #2"})
}

// A message was sent to one incarnation of its receiver. If that has crashed, the
// message is lost, even if the node is up again when it arrives.
func TestMessageNeverReachesAnotherIncarnation(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("10ms")})
	b.send(1*ms, 0, 1, 1)  // sent before the crash, arrives before
	b.send(5*ms, 0, 1, 2)  // sent before the crash, arrives while it is down
	b.send(11*ms, 0, 1, 3) // sent before the crash, arrives after the restart
	b.send(13*ms, 0, 1, 4) // sent to a node that is down, arrives after the restart
	b.send(17*ms, 0, 1, 5) // sent after the restart
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(1)}, 12*ms, 4*time.Millisecond)
	b.Run(100 * ms)
	equal(t, b.got, []string{"11ms 0>1 #1", "27ms 0>1 #5"})
	equal(t, b.boots[1], 2)
}

// What a killed process had sent still arrives; what a dead machine had sent is
// lost with it.
func TestInFlightMessagesOfACrashedSender(t *testing.T) {
	for _, lost := range []bool{false, true} {
		b := newBed(2, sim.LinkConfig{Delay: law("10ms")})
		b.send(5*ms, 0, 1, 1)
		b.Inject("crash", sim.Crash{Targets: sim.Nodes(0), InFlightLost: lost}, 6*ms, time.Millisecond)
		b.send(8*ms, 0, 1, 2) // by the next incarnation
		b.Run(100 * ms)
		want := []string{"15ms 0>1 #1", "18ms 0>1 #2"}
		if lost {
			want = want[1:]
		}
		equal(t, b.got, want)
	}
}

// A closure of a dead incarnation sends nothing, queues no work, and sets no timer.
func TestADeadIncarnationDoesNothing(t *testing.T) {
	b := newBed(2, sim.LinkConfig{})
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 5*ms, time.Millisecond)
	b.At(1*ms, func() {
		ghost := b.env[0]
		jobs := sim.NewJobs(ghost.CPU(), func(int) { b.note("ghost job") })
		timer := ghost.NewTimer(func() { b.note("ghost timer") })
		b.At(10*ms, func() {
			sim.Send(ghost, 1, note{1})
			jobs.Do(0, 1)
			timer.Reset(0)
		})
	})
	b.Run(20 * ms)
	equal(t, b.got, []string(nil))
}

// A crash drops the handlers, too: the next incarnation has those that it asks
// for, and a message without a handler is a mistake in the protocol.
func TestMessageWithoutHandlerPanics(t *testing.T) {
	w := sim.New(1)
	var e *sim.Env
	w.AddNode(sim.NodeConfig{Name: "a", Boot: func(env *sim.Env) { e = env }})
	w.At(1*ms, func() { sim.Send(e, 0, note{}) })
	panics(t, func() { w.Run(2 * ms) })
}

func TestPauseDefersAndKeepsOrder(t *testing.T) {
	b := newBed(3, sim.LinkConfig{Delay: law("1ms")})
	for i := range 20 {
		b.send(sim.Time(i)*ms, sim.NodeID(i%2), 2, i)
	}
	b.Inject("pause", sim.Pause{Targets: sim.Nodes(2)}, 5*ms, 10*time.Millisecond)
	b.Run(100 * ms)
	var want []string
	for i := range 20 {
		at := sim.Time(i+1) * ms
		if at >= 5*ms && at < 15*ms {
			at = 15 * ms
		}
		want = append(want, fmt.Sprintf("%v %d>2 #%d", at, i%2, i))
	}
	equal(t, b.got, want)
	equal(t, b.effect(0), sim.Effect{Began: 1, Hits: 1, Delayed: 10, Lasted: 10 * time.Millisecond})
}

// A node that crashes in a pause loses what it would have dealt with at its end,
// and does not go on when the pause would have ended.
func TestCrashWhilePaused(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("1ms")})
	b.send(10*ms, 0, 1, 1)
	b.Inject("pause", sim.Pause{Targets: sim.Nodes(1)}, 5*ms, 50*time.Millisecond)
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(1)}, 20*ms, 10*time.Millisecond)
	b.send(40*ms, 0, 1, 2) // the new incarnation is not paused
	b.Run(100 * ms)
	equal(t, b.got, []string{"41ms 0>1 #2"})
	equal(t, b.effect(1).Dropped, int64(1))
}

// Sent and Delivered share a serial: observers need no more to draw a diagram.
func TestSentAndDeliveredShareASerial(t *testing.T) {
	b := newBed(2, sim.LinkConfig{Delay: law("1ms")})
	b.Inject("cut", sim.Cut{Links: dir(0, 1)}, 5*ms, 0)
	sent := map[uint64]int{}
	sim.Observe(b.World, func(at sim.Time, from sim.NodeID, f sim.Sent) {
		sent[f.Serial] = f.Payload.(note).N
		b.note("sent #%d by %d to %d, %s of %d bytes, lost %v", f.Payload.(note).N, from, f.To, f.Kind, f.Size, f.Lost)
	})
	sim.Observe(b.World, func(at sim.Time, to sim.NodeID, f sim.Delivered) {
		b.note("delivered #%d from %d to %d", sent[f.Serial], f.From, to)
	})
	b.send(1*ms, 0, 1, 7)
	b.send(6*ms, 0, 1, 8)
	b.Run(10 * ms)
	equal(t, b.got, []string{
		"1ms sent #7 by 0 to 1, sim_test.note of 1000 bytes, lost false",
		"2ms delivered #7 from 0 to 1", "2ms 0>1 #7",
		"6ms sent #8 by 0 to 1, sim_test.note of 1000 bytes, lost true",
	})
}

// Observers change nothing: a run that is watched has the digest of one that is not.
func TestObservingChangesNothing(t *testing.T) {
	digest := func(watch bool) uint64 {
		w := chatter(3, nil)
		if watch {
			sim.Observe(w, func(sim.Time, sim.NodeID, sim.Sent) {})
			sim.Observe(w, func(sim.Time, sim.NodeID, sim.Crashed) {})
		}
		w.Run(500 * ms)
		return w.Digest()
	}
	equal(t, digest(true), digest(false))
}

func TestTrafficCountsWhatIsSent(t *testing.T) {
	b := newBed(3, sim.LinkConfig{})
	b.Network(func(from, to sim.NodeID) sim.LinkConfig {
		return sim.LinkConfig{CrossRegion: from == 2 || to == 2, CrossZone: from != to}
	})
	b.Inject("cut", sim.Cut{Links: dir(0, 1)}, 0, 0)
	b.send(1*ms, 0, 1, 1) // lost, but sent
	b.send(1*ms, 0, 2, 2)
	b.send(1*ms, 1, 1, 3) // over no link
	b.Run(10 * ms)
	all := func(from, to sim.NodeID) bool { return true }
	equal(t, b.Traffic(all), sim.Traffic{Messages: 2, Bytes: 2000, CrossZoneBytes: 2000, CrossRegionBytes: 1000})
	equal(t, b.Traffic(func(from, to sim.NodeID) bool { return to == 2 }).Messages, int64(1))
}
