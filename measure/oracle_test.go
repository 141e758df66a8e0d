package measure

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"replsim/sim"
)

// truth keeps everything that a feed did and computes each measure from its
// definition, without regard to cost.
type truth struct {
	f       *feed
	event   int
	acks    []*feedRecord
	unknown []*feedRecord
	topLog  []*feedRecord // of the leader that counts, as long as it counts
	falls   int
	records []*feedRecord              // all ever appended
	first   []map[*feedRecord]sim.Time // by replica: when it first reflected a record
	past    []outcome                  // of all sessions

	reads, stale, depth, maxDepth int64
	age, maxAge                   time.Duration
	ownWrites, monotonicReads     int64
	writes, writeOrder, readOrder int64
	lagTime, lagOffset            [feedReplicas][]float64
}

// outcome is an operation that a session knows to have succeeded.
type outcome struct {
	session int32
	event   int // of the return
	write   bool
	rec     *feedRecord
}

// less is the order of versions.
func less(a, b *feedRecord) bool {
	if b == nil || a == nil {
		return a == nil && b != nil
	}
	if a.version.Epoch() != b.version.Epoch() {
		return a.version.Epoch() < b.version.Epoch()
	}
	if a.restart != b.restart {
		return a.restart < b.restart
	}
	return a.version.LSN() < b.version.LSN()
}

func (o *truth) acknowledged(w *feedWrite) {
	o.event++
	r := w.rec
	o.acks = append(o.acks, r)
	o.writes++
	ownLate, readLate := false, false
	for _, p := range o.past {
		if p.session == r.session && p.event < w.invoke && less(r, p.rec) {
			ownLate = ownLate || p.write
			readLate = readLate || !p.write
		}
	}
	o.writeOrder += one(ownLate)
	o.readOrder += one(readLate)
	o.past = append(o.past, outcome{r.session, o.event, true, r})
}

func (o *truth) judge(r *feedRead) {
	o.event++
	o.reads++
	var missed int64
	oldest := sim.Time(math.MaxInt64)
	for _, w := range o.acks[:r.acks] {
		if w.key == r.key && less(r.got, w) {
			missed++
			oldest = min(oldest, w.acked)
		}
	}
	if missed > 0 {
		o.stale++
		o.depth += missed
		o.maxDepth = max(o.maxDepth, missed)
		o.age += r.at.Sub(oldest)
		o.maxAge = max(o.maxAge, r.at.Sub(oldest))
	}
	own, back := false, false
	for _, p := range o.past {
		if p.session == r.session && p.event < r.invoke && p.rec.key == r.key && less(r.got, p.rec) {
			own = own || p.write
			back = back || !p.write
		}
	}
	o.ownWrites += one(own)
	o.monotonicReads += one(back)
	if r.got != nil {
		o.past = append(o.past, outcome{r.session, o.event, false, r.got})
	}
}

func (o *truth) applied(n *feedNode, now sim.Time) {
	for i := n.applied - 1; i >= 0; i-- {
		if _, ok := o.first[n.id][n.log[i]]; ok {
			break
		}
		o.first[n.id][n.log[i]] = now
	}
}

// takesOver notes what falls out of the history when a node begins to lead.
func (o *truth) takesOver(n *feedNode) {
	if o.f.top != nil {
		for _, r := range o.topLog[sharedPrefix(o.topLog, n.log):] {
			r.fall = "torn"
			at := int(r.version.LSN()) - 1
			if at < len(o.f.top.log) && o.f.top.log[at] == r {
				r.fall = "truncated"
			}
		}
		o.falls++
	}
	o.topLog = n.log
}

// adopt notes that a new leader found records that now are committed.
func (o *truth) adopt(log []*feedRecord) {
	for i := len(log) - 1; i >= 0 && i > len(log)-1000; i-- {
		if r := log[i]; r.adopted < 0 && r.committed < 0 {
			r.adopted = o.f.w.Now()
		}
	}
}

// sample computes the lag of all replicas now.
func (o *truth) sample() bool {
	for i, n := range o.f.nodes {
		at := sharedPrefix(n.log[:n.applied], o.topLog)
		var behind time.Duration
		if n != o.f.top && at < len(o.topLog) {
			switch r := o.topLog[at]; {
			case r.committed >= 0:
				behind = o.f.w.Now().Sub(r.committed)
			case r.adopted >= 0:
				behind = o.f.w.Now().Sub(r.adopted)
			}
		}
		offset := float64(len(o.topLog) - at)
		if n == o.f.top {
			offset = 0
		}
		o.lagTime[i] = append(o.lagTime[i], behind.Seconds())
		o.lagOffset[i] = append(o.lagOffset[i], offset)
	}
	return true
}

// figures returns all expected figures as lines of a transcript.
func (o *truth) figures() []string {
	classes := map[string]int64{}
	survives := map[*feedRecord]bool{}
	for _, r := range o.topLog {
		survives[r] = true
	}
	var deposed, deposedLost, unacknowledged int64
	for _, r := range o.acks {
		deposed += one(r.deposedCommit)
		deposedLost += one(r.deposedCommit && !survives[r])
		switch {
		case survives[r]:
		case r.deposedCommit:
			classes["diverged"]++
		default:
			classes[r.fall]++
		}
	}
	for _, r := range o.unknown {
		unacknowledged += one(survives[r])
	}
	var lines []string
	say := func(name string, v float64) { lines = append(lines, fmt.Sprintf("%s = %.9g", name, v)) }
	for _, class := range []string{"torn", "truncated", "diverged"} {
		say("data_loss."+class, float64(classes[class]))
	}
	say("split_brain.writes", float64(deposed))
	say("split_brain.lost", float64(deposedLost))
	say("writes.unacknowledged_survived", float64(unacknowledged))
	say("stale_reads.count", float64(o.stale))
	if o.stale > 0 {
		say("stale_reads.depth.mean", float64(o.depth)/float64(o.stale))
		say("stale_reads.depth.max", float64(o.maxDepth))
		say("stale_reads.age.mean", o.age.Seconds()/float64(o.stale))
		say("stale_reads.age.max", o.maxAge.Seconds())
	}
	say("session.read_your_writes.count", float64(o.ownWrites))
	say("session.monotonic_reads.count", float64(o.monotonicReads))
	say("session.monotonic_writes.count", float64(o.writeOrder))
	say("session.writes_follow_reads.count", float64(o.readOrder))
	say("invariants.violations", 0)
	return lines
}

// delays returns the expected delays of all writes at the replicas.
func (o *truth) delays() []string {
	var lines []string
	mean := func(name string, sum time.Duration, count int64) {
		if count > 0 {
			lines = append(lines, fmt.Sprintf("%s.mean = %.9g", name, sum.Seconds()/float64(count)))
		}
	}
	var atLeader time.Duration
	var ledRecords int64
	for i, n := range o.f.nodes {
		var fromCommit, fromInvoke, fromAck time.Duration
		var count, seen, acked, all int64
		for _, r := range o.records {
			at, ok := o.first[i][r]
			if r.leader == n {
				if ok {
					ledRecords++
					atLeader += at.Sub(r.invoked)
				}
				continue
			}
			all += one(r.committed >= 0)
			if ok {
				seen++
				fromInvoke += at.Sub(r.invoked)
			}
			if ok && r.committed >= 0 {
				count++
				fromCommit += max(0, at.Sub(r.committed))
			}
			if ok && r.acked >= 0 {
				acked++
				fromAck += max(0, at.Sub(r.acked))
			}
		}
		name := o.f.w.Node(n.id).Name
		mean("lag.delay."+name, fromCommit, count)
		mean("visible_after."+name, fromInvoke, seen)
		mean("lag.after_ack."+name, fromAck, acked)
		if all > 0 {
			lines = append(lines, fmt.Sprintf("visibility.%s.censored = %d", name, all-count))
		}
	}
	mean("visible_after.leader", atLeader, ledRecords)
	return lines
}

// TestAgainstOracle compares the Recorder with the brute-force definitions on
// random runs: with and without split brain, with and without lost disks.
func TestAgainstOracle(t *testing.T) {
	for _, m := range []struct {
		name               string
		style              feedStyle
		split, disks       bool
		calm, seeds, steps int
	}{
		{"crashes", promoted, false, false, 1, 60, 1500},
		{"split brain", promoted, true, false, 1, 60, 1500},
		{"lost disks", promoted, true, true, 1, 60, 1500},
		{"long", promoted, false, false, 1, 1, 40000},
		{"long split brain", promoted, true, false, 1, 1, 40000},
		{"calm", promoted, true, false, 100, 1, 80000}, // so that old commits are forgotten
		{"elections", elected, false, false, 1, 60, 1500},
		{"elections and split brain", elected, true, false, 1, 60, 1500},
		{"elections and lost disks", elected, true, true, 1, 60, 1500},
		{"long elections", elected, true, false, 10, 1, 40000},
		{"ballots", balloted, false, false, 1, 60, 1500},
		{"ballots and lost disks", balloted, false, true, 1, 60, 1500},
		{"long ballots", balloted, false, false, 10, 1, 40000},
	} {
		t.Run(m.name, func(t *testing.T) {
			for seed := range m.seeds {
				compareSeed(t, newFeed(uint64(seed), m.style, m.split, m.disks, m.calm), m.steps)
				if t.Failed() {
					t.Logf("seed %d", seed)
					return
				}
			}
		})
	}
}

func compareSeed(t *testing.T, f *feed, steps int) {
	const sample = 100 * time.Millisecond
	cfg := Config{End: sim.Time(time.Hour), Sample: sample, Keys: f.keys}
	for _, n := range f.nodes {
		cfg.Replicas = append(cfg.Replicas, n.id)
	}
	rec := New(f.w, cfg)
	rec.settleEvery = 8 // forget as soon as possible
	f.w.Every(sim.Time(sample), sim.Time(sample), f.truth.sample)
	f.run(steps)
	got := rec.Finish()
	want := f.truth.figures()
	if f.disks { // what an emptied replica missed is known for its lower bounds only
		want = slices.DeleteFunc(want, func(line string) bool {
			return strings.HasPrefix(line, "stale_reads.depth") || strings.HasPrefix(line, "stale_reads.age")
		})
	}
	checkFigures(t, got, want)
	checkFigures(t, got, f.truth.delays())
	checkFailovers(t, got)
	for i, n := range f.nodes {
		name := f.w.Node(n.id).Name
		compareCurve(t, got, "lag.time."+name, f.truth.lagTime[i])
		compareCurve(t, got, "lag.offset."+name, f.truth.lagOffset[i])
	}
	if t.Failed() {
		t.Logf("%d failovers, violations %q", f.truth.falls, got.Violations)
	}
}

// checkFailovers: failovers lose what is lost but for split brain, each write in one
// of them, and the phases of each add up to its whole.
func checkFailovers(t *testing.T, got *Replication) {
	t.Helper()
	value := func(name string) float64 { f, _ := got.Figure(name); return f.Value }
	lost := 0.0
	if s, ok := got.Sample("rpo.writes"); ok {
		for _, v := range s.Values {
			lost += v
		}
	}
	if want := value("data_loss.torn") + value("data_loss.truncated"); lost != want {
		t.Errorf("failovers lost %v writes, want %v", lost, want)
	}
	phases := 0.0
	for _, name := range []string{"detect", "elect", "catch_up", "promote", "redirect"} {
		if v := value("rto." + name); v < 0 {
			t.Errorf("rto.%s is %v", name, v)
		} else {
			phases += v
		}
	}
	if want := value("rto.total"); math.Abs(phases-want) > 1e-9 {
		t.Errorf("the phases add up to %v, rto.total is %v", phases, want)
	}
}

func compareCurve(t *testing.T, got *Replication, name string, want []float64) {
	c, _ := got.Curve(name)
	if len(c.Y) != len(want) {
		t.Errorf("%s has %d points, want %d", name, len(c.Y), len(want))
		return
	}
	for i, v := range want {
		if math.Abs(c.Y[i]-v) > 1e-9 {
			t.Errorf("%s at %v s is %v, want %v", name, c.X[i], c.Y[i], v)
			return
		}
	}
}
