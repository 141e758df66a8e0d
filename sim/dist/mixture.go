package dist

import "math"

// mixtureLaw draws from one of several laws, each with its own probability.
type mixtureLaw struct {
	upTo  []float64 // probability of this part or an earlier one; the last is 1
	parts []law
}

// newMixture takes weights that add up to about 1 and scales them to exactly 1.
func newMixture(weights []float64, parts []law) mixtureLaw {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	l := mixtureLaw{make([]float64, len(parts)), parts}
	sum := 0.0
	for i, w := range weights {
		sum += w / total
		l.upTo[i] = sum
	}
	l.upTo[len(parts)-1] = 1
	return l
}

// draw lets u choose the part, and then uses where u lies within that part's
// share as the part's own uniform number. One number does for both choices, so a
// mixture takes as many from the stream as any other law. A part with weight w
// is left with about 52 + log2(w) bits, plenty for any weight above a millionth.
func (l mixtureLaw) draw(u float64) float64 {
	i, low := 0, 0.0
	for u >= l.upTo[i] {
		low = l.upTo[i]
		i++
	}
	within := (u - low) / (l.upTo[i] - low)
	return l.parts[i].draw(min(max(within, smallestUniform), 1-smallestUniform))
}

// quantile bisects the distribution function, in the logarithm of time at first
// (times span many powers of ten) and to the nearest representable number.
func (l mixtureLaw) quantile(u float64) float64 {
	low, high := l.bounds()
	high = min(high, float64(Longest))
	if l.cdf(low) >= u {
		return low
	}
	for {
		middle := low + (high-low)/2
		if high > 4*low {
			middle = math.Sqrt(max(low, 1e-3) * high)
		}
		switch {
		case middle <= low || middle >= high:
			return high
		case l.cdf(middle) < u:
			low = middle
		default:
			high = middle
		}
	}
}

func (l mixtureLaw) cdf(x float64) float64 {
	return l.average(func(part law) float64 { return part.cdf(x) })
}

func (l mixtureLaw) mean(limit float64) float64 {
	return l.average(func(part law) float64 { return part.mean(limit) })
}

func (l mixtureLaw) bounds() (low, high float64) {
	low, high = math.Inf(1), 0
	for _, part := range l.parts {
		partLow, partHigh := part.bounds()
		low, high = min(low, partLow), max(high, partHigh)
	}
	return low, high
}

// average returns the weighted average of some figure of the parts.
func (l mixtureLaw) average(figure func(law) float64) float64 {
	sum, low := 0.0, 0.0
	for i, part := range l.parts {
		sum += (l.upTo[i] - low) * figure(part)
		low = l.upTo[i]
	}
	return sum
}
