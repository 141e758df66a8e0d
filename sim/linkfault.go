package sim

import (
	"time"

	"replsim/sim/dist"
)

// Direction is one direction between two nodes.
type Direction struct{ From, To NodeID }

// Directions names the links that a fault strikes, at the instant it does.
type Directions func() []Direction

// Between returns all directions between two sets of nodes, both ways if so asked.
func Between(a, b []NodeID, bothWays bool) []Direction {
	var out []Direction
	for _, x := range a {
		for _, y := range b {
			if x == y {
				continue
			}
			out = append(out, Direction{x, y})
			if bothWays {
				out = append(out, Direction{y, x})
			}
		}
	}
	return out
}

// Cut lets no message through the links while it lasts: a partition, symmetric,
// one-way or partial, is a set of cut directions. Messages already under way
// arrive. A cut breaks connections: what is sent into it is lost, also on ordered
// links. Unless they survive: TCP then repeats what was sent into the cut, and all
// of it arrives, in order, after the end. If the connection breaks meanwhile, by
// another cut, with its receiver, or with a sender whose machine dies, what waits is lost.
type Cut struct {
	Links   Directions
	Survive bool
}

func (f Cut) begin(w *World, effect *Effect) func() {
	return overlay(w, f.Links(), &linkFault{cut: !f.Survive, holds: f.Survive, factor: 1, effect: effect})
}

// Degrade makes links slow or lossy: delays are multiplied by Factor (0 counts as
// 1), Add is added, and the share Loss of messages is lost.
type Degrade struct {
	Links  Directions
	Factor float64
	Add    time.Duration
	Loss   float64
}

func (f Degrade) begin(w *World, effect *Effect) func() {
	return overlay(w, f.Links(), &linkFault{factor: orOne(f.Factor), add: f.Add, loss: f.Loss, effect: effect})
}

// Flap cuts links again and again: down for a time drawn from Down, up for one
// drawn from Up.
type Flap struct {
	Name     string // names its random stream
	Links    Directions
	Up, Down dist.Spec
}

func (f Flap) begin(w *World, effect *Effect) func() {
	down := w.Draws(f.Down, "flap/"+f.Name+"/down")
	up := w.Draws(f.Up, "flap/"+f.Name+"/up")
	links := f.Links()
	over := false
	var restore func()
	var cut func()
	cut = func() {
		if over {
			return
		}
		restore = overlay(w, links, &linkFault{cut: true, factor: 1, effect: effect})
		w.At(w.now.Add(down.Next()), func() {
			if over {
				return
			}
			restore()
			restore = nil
			w.At(w.now.Add(up.Next()), cut)
		})
	}
	cut()
	return func() {
		over = true
		if restore != nil {
			restore()
		}
	}
}

// overlay puts a fault on links and returns what takes it off.
func overlay(w *World, dirs []Direction, f *linkFault) func() {
	for _, d := range dirs {
		l := w.link(d.From, d.To)
		l.faults = append(l.faults, f)
		if f.cut {
			l.cutOff(f.effect)
		}
	}
	return func() {
		for _, d := range dirs {
			l := w.link(d.From, d.To)
			l.faults = without(l.faults, f)
			l.release()
		}
	}
}
