package measure

import "replsim/models/kv"

// sessions counts violations of the four session guarantees (Terry et al.,
// "Session Guarantees for Weakly Consistent Replicated Data", PDIS 1994). A session
// is one client. What it has done before an operation is what had returned when
// the operation was invoked.
//
//	read your writes     a read of a key does not reflect a write to it that this
//	                     session had acknowledged
//	monotonic reads      a read returns an older version than this session has read
//	                     of that key
//	monotonic writes     a write comes before an earlier write of this session
//	                     in the order of versions
//	writes follow reads  a write comes before a version that this session has read
//
// Rates are violations per successful read or write. A write that was lost violates
// monotonic writes in the letter (later writes are there without it), but is
// counted as loss only.
type sessions struct {
	h        *history
	sessions []session
	seen     table[floors] // by session and key
	limit    int           // of entries in seen before settled ones are dropped

	reads, writes                                int64
	ownWrites, staleReads, writeOrder, readOrder int64 // violations
}

// session is the highest version over all keys that a session has read and written.
type session struct{ read, written rank }

// floors is the same for one key.
type floors struct{ read, written rank }

// pairLimit keeps the table at 6 MB, within a processor's cache. Beyond it, pairs of
// session and key are dropped whose versions all replicas have: only a replica
// that loses its disk could violate those, and then goes unnoticed.
const pairLimit = 1 << 17

func newSessions(h *history) *sessions { return &sessions{h: h, limit: pairLimit} }

func pair(id int32, key kv.Key) uint64 { return uint64(id)<<32 | uint64(key) + 1 }

// begin notes what the session knows when an operation is invoked.
func (s *sessions) begin(o *op) {
	if o.kind == kv.Write {
		all := s.of(o.session)
		o.readMin, o.writeMin = all.read, all.written
		return
	}
	if f := s.seen.get(pair(o.session, o.key)); f != nil {
		o.readMin, o.writeMin = f.read, f.written
	}
}

// read is called when a read has returned a version.
func (s *sessions) read(o *op, r rank) {
	if o.measured {
		s.reads++
		s.ownWrites += one(r < o.writeMin)
		s.staleReads += one(r < o.readMin)
	}
	if r == 0 {
		return
	}
	f := s.seen.put(pair(o.session, o.key))
	f.read = max(f.read, r)
	all := s.of(o.session)
	all.read = max(all.read, r)
}

// written is called when a write was acknowledged.
func (s *sessions) written(o *op, r rank) {
	if o.measured {
		s.writes++
		s.writeOrder += one(r < o.writeMin)
		s.readOrder += one(r < o.readMin)
	}
	f := s.seen.put(pair(o.session, o.key))
	f.written = max(f.written, r)
	all := s.of(o.session)
	all.written = max(all.written, r)
}

func (s *sessions) of(id int32) *session {
	for int(id) >= len(s.sessions) {
		s.sessions = append(s.sessions, session{})
	}
	return &s.sessions[id]
}

// settle drops pairs when there are too many. All replicas have the log up to safe.
func (s *sessions) settle(safe spot) {
	if s.seen.count <= s.limit {
		return
	}
	s.seen.keep(func(_ uint64, f *floors) bool {
		return !s.h.holds(safe, s.h.spotOf(max(f.read, f.written)))
	})
	s.limit = max(pairLimit, 2*s.seen.count)
}

func (s *sessions) report(out *Replication) {
	guarantee := func(name, unit string, violated, of int64) {
		out.count("session."+name+".count", unit, violated)
		out.proportion("session."+name+".rate", violated, of)
	}
	guarantee("read_your_writes", "reads", s.ownWrites, s.reads)
	guarantee("monotonic_reads", "reads", s.staleReads, s.reads)
	guarantee("monotonic_writes", "writes", s.writeOrder, s.writes)
	guarantee("writes_follow_reads", "writes", s.readOrder, s.writes)
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
