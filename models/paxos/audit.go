package paxos

import (
	"fmt"

	"replsim/models/kv"
	"replsim/sim"
)

// audit looks at all nodes at once, as nobody in the cluster can, and holds what they
// do against what Paxos promises. It goes along with every run: what it finds is a
// mistake of this package.
//
//   - In one ballot, one value is proposed for a slot, and only that is accepted in it.
//   - At most one value is chosen for a slot: accepted by a phase-2 quorum in one ballot.
//   - What a node takes to be decided, or applies, is that value.
//   - A node accepts nothing below what it has ever promised to others, not even after
//     a restart.
//   - A node applies the slots one after the other, and never goes back.
//   - At rest, all hold the state that the decided values lead to.
type audit struct {
	c     *Cluster
	count int
	first []string // in words

	fates slots[fate] // of the slots that some node has not applied yet
	state Store       // what the decisions of the slots before lead to
	since int         // applications, of which every so many looks for what to forget
	deeds []deeds     // by node
}

// deeds is what a node has done, through all its incarnations.
type deeds struct {
	promised uint32
	flushed  sim.LSN // its journal was looked at up to here
	applied  sim.LSN
}

// fate is what has become of a slot.
type fate struct {
	chosen bool    // a quorum has accepted the value …
	by     uint32  // … in this ballot, the lowest such
	value  Value   // if it is chosen, or somebody has taken it to be
	taken  bool    // somebody has
	last   tally   // in the latest ballot that was proposed in
	older  []tally // in others
}

// tally counts the votes for what was proposed in a ballot.
type tally struct {
	ballot uint32 // 0: none
	votes  int
	value  Value
}

// described is how many breaches are put in words.
const described = 10

func (a *audit) breach(format string, args ...any) {
	if a.count++; a.count <= described {
		text := fmt.Sprintf(format, args...)
		a.first = append(a.first, fmt.Sprintf("%v: %s", a.c.world.Now(), text))
	}
}

func (a *audit) init(c *Cluster, nodes int) {
	a.c, a.state, a.deeds = c, make(Store, c.cfg.Keys), make([]deeds, nodes)
	sim.Observe(c.world, func(_ sim.Time, id sim.NodeID, f kv.Restored) {
		if d := &a.deeds[c.index(id)]; f.Version.LSN() > d.applied {
			d.applied = f.Version.LSN()
		}
	})
}

// booted begins an incarnation. What it finds on its disk, the one before may have
// flushed without having had the time to go on.
func (a *audit) booted(r *replica) {
	d := &a.deeds[a.c.index(r.env.ID())]
	if r.disk.applied == 0 && r.journal.End() == 0 { // the disk was lost
		d.flushed, d.applied = 0, 0
	}
	if r.disk.applied != d.applied {
		a.breach("%s had applied %d slots, and after a restart %d", a.name(r.env.ID()), d.applied, r.disk.applied)
		d.applied = r.disk.applied
	}
	a.flushed(r)
}

// proposed is told what a leader proposes.
func (a *audit) proposed(ballot uint32, slot sim.LSN, value Value) {
	if slot <= a.fates.base {
		a.breach("slot %d is proposed in ballot %d, but all have applied it", slot, ballot)
		return
	}
	f := a.fates.at(slot)
	if f.tally(ballot) != nil {
		a.breach("two values are proposed for slot %d in ballot %d", slot, ballot)
		return
	}
	if f.chosen && ballot > f.by && f.value != value {
		a.breach("%s is proposed for slot %d in ballot %d, but %s was chosen", show(value), slot, ballot, show(f.value))
	}
	if f.last.ballot != 0 {
		f.older = append(f.older, f.last)
	}
	f.last = tally{ballot: ballot, value: value}
}

// tally finds the votes of a ballot.
func (f *fate) tally(ballot uint32) *tally {
	if f.last.ballot == ballot {
		return &f.last
	}
	for i := range f.older {
		if f.older[i].ballot == ballot {
			return &f.older[i]
		}
	}
	return nil
}

// flushed counts the votes that have come to be on a node's disk.
func (a *audit) flushed(r *replica) {
	d := &a.deeds[a.c.index(r.env.ID())]
	from := max(d.flushed, r.journal.Base())
	d.flushed = r.journal.Flushed()
	for _, rec := range r.journal.Slice(from, d.flushed) {
		if rec.Slot > 0 && rec.Ballot > 0 {
			a.voted(r.env.ID(), rec, d)
		}
	}
}

func (a *audit) voted(node sim.NodeID, rec record, d *deeds) {
	if rec.Ballot < d.promised {
		a.breach("%s accepts slot %d in ballot %d, but it has promised %d", a.name(node), rec.Slot, rec.Ballot, d.promised)
	}
	if rec.Slot <= a.fates.base {
		return
	}
	f := a.fates.at(rec.Slot)
	t := f.tally(rec.Ballot)
	if t == nil || t.value != rec.Value {
		a.breach("%s accepts %s for slot %d in ballot %d, which was not proposed", a.name(node), show(rec.Value), rec.Slot, rec.Ballot)
		return
	}
	if t.votes++; t.votes == a.c.cfg.Phase2Quorum {
		a.agree(f, rec.Slot, rec.Value, "is chosen")
		if !f.chosen || rec.Ballot < f.by {
			f.chosen, f.by = true, rec.Ballot
		}
	}
}

// agree holds a value against the one that is known for a slot.
func (a *audit) agree(f *fate, slot sim.LSN, value Value, what string) {
	if (f.chosen || f.taken) && f.value != value {
		a.breach("%s %s for slot %d, which was decided as %s", show(value), what, slot, show(f.value))
		return
	}
	f.value = value
}

// promised is told that a node answers phase 1.
func (a *audit) promised(node sim.NodeID, ballot uint32) {
	d := &a.deeds[a.c.index(node)]
	if ballot < d.promised {
		a.breach("%s promises ballot %d, but it has promised %d", a.name(node), ballot, d.promised)
	}
	d.promised = max(d.promised, ballot)
}

// decided is told what a node takes to be decided.
func (a *audit) decided(node sim.NodeID, slot sim.LSN, value Value) {
	if slot <= a.fates.base {
		return
	}
	f := a.fates.at(slot)
	if !f.chosen {
		a.breach("%s takes %s to be decided for slot %d, but no quorum has it on its disks", a.name(node), show(value), slot)
	}
	a.agree(f, slot, value, "is decided")
	f.taken = true
}

// forgetEvery is after how many applications the audit looks for slots that all have
// applied.
const forgetEvery = 1024

// applied is told what a node applies.
func (a *audit) applied(node sim.NodeID, slot sim.LSN, value Value) {
	d := &a.deeds[a.c.index(node)]
	if slot != d.applied+1 {
		a.breach("%s applies slot %d after slot %d", a.name(node), slot, d.applied)
	}
	d.applied = slot
	if f := a.fates.get(slot); a.fates.has(slot) && (!f.taken || f.value != value) {
		a.breach("%s applies %s in slot %d, which was decided as %s", a.name(node), show(value), slot, show(f.value))
	}
	if a.since++; a.since%forgetEvery == 0 {
		a.forget()
	}
}

// forget drops the slots that all have applied.
func (a *audit) forget() {
	to := a.deeds[0].applied
	for _, d := range a.deeds {
		to = min(to, d.applied)
	}
	for slot := a.fates.base + 1; slot <= to; slot++ {
		a.state.apply(a.fates.get(slot).value)
	}
	a.fates.forget(to)
}

// apply writes a value whose version does not matter.
func (s Store) apply(v Value) {
	if op := v.writes(); op != 0 {
		s[v.Key].Value = op
	}
}

// Audit returns what the nodes did wrong so far. If they are at rest (see CaughtUp)
// their states have to be what the decisions lead to. It is to be called at the end of a
// run, once.
func (c *Cluster) Audit() []string {
	a := &c.audit
	if c.CaughtUp() {
		to := c.replicas[c.Leader()].disk.applied
		for slot := a.fates.base + 1; slot <= to; slot++ {
			a.state.apply(a.fates.get(slot).value)
		}
		for _, id := range c.nodes {
			if c.world.Up(id) {
				a.compare(id, c.replicas[id].disk.state)
			}
		}
	}
	if a.count > described {
		return append(a.first, fmt.Sprintf("and %d more", a.count-described))
	}
	return a.first
}

// compare holds a state against what the decisions lead to.
func (a *audit) compare(node sim.NodeID, state Store) {
	for key, cell := range state {
		if cell.Value != a.state[key].Value {
			a.breach("at rest, %s holds %d for key %d, where %d was decided", a.name(node), cell.Value, key, a.state[key].Value)
			return
		}
	}
}

func (a *audit) name(id sim.NodeID) string { return a.c.world.Node(id).Name }

// show names a value.
func show(v Value) string {
	switch {
	case v.Op == 0:
		return "a no-op"
	case v.Kind == kv.Read:
		return fmt.Sprintf("read %d", v.Op)
	}
	return fmt.Sprintf("write %d", v.Op)
}
