package sim

import (
	"math/rand/v2"
	"time"

	"replsim/sim/dist"
)

// Draws is a distribution of durations with a random stream of its own.
type Draws struct {
	sampler dist.Sampler
	rand    rand.Rand // of pcg, which lies beside it: one cache line for both
	pcg     rand.PCG
}

// Draws returns draws from spec that depend on the world's seed and the stream's
// name alone. It panics if spec names a file that was not loaded: the loader of
// scenarios does that.
func (w *World) Draws(spec dist.Spec, stream string) *Draws {
	d := &Draws{sampler: w.sampler(spec)}
	d.pcg.Seed(w.streamSeed(stream))
	d.rand = *rand.New(&d.pcg)
	return d
}

// sampler returns one sampler for all equal specs: there are few specs and many
// links, and some samplers are large tables.
func (w *World) sampler(spec dist.Spec) dist.Sampler {
	name := spec.String()
	if known, ok := w.samplers[name]; ok && known.spec.Equal(spec) {
		return known.sampler
	}
	s, err := spec.New()
	if err != nil {
		panic("sim: " + err.Error())
	}
	w.samplers[name] = knownSampler{spec, s}
	return s
}

type knownSampler struct {
	spec    dist.Spec
	sampler dist.Sampler
}

// Draws returns draws for one purpose of this node.
func (e *Env) Draws(spec dist.Spec, purpose string) *Draws {
	return e.node.w.Draws(spec, e.stream(purpose))
}

// Next returns the next duration, never negative.
func (d *Draws) Next() time.Duration { return d.sampler.Sample(&d.rand) }
