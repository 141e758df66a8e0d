package sim

import (
	"time"

	"replsim/sim/queue"
)

// CPU is a set of identical servers with one first-come, first-served queue: a
// processor with its cores, or a pool of appliers. Work waits when all are busy,
// which is how load turns into latency and replication lag.
type CPU struct {
	node        *node
	incarnation uint32
	servers     int
	idle        int
	waiting     ring[waitingJob]
	cold        coldStart
	freeSince   Time // when the last server became idle, if all are
}

// jobs is a kind of work, as the CPU sees it.
type jobs interface {
	run(slot uint32)
}

type waitingJob struct {
	kind jobs
	slot uint32
	cost time.Duration
}

// runningJob is a job in service; its event ends it.
type runningJob struct {
	cpu  *CPU
	kind jobs
	slot uint32
}

// NewCPU returns servers of their own for this node, beside Env.CPU. They die
// with the incarnation.
func NewCPU(e *Env, servers int) *CPU {
	return &CPU{node: e.node, incarnation: e.incarnation, servers: servers, idle: servers}
}

// Waiting returns how many jobs wait for a server.
func (c *CPU) Waiting() int { return c.waiting.len() }

// Jobs is one kind of work for a CPU: jobs of type J, run by one function.
type Jobs[J any] struct {
	cpu   *CPU
	on    func(J)
	slots slots[J]
}

// NewJobs returns a kind of work whose jobs call on when their service ends.
func NewJobs[J any](c *CPU, on func(J)) *Jobs[J] { return &Jobs[J]{cpu: c, on: on} }

// Do queues a job that needs a server for cost.
func (j *Jobs[J]) Do(cost time.Duration, job J) {
	c := j.cpu
	if c.incarnation != c.node.incarnation {
		return // a closure of a dead incarnation
	}
	next := waitingJob{kind: j, slot: j.slots.put(job), cost: cost}
	if c.idle == 0 {
		c.waiting.push(next)
		return
	}
	if c.idle == c.servers {
		next.cost += c.cold.cost(c.node.w.now.Sub(c.freeSince))
	}
	c.idle--
	c.begin(next)
}

// StartsCold tells whether the first job after an idle time takes longer, so that
// even work that costs nothing by itself should be given to the CPU.
func (c *CPU) StartsCold() bool { return c.cold.draws != nil }

func (j *Jobs[J]) run(slot uint32) { j.on(j.slots.take(slot)) }

func (c *CPU) begin(job waitingJob) {
	w := c.node.w
	cost := c.node.cpuSlow.scale(job.cost)
	w.push(w.now.Add(cost), laneCPU, w.running.put(runningJob{cpu: c, kind: job.kind, slot: job.slot}))
}

// fireCPU ends a job, unless a crash took it.
func (w *World) fireCPU(key queue.Key) {
	job := w.running.items[key.Slot]
	c := job.cpu
	dead := c.incarnation != c.node.incarnation
	if !dead && c.node.postpone(key) {
		return
	}
	w.running.take(key.Slot)
	if dead {
		return
	}
	if c.waiting.len() > 0 {
		c.begin(c.waiting.pop())
	} else {
		c.idle++
		c.freeSince = w.now
	}
	job.kind.run(job.slot)
}

// ring is a first-in, first-out queue that reuses its memory.
type ring[T any] struct {
	items []T // length is a power of two
	head  int
	count int
}

func (r *ring[T]) len() int { return r.count }

func (r *ring[T]) push(v T) {
	if r.count == len(r.items) {
		grown := make([]T, max(16, 2*r.count))
		for i := range r.count {
			grown[i] = r.items[(r.head+i)&(len(r.items)-1)]
		}
		r.items, r.head = grown, 0
	}
	r.items[(r.head+r.count)&(len(r.items)-1)] = v
	r.count++
}

func (r *ring[T]) pop() T {
	v := r.items[r.head]
	var zero T
	r.items[r.head] = zero
	r.head = (r.head + 1) & (len(r.items) - 1)
	r.count--
	return v
}
