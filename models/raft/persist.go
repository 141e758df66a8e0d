package raft

import "replsim/sim"

// saver makes log, term and vote durable, one flush after the other: what comes
// during a flush shares the next one. So the disk sets the pace at which entries are
// gathered into messages, too.
type saver struct {
	flushing bool
	unsaved  bool      // the hard state has changed since the flush began
	saving   hardState // what the flush under way makes durable
	covered  []func()  // to be done after it …
	next     []func()  // … and after the next one
	wake     *sim.Jobs[struct{}]
	wakeCost *sim.Draws
}

func (n *Node[C]) initSaver() {
	n.saver.wake = sim.NewJobs(n.env.CPU(), func(struct{}) { n.onFlushed() })
	n.saver.wakeCost = n.env.Draws(n.cfg.Wake, "wake")
}

// save makes the hard state durable and then does something that must not be done
// before: a vote that is told and then forgotten may be given twice.
func (n *Node[C]) save(then func()) {
	if n.cfg.PersistVotes == PersistFree {
		n.disk.hard = n.hard
		then()
		return
	}
	n.saver.next = append(n.saver.next, then)
	n.saver.unsaved = true
	n.flush()
}

// flush makes durable what is new, or waits for the flush under way to end.
func (n *Node[C]) flush() {
	s := &n.saver
	fresh := n.log.End() > n.log.Flushed()
	if s.flushing || !fresh && !s.unsaved {
		return
	}
	s.flushing, s.unsaved, s.saving = true, false, n.hard
	s.covered, s.next = s.next, nil
	if fresh {
		n.log.Flush()
	} else {
		n.log.Force()
	}
}

// onSynced wakes the process that has asked for the flush.
func (n *Node[C]) onSynced(sim.LSN) {
	if n.cfg.PersistVotes == PersistFlush {
		n.disk.hard = n.saver.saving
	}
	n.keepApplied()
	if cost := n.saver.wakeCost.Next(); cost > 0 {
		n.saver.wake.Do(cost, struct{}{})
		return
	}
	n.onFlushed()
}

// onFlushed goes on with what has waited for the disk.
func (n *Node[C]) onFlushed() {
	n.saver.flushing = false
	ready := n.saver.covered
	n.saver.covered = nil
	for _, do := range ready {
		do()
	}
	if n.lead != nil {
		n.lead.onFlushed()
	} else {
		n.acknowledge()
	}
	n.flush()
	n.compact()
}
