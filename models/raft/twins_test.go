package raft

import (
	"strings"
	"testing"
	"time"

	"replsim/sim"
)

// Twin is this model with one mistake that a student, or a database, has made
// before. Twins exist in tests only.
type Twin struct {
	Name   string
	Says   string       // what shows that something is wrong
	Faults int          // that a small scenario needs at most to show it
	edit   func(*chaos) // without which it cannot show
	broken func(*server)
}

// Build is the twin's version of Build.
func (t Twin) Build(w *sim.World, cfg Config, nodes []sim.NodeConfig, office sim.NodeConfig) *Cluster {
	return build(w, cfg, nodes, office, t.boot)
}

// boot starts a node and spoils it.
func (t Twin) boot(c *Cluster, e *sim.Env) {
	c.boot(e)
	t.broken(c.servers[c.group.place(e.ID())])
}

// stale is what a history says that a read spoils.
const stale = "not linearizable"

// Twins are all of them.
var Twins = []Twin{
	{"commits old terms by counting", "Leader Completeness", 4, shortTerms, commitsOldTerms},
	{"forgets its vote in a restart", "Election Safety", 2, splitVotes, forgetsVote},
	{"trusts its lease for ever", stale, 2, withLeases, trustsForEver},
	{"reads without asking whether it still leads", stale, 2, nil, readsAtOnce},
	{"takes half of the voters for a majority", "Election Safety", 1, nil, halfIsEnough},
	{"commits what half of the voters have", "Leader Completeness", 2, nil, commitsByHalf},
	{"takes entries without looking what is before them", "Log Matching", 2, nil, takesAnything},
	{"acknowledges before its flush", "Leader Completeness", 2, slowDisks, acknowledgesEarly},
	{"votes for shorter logs", "Leader Completeness", 2, nil, votesForAnybody},
	{"votes twice in a term", "Election Safety", 2, splitVotes, votesTwice},
	{"leads on after a restart", "Leader Append-Only", 1, nil, leadsOn},
	{"drops the tail behind a snapshot", "Leader Completeness", 2, withSnapshots, dropsTail},
	{"commits what it does not have from this leader", "State Machine Safety", 2, nil, commitsBlindly},
	{"counts a disk that was lost", "Leader Completeness", 3, nil, countsLostDisk},
	{"removes several members at once", "Election Safety", 3, manyChanges, removesMany},
	{"applies each write again that is sent again", stale, 1, withSessions, appliesAgain},
}

// splitVotes makes many candidates, and voters that restart.
func splitVotes(x *chaos) {
	x.cfg.PreVote, x.cfg.CheckQuorum, x.cfg.ReadMode = false, false, ReadIndex
	x.delay, x.blinks, x.blink = law("exponential(mean=20ms)"), true, law("exponential(mean=300ms)")
}

// shortTerms makes leaders fall before they have told others of their entries.
func shortTerms(x *chaos) {
	splitVotes(x)
	x.nodes, x.cfg.Learners, x.cfg.Voters, x.changes = 3, 0, 0, 0
	x.cfg.MaxBatch, x.cfg.MaxInflight = 100, 1
	x.cfg.ElectionTimeout, x.cfg.Heartbeat = law("uniform(min=30ms, max=90ms)"), 10*time.Millisecond
	x.delay, x.blink = law("exponential(mean=10ms)"), law("exponential(mean=150ms)")
}

func slowDisks(x *chaos)     { x.flush = law("20ms") }
func withLeases(x *chaos)    { x.cfg.CheckQuorum, x.cfg.ReadMode = true, LeaseRead }
func withSnapshots(x *chaos) { x.cfg.LogKeep = 3 }
func withSessions(x *chaos)  { x.cfg.Sessions = true }

func manyChanges(x *chaos) { x.nodes, x.cfg.Voters, x.cfg.Learners, x.changes = 5, 5, 0, 20 }

// removesMany removes all but two members when it is told to remove one.
func removesMany(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m Order) {
		if n.lead == nil || m.Kind != RemoveServer || n.members.voters() < 5 {
			n.onOrder(from, m)
			return
		}
		n.lead.change(&Members{n.members.list[:2]})
	})
}

// commitsOldTerms counts the replicas of any entry (paper, figure 8).
func commitsOldTerms(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m AppendReply) {
		n.onAppendReply(from, m)
		if n.lead != nil {
			if to := n.lead.majority(); to > n.commit {
				n.commitTo(to)
			}
		}
	})
}

func forgetsVote(s *server) {
	s.node.hard.Vote, s.node.disk.hard.Vote = sim.NoNode, sim.NoNode
}

// changed gives a node settings of its own.
func changed(s *server, edit func(*Config)) {
	cfg := *s.cfg
	edit(&cfg)
	s.cfg, s.node.cfg = &cfg, &cfg
}

func trustsForEver(s *server) { changed(s, func(c *Config) { c.LeaseDuration = time.Hour }) }

func readsAtOnce(s *server) { changed(s, func(c *Config) { c.ReadMode = LocalRead }) }

func halfIsEnough(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m Vote) {
		n.onVote(from, m)
		if n.role == Candidate && len(n.votes)*2 >= n.members.voters() && m.Granted && !m.Pre {
			n.becomeLeader()
		}
	})
}

func commitsByHalf(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m AppendReply) {
		n.onAppendReply(from, m)
		if n.lead == nil {
			return
		}
		n.lead.majority() // sorts the ends
		ends := n.lead.ends
		if to := kthLargest(ends, len(ends)/2); to > n.commit && n.termAt(to) == n.lead.term {
			n.commitTo(to)
		}
	})
}

func takesAnything(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m Append[Write]) {
		if m.Prev >= n.log.Base() && m.Prev <= n.log.End() {
			m.PrevTerm = n.termAt(m.Prev)
		}
		n.onAppend(from, m)
	})
}

func acknowledgesEarly(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m Append[Write]) {
		n.onAppend(from, m)
		if n.leader == from && n.verified == n.log.End() {
			sim.Send(n.env, from, AppendReply{Term: n.hard.Term, Match: n.verified, Disk: n.disk.id})
		}
	})
}

func votesForAnybody(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m RequestVote) {
		m.LastTerm, m.LastIndex = n.lastTerm(), n.log.End()
		n.onRequestVote(from, m)
	})
}

func votesTwice(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m RequestVote) {
		if n.role == Follower {
			n.hard.Vote, n.leader = sim.NoNode, sim.NoNode
		}
		n.onRequestVote(from, m)
	})
}

// leadsOn takes the leadership that it had before a crash for its own still.
func leadsOn(s *server) {
	n := s.node
	if n.log.End() > 0 && n.hard.Vote == n.env.ID() && n.lastTerm() == n.hard.Term && n.lead == nil {
		n.becomeLeader()
	}
}

func dropsTail(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m InstallSnapshot) {
		last := m.Offset+m.bytes == m.Total
		if last && n.hear(from, m.Term) && m.Last.Index >= n.log.Base() {
			n.restore(m)
			n.ackDue = true
			n.save(n.acknowledge)
			return
		}
		n.onInstallSnapshot(from, m)
	})
	// Snapshots come seldom otherwise.
	sim.Handle(n.env, func(from sim.NodeID, m HeartbeatReply) {
		n.onHeartbeatReply(from, m)
		if n.lead == nil || n.disk.snap.Index == 0 {
			return
		}
		if p := n.lead.find(from); p != nil && p.snap == nil {
			n.lead.startSnapshot(p)
		}
	})
}

func commitsBlindly(s *server) {
	n := s.node
	sim.Handle(n.env, func(from sim.NodeID, m Append[Write]) {
		n.onAppend(from, m)
		if n.leader == from {
			n.learnCommit(min(m.Commit, n.log.End()))
		}
	})
}

func countsLostDisk(s *server) { s.node.disk.id = 0 }

func appliesAgain(s *server) { changed(s, func(c *Config) { c.Sessions = false }) }

// twinSeeds is how many runs of chaos a twin may take to be found.
const twinSeeds = 600

// A checker that never fails proves nothing: random faults have to find each twin, and
// what is found is what the mistake breaks.
func TestChaosFindsBrokenTwins(t *testing.T) {
	for _, twin := range Twins {
		t.Run(twin.Name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				t.Skip("takes hundreds of runs")
			}
			for seed := range uint64(twinSeeds) {
				for _, found := range runTwin(newChaos(seed, twin.boot, twin.edit)) {
					if strings.Contains(found, twin.Says) {
						t.Logf("seed %d: %s", seed, found)
						return
					}
				}
			}
			t.Errorf("%d runs broke nothing that says %q", twinSeeds, twin.Says)
		})
	}
}

// runTwin is run for a model that may be so broken that it stops.
func runTwin(x *chaos) (found []string) {
	defer func() {
		if stopped := recover(); stopped != nil {
			found = x.c.Audit()
		}
	}()
	return x.run()
}
