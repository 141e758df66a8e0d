package workload_test

import (
	"fmt"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/workload"
)

func TestHintIsFollowedAtOnce(t *testing.T) {
	for _, from := range []workload.ReadsFrom{workload.ReadLeader, workload.ReadNearest} {
		cfg := config()
		cfg.Writes, cfg.ReadsFrom = 0.5, from
		b := newBed(t, 1, 3, 1, cfg).watch()
		b.servers[0].answer = notLeader(1)
		b.runFor(sec)
		equal(t, "outcomes", b.outcomes(), "100 succeeded, 0 failed, 0 unknown")
		equal(t, "requests to the former leader", len(b.servers[0].got), 1)
		redirected := 0
		for _, r := range b.returned {
			if r.Attempts == 2 {
				redirected++
				equal(t, "latency with a redirect", r.Latency, 4*linkDelay)
			}
		}
		equal(t, "operations with a redirect", redirected, 1)
	}
}

// Two servers take each other for the leader: the client gives up for a while.
func TestPingPongIsBounded(t *testing.T) {
	cfg := one()
	cfg.Retries = 1
	b := newBed(t, 1, 2, 1, cfg).watch()
	b.servers[0].answer, b.servers[1].answer = notLeader(1), notLeader(0)
	b.runFor(sec)
	equal(t, "outcomes", b.outcomes(), "0 succeeded, 1 failed, 0 unknown")
	equal(t, "attempts", b.returned[0].Attempts, 2*(1+5))
	equal(t, "latency", b.returned[0].Latency, 12*2*linkDelay+10*ms)
}

// Useless hints (none, the server itself, a stranger) are refusals: the client
// tries the next server for what comes later.
func TestWithoutHintTheNextIsTried(t *testing.T) {
	for _, hint := range []sim.NodeID{sim.NoNode, 0, 99} {
		b := newBed(t, 1, 3, 1, config()).watch()
		b.servers[0].answer, b.servers[1].answer = notLeader(hint), refuse
		b.runFor(sec)
		equal(t, "requests", b.requests(), []int{1, 1, 98})
		equal(t, "outcomes", b.outcomes(), "98 succeeded, 2 failed, 0 unknown")
	}
}

// firstSuccess returns when the first operation after an instant succeeded.
func (b *bed) firstSuccess(after time.Duration) time.Duration {
	for _, r := range b.returned {
		end := b.invokedAt(r.Op).Add(r.Latency)
		if r.Outcome == kv.Succeeded && end > sim.Time(after) {
			return time.Duration(end)
		}
	}
	return -1
}

// invokedAt returns when an operation began.
func (b *bed) invokedAt(op kv.OpID) sim.Time {
	for _, c := range b.invoked {
		if c.Op == op {
			return c.at
		}
	}
	return -1
}

// The leader dies at 1 s and another server takes over at 2 s. Clients find it
// within a time-out per server, whatever the others say.
func TestPromotedLeaderIsFound(t *testing.T) {
	dead := until(sec, ok(0, 0), silence)
	for _, v := range []struct {
		name   string
		others answer // of the servers that never lead
		limit  time.Duration
	}{
		{"the others know", until(2*sec, notLeader(0), notLeader(3)), 2*sec + 110*ms},
		{"the others do not know", notLeader(sim.NoNode), 2*sec + 110*ms},
		{"the others still believe in the dead", notLeader(0), 2*sec + 4*110*ms},
		{"the others are dead too", until(sec, notLeader(0), silence), 2*sec + 4*110*ms},
	} {
		b := newBed(t, 1, 5, 1, config()).watch()
		for i, s := range b.servers {
			switch i {
			case 0:
				s.answer = dead
			case 3:
				s.answer = until(2*sec, notLeader(0), ok(3, 0))
			default:
				s.answer = v.others
			}
		}
		b.runFor(5 * sec)
		if found := b.firstSuccess(1100 * ms); found < 2*sec || found > v.limit {
			t.Errorf("%s: found at %v, want at most %v", v.name, found, v.limit)
		}
		// From then on nothing goes wrong.
		last := b.returned[len(b.returned)-200:]
		for _, r := range last {
			if r.Outcome != kv.Succeeded || r.Node != 3 || r.Attempts != 1 {
				t.Fatalf("%s: in the end %+v", v.name, r)
			}
		}
	}
}

// Whoever wants the leader does not take a read from a server that says it does not lead.
func TestReadOfTheLeaderIsNotTakenFromAFollower(t *testing.T) {
	for _, v := range []struct {
		leader   sim.NodeID // according to server 0
		requests []int
		outcomes string
	}{
		{1, []int{1, 100}, "100 succeeded, 0 failed, 0 unknown"},
		{sim.NoNode, []int{1, 99}, "99 succeeded, 1 failed, 0 unknown"},
		{0, []int{100, 0}, "100 succeeded, 0 failed, 0 unknown"},
	} {
		cfg := config()
		cfg.Writes = 0
		b := newBed(t, 1, 2, 1, cfg).watch()
		b.servers[0].answer = ok(v.leader, 0)
		b.runFor(sec)
		equal(t, "requests", b.requests(), v.requests)
		equal(t, "outcomes", b.outcomes(), v.outcomes)
	}
}

// A deposed leader that answers late does not lure clients away from its successor.
func TestLateAnswerOfADeposedLeader(t *testing.T) {
	b := newBed(t, 1, 2, 1, config()).watch()
	b.servers[0].answer = ok(0, 997*ms) // these come just before a write begins
	b.runFor(3 * sec)
	// Ten operations before the first time-out go to server 0, all others to 1.
	equal(t, "requests", b.requests(), []int{10, 290})
	equal(t, "outcomes", b.outcomes(), "290 succeeded, 0 failed, 10 unknown")
}

// A redirect does not use up retries, and a retry may follow hints again.
func TestRedirectsAndRetries(t *testing.T) {
	cfg := one()
	cfg.Retries = 2
	b := newBed(t, 1, 2, 1, cfg).watch()
	b.servers[0].answer = notLeader(1)
	b.servers[1].answer = inTurn(refuse, refuse, ok(1, 0))
	b.runFor(sec)
	r := b.returned[0]
	// 0 hints at 1, which refuses and so is doubted; twice over; then 1 accepts.
	equal(t, "end", fmt.Sprint(r.Outcome == kv.Succeeded, r.Attempts, r.Refused, r.Latency), fmt.Sprint(true, 6, 5, 6*2*linkDelay+30*ms))
}
