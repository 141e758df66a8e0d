package leader

import (
	"math/rand/v2"
	"slices"

	"replsim/sim"
)

// Candidates is who is promoted among those that may be.
type Candidates uint8

// Ways to choose.
const (
	MostAdvanced Candidates = iota // the longest log of the latest epoch
	ByPriority                     // the first on a list; who is not on it never is
	AnyCandidate                   // one at random
)

// Choice chooses whom to promote.
type Choice struct {
	By       Candidates
	Priority []int // ByPriority: indices of nodes, the first choice first
	// MaxLag is the most records by which a candidate may be behind the leader, as far
	// as that is known; negative: no limit (Patroni's maximum_lag_on_failover).
	MaxLag sim.LSN
	// Safe compares logs by what a crash cannot take from them, and by the epoch of
	// their last record, as Raft does (Ongaro's thesis, 3.6.1): a node may have joined a
	// later epoch, and not have got yet what another one has from an earlier one.
	Safe bool
}

// Anybody is the choice without limits: whoever has most.
func Anybody() Choice { return Choice{MaxLag: -1} }

// eligible tells whether a node may be promoted when the leader's log is known to have
// reached known.
func (c *Choice) eligible(node int, s Status, known sim.LSN) bool {
	if s.Leading || c.MaxLag >= 0 && known-s.End > c.MaxLag {
		return false
	}
	return c.By != ByPriority || slices.Contains(c.Priority, node)
}

// better tells whether an eligible node is to be preferred to another. n counts the
// eligible ones so far, this one included: each is the last of n with chance 1/n, which
// makes all equally likely in the end.
func (c *Choice) better(node, other int, s, t Status, n int, rng *rand.Rand) bool {
	switch c.By {
	case ByPriority:
		return slices.Index(c.Priority, node) < slices.Index(c.Priority, other)
	case AnyCandidate:
		return rng.IntN(n) == 0
	}
	if c.Safe {
		return s.Last > t.Last || (s.Last == t.Last && s.Flushed > t.Flushed)
	}
	return s.Epoch > t.Epoch || (s.Epoch == t.Epoch && s.End > t.End)
}
