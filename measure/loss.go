package measure

import (
	"math/bits"

	"replsim/models/kv"
	"replsim/sim"
)

// loss counts the acknowledged writes that the authoritative history does not
// contain at the end, when faults have healed and the system has drained. That
// history is the log of the leader of the highest epoch. Each lost write is in one
// class:
//
//	diverged   committed by a deposed leader, after one of a later epoch had
//	           started: two histories grew side by side, and this one was discarded
//	torn       its leader's log no longer held it when the next leader started:
//	           no flush had covered it at a crash, or the disk was lost
//	truncated  its leader's log held it, but the successor's did not: the tail was
//	           lost at failover, and to wait for the old leader would have saved it
//
// The classes answer different questions (fencing, flushing, waiting for
// followers) and are never only given as a sum. Under one leader per epoch nothing
// can be "overwritten concurrently", so that class does not exist here.
//
// A write that was retried, or that a later leader found undecided and proposed
// again, may have several records; it is lost if none of those survives that were
// appended before its answer or hold such a one once more.
type loss struct {
	h       *history
	acked   int64
	retried []retried
	unknown map[kv.OpID][]spot // writes with unknown outcome, and their records
}

// retried is an acknowledged write with several records.
type retried struct {
	acked  spot
	others []spot
}

// tally is the result of counting.
type tally struct {
	torn, truncated, diverged int64
	deposed, deposedLost      int64   // writes acknowledged by deposed leaders
	byFailover                []int64 // torn and truncated ones, by the failover that dropped them
}

func newLoss(h *history) *loss { return &loss{h: h, unknown: map[kv.OpID][]spot{}} }

// acknowledged notes that the client of a write received OK for the record at s.
func (l *loss) acknowledged(o *op, s spot) {
	l.acked++
	if s.timeline < 0 {
		return
	}
	t := l.h.timelines[s.timeline]
	t.acked.set(t.index(s.lsn))
	if len(o.copies) > 0 {
		l.retried = append(l.retried, retried{s, o.records()})
	}
}

// unanswered notes that the client of a write gave up waiting.
func (l *loss) unanswered(id kv.OpID, o *op) { l.unknown[id] = o.records() }

// late notes a record of a write whose client has given up.
func (l *loss) late(id kv.OpID, s spot) {
	if records, ok := l.unknown[id]; ok {
		l.unknown[id] = append(records, s)
	}
}

// seal decides which history counts at the end: that of the last leader if its log
// is still there, otherwise that of the most advanced replica. cause is the number
// of failovers.
func (l *loss) seal(r *replicas, cause int) spot {
	end := l.h.end()
	if end.timeline < 0 {
		return end
	}
	switch kept := l.h.timelines[end.timeline].kept; {
	case kept >= end.lsn:
		return end
	case l.h.timelines[end.timeline].voted: // then what others have applied is decided
		end = r.longest(end, l.h.cut(end, kept))
		l.h.dropOut(end, kept, cause)
	case kept > 0:
		end = l.h.cut(end, kept)
		l.h.dropOut(end, kept, cause)
	default:
		end = r.mostAdvanced()
		l.h.dropOut(end, 0, cause)
	}
	return end
}

// count classifies all acknowledged writes that the log ending at end lacks.
func (l *loss) count(end spot, failovers int) tally {
	sum := tally{byFailover: make([]int64, failovers+1)}
	for _, t := range l.h.timelines {
		sum.deposed += t.ackedIn(t.deposedAt, t.end)
	}
	l.eachLost(end, func(t *timeline, lsn sim.LSN) {
		sum.deposedLost += one(lsn > t.deposedAt)
		sum.add(t, lsn)
	})
	return sum
}

// eachLost calls f for each acknowledged record that the log ending at end lacks and
// that no other record of its write makes up for.
func (l *loss) eachLost(end spot, f func(t *timeline, lsn sim.LSN)) {
	saved := l.saved(end)
	for id, t := range l.h.timelines {
		shared := l.h.meet(end, spot{int32(id), t.end})
		survives := t.start // the records up to here are in the history
		if shared.timeline == int32(id) {
			survives = shared.lsn
		}
		for i, word := range t.acked {
			for ; word != 0; word &= word - 1 {
				lsn := t.start + 1 + sim.LSN(64*i+bits.TrailingZeros64(word))
				if lsn > survives && !saved[spot{int32(id), lsn}] {
					f(t, lsn)
				}
			}
		}
	}
}

// saved returns the acknowledged records of which another record of the same write
// survives.
func (l *loss) saved(end spot) map[spot]bool {
	saved := map[spot]bool{}
	for _, w := range l.retried {
		if l.h.survives(end, w.acked) || l.anyIn(end, w.others) {
			saved[w.acked] = true
		}
	}
	for s := range l.h.renewed {
		if l.h.survives(end, s) {
			saved[s] = true
		}
	}
	return saved
}

// add counts a lost write in its class.
func (c *tally) add(t *timeline, lsn sim.LSN) {
	if lsn > t.deposedAt {
		c.diverged++
		return
	}
	for i := len(t.falls) - 1; i >= 0; i-- {
		f := t.falls[i]
		if lsn <= f.after || lsn > f.to {
			continue
		}
		if lsn > f.kept {
			c.torn++
		} else {
			c.truncated++
		}
		c.byFailover[f.cause]++
		return
	}
}

// ackedIn counts the acknowledged records after from, up to and including to.
func (t *timeline) ackedIn(from, to sim.LSN) (n int64) {
	for lsn := from + 1; lsn <= to; lsn++ {
		if t.acked.has(t.index(lsn)) {
			n++
		}
	}
	return n
}

func (l *loss) anyIn(end spot, records []spot) bool {
	for _, s := range records {
		if l.h.survives(end, s) {
			return true
		}
	}
	return false
}

func (l *loss) report(out *Replication, end spot, sum tally) {
	total := sum.torn + sum.truncated + sum.diverged
	out.count("data_loss.total", "writes", total)
	out.count("data_loss.torn", "writes", sum.torn)
	out.count("data_loss.truncated", "writes", sum.truncated)
	out.count("data_loss.diverged", "writes", sum.diverged)
	out.proportion("data_loss.any", one(total > 0), 1)
	out.proportion("data_loss.rate", total, l.acked)
	var survived int64
	for _, records := range l.unknown { // order does not matter: a sum
		if l.anyIn(end, records) {
			survived++
		}
	}
	out.count("writes.unacknowledged_survived", "writes", survived)
}
