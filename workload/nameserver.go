package workload

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
	"replsim/sim/dist"
)

// NameServerConfig describes a name server (DNS) with one record: the address of the
// leader.
type NameServerConfig struct {
	Leader sim.NodeID // what the record says at the start
	// Update is how long the provider takes until an announced change is in the record
	// that resolvers get.
	Update dist.Spec
}

// lookup asks a name server for the leader's address.
type lookup struct{}

// Size implements sim.Message: a header and a name.
func (lookup) Size() int { return 64 }

// address answers a lookup.
type address struct{ node sim.NodeID }

// Size implements sim.Message.
func (address) Size() int { return 64 }

// nameServer is the program of a name server. Its record outlives crashes: the service
// is the provider's, and redundant.
type nameServer struct {
	cfg    NameServerConfig
	record *nameRecord
	env    *sim.Env
	update *sim.Draws
}

// nameRecord is what the name server answers.
type nameRecord struct {
	node  sim.NodeID
	epoch uint32 // in which that node announced itself
	heard uint32 // the highest epoch announced so far
}

// BuildNameServer adds a name server to the world; its Boot is set here.
func BuildNameServer(w *sim.World, cfg NameServerConfig, node sim.NodeConfig) sim.NodeID {
	record := &nameRecord{node: cfg.Leader}
	node.Boot = func(e *sim.Env) {
		s := &nameServer{cfg: cfg, record: record, env: e, update: e.Draws(cfg.Update, "update")}
		sim.Handle(e, s.onAnnouncement)
		sim.Handle(e, func(from sim.NodeID, _ lookup) { sim.Send(e, from, address{record.node}) })
	}
	return w.AddNode(node)
}

// onAnnouncement changes the record after a while. An announcement of an epoch that is
// not new is a repetition, or comes from a leader that has been deposed.
func (s *nameServer) onAnnouncement(leader sim.NodeID, m kv.Announcement) {
	sim.Send(s.env, leader, kv.Noted(m))
	if m.Epoch <= s.record.heard {
		return
	}
	s.record.heard = m.Epoch
	s.env.NewTimer(func() {
		if m.Epoch > s.record.epoch {
			s.record.node, s.record.epoch = leader, m.Epoch
		}
	}).Reset(s.update.Next())
}

// resolver is what a client knows of the leader's name: the address, and until when it
// may be used without asking again.
type resolver struct {
	server  sim.NodeID
	ttl     time.Duration
	until   sim.Time
	asked   sim.Time // when the lookup that is under way began
	asking  bool
	waiting []deadline // attempts that wait for the answer
}

// lookupAgain is when a lookup without an answer is repeated: five seconds, as in
// resolv.conf.
const lookupAgain = 5 * time.Second

// newResolver begins with a cached address. Clients of a cluster that has been there
// for long looked it up at different times: how much is left of its time is chance. A client
// that has been restarted has to ask.
func (c *client) newResolver(restarted bool) *resolver {
	r := &resolver{server: c.cfg.NameServer, ttl: c.cfg.TTL}
	if ttl := int64(r.ttl); !restarted && ttl > 0 {
		r.until = sim.Time(c.env.Stream("ttl").Int64N(ttl))
	}
	sim.Handle(c.env, c.onAddress)
	return r
}

// resolve lets an attempt wait for the address of the leader.
func (c *client) resolve(op *operation) {
	r := c.names
	op.unsent = true
	r.waiting = append(r.waiting, deadline{n: op.n, attempt: op.attempts})
	if !r.asking || c.now().Sub(r.asked) >= lookupAgain {
		r.asking, r.asked = true, c.now()
		sim.Send(c.env, r.server, lookup{})
	}
}

// onAddress sends what has waited for the address and has not timed out meanwhile.
func (c *client) onAddress(_ sim.NodeID, a address) {
	r := c.names
	r.asking, r.until = false, c.now().Add(r.ttl)
	c.router.leader = c.g.serverOf(a.node)
	waiting := r.waiting
	r.waiting = nil
	for _, w := range waiting {
		if op := c.ops.find(w.n); op != nil && op.unsent && op.attempts == w.attempt {
			op.unsent, op.server = false, int32(c.router.leader)
			c.send(op)
		}
	}
}
