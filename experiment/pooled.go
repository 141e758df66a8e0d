package experiment

import (
	"math"
	"slices"
	"strings"

	"replsim/experiment/stat"
	"replsim/measure"
	"replsim/results"
)

// pooled makes a curve of each measure of which a replication has only a few values:
// its distribution over the events of all replications.
func pooled(done []*outcome) []results.Curve {
	var names []string
	units := map[string]string{}
	values := map[string][][]float64{}
	for _, o := range done {
		for _, s := range o.samples {
			if units[s.Name] == "" {
				names, units[s.Name] = append(names, s.Name), s.Unit
			}
			values[s.Name] = append(values[s.Name], withCensored(s))
		}
	}
	slices.SortFunc(names, strings.Compare)
	var out []results.Curve
	for _, name := range names {
		c := results.Curve{Name: name, Kind: results.Events, Unit: units[name], N: len(values[name])}
		c.X = steps(values[name])
		c.Y, c.Lo, c.Hi = stat.PooledQuantiles(values[name], c.X)
		if math.IsInf(c.Y[0], 1) {
			continue // none was short enough to be seen
		}
		for _, list := range [][]float64{c.Y, c.Lo, c.Hi} {
			leaveOut(list)
		}
		out = append(out, c)
	}
	return out
}

// withCensored returns the values with those that were too long to be seen.
func withCensored(s measure.Sample) []float64 {
	out := slices.Clone(s.Values)
	for range s.Censored {
		out = append(out, math.Inf(1))
	}
	return out
}

// leaveOut writes NaN for what was too long to be seen.
func leaveOut(list []float64) {
	for i, v := range list {
		if math.IsInf(v, 1) {
			list[i] = math.NaN()
		}
	}
}

// steps are the shares at which the curve of a sample is given: of few values each
// one's, of many those of all distributions.
func steps(replications [][]float64) []float64 {
	n := 0
	for _, values := range replications {
		n += len(values)
	}
	if n >= len(fractions) {
		return append(slices.Clone(fractions), 1)
	}
	out := make([]float64, n+1)
	for i := range out {
		out[i] = float64(i) / float64(n)
	}
	return out
}
