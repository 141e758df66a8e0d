package measure

import (
	"slices"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// Writes that are settled are still missed by a replica that comes back empty:
// depth and age then are exact. Further on they are lower bounds.
func TestStaleAfterSettled(t *testing.T) {
	s := newStream(2, 2, 1, true)
	for range 10 {
		s.write()
		s.w.Run(s.w.Now().Add(time.Second))
	}
	for range 3 {
		s.rec.settle()
	}
	if s.rec.stale.first != 10 {
		t.Fatalf("%d writes are settled, want 10", s.rec.stale.first)
	}
	sim.Report(s.envs[1], sim.Crashed{DiskLost: true})
	f, client := s.begin(kv.Read) // at 10 s
	sim.Report(client, kv.Returned{Op: f.Op, Key: f.Key, Session: f.Session})
	out := &Replication{}
	s.rec.stale.report(out)
	out.sort()
	checkFigures(t, out, []string{"stale_reads.depth.max = 10", "stale_reads.age.max = 10"})

	v := kv.VersionAt(1, 5)
	sim.Report(s.envs[1], kv.Applied{Version: v})
	f, client = s.begin(kv.Read)
	sim.Report(client, kv.Returned{Op: f.Op, Key: f.Key, Session: f.Session, Value: 5, Version: v})
	out = &Replication{}
	s.rec.stale.report(out)
	out.sort()
	// At least 1.10 is missed, acknowledged at 9 s.
	checkFigures(t, out, []string{"stale_reads.count = 2", "stale_reads.depth.mean = 5.5", "stale_reads.age.mean = 5.5"})
}

// A lost write settles when one that supersedes it does.
func TestLostWriteSettles(t *testing.T) {
	h := &history{top: -1}
	first, _ := h.begin(0, 1, 0, emptyLog)
	h.takeOver(first, 0)
	h.timelines[first].append(3)
	second, _ := h.begin(1, 2, 1, spot{first, 1})
	h.takeOver(second, 0)
	h.timelines[second].append(2)
	s := newStaleness(&Config{Keys: 2}, h)
	all := spot{second, 2}
	for i, w := range []spot{{first, 1}, {first, 2}, {first, 3}} {
		s.acknowledged(0, h.rankOf(w), sim.Time(i+1))
	}
	for range 3 {
		s.settle(all)
	}
	missed := func(want int64, r rank) {
		t.Helper()
		n, _ := s.missed(&op{key: 0, acks: s.acks.end}, r)
		if n != want || len(s.lost[0]) > 2 {
			t.Errorf("version %x misses %d writes, want %d; lost are %v", r, n, want, s.lost)
		}
	}
	missed(3, 0)
	missed(2, h.rankOf(spot{first, 1})) // the two lost ones
	s.acknowledged(0, h.rankOf(all), 9)
	for range 3 {
		s.settle(all)
	}
	missed(0, h.rankOf(all))
	missed(4, 0)
	if len(s.lost) > 0 {
		t.Errorf("still kept: %v", s.lost)
	}
}

// Nothing settles while a read is under way that was invoked before all replicas
// had the write.
func TestReadHoldsUpSettling(t *testing.T) {
	s := newStream(2, 2, 1, true)
	s.write()
	f, client := s.begin(kv.Read)
	for range 5 {
		s.rec.settle()
	}
	if s.rec.stale.first > 1 {
		t.Fatalf("%d writes are settled", s.rec.stale.first)
	}
	s.write()
	for range 5 {
		s.rec.settle()
	}
	if s.rec.stale.first > 1 {
		t.Errorf("a write is settled that a read under way may miss")
	}
	sim.Report(client, kv.Returned{Op: f.Op, Key: f.Key, Session: f.Session, Value: 1, Version: kv.VersionAt(1, 1)})
	for range 5 {
		s.rec.settle()
	}
	if s.rec.stale.first != 2 {
		t.Errorf("%d writes are settled, want 2", s.rec.stale.first)
	}
}

// Of forgotten commits the first of each block is left. The newest that all replicas
// have is kept. A replica on an older timeline needs all of a newer one.
func TestForget(t *testing.T) {
	h := history{top: -1}
	first, _ := h.begin(0, 1, 0, emptyLog)
	h.takeOver(first, 0)
	h.timelines[first].commit(1, 0)
	id, _ := h.begin(1, 2, 1, spot{first, 1})
	h.takeOver(id, 0)
	tl := h.timelines[id]
	for lsn := sim.LSN(2); lsn <= 3*blockLen; lsn++ {
		tl.commit(lsn, sim.Time(lsn))
	}
	h.forget([]spot{{first, 1}, {id, tl.end}})
	if tl.records.base != 0 {
		t.Errorf("commits before %d are forgotten, a replica has none of them", tl.records.base)
	}
	h.forget([]spot{{id, tl.end}, {id, 2*blockLen + 2}})
	if tl.records.base != 2*blockLen {
		t.Errorf("commits from %d on are kept, want %d", tl.records.base, 2*blockLen)
	}
	var got []sim.Time
	for _, lsn := range []sim.LSN{2, blockLen, blockLen + 2, 2*blockLen + 1, 2*blockLen + 2, 2*blockLen + 3} {
		at, _ := tl.committedAt(lsn)
		got = append(got, at)
	}
	want := []sim.Time{2, 2, blockLen + 2, blockLen + 2, 2*blockLen + 2, 2*blockLen + 3}
	if !slices.Equal(got, want) {
		t.Errorf("commits are at %v, want %v", got, want)
	}
	if !tl.wasAnswered(5) {
		t.Error("a forgotten commit is none any more")
	}
}
