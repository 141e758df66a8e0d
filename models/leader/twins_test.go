package leader

import (
	"math/rand/v2"

	"replsim/models/kv"
	"replsim/sim"
)

// Twin is this model with one mistake that a student, or a database, has made
// before. Twins exist in tests only; the swarm has to find each of them.
type Twin struct {
	Name   string
	Says   string // the invariant or promise that it breaks
	Faults int    // that a small scenario needs at most to show it
	broken func(*replica)
}

// Build is the twin's version of Build.
func (t Twin) Build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig) *Cluster {
	c := &Cluster{cfg: cfg, world: w, replicas: map[sim.NodeID]*replica{}}
	for _, n := range nodes {
		n.Boot = func(e *sim.Env) {
			c.boot(e)
			t.broken(c.replicas[e.ID()])
		}
		c.nodes = append(c.nodes, w.AddNode(n))
	}
	office.Boot = c.bootOperator
	w.AddNode(office)
	c.watch()
	return c
}

// Twins are all of them. An orderly failover takes four faults: the leader dies, others are
// away, the rest forget what they have not flushed, and one takes over.
var Twins = []Twin{
	{"acknowledges before its flush", "outlives an orderly failover", 4, acknowledgesBeforeFlush},
	{"acknowledges as applied what it has received", "have applied, all show", 1, acknowledgesBeforeFlush},
	{"counts an acknowledgement twice", "outlives an orderly failover", 4, countsAckTwice},
	{"counts one standby's acknowledgement for all", "on all disks outlives any failover", 1, countsAckTwice},
	{"answers before its own flush", "loses nothing it has flushed", 1, answersBeforeFlush},
	{"forgets to truncate", "differs from its leader's", 1, forgetsToTruncate},
	{"leads without a new epoch", "both lead epoch", 2, leadsInTheOldEpoch},
	{"leads after a restart", "nobody else ever leads", 1, leadsAfterRestart},
	{"applies what is not flushed", "but flushed only", 1, appliesUnflushed},
	{"takes over without what it has received", "on all disks outlives any failover", 1, forgetsItsTail},
	{"takes records of any connection", "differs from its leader's", 1, takesAnyConnection},
	{"cuts back its own log for a follower's", "is not next in a log", 1, cutsBackItsOwn},
	{"serves reads from the wrong end of a tie", "is never stale", 1, servesOldValues},
	{"shows some readers what is not committed", "nobody replaces are linearizable", 1, showsUncommitted},
	{"connects each follower once", "agree in the end", 1, connectsOnce},
	{"asks a random generator of its own", "the same scenario and seed give the same run", 1, rollsDice},
	{"takes the log to be longer than it is", "the program stops", 1, readsBehindTheEnd},
}

func acknowledgesBeforeFlush(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Append) {
		r.onAppend(from, m)
		if f := r.follow; f.conn.open() && r.disk.leader != sim.NoNode {
			end := r.log.End()
			sim.Send(r.env, r.disk.leader, Ack{Conn: f.conn, Ends: [levels]sim.LSN{end, end, end}})
		}
	})
}

func countsAckTwice(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, a Ack) {
		r.onAck(from, a)
		if r.lead == nil {
			return
		}
		for _, p := range r.lead.peers {
			for level, end := range a.Ends {
				p.acked[level] = max(p.acked[level], end)
			}
		}
		r.lead.commit()
	})
}

func answersBeforeFlush(r *replica) {
	cfg := *r.cfg
	cfg.LocalFlush = false
	r.cfg = &cfg
}

func forgetsToTruncate(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Welcome) {
		if r.accepts(from, m) {
			r.join(m)
			r.follow.tell()
		}
	})
}

func leadsInTheOldEpoch(r *replica) {
	sim.Handle(r.env, func(_ sim.NodeID, m Promote) {
		if m.Epoch > r.disk.epoch && r.lead == nil {
			r.startLeading(r.disk.epoch)
		}
	})
}

func leadsAfterRestart(r *replica) {
	if r.lead == nil && r.log.Flushed() > 0 {
		r.onPromote(r.env.ID(), Promote{Epoch: r.c.nextEpoch(r.env.ID(), r.disk.epoch)})
	}
}

func appliesUnflushed(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Append) {
		r.onAppend(from, m)
		if r.lead == nil {
			r.advanceApplied(r.log.End())
		}
	})
}

func forgetsItsTail(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Promote) {
		r.rewind(r.applied)
		r.onPromote(from, m)
	})
}

func takesAnyConnection(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Append) {
		m.Conn = r.follow.conn
		r.onAppend(from, m)
	})
}

func cutsBackItsOwn(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, h Hello) {
		if r.lead != nil && h.End >= r.log.Base() && h.End >= r.disk.history[len(r.disk.history)-1].Start {
			r.rewind(h.End)
		}
		r.onHello(from, h)
	})
}

// servesOldValues answers a read with what the record held before its last write.
func servesOldValues(r *replica) {
	old := r.state.clone()
	sim.Handle(r.env, func(client sim.NodeID, req kv.Request) {
		if req.Kind == kv.Read && r.env.Rand().IntN(4) == 0 {
			cell := old[req.Key]
			sim.Send(r.env, client, kv.Reply{ID: req.ID, Value: cell.Value, Version: cell.Version, Leader: r.disk.leader})
			return
		}
		old[req.Key] = r.state[req.Key]
		r.onRequest(client, req)
	})
}

func connectsOnce(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, h Hello) {
		if r.lead == nil || !r.lead.peer(from).streaming {
			r.onHello(from, h)
		}
	})
}

// showsUncommitted answers every other read from the end of the log. No read is stale by
// it, since nobody has been told of those writes yet; but the next one goes back.
func showsUncommitted(r *replica) {
	r.serve = sim.NewJobs(r.env.CPU(), func(j work) {
		if j.req.Kind == kv.Read && r.lead != nil && j.req.ID%2 == 0 {
			for lsn := r.log.End(); lsn > r.applied; lsn-- {
				if rec := r.log.At(lsn); rec.Key == j.req.Key {
					reply := kv.Reply{ID: j.req.ID, Value: rec.Op, Version: r.versionAt(lsn), Leader: r.env.ID()}
					sim.Send(r.env, j.client, reply)
					return
				}
			}
		}
		r.onServed(j)
	})
}

func rollsDice(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, a Ack) {
		if rand.IntN(10) > 0 {
			r.onAck(from, a)
		}
	})
}

func readsBehindTheEnd(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, h Hello) {
		if r.lead != nil && h.End > r.log.Base() {
			r.log.At(h.End)
		}
		r.onHello(from, h)
	})
}

// Twins that only show where somebody watches the leader. See guard_test.go.
var (
	ForgetsToDemote = Twin{Name: "forgets to demote itself", broken: func(r *replica) {
		if r.lead != nil && r.lead.tenure != nil {
			r.lead.tenure.expiry.Stop()
			r.lead.tenure = nil
		}
	}}
	CountsFromTheAnswer = Twin{Name: "counts its lease from the answer", broken: func(r *replica) {
		sim.Handle(r.env, func(from sim.NodeID, m Renewal) {
			m.Sent = r.env.Clock()
			r.onRenewal(from, m)
		})
	}}
	KeepsItsPromiseInMemory = Twin{Name: "forgets what it has promised", broken: func(r *replica) {
		sim.Handle(r.env, func(from sim.NodeID, m Seal) {
			r.onSeal(from, m)
			r.disk.promised = 0
			r.disk.leader = r.c.nodes[0]
			r.follow.connect()
		})
	}}
)
