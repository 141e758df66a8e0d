package stat_test

import (
	"fmt"

	"replsim/experiment/stat"
)

// Throughput of five seeds: what a sixth would show on average lies, with 95 %
// confidence, between Lo and Hi.
func ExampleMean() {
	i := stat.Mean([]float64{1012, 998, 1005, 987, 1008})
	fmt.Printf("%.0f ops/s (%.0f to %.0f; t, N = %d)\n", i.Mean, i.Lo, i.Hi, i.N)
	// Output: 1002 ops/s (990 to 1014; t, N = 5)
}

// Stale reads per read, in four runs. The third met a partition: its 900 stale
// reads are one stroke of bad luck rather than 900.
func ExampleProportionClustered() {
	stale, reads := []int{10, 12, 900, 9}, []int{10_000, 10_100, 9_000, 9_900}
	i := stat.ProportionClustered(stale, reads)
	fmt.Printf("runs are the trials:  %.3f (%.3f to %.3f)\n", i.Mean, i.Lo, i.Hi)
	i = stat.Proportion(10+12+900+9, 39_000)
	fmt.Printf("reads are the trials: %.3f (%.3f to %.3f), far too sure\n", i.Mean, i.Lo, i.Hi)
	// Output:
	// runs are the trials:  0.024 (0.000 to 0.098)
	// reads are the trials: 0.024 (0.022 to 0.025), far too sure
}

// No write was lost in twenty runs. That does not prove a rate of zero.
func ExampleCount() {
	i := stat.Count(make([]float64, 20))
	fmt.Printf("%g lost writes per run (%g to %g; %s)\n", i.Mean, i.Lo, i.Hi, i.Method)
	// Output: 0 lost writes per run (0 to 0.15; rule-of-three)
}

// Latency in ms of two protocols under the same five seeds. Seeds differ by more
// than protocols do, yet in every one of them the second is slower.
func ExamplePairedDiff() {
	async := []float64{10.1, 14.9, 12.2, 19.8, 11.0}
	semiSync := []float64{11.2, 15.8, 13.3, 20.9, 11.9}
	d := stat.PairedDiff(async, semiSync)
	fmt.Printf("%+.2f ms (%+.2f to %+.2f): %s\n", d.Mean, d.Lo, d.Hi, d.Verdict)
	// Output: +1.02 ms (+0.88 to +1.16): higher
}
