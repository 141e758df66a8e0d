package history

import (
	"cmp"
	"slices"

	"replsim/models/kv"
)

// value is one value of a record, with the operations that tell when it was current:
// the write that made it and the reads that returned it.
type value struct {
	write *operation
	reads []*operation

	first, last *operation // the one that returned first, the one invoked last
}

// add counts an operation among those of the value.
func (v *value) add(o *operation) {
	if v.first == nil || o.ret < v.first.ret {
		v.first = o
	}
	if v.last == nil || o.call > v.last.call {
		v.last = o
	}
}

// lasts tells whether the value was current for a time and not only at some instant:
// from the return of its first operation to the invoke of its last. Gibbons and
// Korach call this a forward zone; the other kind, a backward one, is the time that
// all operations on the value have in common.
func (v *value) lasts() bool { return v.first.ret < v.last.call }

// from and to are the ends of a zone, of either kind.
func (v *value) from() int64 { return min(v.first.ret, v.last.call) }
func (v *value) to() int64   { return max(v.first.ret, v.last.call) }

// The write that nobody made, that of the value 0, is over when the first fact comes.
const beforeAll = -2

// valuesOf sorts the operations of a record by value. The history cannot be explained
// if a read returned what nobody wrote, or what was written later.
//
// A write that may have taken effect several times does not keep its reads together:
// each may have seen an effect of its own. So each such read becomes a value of its
// own, written by a write that began as the real one and never returned.
func valuesOf(ops []*operation) ([]*value, *conflict) {
	initial := &operation{kind: kv.Write, key: ops[0].key, call: beforeAll, ret: beforeAll + 1, effects: once, sure: true}
	values := []*value{{write: initial}}
	byID := map[kv.OpID]*value{0: values[0]}
	for _, o := range ops {
		if o.kind == kv.Write {
			v := &value{write: o}
			values, byID[o.id] = append(values, v), v
		}
	}
	for _, o := range ops {
		if o.kind == kv.Write {
			continue
		}
		v := byID[o.value]
		switch {
		case v == nil:
			return nil, &conflict{ops: []*operation{o}}
		case o.ret < v.write.call:
			return nil, &conflict{ops: []*operation{o, v.write}}
		case v.write.effects == several:
			effect := *v.write
			effect.ret, effect.sure = forever, false
			values = append(values, &value{write: &effect, reads: []*operation{o}})
		default:
			v.reads = append(v.reads, o)
		}
	}
	// A write that nobody saw and nobody knows to have succeeded need not have happened.
	values = slices.DeleteFunc(values, func(v *value) bool { return !v.write.sure && len(v.reads) == 0 })
	for _, v := range values {
		v.add(v.write)
		for _, r := range v.reads {
			v.add(r)
		}
	}
	slices.SortFunc(values, func(a, b *value) int { return cmp.Compare(a.from(), b.from()) })
	return values, nil
}

// collide returns the first two zones of which a register cannot have both, or nil.
// Two values that last must not overlap, and one that is current at some instant
// needs an instant at which no other one lasts. If all is so, there is an order.
func collide(values []*value) *conflict {
	var lasting *value // the one that ends last of those before
	for _, v := range values {
		if lasting != nil && v.from() < lasting.to() && (v.lasts() || v.to() < lasting.to()) {
			return &conflict{ops: slices.Concat(span(lasting), span(v)), values: []*value{lasting, v}}
		}
		if v.lasts() {
			lasting = v
		}
	}
	return nil
}

// span returns the operations that span a value's zone: its write and its ends.
func span(v *value) []*operation {
	ops := []*operation{v.write}
	for _, o := range []*operation{v.first, v.last} {
		if !slices.Contains(ops, o) {
			ops = append(ops, o)
		}
	}
	return ops
}
