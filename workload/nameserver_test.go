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

// named is a world of two servers, of which the second announces itself as told, a name
// server and clients that know the name.
func named(t testing.TB, clients int, update dist.Spec, cfg workload.Config, seed ...uint64) *bed {
	t.Helper()
	b := &bed{World: sim.New(append(seed, 1)[0])}
	for i := range 2 {
		s := &server{w: b.World}
		boot := func(e *sim.Env) {
			s.boot(e)
			s.herald = kv.NewHerald(e, []sim.NodeID{2})
		}
		id := b.AddNode(sim.NodeConfig{Name: fmt.Sprint("r", i), Boot: boot})
		b.servers = append(b.servers, s)
		cfg.Servers = append(cfg.Servers, workload.Server{ID: id})
	}
	cfg.Redirect = workload.ByName
	cfg.NameServer = workload.BuildNameServer(b.World, workload.NameServerConfig{Update: update}, sim.NodeConfig{Name: "dns"})
	var nodes []sim.NodeConfig
	for i := range clients {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("client/", i)})
	}
	group, err := workload.Build(b.World, cfg, nodes)
	if err != nil {
		t.Fatal(err)
	}
	b.group, b.cfg = group, cfg
	b.Network(func(from, to sim.NodeID) sim.LinkConfig { return sim.LinkConfig{Delay: dist.Constant(linkDelay)} })
	return b.watch()
}

// announce lets a server announce itself at an instant.
func (b *bed) announce(at time.Duration, server int, epoch uint32) {
	b.At(sim.Time(at), func() { b.servers[server].herald.Lead(epoch) })
}

// Each client keeps asking the old server until its cached address runs out: the
// provider's delay and U(0, TTL) after the announcement.
func TestAddressesRunOut(t *testing.T) {
	cfg := config()
	cfg.TTL, cfg.Rate = 5*sec, 20_000
	b := named(t, 200, law("2s"), cfg)
	b.servers[0].answer = until(10*sec, ok(0, 0), notLeader(1)) // nobody follows the hint
	b.announce(10*sec, 1, 2)
	b.Run(sim.Time(20 * sec))
	moved := map[int64]time.Duration{} // by client
	for _, a := range b.servers[1].got {
		client := int64(a.ID >> 36)
		if _, seen := moved[client]; !seen {
			moved[client] = a.at.Sub(sim.Time(10 * sec))
		}
	}
	var waited []float64
	for _, d := range moved {
		waited = append(waited, (d - 2*sec).Seconds())
	}
	equal(t, "clients that moved", len(waited), 200)
	kolmogorov(t, waited, func(x float64) float64 { return min(max((x-0.008)/5, 0), 1) }) // 8 ms on the ways and between operations
}

// Announcements of older epochs do not count, however late the changes come.
func TestRecordKeepsTheLatestEpoch(t *testing.T) {
	cfg := config()
	cfg.TTL = ms
	b := named(t, 1, law("uniform(min=10ms, max=3s)"), cfg)
	for i := range uint32(20) {
		b.announce(time.Duration(i)*50*ms, 1, i+2)
	}
	b.announce(sec, 0, 30)
	b.announce(7*sec, 1, 21) // deposed, and back again
	b.runFor(12 * sec)
	for _, r := range b.returned[len(b.returned)-400:] {
		if r.Node != 0 {
			t.Fatalf("in the end %+v", r)
		}
	}
	if len(b.servers[1].got) == 0 {
		t.Error("the second server was never in the record")
	}
}

// What is announced again, because its sender has not heard that it was noted, changes the
// record no sooner.
func TestRepeatedAnnouncements(t *testing.T) {
	seen := map[time.Duration]int{}
	for seed := range uint64(20) {
		cfg := config()
		cfg.TTL = ms
		b := named(t, 1, law("mixture(0.5: 10ms, 0.5: 4s)"), cfg, seed)
		b.Inject("deaf", sim.Cut{Links: func() []sim.Direction {
			return []sim.Direction{{From: 2, To: 1}}
		}}, 0, 0)
		b.announce(sec, 1, 2)
		b.runFor(7 * sec)
		seen[b.servers[1].got[0].at.Sub(sim.Time(sec)).Round(100*ms)]++
	}
	if len(seen) != 2 || seen[0] == 0 || seen[4*sec] == 0 {
		t.Errorf("clients move after %v", seen)
	}
}

// Who trusts a name takes what the server there says, a follower's answer too.
func TestNamesAreTrusted(t *testing.T) {
	cfg := config()
	cfg.Writes, cfg.TTL = 0, sec
	b := named(t, 1, law("0s"), cfg)
	b.servers[0].answer = ok(1, 0)
	b.runFor(sec)
	equal(t, "outcomes", b.outcomes(), "100 succeeded, 0 failed, 0 unknown")
	equal(t, "requests", b.requests(), []int{100, 0})
}

// An answer to an earlier attempt that comes while the address is looked up is late.
func TestLateAnswerDuringALookup(t *testing.T) {
	cfg := one()
	cfg.TTL, cfg.Retries = 0, 1
	b := named(t, 1, law("0s"), cfg)
	b.servers[0].answer = ok(0, 150*ms)
	b.Inject("cut", sim.Cut{Links: func() []sim.Direction {
		return sim.Between([]sim.NodeID{2}, []sim.NodeID{3}, true)
	}}, sim.Time(550*ms), 0)
	b.runFor(sec)
	r := b.returned[0]
	equal(t, "end", fmt.Sprint(r.Outcome == kv.Unknown, r.Attempts, r.Refused), "true 2 1")
}

// Lookups wait for their answers; attempts that wait too long have had no effect, and
// are made again. What goes out does so once the answer is there.
func TestLookups(t *testing.T) {
	cfg := config()
	cfg.TTL, cfg.Retries = 500*ms, 1
	b := named(t, 1, law("0s"), cfg)
	b.Inject("cut", sim.Cut{Links: func() []sim.Direction {
		return sim.Between([]sim.NodeID{2}, []sim.NodeID{3}, true)
	}}, sim.Time(2*sec), 3*sec)
	b.runFor(10 * sec)
	failed, late := 0, 0
	for _, r := range b.returned {
		switch {
		case r.Outcome == kv.Failed:
			failed++
			equal(t, "attempts and refusals", fmt.Sprint(r.Attempts, r.Refused), "2 2")
		case r.Outcome == kv.Unknown:
			t.Fatalf("%+v: nobody has seen it", r)
		case r.Latency > 2*linkDelay:
			late++
		}
	}
	// The address runs out at most 500 ms after the cut, and the lookup that is lost then
	// is repeated after five seconds.
	if failed < 440 || failed > 520 || late < 10 {
		t.Errorf("%d operations failed, %d waited for a lookup", failed, late)
	}
}

// An announcement is repeated until the name server has heard it, or the node leads no more.
func TestHerald(t *testing.T) {
	for _, stops := range []bool{false, true} {
		cfg := config()
		cfg.TTL = ms
		b := named(t, 1, law("0s"), cfg)
		b.Inject("cut", sim.Cut{Links: func() []sim.Direction {
			return sim.Between([]sim.NodeID{1}, []sim.NodeID{2}, true)
		}}, sim.Time(sec), 2500*ms)
		b.announce(2*sec, 1, 2)
		if stops {
			b.At(sim.Time(3*sec), func() { b.servers[1].herald.Stop() })
		}
		heard := 0
		sim.Observe(b.World, func(_ sim.Time, from sim.NodeID, f sim.Sent) {
			if _, ok := f.Payload.(kv.Announcement); ok && from == 1 {
				heard++
			}
		})
		b.runFor(8 * sec)
		if stops {
			equal(t, "requests to the one that stopped", len(b.servers[1].got), 0)
			continue
		}
		equal(t, "announcements", heard, 3) // at 2 s, 3 s and 4 s
		if first := b.servers[1].got[0].at; first < sim.Time(4*sec) || first > sim.Time(4*sec+20*ms) {
			t.Errorf("clients move at %v", first)
		}
	}
}

// That an earlier epoch was noted does not end the announcement of a later one.
func TestHeraldOfTwoEpochs(t *testing.T) {
	cfg := config()
	cfg.TTL = ms
	b := named(t, 1, law("0s"), cfg)
	b.announce(2*sec, 1, 2) // noted 2 ms later
	b.Inject("cut", sim.Cut{Links: func() []sim.Direction {
		return []sim.Direction{{From: 1, To: 2}}
	}}, sim.Time(2*sec+1200*us), 500*ms)
	b.announce(2*sec+1500*us, 1, 3)
	sent := 0
	sim.Observe(b.World, func(_ sim.Time, _ sim.NodeID, f sim.Sent) {
		if a, ok := f.Payload.(kv.Announcement); ok && a.Epoch == 3 {
			sent++
		}
	})
	b.runFor(8 * sec)
	equal(t, "announcements of the later epoch", sent, 2)
}
