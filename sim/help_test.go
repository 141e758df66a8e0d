package sim_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"replsim/sim"
	"replsim/sim/dist"
)

// ms is one millisecond of virtual time.
const ms = sim.Time(time.Millisecond)

// law reads a distribution such as "exponential(mean=5ms)".
func law(text string) dist.Spec {
	s, err := dist.Parse(text)
	if err != nil {
		panic(err)
	}
	return s
}

// note is a numbered message of 1,000 bytes; nudge is another type of message.
type (
	note  struct{ N int }
	nudge struct{ N int }
)

func (note) Size() int  { return 1000 }
func (nudge) Size() int { return 1000 }

// bed is a test bed: a world of equal nodes that note whatever arrives.
type bed struct {
	*sim.World
	env   []*sim.Env // the latest incarnation of each node
	boots []int      // how often each has booted
	got   []string   // arrivals, as "12ms 0>1 #7"
	// onBoot, if set, is called at the end of every boot.
	onBoot func(*sim.Env)
}

// newBed makes n nodes with one kind of link between them.
func newBed(n int, link sim.LinkConfig, edit ...func(*sim.NodeConfig)) *bed {
	b := &bed{World: sim.New(1), env: make([]*sim.Env, n), boots: make([]int, n)}
	for i := range n {
		cfg := sim.NodeConfig{Name: fmt.Sprint("n", i), Boot: b.boot}
		for _, f := range edit {
			f(&cfg)
		}
		b.AddNode(cfg)
	}
	b.Network(func(from, to sim.NodeID) sim.LinkConfig { return link })
	return b
}

func (b *bed) boot(e *sim.Env) {
	b.env[e.ID()] = e
	b.boots[e.ID()]++
	sim.Handle(e, func(from sim.NodeID, m note) { b.note("%d>%d #%d", from, e.ID(), m.N) })
	sim.Handle(e, func(from sim.NodeID, m nudge) { b.note("%d>%d nudge #%d", from, e.ID(), m.N) })
	if b.onBoot != nil {
		b.onBoot(e)
	}
}

// note adds a line to what happened, with the time in front.
func (b *bed) note(format string, args ...any) {
	b.got = append(b.got, fmt.Sprint(b.Now(), " ", fmt.Sprintf(format, args...)))
}

// send lets a node send note n at an instant.
func (b *bed) send(at sim.Time, from, to sim.NodeID, n int) {
	b.At(at, func() { sim.Send(b.env[from], to, note{n}) })
}

// effect returns what the i-th injected fault did.
func (b *bed) effect(i int) sim.Effect {
	_, effects := b.Effects()
	return effects[i]
}

// node returns Targets for one node, dir Directions for one direction.
func dir(from, to sim.NodeID) sim.Directions {
	return func() []sim.Direction { return []sim.Direction{{From: from, To: to}} }
}

// equal fails the test if the two differ.
func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// panics fails the test unless f panics with a message that begins with "sim: ".
func panics(t *testing.T, f func()) {
	t.Helper()
	defer func() {
		if s, ok := recover().(string); !ok || len(s) < 5 || s[:5] != "sim: " {
			t.Errorf("panic %q, want one that begins with \"sim: \"", s)
		}
	}()
	f()
}
