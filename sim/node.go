package sim

import (
	"math/rand/v2"
	"time"

	"replsim/sim/dist"
	"replsim/sim/queue"
)

// NodeConfig describes a node: a machine with a place, a program, a processor, a
// disk and a clock. Clients are nodes too.
type NodeConfig struct {
	Name   string // unique; names the node's random streams
	Place  string // where it is; Zone and Region are what it shares failures with
	Zone   string
	Region string
	Boot   Boot

	Cores       int       // servers of the CPU; 0 counts as 1
	Cold        Cold      // of the CPU's first job after it was idle
	ColdDisk    Cold      // of the first flush after the disk was idle
	CPUFactor   float64   // service times are multiplied by this; 0 counts as 1
	Flush       dist.Spec // time of one flush of the log
	FlushRate   int64     // bytes per second added to a flush by its size; 0: unlimited
	DiskFactor  float64   // flush times are multiplied by this; 0 counts as 1
	ClockOffset time.Duration
	ClockPPB    int64 // parts per billion by which the clock runs fast
}

// node is one machine over the whole run, through all its incarnations.
type node struct {
	w    *World
	id   NodeID
	cfg  NodeConfig
	rand *rand.Rand
	cold coldStart // of the CPU

	up bool
	// incarnation counts crashes and starts: whatever was scheduled by or sent to
	// another incarnation is dead. This ends all timers, jobs and connections of a
	// crashed node at once.
	incarnation uint32
	// lostBefore is the first incarnation whose messages in flight still count:
	// those of a machine that died with its network card never arrive.
	lostBefore uint32

	clock    clock
	cpuSlow  slowdown
	diskSlow slowdown
	timers   []*Timer
	deferred []queue.Key // events that came due while paused
	log      durable
	pages    any
	// crashes and pauses that last: only when the last one has healed does the
	// node start or go on. The first one counts what is lost or late.
	crashes []*Effect
	killed  []*Effect // those of the crashes that ended the program alone
	pauses  []*Effect
}

// durable is a log as a crash sees it.
type durable interface {
	crash(diskLost bool) (lost int64)
}

// slowdown multiplies times; overlapping faults multiply up.
type slowdown struct {
	base    float64
	effects []*slowEffect
}

type slowEffect struct {
	factor float64
	effect *Effect
}

func (s *slowdown) scale(d time.Duration) time.Duration {
	if s.base == 1 && len(s.effects) == 0 {
		return d
	}
	f := s.base
	for _, e := range s.effects {
		f *= e.factor
		e.effect.Slowed++
	}
	return time.Duration(float64(d) * f)
}

// AddNode adds a node; it boots when Run starts. Nodes cannot be added later.
func (w *World) AddNode(cfg NodeConfig) NodeID {
	if w.started {
		panic("sim: AddNode after Run")
	}
	id := NodeID(len(w.nodes))
	n := &node{w: w, id: id, cfg: cfg}
	n.rand = w.Stream("node/" + cfg.Name)
	n.cold = w.newColdStart(cfg.Cold, "cold/"+cfg.Name)
	n.clock = clock{offset: cfg.ClockOffset, ppb: cfg.ClockPPB}
	n.cpuSlow.base, n.diskSlow.base = orOne(cfg.CPUFactor), orOne(cfg.DiskFactor)
	w.nodes = append(w.nodes, n)
	return id
}

func orOne(f float64) float64 {
	if f == 0 {
		return 1
	}
	return f
}

// Nodes returns the number of nodes.
func (w *World) Nodes() int { return len(w.nodes) }

// Node returns the configuration of a node.
func (w *World) Node(id NodeID) NodeConfig { return w.nodes[id].cfg }

// Up tells whether a node is running (paused ones are).
func (w *World) Up(id NodeID) bool { return w.nodes[id].up }

// Cores returns the servers of a node's CPU.
func (c NodeConfig) cores() int { return max(1, c.Cores) }

// turnOn begins an incarnation, which can be sent to from now on.
func (n *node) turnOn() {
	n.incarnation++
	n.up = true
}

// boot starts the node's program.
func (n *node) boot() {
	e := &Env{node: n, incarnation: n.incarnation}
	e.cpu = NewCPU(e, n.cfg.cores())
	e.cpu.cold, e.cpu.freeSince = n.cold, n.w.now
	publish(n.w, n.id, Started{})
	n.cfg.Boot(e)
}

// crash ends the incarnation, if the node is up, and takes what was not flushed,
// or the whole disk, which a node that is down can lose too.
func (n *node) crash(diskLost, inFlightLost bool, effect *Effect) {
	n.crashes = append(n.crashes, effect)
	if !n.up && !diskLost {
		return
	}
	if n.up {
		n.turnOff(inFlightLost)
	}
	fact := Crashed{DiskLost: diskLost}
	if n.log != nil {
		fact.Unflushed = n.log.crash(diskLost)
	}
	if diskLost {
		n.pages = nil
	}
	effect.LostRecords += fact.Unflushed
	effect.Hits++
	publish(n.w, n.id, fact)
}

// turnOff ends the incarnation. Volatile state goes with the handlers and timers
// that hold it.
func (n *node) turnOff(inFlightLost bool) {
	if inFlightLost {
		n.lostBefore = n.incarnation + 1
	}
	n.up, n.pauses = false, nil
	n.incarnation++
	for _, l := range n.w.lanes[kernelLanes:] {
		l.forget(n.id)
	}
	for _, t := range n.timers {
		if t.pending == 0 {
			n.w.timers.take(t.slot)
		}
	}
	n.timers = n.timers[:0]
	n.fireDeferred()
	for _, l := range n.w.links { // connections are made anew
		if l.ends.From == n.id || l.ends.To == n.id {
			l.reset()
		}
	}
}

// restart ends a crash, and boots the node again if no other one lasts.
func (n *node) restart(effect *Effect) {
	n.crashes = without(n.crashes, effect)
	if len(n.crashes) == 0 {
		n.turnOn()
		n.boot()
	}
}

// PowerOff takes a node down at once, as a fencing device does with the socket that the
// machine hangs on: what it had sent is lost with it. It is no fault of the scenario, so
// no healing undoes it; the function returned does, if called. The caller is what stands
// outside the nodes, or a node other than this one.
func (w *World) PowerOff(id NodeID) (on func()) {
	effect := &Effect{}
	n := w.nodes[id]
	n.crash(false, true, effect)
	return func() { n.restart(effect) }
}

// pause stops the node's program; events for it wait.
func (n *node) pause(effect *Effect) {
	if !n.up {
		return
	}
	n.pauses = append(n.pauses, effect)
	effect.Hits++
	if len(n.pauses) == 1 {
		publish(n.w, n.id, Paused{})
	}
}

// resume ends a pause. If no other one lasts, the node goes on: everything that
// came due happens now, in order.
func (n *node) resume(effect *Effect) {
	if len(n.pauses) == 0 { // it crashed meanwhile
		return
	}
	n.pauses = without(n.pauses, effect)
	if len(n.pauses) == 0 {
		publish(n.w, n.id, Resumed{})
		n.fireDeferred()
	}
}

// postpone keeps an event for later if the node is paused, and tells so.
func (n *node) postpone(key queue.Key) bool {
	if len(n.pauses) == 0 {
		return false
	}
	n.deferred = append(n.deferred, key)
	n.pauses[0].Delayed++
	return true
}

// fireDeferred fires the postponed events at once, and not through the queue:
// what is there already for this very instant came later than they did. If the
// node has crashed, their lanes find the incarnation dead and free the slots.
func (n *node) fireDeferred() {
	for _, key := range n.deferred {
		n.w.fire(key)
	}
	n.deferred = n.deferred[:0]
}

// Pages returns what this node keeps on its disk beside the log: the database's
// pages. It outlives crashes but not the loss of the disk; fresh makes it then
// and at first. Put there only what the flushed log already covers.
func Pages[T any](e *Env, fresh func() *T) *T {
	if p, ok := e.node.pages.(*T); ok {
		return p
	}
	p := fresh()
	e.node.pages = p
	return p
}
