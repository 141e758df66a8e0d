package measure

import (
	"replsim/models/kv"
	"replsim/sim"
)

// op is an operation in flight: invoked, not returned.
type op struct {
	kind     kv.Kind
	measured bool  // invoked in the measured time
	gen      uint8 // see staleness.begin
	session  int32
	key      kv.Key
	invoked  sim.Time
	acks     int    // writes acknowledged before the invoke: a read must reflect those
	keyAcks  uint32 // … to its key
	readMin  rank   // the session's floors at the invoke, see sessions.go
	writeMin rank
	record   spot // a write's last record, or emptyLog
	copies   []spot
}

// place notes a record of the write. A write that was retried may have several.
func (o *op) place(s spot) {
	if o.record != emptyLog {
		o.copies = append(o.copies, o.record)
	}
	o.record = s
}

// records returns all records of the write.
func (o *op) records() []spot {
	if o.record == emptyLog {
		return nil
	}
	return append(o.copies, o.record)
}

// spotOf returns which of the write's records has this version. There may be two: a
// leader that has lost the end of its log in a crash gives its versions out again,
// and the retried write may come to the same place. The one that was answered
// is meant.
func (o *op) spotOf(h *history, v kv.Version) (s spot, ok bool) {
	for _, r := range o.records() {
		t := h.timelines[r.timeline]
		if r.lsn != v.LSN() || t.epoch != v.Epoch() {
			continue
		}
		s, ok = h.current(r), true
		if h.timelines[s.timeline].wasAnswered(s.lsn) {
			return s, true
		}
	}
	if ok {
		return s, true
	}
	s, ok = h.resolve(v)
	return h.current(s), ok
}
