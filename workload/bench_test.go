package workload_test

import (
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/workload"
)

// busy is a group as scenarios have it: 10,000 operations per second of 10 clients.
func busy() workload.Config {
	cfg := config()
	cfg.Rate, cfg.Process, cfg.Writes = 10_000, workload.Poisson, 0.1
	cfg.Keys, cfg.Popularity = 100_000, workload.Popularity{Law: workload.Zipf, Exponent: 0.99}
	cfg.ReadsFrom, cfg.ReadOwn, cfg.Timeout, cfg.Retries = workload.ReadAny, 0.1, sec, 2
	return cfg
}

func muteBed(tb testing.TB, clients int, cfg workload.Config) *bed {
	b := newBed(tb, 1, 3, clients, cfg)
	for _, s := range b.servers {
		s.mute = true
	}
	return b
}

// BenchmarkOperation runs a whole operation: three events of the kernel (the
// arrival, the request, the reply), a server that answers at once, and the client.
// BenchmarkKernel is the same three events without a client.
func BenchmarkOperation(b *testing.B) {
	for _, v := range []struct {
		name string
		edit func(*workload.Config)
	}{
		{"any", func(c *workload.Config) {}},
		{"nearest", func(c *workload.Config) { c.ReadsFrom = workload.ReadNearest }},
		{"least-lag", func(c *workload.Config) { c.ReadsFrom = workload.ReadLeastLag }},
		{"closed", func(c *workload.Config) { c.Rate = 0; c.Think = law("exponential(mean=1ms)") }},
	} {
		b.Run(v.name, func(b *testing.B) {
			cfg := busy()
			v.edit(&cfg)
			bed := muteBed(b, 10, cfg)
			bed.Run(sim.Time(2 * sec)) // grows all tables
			n := 0
			sim.Observe(bed.World, func(sim.Time, sim.NodeID, kv.Returned) { n++ })
			b.ReportAllocs()
			b.ResetTimer()
			for n < b.N {
				bed.Run(bed.Now() + sim.Time(10*ms))
			}
		})
	}
}

// BenchmarkKernel is the floor under BenchmarkOperation.
func BenchmarkKernel(b *testing.B) {
	bed := muteBed(b, 0, busy())
	n := 0
	for i := range 10 {
		bed.AddNode(sim.NodeConfig{Name: string(rune('a' + i)), Boot: func(e *sim.Env) {
			var timer *sim.Timer
			sim.Handle(e, func(sim.NodeID, kv.Reply) { n++ })
			r := e.Rand()
			timer = e.NewTimer(func() {
				sim.Send(e, sim.NodeID(r.IntN(3)), kv.Request{ID: 1})
				timer.Reset(time.Duration(r.ExpFloat64() * 1e6))
			})
			timer.Reset(0)
		}})
	}
	bed.Run(sim.Time(2 * sec))
	n = 0
	b.ReportAllocs()
	b.ResetTimer()
	for n < b.N {
		bed.Run(bed.Now() + sim.Time(10*ms))
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	cfg := busy()
	cfg.ReadsFrom, cfg.MaxLag = workload.ReadMaxLag, sec
	bed := muteBed(t, 10, cfg)
	for i, s := range bed.servers {
		s.lag = func(sim.Time) kv.LagReply { return kv.LagReply{Leading: i == 0} }
		// One in a hundred is refused and tried again.
		s.answer = func(_ sim.Time, r kv.Request) (kv.Reply, time.Duration) {
			if r.ID%100 == 0 {
				return kv.Reply{Status: kv.Refused, Leader: sim.NoNode}, 0
			}
			return kv.Reply{Value: r.ID, Leader: 0}, 0
		}
	}
	bed.Run(sim.Time(5 * sec)) // grows all tables
	returned := 0
	sim.Observe(bed.World, func(sim.Time, sim.NodeID, kv.Returned) { returned++ })
	allocs := testing.AllocsPerRun(5, func() { bed.Run(bed.Now() + sim.Time(sec)) })
	if returned < 50_000 {
		t.Fatalf("only %d operations ran", returned)
	}
	if allocs > 3 { // a table may still grow once in a long while
		t.Errorf("%v allocations in %d operations", allocs, returned/6)
	}
}
