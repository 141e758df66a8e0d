package measure

import (
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// stream is a steady synthetic run: one leader, followers that apply every write,
// and sessions that write and read. It costs little beside the observers.
type stream struct {
	w        *sim.World
	rec      *Recorder
	envs     []*sim.Env
	replicas int
	sessions int
	keys     int
	op       kv.OpID
	lsn      sim.LSN
	last     []kv.Returned // what a read of each key returns
	away     bool          // the last follower applies nothing
}

func newStream(replicas, sessions, keys int, observed bool) *stream {
	s := &stream{w: sim.New(1), replicas: replicas, sessions: sessions, keys: keys, last: make([]kv.Returned, keys)}
	cfg := Config{End: sim.Time(1000 * time.Hour), Sample: time.Hour, Keys: keys}
	for i := range replicas + sessions {
		id := s.w.AddNode(sim.NodeConfig{Boot: func(e *sim.Env) { s.envs = append(s.envs, e) }})
		if i < replicas {
			cfg.Replicas = append(cfg.Replicas, id)
		} else {
			cfg.Clients = append(cfg.Clients, Client{Session: int32(i - replicas), Place: "here"})
		}
	}
	if observed {
		s.rec = New(s.w, cfg)
	}
	s.w.Run(0)
	sim.Report(s.envs[0], kv.LeaderStarted{Epoch: 1})
	return s
}

// tick moves true time on by 100 µs.
func (s *stream) tick() { s.w.Run(s.w.Now().Add(100 * time.Microsecond)) }

func (s *stream) begin(kind kv.Kind) (kv.Invoked, *sim.Env) {
	s.op++
	session := int32(s.op) % int32(s.sessions)
	f := kv.Invoked{Op: s.op, Kind: kind, Key: kv.Key(uint64(s.op) * 0x9e3779b97f4a7c15 >> 33 % uint64(s.keys)), Session: session}
	client := s.envs[s.replicas+int(session)]
	sim.Report(client, f)
	return f, client
}

// write is one write, seen by everybody.
func (s *stream) write() {
	f, client := s.begin(kv.Write)
	s.lsn++
	v := kv.VersionAt(1, s.lsn)
	sim.Report(s.envs[0], kv.Appended{Version: v, Op: f.Op, Key: f.Key})
	sim.Report(s.envs[0], kv.Applied{Version: v})
	sim.Report(s.envs[0], kv.Committed{Version: v, Op: f.Op, Key: f.Key})
	for i := 1; i < s.replicas; i++ {
		if i < s.replicas-1 || !s.away {
			sim.Report(s.envs[i], kv.Applied{Version: v})
		}
	}
	ret := kv.Returned{Op: f.Op, Kind: kv.Write, Key: f.Key, Session: f.Session, Value: f.Op, Version: v}
	s.last[f.Key] = ret
	sim.Report(client, ret)
}

// read is one fresh read.
func (s *stream) read() {
	f, client := s.begin(kv.Read)
	last := s.last[f.Key]
	sim.Report(client, kv.Returned{Op: f.Op, Kind: kv.Read, Key: f.Key, Session: f.Session, Value: last.Value, Version: last.Version})
}

// kept returns how many bytes per write the recorder keeps beside one bit.
func (s *stream) kept() int {
	return 24*len(s.rec.stale.acks.blocks)*blockLen + 24*len(s.rec.h.timelines[0].records.blocks)*blockLen
}

// While all replicas follow, what is kept does not grow; while one is away each
// write costs 32 bytes, and all of it goes when it is back.
func TestMemoryIsBounded(t *testing.T) {
	s := newStream(3, 10, 100, true)
	const blocks = 4 * blockLen * (24 + 24)
	for range 20 * blockLen {
		s.write()
		s.read()
		s.tick()
	}
	if got := s.kept(); got > blocks {
		t.Errorf("%d bytes are kept of a steady stream, want at most %d", got, blocks)
	}
	s.away = true
	for range 20 * blockLen {
		s.write()
		s.tick()
	}
	if got, want := s.kept(), 20*blockLen*48; got < want || got > want+blocks {
		t.Errorf("%d bytes are kept while a replica is away, want about %d", got, want)
	}
	s.away = false
	for range 2 * blockLen {
		s.write()
		s.tick()
	}
	if got := s.kept(); got > blocks {
		t.Errorf("%d bytes are kept when it is back, want at most %d", got, blocks)
	}
	got := s.rec.Finish()
	checkFigures(t, got, []string{"invariants.violations = 0", "stale_reads.count = 0", "visibility.followers.censored = 0"})
}

// A steady stream allocates nothing but a block now and then.
func TestSteadyStateAllocates(t *testing.T) {
	if underRace {
		t.Skip("the race detector allocates")
	}
	s := newStream(3, 10, 100, true)
	for range 4 * blockLen {
		s.write()
		s.read()
	}
	if got := testing.AllocsPerRun(10*blockLen, func() { s.write(); s.read() }); got > 0 {
		t.Errorf("%v allocations per write and read", got)
	}
}

// Too many pairs of session and key are reduced to those that still matter.
func TestPairsAreDropped(t *testing.T) {
	s := newStream(2, 10, 1000, true)
	s.rec.sessions.limit = 500
	for range 5000 {
		s.write()
		s.read()
		s.tick()
	}
	s.rec.sessions.limit = 500
	s.rec.settle()
	if n := s.rec.sessions.seen.count; n == 0 || n > 2*settleEvery+500 {
		t.Errorf("%d pairs are left", n)
	}
	checkFigures(t, s.rec.Finish(), []string{"session.monotonic_reads.count = 0", "session.read_your_writes.count = 0"})
}

func BenchmarkWrite(b *testing.B) { benchmark(b, (*stream).write) }
func BenchmarkRead(b *testing.B)  { benchmark(b, (*stream).read) }

// benchmark runs operations on three replicas, observed and not: the difference is
// the cost of the observers. A write is 7 facts, a read 2.
func benchmark(b *testing.B, op func(*stream)) {
	for _, observed := range []bool{true, false} {
		name := map[bool]string{true: "observed", false: "bare"}[observed]
		b.Run(name, func(b *testing.B) {
			s := newStream(3, 100, 1000, observed)
			for range 20000 {
				s.write()
			}
			b.ReportAllocs()
			for b.Loop() {
				op(s)
			}
		})
	}
}
