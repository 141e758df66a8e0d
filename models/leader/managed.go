package leader

import (
	"slices"

	"replsim/models/kv"
	"replsim/sim"
)

// A managed cluster has an agent beside each node, on the same machine, which alone
// decides what the node is (Guard.Managed): a node leads by its agent's order, Promote, and
// gives up by its order, StepDown. That others have a leader of a later epoch, it does not
// take from the network: a real server does not either. Agents may also name the standbys
// that commits wait for, in place of Config.Rule (Guard.Standbys); that is how Patroni keeps
// synchronous_standby_names up to date.

// StandbyRule is who says which standbys a commit waits for.
type StandbyRule uint8

// Who says so.
const (
	ByConfig      StandbyRule = iota // Config.Rule and Config.Standbys
	ByAgent                          // the leader's agent; while it names none, commits wait for nobody
	ByAgentStrict                    // the leader's agent; while it names none, commits wait
)

// StepDown is the agent's order to lead no more.
type StepDown struct{}

// Size implements sim.Message.
func (StepDown) Size() int { return messageBytes }

// SetStandbys is the agent's order to let commits wait for all of these standbys.
type SetStandbys struct{ Standbys []sim.NodeID }

// Size implements sim.Message.
func (m SetStandbys) Size() int { return messageBytes + 8*len(m.Standbys) }

// StandbyQuery asks a leader for its standbys.
type StandbyQuery struct{}

// Size implements sim.Message.
func (StandbyQuery) Size() int { return messageBytes }

// StandbyReport is the answer. Standbys is empty if the node does not lead.
type StandbyReport struct{ Standbys []Standby }

// Size implements sim.Message.
func (m StandbyReport) Size() int { return messageBytes + 16*len(m.Standbys) }

// Standby is a standby as its leader sees it.
type Standby struct {
	Node      sim.NodeID
	Streaming bool    // connected, and caught up since
	Acked     sim.LSN // at the level that commits wait for
	Listed    bool    // commits wait for it …
	// Safe: … and it has all that was answered before they did. So it has all that was
	// ever answered.
	Safe bool
}

// managed makes a node that is booting listen to its agent.
func (r *replica) managed() {
	sim.Handle(r.env, r.onStepDown)
	sim.Handle(r.env, r.onSetStandbys)
	sim.Handle(r.env, r.onStandbyQuery)
}

// stubborn tells whether the node leads and gives it up for nobody but its agent.
func (r *replica) stubborn() bool { return r.lead != nil && r.c.guard.Managed }

func (r *replica) onStepDown(sim.NodeID, StepDown) {
	switch {
	case r.lead != nil:
		r.demote()
	case r.promoting != 0:
		r.promoting = 0
	}
}

// onSetStandbys changes the standbys that commits wait for. If they are fewer, writes
// that have waited may commit now.
func (r *replica) onSetStandbys(_ sim.NodeID, m SetStandbys) {
	if r.lead == nil || !r.lead.entitled() {
		return
	}
	l := r.lead
	was := len(l.rule.standbys) == 0
	l.rule.name(m.Standbys, l.peers, r.log.End())
	if is := len(l.rule.standbys) == 0; is != was {
		sim.Report(r.env, kv.Degraded{On: is})
	}
	l.commit()
}

func (r *replica) onStandbyQuery(agent sim.NodeID, _ StandbyQuery) {
	var m StandbyReport
	if r.lead != nil && r.lead.entitled() {
		for _, p := range r.lead.peers {
			listed := slices.Contains(r.lead.rule.standbys, p)
			acked := p.acked[r.cfg.Level]
			m.Standbys = append(m.Standbys, Standby{
				Node: p.id, Streaming: p.conn.open() && p.streaming, Acked: acked,
				Listed: listed, Safe: listed && acked >= r.lead.rule.since,
			})
		}
	}
	sim.Send(r.env, agent, m)
}

// name makes the rule wait for the standbys that an agent has named, from where the log ends
// on. Naming the same ones again changes nothing.
func (u *rule) name(names []sim.NodeID, peers []*peer, end sim.LSN) {
	var list []*peer
	added := false
	for _, p := range peers {
		if slices.Contains(names, p.id) {
			list = append(list, p)
			added = added || !slices.Contains(u.standbys, p)
		}
	}
	if added {
		u.since = end
	}
	u.standbys = list
}

// named is the position of a rule whose standbys an agent names.
func (u *rule) named() sim.LSN {
	if len(u.standbys) == 0 {
		if u.by == ByAgentStrict {
			return 0
		}
		return unbounded
	}
	to := unbounded
	for _, p := range u.standbys {
		to = min(to, p.acked[u.cfg.Level])
	}
	return to
}
