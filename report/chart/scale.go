package chart

import "math"

// Scale maps values to places along an axis: 0 is its start, 1 its end. Values
// outside give places outside.
type Scale interface {
	Place(v float64) float64
}

// Linear is the scale from Min to Max, Min < Max.
type Linear struct{ Min, Max float64 }

// Place implements Scale.
func (s Linear) Place(v float64) float64 { return (v - s.Min) / (s.Max - s.Min) }

// Log is the logarithmic scale from Min to Max, 0 < Min < Max. With Zero, a part of
// the axis below Min is kept for zero, which has no logarithm but is often the
// best result there is; values between 0 and Min lie there in proportion.
type Log struct {
	Min, Max float64
	Zero     bool
}

// zeroRoom is the share of an axis that Log keeps for zero.
const zeroRoom = 0.12

// Place implements Scale.
func (s Log) Place(v float64) float64 {
	room := 0.0
	if s.Zero {
		room = zeroRoom
	}
	if v < s.Min {
		if !s.Zero {
			// Below the axis, but finite: lines are clipped there.
			return math.Max(-1, math.Log(math.Max(v, s.Min*1e-9)/s.Min)/math.Log(s.Max/s.Min))
		}
		return room * math.Max(v, 0) / s.Min
	}
	return room + (1-room)*math.Log(v/s.Min)/math.Log(s.Max/s.Min)
}

// span is the range of some values.
type span struct{ lo, hi float64 }

// rangeOf returns the range of the finite values; lo > hi if there are none.
func rangeOf(values ...[]float64) span {
	r := span{math.Inf(1), math.Inf(-1)}
	for _, list := range values {
		for _, v := range list {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				r.lo, r.hi = math.Min(r.lo, v), math.Max(r.hi, v)
			}
		}
	}
	return r
}

// vanishing is what a logarithmic axis takes for zero: no unit of measure reaches
// there, and ratios of such numbers overflow.
const vanishing = 1e-200

// smallestPositive returns the least value above vanishing, +Inf if there is none.
func smallestPositive(values ...[]float64) float64 {
	least := math.Inf(1)
	for _, list := range values {
		for _, v := range list {
			if v > vanishing {
				least = math.Min(least, v)
			}
		}
	}
	return least
}
