package dist_test

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"replsim/sim/dist"
)

// One Sampler serves any number of links; each has its own stream.
func Example() {
	spec, err := dist.Parse("lognormal(median=1ms, p99=10ms)")
	if err != nil {
		fmt.Println(err)
		return
	}
	delay, err := spec.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	there, back := rand.New(rand.NewPCG(1, 1)), rand.New(rand.NewPCG(1, 2))
	for range 3 {
		fmt.Println(delay.Sample(there), delay.Sample(back))
	}
	// Output:
	// 15.584123ms 2.073542ms
	// 285.214µs 1.340589ms
	// 2.961881ms 2.179715ms
}

// Variants that draw from equal streams have the same luck: the message that is
// slow on one network is slow on the other, though their laws differ.
func ExampleSampler() {
	slow, _ := dist.Parse("exponential(mean=10ms)")
	fast, _ := dist.Parse("weibull(mean=5ms, shape=1.5)")
	slowDelay, _ := slow.New()
	fastDelay, _ := fast.New()
	r1, r2 := rand.New(rand.NewPCG(7, 7)), rand.New(rand.NewPCG(7, 7))
	for range 3 {
		fmt.Println(slowDelay.Sample(r1), fastDelay.Sample(r2))
	}
	// Output:
	// 32.201145ms 12.077739ms
	// 196.553µs 403.389µs
	// 14.230666ms 7.007368ms
}

func ExampleParse() {
	for _, text := range []string{
		"5ms",
		"gamma(shape=2, mean=1500us)",
		"mixture(0.9: exponential(1ms), 0.1: pareto(min=3ms, shape=3.5), shift=75ms)",
	} {
		spec, _ := dist.Parse(text)
		mean, _ := spec.Mean()
		fmt.Printf("%v has mean %v\n", spec, mean)
	}
	// Output:
	// 5ms has mean 5ms
	// gamma(mean=1.5ms, shape=2) has mean 1.5ms
	// mixture(0.9: exponential(mean=1ms), 0.1: pareto(min=3ms, shape=3.5), shift=75ms) has mean 76.32ms
}

func ExampleParse_mistakes() {
	_, err := dist.Parse("mixture(0.9: expnential(mean=1ms), 0.1: normal(mean=5, sd=1ms))")
	var all dist.Errors
	if errors.As(err, &all) {
		for _, e := range all {
			fmt.Printf("at %d: %s: %s (nearest name: %q)\n", e.Offset, e.Key, e.Msg, e.Suggestion)
		}
	}
	// Output:
	// at 13: parts[0].dist: unknown distribution "expnential" (nearest name: "exponential")
	// at 52: parts[1].mean: "5" has no unit (nearest name: "")
}

func ExampleFromTable() {
	spec, err := dist.FromTable(map[string]any{"dist": "lognormal", "median": "500us", "p99": "4ms"})
	fmt.Println(spec, err)
	// Output:
	// lognormal(median=500us, p99=4ms) <nil>
}

func ExampleSpec_Load() {
	files := map[string]string{"rtt.csv": "percentile,rtt_ms\n0,8\n50,10\n99,12\n100,60\n"}
	spec, _ := dist.Parse(`empirical(file="rtt.csv", factor=0.5)`)
	spec, err := spec.Load(func(path string) ([]byte, error) { return []byte(files[path]), nil })
	if err != nil {
		fmt.Println(err)
		return
	}
	median, _ := spec.Quantile(0.5)
	p99, _ := spec.Quantile(0.99)
	fmt.Println("one way:", median, p99)
	// Output:
	// one way: 5ms 6ms
}

// The mean of a normal law rises when the part below 0 is cut off.
func ExampleSpec_Mean() {
	for _, text := range []string{"normal(mean=5ms, sd=1ms)", "normal(mean=5ms, sd=5ms)"} {
		spec, _ := dist.Parse(text)
		mean, _ := spec.Mean()
		fmt.Println(spec, mean)
	}
	// Output:
	// normal(mean=5ms, sd=1ms) 5.000001ms
	// normal(mean=5ms, sd=5ms) 6.438ms
}
