// Package stat turns the figures of independent replications (the same scenario,
// run for several seeds) into estimates with 95 % confidence intervals.
//
// # Which interval for which figure
//
//	figure, one value per replication                    function
//	-------------------------------------------------    --------------------
//	a mean, a maximum, a throughput, a recovery time     Mean
//	a latency quantile (p50, p99, …)                     Mean, of each replication's quantile
//	a number of rare events (lost writes)                Count
//	share of operations (stale reads, availability)      ProportionClustered
//	one sum per another (bytes per acknowledged write)   Ratio
//	share of replications (those that lost data)         Proportion
//	variant against base, seed by seed                   PairedDiff
//	a curve: where single runs lie; where the mean is    Band; MeanCurve
//	a few values a replication (times of failovers)      PooledQuantiles
//
// One thought decides the column on the right: replications are independent,
// operations within one are not. They wait in the same queues and suffer the same
// faults, so a formula for independent trials may count replications, never
// operations. A p99 latency is the clearest case. An interval for the quantile of
// independent values, applied to all operations of a run, would be far too narrow;
// but the p99 of a run is one number, and the p99s of many seeds are independent and
// nearly normal. What Mean then estimates is the p99 that a run shows on average.
//
// # What 95 % is worth
//
// Intervals rest on theory for large N. Share of intervals that held the truth, in
// simulation (20,000 experiments for Mean, 4,000 for ProportionClustered):
//
//	                                N = 3     5    10    20    30   100
//	Mean, normal                      .95   .95   .95   .95   .95   .95
//	Mean, lognormal, σ = 0.5          .92   .91   .92   .93   .93   .94
//	Mean, exponential                 .89   .88   .90   .92   .93   .94
//	Mean, lognormal, σ = 1            .84   .82   .84   .87   .88   .92
//	share 20 % ± 12 % of a run        .93   .92   .93   .94   .95   .96
//	share 1 % ± 1 % of a run          .91   .88   .90   .91   .93   .94
//	… pooled as if independent        .78   .78   .75   .73   .74   .73
//	half of 10 % of runs             1.00  1.00  1.00  1.00   .98   .97
//	25 % ± 19 % of 10 % of runs       .99   .97   .93   .89   .87   .90
//
// So small samples of skewed figures make intervals that are too short, mostly by
// missing a larger truth: rare long outages have not been seen yet. No formula
// mends that; more replications do. Figures that average many operations of a run
// are close to normal, and ten seeds are fine.
//
// # Rules for all functions
//
// NaN means "not defined in this replication" and is left out; N tells how many
// values remain. Results do not depend on the order of replications, to the last
// bit: samples are sorted before anything is added up. Nothing is random.
package stat
