package measure

import (
	"replsim/models/kv"
	"replsim/sim"
)

// A timeline is the part of the log that one leader wrote without a break: from
// its LeaderStarted on. It branches off an older timeline at the record with which
// its leader's log ended then, so that all timelines form a tree. (PostgreSQL's
// timelines are the same; there, too, a switch-over begins a new one.) A leader
// that restarts in its epoch begins a new timeline as well: it may have lost
// records, whose log positions it now gives to others.
type timeline struct {
	node    sim.NodeID
	epoch   uint32
	restart uint32 // how many timelines of this epoch are older
	parent  spot   // where it branches off
	// from is the end of its leader's log when it started to lead, and start where its
	// own records begin. Between them are records of the parent that the leader found
	// undecided and proposed again under versions of its own (Paxos).
	from, start sim.LSN
	end         sim.LSN // its last record so far
	// committed is the last record that the leader answered OK for; start at first.
	committed sim.LSN
	// kept is what the leader's disk still holds of the log after crashes.
	kept sim.LSN
	over bool // its leader crashed or gave up
	// deposed: a leader of a later epoch has started. What was committed later, the
	// records after deposedAt, diverges.
	deposed   bool
	deposedAt sim.LSN
	// undecided: what its log holds of earlier leaders is committed only with its own
	// first record (Raft).
	undecided bool
	// voted: its leader was elected by a majority, which keeps what was committed
	// even if this leader's disk loses it.
	voted bool
	falls []fall

	records deque[moments] // by index: see ledger.go
	firsts  []sim.Time     // first commit of every dropped block of records
	acked   bitset
}

// fall tells that the records after one position up to another dropped out of the
// history when another timeline took over.
type fall struct {
	after, to sim.LSN
	kept      sim.LSN // the old leader's log still held the records up to here
	cause     int     // index of the failover
}

// unlimited is an end that nothing has cut short.
const unlimited = sim.LSN(1<<62 - 1)

// spot is a place in the tree of timelines: the record lsn of a timeline, or rather
// the log that ends with it.
type spot struct {
	timeline int32
	lsn      sim.LSN
}

// emptyLog is the spot of a log without records, which all timelines grow from.
var emptyLog = spot{timeline: -1}

// rank orders the versions of a run: a higher rank supersedes a lower one. It is
// kv.Version with the restarts of an epoch told apart.
type rank uint64

const (
	rankLSNBits     = 34 // 10¹⁰ records
	rankRestartBits = 10
)

// history is the tree of all timelines, and which of them counts.
type history struct {
	timelines []*timeline // parents come before their children
	byEpoch   [][]int32
	top       int32 // the newest timeline of the highest epoch, or -1
	// renewed are the records that hold a write of another record once more, because
	// a leader proposed it again after other records than before. See renew.go.
	renewed map[spot][]spot
}

// end returns the end of the authoritative history: the log of the leader of the
// highest epoch. What it leaves out is lost, unless a later leader brings it back.
func (h *history) end() spot {
	if h.top < 0 {
		return emptyLog
	}
	return spot{h.top, h.timelines[h.top].end}
}

// resolve returns the spot of a version: in the latest timeline of its epoch that
// holds such a record. ok is false if none does.
//
// After a leader lost the unflushed end of its log and wrote on, two records
// of its epoch bear the same version. Only a follower that was shipped unflushed
// records can still show the older one; it is then taken for the newer.
func (h *history) resolve(v kv.Version) (s spot, ok bool) {
	lsn := v.LSN()
	if lsn == 0 {
		return emptyLog, true
	}
	epoch := v.Epoch()
	if int(epoch) >= len(h.byEpoch) {
		return emptyLog, false
	}
	ids := h.byEpoch[epoch]
	for i := len(ids) - 1; i >= 0; i-- {
		t := h.timelines[ids[i]]
		switch {
		case lsn > t.start && lsn <= t.end:
			return spot{ids[i], lsn}, true
		case lsn > t.from && lsn <= t.start:
			return h.cut(t.parent, lsn), true
		}
	}
	return emptyLog, false
}

// rankOf returns the place of a spot in the order of versions.
func (h *history) rankOf(s spot) rank {
	if s.timeline < 0 {
		return 0
	}
	t := h.timelines[s.timeline]
	restart := min(t.restart, 1<<rankRestartBits-1)
	return rank(t.epoch)<<(rankRestartBits+rankLSNBits) | rank(restart)<<rankLSNBits | rank(s.lsn)
}

// cut returns the log that is left of a log when its records after lsn go.
func (h *history) cut(s spot, lsn sim.LSN) spot {
	for s.timeline >= 0 {
		t := h.timelines[s.timeline]
		if s.lsn = min(s.lsn, lsn); s.lsn > t.start {
			return s
		}
		s = t.parent
	}
	return s
}

// meet returns the longest log that two logs have in common at their start.
func (h *history) meet(a, b spot) spot {
	for a.timeline != b.timeline {
		if a.timeline > b.timeline { // children have higher numbers than parents
			a = h.timelines[a.timeline].parent
		} else {
			b = h.timelines[b.timeline].parent
		}
	}
	return spot{a.timeline, min(a.lsn, b.lsn)}
}

// holds tells whether the log that ends at s contains the record r.
func (h *history) holds(s, r spot) bool {
	for s.timeline > r.timeline {
		s = h.timelines[s.timeline].parent
	}
	return s.timeline == r.timeline && s.lsn >= r.lsn
}

// segments calls f for each piece of the log that ends at s and begins after
// start, the newest first: the records (from, to] of a timeline. start must be
// part of that log.
func (h *history) segments(start, s spot, f func(id int32, from, to sim.LSN)) {
	for s.timeline >= 0 && s != start {
		t := h.timelines[s.timeline]
		if s.timeline == start.timeline {
			f(s.timeline, start.lsn, s.lsn)
			return
		}
		if s.lsn > t.start {
			f(s.timeline, t.start, s.lsn)
		}
		s = t.parent
	}
}

// begin adds the timeline of a leader that starts with the log that ends at parent.
// It returns its number and whether it is the authoritative one from now on.
func (h *history) begin(node sim.NodeID, epoch uint32, start sim.LSN, parent spot) (id int32, tops bool) {
	for int(epoch) >= len(h.byEpoch) {
		h.byEpoch = append(h.byEpoch, nil)
	}
	id = int32(len(h.timelines))
	t := &timeline{node: node, epoch: epoch, restart: uint32(len(h.byEpoch[epoch])), parent: parent,
		from: start, start: start, end: start, committed: start, kept: unlimited, deposedAt: unlimited}
	tops = h.top < 0 || epoch >= h.timelines[h.top].epoch
	if !tops {
		t.deposed, t.deposedAt = true, start // born too late
	}
	for _, o := range h.timelines {
		if o.epoch < epoch && !o.deposed {
			o.deposed, o.deposedAt = true, o.committed
		}
	}
	h.timelines = append(h.timelines, t)
	h.byEpoch[epoch] = append(h.byEpoch[epoch], id)
	return id, tops
}

// branch finds the record start in the log of a node that has applied it up to
// at. What the log holds beyond at, the node got from the leader that counts.
func (h *history) branch(at spot, start sim.LSN) spot {
	if at.lsn < start && h.holds(h.end(), at) {
		at = h.end()
	}
	s := h.cut(at, start)
	if s.lsn < start && s.timeline >= 0 {
		s.lsn = min(start, h.timelines[s.timeline].end)
	}
	return s
}

// takeOver makes a timeline the authoritative one, and notes which records so
// drop out of the history. cause numbers the failover.
func (h *history) takeOver(id int32, cause int) {
	if h.top >= 0 {
		h.dropOut(h.timelines[id].parent, h.timelines[h.top].kept, cause)
	}
	h.top = id
}

// dropOut notes that the authoritative history beyond what it shares with the log
// that ends at s is gone; its leader's log still held it up to kept.
func (h *history) dropOut(s spot, kept sim.LSN, cause int) {
	end := h.end()
	h.segments(h.meet(end, s), end, func(id int32, from, to sim.LSN) {
		t := h.timelines[id]
		t.falls = append(t.falls, fall{after: from, to: to, kept: kept, cause: cause})
	})
}

// ledBy returns the newest timeline of a leader, or -1.
func (h *history) ledBy(node sim.NodeID) int32 {
	for id := len(h.timelines) - 1; id >= 0; id-- {
		if h.timelines[id].node == node {
			return int32(id)
		}
	}
	return -1
}
