package raft

import (
	"fmt"

	"replsim/models/kv"
	"replsim/sim"
)

// audit holds the nodes against Raft's five safety properties (paper, figure 3) at every
// event that could break one. It sees all nodes at once, which no node can; what it
// finds is a mistake of this package. Each event costs it constant time: that two logs
// match follows, entry by entry, from each being what the leader of its term
// appended, behind an entry of the same term.
type audit struct {
	world   *sim.World
	leaders map[uint32]sim.NodeID
	terms   map[uint32]*termLog
	latest  *termLog // the one used last

	committed []uint32 // terms of the committed entries after base
	base      sim.LSN
	committer uint32 // the highest term whose leader has committed anything

	count int
	first []string // in words
}

// termLog is what the leader of a term has appended, after an entry of prevTerm.
type termLog struct {
	term     uint32
	start    sim.LSN // position before its first entry
	prevTerm uint32
	base     sim.LSN // entries up to here are forgotten
	ops      []kv.OpID
}

// described is how many breaches are put in words.
const described = 10

func (a *audit) init(w *sim.World) {
	a.world = w
	a.leaders = map[uint32]sim.NodeID{}
	a.terms = map[uint32]*termLog{}
}

func (a *audit) breach(format string, args ...any) {
	if a.count++; a.count <= described {
		a.first = append(a.first, fmt.Sprintf("%v: ", a.world.Now())+fmt.Sprintf(format, args...))
	}
}

func (a *audit) report() []string {
	if a.count > described {
		return append(a.first, fmt.Sprintf("and %d more", a.count-described))
	}
	return a.first
}

func (a *audit) name(id sim.NodeID) string { return a.world.Node(id).Name }

// past tells of the entries that a leader of term 1 left behind before the run.
func (a *audit) past(length int) {
	a.terms[1] = &termLog{term: 1, ops: make([]kv.OpID, length)}
}

// log returns what is known of a term.
func (a *audit) log(term uint32) *termLog {
	if a.latest == nil || a.latest.term != term {
		t := a.terms[term]
		if t == nil {
			return nil
		}
		a.latest = t
	}
	return a.latest
}

// appended checks Log Matching, and Leader Append-Only as far as a leader appends
// nowhere but at the end.
func (a *audit) appended(id sim.NodeID, at sim.LSN, term, prevTerm uint32, op kv.OpID, leads bool) {
	t := a.log(term)
	if t == nil {
		if at <= a.base {
			return // forgotten: a message was long under way
		}
		if !leads {
			a.breach("Log Matching: %s appends %d of term %d, in which nobody has appended anything", a.name(id), at, term)
			return
		}
		t = &termLog{term: term, start: at - 1, base: at - 1, prevTerm: prevTerm}
		a.terms[term] = t
	}
	end := t.base + sim.LSN(len(t.ops))
	switch {
	case leads && at == end+1:
		t.ops = append(t.ops, op)
	case leads:
		a.breach("Leader Append-Only: leader %s appends %d of term %d, after %d", a.name(id), at, term, end)
	case at <= t.base && at > t.start: // forgotten: all logs had it
	case at <= t.start || at > end:
		a.breach("Log Matching: %s appends %d of term %d, where its leader appended %d to %d", a.name(id), at, term, t.start+1, end)
	case t.ops[at-t.base-1] != op:
		a.breach("Log Matching: %s has write %d at %d of term %d, where its leader has write %d", a.name(id), op, at, term, t.ops[at-t.base-1])
	case at == t.start+1 && prevTerm != t.prevTerm || at > t.start+1 && prevTerm != term:
		a.breach("Log Matching: %s appends %d of term %d after an entry of term %d, as its leader did not", a.name(id), at, term, prevTerm)
	}
}

// truncates checks Leader Append-Only, and that nothing committed is dropped.
func (a *audit) truncates(id sim.NodeID, to, commit sim.LSN, leads bool) {
	if leads {
		a.breach("Leader Append-Only: leader %s drops its log after %d", a.name(id), to)
	}
	if to < commit {
		a.breach("State Machine Safety: %s drops its log after %d, although %d is committed", a.name(id), to, commit)
	}
}

// leads checks Election Safety and Leader Completeness. It is enough to look at
// the last committed entry: with it, a log that matches has all before it. (A leader
// whose last vote came late may be behind the leader of a later term.)
func (a *audit) leads(id sim.NodeID, term uint32, end, base sim.LSN, termAt func(sim.LSN) uint32) {
	if other, ok := a.leaders[term]; ok {
		a.breach("Election Safety: %s and %s both lead term %d", a.name(other), a.name(id), term)
	}
	a.leaders[term] = id
	last := a.base + sim.LSN(len(a.committed))
	if last == a.base || term < a.committer || last < base {
		return
	}
	if want := a.committed[len(a.committed)-1]; last > end || termAt(last) != want {
		a.breach("Leader Completeness: %s leads term %d without entry %d of term %d, which is committed", a.name(id), term, last, want)
	}
}

// commits checks that all nodes agree on what is committed.
func (a *audit) commits(id sim.NodeID, from, to sim.LSN, term uint32, termAt func(sim.LSN) uint32) {
	a.committer = max(a.committer, term)
	for i := from + 1; i <= to; i++ {
		switch at := i - a.base - 1; {
		case at < 0:
		case at == sim.LSN(len(a.committed)):
			a.committed = append(a.committed, termAt(i))
		case a.committed[at] != termAt(i):
			a.breach("State Machine Safety: %s commits %d of term %d, where another node committed one of term %d", a.name(id), i, termAt(i), a.committed[at])
		}
	}
}

// applies checks State Machine Safety.
func (a *audit) applies(id sim.NodeID, i sim.LSN, term uint32) {
	at := i - a.base - 1
	if at < 0 {
		return
	}
	if at >= sim.LSN(len(a.committed)) || a.committed[at] != term {
		a.breach("State Machine Safety: %s applies %d of term %d, which is not what was committed", a.name(id), i, term)
	}
}

// restores checks that a snapshot ends with a committed entry.
func (a *audit) restores(id sim.NodeID, i sim.LSN, term uint32) {
	a.applies(id, i, term)
}

// forget drops what no log holds any more.
func (a *audit) forget(upTo sim.LSN) {
	if gone := upTo - a.base; gone > 0 && gone <= sim.LSN(len(a.committed)) {
		a.committed = append(a.committed[:0], a.committed[gone:]...)
		a.base = upTo
	}
	for term, t := range a.terms {
		switch gone := upTo - t.base; {
		case gone <= 0:
		case gone >= sim.LSN(len(t.ops)) && term < a.committer:
			if t == a.latest {
				a.latest = nil
			}
			delete(a.terms, term)
		default:
			gone = min(gone, sim.LSN(len(t.ops)))
			t.ops = append(t.ops[:0], t.ops[gone:]...)
			t.base += gone
		}
	}
}
