package history

import (
	"cmp"
	"math"
	"slices"

	"replsim/models/kv"
	"replsim/sim"
)

// operation is one operation of the history.
type operation struct {
	id      kv.OpID
	kind    kv.Kind
	key     kv.Key
	session int32
	number  int32 // among the session's operations, from 1

	// call and ret are the places of its invoke and return in the order of all facts,
	// ret being forever if it never returned with an answer. True time would not do:
	// two facts of one instant have an order too.
	call, ret   int64
	began, done sim.Time

	value   kv.OpID // that it read or wrote
	effects effects // of a write
	sure    bool    // it succeeded
}

// forever is later than all facts.
const forever = math.MaxInt64

// effects is how often a write may have taken effect.
type effects uint8

const (
	never   effects = iota // all its attempts were turned away
	once                   // at most, and exactly if it succeeded
	several                // any number of times; at least once if it succeeded
)

// History is what the clients of one world asked and were answered.
type History struct {
	ops     []operation
	open    map[kv.OpID]int // those under way, as indices of ops
	numbers []int32         // operations of each session so far
	facts   int64
	cfg     Config
}

// Config says how often a write may take effect that its client began once.
type Config struct {
	Copies   bool // links may deliver a request twice
	Sessions bool // the database recognises repeated requests: no write takes effect twice
}

// Watch begins to keep the history of a world. Call it before Run.
func Watch(w *sim.World, cfg Config) *History {
	h := &History{open: map[kv.OpID]int{}, cfg: cfg}
	sim.Observe(w, func(at sim.Time, _ sim.NodeID, f kv.Invoked) { h.invoked(at, f) })
	sim.Observe(w, func(at sim.Time, _ sim.NodeID, f kv.Returned) { h.returned(at, f) })
	return h
}

func (h *History) invoked(at sim.Time, f kv.Invoked) {
	for int(f.Session) >= len(h.numbers) {
		h.numbers = append(h.numbers, 0)
	}
	h.numbers[f.Session]++
	h.open[f.Op] = len(h.ops)
	h.ops = append(h.ops, operation{
		id: f.Op, kind: f.Kind, key: f.Key, session: f.Session, number: h.numbers[f.Session],
		call: h.facts, ret: forever, began: at, value: f.Op, effects: h.cfg.effects(manyAttempts), // until it returns
	})
	h.facts++
}

func (h *History) returned(at sim.Time, f kv.Returned) {
	i, ok := h.open[f.Op]
	if !ok {
		return // measure.Recorder counts this as a mistake
	}
	delete(h.open, f.Op)
	o := &h.ops[i]
	o.done, o.sure = at, f.Outcome == kv.Succeeded
	o.effects = h.cfg.effects(f.Attempts - f.Refused)
	if o.sure {
		o.ret = h.facts
		if o.kind == kv.Read {
			o.value = f.Value
		}
	}
	h.facts++
}

// manyAttempts is how often a write was sent that has not returned: nobody knows.
const manyAttempts = 2

// effects returns how often a write may have taken effect that was sent so many times
// without being turned away. Of two copies of a request one may be turned away and the
// other not.
func (c Config) effects(sent int32) effects {
	switch {
	case sent == 0 && !c.Copies:
		return never
	case c.Sessions || sent == 1 && !c.Copies:
		return once
	}
	return several
}

// Verdict is what was found about a history.
type Verdict struct {
	Keys  int    // records that were read or written
	Wrong int    // of these, records whose history is not linearizable
	First string // the anomaly that came to light first, in words
}

// Judge judges what has happened so far.
func (h *History) Judge() Verdict {
	var v Verdict
	var first *conflict
	for _, ops := range h.byKey() {
		v.Keys++
		c := judge(ops)
		if c == nil {
			continue
		}
		v.Wrong++
		if first == nil || c.seen() < first.seen() {
			first = c
		}
	}
	if first != nil {
		v.First = first.text()
	}
	return v
}

// byKey returns the operations of each key that say anything, in the order of their
// invokes.
func (h *History) byKey() [][]*operation {
	var all []*operation
	for i := range h.ops {
		o := &h.ops[i]
		if o.sure || o.kind == kv.Write && o.effects != never {
			all = append(all, o)
		}
	}
	slices.SortStableFunc(all, func(a, b *operation) int { return cmp.Compare(a.key, b.key) })
	var out [][]*operation
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].key == all[0].key {
			n++
		}
		out = append(out, all[:n])
		all = all[n:]
	}
	return out
}

// judge returns how the history of one key cannot be explained, or nil.
func judge(ops []*operation) *conflict {
	values, wrong := valuesOf(ops)
	if wrong == nil {
		wrong = collide(values)
	}
	switch {
	case wrong == nil && !explained(instants(values)):
		panic("history: porcupine refuses an order of operations whose zones do not collide")
	case wrong != nil && explained(wrong.intervals()):
		panic("history: porcupine explains zones that collide: " + wrong.text())
	}
	return wrong
}
