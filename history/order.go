package history

import (
	"cmp"
	"slices"

	"github.com/anishathalye/porcupine"

	"replsim/models/kv"
)

// register is what porcupine knows of a record: a write sets its value, a read
// returns it. Inputs are registerInputs, states and outputs values.
var register = porcupine.Model{
	Init: func() any { return kv.OpID(0) },
	Step: func(state, input, output any) (bool, any) {
		in := input.(registerInput)
		if in.kind == kv.Write {
			return true, in.value
		}
		return state == output, state
	},
}

// registerInput is a write of a value, or a read.
type registerInput struct {
	kind  kv.Kind
	value kv.OpID
}

// event is an operation as porcupine gets it: it took effect between call and ret.
type event struct {
	op        *operation
	call, ret int64
}

// window is how many operations porcupine judges at once, about. Its work grows with the
// square of it.
const window = 256

// explained asks porcupine whether a register can have done this. Where no operation
// is under way the value is known, if all before took effect in turn, and a new window
// begins with it. (More operations than a window holds come only from instants.)
func explained(events []event) bool {
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.call, b.call) })
	known := kv.OpID(0)
	for len(events) > 0 {
		n := quiet(events)
		if !porcupine.CheckOperations(register, operations(events[:n], known)) {
			return false
		}
		known = events[n-1].op.value
		events = events[n:]
	}
	return true
}

// quiet returns how many events make a window: the next one begins when all of them
// are over.
func quiet(events []event) int {
	n := min(window, len(events))
	for n < len(events) && events[n-1].ret >= events[n].call {
		n++
	}
	return n
}

// operations puts events in porcupine's words, behind a write of the value known before.
func operations(events []event, known kv.OpID) []porcupine.Operation {
	start := events[0].call - 1
	out := []porcupine.Operation{{Input: registerInput{kv.Write, known}, Call: start, Return: start}}
	for _, e := range events {
		out = append(out, porcupine.Operation{
			ClientId: int(e.op.session), Input: registerInput{e.op.kind, e.op.value},
			Output: e.op.value, Call: e.call, Return: e.ret,
		})
	}
	return out
}

// instants gives every operation on values that do not collide an instant at which it
// takes effect. Between one place in the order of facts and the next there is room for
// many. A value that lasts is written just before its zone begins, and read when a
// read of it is invoked, or at once. A value that does not is written and read within one
// such room: at the invoke of its last operation, or if another value lasts then, when
// that one has ended.
func instants(values []*value) []event {
	room := int64(4*len(values) + 8)
	var out []event
	at := func(o *operation, instant int64) {
		if ret := o.ret; instant <= o.call*room || ret != forever && instant >= ret*room {
			panic("history: an instant outside of its operation")
		}
		out = append(out, event{op: o, call: instant, ret: instant})
	}
	var lasting *value
	waiting := int64(0) // values behind the zone of lasting
	for _, v := range values {
		if v.lasts() {
			at(v.write, v.from()*room-2)
			for _, r := range v.reads {
				at(r, max(r.call*room+1, v.from()*room-1))
			}
			lasting, waiting = v, 0
			continue
		}
		instant := v.from()*room + 2
		if lasting != nil && v.from() < lasting.to() {
			waiting++
			instant = lasting.to()*room + 2 + 2*waiting
		}
		at(v.write, instant)
		for _, r := range v.reads {
			at(r, instant+1)
		}
	}
	return out
}
