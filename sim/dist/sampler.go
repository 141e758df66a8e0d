package dist

import (
	"math"
	"math/rand/v2"
	"time"
)

// Longest is the longest duration that a Spec may name and a Sampler returns,
// 2^62 ns or about 146 years. Longer draws count as Longest. A draw added to any
// instant of the first 146 years thus stays within an int64.
const Longest = time.Duration(1 << 62)

// A Sampler draws durations that follow a Spec.
//
// Sample takes exactly one Uint64 from r and returns a duration between 0 and
// Longest, rounded to the nearest nanosecond. It allocates nothing. A Sampler
// never changes: all links of a network, and goroutines too, may share one, each
// with its own stream r. (This is why r is an argument and not kept: laws may be
// large tables, streams are many.)
//
// A larger uniform gives a longer duration, except between the parts of a
// mixture. Two runs that draw from equal streams are therefore comparable even
// if their distributions differ: a message that is slow in one is slow in the other.
type Sampler interface {
	Sample(r *rand.Rand) time.Duration
}

type sampler struct{ law law }

func (s sampler) Sample(r *rand.Rand) time.Duration { return round(s.law.draw(uniform(r))) }

// smallestUniform is the smallest value of uniform; the largest is 1 minus it.
const smallestUniform = 0x1p-53

// uniform returns a number strictly between 0 and 1, so that no quantile is
// infinite: the middle of one of 2^52 equal intervals. Both u and 1-u are exact.
func uniform(r *rand.Rand) float64 {
	return (float64(r.Uint64()>>12) + 0.5) * 0x1p-52
}

// round converts nanoseconds to a Duration between 0 and Longest.
func round(ns float64) time.Duration {
	if ns >= float64(Longest) {
		return Longest
	}
	return time.Duration(max(ns, 0) + 0.5)
}

// law is a distribution of non-negative times in nanoseconds, which here are
// floating point: parts of a mixture are rounded once, at the end.
type law interface {
	// draw turns a uniform number, 0 < u < 1, into a draw. It is the hot path,
	// and gives the same bits on every processor.
	draw(u float64) float64
	// quantile returns the x that a draw stays at or below with probability u,
	// 0 < u < 1. Only mixtures draw otherwise than by their quantile.
	quantile(u float64) float64
	// cdf returns the probability that a draw is at most x, for finite x.
	cdf(x float64) float64
	// mean returns the expectation of min(X, limit), limit >= 0. With an
	// infinite limit it is the mean, which may be infinite.
	mean(limit float64) float64
	// bounds returns the ends of the range; the upper one may be infinite.
	bounds() (low, high float64)
}

// limitedMean integrates E[min(X, limit)] = ∫ Q(u) du up to F(limit), plus
// limit·(1-F(limit)), for a law with a quantile function without jumps.
//
// The substitution u = F(limit)/(1+e^-t) spreads both ends of the unit interval
// over the real line, where the trapezoidal rule converges very fast.
// The relative error is below 1e-6 where Q is smooth.
func limitedMean(l law, limit float64) float64 {
	const step, end = 1.0 / 32, 36 // beyond t = ±36, u is 0 or 1 to a double's precision
	below := l.cdf(limit)
	sum := 0.0
	for t := -end + step/2; t < end; t += step {
		v := 1 / (1 + math.Exp(-t))
		u := min(max(below*v, smallestUniform), 1-smallestUniform)
		sum += min(l.quantile(u), limit) * v / (1 + math.Exp(t)) * step
	}
	return below*sum + limit*(1-below)
}
