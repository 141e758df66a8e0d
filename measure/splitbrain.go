package measure

import (
	"time"

	"replsim/sim"
)

// splitBrain measures when two nodes act as leader of the same data.
//
//	split_brain.time    total time in which at least two nodes answer writes
//	split_brain.writes  acknowledged writes that a leader committed after one of a
//	                    later epoch had started (of the whole run)
//	split_brain.lost    those of them that are lost; all of them are in the class
//	                    diverged
//
// A node answers writes from one commit to the next unless they are more than
// Config.Window apart. So a leader that was cut off for an hour, and answers one
// more write before it hears that it was deposed, adds no hour.
type splitBrain struct {
	cfg    *Config
	spells []spell // by replica
	// until is the end of what has been added to total.
	until sim.Time
	total time.Duration
}

// spell is a time in which a node answered writes again and again.
type spell struct {
	active   bool
	from, to sim.Time
}

func newSplitBrain(cfg *Config, replicas int) *splitBrain {
	return &splitBrain{cfg: cfg, spells: make([]spell, replicas)}
}

// committed extends the spell of a replica. What it now has in common with the spell
// of another is split brain, unless a third one has added it before.
func (b *splitBrain) committed(replica int, now sim.Time) {
	s := &b.spells[replica]
	if !s.active || now.Sub(s.to) > b.cfg.Window {
		s.active, s.from = true, now
	}
	s.to = now
	for i := range b.spells {
		o := &b.spells[i]
		if !o.active || i == replica {
			continue
		}
		from, to := max(s.from, o.from, b.until, b.cfg.Warmup), min(s.to, o.to, b.cfg.End)
		if to > from {
			b.total += to.Sub(from)
			b.until = to
		}
	}
}

func (b *splitBrain) report(out *Replication, sum tally) {
	out.add("split_brain.time", "s", Mean, b.total.Seconds())
	out.count("split_brain.writes", "writes", sum.deposed)
	out.count("split_brain.lost", "writes", sum.deposedLost)
}
