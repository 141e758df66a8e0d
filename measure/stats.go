package measure

import (
	"math"
	"slices"
)

// ratio returns a/b, or NaN if b is 0.
func ratio(a, b int64) float64 { return float64(a) / float64(b) }

func mean(list []float64) float64 {
	var sum float64
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}

// quantile returns the smallest value such that the share q of the list is not
// above it.
func quantile(list []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

// curve adds the points of a measure sampled on the grid.
func (r *Replication) curve(name, unit string, y []float64, cfg *Config) {
	x := make([]float64, len(y))
	for i := range x {
		x[i] = float64(i+1) * cfg.Sample.Seconds()
	}
	r.Curves = append(r.Curves, Curve{Name: name, Unit: unit, X: x, Y: y})
}
