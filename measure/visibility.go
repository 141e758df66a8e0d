package measure

import (
	"time"
)

// visibility answers: how long after its commit must a read begin to see a write?
// (t-visibility of Bailis et al., VLDB 2012, whose P(fresh) is a distribution
// function of the waits below.) Probing with reads at a grid of t and stopping
// at the first t that looks good is biased low, so each write's needed wait at a
// replica is taken directly,
//
//	max(0, applied at the replica − commit − transit of a read request to it),
//
// and the distribution of all of them is the answer. With Config.Transit the
// read's start at its client counts, its transit being drawn anew per write;
// without, t runs until the read's arrival at the replica.
//
// A write that a replica has not applied at the end, because it is dead or the
// write was lost, needs an unknown, long wait: it is counted as censored, and
// quantiles that fall there are not defined. To leave it out would bias the rest.
//
// The leader that committed a write is left out: it sees its own writes.

// sawAfter counts a write that a replica has applied a delay after its commit.
func (l *lag) sawAfter(i int, delay time.Duration) {
	if l.cfg.Transit != nil {
		delay -= l.cfg.Transit(l.nodes.list[i].node)
	}
	l.sums[i].wait.add(max(delay, 0))
}

// reportVisibility adds the waits at each replica, and of all together.
func (l *lag) reportVisibility(out *Replication) {
	all := Distribution{Name: "visibility.followers"}
	for i := range l.sums {
		r := &l.sums[i]
		if r.committed == 0 {
			continue
		}
		d := Distribution{Name: "visibility." + l.nodes.list[i].name, Hist: r.wait.histogram(),
			Censored: r.committed - r.wait.count()}
		reportWaits(out, d)
		if all.Hist == nil {
			all.Hist = newHistogram()
		}
		all.Merge(d)
	}
	if all.Hist != nil {
		reportWaits(out, all)
	}
}

func reportWaits(out *Replication, d Distribution) {
	if d.Hist.TotalCount()+d.Censored == 0 {
		return
	}
	out.Distributions = append(out.Distributions, d)
	out.quantiles(d, d.Name, 0.5, 0.99, 0.999)
	out.count(d.Name+".censored", "writes", d.Censored)
}
