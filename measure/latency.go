package measure

import (
	"math"
	"time"

	"replsim/models/kv"
)

// latency is the true time from invoke to return of successful operations, all
// attempts of an operation included; in total and by the client's place. Its curves,
// and those of throughput, cover all operations that returned in a Sample.
type latency struct {
	cfg     *Config
	places  []string // the last one, "", is for clients without a place
	placeOf []int    // by session
	kinds   [2]kindLatency
}

type kindLatency struct {
	byPlace []spread
	longest time.Duration

	window     spread // since the last point of the curves
	p99        []float64
	throughput []float64
}

func newLatency(cfg *Config) *latency {
	l := &latency{cfg: cfg}
	index := map[string]int{}
	for _, c := range cfg.Clients {
		i, ok := index[c.Place]
		if !ok {
			i = len(l.places)
			index[c.Place] = i
			l.places = append(l.places, c.Place)
		}
		for int(c.Session) >= len(l.placeOf) {
			l.placeOf = append(l.placeOf, -1)
		}
		l.placeOf[c.Session] = i
	}
	l.places = append(l.places, "")
	for k := range l.kinds {
		l.kinds[k].byPlace = make([]spread, len(l.places))
	}
	return l
}

// succeeded adds an operation.
func (l *latency) succeeded(o *op, took time.Duration) {
	k := &l.kinds[o.kind]
	k.window.add(took)
	if !o.measured {
		return
	}
	place := len(l.places) - 1
	if int(o.session) < len(l.placeOf) && l.placeOf[o.session] >= 0 {
		place = l.placeOf[o.session]
	}
	k.byPlace[place].add(took)
	k.longest = max(k.longest, took)
}

// sample ends a window of the curves.
func (l *latency) sample() {
	for i := range l.kinds {
		k := &l.kinds[i]
		n, p99 := k.window.count(), math.NaN()
		if n > 0 {
			p99 = nanoseconds(k.window.hist.ValueAtPercentile(99))
			k.window.hist.Reset()
		}
		k.p99 = append(k.p99, p99)
		k.throughput = append(k.throughput, float64(n)/l.cfg.Sample.Seconds())
	}
}

func (l *latency) report(out *Replication) {
	for kind := kv.Read; kind <= kv.Write; kind++ {
		k, name := &l.kinds[kind], "latency."+kind.String()
		var all spread
		for i := range k.byPlace {
			h := &k.byPlace[i]
			if h.count() > 0 && l.places[i] != "" {
				d := Distribution{Name: name + ".place." + l.places[i], Hist: h.hist}
				out.Distributions = append(out.Distributions, d)
				out.quantiles(d, d.Name, 0.5, 0.99)
			}
			all.merge(h)
		}
		if all.count() > 0 {
			all.report(out, name, 0.5, 0.9, 0.99, 0.999)
			out.add(name+".max", "s", Maximum, k.longest.Seconds())
		}
		out.curve("latency_over_time."+kind.String()+".p99", "s", k.p99, l.cfg)
		out.curve("throughput."+kind.String(), "ops/s", k.throughput, l.cfg)
	}
}
