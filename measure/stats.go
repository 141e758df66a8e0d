package measure

import (
	"math"
	"slices"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// spread is a histogram of durations together with their exact sum.
type spread struct {
	hist *hdr.Histogram // 0.2 MB: made with the first value, for most of them never have any
	sum  time.Duration
}

func (s *spread) add(d time.Duration) {
	if s.hist == nil {
		s.hist = newHistogram()
	}
	record(s.hist, d)
	s.sum += d
}

func (s *spread) count() int64 {
	if s.hist == nil {
		return 0
	}
	return s.hist.TotalCount()
}

// histogram returns the histogram, an empty one if there are no values.
func (s *spread) histogram() *hdr.Histogram {
	if s.hist == nil {
		return newHistogram()
	}
	return s.hist
}

func (s *spread) merge(other *spread) {
	if other.hist == nil {
		return
	}
	if s.hist == nil {
		s.hist = newHistogram()
	}
	s.hist.Merge(other.hist)
	s.sum += other.sum
}

// report adds the distribution, its mean and these quantiles, or nothing if it is
// empty.
func (s *spread) report(out *Replication, name string, which ...float64) {
	n := s.count()
	if n == 0 {
		return
	}
	d := Distribution{Name: name, Hist: s.hist}
	out.Distributions = append(out.Distributions, d)
	out.quantiles(d, name, which...)
	out.add(name+".mean", "s", Mean, s.sum.Seconds()/float64(n))
}

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
