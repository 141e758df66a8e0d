package detect

import (
	"math"
	"time"

	"replsim/sim"
)

// PhiConfig is the setting of a phi-accrual detector. Akka's defaults are a threshold
// of 8 (12 is advised for clouds), a window of 1,000, a smallest deviation of 100 ms,
// and a pause of 3 s for cluster heartbeats every second.
type PhiConfig struct {
	Threshold    float64       // φ at which suspicion begins; positive
	Window       int           // intervals remembered, at least 1
	MinDeviation time.Duration // of the intervals; positive
	Pause        time.Duration // of heartbeats that is accepted on top of the mean
	Expected     time.Duration // the interval, for as long as there is no history
}

// Phi is the phi-accrual detector.
type Phi struct {
	cfg       PhiConfig
	z         float64   // the quantile of the standard normal law that the threshold stands for
	intervals []float64 // in seconds; a ring once it is full
	next      int       // where the next one goes in the ring
	heard     sim.Time
	silent    bool // nothing was heard since Reset
}

// NewPhi returns a phi-accrual detector.
func NewPhi(cfg PhiConfig) *Phi {
	p := &Phi{cfg: cfg, z: quantileOf(cfg.Threshold)}
	p.Reset(0)
	return p
}

// Reset implements Detector. Two intervals around the expected one stand for a history,
// with a deviation of a quarter of it, as in Akka.
func (p *Phi) Reset(now sim.Time) {
	mean := p.cfg.Expected.Seconds()
	p.intervals = append(p.intervals[:0], 0.75*mean, 1.25*mean)
	p.next, p.heard, p.silent = 0, now, true
	if p.cfg.Window < len(p.intervals) {
		p.intervals = append(p.intervals[:0], mean)
	}
}

// Heard implements Detector.
func (p *Phi) Heard(now sim.Time) {
	if !p.silent && now < p.Deadline() {
		p.add(max(0, now.Sub(p.heard).Seconds())) // a clock may jump back
	}
	p.heard, p.silent = now, false
}

func (p *Phi) add(interval float64) {
	if len(p.intervals) < p.cfg.Window {
		p.intervals = append(p.intervals, interval)
		return
	}
	p.intervals[p.next] = interval
	p.next = (p.next + 1) % p.cfg.Window
}

// Deadline implements Detector: where φ reaches the threshold.
func (p *Phi) Deadline() sim.Time {
	mean, deviation := p.law()
	return p.heard.Add(time.Duration((mean + float64(p.z*deviation)) * float64(time.Second)))
}

// law returns mean, with the accepted pause, and deviation of the intervals, in
// seconds. Sums are made anew each time: to correct running ones would gather errors of
// rounding for as long as the run lasts.
func (p *Phi) law() (mean, deviation float64) {
	n := float64(len(p.intervals))
	for _, x := range p.intervals {
		mean += x
	}
	mean /= n
	variance := 0.0
	for _, x := range p.intervals {
		variance += float64((x - mean) * (x - mean))
	}
	deviation = max(math.Sqrt(variance/n), p.cfg.MinDeviation.Seconds())
	return mean + p.cfg.Pause.Seconds(), deviation
}

// quantileOf returns how many deviations above the mean φ reaches a value: where the
// normal law leaves 10^−φ. It is rounded to a millionth, since the last bits of the
// functions of package math differ between processors, and runs must not.
func quantileOf(phi float64) float64 {
	low, high := -40.0, 40.0 // the normal law leaves less than 10^−300 beyond
	for range 60 {
		middle := (low + high) / 2
		if -math.Log10(0.5*math.Erfc(middle/math.Sqrt2)) < phi {
			low = middle
		} else {
			high = middle
		}
	}
	return math.Round(low*1e6) / 1e6
}
