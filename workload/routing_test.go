package workload_test

import (
	"math"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/workload"
)

// readers is a group that only reads, 1000 times per second.
func readers(from workload.ReadsFrom) workload.Config {
	cfg := config()
	cfg.Writes, cfg.Rate, cfg.ReadsFrom, cfg.MaxLag = 0, 1000, from, 50*ms
	return cfg
}

// expectShares fails unless the servers were asked in these shares, within five
// standard deviations of random choices; a share of 0 or 1 is exact.
func (b *bed) expectShares(t *testing.T, what string, want ...float64) {
	t.Helper()
	n := 0.0
	for _, s := range b.servers {
		n += float64(len(s.got))
	}
	for i, p := range want {
		got := float64(len(b.servers[i].got))
		if n == 0 || math.Abs(got-n*p) > 5*math.Sqrt(n*p*(1-p)) {
			t.Errorf("%s: the servers were asked %v times, want shares of %v", what, b.requests(), want)
			return
		}
	}
}

func TestReadsFrom(t *testing.T) {
	third, quarter := 1.0/3, 0.25
	for _, v := range []struct {
		name string
		from workload.ReadsFrom
		lags []time.Duration // of r1, r2, r3, when polls are answered
		want []float64
	}{
		{"leader", workload.ReadLeader, nil, []float64{1, 0, 0, 0}},
		{"any", workload.ReadAny, nil, []float64{quarter, quarter, quarter, quarter}},
		{"followers", workload.ReadFollowers, nil, []float64{0, third, third, third}},
		{"nearest", workload.ReadNearest, nil, []float64{0, 0, 1, 0}}, // the client is where r2 is
		{"round-robin", workload.ReadRoundRobin, nil, []float64{quarter, quarter, quarter, quarter}},
		{"least-lag", workload.ReadLeastLag, []time.Duration{9 * ms, 8 * ms, 9 * ms}, []float64{0, 0, 1, 0}},
		{"least-lag, a tie", workload.ReadLeastLag, []time.Duration{0, 8 * ms, 0}, []float64{0, 0.5, 0, 0.5}},
		{"least-lag, unknown", workload.ReadLeastLag, nil, []float64{1, 0, 0, 0}},
		{"max-lag", workload.ReadMaxLag, []time.Duration{50 * ms, 51 * ms, 0}, []float64{0, 0.5, 0, 0.5}},
		{"max-lag, all behind", workload.ReadMaxLag, []time.Duration{sec, sec, sec}, []float64{1, 0, 0, 0}},
		{"max-lag, unknown", workload.ReadMaxLag, nil, []float64{1, 0, 0, 0}},
	} {
		b := newBed(t, 1, 4, 1, readers(v.from))
		for i, s := range b.servers {
			s.answer = ok(0, 0)
			if i == 0 && v.lags != nil {
				s.lag = lagging(-1)
			} else if v.lags != nil {
				s.lag = lagging(v.lags[i-1])
			}
		}
		b.Run(sim.Time(100 * ms)) // the first polls
		b.forget()
		b.Run(sim.Time(10 * sec))
		b.expectShares(t, v.name, v.want...)
	}
}

func TestWritesTo(t *testing.T) {
	for _, v := range []struct {
		name    string
		to      workload.WritesTo
		from    workload.ReadsFrom
		writes  float64
		refuses bool
		want    []float64
	}{
		{"leader", workload.WriteLeader, workload.ReadNearest, 1, false, []float64{1, 0, 0, 0}},
		{"nearest", workload.WriteNearest, workload.ReadLeader, 1, false, []float64{0, 0, 1, 0}}, // the client is where r2 is
		{"nearest, reads", workload.WriteNearest, workload.ReadLeader, 0, false, []float64{1, 0, 0, 0}},
		{"nearest, which does not take it", workload.WriteNearest, workload.ReadLeader, 1, true, []float64{0.5, 0, 0.5, 0}},
	} {
		cfg := readers(v.from)
		cfg.WritesTo, cfg.Writes = v.to, v.writes
		b := newBed(t, 1, 4, 1, cfg)
		for _, s := range b.servers {
			s.answer = ok(0, 0)
		}
		if v.refuses {
			b.servers[2].answer = notLeader(0)
		}
		b.runFor(10 * sec)
		b.expectShares(t, v.name, v.want...)
	}
}

// lagging answers polls with a lag, or as the leader if it is negative.
func lagging(lag time.Duration) func(sim.Time) kv.LagReply {
	return func(sim.Time) kv.LagReply { return kv.LagReply{Lag: max(lag, 0), Leading: lag < 0} }
}

// forget starts the servers' notes anew.
func (b *bed) forget() {
	for _, s := range b.servers {
		s.got, s.polls = nil, 0
	}
}

func TestRoundRobinTakesTurns(t *testing.T) {
	b := newBed(t, 1, 3, 1, readers(workload.ReadRoundRobin))
	b.runFor(sec)
	for i := range 100 {
		for j, s := range b.servers {
			if want := sim.Time(500*us) + sim.Time(i*3+j)*sim.Time(ms) + sim.Time(linkDelay); s.got[i].at != want {
				t.Fatalf("server %d got its read %d at %v, want %v", j, i, s.got[i].at, want)
			}
		}
	}
}

// The same operation goes to the same replica in every run.
func TestRandomRoutingIsPartOfTheOperation(t *testing.T) {
	slow := newBed(t, 1, 4, 1, readers(workload.ReadAny))
	for _, s := range slow.servers {
		s.answer = ok(0, 70*ms)
	}
	fast := newBed(t, 1, 4, 1, readers(workload.ReadAny))
	slow.runFor(sec)
	fast.runFor(sec)
	for i, s := range slow.servers {
		for j, a := range s.got {
			if fast.servers[i].got[j].ID != a.ID {
				t.Fatalf("server %d was asked for operation %d in one run and %d in the other", i, a.ID, fast.servers[i].got[j].ID)
			}
		}
	}
}

func TestLagPolls(t *testing.T) {
	cfg := readers(workload.ReadLeastLag)
	b := newBed(t, 1, 3, 2, cfg)
	for i, s := range b.servers {
		s.answer = ok(0, 0)
		s.lag = lagging(time.Duration(i-1) * ms)
	}
	// Server 1 lags least until it falls silent; after three polls without an answer
	// its lag is unknown.
	b.servers[1].lag = func(at sim.Time) kv.LagReply {
		b.servers[1].lag = lagging(0)
		return kv.LagReply{}
	}
	b.At(sim.Time(sec), func() { b.servers[1].lag = nil })
	b.At(sim.Time(sec+80*ms), b.forget)
	b.runFor(2 * sec)
	b.expectShares(t, "least lag, once server 1 has fallen silent", 0, 0, 1)
	// Every 20 ms: one client from 1,080 to 2,000 ms, the other from 1,090 to 1,990 ms.
	// At 2,000 ms the last reads are in flight; then nobody needs to know lags.
	equal(t, "polls", b.servers[2].polls, 47+46)
}

// A retry of a read goes elsewhere.
func TestRetryAsksAnother(t *testing.T) {
	for _, from := range []workload.ReadsFrom{workload.ReadAny, workload.ReadFollowers, workload.ReadNearest, workload.ReadRoundRobin} {
		cfg := readers(from)
		cfg.Retries, cfg.Backoff = 1, 100*us
		b := newBed(t, 1, 3, 1, cfg).watch()
		b.servers[2].answer = refuse
		b.runFor(sec)
		equal(t, "outcomes", b.outcomes(), "1000 succeeded, 0 failed, 0 unknown")
		n := b.requests()
		if n[2] == 0 {
			t.Error("the refusing server was never asked")
		}
		// Five standard deviations of a fair choice between the other two.
		if d := float64(n[0] - n[1]); from == workload.ReadAny && math.Abs(d) > 5*math.Sqrt(1000) {
			t.Errorf("the others were asked %v times", n)
		}
	}
}

func TestSilentFollowerIsAvoided(t *testing.T) {
	b := newBed(t, 1, 3, 1, readers(workload.ReadNearest))
	b.servers[2].answer = until(5*sec, silence, ok(0, 0))
	b.runFor(20 * sec)
	count := func(server int, from, to time.Duration) (n int) {
		for _, a := range b.servers[server].got {
			if a.at >= sim.Time(from) && a.at < sim.Time(to) {
				n++
			}
		}
		return n
	}
	// What was sent before the first time-out, then nothing for ten seconds after the
	// last one, then all.
	equal(t, "before the first time-out", count(2, 0, 102*ms), 100)
	equal(t, "avoided", count(2, 102*ms, 10*sec+200*ms), 0)
	equal(t, "asked instead", count(0, 102*ms, 10*sec+200*ms), 10*1000+98)
	equal(t, "tried again", count(2, 11*sec, 20*sec), 9000)
}

// A follower that answers other requests is not down: one request was lost.
func TestLossIsNotSilence(t *testing.T) {
	cfg := readers(workload.ReadNearest)
	cfg.Rate = 700 // never at the instant of an answer
	b := newBed(t, 1, 3, 1, cfg)
	b.servers[2].answer = func(_ sim.Time, r kv.Request) (kv.Reply, time.Duration) {
		if r.ID%10 == 0 {
			return kv.Reply{}, -1
		}
		return kv.Reply{Leader: 0}, 0
	}
	b.runFor(2 * sec)
	b.expectShares(t, "one answer in ten lost", 0, 0, 1)
}

// With all followers down, reads for followers go to the leader.
func TestFollowersDown(t *testing.T) {
	b := newBed(t, 1, 3, 1, readers(workload.ReadFollowers))
	b.servers[1].answer, b.servers[2].answer = silence, silence
	b.Run(sim.Time(300 * ms))
	b.forget()
	b.Run(sim.Time(9 * sec))
	b.expectShares(t, "followers down", 1, 0, 0)
}

// With all servers down, reads go wherever the leader is looked for.
func TestAllServersDown(t *testing.T) {
	for _, from := range []workload.ReadsFrom{workload.ReadAny, workload.ReadNearest, workload.ReadRoundRobin} {
		b := newBed(t, 1, 3, 1, readers(from))
		for _, s := range b.servers {
			s.answer = silence
		}
		b.Run(sim.Time(2 * sec))
		b.forget()
		b.Run(sim.Time(5 * sec))
		b.expectAbout(t, 1000)
	}
}

// expectAbout fails unless each server was asked about n times, give or take a tenth.
func (b *bed) expectAbout(t *testing.T, n int) {
	t.Helper()
	for _, s := range b.servers {
		if d := len(s.got) - n; d < -n/10 || d > n/10 {
			t.Errorf("the servers were asked %v times, want about %d", b.requests(), n)
			return
		}
	}
}

// A follower that was cut off is read again as soon as it is heard.
func TestHeardAgain(t *testing.T) {
	b := newBed(t, 1, 3, 1, readers(workload.ReadMaxLag))
	for i, s := range b.servers {
		s.answer, s.lag = ok(0, 0), lagging(time.Duration(i-1))
	}
	cut := sim.Cut{Links: func() []sim.Direction {
		return sim.Between(b.group.Nodes(), []sim.NodeID{1}, true)
	}}
	b.Inject("cut", cut, sim.Time(sec), sec)
	b.Run(sim.Time(1500 * ms))
	b.forget()
	b.Run(sim.Time(2 * sec))
	b.expectShares(t, "cut off", 0, 0, 1)
	b.Run(sim.Time(2100 * ms))
	b.forget()
	b.Run(sim.Time(4 * sec))
	b.expectShares(t, "healed", 0, 0.5, 0.5)
}
