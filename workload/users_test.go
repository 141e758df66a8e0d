package workload_test

import (
	"math"
	"slices"
	"testing"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/workload"
)

func TestShares(t *testing.T) {
	cfg := config()
	cfg.Rate, cfg.Writes, cfg.ReadOwn = 10_000, 0.3, 0.25
	b := newBed(t, 1, 1, 1, cfg).watch().runFor(10 * sec)
	var writes, reads, own float64
	acknowledged := kv.Key(-1)
	var queue []call // in flight: all take 2 ms
	for _, c := range b.invoked {
		for len(queue) > 0 && queue[0].at.Add(2*linkDelay) <= c.at {
			if queue[0].Kind == kv.Write {
				acknowledged = queue[0].Key
			}
			queue = queue[1:]
		}
		if c.Kind == kv.Write {
			writes++
		} else if reads++; c.Key == acknowledged {
			own++
		}
		queue = append(queue, c)
	}
	// Two binomial shares, within five standard deviations (one false alarm in a
	// million). A read of a random key hits one's own record by chance 1 in 100.
	within := func(what string, got, n, p float64) {
		if math.Abs(got-n*p) > 5*math.Sqrt(n*p*(1-p)) {
			t.Errorf("%s: %v of %v, want %v", what, got, n, p)
		}
	}
	within("writes", writes, writes+reads, 0.3)
	within("reads of one's own record", own, reads, 0.25+0.75/100)
}

// Each purpose has a stream of its own: one share does not disturb the others.
func TestSharesDoNotShiftEachOther(t *testing.T) {
	run := func(writes, own float64) []call {
		cfg := config()
		cfg.Keys, cfg.Rate, cfg.Writes, cfg.ReadOwn = 1e9, 1000, writes, own
		return newBed(t, 1, 1, 1, cfg).watch().runFor(5 * sec).invoked
	}
	plain, few, many := run(0.3, 0), run(0.3, 0.25), run(0.6, 0.25)
	own := 0
	for i, p := range plain[100:] { // by then something has been written
		f, m := few[100+i], many[100+i]
		switch {
		case f.Kind != p.Kind || p.Kind == kv.Write && (f.Key != p.Key || m.Kind != kv.Write):
			t.Fatalf("operation %d is %v, %v and %v", p.Op, p, f, m)
		case m.Kind == kv.Write:
		case (f.Key == p.Key) != (m.Key == p.Key): // one reads its own record, the other does not
			t.Fatalf("operation %d is %v and %v", p.Op, f, m)
		case f.Key != p.Key:
			own++
		}
	}
	if own < 400 {
		t.Errorf("only %d reads of one's own record", own)
	}
	// Who has written nothing reads as all others do.
	if !slices.Equal(run(0, 1), run(0, 0)) {
		t.Error("without writes, read_own changes something")
	}
}

// What the users want does not depend on what the database does.
func TestOperationsAreTheSameWhateverHappens(t *testing.T) {
	cfg := config()
	cfg.Process, cfg.Writes, cfg.ReadsFrom, cfg.Retries, cfg.Jitter = workload.Poisson, 0.5, workload.ReadAny, 2, 0.5
	cfg.Popularity = workload.Popularity{Law: workload.Zipf, Exponent: 1}
	good := newBed(t, 1, 3, 4, cfg).watch().runFor(20 * sec)
	cfg.ReadsFrom, cfg.Retries = workload.ReadLeader, 0
	bad := newBed(t, 1, 3, 4, cfg).watch()
	for _, s := range bad.servers {
		s.answer = silence
	}
	// While a client is down its users' operations are skipped, and only those.
	crash := sim.Crash{Targets: sim.Nodes(bad.group.Nodes()[2])}
	bad.Inject("crash", crash, sim.Time(5*sec), 3*sec)
	bad.runFor(20 * sec)
	var want []call
	for _, c := range good.invoked {
		if c.Session != 2 || c.at < sim.Time(5*sec) || c.at >= sim.Time(8*sec) {
			want = append(want, c)
		}
	}
	if !slices.Equal(bad.invoked, want) || len(want) == len(good.invoked) {
		t.Errorf("%d operations differ from the %d of the run without faults", len(bad.invoked), len(want))
	}
}

func TestDeterminism(t *testing.T) {
	run := func(seed uint64) (uint64, string) {
		cfg := busy()
		cfg.Jitter, cfg.Timeout = 0.5, 5*ms
		b := newBed(t, seed, 3, 10, cfg).watch()
		b.servers[1].answer = inTurn(refuse, silence, ok(1, 4*ms), notLeader(0))
		b.Inject("cut", sim.Cut{Links: func() []sim.Direction {
			return sim.Between(b.group.Nodes()[:5], []sim.NodeID{0}, true)
		}}, sim.Time(sec), sec)
		b.runFor(3 * sec)
		return b.Digest(), b.outcomes()
	}
	digest, outcomes := run(1)
	again, outcomesAgain := run(1)
	other, _ := run(2)
	if digest != again || outcomes != outcomesAgain || digest == other {
		t.Errorf("digests %x, %x and, for another seed, %x; outcomes %s, %s", digest, again, other, outcomes, outcomesAgain)
	}
}
