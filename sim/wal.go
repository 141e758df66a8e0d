package sim

import (
	"fmt"
	"time"

	"replsim/sim/queue"
)

// LSN is a log sequence number: the count of records in the log up to and
// including one, so the first record is 1 and 0 stands before it. (Real systems
// count bytes; counting records makes offsets readable.)
type LSN int64

// Log is a node's write-ahead log on its disk. Appended records are in memory
// until a flush has covered them; a crash truncates the log to what was flushed.
// Flushes are group commits: one covers all records there when it starts, and
// while it runs the next ones wait. A Log outlives crashes: the next
// incarnation opens it again.
type Log[R any] struct {
	node        *node
	incarnation uint32
	base        LSN // records up to here are trimmed away
	records     []R // base+1 …
	bytes       []int64
	flushed     LSN
	busy        bool // a flush is under way …
	flushing    LSN  // … and covers the log up to here
	wanted      LSN  // somebody waits for a flush up to here
	onSynced    func(end LSN)
	flushTime   *Draws
	flushes     int64
	cold        coldStart
	idleSince   Time // when the last flush ended, or a crash ended it
}

// flushJob is a flush under way.
type flushJob struct {
	log         interface{ endFlush() }
	node        *node
	incarnation uint32
}

// OpenLog opens the node's log, empty at first; onSynced is called at the end of
// each flush with the position up to which the log is now safe. A node has one log.
func OpenLog[R any](e *Env, onSynced func(end LSN)) *Log[R] {
	n := e.node
	l, ok := n.log.(*Log[R])
	if !ok {
		if n.log != nil {
			panic("sim: a node has one log, of one record type")
		}
		l = &Log[R]{node: n}
		l.flushTime = n.w.Draws(n.cfg.Flush, "disk/"+n.cfg.Name)
		l.cold = n.w.newColdStart(n.cfg.ColdDisk, "cold disk/"+n.cfg.Name)
		n.log = l
	}
	l.incarnation, l.onSynced = e.incarnation, onSynced
	return l
}

// Append adds a record of so many bytes in memory and returns its LSN.
func (l *Log[R]) Append(r R, bytes int) LSN {
	l.records = append(l.records, r)
	if l.node.cfg.FlushRate > 0 {
		l.bytes = append(l.bytes, int64(bytes))
	}
	return l.End()
}

// Flush asks that all records appended so far be made safe. It returns at once;
// onSynced tells when it is done.
func (l *Log[R]) Flush() {
	l.wanted = l.End()
	if !l.busy && l.wanted > l.flushed {
		l.startFlush(l.wanted)
	}
}

// Force asks for a flush although the log may have nothing new: of what else is on
// the disk (Pages), such as a vote. While a flush is under way it asks for nothing.
func (l *Log[R]) Force() {
	if !l.busy {
		l.wanted = l.End()
		l.startFlush(l.wanted)
	}
}

// FlushTo asks for the records up to and including to only, as a background
// writer does that leaves the last page until it is full. While a flush is under
// way it asks for nothing.
func (l *Log[R]) FlushTo(to LSN) {
	if !l.busy && to > l.flushed {
		l.startFlush(min(to, l.End()))
	}
}

func (l *Log[R]) startFlush(to LSN) {
	l.busy, l.flushing = true, to
	w := l.node.w
	d := l.flushTime.Next() + l.cold.cost(w.now.Sub(l.idleSince))
	if rate := l.node.cfg.FlushRate; rate > 0 {
		var size int64
		for _, b := range l.bytes[l.flushed-l.base : to-l.base] {
			size += b
		}
		d += time.Duration(float64(size) / float64(rate) * 1e9)
	}
	d = l.node.diskSlow.scale(d)
	w.push(w.now.Add(d), laneDisk, w.flushes.put(flushJob{log: l, node: l.node, incarnation: l.node.incarnation}))
}

// fireDisk ends a flush, unless a crash took it.
func (w *World) fireDisk(key queue.Key) {
	job := w.flushes.items[key.Slot]
	if job.incarnation == job.node.incarnation && job.node.postpone(key) {
		return
	}
	w.flushes.take(key.Slot)
	if job.incarnation == job.node.incarnation {
		job.log.endFlush()
	}
}

func (l *Log[R]) endFlush() {
	l.flushes++
	l.busy, l.idleSince = false, l.node.w.now
	l.flushed = max(l.flushed, l.flushing)
	if l.wanted > l.flushed {
		l.startFlush(l.End())
	}
	l.onSynced(l.flushed)
}

// End returns the LSN of the last record.
func (l *Log[R]) End() LSN { return l.base + LSN(len(l.records)) }

// Base returns the LSN up to which records were trimmed away.
func (l *Log[R]) Base() LSN { return l.base }

// Flushed returns the LSN up to which the log survives a crash.
func (l *Log[R]) Flushed() LSN { return l.flushed }

// Flushes returns how many flushes have ended: records per flush is the gain of
// group commit.
func (l *Log[R]) Flushes() int64 { return l.flushes }

// At returns the record with this LSN. It panics if the log does not hold it.
func (l *Log[R]) At(n LSN) R { return l.records[l.index(n)] }

// Slice returns the records after from up to and including to. The slice is never
// changed later (see Truncate), so it may be sent in a message.
func (l *Log[R]) Slice(from, to LSN) []R {
	if from == to {
		return nil
	}
	i, j := l.index(from+1), l.index(to)+1
	return l.records[i:j:j]
}

func (l *Log[R]) index(n LSN) int {
	if n <= l.base || n > l.End() {
		panic(fmt.Sprintf("sim: record %d is not in the log (%d, %d] of %s", n, l.base, l.End(), l.node.cfg.Name))
	}
	return int(n - l.base - 1)
}

// Trim forgets the records up to and including to, which must be flushed. The
// memory goes when the slice next grows.
func (l *Log[R]) Trim(to LSN) {
	if to <= l.base {
		return
	}
	if to > l.flushed {
		panic(fmt.Sprintf("sim: Trim(%d) beyond what is flushed (%d)", to, l.flushed))
	}
	k := int(to - l.base)
	l.records = l.records[k:]
	if l.bytes != nil {
		l.bytes = l.bytes[k:]
	}
	l.base = to
}

// Truncate drops the records after to. Records appended later go to fresh memory,
// so that slices already sent keep what they held.
func (l *Log[R]) Truncate(to LSN) {
	if to >= l.End() {
		return
	}
	k := max(0, int(to-l.base))
	l.records = l.records[:k:k]
	if l.bytes != nil {
		l.bytes = l.bytes[:k:k]
	}
	l.flushed = min(l.flushed, to)
	l.flushing = min(l.flushing, to)
	l.wanted = min(l.wanted, to)
}

// Restart empties the log and lets it go on after base: a snapshot replaced it.
func (l *Log[R]) Restart(base LSN) {
	l.records, l.bytes = nil, nil
	l.base, l.flushed, l.wanted = base, base, base
	l.flushing = min(l.flushing, base)
}

func (l *Log[R]) crash(diskLost bool) int64 {
	end := l.End()
	l.Truncate(l.flushed)
	lost := int64(end - l.flushed)
	if diskLost {
		lost = int64(end)
		l.Restart(0)
	}
	if l.busy {
		l.busy, l.idleSince = false, l.node.w.now
	}
	l.flushing, l.wanted = l.flushed, l.flushed
	return lost
}
