package measure

import (
	"slices"
	"strings"

	"replsim/sim"
)

// beliefs records when each replica believed to lead, was down or stood still, to be
// drawn as one lane per node; and which writes were acknowledged then and are lost in
// the end.
type beliefs struct {
	cfg     *Config
	nodes   *replicas
	open    [][]int // by replica: indexes of its spans that go on
	spans   []Span
	omitted bool // some were too many
}

// Span is something that was so at a replica for a while.
type Span struct {
	Node     string
	What     SpanKind
	Epoch    uint32  // Leads: of which epoch
	From, To float64 // seconds, From ≤ To ≤ End
	Writes   int     // Lost: how many
}

// SpanKind is what was so in a Span.
type SpanKind string

// Kinds of span.
const (
	Exists SpanKind = "exists" // always: so that each has its lane
	Leads  SpanKind = "leads"  // it believed to lead
	Down   SpanKind = "down"   // it had crashed
	Paused SpanKind = "paused" // it stood still, whatever it believed
	Lost   SpanKind = "lost"   // writes that it answered were acknowledged in this time, and are lost
	// Omitted, of no node: from here on spans were too many to keep them all.
	Omitted SpanKind = "omitted"
)

// maxSpans bounds what is recorded of a run in which leaders come and go for ever.
const maxSpans = 2000

// lostBins is how many parts of the run lost writes are counted in.
const lostBins = 500

func newBeliefs(cfg *Config, nodes *replicas) *beliefs {
	b := &beliefs{cfg: cfg, nodes: nodes, open: make([][]int, len(nodes.list))}
	for i := range nodes.list {
		b.begins(i, Exists, 0, 0)
	}
	return b
}

// begins starts a span at a replica.
func (b *beliefs) begins(replica int, what SpanKind, epoch uint32, now sim.Time) {
	if now >= b.cfg.End {
		return
	}
	if len(b.spans) >= maxSpans {
		if !b.omitted {
			b.omitted = true
			b.spans = append(b.spans, Span{What: Omitted, From: seconds(now), To: seconds(b.cfg.End)})
		}
		return
	}
	b.open[replica] = append(b.open[replica], len(b.spans))
	b.spans = append(b.spans, Span{Node: b.nodes.list[replica].name, What: what, Epoch: epoch, From: seconds(now), To: seconds(b.cfg.End)})
}

// ends ends the spans of these kinds at a replica.
func (b *beliefs) ends(replica int, now sim.Time, kinds ...SpanKind) {
	b.open[replica] = slices.DeleteFunc(b.open[replica], func(i int) bool {
		s := &b.spans[i]
		if !slices.Contains(kinds, s.What) {
			return false
		}
		s.To = min(seconds(now), s.To)
		return true
	})
}

// lost adds the acknowledged writes that the log ending at end lacks, by when their
// clients had the answer, in equal parts of the run. Of those whose answer is
// forgotten, as all replicas had had them, the commit counts.
func (b *beliefs) lost(l *loss, end spot) {
	width := seconds(b.cfg.End) / lostBins
	at := map[int64]int{} // replica and bin → index in spans
	l.eachLost(end, func(t *timeline, lsn sim.LSN) {
		when, i := t.answeredAt(lsn), b.nodes.index(t.node)
		if i < 0 || when >= b.cfg.End {
			return
		}
		bin := int64(seconds(when) / width)
		key := int64(i)*lostBins + bin
		if at[key] == 0 {
			b.spans = append(b.spans, Span{Node: b.nodes.list[i].name, What: Lost, From: float64(bin) * width, To: float64(bin+1) * width})
			at[key] = len(b.spans)
		}
		b.spans[at[key]-1].Writes++
	})
}

func (b *beliefs) report(out *Replication) {
	slices.SortStableFunc(b.spans, func(x, y Span) int {
		if c := strings.Compare(string(x.What), string(y.What)); c != 0 {
			return c
		}
		switch {
		case x.From < y.From:
			return -1
		case x.From > y.From:
			return 1
		}
		return 0
	})
	out.Spans = b.spans
}

// seconds returns an instant in seconds of the run.
func seconds(at sim.Time) float64 { return nanoseconds(int64(at)) }

// answeredAt returns when a client knew that a record's write had succeeded, or when
// it was committed if that is forgotten.
func (t *timeline) answeredAt(lsn sim.LSN) sim.Time {
	if m := t.moments(lsn); m != nil && m.ack > 0 {
		return m.ack - 1
	}
	at, _ := t.committedAt(lsn)
	return at
}
