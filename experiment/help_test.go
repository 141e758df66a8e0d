package experiment

import (
	"context"
	"math"
	"slices"
	"testing"

	"replsim/models/kv"
	"replsim/scenarios"
	"replsim/sim"
)

// parse loads a scenario of the tests, with overrides.
func parse(t testing.TB, text string, set ...string) *scenarios.File {
	t.Helper()
	f, err := scenarios.Parse("test.toml", []byte(text), scenarios.Set(set...))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// small is a cluster under a light load, quick to run. Clients are beside r1.
const small = `
title    = "Small"
duration = "6s"
seeds    = 1
sample   = "100ms"
[places.a]
region = "eu"
[places.b]
region = "eu"
[places.c]
region = "us"
[cluster]
places = ["a", "b", "c"]
[network]
delay = "exponential(mean=2ms)"
[workload]
clients    = 6
rate       = "400/s"
writes     = "50%"
keys       = 100
reads_from = "any"
timeout    = "300ms"
`

// once runs the only variant of a scenario for its first seed.
func once(t testing.TB, text string, set ...string) *outcome {
	t.Helper()
	f := parse(t, text, set...)
	return replicate(context.Background(), &f.Variants[0].Scenario, plan(f)[0].seed, Options{})
}

// value returns a figure of one replication, NaN if it was not measured.
func (o *outcome) value(name string) float64 {
	for _, f := range o.figures {
		if f.Name == name {
			return f.Value
		}
	}
	return math.NaN()
}

// effect returns what a fault did.
func (o *outcome) effect(t testing.TB, fault string) sim.Effect {
	t.Helper()
	i := slices.Index(o.faults, fault)
	if i < 0 {
		t.Fatalf("no fault %q among %v", fault, o.faults)
	}
	return o.effects[i]
}

// id finds a node of a replication by name.
func (r *replication) id(t testing.TB, name string) sim.NodeID {
	t.Helper()
	for i := range r.world.Nodes() {
		if r.world.Node(sim.NodeID(i)).Name == name {
			return sim.NodeID(i)
		}
	}
	t.Fatalf("no node %q", name)
	return sim.NoNode
}

// readsAt runs a scenario and counts the reads that a node answered.
func readsAt(t testing.TB, f *scenarios.File, node string) float64 {
	t.Helper()
	r := newReplication(&f.Variants[0].Scenario, f.Base.Seed, Options{})
	id, reads := r.id(t, node), 0
	sim.Observe(r.world, func(_ sim.Time, _ sim.NodeID, f kv.Returned) {
		if f.Kind == kv.Read && f.Node == id {
			reads++
		}
	})
	r.run(context.Background())
	return float64(reads)
}

// valuesRead adds up what all reads returned: a write that is applied twice shows there.
func valuesRead(f *scenarios.File) float64 {
	r := newReplication(&f.Variants[0].Scenario, f.Base.Seed, Options{})
	sum := 0.0
	sim.Observe(r.world, func(_ sim.Time, _ sim.NodeID, f kv.Returned) {
		if f.Kind == kv.Read {
			sum += float64(f.Value)
		}
	})
	r.run(context.Background())
	return sum
}
