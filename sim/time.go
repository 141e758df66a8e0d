package sim

import (
	"math/rand/v2"
	"time"
)

// Time is an instant of virtual time: nanoseconds since the start of the run.
// On a node's own clock (Env.Clock) it is what that clock shows, which may differ.
type Time int64

// Add returns the instant d later.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Sub returns the span from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Seconds returns t in seconds.
func (t Time) Seconds() float64 { return float64(t) / 1e9 }

// String shows t as a duration since the start, such as "12.034s".
func (t Time) String() string { return time.Duration(t).String() }

// NodeID numbers the nodes of a World from 0 in the order of AddNode.
type NodeID int32

// NoNode is the ID of no node.
const NoNode NodeID = -1

// Stream returns a new random stream that depends on the world's seed and the
// name alone. Each component draws from a stream of its own, so that a further
// draw in one place shifts no other: two protocols compared under one seed see
// the same arrivals, delays and faults (common random numbers).
func (w *World) Stream(name string) *rand.Rand { return rand.New(rand.NewPCG(w.streamSeed(name))) }

func (w *World) streamSeed(name string) (uint64, uint64) {
	h := mix(w.seed ^ 0x9e3779b97f4a7c15)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint64(name[i])) * 0x100000001b3 // FNV-1a
	}
	return mix(h), mix(h + 0x9e3779b97f4a7c15)
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014): neighbouring
// inputs give unrelated outputs.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
