package experiment

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"replsim/models/kv"
	"replsim/sim"
)

// district is a cluster whose nodes are one, two, or three to a name: r2 alone in
// place b and its zone, r3 and r4 in region us, of which r4 is in zone z with r5.
const district = `
title    = "District"
duration = "5s"
seeds    = 1
[places.a]
region = "eu"
[places.b]
region = "eu"
zone   = "y"
[places.c]
region = "us"
zone   = "x"
[places.d]
region = "us"
zone   = "z"
[places.e]
region = "asia"
zone   = "z"
[cluster]
replicas = 5
places   = ["a", "b", "c", "d", "e"]
[network]
delay = "exponential(mean=5ms)"
[workload]
rate       = "400/s"
writes     = "50%"
reads_from = "any"
timeout    = "300ms"
[clients.near]
clients = 4
places  = "a"
[clients.far]
clients = 2
places  = "e"
`

// members are the replicas that each name stands for.
var members = map[string][]string{
	"r2": {"r2"}, "b": {"r2"}, "y": {"r2"}, "us": {"r3", "r4"}, "z": {"r4", "r5"}, "leader": {"r1"},
}

// TestFaultTargets strikes nodes through every kind of name, and watches which
// nodes report it, and when.
func TestFaultTargets(t *testing.T) {
	for name, want := range members {
		for _, kind := range []string{"crash", "pause", "clock_jump", "slow_cpu", "slow_disk"} {
			t.Run(kind+" "+name, func(t *testing.T) {
				set := []string{"faults.f.at=1s", "faults.f." + kind + "=" + name}
				switch kind {
				case "clock_jump":
					set = append(set, "faults.f.by=10s")
				case "slow_cpu", "slow_disk":
					set = append(set, "faults.f.factor=50", "faults.f.for=2s")
				default:
					set = append(set, "faults.f.for=2s")
				}
				r := newReplication(&parse(t, district, set...).Variants[0].Scenario, 1, Options{})
				var struck []string
				note := func(at sim.Time, node sim.NodeID) {
					struck = append(struck, fmt.Sprint(r.world.Node(node).Name, " at ", at))
				}
				sim.Observe(r.world, func(at sim.Time, node sim.NodeID, _ sim.Crashed) { note(at, node) })
				sim.Observe(r.world, func(at sim.Time, node sim.NodeID, _ sim.Paused) { note(at, node) })
				o := r.run(context.Background())
				e := o.effect(t, "f")
				switch kind {
				case "crash", "pause": // all at one instant
					var all []string
					for _, n := range want {
						all = append(all, n+" at 1s")
					}
					if fmt.Sprint(struck) != fmt.Sprint(all) {
						t.Errorf("struck %v, expected %v", struck, all)
					}
					fallthrough
				case "clock_jump":
					if int(e.Hits) != len(want) || e.Began != 1 {
						t.Errorf("effect %+v, expected %d hits", e, len(want))
					}
				default:
					if e.Slowed == 0 || e.Lasted.Seconds() != 2 {
						t.Errorf("effect %+v, expected slow work for 2 s", e)
					}
				}
				if e.Inert() {
					t.Errorf("inert: %+v", e)
				}
			})
		}
	}
}

// TestFaultOnNewLeader strikes "leader" after a promotion: it is the new one.
func TestFaultOnNewLeader(t *testing.T) {
	r := newReplication(&parse(t, district, "faults.p.promote=r3", "faults.p.at=1s",
		"faults.q.pause=leader", "faults.q.at=2s", "faults.q.for=1s").Variants[0].Scenario, 1, Options{})
	var paused []string
	sim.Observe(r.world, func(_ sim.Time, node sim.NodeID, _ sim.Paused) { paused = append(paused, r.world.Node(node).Name) })
	o := r.run(context.Background())
	if fmt.Sprint(paused) != "[r3]" || o.value("failovers.count") != 1 {
		t.Errorf("paused %v after %v failovers; expected r3 after one", paused, o.value("failovers.count"))
	}
}

// TestPromoteMostAdvanced cuts one follower off: the other has more of the log.
func TestPromoteMostAdvanced(t *testing.T) {
	r := newReplication(&parse(t, small, "faults.c.cut=r1 <-> r2", "faults.c.at=1s",
		"faults.p.promote=most-advanced", "faults.p.at=3s").Variants[0].Scenario, 1, Options{})
	led := map[string]bool{}
	sim.Observe(r.world, func(_ sim.Time, node sim.NodeID, _ kv.LeaderStarted) { led[r.world.Node(node).Name] = true })
	r.run(context.Background())
	if !led["r3"] || led["r2"] {
		t.Errorf("led: %v; expected r3 and not r2", led)
	}
}

// passed lists the directions between nodes in which messages got lost at the
// link while the fault lasted, and those in which none was.
func passed(t *testing.T, set ...string) (lost, through map[string]bool, e sim.Effect) {
	t.Helper()
	r := newReplication(&parse(t, district, append(set, "faults.f.at=1s", "faults.f.for=2s", "workload.reads_from=any")...).Variants[0].Scenario, 1, Options{})
	lost, through = map[string]bool{}, map[string]bool{}
	sim.Observe(r.world, func(at sim.Time, from sim.NodeID, s sim.Sent) {
		if at < sim.Time(1e9) || at >= sim.Time(3e9) {
			return
		}
		way := r.world.Node(from).Name + ">" + r.world.Node(s.To).Name
		if s.Lost {
			lost[way] = true
		} else {
			through[way] = true
		}
	})
	return lost, through, r.run(context.Background()).effect(t, "f")
}

// TestCuts checks which directions a cut or a partition closes, and which not.
func TestCuts(t *testing.T) {
	for _, c := range []struct {
		fault        string
		closed, open string
	}{
		{"cut=r1 -> r2", "r1>r2", "r2>r1 r1>r3 near/1>r2"},
		{"cut=r1 <-> r2", "r1>r2 r2>r1", "r1>r3 near/1>r2"},
		{"cut=leader -> z", "r1>r4 r1>r5", "r1>r2 r1>r3 near/1>r5"},
		{"cut=near -> us", "near/1>r3 near/4>r4", "near/1>r5 far/1>r3 r1>r3"},
		{"cut=e -> r1", "far/2>r1 r5>r1", "far/2>r2 r2>r1"},
		{"cut=asia <-> eu", "far/1>r1 far/2>r2 r1>r5 r5>r1", "far/1>r3 far/1>r5 r1>r3"},
		{"partition=[[\"r1\"], [\"us\"]]", "r1>r3 r1>r4 r3>r1 r4>r1", "r1>r2 r2>r1 near/1>r3 near/1>r1"},
		{"partition=[[\"leader\", \"near\"], [\"us\"], [\"asia\"]]", "r1>r3 r1>r5 near/1>r3 near/2>r5 far/1>r3", "r1>r2 near/1>r2 far/1>r5 far/1>r2"},
	} {
		lost, through, e := passed(t, "faults.f."+c.fault)
		for _, way := range strings.Fields(c.closed) {
			if !lost[way] || through[way] {
				t.Errorf("%s: %s is open", c.fault, way)
			}
		}
		for _, way := range strings.Fields(c.open) {
			if lost[way] || !through[way] {
				t.Errorf("%s: %s is closed (or unused)", c.fault, way)
			}
		}
		if e.Dropped == 0 {
			t.Errorf("%s: effect %+v", c.fault, e)
		}
	}
}

// TestLinkFaults checks what slow, lossy and flapping links do to whom.
func TestLinkFaults(t *testing.T) {
	for _, c := range []struct {
		set       string
		what      string // figure that the fault must raise to …
		least     float64
		untouched string // … and one that must stay below
		most      float64
		effect    func(e sim.Effect) int64
	}{
		{"slow_link=near <-> r1; faults.f.add=100ms", "latency.write.place.a.p50", 0.15, "latency.write.place.e.p50", 0.1, delayed},
		{"slow_link=far <-> leader; faults.f.factor=20", "latency.write.place.e.p50", 0.1, "latency.write.place.a.p50", 0.05, delayed},
		{"slow_link=r1 -> us; faults.f.factor=40", "lag.delay.r4.p50", 0.1, "lag.delay.r2.p50", 0.05, delayed},
		{"lossy_link=r1 -> y; faults.f.loss=50%", "lag.delay.r2.p99", 0.2, "lag.delay.r3.p99", 0.1, delayed},
		{"flap=r1 -> b; faults.f.up=200ms; faults.f.down=200ms", "lag.time.r2.max", 0.3, "lag.time.r3.max", 0.15, dropped},
		{"slow_cpu=leader; faults.f.factor=50", "latency.write.mean", 0.05, "lag.delay.r2.p50", 0.05, slowed},
		{"slow_disk=b; faults.f.factor=100", "lag.delay.r2.p50", 0.05, "lag.delay.r3.p50", 0.05, slowed},
	} {
		set := append([]string{"faults.f.at=0s"}, strings.Split("faults.f."+c.set, "; ")...)
		o := once(t, district, set...)
		if got := o.value(c.what); !(got >= c.least) {
			t.Errorf("%s: %s is %v, expected at least %v", c.set, c.what, got, c.least)
		}
		if got := o.value(c.untouched); !(got <= c.most) {
			t.Errorf("%s: %s is %v, expected at most %v", c.set, c.untouched, got, c.most)
		}
		if e := o.effect(t, "f"); c.effect(e) == 0 {
			t.Errorf("%s: effect %+v", c.set, e)
		}
	}
}

func delayed(e sim.Effect) int64 { return e.Delayed }
func dropped(e sim.Effect) int64 { return e.Dropped }
func slowed(e sim.Effect) int64  { return e.Slowed }

// TestFaultProcess checks that mttf and mttr are the means of a renewal process:
// over 300 s with failures after 2 s for 1 s, about 100 failures, a third of the
// time. It differs from seed to seed, and not from variant to variant.
func TestFaultProcess(t *testing.T) {
	process := []string{"duration=300s", "sample=1s", "workload.rate=1/s", "faults.f.pause=us",
		"faults.f.mttf=exponential(mean=2s)", "faults.f.mttr=exponential(mean=1s)"}
	e := once(t, district, process...).effect(t, "f")
	// The number of renewals in T is normal with variance T·σ²/µ³ = 300·5/27 = 55.6.
	if e.Began < 100-22 || e.Began > 100+22 { // ±3σ
		t.Errorf("struck %d times in 300 s; expected 100 ± 22", e.Began)
	}
	// The share of time down has variance 2·(ab)²/(a+b)³/T (Cox, Renewal Theory), a = 2, b = 1.
	if down := e.Lasted.Seconds() / 300; down < 1/3.0-0.1 || down > 1/3.0+0.1 { // 3σ = 0.096
		t.Errorf("down for a share of %.3f; expected 1/3 ± 0.1", down)
	}
	if e.Hits != 2*e.Began {
		t.Errorf("%d hits in %d failures of two nodes", e.Hits, e.Began)
	}
	if other := once(t, district, append(process, "seed=2")...).effect(t, "f"); other == e {
		t.Error("another seed has the same failures")
	}
	if same := once(t, district, append(process, "replication.commit=any")...).effect(t, "f"); same.Began != e.Began || same.Lasted != e.Lasted {
		t.Errorf("another commit rule has other failures: %+v and %+v", same, e)
	}
}

// TestEffects reads the words about faults that did much, once, or nothing.
func TestEffects(t *testing.T) {
	for _, c := range []struct {
		set, text string
		warning   bool
	}{
		{"faults.f.crash=r2; faults.f.at=1s; faults.f.for=2s", "1 node hit, ", false},
		{"faults.f.pause=us; faults.f.at=1s; faults.f.for=500ms", "2 nodes hit, ", false},
		{"faults.f.cut=r2 -> r3; faults.f.at=1s; faults.f.for=1s", "did nothing: dropped 0 messages, hit no node", true},
		{"faults.f.slow_link=r2 <-> r3; faults.f.add=1s; faults.f.at=1s", "did nothing", true},
		{"faults.f.pause=r2; faults.f.mttf=1h; faults.f.mttr=1s", "never struck", true},
	} {
		f := parse(t, district, strings.Split(c.set, "; ")...)
		s, err := Run(context.Background(), f, Options{Parallel: 1})
		if err != nil {
			t.Fatal(err)
		}
		got := s.Variants[0].Effects
		if len(got) != 1 || got[0].Fault != "f" || !strings.HasPrefix(got[0].Text, c.text) || got[0].Warning != c.warning {
			t.Errorf("%s: %+v; expected %q, warning %v", c.set, got, c.text, c.warning)
		}
	}
}
