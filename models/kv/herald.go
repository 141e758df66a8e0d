package kv

import (
	"time"

	"replsim/sim"
)

// Announcement tells a name server that its sender leads from now on, in an epoch.
type Announcement struct{ Epoch uint32 }

// Size implements sim.Message.
func (Announcement) Size() int { return headerBytes }

// Noted answers an Announcement.
type Noted struct{ Epoch uint32 }

// Size implements sim.Message.
func (Noted) Size() int { return headerBytes }

// Herald announces to name servers that its node leads, again and again until they have
// all heard it, as the agent of a cluster manager does on the node. A nil Herald has
// nobody to tell.
type Herald struct {
	env   *sim.Env
	to    []sim.NodeID
	deaf  []bool // who has not heard yet
	epoch uint32
	again *sim.Timer
}

// announceAgain is the time between two attempts to announce something.
const announceAgain = time.Second

// NewHerald returns the herald of a node that boots; nil if there are no name servers.
func NewHerald(e *sim.Env, to []sim.NodeID) *Herald {
	if len(to) == 0 {
		return nil
	}
	h := &Herald{env: e, to: to, deaf: make([]bool, len(to))}
	h.again = e.NewTimer(h.announce)
	sim.Handle(e, h.onNoted)
	return h
}

// Lead begins to announce that the node leads.
func (h *Herald) Lead(epoch uint32) {
	if h == nil {
		return
	}
	h.epoch = epoch
	for i := range h.deaf {
		h.deaf[i] = true
	}
	h.announce()
}

// Stop ends it, because the node leads no more.
func (h *Herald) Stop() {
	if h != nil {
		h.again.Stop()
	}
}

func (h *Herald) announce() {
	for i, id := range h.to {
		if h.deaf[i] {
			sim.Send(h.env, id, Announcement{h.epoch})
			h.again.Reset(announceAgain)
		}
	}
}

func (h *Herald) onNoted(from sim.NodeID, m Noted) {
	for i, id := range h.to {
		if id == from && m.Epoch == h.epoch {
			h.deaf[i] = false
		}
	}
}
