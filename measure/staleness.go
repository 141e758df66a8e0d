package measure

import (
	"math"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// staleness judges every successful read at its invoke: it is stale if it does not
// reflect some write to its key that was acknowledged, to any client, before. A
// read reflects a write if it returned it, or a version that supersedes it in the
// order of the log. So a lost write keeps reads stale until it is superseded.
//
// The depth of a stale read is the number of acknowledged versions that it missed
// (k-staleness), its age is its invoke minus the acknowledgement of the oldest of
// them (Δ-staleness). See Bailis et al., "Probabilistically Bounded Staleness for
// Practical Partial Quorums", VLDB 2012.
//
// Acknowledged writes are kept in the order of acknowledgement, and those of one key
// in the order of versions (keyacks.go): a replica that was cut off from a hot key
// misses thousands, and judging a read must not visit each. A write is forgotten ("settled") when all replicas reflect it
// and all reads under way were invoked after they did: none can miss it any more.
// Only a replica that steps back behind that point, because it lost its disk, can;
// per key, the number and the first and last acknowledgement of settled writes are
// left for it. (Depth and age are exact if it comes back empty, else lower bounds.)
type staleness struct {
	cfg  *Config
	h    *history
	acks deque[ackedWrite]
	// first is the index of the oldest write in acks that is not settled.
	first int
	keys  []keyAcks
	lost  map[kv.Key][]lostWrite // not settled, but dropped out of the history

	// A generation of reads begins with each checkpoint; checkpoint is the log that
	// all replicas had applied then. When no read of the generation before is under
	// way, all reads under way were invoked after it: it is safe to settle.
	gen        uint8
	reading    [2]int
	checkpoint spot
	safe       spot

	reads, stale    int64
	depth, maxDepth int64
	age             time.Duration // sum
	maxAge          time.Duration
	ages            spread
	windowReads     int64
	windowStale     int64
	curve           []float64
}

type ackedWrite struct {
	rank rank
	at   sim.Time
	key  kv.Key
}

// lostWrite is an acknowledged write that was set aside.
type lostWrite struct {
	ackedWrite
	ack int // its index in acks
}

func newStaleness(cfg *Config, h *history) *staleness {
	return &staleness{cfg: cfg, h: h, keys: make([]keyAcks, cfg.Keys), checkpoint: emptyLog, safe: emptyLog,
		lost: map[kv.Key][]lostWrite{}}
}

// begin is called when a read is invoked.
func (s *staleness) begin(o *op) {
	o.acks, o.keyAcks, o.gen = s.acks.end, s.keys[o.key].acked, s.gen
	s.reading[s.gen]++
}

// end is called when a read has ended, however.
func (s *staleness) end(o *op) { s.reading[o.gen]-- }

// acknowledged adds a write that its client now knows to have succeeded.
func (s *staleness) acknowledged(key kv.Key, r rank, at sim.Time) {
	s.keys[key].acknowledged(r, uint32(s.acks.end))
	s.acks.push(ackedWrite{rank: r, at: at, key: key})
}

// missed returns how many writes acknowledged to the key before the read's invoke
// a version does not reflect, and the earliest of their acknowledgements.
func (s *staleness) missed(o *op, r rank) (n int64, oldest sim.Time) {
	oldest = math.MaxInt64
	k := &s.keys[o.key]
	n, first := k.missed(r, o.acks, o.keyAcks)
	if n > 0 {
		oldest = s.acks.at(int(first)).at
	}
	if len(s.lost) > 0 {
		for _, w := range s.lost[o.key] {
			if w.rank > r && w.ack < o.acks {
				n, oldest = n+1, min(oldest, w.at)
			}
		}
	}
	switch {
	case k.settled <= r:
	case r == 0:
		n, oldest = n+int64(k.settledAcks), k.firstAck
	default:
		n, oldest = n+1, min(oldest, k.lastAck)
	}
	return n, oldest
}

// judge is called when a read has returned a version.
func (s *staleness) judge(o *op, r rank) {
	n, oldest := s.missed(o, r)
	s.windowReads++
	if n > 0 {
		s.windowStale++
	}
	if !o.measured {
		return
	}
	s.reads++
	if n == 0 {
		return
	}
	age := o.invoked.Sub(oldest)
	s.stale++
	s.depth, s.maxDepth = s.depth+n, max(s.maxDepth, n)
	s.age, s.maxAge = s.age+age, max(s.maxAge, age)
	s.ages.add(age)
}

// sample ends a window of the curve.
func (s *staleness) sample() {
	s.curve = append(s.curve, ratio(s.windowStale, s.windowReads))
	s.windowReads, s.windowStale = 0, 0
}

func (s *staleness) report(out *Replication) {
	out.proportion("stale_reads.rate", s.stale, s.reads)
	out.count("stale_reads.count", "reads", s.stale)
	if s.stale > 0 {
		ages := Distribution{Name: "stale_reads.age", Hist: s.ages.histogram()}
		out.Distributions = append(out.Distributions, ages)
		out.add("stale_reads.depth.mean", "writes", Mean, ratio(s.depth, s.stale))
		out.add("stale_reads.depth.max", "writes", Maximum, float64(s.maxDepth))
		out.add("stale_reads.age.mean", "s", Mean, s.age.Seconds()/float64(s.stale))
		out.quantiles(ages, "stale_reads.age", 0.99)
		out.add("stale_reads.age.max", "s", Maximum, s.maxAge.Seconds())
	}
	out.curve("stale_reads.over_time", "ratio", s.curve, s.cfg)
}
