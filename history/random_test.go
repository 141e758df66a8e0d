package history

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/anishathalye/porcupine"

	"replsim/models/kv"
	"replsim/sim"
)

// anyOps draws the operations of a few clients on one record that behaves, with writes
// that surface late or again, and now and then a read that returns something else.
func anyOps(r *rand.Rand, n, overlap int) []*operation {
	type effect struct {
		at    int
		value kv.OpID
	}
	var effects []effect
	var ops []*operation
	for i := range n {
		call := i*10 + r.IntN(10)
		ret := call + 1 + r.IntN(overlap*10)
		o := &operation{id: kv.OpID(i + 1), kind: kv.Read, call: int64(call), ret: int64(ret), sure: true, effects: once}
		if r.IntN(2) == 0 {
			o.kind, o.value = kv.Write, o.id
			effects = append(effects, effect{call + r.IntN(ret-call+1), o.value})
			switch r.IntN(6) {
			case 0: // unknown: late or never
				o.sure, o.ret = false, forever
				effects[len(effects)-1].at += r.IntN(10 * n)
			case 1:
				o.effects = several
				effects = append(effects, effect{call + r.IntN(10*n), o.value})
			case 2:
				o.effects, o.sure, o.ret = several, false, forever
				effects = append(effects, effect{call + r.IntN(10*n), o.value})
			}
		}
		ops = append(ops, o)
	}
	slices.SortStableFunc(effects, func(a, b effect) int { return cmp.Compare(a.at, b.at) })
	for _, o := range ops {
		if o.kind == kv.Write {
			continue
		}
		at := int(o.call) + r.IntN(int(o.ret-o.call)+1)
		for _, e := range effects {
			if e.at <= at {
				o.value = e.value
			}
		}
		if r.IntN(2*n) == 0 {
			o.value = kv.OpID(r.IntN(n + 1))
		}
	}
	// The places in the order of facts are all different: double them, and returns
	// are odd.
	slices.SortStableFunc(ops, func(a, b *operation) int { return cmp.Compare(a.call, b.call) })
	for i, o := range ops {
		o.call = o.call*1000 + int64(i)
		if o.ret != forever {
			o.ret = o.ret*1000 + 500 + int64(i)
		}
	}
	return ops
}

// anywhere is the state of a register for the history as it is: what may take effect
// any number of times is started by an instant of its own, and reads may bring it about.
type anywhere struct {
	value   kv.OpID
	started string // of the writes that may take effect again, as bits
}

// whole lets porcupine judge a history as it is, without help.
func whole(ops []*operation) bool {
	again := map[kv.OpID]int{} // the bit of each write that may take effect again
	var in []porcupine.Operation
	type input struct {
		op      *operation
		starts  bool
		started int
	}
	for _, o := range ops {
		if o.kind == kv.Write && o.effects == several {
			again[o.id] = len(again)
			in = append(in, porcupine.Operation{Input: input{op: o, starts: true, started: again[o.id]}, Call: o.call, Return: o.call})
			if !o.sure {
				continue
			}
		}
		in = append(in, porcupine.Operation{Input: input{op: o}, Call: o.call, Return: o.ret})
	}
	return porcupine.CheckOperations(porcupine.Model{
		Init: func() any { return anywhere{started: string(make([]byte, len(again)))} },
		Step: func(state, i, _ any) (bool, any) {
			s, in := state.(anywhere), i.(input)
			switch {
			case in.starts:
				bits := []byte(s.started)
				bits[in.started] = 1
				return true, anywhere{s.value, string(bits)}
			case in.op.kind == kv.Write:
				return true, anywhere{in.op.value, s.started}
			case in.op.value == s.value:
				return true, s
			}
			bit, ok := again[in.op.value]
			return ok && s.started[bit] == 1, anywhere{in.op.value, s.started}
		},
	}, in)
}

// TestAgainstPorcupine compares verdicts with those of porcupine alone.
func TestAgainstPorcupine(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	verdicts := map[bool]int{}
	for range 6000 {
		ops := anyOps(r, 4+r.IntN(16), 1+r.IntN(4))
		c := judge(ops)
		verdicts[c == nil]++
		if want := whole(ops); want != (c == nil) {
			for _, o := range ops {
				t.Logf("%s %d: %d–%d value %d effects %d", o.kind, o.id, o.call, o.ret, o.value, o.effects)
			}
			t.Fatalf("porcupine says %t: %+v", want, c)
		}
	}
	if verdicts[true] < 1000 || verdicts[false] < 1000 {
		t.Errorf("verdicts %v: the test is idle", verdicts)
	}
}

// TestLong judges a history of many windows, with and without one stale read at its end.
func TestLong(t *testing.T) {
	for _, stale := range []bool{false, true} {
		h := busy(20_000, 50, 1)
		if stale {
			h.invoked(forever-1, kv.Invoked{Op: 1 << 40, Kind: kv.Read, Key: 0})
			h.returned(forever-1, kv.Returned{Op: 1 << 40, Kind: kv.Read, Key: 0, Value: 1, Attempts: 1})
		}
		v := h.Judge()
		if v.Keys != 1 || (v.Wrong == 1) != stale {
			t.Errorf("with a stale read %t: %+v", stale, v)
		}
	}
}

// busy is the history of clients in closed loops that share some records, of which each
// operation takes effect in the middle.
func busy(n, clients, keys int) *History {
	h := &History{open: map[kv.OpID]int{}}
	r := rand.New(rand.NewPCG(3, 4))
	values := make([]kv.OpID, keys)
	type pending struct {
		f    kv.Invoked
		done bool
		saw  kv.OpID
	}
	under := make([]pending, clients)
	for i := 0; i < n; {
		s := r.IntN(clients)
		p := &under[s]
		switch {
		case p.f.Op == 0:
			i++
			p.f = kv.Invoked{Op: kv.OpID(i), Kind: kv.Kind(r.IntN(2)), Key: kv.Key(r.IntN(keys)), Session: int32(s)}
			h.invoked(sim.Time(i), p.f)
		case !p.done:
			if p.done = true; p.f.Kind == kv.Write {
				values[p.f.Key] = p.f.Op
			}
			p.saw = values[p.f.Key]
		default:
			h.returned(sim.Time(i), kv.Returned{Op: p.f.Op, Kind: p.f.Kind, Key: p.f.Key, Session: p.f.Session, Value: p.saw, Attempts: 1})
			*p = pending{}
		}
	}
	return h
}

// BenchmarkJudge judges runs of 10,000 operations of 50 clients.
func BenchmarkJudge(b *testing.B) {
	for _, keys := range []int{1, 10, 1000} {
		b.Run(fmt.Sprintf("keys=%d", keys), func(b *testing.B) {
			h := busy(10_000, 50, keys)
			b.ReportAllocs()
			for b.Loop() {
				if v := h.Judge(); v.Wrong != 0 {
					b.Fatal(v)
				}
			}
		})
	}
}
