package measure

import (
	"math/rand/v2"
	"slices"

	"replsim/models/kv"
	"replsim/sim"
)

// feed plays a random cluster: logs are plain slices of records, copied, cut and
// lost in full, so that what the Recorder computes from a tree of timelines can be
// compared with what is really in the logs. It is no protocol: it does what it
// likes, within what facts can express.
type feed struct {
	rng    *rand.Rand
	w      *sim.World
	envs   []*sim.Env
	truth  *truth
	nodes  []*feedNode
	keys   int
	nextOp kv.OpID
	writes []*feedWrite // appended, not acknowledged
	reads  []*feedRead  // under way
	epoch  uint32       // the highest so far
	top    *feedNode    // who leads in it
	starts map[uint32]uint32
	style  feedStyle
	split  bool // a deposed leader may go on
	disks  bool // disks may be lost
	calm   int  // one in so many chances of a fault is taken
}

// feedStyle is how leaders take over.
type feedStyle int

const (
	promoted feedStyle = iota // with all that they have, applied
	elected                   // Raft: with what they have, undecided and not applied
	balloted                  // Paxos: with what they know to be decided; they propose the rest again
)

type feedRecord struct {
	version       kv.Version   // the first of
	names         []kv.Version // all versions that it was proposed under
	restart       uint32
	key           kv.Key
	op            kv.OpID
	invoked       sim.Time
	committed     sim.Time // answered, or −1
	adopted       sim.Time // found by a new leader, or −1
	acked         sim.Time // or −1
	deposedCommit bool     // answered after a leader of a later epoch had started
	fall          string   // torn or truncated, by the last failover that dropped it
	session       int32
	leader        *feedNode
}

type feedWrite struct {
	rec    *feedRecord
	invoke int // event number
	leader *feedNode
	invAt  sim.Time
}

type feedRead struct {
	op      kv.OpID
	key     kv.Key
	session int32
	at      sim.Time
	invoke  int // event number
	acks    int
	node    *feedNode // nil when served
	got     *feedRecord
}

type feedNode struct {
	id      sim.NodeID
	log     []*feedRecord
	applied int
	flushed int // leader: what a crash leaves
	done    int // leader: answered up to here
	state   []*feedRecord
	leading bool
	up      bool
	voted   bool // elected, and has committed nothing yet
	epoch   uint32
	restart uint32
}

// rebuild computes the state from the log.
func (n *feedNode) rebuild() {
	clear(n.state)
	for _, r := range n.log[:n.applied] {
		n.see(r)
	}
}

func (n *feedNode) see(r *feedRecord) {
	if r.op != 0 {
		n.state[r.key] = r
	}
}

func (n *feedNode) apply(f *feed, to int) {
	if to <= n.applied {
		return
	}
	for _, r := range n.log[n.applied:to] {
		n.see(r)
	}
	n.applied = to
	f.truth.applied(n, f.w.Now())
	sim.Report(f.envs[n.id], kv.Applied{Version: f.name(n.log[to-1])})
}

const (
	feedReplicas = 4
	feedSessions = 5
)

func newFeed(seed uint64, style feedStyle, split, disks bool, calm int) *feed {
	f := &feed{style: style, rng: rand.New(rand.NewPCG(seed, 1)), w: sim.New(seed), keys: 6, split: split, disks: disks, calm: calm, starts: map[uint32]uint32{}}
	for i := range feedReplicas + feedSessions {
		f.w.AddNode(sim.NodeConfig{Name: string(rune('a' + i)), Boot: func(e *sim.Env) { f.envs = append(f.envs, e) }})
	}
	f.truth = &truth{f: f, first: make([]map[*feedRecord]sim.Time, feedReplicas)}
	for i := range feedReplicas {
		f.nodes = append(f.nodes, &feedNode{id: sim.NodeID(i), up: true, state: make([]*feedRecord, f.keys)})
		f.truth.first[i] = map[*feedRecord]sim.Time{}
	}
	return f
}

// run plays n steps and returns when the last one was.
func (f *feed) run(n int) sim.Time {
	f.w.Run(0)
	f.lead(f.nodes[0], 1)
	at := sim.Time(1)
	for range n {
		// Steps come at odd instants, some together; the grid is at even ones.
		at += sim.Time(f.rng.IntN(4)) * 1_000_000
		f.w.Run(at)
		f.step()
	}
	f.w.Run(at + 10_000_000)
	for !f.top.up || !f.top.leading { // the end needs somebody whose log counts
		f.restartOrFail(f.top)
	}
	for len(f.writes) > 0 {
		f.answer()
	}
	for len(f.reads) > 0 {
		f.read()
	}
	return f.w.Now()
}

func (f *feed) step() {
	n := f.nodes[f.rng.IntN(feedReplicas)]
	switch x := f.rng.IntN(1000); {
	case x < 250:
		f.write(n)
	case x < 450:
		f.commit(n)
	case x < 600:
		f.answer()
	case x < 700:
		f.invokeRead()
	case x < 820:
		f.read()
	case x < 985 || x < 997 && f.rng.IntN(f.calm) > 0:
		f.replicate(n)
	case x < 990:
		f.rejoin(n)
	case x < 993:
		f.crashLeader()
	case x < 995:
		f.promote(n)
	case x < 997:
		f.loseDisk(n)
	default:
		f.restore(n)
	}
}

func (f *feed) write(n *feedNode) {
	if !n.leading || !n.up {
		n = f.top
	}
	if !n.leading || !n.up {
		return
	}
	s := int32(f.rng.IntN(feedSessions))
	r := &feedRecord{version: kv.VersionAt(n.epoch, sim.LSN(len(n.log)+1)), restart: n.restart, key: kv.Key(f.rng.IntN(f.keys)),
		invoked: f.w.Now(), committed: -1, adopted: -1, acked: -1, session: s, leader: n}
	r.names = []kv.Version{r.version}
	if f.style == promoted || f.rng.IntN(20) > 0 { // else nobody's write
		f.nextOp++
		r.op = f.nextOp
		f.truth.records = append(f.truth.records, r)
		f.truth.event++
		sim.Report(f.envs[feedReplicas+s], kv.Invoked{Op: r.op, Kind: kv.Write, Key: r.key, Session: s})
		f.writes = append(f.writes, &feedWrite{rec: r, invoke: f.truth.event, leader: n, invAt: f.w.Now()})
	}
	n.log = append(n.log, r)
	if n == f.top {
		f.truth.topLog = n.log
	}
	sim.Report(f.envs[n.id], kv.Appended{Version: r.version, Op: r.op, Key: r.key})
	if len(n.log)-n.flushed > 6 {
		n.flushed = len(n.log) - f.rng.IntN(6)
	}
}

func (f *feed) commit(n *feedNode) {
	if !n.leading || !n.up || n.done == len(n.log) {
		return
	}
	to := n.done + 1 + f.rng.IntN(len(n.log)-n.done)
	n.apply(f, to)
	if n.voted {
		n.voted = false
		f.truth.adopt(n.log[:n.done])
	}
	for ; n.done < to; n.done++ {
		r := n.log[n.done]
		if r.committed < 0 {
			r.committed = f.w.Now()
			r.deposedCommit = n.epoch < f.epoch
		}
		sim.Report(f.envs[n.id], kv.Committed{Version: f.name(r), Op: r.op, Key: r.key})
	}
}

// answer ends one of the writes, not always the oldest.
func (f *feed) answer() {
	if len(f.writes) == 0 {
		return
	}
	i := f.rng.IntN(len(f.writes))
	w := f.writes[i]
	r := w.rec
	ok := r.committed >= 0 && f.rng.IntN(10) > 0
	if r.committed < 0 && f.rng.IntN(10) > 0 && len(f.writes) < 50 && w.leader.up {
		return // not yet
	}
	f.writes[i] = f.writes[len(f.writes)-1]
	f.writes = f.writes[:len(f.writes)-1]
	ret := kv.Returned{Op: r.op, Kind: kv.Write, Key: r.key, Session: r.session, Outcome: kv.Unknown}
	if ok {
		ret.Outcome, ret.Value, ret.Version = kv.Succeeded, r.op, f.name(r)
		r.acked = f.w.Now()
		f.truth.acknowledged(w)
	} else {
		f.truth.unknown = append(f.truth.unknown, r)
	}
	sim.Report(f.envs[feedReplicas+r.session], ret)
}

func (f *feed) invokeRead() {
	f.nextOp++
	f.truth.event++
	s := int32(f.rng.IntN(feedSessions))
	r := &feedRead{op: f.nextOp, key: kv.Key(f.rng.IntN(f.keys)), session: s, at: f.w.Now(), invoke: f.truth.event,
		acks: len(f.truth.acks), node: f.nodes[f.rng.IntN(feedReplicas)]}
	f.reads = append(f.reads, r)
	sim.Report(f.envs[feedReplicas+s], kv.Invoked{Op: r.op, Kind: kv.Read, Key: r.key, Session: s})
}

// read serves a read at its node, or brings the answer to its client.
func (f *feed) read() {
	if len(f.reads) == 0 {
		return
	}
	i := f.rng.IntN(len(f.reads)) * f.rng.IntN(2) // often the oldest
	r := f.reads[i]
	if r.node != nil && r.node.up {
		r.got, r.node = r.node.state[r.key], nil
		return
	}
	f.endRead(i)
}

func (f *feed) endRead(i int) {
	r := f.reads[i]
	f.reads = slices.Delete(f.reads, i, i+1)
	ret := kv.Returned{Op: r.op, Kind: kv.Read, Key: r.key, Session: r.session, Outcome: kv.Unknown}
	if r.node == nil {
		ret.Outcome = kv.Succeeded
		if r.got != nil {
			ret.Value, ret.Version = r.got.op, f.name(r.got)
		}
		f.truth.judge(r)
	}
	sim.Report(f.envs[feedReplicas+r.session], ret)
}

// replicate lets a follower take some of the log of the leader that counts, if its
// own log is part of that.
func (f *feed) replicate(n *feedNode) {
	l := f.top
	if n.leading || !n.up || !l.up || !l.leading || len(n.log) > len(l.log) || sharedPrefix(n.log, l.log) < len(n.log) {
		return
	}
	to := min(len(l.log), len(n.log)+f.rng.IntN(40))
	n.log = append(n.log, l.log[len(n.log):to]...)
	if f.rng.IntN(4) > 0 {
		n.apply(f, n.applied+f.rng.IntN(len(n.log)-n.applied+1))
	}
}

func sharedPrefix(a, b []*feedRecord) int {
	n := min(len(a), len(b))
	for n > 0 && a[n-1] != b[n-1] { // a record is at the end of only one log
		n--
	}
	return n
}

// rejoin starts a crashed node again and cuts what diverged.
func (f *feed) rejoin(n *feedNode) {
	if n == f.top || !f.top.up || !f.top.leading {
		return
	}
	if n.leading {
		n.leading = false
		sim.Report(f.envs[n.id], kv.LeaderStopped{Epoch: n.epoch})
	}
	n.up = true
	end := len(n.log)
	to := sharedPrefix(n.log, f.top.log)
	if to == end {
		return
	}
	epoch := n.log[end-1].version.Epoch()
	n.log = n.log[:to:to]
	n.applied = min(n.applied, to)
	n.rebuild()
	sim.Report(f.envs[n.id], kv.Truncated{To: sim.LSN(to), End: sim.LSN(end), Epoch: epoch})
}
