// Package validation holds the simulator against what it did not make itself:
// closed forms from textbooks, published figures, and measurements of real
// databases. It is the one way to write such a check, and docs/validation.md is
// what it finds (make validation).
//
// # A group
//
// A group is a file NAME.toml in this folder: one scenario, and lines that say
// which figure of which variant should be what.
//
//	title    = "Waiting for k of n followers"     # heading
//	shows    = "A commit that waits for k …"      # one or two sentences for readers
//	source   = "H. A. David, H. N. Nagaraja: Order Statistics, 2.5"
//	scenario = "order-statistics"                 # see below
//
//	[rule]                                        # for all lines, see below
//	kind = "statistical"
//
//	[lines.first-of-three]
//	label   = "mean latency, first of 3"          # default: the line's name
//	variant = "first-of-3"                        # default: the only variant
//	figure  = "latency.write.mean"
//	exact   = "3.333333ms"                        # with unit
//	formula = "m·(H₃ − H₂), m = 10 ms"            # optional; so are source and note
//
// The scenario is scenarios/NAME.toml in this folder, for scenarios that serve
// validation alone, or else a shipped scenario by its name or path. A scenario that
// several groups name runs once; variants that no line names do not run at all.
//
// The figure is one of the run's (see docs/measures.md), or a point of one of its
// curves, as CURVE@X: a quantile ("latency.write@50%", "lag.delay.r2@99.9%"), the
// share of writes visible some time after their commit ("visibility.followers@20ms"),
// or a point in time ("lag.offset.r2@30s"). Between the points of its grid, a curve is
// taken to be straight.
//
// Each line has one expected value. Which key holds it says where it is from:
//
//	exact       a closed form
//	published   a figure from a paper, a manual, another project's tests
//	measured    a measurement of a real system
//
// Values are texts in the figure's unit: "5.8ms", "63.2%", "369.9/s", "11". A
// measurement may come with its sampling error, as the number of repetitions n and
// their standard deviation sd, or with all repetitions in place of the value:
//
//	measured = "2.31ms"
//	n        = 5
//	sd       = "0.12ms"
//
//	repetitions = ["2.25ms", "2.31ms", "2.40ms"]
//
// calibrated = true marks a line that parameters of the scenario were fitted to.
// It is shown, and it must hold, but it is no prediction: it counts neither in the
// group's median error nor among the lines that the summary counts.
//
// # Rules
//
// The group's [rule] holds for all lines; a line's own, [lines.NAME.rule], replaces
// it as a whole. There are four kinds:
//
//	kind = "absolute"        within = "0.02ms"
//	kind = "statistical"     false_alarm = 1e-5, floor = "0.5%", precision = "5%"
//	kind = "relative"        error = "20%", and for a group median_error = "10%"
//	kind = "sampling"        false_alarm = 1e-3, floor = "0%"
//
// absolute: simulated and expected differ by at most within. For deterministic
// geometry.
//
// statistical: they differ by at most t standard errors of the simulated mean, or by
// floor of the expected value. t is Student's, such that a correct simulator fails
// with probability false_alarm. So that a line can also fail when the simulator is
// wrong, t standard errors must be within precision of the expected value. The
// floor allows for what is left of a start at rest, and for histograms with three
// digits. For closed forms. The values above are the defaults.
//
// relative: each line's error is at most error of the expected value, and the median
// over the group's lines that are no calibration at most median_error (lines with an
// absolute rule of their own are left out). For real databases.
//
// sampling: as statistical, with the sampling errors of both sides (Welch). For
// measurements with few repetitions.
//
// # Adding a group
//
// Write the scenario and the group, run "replsim verify NAME", then "make
// validation", and commit docs/validation.md with it. The package's tests run all
// groups and demand that each line holds and that the document is up to date.
package validation
