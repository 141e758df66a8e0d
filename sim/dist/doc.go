// Package dist holds the probability distributions of every duration that the
// simulator draws: delays, service times, flush times, times to failure.
//
// A [Spec] is the description that a scenario gives, a [Sampler] is what draws.
//
// # Text form
//
//	spec   = duration | family "(" item { "," item } ")"
//	item   = name "=" value             a parameter
//	       | value                      the only parameter of constant, exponential or empirical
//	       | weight ":" spec            a part of a mixture
//
// Durations are Go's, such as 500us, 1.5ms or 1h30m, with d for 24 hours; they are
// never negative and at most [Longest]. Other values are plain numbers. Values
// with a comma, parenthesis or space in them stand in double quotes. [FromTable]
// describes the same as a TOML table.
//
//	5ms, constant(5ms)                  always the same
//	uniform(min=2ms, max=8ms)           equally likely anywhere between
//	exponential(mean=5ms)               also median; or min and mean: the mean of the
//	                                    whole, which starts at min
//	normal(mean=5ms, sd=1ms)            given that it is not negative: the part of the
//	                                    curve below 0 is cut off and the rest scaled up.
//	                                    mean and sd are those before the cut (Mean
//	                                    returns the one after it)
//	lognormal(median=1ms, p99=10ms)     or p90, p95, p999 or sigma in place of p99;
//	                                    or mean with sd or sigma. sigma is the standard
//	                                    deviation of the logarithm
//	gamma(mean=5ms, shape=2)            or mean and sd, or scale and shape
//	weibull(scale=5ms, shape=1.5)       or mean and shape, or median and p99
//	pareto(min=3ms, shape=3.5)          or mean and shape, or min and p99
//	mixture(0.9: exponential(mean=1ms), 0.1: pareto(min=3ms, shape=3.5))
//	                                    weights add up to 1 (within 0.0011, then they
//	                                    are scaled to 1)
//	empirical(file="rtt.csv")           measured; with factor, times are multiplied by
//	                                    it (0.5 makes one-way delays of round trips)
//
// All but constant and uniform also take shift, which is added to every draw
// (propagation, in a network delay), and max: a draw above it counts as max. This
// leaves all quantiles below the cap as they were.
//
// # Files of measurements
//
// An empirical file is CSV with a header; lines that start with # are comments.
// The name of the column of times ends in its unit (ns, us, ms, s, m or h), after
// an underscore if there is more: ms, rtt_us. With that column alone, the file is
// a list of samples in any order. With a column p (0 to 1) or percentile (0 to
// 100) before it, it is a list of ascending quantiles:
//
//	rtt_ms          percentile,delay_ms
//	10.2            0,9.8
//	9.9             50,10.1
//	14.7            100,31
//
// Draws lie on straight lines between neighbouring points: i/(n-1) is the
// probability of the i-th of n samples, from 0. Below the first and above the last
// quantile, draws equal it. A max that would cap every sample is refused by Load.
//
// # How draws are made
//
// Every draw is the inverse transform of one uniform number. Rejection methods
// would be as fast, but take now one number from the stream and now three, and
// then two variants of a scenario that should see the same luck drift apart. With
// one number per draw, the hundredth message has the same luck in both (common
// random numbers), and more of it is more in both.
//
// Draws have the same bits on every processor, so that a scenario and a seed give
// the same results everywhere. This is why exp, log and the normal quantile are
// written here in plain arithmetic, rather than taken from math and gonum, whose
// last bits depend on the processor. Gonum gives what no draw depends on to the
// last bit: distribution functions, means, and the curve that gamma draws from.
package dist
