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

// checks are those of a proxy in these tests.
func checks() workload.ProxyConfig {
	return workload.ProxyConfig{Every: sec, Fast: 500 * ms, Timeout: 200 * ms, Rise: 3, Fall: 3}
}

// leading answers checks: the server leads from one instant until another.
func leading(from, to time.Duration) func(sim.Time) kv.LagReply {
	return func(at sim.Time) kv.LagReply {
		return kv.LagReply{Leading: at >= sim.Time(from) && at < sim.Time(to)}
	}
}

const always = 1000 * sec

// newProxied makes a world of n servers, a proxy beside the second and one client. The
// first server leads until told otherwise.
func newProxied(t testing.TB, n int, checks workload.ProxyConfig, cfg workload.Config) *bed {
	t.Helper()
	b := &bed{World: sim.New(1)}
	for i := range n {
		s := &server{w: b.World, lag: leading(0, 0)}
		if i == 0 {
			s.lag = leading(0, always)
		}
		id := b.AddNode(sim.NodeConfig{Name: fmt.Sprint("r", i), Boot: s.boot})
		b.servers = append(b.servers, s)
		cfg.Servers = append(cfg.Servers, workload.Server{ID: id})
		checks.Servers = append(checks.Servers, id)
	}
	proxy := workload.BuildProxy(b.World, checks, sim.NodeConfig{Name: "proxy1"})
	cfg.Redirect, cfg.Proxies = workload.ByProxy, []workload.Server{{ID: proxy}}
	group, err := workload.Build(b.World, cfg, []sim.NodeConfig{{Name: "client"}})
	if err != nil {
		t.Fatal(err)
	}
	b.group, b.cfg = group, cfg
	b.Network(func(from, to sim.NodeID) sim.LinkConfig { return sim.LinkConfig{Delay: dist.Constant(linkDelay)} })
	return b.watch()
}

// From the promotion of a server until the first write reaches it there pass
// (rise−1)·fastinter + U(0, inter): the model of Pigsty's documentation, here for its
// three settings. The promotion comes at every phase of the checks alike, so that the
// mean has no sampling error. The ways of checks and writes add a few milliseconds.
func TestRiseOfASuccessor(t *testing.T) {
	const phases = 40
	for _, v := range []struct{ inter, fast time.Duration }{{sec, 500 * ms}, {2 * sec, sec}, {4 * sec, 2 * sec}} {
		c := checks()
		c.Every, c.Fast = v.inter, v.fast
		var total, least, most time.Duration
		for i := range phases {
			promoted := 12*sec + v.inter*time.Duration(i)/phases
			cfg := config()
			cfg.Rate = 250
			b := newProxied(t, 2, c, cfg)
			b.servers[0].lag = leading(0, 2*sec) // it has long been taken down
			b.servers[1].lag = leading(promoted, always)
			b.Run(sim.Time(promoted + 10*sec))
			waited := b.servers[1].got[0].at.Sub(sim.Time(promoted))
			total += waited
			if most = max(most, waited); i == 0 || waited < least {
				least = waited
			}
		}
		const ways = 10 * ms
		from, to, mean := 2*v.fast, 2*v.fast+v.inter, total/phases
		if least < from || least > from+v.inter/phases+ways || most < to-v.inter/phases || most > to+ways {
			t.Errorf("inter %v, fastinter %v: from %v to %v, expected %v to %v", v.inter, v.fast, least, most, from, to)
		}
		if want := (from + to) / 2; mean < want-want/50 || mean > want+want/50 {
			t.Errorf("inter %v, fastinter %v: mean %v, expected %v", v.inter, v.fast, mean, want)
		}
	}
}

// A leader whose checks fail gets requests until fall of them have failed, and not after
// that; the connections are closed.
func TestFall(t *testing.T) {
	for _, v := range []struct {
		name string
		lag  func(sim.Time) kv.LagReply
		cost time.Duration // of each failed check, on top of the intervals
	}{
		{"it says that it does not lead", leading(0, 5*sec), 2 * linkDelay},
		{"it is silent", nil, 200 * ms},
	} {
		cfg := config()
		cfg.Timeout = 10 * sec
		b := newProxied(t, 1, checks(), cfg)
		if v.lag != nil {
			b.servers[0].lag = v.lag
		} else {
			b.At(sim.Time(5*sec), func() { b.servers[0].lag = nil })
		}
		b.servers[0].answer = until(5*sec, ok(0, 0), silence)
		b.runFor(12 * sec)
		last := b.servers[0].got[len(b.servers[0].got)-1].at.Sub(sim.Time(5 * sec))
		if from, to := 2*500*ms+3*v.cost, 2*500*ms+sec+3*v.cost; last < from-20*ms || last > to+20*ms {
			t.Errorf("%s: the last request comes %v later, expected %v to %v", v.name, last, from, to)
		}
		for _, r := range b.returned {
			switch {
			case r.Outcome == kv.Unknown && r.Latency > 2500*ms:
				t.Errorf("%s: a closed connection is noticed after %v", v.name, r.Latency)
			case r.Outcome == kv.Failed && r.Latency != 2*linkDelay:
				t.Errorf("%s: refused after %v", v.name, r.Latency)
			}
		}
		var ends [3]bool
		for _, r := range b.returned {
			ends[r.Outcome] = true
		}
		equal(t, v.name+": outcomes seen", ends, [3]bool{true, true, true})
	}
}

// One or two failed checks do not take a leader down, nor do successes that are not in
// a row bring another one up.
func TestHealthCounts(t *testing.T) {
	b := newProxied(t, 2, checks(), config())
	asked := 0
	b.servers[0].lag = func(at sim.Time) kv.LagReply { // two of three fail, and all from 20 s on
		asked++
		return kv.LagReply{Leading: asked%3 == 0 && at < sim.Time(20*sec)}
	}
	risen := 0
	b.servers[1].lag = func(sim.Time) kv.LagReply { // two of three succeed
		risen++
		return kv.LagReply{Leading: risen%3 != 0}
	}
	b.runFor(30 * sec)
	equal(t, "requests to the second", len(b.servers[1].got), 0)
	if last := b.servers[0].got[len(b.servers[0].got)-1].at; last < sim.Time(20*sec) || last > sim.Time(23*sec) {
		t.Errorf("the first is asked until %v", last)
	}
}

// The answer to a check that has failed already does not count for the next one.
func TestLateAnswersToChecks(t *testing.T) {
	b := newProxied(t, 1, checks(), config())
	s := b.servers[0]
	s.lagAfter = 750 * ms // the next check is under way
	b.runFor(10 * sec)
	if n := len(s.got); n == 0 || n > 500 {
		t.Errorf("%d requests to a server whose answers to checks are late", n)
	}
}

// With two servers up, clients stay where they are. One that gives up its connection
// gets to the other.
func TestConnectionsStay(t *testing.T) {
	cfg := config()
	cfg.Retries = 2
	b := newProxied(t, 2, checks(), cfg)
	b.servers[1].lag = leading(0, always)
	b.servers[0].answer = until(20*sec, ok(0, 0), silence)
	b.runFor(30 * sec)
	if first := b.servers[1].got[0].at; first < sim.Time(20*sec+cfg.Timeout) || first > sim.Time(20*sec+cfg.Timeout+50*ms) {
		t.Errorf("the second server is asked at %v", first)
	}
	equal(t, "outcomes", b.outcomes(), "3000 succeeded, 0 failed, 0 unknown")
}

// Clients use the nearest proxy, in turn those that are equally near, and reads that
// are not meant for the leader pass it by.
func TestNearestProxy(t *testing.T) {
	w := sim.New(1)
	s := &server{w: w, lag: leading(0, always)}
	id := w.AddNode(sim.NodeConfig{Name: "r0", Place: "far", Boot: s.boot})
	c := checks()
	c.Servers = []sim.NodeID{id}
	cfg := config()
	cfg.Redirect, cfg.Servers = workload.ByProxy, []workload.Server{{ID: id, Place: "far"}}
	for i, place := range []string{"far", "here", "here"} {
		node := sim.NodeConfig{Name: fmt.Sprint("proxy", i), Place: place}
		cfg.Proxies = append(cfg.Proxies, workload.Server{ID: workload.BuildProxy(w, c, node), Place: place})
	}
	cfg.Writes, cfg.ReadsFrom = 0.5, workload.ReadAny
	group, err := workload.Build(w, cfg, []sim.NodeConfig{{Name: "c0", Place: "here"}, {Name: "c1", Place: "here"}})
	if err != nil {
		t.Fatal(err)
	}
	answered := map[kv.Kind]map[sim.NodeID]bool{kv.Read: {}, kv.Write: {}}
	sim.Observe(w, func(_ sim.Time, _ sim.NodeID, f kv.Returned) { answered[f.Kind][f.Node] = true })
	w.At(sim.Time(sec), group.Stop)
	w.Run(sim.Time(2 * sec))
	equal(t, "writes are answered by", answered[kv.Write], map[sim.NodeID]bool{2: true, 3: true})
	equal(t, "reads are answered by", answered[kv.Read], map[sim.NodeID]bool{0: true})
}
