package dcs

import (
	"slices"

	"replsim/models/raft"
	"replsim/sim"
)

// member is one incarnation of a member of the store.
type member struct {
	env    *sim.Env
	c      *Cluster
	node   *raft.Node[Command]
	state  state
	lessor *lessor

	waiting  []caller      // for what the log decides
	reads    []pendingRead // in the order of their numbers
	number   uint64        // of the last read
	revoked  uint64        // leases that this incarnation wanted to end
	watchers []watcher
}

// caller is a call of a client.
type caller struct {
	client sim.NodeID
	id     uint64
}

// pendingRead is a Get or KeepAlive that waits until it is safe to answer.
type pendingRead struct {
	number uint64
	caller
	req Request
}

// watcher wants to know of changes of a key.
type watcher struct {
	client sim.NodeID
	key    string
}

func (c *Cluster) boot(e *sim.Env) *member {
	m := &member{env: e, c: c}
	m.node = raft.Start(e, c.group, raft.Machine[Command](m))
	m.lessor = newLessor(m)
	sim.Handle(e, m.onCall)
	sim.Handle(e, m.onWatch)
	return m
}

// onCall proposes a change, or asks when a read may be answered.
func (m *member) onCall(client sim.NodeID, call Call) {
	who := caller{client, call.ID}
	switch call.Op {
	case Get, KeepAlive:
		if !m.node.Leading() {
			m.turnAway(who)
			return
		}
		m.number++
		m.reads = append(m.reads, pendingRead{m.number, who, call.Request})
		m.node.Confirm(m.number)
	default:
		if _, _, ok := m.node.Propose(Command{client, call.ID, call.Request}); !ok {
			m.turnAway(who)
			return
		}
		if !slices.Contains(m.waiting, who) {
			m.waiting = append(m.waiting, who)
		}
	}
}

func (m *member) turnAway(who caller) {
	hint := m.node.Hint()
	if hint == m.env.ID() {
		hint = sim.NoNode
	}
	m.answer(who, Answer{Result: Result{Status: NotLeader}, Leader: hint})
}

func (m *member) answer(who caller, a Answer) {
	a.ID = who.id
	sim.Send(m.env, who.client, a)
}

// revoke ends a lease that has run out.
func (m *member) revoke(id LeaseID) {
	m.revoked++
	m.node.Propose(Command{m.env.ID(), m.revoked, Request{Op: Revoke, Lease: id}})
}

// onWatch notes a watcher; it is no more than one for a client and a key.
func (m *member) onWatch(client sim.NodeID, w Watch) {
	if one := (watcher{client, w.Key}); !slices.Contains(m.watchers, one) {
		m.watchers = append(m.watchers, one)
	}
}

// Apply implements raft.Machine: it executes a change, answers the client if it waits here,
// and tells the watchers.
func (m *member) Apply(index sim.LSN, e raft.Entry[Command]) {
	c := &e.Command
	before := m.state.items
	if len(m.watchers) > 0 {
		before = slices.Clone(before)
	}
	result := m.state.apply(Revision(index), &c.Request)
	if c.Op == Grant && m.lessor != nil {
		m.lessor.granted(lease{c.Lease, c.TTL})
	}
	m.tell(before)
	who := caller{c.Client, c.ID}
	if i := slices.Index(m.waiting, who); i >= 0 {
		m.waiting = slices.Delete(m.waiting, i, i+1)
		m.answer(who, Answer{Result: result})
	}
}

// tell tells watchers whose key is not what it was.
func (m *member) tell(before []Item) {
	was := state{items: before}
	for _, w := range m.watchers {
		i, there := was.find(w.key)
		j, still := m.state.find(w.key)
		if there != still || there && before[i].Revision != m.state.items[j].Revision {
			sim.Send(m.env, w.client, Event{Key: w.key, Removed: !still})
		}
	}
}

// Readable implements raft.Machine: it answers the reads up to a number.
func (m *member) Readable(number uint64) {
	done := 0
	for done < len(m.reads) && m.reads[done].number <= number {
		r := m.reads[done]
		done++
		result := Result{}
		if r.req.Op == KeepAlive {
			result.Status = m.lessor.keepAlive(r.req.Lease)
		} else {
			result.Items = slices.Clone(m.state.items)
		}
		m.answer(r.caller, Answer{Result: result})
	}
	m.reads = m.reads[:copy(m.reads, m.reads[done:])]
}

// Deposed implements raft.Machine. What becomes of changes, their clients will not
// know.
func (m *member) Deposed() {
	for _, r := range m.reads {
		m.turnAway(r.caller)
	}
	m.reads, m.waiting = m.reads[:0], m.waiting[:0]
}

// Snapshot implements raft.Machine.
func (m *member) Snapshot() (any, int) {
	return m.state.clone(), keyBytes * (len(m.state.items) + len(m.state.leases))
}

// Restore implements raft.Machine.
func (m *member) Restore(image any) {
	if s, ok := image.(*state); ok {
		m.state = *s.clone()
		return
	}
	m.state = state{}
	for _, r := range m.c.cfg.Initial {
		m.state.apply(InitialRevision, &r)
	}
}
