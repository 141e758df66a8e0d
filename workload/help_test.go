package workload_test

import (
	"fmt"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/sim/dist"
	"replsim/workload"
)

const (
	ms  = time.Millisecond
	us  = time.Microsecond
	sec = time.Second
)

// linkDelay is one way, between any two nodes of the test bed.
const linkDelay = ms

// law reads a distribution such as "exponential(mean=5ms)".
func law(text string) dist.Spec {
	s, err := dist.Parse(text)
	if err != nil {
		panic(err)
	}
	return s
}

// asked is a request as a server saw it.
type asked struct {
	at sim.Time
	kv.Request
}

// server is a fake replica: it notes what it is asked and answers as told.
type server struct {
	env   *sim.Env
	w     *sim.World
	got   []asked
	polls int
	mute  bool // notes nothing, for benchmarks
	// answer returns the reply and after how long it leaves; negative: never. If
	// nil, the server answers OK at once, as a leader.
	answer func(at sim.Time, r kv.Request) (kv.Reply, time.Duration)
	// lag returns the answer to polls; if nil, polls stay unanswered.
	lag      func(at sim.Time) kv.LagReply
	lagAfter time.Duration // before the answer to a poll leaves
	herald   *kv.Herald    // of the tests that have a name server
}

func (s *server) boot(e *sim.Env) {
	s.env = e
	sim.Handle(e, s.onRequest)
	sim.Handle(e, func(from sim.NodeID, q kv.LagQuery) {
		s.polls++
		if s.lag == nil {
			return
		}
		reply := s.lag(s.w.Now())
		reply.Tag = q.Tag
		if s.lagAfter == 0 {
			sim.Send(e, from, reply)
			return
		}
		s.w.At(s.w.Now().Add(s.lagAfter), func() { sim.Send(e, from, reply) })
	})
}

func (s *server) onRequest(from sim.NodeID, r kv.Request) {
	if !s.mute {
		s.got = append(s.got, asked{s.w.Now(), r})
	}
	if s.answer == nil {
		sim.Send(s.env, from, kv.Reply{ID: r.ID, Value: r.ID, Leader: s.env.ID()})
		return
	}
	reply, after := s.answer(s.w.Now(), r)
	reply.ID = r.ID
	switch {
	case after == 0:
		sim.Send(s.env, from, reply)
	case after > 0:
		s.w.At(s.w.Now().Add(after), func() { sim.Send(s.env, from, reply) })
	}
}

// Answers of fake servers.
type answer = func(sim.Time, kv.Request) (kv.Reply, time.Duration)

func silence(sim.Time, kv.Request) (kv.Reply, time.Duration) { return kv.Reply{}, -1 }

func refuse(sim.Time, kv.Request) (kv.Reply, time.Duration) {
	return kv.Reply{Status: kv.Refused, Leader: sim.NoNode}, 0
}

// ok answers as a follower or leader that takes leader to lead.
func ok(leader sim.NodeID, after time.Duration) answer {
	return func(_ sim.Time, r kv.Request) (kv.Reply, time.Duration) {
		return kv.Reply{Value: r.ID, Leader: leader}, after
	}
}

// notLeader refuses with a hint, or without if leader is sim.NoNode.
func notLeader(leader sim.NodeID) answer {
	return func(sim.Time, kv.Request) (kv.Reply, time.Duration) {
		return kv.Reply{Status: kv.NotLeader, Leader: leader}, 0
	}
}

// until answers in one way before an instant and in another from then on.
func until(change time.Duration, before, after answer) answer {
	return func(at sim.Time, r kv.Request) (kv.Reply, time.Duration) {
		if at < sim.Time(change) {
			return before(at, r)
		}
		return after(at, r)
	}
}

// bed is a world with fake servers, which are the nodes from 0 on, and one group.
type bed struct {
	*sim.World
	servers  []*server
	group    *workload.Group
	cfg      workload.Config
	invoked  []call
	returned []kv.Returned
}

// call is an Invoked fact with its time.
type call struct {
	at sim.Time
	kv.Invoked
}

// config is the base of the tests' groups: an open loop of evenly spaced writes.
func config() workload.Config {
	return workload.Config{
		Name: "users", Rate: 100, Process: workload.Constant, BurstSize: 1, Writes: 1, Keys: 100,
		Timeout: 100 * ms, LagPoll: 20 * ms, Backoff: 10 * ms,
	}
}

// newBed makes a world of n servers, each in a place of its own, and the clients of
// a group, all where the third server is.
func newBed(tb testing.TB, seed uint64, n, clients int, cfg workload.Config) *bed {
	tb.Helper()
	var nodes []sim.NodeConfig
	for i := range clients {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint(cfg.Name, "/", i), Place: "p2"})
	}
	return newBedOf(tb, seed, n, cfg, nodes...)
}

func newBedOf(tb testing.TB, seed uint64, n int, cfg workload.Config, clients ...sim.NodeConfig) *bed {
	tb.Helper()
	b := &bed{World: sim.New(seed), cfg: cfg}
	for i := range n {
		s := &server{w: b.World}
		place := fmt.Sprint("p", i)
		id := b.AddNode(sim.NodeConfig{Name: fmt.Sprint("r", i), Place: place, Boot: s.boot})
		b.servers = append(b.servers, s)
		cfg.Servers = append(cfg.Servers, workload.Server{ID: id, Place: place, Zone: place, Region: place})
	}
	group, err := workload.Build(b.World, cfg, clients)
	if err != nil {
		tb.Fatal(err)
	}
	b.group = group
	delay := dist.Constant(linkDelay)
	b.Network(func(from, to sim.NodeID) sim.LinkConfig { return sim.LinkConfig{Delay: delay} })
	return b
}

// watch notes the facts that the clients report.
func (b *bed) watch() *bed {
	sim.Observe(b.World, func(at sim.Time, _ sim.NodeID, f kv.Invoked) { b.invoked = append(b.invoked, call{at, f}) })
	sim.Observe(b.World, func(_ sim.Time, _ sim.NodeID, f kv.Returned) { b.returned = append(b.returned, f) })
	return b
}

// runFor stops the workload after a while and lets it drain for ten seconds.
func (b *bed) runFor(d time.Duration) *bed {
	b.At(sim.Time(d), b.group.Stop)
	b.Run(sim.Time(d + 10*sec))
	return b
}

// outcomes counts how the operations ended.
func (b *bed) outcomes() string {
	var n [3]int
	for _, r := range b.returned {
		n[r.Outcome]++
	}
	return fmt.Sprintf("%d succeeded, %d failed, %d unknown", n[kv.Succeeded], n[kv.Failed], n[kv.Unknown])
}

// requests counts what each server was asked.
func (b *bed) requests() []int {
	var n []int
	for _, s := range b.servers {
		n = append(n, len(s.got))
	}
	return n
}

// equal fails the test if the two differ in print.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}
