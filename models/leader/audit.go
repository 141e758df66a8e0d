package leader

import (
	"fmt"
	"slices"

	"replsim/models/kv"
	"replsim/sim"
)

// audit looks inside the replicas for what their facts cannot show. Like the
// invariants of package measure it goes along with every run: what it finds is a
// mistake of this package.
type audit struct {
	count int
	first []string // in words
}

// described is how many breaches are put in words.
const described = 10

func (a *audit) breach(format string, args ...any) {
	if a.count++; a.count <= described {
		a.first = append(a.first, fmt.Sprintf(format, args...))
	}
}

// watch checks, whenever reads come to reflect more of a replica's log, that they
// reflect no more than there is, and at a follower no more than is on its disk.
func (c *Cluster) watch() {
	sim.Observe(c.world, func(at sim.Time, id sim.NodeID, _ kv.Applied) {
		r := c.replicas[id]
		switch {
		case r.applied > r.log.End():
			c.audit.breach("%v: %s applied up to %d, but its log ends at %d", at, c.name(id), r.applied, r.log.End())
		case r.lead == nil && r.promoting == 0 && !r.cfg.ApplyReceived && r.applied > r.log.Flushed():
			c.audit.breach("%v: follower %s applied up to %d, but flushed only %d", at, c.name(id), r.applied, r.log.Flushed())
		}
	})
}

// Audit returns what the replicas did wrong so far. If they are at rest (see
// CaughtUp) their logs and stores have to be the same, too. It is to be called at
// the end of a run, once.
func (c *Cluster) Audit() []string {
	if c.CaughtUp() {
		leader := c.replicas[c.Leader()]
		for _, id := range c.nodes {
			if c.world.Up(id) && !c.replicas[id].disk.barred {
				c.compare(c.replicas[id], leader)
			}
		}
	}
	if c.audit.count > described {
		return append(c.audit.first, fmt.Sprintf("and %d more", c.audit.count-described))
	}
	return c.audit.first
}

// compare holds a replica at rest against its leader, and its state against its own log.
func (c *Cluster) compare(r, leader *replica) {
	name := c.name(r.env.ID())
	if r.log.End() != leader.log.End() {
		c.audit.breach("at rest, the log of %s ends at %d, its leader's at %d", name, r.log.End(), leader.log.End())
		return
	}
	base, end := max(r.log.Base(), leader.log.Base()), r.log.End()
	mine, theirs := r.log.Slice(base, end), leader.log.Slice(base, end)
	for i := range mine {
		if mine[i] != theirs[i] {
			c.audit.breach("at rest, the log of %s differs from its leader's at %d: %v, %v", name, int(base)+1+i, mine[i], theirs[i])
			return
		}
	}
	if !slices.Equal(r.state, leader.state) {
		c.audit.breach("at rest, %s stores other values than its leader", name)
	}
	replayed := r.disk.base.clone()
	for lsn := r.log.Base() + 1; lsn <= r.applied; lsn++ {
		replayed.set(lsn, r.log.At(lsn))
	}
	if !slices.Equal(r.state, replayed) {
		c.audit.breach("at rest, %s stores other values than its log says", name)
	}
}

func (c *Cluster) name(id sim.NodeID) string { return c.world.Node(id).Name }
