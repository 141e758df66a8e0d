package leader

import (
	"testing"
	"time"

	"replsim/sim"
)

// TestPosition holds up to where each rule lets commits go against what PostgreSQL
// (and, for shrink, Patroni) would do with the same standbys.
func TestPosition(t *testing.T) {
	away := peer{acked: [levels]sim.LSN{Flushed: 3}}
	catching := peer{conn: connID{1, 1}, acked: [levels]sim.LSN{Flushed: 5}}
	good := peer{conn: connID{1, 2}, streaming: true, acked: [levels]sim.LSN{Flushed: 9}}
	better := peer{conn: connID{1, 3}, streaming: true, acked: [levels]sim.LSN{Flushed: 10}}
	out := peer{conn: connID{1, 4}, streaming: true, outOfSync: true, acked: [levels]sim.LSN{Flushed: 2}}
	for _, c := range []struct {
		name  string
		rule  Rule
		acks  int
		lost  SyncLost
		peers []peer // r2, r3, …
		named []int  // r1 is 0; nil: all
		want  sim.LSN
	}{
		{"nobody", Async, 1, Block, []peer{away}, nil, unbounded},
		{"any takes the highest", Any, 1, Block, []peer{good, better}, nil, 10},
		{"any two take the lower", Any, 2, Block, []peer{better, away, good}, nil, 9},
		{"first passes over who is away", First, 1, Block, []peer{away, good}, nil, 9},
		{"first passes over who catches up", First, 1, Block, []peer{catching, good}, nil, 9},
		{"first two, only one keeps up", First, 2, Block, []peer{catching, good}, nil, 0},
		{"all wait for who is away", All, 1, Block, []peer{away, good, better}, nil, 3},
		{"only the named count", Any, 1, Block, []peer{good, better}, []int{1}, 9},
		{"the leader's own name is passed over", Any, 1, Block, []peer{good, better}, []int{0, 1}, 9},
		{"a leader alone on the list blocks", First, 1, Block, []peer{good, better}, []int{0}, 0},
		{"a leader alone on the list of all blocks", All, 1, Block, []peer{good, better}, []int{0}, 0},
		{"fewer named than needed block", Any, 2, Block, []peer{good, better}, []int{0, 1}, 0},
		{"fallback does not make fewer do", Any, 2, Fallback, []peer{good, better}, []int{0, 1}, 0},
		{"shrink makes fewer do", Any, 2, Shrink, []peer{good, out}, nil, 9},
		{"shrink waits for nobody in the end", All, 1, Shrink, []peer{out}, nil, unbounded},
		{"a leader without followers", All, 1, Block, nil, nil, unbounded},
	} {
		cfg := Config{Rule: c.rule, Acks: c.acks, SyncLost: c.lost, Standbys: c.named, Level: Flushed}
		nodes := []sim.NodeID{0}
		var peers []*peer
		for i := range c.peers {
			p := c.peers[i]
			p.id = sim.NodeID(i + 1)
			nodes, peers = append(nodes, p.id), append(peers, &p)
		}
		u := newRule(&cfg, ByConfig)
		u.attach(nodes, peers)
		if got := u.position(); got != c.want {
			t.Errorf("%s: commits go up to %d, want %d", c.name, got, c.want)
		}
	}
}

// A follower has caught up when a round was short, or when nothing is missing.
func TestPursuit(t *testing.T) {
	limit := time.Duration(10 * ms)
	q := pursuit{goal: 100}
	for _, step := range []struct {
		acked, end sim.LSN
		now        sim.Time
		want       bool
	}{
		{50, 150, 50 * ms, false},   // on its way
		{100, 200, 100 * ms, false}, // there, but the round was long: now to 200
		{199, 210, 105 * ms, false},
		{200, 215, 109 * ms, true},
	} {
		if got := q.caughtUp(step.acked, step.end, step.now, limit); got != step.want {
			t.Errorf("at %v: caught up is %v, want %v", step.now, got, step.want)
		}
	}
	q = pursuit{goal: 100}
	if !q.caughtUp(100, 100, 500*ms, limit) {
		t.Error("a follower that has everything has caught up, however long it took")
	}
}
