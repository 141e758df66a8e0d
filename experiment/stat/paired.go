package stat

// Difference is the estimated difference of a figure between two variants.
type Difference struct {
	Interval        // of variant - base; N counts pairs
	Verdict  string // Higher, Lower or NoDifference
}

// Values of Difference.Verdict.
const (
	Higher       = "higher"                // the whole interval lies above 0
	Lower        = "lower"                 // the whole interval lies below 0
	NoDifference = "no visible difference" // the interval holds 0, or there are not two pairs
)

// PairedDiff compares a figure of two variants. base[r] and variant[r] come from
// the same seed, hence saw the same arrivals, keys, delays and faults ("common
// random numbers"). The interval is Student's of the differences
// dᵣ = variant[r] - base[r] (see Mean). As chance moves both of a pair alike,
//
//	Var d = Var(variant) + Var(base) - 2·Cov(variant, base)
//
// is often far smaller than for independent runs, and small differences become
// visible. The interval is right whatever the covariance is.
//
// A pair with a NaN is left out: a difference needs both. So is one whose
// difference is not defined, ∞ - ∞.
//
// "No visible difference" says that these seeds do not show one, not that there
// is none; Lo and Hi tell how large it may still be. If all pairs are equal, the
// interval is [0, 0] (method "constant") and the verdict the same. And with
// twenty comparisons, one may be "higher" or "lower" by chance alone.
//
// PairedDiff panics if the lengths differ.
//
// Source: A. M. Law, Simulation Modeling and Analysis, sections on comparing two
// systems by a paired-t interval and on common random numbers.
func PairedDiff(base, variant []float64) Difference {
	if len(base) != len(variant) {
		panic("stat: a paired difference needs both variants of every seed")
	}
	differences := make([]float64, len(base))
	for r := range base {
		differences[r] = variant[r] - base[r]
	}
	d := Difference{Interval: Mean(differences), Verdict: NoDifference}
	switch {
	case d.N < 2: // one pair says nothing about chance
	case d.Lo > 0:
		d.Verdict = Higher
	case d.Hi < 0:
		d.Verdict = Lower
	}
	return d
}
