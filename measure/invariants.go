package measure

import (
	"fmt"

	"replsim/models/kv"
	"replsim/sim"
)

// invariants checks what can never happen in a correct model with one leader per
// epoch. A breach is a mistake of the model (or of its facts), never a property of
// the protocol: losing data or being stale is none.
//
//   - A record is committed after it was appended, by the node that leads its epoch,
//     or by a later leader whose log it is in.
//   - A leader begins with a log that exists: its last record was appended there.
//   - A write that is proposed again was proposed before, at the same place.
//   - A write is acknowledged only after some leader answered OK for it.
//   - No two nodes lead in one epoch.
//   - A replica applies what some leader has appended, and its position goes
//     back only by a crash, a truncation or a snapshot. (The version may go back
//     where an old record bears a new version at others: same write, same place.)
//   - A read returns a value that some client wrote to that key, or none.
//   - An operation returns once, after it was invoked.
//
// Whether a committed record was flushed cannot be seen from the facts. What the
// model knows about itself comes in by Recorder.Violated.
type invariants struct {
	h      *history
	count  int64
	first  []string
	values map[int64]*valuePage // by operation number / pageLen
	kept   []int64              // numbers of the newest pages, a ring
	oldest int                  // in kept
	page   *valuePage           // the one used last …
	pageAt int64                // … and its number
}

// A valuePage holds one byte per operation: 0 if it is no write, else 1 plus its
// key modulo 255. (So of the reads that return the value of another key, 1 in 255
// passes.) Only the newest pages are kept, so that memory does not grow with the
// run; of older operations only the page number is remembered, and any value with
// such a number passes.
type valuePage [pageLen]uint8

const (
	pageLen  = 1 << 12
	maxPages = 1 << 12 // 16 MB
)

// forgotten stands for the pages that were dropped.
var forgotten = new(valuePage)

// described is how many breaches are put in words.
const described = 10

func newInvariants(h *history) *invariants {
	return &invariants{h: h, values: map[int64]*valuePage{}, pageAt: -1}
}

// Violated notes a mistake that the model found in itself and that no fact shows.
// Call it before Finish.
func (r *Recorder) Violated(text string) {
	v := r.invariants
	v.count++
	if len(v.first) < described {
		v.first = append(v.first, text)
	}
}

// breach counts a violation.
func (v *invariants) breach(at sim.Time, format string, args ...any) {
	v.count++
	if len(v.first) < described {
		v.first = append(v.first, fmt.Sprintf("%v: ", at)+fmt.Sprintf(format, args...))
	}
}

// mark returns the byte of an operation, or nil if no write has a number near it.
func (v *invariants) mark(id kv.OpID, grow bool) *uint8 {
	number := int64(id) / pageLen
	if number != v.pageAt {
		p := v.values[number]
		if p == nil {
			if !grow {
				return nil
			}
			p = v.newPage(number)
		}
		v.page, v.pageAt = p, number
	}
	return &v.page[int64(id)%pageLen]
}

// newPage adds a page, and drops the oldest one if there are too many.
func (v *invariants) newPage(number int64) *valuePage {
	p := new(valuePage)
	v.values[number] = p
	if len(v.kept) < maxPages {
		v.kept = append(v.kept, number)
		return p
	}
	v.values[v.kept[v.oldest]] = forgotten
	v.kept[v.oldest] = number
	v.oldest = (v.oldest + 1) % maxPages
	return p
}

// invoked is called for every operation.
func (v *invariants) invoked(at sim.Time, f kv.Invoked, inFlight bool) {
	if f.Op <= 0 || inFlight {
		v.breach(at, "operation %d is invoked twice, or has no number", f.Op)
		return
	}
	if f.Kind != kv.Write {
		return
	}
	if m := v.mark(f.Op, true); v.page != forgotten {
		*m = 1 + uint8(f.Key%255)
	}
}

// read is called for what a read returned.
func (v *invariants) read(at sim.Time, f kv.Returned) {
	if f.Value == 0 && f.Version == 0 {
		return // never written
	}
	m := v.mark(f.Value, false)
	if m == nil || (v.page != forgotten && *m != 1+uint8(f.Key%255)) {
		v.breach(at, "read %d of key %d returns value %d, which nobody wrote there", f.Op, f.Key, f.Value)
		return
	}
	if _, ok := v.h.resolve(f.Version); !ok && len(v.h.timelines) > 0 {
		v.breach(at, "read %d of key %d returns version %s, which no leader appended", f.Op, f.Key, show(f.Version))
	}
}

// acknowledged is called for a write that its client knows to have succeeded.
func (v *invariants) acknowledged(at sim.Time, f kv.Returned, s spot, ok bool) {
	if !ok || s.timeline < 0 || !v.h.timelines[s.timeline].wasAnswered(s.lsn) {
		v.breach(at, "write %d is acknowledged as version %s, which was not committed", f.Op, show(f.Version))
	}
}

// committed is called before a commit is noted.
func (v *invariants) committed(at sim.Time, node sim.NodeID, f kv.Committed, s spot, ok bool) {
	switch {
	case !ok || s.timeline < 0:
		v.breach(at, "write %d is committed as version %s, which was not appended", f.Op, show(f.Version))
	case !v.h.leadsWith(node, s):
		v.breach(at, "node %d commits version %s, but does not lead epoch %d", node, show(f.Version), f.Version.Epoch())
	}
}

// leads is called before a leader's timeline begins.
func (v *invariants) leads(at sim.Time, node sim.NodeID, f kv.LeaderStarted) {
	if int(f.Epoch) >= len(v.h.byEpoch) {
		return
	}
	for _, id := range v.h.byEpoch[f.Epoch] {
		if other := v.h.timelines[id].node; other != node && other != sim.NoNode {
			v.breach(at, "nodes %d and %d both lead epoch %d", other, node, f.Epoch)
			return
		}
	}
}

// applied is called before a replica's position moves.
func (v *invariants) applied(at sim.Time, p *replica, version kv.Version, s spot, ok bool) {
	switch {
	case !ok:
		v.breach(at, "%s applies version %s, which no leader appended", p.name, show(version))
	case version < p.version && !p.mayGoBack && !v.h.holds(s, p.at):
		v.breach(at, "%s goes back from version %s to %s", p.name, show(p.version), show(version))
	}
}

func (v *invariants) report(out *Replication) {
	out.count("invariants.violations", "1", v.count)
	out.Violations = v.first
}

// show writes a version as epoch.lsn.
func show(v kv.Version) string { return fmt.Sprintf("%d.%d", v.Epoch(), v.LSN()) }
