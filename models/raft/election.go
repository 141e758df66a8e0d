package raft

import (
	"replsim/models/kv"
	"replsim/sim"
)

// ballot is one voter's answer.
type ballot struct {
	voter   sim.NodeID
	granted bool
}

// onElectionTimeout is called when the node has not heard from a leader for too long, or
// its candidacy has come to nothing.
func (n *Node[C]) onElectionTimeout() {
	n.restartElectionTimer()
	if !n.mayCampaign() {
		return
	}
	if n.cfg.PreVote {
		n.preCampaign()
		return
	}
	n.campaign(false)
}

// preCampaign asks the others whether they would vote for this node. Its term stays as
// it is: so a node that was cut off does not depose the leader when it returns
// (thesis 9.6).
func (n *Node[C]) preCampaign() {
	n.role, n.leader = PreCandidate, sim.NoNode
	n.votes = n.votes[:0]
	report(n, kv.CampaignBegan{Epoch: n.hard.Term + 1, PreVote: true})
	n.askForVotes(RequestVote{Term: n.hard.Term + 1, Pre: true})
	n.countOwn()
}

// campaign begins an election: a new term, with a vote for oneself.
func (n *Node[C]) campaign(transfer bool) {
	term := n.hard.Term + 1
	n.role, n.leader = Candidate, sim.NoNode
	n.hard = hardState{Term: term, Vote: n.env.ID()}
	n.verified, n.ackDue = 0, false
	n.redrawTimeout()
	n.restartElectionTimer()
	n.votes = n.votes[:0]
	report(n, kv.CampaignBegan{Epoch: term})
	n.save(func() {
		if n.role == Candidate && n.hard.Term == term {
			n.askForVotes(RequestVote{Term: term, Transfer: transfer})
			n.countOwn()
		}
	})
}

// askForVotes asks all other voters.
func (n *Node[C]) askForVotes(m RequestVote) {
	m.LastIndex, m.LastTerm = n.log.End(), n.lastTerm()
	for _, s := range n.members.list {
		if !s.Learner && s.ID != n.env.ID() {
			sim.Send(n.env, s.ID, m)
		}
	}
}

// mayCampaign: a server that is being removed is needed as long as that is not
// committed: it may be the only one whose log is long enough (thesis 4.2.2).
func (n *Node[C]) mayCampaign() bool {
	return n.isVoter() || n.membersAt(n.commit).votes(n.env.ID(), n.disk.id)
}

// countOwn counts the candidate's own vote, if it has one.
func (n *Node[C]) countOwn() {
	if n.isVoter() {
		n.count(n.env.ID(), true)
	}
}

// onRequestVote grants a vote, at most one in a term, to a candidate whose log is not
// behind the own one (paper 5.4.1).
func (n *Node[C]) onRequestVote(from sim.NodeID, m RequestVote) {
	if m.Term > n.hard.Term {
		if n.trustsLeader(m.Pre) && !m.Transfer {
			return
		}
		if !m.Pre {
			n.becomeFollower(m.Term)
		}
	}
	if m.Term < n.hard.Term || !n.mayVoteFor(from, m) || !n.upToDate(m) {
		n.flush()
		sim.Send(n.env, from, Vote{Term: n.hard.Term, Pre: m.Pre, Disk: n.disk.id})
		return
	}
	vote := Vote{Term: m.Term, Pre: m.Pre, Granted: true, Disk: n.disk.id}
	if m.Pre {
		sim.Send(n.env, from, vote)
		return
	}
	n.hard.Vote = from
	n.restartElectionTimer()
	n.save(func() { sim.Send(n.env, from, vote) })
}

// mayVoteFor tells whether the node has not given its vote to somebody else. Promises
// in a pre-vote do not bind.
func (n *Node[C]) mayVoteFor(from sim.NodeID, m RequestVote) bool {
	if m.Pre && m.Term > n.hard.Term {
		return true
	}
	return n.hard.Vote == from || n.hard.Vote == sim.NoNode && n.leader == sim.NoNode
}

// upToDate compares the last entries of two logs: the later term wins, and in one
// term the longer log.
func (n *Node[C]) upToDate(m RequestVote) bool {
	last := n.lastTerm()
	return m.LastTerm > last || m.LastTerm == last && m.LastIndex >= n.log.End()
}

// onVote counts an answer. One to a former candidacy, or from a server that is not
// the voter it once was, does not count.
func (n *Node[C]) onVote(from sim.NodeID, m Vote) {
	if m.Term > n.hard.Term && !(m.Pre && m.Granted) {
		n.becomeFollower(m.Term)
		n.flush()
		return
	}
	current := n.role == Candidate && !m.Pre && m.Term == n.hard.Term
	if m.Pre {
		current = n.role == PreCandidate && (!m.Granted || m.Term == n.hard.Term+1)
	}
	if current && n.members.votes(from, m.Disk) {
		n.count(from, m.Granted)
	}
}

// count notes an answer and ends the campaign if a majority is for it, or against.
func (n *Node[C]) count(voter sim.NodeID, granted bool) {
	yes, no := 0, 0
	known := false
	for _, b := range n.votes {
		known = known || b.voter == voter
	}
	if !known {
		n.votes = append(n.votes, ballot{voter, granted})
	}
	for _, b := range n.votes {
		if b.granted {
			yes++
		} else {
			no++
		}
	}
	switch quorum := n.members.quorum(); {
	case yes >= quorum && n.role == PreCandidate:
		n.campaign(false)
	case yes >= quorum:
		n.becomeLeader()
	case no >= quorum:
		n.role = Follower
		n.redrawTimeout()
	}
}

// becomeFollower follows whoever leads a term, which may be the present one. A
// follower or candidate keeps its timer: only a leader's word, or a vote, is a reason to
// wait. (With ticks, as in etcd, a new term restarts it.) The caller has a new term
// flushed. What depends on that, a vote or the acknowledgement of an entry, waits for it.
func (n *Node[C]) becomeFollower(term uint32) {
	was := n.role
	if n.lead != nil {
		n.stopLeading()
	}
	n.role = Follower
	if term > n.hard.Term {
		n.hard = hardState{Term: term, Vote: sim.NoNode}
		n.leader = sim.NoNode
		n.verified, n.ackDue = 0, false
		n.redrawTimeout()
		if n.saver.unsaved = n.cfg.PersistVotes == PersistFlush; !n.saver.unsaved {
			n.disk.hard = n.hard
		}
	}
	if was == Leader {
		n.leader = sim.NoNode
		n.restartElectionTimer()
	}
}

// hear notes a message from a leader, and tells whether it comes from the present
// one. Who sends it with an older term is told of the new one.
func (n *Node[C]) hear(from sim.NodeID, term uint32) bool {
	if term < n.hard.Term {
		return false
	}
	if term > n.hard.Term || n.role != Follower {
		n.becomeFollower(term)
		n.flush()
	}
	if n.leader != from {
		n.leader = from
		report(n, kv.Followed{Epoch: term, Leader: from})
		n.askAgain()
	}
	n.clock.heard = n.env.Monotonic()
	n.restartElectionTimer()
	return true
}
