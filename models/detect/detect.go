package detect

import (
	"time"

	"replsim/sim"
)

// Detector tells when to suspect a process from what was heard of it. All instants
// are of one clock, the watcher's.
type Detector interface {
	// Reset forgets what was heard: another process is watched from now on.
	Reset(now sim.Time)
	// Heard tells that a heartbeat was received.
	Heard(now sim.Time)
	// Deadline returns the instant from which the process is suspected unless a
	// heartbeat comes before.
	Deadline() sim.Time
}

// Timeout is the detector with a fixed time-out.
type Timeout struct {
	After time.Duration // how long silence may last
	heard sim.Time
}

// NewTimeout returns a detector that suspects after so long a silence.
func NewTimeout(after time.Duration) *Timeout { return &Timeout{After: after} }

// Reset implements Detector: the silence begins now.
func (t *Timeout) Reset(now sim.Time) { t.heard = now }

// Heard implements Detector.
func (t *Timeout) Heard(now sim.Time) { t.heard = now }

// Deadline implements Detector.
func (t *Timeout) Deadline() sim.Time { return t.heard.Add(t.After) }
