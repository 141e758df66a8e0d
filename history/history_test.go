package history

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// play makes a history from lines such as "w1 0-10", a write of the value 1 that is
// invoked at 0 and returns at 10, and "r1 20-25", a read that returned it. A write "w1
// 0-?" has an unknown outcome, "w1x3 0-10" took three attempts, and "w1 0-!10" was refused.
func play(t testing.TB, cfg Config, lines string) *History {
	t.Helper()
	h := &History{open: map[kv.OpID]int{}, cfg: cfg}
	calls, returns := map[sim.Time]kv.Invoked{}, map[sim.Time]kv.Returned{}
	reads := kv.OpID(100)
	for i, line := range strings.FieldsFunc(lines, func(r rune) bool { return r == ';' }) {
		var kind, end string
		var value, attempts int
		var from sim.Time
		line = strings.TrimSpace(line)
		kind, line = line[:1], line[1:]
		if _, err := fmt.Sscanf(line, "%dx%d %d-%s", &value, &attempts, &from, &end); err != nil {
			attempts = 1
			if _, err := fmt.Sscanf(line, "%d %d-%s", &value, &from, &end); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
		}
		f := kv.Invoked{Op: kv.OpID(value), Kind: kv.Write, Session: int32(i)}
		r := kv.Returned{Op: f.Op, Kind: kv.Write, Value: f.Op, Session: f.Session, Attempts: int32(attempts)}
		if kind == "r" {
			reads++
			f.Op, f.Kind = reads, kv.Read
			r.Op, r.Kind = reads, kv.Read
		}
		if rest, refused := strings.CutPrefix(end, "!"); refused {
			r.Outcome, r.Refused, end = kv.Failed, int32(attempts), rest
		}
		var to sim.Time
		if end == "?" {
			r.Outcome, to = kv.Unknown, from+1
		} else if _, err := fmt.Sscan(end, &to); err != nil {
			t.Fatal(err)
		}
		calls[from], returns[to] = f, r
	}
	for at := range sim.Time(1000) {
		if f, ok := calls[at]; ok {
			h.invoked(sim.Time(time.Millisecond)*at, f)
		}
		if r, ok := returns[at]; ok {
			h.returned(sim.Time(time.Millisecond)*at, r)
		}
	}
	return h
}

func TestAnomalies(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		wrong       string // part of the description; "" if all is well
	}{
		{"one after the other", "w1 0-10; r1 20-25; w2 30-40; r2 50-55", ""},
		{"never written", "r0 0-5; w1 10-20; r1 30-35", ""},
		{"overlapping writes, either first", "w1 0-10; w2 1-11; r1 20-25", ""},
		{"overlapping writes, both orders at once", "w1 0-10; w2 1-11; r1 20-25; r2 30-35", "two values would have to be current at once"},
		{"a read during the write", "w1 0-10; r1 2-5; r1 6-8; w2 20-30", ""},
		{"stale read", "w1 0-10; w2 20-30; r1 40-45",
			"read 1 of client 3 (40ms to 45ms) returned the value of write 1 of client 1 (0s to 10ms), although write 1 of client 2 (20ms to 30ms) came after that and had succeeded before the read began"},
		{"a read of nothing after a write", "w1 0-10; r0 20-25", "read 1 of client 2 (20ms to 25ms) returned the value of no write, although write 1 of client 1 (0s to 10ms) came after that"},
		{"lost update seen", "w1 0-10; r1 12-15; w2 20-30; r2 32-35; r1 40-45", "returned the value of write 1 of client 1"},
		{"new, then old", "w1 0-10; w2 20-60; r2 22-25; r1 30-35", "read 1 of client 3 (22ms to 25ms) had returned its value before"},
		{"old, then new", "w1 0-10; w2 20-60; r1 22-25; r2 30-35", ""},
		{"a value before its write", "r1 0-5; w1 10-20", "read 1 of client 1 (0s to 5ms) returned the value of write 1 of client 2 (10ms to 20ms), which began later"},
		{"a value that nobody wrote", "w1 0-10; r7 20-25", "read 1 of client 2 (20ms to 25ms) returned a value that no write can have left there"},
		{"a refused write seen", "w1 0-!10; r1 20-25", "no write can have left there"},
		{"a refused write not seen", "w1 0-!10; r0 20-25", ""},

		{"an unknown write that never takes effect", "w1 0-10; w2 20-?; r1 40-45", ""},
		{"an unknown write that surfaces late", "w1 0-10; w2 20-?; r1 40-45; w3 50-60; r3 62-65; r2 70-75; r2 80-85", ""},
		{"an unknown write that surfaces twice", "w1 0-10; w2 20-?; r2 40-45; w3 50-60; r2 70-75", "two values would have to be current at once, that of write 1 of client 2 (20ms without an answer), returned by read 1 of client 3 (40ms to 45ms) and read 1 of client 5 (70ms to 75ms); and that of write 1 of client 4 (50ms to 60ms)"},
		{"an unknown write that is undone", "w1 0-10; w2 20-?; r2 40-45; r1 50-55", "returned the value of write 1 of client 1"},

		{"a write sent twice, in effect twice", "w1x2 0-10; w2 20-30; r2 32-35; r1 40-45", ""},
		{"a write sent twice, not in effect when it returns", "w1x2 0-10; r0 20-25", "no write"},
		{"a write sent twice, seen before it began", "r1 0-5; w1x2 10-20", "which began later"},
		{"an unknown write sent twice", "w1x2 0-?; w2 20-30; r1 40-45; r2 50-55", "write 1 of client 2"},
		{"an unknown write sent twice, under a concurrent one", "w1x2 0-?; w2 20-60; r1 40-45; r2 50-55; r1 70-75", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := play(t, Config{}, c.lines).Judge()
			switch {
			case v.Keys != 1:
				t.Errorf("%d keys", v.Keys)
			case c.wrong == "" && v.Wrong != 0, c.wrong != "" && (v.Wrong != 1 || !strings.Contains(v.First, c.wrong)):
				t.Errorf("verdict %+v, expected %q", v, c.wrong)
			}
		})
	}
}

// TestEffects: where links deliver requests twice, a write may be in effect twice, also
// if one of its copies was refused; where the database recognises requests, never.
func TestEffects(t *testing.T) {
	const (
		twice        = "w1 0-10; w2 20-30; r2 32-35; r1 40-45"
		tried        = "w1x2 0-10; w2 20-30; r2 32-35; r1 40-45"
		refused      = "w1 0-!10; r1 20-25"
		refusedTwice = "w1 0-!10; r1 20-25; w2 30-40; r1 50-55"
	)
	none, copies, sessions, both := Config{}, Config{Copies: true}, Config{Sessions: true}, Config{Copies: true, Sessions: true}
	for _, c := range []struct {
		lines string
		ok    []Config
	}{
		{twice, []Config{copies}},
		{tried, []Config{none, copies}},
		{refused, []Config{copies, both}},
		{refusedTwice, []Config{copies}},
	} {
		for _, cfg := range []Config{none, copies, sessions, both} {
			if got := play(t, cfg, c.lines).Judge().Wrong == 0; got != slices.Contains(c.ok, cfg) {
				t.Errorf("%q with %+v: linearizable %t", c.lines, cfg, got)
			}
		}
	}
}

// TestWatch judges what a world reports: each record for itself, the anomaly that came
// to light first in words, and operations that never return.
func TestWatch(t *testing.T) {
	w := sim.New(1)
	h := Watch(w, Config{})
	script := []any{
		kv.Invoked{Op: 1, Kind: kv.Write, Key: 7}, kv.Returned{Op: 1, Kind: kv.Write, Key: 7, Attempts: 1},
		kv.Invoked{Op: 2, Kind: kv.Read, Key: 7}, kv.Returned{Op: 2, Kind: kv.Read, Key: 7, Value: 1, Attempts: 1},
		kv.Invoked{Op: 3, Kind: kv.Read, Key: 3}, kv.Returned{Op: 3, Kind: kv.Read, Key: 3, Value: 9, Attempts: 1},
		kv.Invoked{Op: 4, Kind: kv.Write, Key: 2}, // never returns
		kv.Invoked{Op: 5, Kind: kv.Read, Key: 2}, kv.Returned{Op: 5, Kind: kv.Read, Key: 2, Value: 4, Attempts: 1},
		kv.Invoked{Op: 6, Kind: kv.Read, Key: 1}, kv.Returned{Op: 6, Kind: kv.Read, Key: 1, Value: 9, Attempts: 1},
		kv.Returned{Op: 77, Kind: kv.Read, Attempts: 1}, // never began
	}
	w.AddNode(sim.NodeConfig{Name: "client", Boot: func(e *sim.Env) {
		e.NewTimer(func() {
			for _, f := range script { // all at one instant: their order counts
				switch f := f.(type) {
				case kv.Invoked:
					sim.Report(e, f)
				case kv.Returned:
					sim.Report(e, f)
				}
			}
		}).Reset(time.Second)
	}})
	w.Run(sim.Time(2 * time.Second))
	v := h.Judge()
	if v.Keys != 4 || v.Wrong != 2 || !strings.HasPrefix(v.First, "record 3: read 3 of client 1 (1s to 1s)") {
		t.Errorf("%+v", v)
	}
}
