package stat

import (
	"cmp"
	"math"
	"slices"
)

// A part is what one replication adds to the two sums of a ratio.
type part struct{ over, under float64 }

// Ratio estimates E[over] / E[under] from one pair per replication: messages per
// acknowledged write, successful per invoked operations. The estimate is the
// ratio of the sums, R = Σoverᵢ / Σunderᵢ, so that every operation counts alike;
// the mean of the ratios would give a replication with few operations the same
// weight as one with many.
//
// Both sums vary, and together. To first order (a Taylor series of the quotient,
// "linearisation") R varies like the mean of the residuals
//
//	dᵢ = overᵢ - R·underᵢ,  Var R ≈ Σdᵢ² / (N-1) / N / mean(under)²
//
// and the interval is R ± t·√(Var R) with N-1 degrees of freedom.
//
// Left out are pairs with a NaN and pairs of two zeros (a replication in which
// nothing happened). Min and Max are the smallest and largest ratio within one
// replication, of those with under > 0. The result is empty if Σunder is 0.
//
// R is biased by about Var R/R, and its interval covers less than 95 %, if few
// replications carry most of the sums; the package comment has figures.
//
// Ratio panics if the lengths differ or some under is negative.
//
// Source: W. G. Cochran, Sampling Techniques, 3rd edition (1977), section 6.
func Ratio(over, under []float64) Interval {
	parts := pairs(over, under)
	overSum, underSum := 0.0, 0.0
	ratios := make([]float64, 0, len(parts))
	for _, p := range parts {
		overSum += p.over
		underSum += p.under
		if p.under > 0 {
			ratios = append(ratios, p.over/p.under)
		}
	}
	if underSum == 0 {
		return none()
	}
	slices.Sort(ratios)
	i := point(overSum/underSum, ratios)
	if len(parts) == len(ratios) && i.Min == i.Max {
		return i
	}
	squares := 0.0
	for _, p := range parts {
		residual := p.over - i.Mean*p.under
		squares += residual * residual
	}
	n := float64(len(parts))
	half := studentQuantile(len(parts)-1) * math.Sqrt(squares*n/(n-1)) / underSum
	i.Lo, i.Hi, i.N, i.Method = i.Mean-half, i.Mean+half, len(parts), RatioEstimator
	return i
}

// pairs returns the pairs that say something, in an order that does not depend on
// the order of replications (see defined).
func pairs(over, under []float64) []part {
	if len(over) != len(under) {
		panic("stat: as many numerators as denominators needed")
	}
	parts := make([]part, 0, len(over))
	for r, u := range under {
		if u < 0 {
			panic("stat: negative denominator")
		}
		if math.IsNaN(over[r]) || math.IsNaN(u) || over[r] == 0 && u == 0 {
			continue
		}
		parts = append(parts, part{over[r], u})
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.under, b.under), cmp.Compare(a.over, b.over))
	})
	return parts
}
