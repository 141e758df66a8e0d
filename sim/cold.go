package sim

import (
	"time"

	"replsim/sim/dist"
)

// Cold describes what the first piece of work takes longer after an idle time:
// cores and devices have gone to sleep, and caches have been used by others. All of
// Cost is added after an idle time of After, and before that a part in proportion.
type Cold struct {
	Cost  dist.Spec // the zero Spec and a constant 0 add nothing
	After time.Duration
}

// coldStart draws from a Cold.
type coldStart struct {
	draws *Draws // nil: nothing is added
	after time.Duration
}

func (w *World) newColdStart(c Cold, stream string) coldStart {
	if c.Cost.Equal(dist.Spec{}) || c.Cost.Equal(dist.Constant(0)) {
		return coldStart{}
	}
	return coldStart{w.Draws(c.Cost, stream), c.After}
}

// cost returns what is added after an idle time.
func (c *coldStart) cost(idle time.Duration) time.Duration {
	if c.draws == nil {
		return 0
	}
	cost := c.draws.Next()
	if idle >= c.after {
		return cost
	}
	return time.Duration(float64(cost) * float64(idle) / float64(c.after))
}
