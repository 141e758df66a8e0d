package measure

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// availability counts how operations end.
//
//	availability.read, .write   successful operations / invoked ones
//	availability.windows        of the windows of Config.Window in which operations
//	                            were invoked, the share in which at least
//	                            Config.Threshold of them succeeded
//	availability.over_time      the share of operations invoked in a Sample that succeed,
//	                            reads and writes apart: a curve
//	outage.longest              the longest time in the measured time in which
//	                            operations were tried and none succeeded
//	                            (and likewise for reads and for writes alone)
//
// An outage begins at the last success if some operation was under way then, else
// at the next invoke, and ends at the next success, or at End. So a pause of
// all clients is no outage, and without failures the longest one is a latency.
//
// An operation under way when the run ends has an unknown outcome.
type availability struct {
	cfg      *Config
	invoked  [2]int64 // by kind
	outcomes [2][3]int64
	windows  []window
	shares   [2][]window // by kind, per Sample of the whole run
	outages  [3]outage   // by kind, and all

	windowErrors int64 // since the last point of the curve
	errors       []float64
}

type window struct{ invoked, succeeded int32 }

// outage finds the longest time without success.
type outage struct {
	pending int
	trying  bool // something was tried since the last success …
	since   sim.Time
	longest time.Duration
}

// both is the index of outages for all operations.
const both = 2

func newAvailability(cfg *Config) *availability {
	a := &availability{cfg: cfg}
	for kind := range a.shares {
		a.shares[kind] = make([]window, cfg.End/sim.Time(cfg.Sample))
	}
	return a
}

func (a *availability) begin(o *op) {
	for _, kind := range [...]int{int(o.kind), both} {
		g := &a.outages[kind]
		g.pending++
		if !g.trying {
			g.trying, g.since = true, o.invoked
		}
	}
	if share := a.share(o); share != nil {
		share.invoked++
	}
	if !o.measured {
		return
	}
	a.invoked[o.kind]++
	i := a.window(o)
	for i >= len(a.windows) {
		a.windows = append(a.windows, window{})
	}
	a.windows[i].invoked++
}

// share returns the Sample in which an operation was invoked, or nil if the curve
// ends before it.
func (a *availability) share(o *op) *window {
	i := int(o.invoked / sim.Time(a.cfg.Sample))
	if i >= len(a.shares[o.kind]) {
		return nil
	}
	return &a.shares[o.kind][i]
}

// window returns the number of the window in which an operation was invoked.
func (a *availability) window(o *op) int {
	return int(o.invoked.Sub(a.cfg.Warmup) / a.cfg.Window)
}

func (a *availability) end(o *op, outcome kv.Outcome, now sim.Time) {
	for _, kind := range [...]int{int(o.kind), both} {
		g := &a.outages[kind]
		g.pending--
		if outcome == kv.Succeeded {
			g.close(a.cfg, now)
			g.trying, g.since = g.pending > 0, now
		}
	}
	if outcome != kv.Succeeded {
		a.windowErrors++
	}
	if share := a.share(o); share != nil && outcome == kv.Succeeded {
		share.succeeded++
	}
	if !o.measured {
		return
	}
	a.outcomes[o.kind][outcome]++
	if outcome == kv.Succeeded {
		a.windows[a.window(o)].succeeded++
	}
}

// close ends an outage, if there is one.
func (g *outage) close(cfg *Config, now sim.Time) {
	if g.trying {
		g.longest = max(g.longest, cfg.clip(now).Sub(cfg.clip(g.since)))
	}
}

// sample ends a window of the curve.
func (a *availability) sample() {
	a.errors = append(a.errors, float64(a.windowErrors)/a.cfg.Sample.Seconds())
	a.windowErrors = 0
}

// acknowledged returns the number of writes that succeeded.
func (a *availability) acknowledged() int64 { return a.outcomes[kv.Write][kv.Succeeded] }

func (a *availability) report(out *Replication) {
	var sum [3]int64
	for kind := kv.Read; kind <= kv.Write; kind++ {
		ok := a.outcomes[kind][kv.Succeeded]
		out.proportion("availability."+kind.String(), ok, a.invoked[kind])
		if a.cfg.span() > 0 {
			out.add("throughput."+kind.String(), "ops/s", Mean, float64(ok)/a.cfg.span())
		}
		for o := range sum {
			sum[o] += a.outcomes[kind][o]
		}
	}
	invoked := a.invoked[kv.Read] + a.invoked[kv.Write]
	out.count("ops.invoked", "1", invoked)
	out.count("ops.ok", "1", sum[kv.Succeeded])
	out.count("ops.failed", "1", sum[kv.Failed])
	out.count("ops.unknown", "1", invoked-sum[kv.Succeeded]-sum[kv.Failed])
	var good, used int64
	for _, w := range a.windows {
		used += one(w.invoked > 0)
		good += one(w.invoked > 0 && float64(w.succeeded) >= a.cfg.Threshold*float64(w.invoked))
	}
	out.proportion("availability.windows", good, used)
	for kind, name := range [...]string{".read", ".write", ""} {
		a.outages[kind].close(a.cfg, a.cfg.End)
		out.add("outage.longest"+name, "s", Maximum, a.outages[kind].longest.Seconds())
	}
	out.curve("errors.rate", "ops/s", a.errors, a.cfg)
	for kind := kv.Read; kind <= kv.Write; kind++ {
		share := make([]float64, len(a.shares[kind]))
		for i, w := range a.shares[kind] {
			share[i] = ratio(int64(w.succeeded), int64(w.invoked))
		}
		out.curve("availability.over_time."+kind.String(), "ratio", share, a.cfg)
	}
}
