package paxos

import (
	"strings"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// Twin is this model with one mistake that a student, or a database, has made
// before. Twins exist in tests only; the audit has to find each of them.
type Twin struct {
	Name   string
	Says   string // the invariant that it breaks
	Faults int    // that a small scenario needs at most to show it
	broken func(*replica)
	change func(cfg *Config, nodes int) // of the settings, or nil
}

// Build is the twin's version of Build.
func (t Twin) Build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig) *Cluster {
	if t.change != nil {
		t.change(&cfg, len(nodes))
	}
	return build(w, cfg, nodes, office, t.broken)
}

// Twins are all of them.
var Twins = []Twin{
	{Name: "forgets its promise over a restart", Says: "but it has promised", Faults: 3, broken: forgetsItsPromise},
	{Name: "accepts below its promise", Says: "but it has promised", Faults: 2, broken: acceptsBelowItsPromise},
	{Name: "promises below its promise", Says: "but it has promised", Faults: 2, broken: promisesBelowItsPromise},
	{Name: "forgets its votes over a restart", Says: "was chosen", Faults: 4, broken: forgetsItsVotes},
	{Name: "promises before its flush", Says: "but it has promised", Faults: 3, broken: promisesBeforeFlush},
	{Name: "acknowledges before its flush", Says: "no quorum has it on its disks", Faults: 1, broken: acknowledgesBeforeFlush},
	{Name: "proposes what it likes", Says: "was chosen", Faults: 2, broken: proposesWhatItLikes},
	{Name: "takes the vote of the lowest ballot", Says: "was chosen", Faults: 4, broken: takesTheLowest},
	{Name: "counts a promise twice", Says: "was chosen", Faults: 3, broken: countsPromisesTwice},
	{Name: "counts half of the nodes as a quorum", Says: "decided as", Faults: 2, broken: asItIs, change: halves},
	{Name: "has quorums that need not meet", Says: "decided as", Faults: 2, broken: asItIs, change: strangers},
	{Name: "decides with one vote too few", Says: "no quorum has it on its disks", Faults: 1, broken: decidesTooSoon},
	{Name: "votes again after it has lost its disk", Says: "but it has promised", Faults: 3, broken: votesWithoutItsDisk},
	{Name: "learns what others have only accepted", Says: "no quorum has it on its disks", Faults: 2, broken: learnsVotes},
	{Name: "uses a ballot again after a restart", Says: "two values are proposed", Faults: 3, broken: usesBallotsAgain},
	{Name: "goes on with another value in its slot", Says: "was not proposed", Faults: 1, broken: sendsOtherValues},
}

func asItIs(*replica) {}

func halves(cfg *Config, nodes int) { cfg.Phase1Quorum, cfg.Phase2Quorum = nodes/2, nodes/2 }

func strangers(cfg *Config, nodes int) {
	cfg.Phase2Quorum = (nodes + 1) / 2
	cfg.Phase1Quorum = nodes - cfg.Phase2Quorum
}

func forgetsItsPromise(r *replica) { r.acceptor.promised, r.proposer.highest = 0, 0 }

func acceptsBelowItsPromise(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Accept) {
		r.acceptor.promised = min(r.acceptor.promised, m.Ballot)
		r.acceptor.onAccept(from, m)
	})
}

func promisesBelowItsPromise(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Prepare) { r.acceptor.promise(from, m) })
}

func forgetsItsVotes(r *replica) {
	r.acceptor.votes = slots[vote]{base: r.disk.applied}
	r.learner.decided, r.learner.label = r.disk.applied, r.disk.label
}

func promisesBeforeFlush(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Prepare) {
		if m.Ballot > r.acceptor.promised {
			r.acceptor.promised = m.Ballot
			r.proposer.yield(m.Ballot)
			r.acceptor.sendPromise(from, m)
			return
		}
		r.acceptor.onPrepare(from, m)
	})
}

func acknowledgesBeforeFlush(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Accept) {
		r.acceptor.onAccept(from, m)
		if end := m.From + sim.LSN(len(m.Values)); m.Ballot == r.acceptor.promised && m.From <= r.acceptor.durable {
			sim.Send(r.env, from, Accepted{Ballot: m.Ballot, End: end})
		}
	})
}

func proposesWhatItLikes(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Promise) {
		m.Votes = nil
		r.proposer.onPromise(from, m)
	})
}

func takesTheLowest(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Promise) {
		if c := r.proposer.campaign; c != nil && c.ballot == m.Ballot {
			for _, v := range m.Votes {
				if found := c.votes.get(v.Slot); found.ballot > v.Ballot {
					*c.votes.at(v.Slot) = vote{ballot: v.Ballot - 1}
				}
			}
		}
		r.proposer.onPromise(from, m)
	})
}

func countsPromisesTwice(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Promise) {
		if c := r.proposer.campaign; c != nil && c.ballot == m.Ballot {
			c.count++
		}
		r.proposer.onPromise(from, m)
	})
}

func decidesTooSoon(r *replica) {
	cfg := *r.cfg
	cfg.Phase2Quorum = max(1, cfg.Phase2Quorum-1)
	r.cfg = &cfg
}

func votesWithoutItsDisk(r *replica) { r.disk.forgetful = false }

func learnsVotes(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Accept) {
		m.Decided = max(m.Decided, m.From+sim.LSN(len(m.Values)))
		r.acceptor.onAccept(from, m)
	})
}

// usesBallotsAgain keeps its ballots in memory only, and leads without a promise of
// its own on its disk.
func usesBallotsAgain(r *replica) {
	r.proposer.highest = 0
	r.acceptor.promised = 0
}

func sendsOtherValues(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Accept) {
		if r.env.Rand().IntN(20) == 0 {
			m.Values = append([]Value(nil), m.Values...)
			for i := range m.Values {
				m.Values[i] = Value{}
			}
		}
		r.acceptor.onAccept(from, m)
	})
}

// A checker that never fails proves nothing. Random faults have to find each twin.
func TestTwins(t *testing.T) {
	for _, twin := range Twins {
		t.Run(twin.Name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				t.Skip("takes hundreds of seeds")
			}
			var said string
			for seed := range uint64(150) {
				cfg, wx := drawn(seed)
				wx.nodes = 3 + int(seed%2)
				cfg.Phase1Quorum, cfg.Phase2Quorum = Majority(wx.nodes), Majority(wx.nodes)
				wx.loseDisks = true
				said = strings.Join(attempt(newStorm(seed, cfg, wx, twin.Build), wx.until), "\n")
				if strings.Contains(said, twin.Says) {
					t.Logf("found with seed %d", seed)
					return
				}
			}
			t.Errorf("nothing says %q; the last one: %s", twin.Says, said)
		})
	}
}

// attempt lets a storm pass, and tells what was wrong; the cluster may never come to
// rest.
func attempt(s *storm, until sim.Time) (wrong []string) {
	s.w.Run(until)
	return s.c.Audit()
}

// Two quorums of half the nodes are enough to choose two values: each side of a
// partition its own.
func TestHalvesChooseTwoValues(t *testing.T) {
	w := sim.New(1)
	var nodes []sim.NodeConfig
	for _, name := range []string{"r1", "r2", "r3", "r4"} {
		nodes = append(nodes, sim.NodeConfig{Name: name})
	}
	cfg := usual(4)
	halves(&cfg, 4)
	c := build(w, cfg, nodes, sim.NodeConfig{Name: "operator"}, asItIs)
	var client *sim.Env
	acked := 0
	w.AddNode(sim.NodeConfig{Name: "client", Boot: func(e *sim.Env) {
		client = e
		sim.Handle(e, func(sim.NodeID, kv.Reply) { acked++ })
	}})
	w.Network(func(_, _ sim.NodeID) sim.LinkConfig { return sim.LinkConfig{Delay: law("1ms")} })
	w.Run(50 * ms)
	cut := sim.Between([]sim.NodeID{0, 1}, []sim.NodeID{2, 3}, true)
	w.Strike("halves", sim.Cut{Links: func() []sim.Direction { return cut }})
	w.Run(500 * ms)
	for id := range sim.NodeID(4) {
		sim.Send(client, id, kv.Request{ID: 1 + kv.OpID(id), Kind: kv.Write})
	}
	w.Run(sim.Time(time.Second))
	if wrong := c.Audit(); len(wrong) == 0 || !strings.Contains(wrong[0], "decided as") {
		t.Errorf("the audit says %q of two leaders that both commit", wrong)
	}
	if err := CheckQuorums(4, 2, 2); err == nil {
		t.Error("such quorums are not refused")
	}
}

// ReadTwins answer reads as they should not. The audit knows nothing of reads, but
// clients see it.
var ReadTwins = []Twin{
	{Name: "takes its lease to last for ever", Says: "linearizable", Faults: 2, broken: trustsItsLease},
	{Name: "promises others while a lease runs", Says: "linearizable", Faults: 2, broken: breaksLeases},
	{Name: "answers from its own state before it has applied what was acknowledged", Says: "linearizable", Faults: 2, broken: answersTooSoon},
}

func trustsItsLease(r *replica) {
	cfg := *r.cfg
	cfg.LeaseMargin = -time.Hour
	r.cfg = &cfg
}

func breaksLeases(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Accept) {
		r.acceptor.onAccept(from, m)
		r.acceptor.leased = 0
	})
}

func answersTooSoon(r *replica) {
	sim.Handle(r.env, func(client sim.NodeID, req kv.Request) {
		if req.Kind == kv.Read && r.proposer.lead != nil {
			r.answerRead(work{client: client, via: sim.NoNode, req: req})
			return
		}
		r.onRequest(client, req)
	})
}
