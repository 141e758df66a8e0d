package sim

import (
	"math/rand/v2"
	"time"

	"replsim/sim/dist"
)

// Draws is a distribution of durations with a random stream of its own.
type Draws struct {
	sampler dist.Sampler
	rand    *rand.Rand
}

// Draws returns draws from spec that depend on the world's seed and the stream's
// name alone. It panics if spec names a file that was not loaded: the loader of
// scenarios does that.
func (w *World) Draws(spec dist.Spec, stream string) *Draws {
	s, err := spec.New()
	if err != nil {
		panic("sim: " + err.Error())
	}
	return &Draws{sampler: s, rand: w.Stream(stream)}
}

// Draws returns draws for one purpose of this node.
func (e *Env) Draws(spec dist.Spec, purpose string) *Draws {
	return e.node.w.Draws(spec, e.stream(purpose))
}

// Next returns the next duration, never negative.
func (d *Draws) Next() time.Duration { return d.sampler.Sample(d.rand) }
