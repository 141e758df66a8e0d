package workload_test

import (
	"math"
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
