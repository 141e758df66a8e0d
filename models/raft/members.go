package raft

import (
	"slices"

	"replsim/models/kv"
	"replsim/sim"
)

// Server is a member of a group. A machine that has lost its disk has forgotten whom it
// voted for and what it has acknowledged, so it is another server at the same
// address: Disk tells the two apart, as random server IDs do elsewhere. It has no
// vote until an operator removes the old server and adds the new one.
type Server struct {
	ID      sim.NodeID
	Disk    uint32
	Learner bool // receives the log, but does not vote
}

// Members are the servers of a group at some point of its log. They never change;
// a change makes new ones.
type Members struct{ list []Server }

// find returns the member at an address.
func (m *Members) find(id sim.NodeID) (Server, bool) {
	for _, s := range m.list {
		if s.ID == id {
			return s, true
		}
	}
	return Server{}, false
}

// votes tells whether a server is a voter.
func (m *Members) votes(id sim.NodeID, disk uint32) bool {
	s, ok := m.find(id)
	return ok && !s.Learner && s.Disk == disk
}

// quorum returns how many voters are a majority.
func (m *Members) quorum() int { return m.voters()/2 + 1 }

func (m *Members) voters() int {
	count := 0
	for _, s := range m.list {
		if !s.Learner {
			count++
		}
	}
	return count
}

// changed is the fact that these are the members from now on.
func (m *Members) changed() kv.MembersChanged {
	return kv.MembersChanged{Voters: m.voters(), Learners: len(m.list) - m.voters()}
}

// with returns the members with one added, or replaced by its new role.
func (m *Members) with(s Server) *Members {
	list := slices.DeleteFunc(slices.Clone(m.list), func(o Server) bool { return o.ID == s.ID })
	return &Members{append(list, s)}
}

// without returns the members without one.
func (m *Members) without(id sim.NodeID) *Members {
	return &Members{slices.DeleteFunc(slices.Clone(m.list), func(o Server) bool { return o.ID == id })}
}

// change is a Change in the log.
type change struct {
	index   sim.LSN
	members *Members
}

// membersAt returns the members that hold at a place of the log.
func (n *Node[C]) membersAt(index sim.LSN) *Members {
	for _, c := range slices.Backward(n.changes) {
		if c.index <= index {
			return c.members
		}
	}
	return n.disk.baseMembers
}

// adopt makes the last members in the log count, committed or not (thesis 4.1).
func (n *Node[C]) adopt() {
	n.members = n.membersAt(n.log.End())
	if n.lead != nil {
		n.lead.meetPeers()
	}
}

// isVoter tells whether this server has a vote, as far as it knows.
func (n *Node[C]) isVoter() bool { return n.members.votes(n.env.ID(), n.disk.id) }
