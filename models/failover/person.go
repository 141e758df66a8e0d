package failover

import (
	"replsim/models/leader"
	"replsim/sim"
)

// messageBytes is the assumed size of a message between the parts of a manager.
const messageBytes = 64

// Alarm tells the person on call whether an observer suspects the leader.
type Alarm struct {
	On   bool
	Lost leader.Lost
}

// Size implements sim.Message.
func (Alarm) Size() int { return messageBytes }

// alarm is what an observer adds to its watch if a person decides: it tells the person
// what it suspects, again and again since messages may be lost.
type alarm struct {
	*watch
	again *sim.Timer
}

func newAlarm(w *watch) {
	a := &alarm{watch: w}
	a.again = w.env.NewTimer(a.raise)
	w.changed = a.raise
}

func (a *alarm) raise() {
	sim.Send(a.env, a.team.person, Alarm{On: a.suspects, Lost: a.lost()})
	a.again.Stop()
	if a.suspects {
		a.again.Reset(a.team.cfg.Every)
	}
}

// staleAfter is how many periods what an observer has said remains true.
const staleAfter = 5

// person is somebody on call.
type person struct {
	team     *Team
	env      *sim.Env
	alarms   []alarmed // by observer
	reaction *sim.Timer
	delay    *sim.Draws
	promoter *leader.Promoter
	busy     bool
}

// alarmed is an alarm, and when it was heard last.
type alarmed struct {
	on   bool
	lost leader.Lost
	at   sim.Time
}

func (t *Team) bootPerson(e *sim.Env) {
	p := &person{team: t, env: e, alarms: make([]alarmed, len(t.observers))}
	p.promoter = t.promoter(e)
	p.delay = e.Draws(t.cfg.Reaction, "reaction")
	p.reaction = e.NewTimer(p.react)
	sim.Handle(e, p.onAlarm)
}

// onAlarm notes an alarm. When enough observers raise one, the person begins to react;
// when they have ceased before anything was done, the person leaves it at that.
func (p *person) onAlarm(from sim.NodeID, m Alarm) {
	for i, id := range p.team.observers {
		if id == from {
			p.alarms[i] = alarmed{m.On, m.Lost, p.env.Clock()}
		}
	}
	_, down := p.alarmed()
	switch {
	case down && !p.busy && !p.reaction.Armed():
		p.reaction.Reset(p.delay.Next())
	case !down && p.busy && p.promoter.Harmless():
		p.promoter.Stop()
		p.busy = false
	}
}

// alarmed returns the leader that enough observers suspect, if there is one.
func (p *person) alarmed() (leader.Lost, bool) {
	var lost leader.Lost
	for _, a := range p.alarms {
		if a.on {
			lost = later(lost, a.lost)
		}
	}
	n := 0
	for _, a := range p.alarms {
		fresh := p.env.Clock().Sub(a.at) <= staleAfter*p.team.cfg.Every
		if a.on && fresh && a.lost.Epoch == lost.Epoch {
			n++
		}
	}
	return lost, n >= p.team.cfg.Quorum
}

// later returns what is known of the leader of the later epoch.
func later(a, b leader.Lost) leader.Lost {
	if b.Epoch > a.Epoch || b.Epoch == a.Epoch && b.End > a.End {
		return b
	}
	return a
}

// react looks at the alarms, and if there still are enough, promotes.
func (p *person) react() {
	if lost, down := p.alarmed(); down {
		p.busy = true
		p.promoter.Begin(sim.NoNode, lost, p.finished)
	}
}

// finished goes back to sleep. Observers that have not heard of the new leader may still
// raise the old alarm: the promoter will find that somebody has taken over.
func (p *person) finished(sim.NodeID, uint32) { p.busy = false }
