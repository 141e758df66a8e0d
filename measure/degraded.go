package measure

import (
	"time"

	"replsim/sim"
)

// degraded is the share of the measured time in which some leader committed without
// the acknowledgements that its commit rule asks for (kv.Degraded): fallen back to
// asynchronous replication, or with a smaller set of standbys. A leader that
// crashes or gives up leaves that state.
type degraded struct {
	cfg   *Config
	on    []bool // by node
	count int
	since sim.Time
	total time.Duration
}

func newDegraded(cfg *Config, nodes int) *degraded {
	return &degraded{cfg: cfg, on: make([]bool, nodes)}
}

// set notes that a leader is degraded from now on, or not.
func (d *degraded) set(node sim.NodeID, on bool, now sim.Time) {
	if d.on[node] == on {
		return
	}
	d.on[node] = on
	if on {
		if d.count == 0 {
			d.since = now
		}
		d.count++
		return
	}
	if d.count--; d.count == 0 {
		d.add(now)
	}
}

func (d *degraded) add(until sim.Time) {
	d.total += d.cfg.clip(until).Sub(d.cfg.clip(d.since))
}

func (d *degraded) report(out *Replication, now sim.Time) {
	if d.count > 0 {
		d.add(now)
	}
	if d.cfg.span() > 0 {
		out.add("fallback.time", "ratio", Mean, d.total.Seconds()/d.cfg.span())
	}
}
