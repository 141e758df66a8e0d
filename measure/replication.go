package measure

import (
	"sort"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// Replication is what was measured in one run. All lists are sorted by name.
// What was not defined in this run (the age of stale reads when there were none) is
// absent.
type Replication struct {
	Figures       []Figure
	Curves        []Curve
	Distributions []Distribution
	Samples       []Sample
	Spans         []Span // by kind and time, at most 2,000 and those of lost writes
	// Violations describes the first breaches of Invariants, which are mistakes of
	// the model; the figure invariants.violations counts all.
	Violations []string
}

// Kind says how figures of several replications are to be combined.
type Kind uint8

// Kinds of figure.
const (
	Mean       Kind = iota // an average or a total over time: Student's t over replications
	Proportion             // Hits of Trials: pooled, with an interval for proportions
	Quantile               // of this run; the pooled distribution gives it more exactly
	Count                  // events in this run
	Maximum                // of this run
)

// String returns the kind in one word.
func (k Kind) String() string {
	return [...]string{"mean", "proportion", "quantile", "count", "maximum"}[k]
}

// Figure is one number. Times are in seconds.
type Figure struct {
	Name  string
	Unit  string // s, ratio, ops/s, writes, reads, 1, msgs/write, B/write
	Kind  Kind
	Value float64
	// Hits and Trials are set for a Proportion, Value being Hits/Trials.
	Hits, Trials int64
}

// Curve is a measure on the grid of true time Sample, 2·Sample, … up to End. A
// point that is an average over time (a rate, a quantile) covers the Sample that
// ends there; NaN where nothing was to be measured.
type Curve struct {
	Name string
	Unit string
	X, Y []float64 // X in seconds
}

// Distribution is a histogram of durations, which merges with those of other
// replications.
type Distribution struct {
	Name string
	// Hist counts nanoseconds, to 3 significant digits from 1 µs up to 24 h.
	Hist *hdr.Histogram
	// Censored counts values known only to be longer than the run could see, such as
	// the visibility of writes at a replica that was dead at the end.
	Censored int64
}

// bounds of all histograms; longer values count as the longest.
const (
	histogramUnit = time.Microsecond
	longest       = 24 * time.Hour
)

func newHistogram() *hdr.Histogram {
	return hdr.New(int64(histogramUnit), int64(longest), 3)
}

// record adds a duration to a histogram.
func record(h *hdr.Histogram, d time.Duration) {
	// Inside the bounds RecordValue cannot fail.
	_ = h.RecordValue(int64(min(max(d, 0), longest)))
}

// Quantile returns the q-quantile in seconds (0 ≤ q ≤ 1), censored values counting
// as longer than all others. It is not defined if it falls among those, or if
// there are no values.
func (d *Distribution) Quantile(q float64) (seconds float64, ok bool) {
	n := d.Hist.TotalCount()
	rank := q * float64(n+d.Censored)
	if n == 0 || rank > float64(n) {
		return 0, false
	}
	ns := d.Hist.ValueAtPercentile(100 * rank / float64(n))
	if ns < int64(histogramUnit) { // the first bar holds 0, and hardly anything else
		ns = 0
	}
	return nanoseconds(ns), true
}

// Within returns for each t, in seconds and increasing, the share of values of at
// most t, censored ones included in the whole: for a visibility, P(a read t after
// the commit is fresh). It is nil for an empty distribution.
func (d *Distribution) Within(t ...float64) []float64 {
	total := d.Hist.TotalCount() + d.Censored
	if total == 0 {
		return nil
	}
	shares := make([]float64, 0, len(t))
	var n int64
	for _, bar := range d.Hist.Distribution() {
		for len(shares) < len(t) && float64(bar.From) > t[len(shares)]*1e9 {
			shares = append(shares, float64(n)/float64(total))
		}
		n += bar.Count
	}
	for len(shares) < len(t) {
		shares = append(shares, float64(n)/float64(total))
	}
	return shares
}

// Merge adds the values of another distribution.
func (d *Distribution) Merge(other Distribution) {
	d.Hist.Merge(other.Hist)
	d.Censored += other.Censored
}

// Figure returns the figure of that name, and whether there is one.
func (r *Replication) Figure(name string) (Figure, bool) {
	return find(r.Figures, name, func(f Figure) string { return f.Name })
}

// Curve returns the curve of that name, and whether there is one.
func (r *Replication) Curve(name string) (Curve, bool) {
	return find(r.Curves, name, func(c Curve) string { return c.Name })
}

// Distribution returns the distribution of that name, and whether there is one.
func (r *Replication) Distribution(name string) (Distribution, bool) {
	return find(r.Distributions, name, func(d Distribution) string { return d.Name })
}

// Sample returns the sample of that name, and whether there is one.
func (r *Replication) Sample(name string) (Sample, bool) {
	return find(r.Samples, name, func(s Sample) string { return s.Name })
}

// find looks a name up in a sorted list.
func find[T any](list []T, name string, nameOf func(T) string) (T, bool) {
	i := sort.Search(len(list), func(i int) bool { return nameOf(list[i]) >= name })
	if i < len(list) && nameOf(list[i]) == name {
		return list[i], true
	}
	var none T
	return none, false
}

// sort puts all lists in the order of their names.
func (r *Replication) sort() {
	sort.Slice(r.Figures, func(i, j int) bool { return r.Figures[i].Name < r.Figures[j].Name })
	sort.Slice(r.Curves, func(i, j int) bool { return r.Curves[i].Name < r.Curves[j].Name })
	sort.Slice(r.Samples, func(i, j int) bool { return r.Samples[i].Name < r.Samples[j].Name })
	sort.Slice(r.Distributions, func(i, j int) bool { return r.Distributions[i].Name < r.Distributions[j].Name })
}

// The measures add their results through these.

func (r *Replication) add(name, unit string, kind Kind, value float64) {
	r.Figures = append(r.Figures, Figure{Name: name, Unit: unit, Kind: kind, Value: value})
}

func (r *Replication) count(name, unit string, n int64) { r.add(name, unit, Count, float64(n)) }

// proportion adds hits of trials, or nothing if there were no trials.
func (r *Replication) proportion(name string, hits, trials int64) {
	if trials > 0 {
		r.Figures = append(r.Figures, Figure{Name: name, Unit: "ratio", Kind: Proportion,
			Value: float64(hits) / float64(trials), Hits: hits, Trials: trials})
	}
}

// quantiles adds the quantiles of a distribution as name.p50, ….
func (r *Replication) quantiles(d Distribution, name string, which ...float64) {
	for _, q := range which {
		if v, ok := d.Quantile(q); ok {
			r.add(name+quantileSuffix(q), "s", Quantile, v)
		}
	}
}

// quantileSuffix returns .p50, .p99 or .p999.
func quantileSuffix(q float64) string {
	switch q {
	case 0.5:
		return ".p50"
	case 0.9:
		return ".p90"
	case 0.99:
		return ".p99"
	default:
		return ".p999"
	}
}

// nanoseconds returns a count of them in seconds.
func nanoseconds(ns int64) float64 { return float64(ns) / 1e9 }
