package measure

import (
	"slices"

	"replsim/models/kv"
	"replsim/sim"
)

// name returns one of the versions of a record.
func (f *feed) name(r *feedRecord) kv.Version { return r.names[f.rng.IntN(len(r.names))] }

// lead makes a node the leader of an epoch with the log that it has.
func (f *feed) lead(n *feedNode, epoch uint32) {
	if f.style == promoted {
		n.apply(f, len(n.log))
	}
	f.truth.takesOver(n)
	n.leading, n.up, n.epoch = true, true, epoch
	n.restart = f.starts[epoch]
	f.starts[epoch]++
	n.done, n.flushed = len(n.log), len(n.log)
	f.epoch, f.top = epoch, n
	fact := kv.LeaderStarted{Epoch: epoch}
	n.voted = f.style == elected
	switch f.style {
	case elected:
		fact.Undecided = true
	case balloted:
		n.done = n.applied + f.rng.IntN(len(n.log)-n.applied+1)
	}
	if n.done > n.applied {
		fact.Last = f.name(n.log[n.done-1])
	}
	fact.Start = sim.LSN(n.done)
	if !n.voted {
		f.truth.adopt(n.log[:n.done])
	}
	sim.Report(f.envs[n.id], fact)
	for i, r := range n.log[n.done:] {
		again := kv.Appended{Version: kv.VersionAt(epoch, sim.LSN(n.done+i+1)), Op: r.op, Key: r.key, Was: f.name(r)}
		sim.Report(f.envs[n.id], again)
		r.names = append(r.names, again.Version)
	}
}

// crashLeader takes the leader down with the end of its log.
func (f *feed) crashLeader() {
	n := f.top
	if !n.leading || !n.up {
		f.restartOrFail(n)
		return
	}
	f.truth.topLog = slices.Clone(n.log)
	lost := f.rng.IntN(len(n.log) - n.flushed + 1)
	n.log = n.log[: len(n.log)-lost : len(n.log)-lost]
	f.down(n)
	sim.Report(f.envs[n.id], sim.Crashed{Unflushed: int64(lost)})
	if f.rng.IntN(2) == 0 {
		f.restartOrFail(n)
	}
}

func (f *feed) down(n *feedNode) {
	n.up, n.leading = false, false
	n.applied = min(n.applied, len(n.log))
	n.rebuild()
	// Reads under way may have seen what gets a second meaning: let them fail.
	for i := len(f.reads) - 1; i >= 0; i-- {
		if f.reads[i].node == nil {
			f.reads[i].node = n
		}
		f.endRead(i)
	}
}

// restartOrFail ends the time without a leader.
func (f *feed) restartOrFail(n *feedNode) {
	if !n.up && len(n.log) > 0 && f.rng.IntN(2) == 0 {
		if f.style == promoted {
			f.lead(n, n.epoch)
		} else {
			f.lead(n, f.epoch+1)
		}
		for _, o := range f.nodes { // they must not go on with what was lost
			if o != n {
				f.rejoin(o)
			}
		}
		return
	}
	o := n
	for o == n || !o.up && f.rng.IntN(4) > 0 {
		o = f.nodes[f.rng.IntN(feedReplicas)]
	}
	o.up = true
	if o.leading {
		o.leading = false
		sim.Report(f.envs[o.id], kv.LeaderStopped{Epoch: o.epoch})
	}
	f.promote(o)
}

// promote makes a follower the leader of a new epoch.
func (f *feed) promote(n *feedNode) {
	if n.leading || !n.up || n == f.top {
		return
	}
	old := f.top
	if !f.split && old.up && old.leading {
		old.leading = false
		sim.Report(f.envs[old.id], kv.LeaderStopped{Epoch: old.epoch})
	}
	f.lead(n, f.epoch+1)
}

func (f *feed) loseDisk(n *feedNode) {
	if !f.disks || !n.up || n.leading && n != f.top {
		return
	}
	if n == f.top {
		f.truth.topLog = slices.Clone(n.log)
	}
	n.log, n.applied = nil, 0
	f.down(n)
	sim.Report(f.envs[n.id], sim.Crashed{DiskLost: true})
	if n == f.top {
		f.restartOrFail(n)
	}
	n.up = true
}

// restore gives a follower the leader's state.
func (f *feed) restore(n *feedNode) {
	l := f.top
	if n.leading || !l.leading || !l.up || l.applied == 0 {
		return
	}
	n.up = true
	n.log = slices.Clone(l.log[:l.applied])
	n.applied = l.applied
	n.rebuild()
	f.truth.applied(n, f.w.Now())
	sim.Report(f.envs[n.id], kv.Restored{Version: f.name(n.log[n.applied-1])})
}
