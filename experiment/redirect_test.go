package experiment

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"replsim/models"
	"replsim/models/kv"
	"replsim/sim"
)

// switched is a failover without loss of time elsewhere: r1 dies, and r2 leads some
// time later, when the proxies have long taken r1 down. One client writes all the time.
const switched = `
title    = "Switched"
duration = "22s"
[network]
delay = "200us"
local_delay = "200us"
[disk]
flush = "100us"
[workload]
clients = 1
rate    = "200/s"
writes  = "100%"
timeout = "100ms"
[faults.crash]
at    = "1s"
crash = "r1"
[faults.failover]
at      = "11s"
promote = "r2"
`

// redirects runs replications and returns how long clients took to find the successor.
func redirects(t *testing.T, seeds int, set ...string) (least, most, mean float64) {
	t.Helper()
	sc := &parse(t, switched, set...).Variants[0].Scenario
	least = math.Inf(1)
	for seed := range seeds {
		wait := replicate(t.Context(), sc, uint64(seed+1), Options{NoCurves: true}).value("rto.redirect")
		least, most, mean = min(least, wait), max(most, wait), mean+wait/float64(seeds)
	}
	return least, most, mean
}

// TestRedirect holds how long clients take to find a new leader against closed forms.
func TestRedirect(t *testing.T) {
	if testing.Short() {
		t.Skip("takes hundreds of runs")
	}
	const seeds = 60
	for _, c := range []struct {
		name     string
		set      []string
		from, to float64 // seconds: uniform between them
	}{
		// Pigsty's model of HAProxy: (rise−1)·fastinter + U(0, inter).
		{"proxy", []string{"workload.redirect=proxy", "proxy.check_inter=2s", "proxy.fast_inter=1s", "proxy.rise=3"}, 2, 4},
		{"proxy without fastinter", []string{"workload.redirect=proxy", "proxy.check_inter=1s", "proxy.rise=2"}, 1, 2},
		{"dns", []string{"workload.redirect=dns", "dns.ttl=5s"}, 0, 5},
		{"dns that takes its time", []string{"workload.redirect=dns", "dns.ttl=1s", "dns.update=3s"}, 3, 4},
	} {
		least, most, mean := redirects(t, seeds, c.set...)
		const ways = 0.02
		if least < c.from || most > c.to+ways {
			t.Errorf("%s: from %.3f s to %.3f s, expected %.0f s to %.0f s", c.name, least, most, c.from, c.to)
		}
		sd := (c.to - c.from) / math.Sqrt(12*seeds)
		if want := (c.from + c.to) / 2; mean < want-4*sd || mean > want+4*sd+ways {
			t.Errorf("%s: mean %.3f s, expected %.3f s", c.name, mean, want)
		}
	}
}

// divided is a partition in which a successor is promoted on the other side of the old
// leader, and each side has clients and a proxy of its own.
const divided = `
title    = "Divided"
duration = "10s"
[places.a]
[places.b]
[cluster]
places = ["a", "b", "b"]
[proxy]
places = ["a", "b"]
check_inter = "500ms"
[workload]
clients  = 2
rate     = "100/s"
writes   = "100%"
redirect = "proxy"
timeout  = "500ms"
[clients.here]
places = "a"
[clients.there]
places = "b"
[faults.partition]
at = "2s"
for = "6s"
partition = [["a"], ["b"]]
[faults.failover]
at      = "3s"
promote = "r2"
`

// TestSplitBrainByProxy: a proxy that sees the deposed leader alone goes on sending it
// writes. The one on the other side does not.
func TestSplitBrainByProxy(t *testing.T) {
	s, err := Run(context.Background(), parse(t, divided, "seeds=3"), Options{NoCurves: true})
	if err != nil {
		t.Fatal(err)
	}
	v := &s.Variants[0]
	writes, _ := v.Figure("split_brain.writes")
	proxied, ok := v.Figure("split_brain.by_proxy")
	// The clients of one side write at 100/s from the promotion until the end of the cut.
	if !ok || proxied.Mean < 400 || proxied.Mean > 600 || proxied.Mean != writes.Mean {
		t.Errorf("%v writes by a deposed leader, %v of them through a proxy", writes.Mean, proxied.Mean)
	}
	i := slices.IndexFunc(v.Notes, func(n string) bool { return strings.Contains(n, "through a proxy") })
	if i < 0 || !strings.HasSuffix(v.Notes[i], " of here.") || strings.Contains(v.Notes[i], "there") {
		t.Errorf("notes %q", v.Notes)
	}
	direct := once(t, divided, "workload.redirect=hints")
	if got := direct.value("split_brain.by_proxy"); !math.IsNaN(got) {
		t.Errorf("without proxies: %g", got)
	}
}

// TestProxiesByPlace: each client uses the proxy of its place.
func TestProxiesByPlace(t *testing.T) {
	f := parse(t, divided, "faults.partition.off=true", "faults.failover.off=true", "duration=2s")
	r := newReplication(&f.Variants[0].Scenario, 1, Options{})
	by := map[string]map[sim.NodeID]int{"a": {}, "b": {}}
	sim.Observe(r.world, func(_ sim.Time, client sim.NodeID, k kv.Returned) { by[r.world.Node(client).Place][k.Node]++ })
	r.run(context.Background())
	for place, proxy := range map[string]string{"a": "proxy1", "b": "proxy2"} {
		if len(by[place]) != 1 || by[place][r.id(t, proxy)] == 0 {
			t.Errorf("clients of %s are answered by %v", place, by[place])
		}
	}
}

// TestRoutersAreNodes: faults may name the name server and the proxies.
func TestRoutersAreNodes(t *testing.T) {
	for how, name := range map[string]string{"dns": "dns", "proxy": "proxy1"} {
		o := once(t, switched, "workload.redirect="+how, "dns.ttl=100ms", "faults.crash.off=true", "faults.failover.off=true",
			"faults.cut.cut=clients <-> "+name, "faults.cut.at=5s", "faults.cut.for=5s", "duration=12s", "seeds=1")
		if got := o.value("outage.longest"); got < 4.5 || got > 11 {
			t.Errorf("%s: cut off from it, clients have an outage of %g s", how, got)
		}
	}
}

// TestRoutersOfEveryModel: whatever the model, name servers and proxies hear of a new
// leader.
func TestRoutersOfEveryModel(t *testing.T) {
	for _, m := range models.Catalogue() {
		for _, how := range []string{"dns", "proxy"} {
			f := parse(t, switched, "cluster.model="+m.Name, "workload.redirect="+how, "proxy.check_inter=200ms", "dns.ttl=100ms",
				"faults.crash.crash=leader", "faults.failover.at=2s", "duration=6s")
			r := newReplication(&f.Variants[0].Scenario, 1, Options{})
			before, after := 0, 0
			sim.Observe(r.world, func(at sim.Time, _ sim.NodeID, k kv.Returned) {
				switch {
				case k.Outcome != kv.Succeeded:
				case at < sim.Time(time.Second):
					before++
				case at > sim.Time(4*time.Second):
					after++
				}
			})
			r.run(context.Background())
			if before < 100 || after < 300 {
				t.Errorf("%s by %s: %d writes succeed before the failover and %d after it", m.Name, how, before, after)
			}
		}
	}
}
