package workload_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/workload"
)

// one is a group that begins a single operation, 500 ms into a run of a second.
func one() workload.Config {
	cfg := config()
	cfg.Rate = 1
	return cfg
}

// inTurn gives the first request the first answer, and so on; the last repeats.
func inTurn(answers ...answer) answer {
	i := -1
	return func(at sim.Time, r kv.Request) (kv.Reply, time.Duration) {
		i = min(i+1, len(answers)-1)
		return answers[i](at, r)
	}
}

func TestAnsweredOperation(t *testing.T) {
	cfg := one()
	cfg.FirstSession, cfg.ValueSize = 7, 128
	b := newBed(t, 1, 1, 1, cfg).watch()
	b.servers[0].answer = func(_ sim.Time, r kv.Request) (kv.Reply, time.Duration) {
		return kv.Reply{Value: r.ID, Version: 42}, 3 * ms
	}
	b.runFor(sec)
	id := kv.OpID(7<<36 + 1)
	equal(t, "invoked", b.invoked, []call{{sim.Time(500 * ms), kv.Invoked{Op: id, Kind: kv.Write, Key: b.invoked[0].Key, Session: 7}}})
	equal(t, "asked", b.servers[0].got, []asked{{sim.Time(501 * ms), kv.Request{ID: id, Kind: kv.Write, Key: b.invoked[0].Key, Bytes: 128}}})
	equal(t, "returned", b.returned, []kv.Returned{{
		Op: id, Kind: kv.Write, Key: b.invoked[0].Key, Session: 7, Outcome: kv.Succeeded,
		Value: id, Version: 42, Latency: 5 * ms, Attempts: 1, Node: 0,
	}})
}

func TestOutcomes(t *testing.T) {
	late := func(at sim.Time, r kv.Request) (kv.Reply, time.Duration) { return kv.Reply{}, 150 * ms }
	yes := ok(0, 0)
	for _, v := range []struct {
		name    string
		retries int
		answers []answer
		want    kv.Outcome
		tries   int32
		latency time.Duration // without jitter; pauses of 10, 20 ms; 2 ms to and fro
	}{
		{"answered", 0, []answer{yes}, kv.Succeeded, 1, 2 * ms},
		{"refused", 0, []answer{refuse}, kv.Failed, 1, 2 * ms},
		{"not the leader", 0, []answer{notLeader(sim.NoNode)}, kv.Failed, 1, 2 * ms},
		{"no answer", 0, []answer{silence}, kv.Unknown, 1, 100 * ms},
		{"late answer", 0, []answer{late}, kv.Unknown, 1, 100 * ms},
		{"refused, then answered", 1, []answer{refuse, yes}, kv.Succeeded, 2, 14 * ms},
		{"no answer, then answered", 1, []answer{silence, yes}, kv.Succeeded, 2, 112 * ms},
		{"refused for ever", 2, []answer{refuse}, kv.Failed, 3, 36 * ms},
		{"no answer, then refused", 1, []answer{silence, refuse}, kv.Unknown, 2, 112 * ms},
		{"refused, then no answer", 1, []answer{refuse, silence}, kv.Unknown, 2, 112 * ms},
		{"late answer while a retry waits", 1, []answer{late, silence}, kv.Succeeded, 2, 152 * ms},
	} {
		for _, kind := range []kv.Kind{kv.Read, kv.Write} {
			cfg := one()
			cfg.Writes, cfg.Retries = float64(kind), v.retries
			b := newBed(t, 1, 1, 1, cfg).watch()
			b.servers[0].answer = inTurn(v.answers...)
			b.runFor(sec)
			if len(b.returned) != 1 {
				t.Fatalf("%s: %d operations returned", v.name, len(b.returned))
			}
			r := b.returned[0]
			if r.Outcome != v.want || r.Attempts != v.tries || r.Latency != v.latency || (r.Node == 0) != (v.want == kv.Succeeded) {
				t.Errorf("%s: %v %+v", v.name, kind, r)
			}
		}
	}
}

// An answer that comes while the client pauses, or from another server than the one
// asked now, does not end an operation. It shows who leads, if nobody is known to.
func TestLateAnswersDoNotCount(t *testing.T) {
	for _, v := range []struct {
		pause    time.Duration
		requests []int
	}{
		{10 * ms, []int{1, 1}}, // the retry is under way, to the next server
		{80 * ms, []int{2, 0}}, // the retry comes after the answer: to its sender
	} {
		cfg := one()
		cfg.Retries, cfg.Backoff = 1, v.pause
		b := newBed(t, 1, 2, 1, cfg).watch()
		b.servers[0].answer = ok(0, 150*ms)
		b.servers[1].answer = silence
		b.runFor(sec)
		equal(t, "requests", b.requests(), v.requests)
		equal(t, "outcomes", b.outcomes(), "0 succeeded, 0 failed, 1 unknown")
		equal(t, "latency", b.returned[0].Latency, 200*ms+v.pause)
	}
}

func TestBackoff(t *testing.T) {
	for _, v := range []struct {
		backoff time.Duration
		want    []time.Duration
	}{
		{10 * ms, []time.Duration{10 * ms, 20 * ms, 40 * ms, 80 * ms}},
		{0, []time.Duration{0, 0, 0, 0}},
		{8 * sec, []time.Duration{8 * sec, 16 * sec, 20 * sec, 20 * sec}}, // the limit
		{30 * sec, []time.Duration{30 * sec, 30 * sec, 30 * sec, 30 * sec}},
	} {
		cfg := one()
		cfg.Retries, cfg.Backoff = 4, v.backoff
		b := newBed(t, 1, 1, 1, cfg)
		b.servers[0].answer = refuse
		b.At(sim.Time(sec), b.group.Stop)
		b.Run(sim.Time(200 * sec))
		var pauses []time.Duration
		for i, a := range b.servers[0].got[1:] {
			pauses = append(pauses, a.at.Sub(b.servers[0].got[i].at)-2*linkDelay)
		}
		equal(t, "pauses", pauses, v.want)
	}
}

func TestJitter(t *testing.T) {
	cfg := config()
	cfg.Retries, cfg.Jitter, cfg.Rate = 2, 0.4, 1000
	b := newBed(t, 1, 1, 1, cfg)
	b.servers[0].answer = refuse
	b.runFor(5 * sec)
	// Pauses as a share of the longest, by operation.
	first, second := make([]float64, 5000), make([]float64, 5000)
	seen := map[kv.OpID][]sim.Time{}
	for _, a := range b.servers[0].got {
		before := seen[a.ID]
		seen[a.ID] = append(before, a.at)
		switch len(before) {
		case 1:
			first[a.ID-1] = (a.at.Sub(before[0]) - 2*linkDelay).Seconds() / 0.010
		case 2:
			second[a.ID-1] = (a.at.Sub(before[1]) - 2*linkDelay).Seconds() / 0.020
		}
	}
	uniform := func(x float64) float64 { return min(max((x-0.6)/0.4, 0), 1) }
	correlation := 0.0 // of a sample of independent pairs: 0 ± 1/√n
	for i := range first {
		correlation += (first[i] - 0.8) * (second[i] - 0.8) / (0.4 * 0.4 / 12) / 5000
	}
	if math.Abs(correlation) > 5/math.Sqrt(5000) {
		t.Errorf("the two pauses of an operation have a correlation of %.3f", correlation)
	}
	kolmogorov(t, first, uniform)
	kolmogorov(t, second, uniform)
}

// Open means open: what is not answered does not hold back what comes next.
func TestOpenLoopDoesNotWait(t *testing.T) {
	cfg := config()
	cfg.Timeout, cfg.Rate = sec, 1000
	b := newBed(t, 1, 1, 1, cfg).watch()
	b.servers[0].answer = silence
	b.Run(sim.Time(5*sec) - 1)
	equal(t, "invoked", len(b.invoked), 5000)
	equal(t, "in flight", b.group.InFlight(), 1000)
	equal(t, "outcomes", b.outcomes(), "0 succeeded, 0 failed, 4000 unknown")
	for _, r := range b.returned {
		if r.Latency != sec {
			t.Fatalf("timed out after %v", r.Latency)
		}
	}
}

func TestStop(t *testing.T) {
	for _, v := range []struct {
		answer  answer
		last    time.Duration // the end of the last operation
		outcome string
	}{
		{ok(0, 40*ms), 995*ms + 42*ms, "100 succeeded, 0 failed, 0 unknown"},
		{silence, 995*ms + 2*100*ms + 10*ms, "0 succeeded, 0 failed, 100 unknown"},
	} {
		cfg := config()
		cfg.Retries = 1
		b := newBed(t, 1, 1, 1, cfg).watch()
		b.servers[0].answer = v.answer
		b.At(sim.Time(sec), b.group.Stop)
		b.Run(sim.Time(v.last) - 1)
		equal(t, "in flight just before the end", b.group.InFlight(), 1)
		b.Run(sim.Time(v.last))
		equal(t, "in flight", b.group.InFlight(), 0)
		b.Run(sim.Time(10 * sec))
		equal(t, "invoked", len(b.invoked), 100)
		equal(t, "outcomes", b.outcomes(), v.outcome)
	}
	cfg := config()
	cfg.Rate, cfg.Think = 0, law("8ms")
	b := newBed(t, 1, 1, 1, cfg).watch().runFor(sec)
	equal(t, "closed loop: in flight", b.group.InFlight(), 0)
	if last := b.invoked[len(b.invoked)-1].at; last > sim.Time(sec) {
		t.Errorf("an operation began at %v", last)
	}
}

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

// A client that is a target of faults behaves.
func TestFaultsOnClients(t *testing.T) {
	for _, v := range []struct {
		name  string
		fault func(sim.NodeID) sim.Fault
		// Operations begun in the 5 s of the fault and in all 10 s, and the outcomes.
		during, all int
		outcomes    string
	}{
		{"partition", func(id sim.NodeID) sim.Fault {
			return sim.Cut{Links: func() []sim.Direction { return sim.Between([]sim.NodeID{id}, []sim.NodeID{0}, true) }}
		}, 500, 1000, "500 succeeded, 0 failed, 500 unknown"},
		// Skipped while down; resumes with what comes next. Nothing was in flight.
		{"crash", func(id sim.NodeID) sim.Fault { return sim.Crash{Targets: sim.Nodes(id)} }, 0, 500, "500 succeeded, 0 failed, 0 unknown"},
		// A stalled machine finds the requests of its users waiting when it goes on.
		{"pause", func(id sim.NodeID) sim.Fault { return sim.Pause{Targets: sim.Nodes(id)} }, 0, 1000, "1000 succeeded, 0 failed, 0 unknown"},
		{"clock jump", func(id sim.NodeID) sim.Fault { return sim.ClockJump{Targets: sim.Nodes(id), By: -3 * sec} }, 500, 1000, "1000 succeeded, 0 failed, 0 unknown"},
	} {
		b := newBed(t, 1, 1, 1, config()).watch()
		b.Inject(v.name, v.fault(b.group.Nodes()[0]), sim.Time(2*sec), 5*sec)
		b.runFor(10 * sec)
		during := 0
		for _, c := range b.invoked {
			if c.at >= sim.Time(2*sec) && c.at < sim.Time(7*sec) {
				during++
			}
		}
		equal(t, v.name, fmt.Sprint(during, len(b.invoked), b.outcomes(), b.group.InFlight()), fmt.Sprint(v.during, v.all, v.outcomes, 0))
	}
}

// A drifting clock makes a client's time-outs a little long or short, no more.
func TestDriftingClock(t *testing.T) {
	for _, ppb := range []int64{-500_000, 500_000} {
		cfg := config()
		cfg.Retries = 1
		b := newBedOf(t, 1, 1, cfg, sim.NodeConfig{Name: "fast or slow", ClockPPB: ppb}).watch()
		b.servers[0].answer = silence
		b.runFor(5 * sec)
		equal(t, "outcomes", b.outcomes(), "0 succeeded, 0 failed, 500 unknown")
		for _, r := range b.returned {
			if off := r.Latency - (2*100*ms + 10*ms); off < -200*us || off > 200*us {
				t.Fatalf("drift of %d ppb: an operation lasted %v", ppb, r.Latency)
			}
		}
	}
}

// What was in flight at a crash is gone, and returns never.
func TestCrashDropsOperations(t *testing.T) {
	b := newBed(t, 1, 1, 2, config()).watch()
	b.servers[0].answer = silence
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(b.group.Nodes()[0])}, sim.Time(500*ms), 100*ms)
	b.Run(sim.Time(499 * ms))
	equal(t, "in flight before", b.group.InFlight(), 10)
	b.Run(sim.Time(501 * ms))
	equal(t, "in flight after", b.group.InFlight(), 5)
	b.runFor(sec)
	equal(t, "never returned", len(b.invoked)-len(b.returned), 5)
	equal(t, "in flight at the end", b.group.InFlight(), 0)
}

// A client that crashed stays silent if the workload has ended meanwhile.
func TestRestartAfterStop(t *testing.T) {
	b := newBed(t, 1, 1, 1, config()).watch()
	b.Inject("crash", sim.Crash{Targets: sim.Nodes(b.group.Nodes()[0])}, sim.Time(500*ms), 2*sec)
	b.runFor(sec)
	equal(t, "invoked", len(b.invoked), 50)
}

// Groups of clients share a run without sharing OpIDs.
func TestGroupsHaveTheirOwnOpIDs(t *testing.T) {
	b := newBed(t, 1, 1, 3, config()).watch()
	cfg := config()
	cfg.Name, cfg.FirstSession = "others", 3
	cfg.Servers = []workload.Server{{ID: 0}}
	nodes := []sim.NodeConfig{{Name: "others/0"}, {Name: "others/1"}}
	others, err := workload.Build(b.World, cfg, nodes)
	if err != nil {
		t.Fatal(err)
	}
	b.At(sim.Time(sec), others.Stop)
	b.runFor(sec)
	seen := map[kv.OpID]bool{}
	for _, c := range b.invoked {
		if seen[c.Op] || c.Op <= 0 {
			t.Fatalf("OpID %d appears twice or is not positive", c.Op)
		}
		seen[c.Op] = true
	}
	equal(t, "operations", len(seen), 200)
}

func TestConfigErrors(t *testing.T) {
	point := func(at time.Duration, f float64) workload.Point { return workload.Point{At: at, Factor: f} }
	for want, edit := range map[string]func(*workload.Config){
		"there are no servers":                func(c *workload.Config) { c.Servers = nil },
		"Leader is not one of the servers":    func(c *workload.Config) { c.Leader = 5 },
		"FirstSession is negative":            func(c *workload.Config) { c.FirstSession = -1 },
		"more than 131072 clients in the run": func(c *workload.Config) { c.FirstSession = 131072 },
		"Rate must be between 0 and 1e9":      func(c *workload.Config) { c.Rate = math.NaN() },
		"there is no such Process":            func(c *workload.Config) { c.Process = 9 },
		"BurstSize must be at least 1":        func(c *workload.Config) { c.Process, c.BurstSize = workload.Bursts, 0 },
		"Writes and ReadOwn must be between":  func(c *workload.Config) { c.ReadOwn = 1.1 },
		"Keys must be between 1 and 2^31-1":   func(c *workload.Config) { c.Keys = 0 },
		"there is no such ReadsFrom":          func(c *workload.Config) { c.ReadsFrom = 99 },
		"MaxLag is negative":                  func(c *workload.Config) { c.MaxLag = -1 },
		"LagPoll must be positive":            func(c *workload.Config) { c.ReadsFrom, c.LagPoll = workload.ReadLeastLag, 0 },
		"Timeout must be positive":            func(c *workload.Config) { c.Timeout = 0 },
		"Retries and Backoff must not be":     func(c *workload.Config) { c.Retries = -1 },
		"Jitter must be between 0 and 1":      func(c *workload.Config) { c.Jitter = -0.1 },
		"ValueSize is negative":               func(c *workload.Config) { c.ValueSize = -1 },
		"there is no such Law of popularity":  func(c *workload.Config) { c.Popularity.Law = 9 },
		"the Exponent must be between 0 and":  func(c *workload.Config) { c.Popularity = workload.Popularity{Law: workload.Zipf, Exponent: -1} },
		"HotKeys and HotOps must be between":  func(c *workload.Config) { c.Popularity = workload.Popularity{Law: workload.Hot, HotOps: 2} },
		"the points of Profile must be in":    func(c *workload.Config) { c.Profile.Points = []workload.Point{point(2, 1), point(1, 1)} },
		"the factors of Profile must be":      func(c *workload.Config) { c.Profile.Points = []workload.Point{point(0, -1)} },
		"a Profile needs a positive factor":   func(c *workload.Config) { c.Profile.Points = []workload.Point{point(0, 0)} },
		"needs points from 0 to Period": func(c *workload.Config) {
			c.Profile = workload.Profile{Period: 5, Points: []workload.Point{point(0, 1)}}
		},
		"needs a positive factor for a while": func(c *workload.Config) { c.Profile = spike },
	} {
		cfg := config()
		cfg.Servers = []workload.Server{{ID: 0}}
		edit(&cfg)
		_, err := workload.Build(sim.New(1), cfg, []sim.NodeConfig{{Name: "c"}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), `workload: clients "users": `) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// spike repeats a positive factor that lasts no time.
var spike = workload.Profile{Period: 4, Points: []workload.Point{{At: 0}, {At: 2}, {At: 2, Factor: 1}, {At: 2}, {At: 4}}}
