package swarm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// drawing is a draft in the making. Every feature of a scenario that is optional is
// left out of half of the seeds, each on its own: tests that leave features out
// find what tests that have a little of everything hide, since one feature may keep
// another from ever mattering (Groce, Zhang, Eide, Chen, Regehr: Swarm Testing,
// ISSTA 2012).
type drawing struct {
	draft
	*rand.Rand
	plan     plan
	duration time.Duration
	stormy   time.Duration // faults begin before this instant
	replicas []string      // their names
	places   []string      // none: the scenario does not speak of places
	regions  []string
	clients  []string // names of groups
}

// Draft returns the scenario of a seed as TOML.
func Draft(m string, seed uint64) (string, error) {
	model, err := modelOf(m)
	if err != nil {
		return "", err
	}
	return model.draw(seed).text(), nil
}

// draw makes the scenario of a seed.
func (m *model) draw(seed uint64) draft {
	d := &drawing{Rand: rand.New(rand.NewPCG(seed, 0))}
	d.plan = pick(d, m.plans...)
	d.stormy = d.span(800*time.Millisecond, 4*time.Second)
	d.duration = d.stormy
	switch d.plan {
	case calming:
		d.duration += longestFault + calmTime
	case orderly:
		d.duration = time.Duration(d.between(1, 3)) * failoverPeriod
	}
	d.set("", "title", quote(fmt.Sprintf("Seed %d of the swarm of model %s", seed, m.name)))
	d.set("", "duration", span(d.duration))
	d.set("", "drain", quote(m.drain)) // time enough for what an overloaded follower has not applied
	d.set("", "seeds", "1")
	d.set("", "seed", strconv.FormatUint(seed, 10))
	if d.on() {
		d.set("", "warmup", d.shortly(d.duration/2))
	}
	d.cluster(m.name)
	d.workload()
	d.hardware()
	d.network()
	m.settings(d)
	if d.plan == orderly {
		d.failovers()
	} else {
		d.faults(m.kinds)
	}
	if d.IntN(4) > 0 { // few scenarios promise anything about it
		d.set("check", "linearizable", "true")
	}
	d.maybe("check", "stable_for", func() string { return d.shortly(d.duration / 4) })
	if m.name == "leader" {
		d.manager(seed)
		d.agents(seed)
	}
	d.routers()
	return d.draft
}

// on tosses the coin for a feature.
func (d *drawing) on() bool { return d.IntN(2) == 0 }

// maybe gives a key a value in half of the seeds.
func (d *drawing) maybe(table, key string, value func() string) {
	if d.on() {
		d.set(table, key, value())
	}
}

// pick returns one of some options.
func pick[T any](d *drawing, options ...T) T { return options[d.IntN(len(options))] }

// some returns at least one of the options, in their order.
func some[T any](d *drawing, options []T) []T {
	var out []T
	for len(out) == 0 {
		for _, o := range options {
			if d.on() {
				out = append(out, o)
			}
		}
	}
	return out
}

// between returns a whole number, both ends included.
func (d *drawing) between(low, high int) int { return low + d.IntN(high-low+1) }

func (d *drawing) number(low, high int) string { return strconv.Itoa(d.between(low, high)) }

// span returns a duration, short ones as likely as long ones: its logarithm is
// uniform. It has two digits, for people to read.
func (d *drawing) span(low, high time.Duration) time.Duration {
	x := float64(low) * math.Exp(d.Float64()*math.Log(float64(high)/float64(low)))
	unit := math.Pow10(int(math.Log10(x)) - 1)
	return time.Duration(math.Round(x/unit) * unit)
}

// shortly returns a span of up to a limit as a value.
func (d *drawing) shortly(limit time.Duration) string { return span(d.span(time.Millisecond, limit)) }

// span writes a duration as a value.
func span(t time.Duration) string { return quote(plain(t)) }

func plain(t time.Duration) string { return strings.Replace(t.String(), "µ", "u", 1) }

// percent returns a share of up to high percent as a value.
func (d *drawing) percent(high int) string { return quote(d.number(1, high) + "%") }

// size returns a number of bytes as a value, small ones as likely as large ones.
func (d *drawing) size(low, high float64, suffix string) string {
	x := low * math.Exp(d.Float64()*math.Log(high/low))
	return quote(strconv.FormatFloat(math.Round(x), 'f', -1, 64) + "B" + suffix)
}

// times returns a distribution whose typical value is between the ends.
func (d *drawing) times(low, high time.Duration) string {
	t := d.span(low, high)
	at := func(factor float64) string { return plain(time.Duration(factor * float64(t))) }
	return quote(pick(d,
		at(1),
		fmt.Sprintf("uniform(min=%s, max=%s)", at(0.5), at(2)),
		fmt.Sprintf("exponential(mean=%s)", at(1)),
		fmt.Sprintf("normal(mean=%s, sd=%s)", at(1), at(0.3)),
		fmt.Sprintf("lognormal(median=%s, p99=%s)", at(1), at(8)),
		fmt.Sprintf("gamma(mean=%s, shape=2)", at(1)),
		fmt.Sprintf("weibull(mean=%s, shape=0.7)", at(1)),
		fmt.Sprintf("pareto(mean=%s, shape=2.5)", at(1)),
		fmt.Sprintf("mixture(0.95: exponential(mean=%s), 0.05: exponential(mean=%s))", at(1), at(10)),
	))
}
