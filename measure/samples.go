package measure

import "replsim/sim"

// Sample is a measure of which a run has one value or a few, such as the time of
// each failover. A single run has no distribution of it: the values of all runs
// together have.
type Sample struct {
	Name   string
	Unit   string
	Values []float64 // in the order in which they came about
	// Censored counts values known only to be longer than the run could see.
	Censored int
}

// sample collects a Sample.
type sample struct {
	values   []float64
	censored int
}

func (s *sample) add(v float64) { s.values = append(s.values, v) }

// span adds the seconds from one instant to another. If that never came, the time
// is longer than could be seen.
func (s *sample) span(from, to sim.Time) {
	if to == never {
		s.censored++
		return
	}
	s.add(to.Sub(from).Seconds())
}

// report adds the values and their mean, or nothing if there are none.
func (s *sample) report(out *Replication, name, unit string) {
	if len(s.values)+s.censored > 0 {
		out.Samples = append(out.Samples, Sample{Name: name, Unit: unit, Values: s.values, Censored: s.censored})
	}
	s.mean(out, name, unit)
}

// mean adds the mean alone.
func (s *sample) mean(out *Replication, name, unit string) {
	if len(s.values) > 0 {
		out.add(name, unit, Mean, mean(s.values))
	}
}
