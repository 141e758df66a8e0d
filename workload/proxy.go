package workload

import (
	"maps"
	"slices"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// ProxyConfig describes a proxy that finds the leader by checking all replicas: HAProxy
// before a Patroni cluster, say. Times are positive.
type ProxyConfig struct {
	Servers []sim.NodeID // whom it checks
	Leader  sim.NodeID   // whom it takes to lead at the start

	Every   time.Duration // from the end of a check to the next one (inter)
	Fast    time.Duration // the same while a server is on its way up or down (fastinter)
	Timeout time.Duration // a check without an answer has failed (timeout check)
	Rise    int           // successful checks in a row that bring a server up, at least 1
	Fall    int           // failed ones that take it down, at least 1
}

// proxy is the program of a proxy.
type proxy struct {
	cfg      ProxyConfig
	env      *sim.Env
	backends []*backend
	homes    map[sim.NodeID]*backend // where each client's connection leads to
	turn     int
}

// backend is a replica as a proxy sees it.
type backend struct {
	p       *proxy
	id      sim.NodeID
	health  int  // 0 … Rise+Fall−1; from Rise on the server is up
	asking  bool // a check is under way
	tag     uint32
	timer   *sim.Timer             // the next check, or the time-out of this one
	waiting map[kv.OpID]sim.NodeID // clients of the requests that are not answered
}

// hangup tells a proxy that a client gives up its connection, as drivers do after a
// time-out.
type hangup struct{}

// Size implements sim.Message.
func (hangup) Size() int { return 64 }

// BuildProxy adds a proxy to the world; its Boot is set here. It has been running for
// long: it knows who leads at the start, and its checks come at any phase.
func BuildProxy(w *sim.World, cfg ProxyConfig, node sim.NodeConfig) sim.NodeID {
	node.Boot = func(e *sim.Env) {
		p := &proxy{cfg: cfg, env: e, homes: map[sim.NodeID]*backend{}}
		phase := e.Stream("checks")
		for _, id := range cfg.Servers {
			b := &backend{p: p, id: id, waiting: map[kv.OpID]sim.NodeID{}}
			if id == cfg.Leader {
				b.health = cfg.Rise + cfg.Fall - 1
			}
			b.timer = e.NewTimer(b.onTimer)
			b.timer.Reset(time.Duration(phase.Int64N(int64(cfg.Every))))
			p.backends = append(p.backends, b)
		}
		sim.Handle(e, p.onRequest)
		sim.Handle(e, p.onReply)
		sim.Handle(e, p.onChecked)
		sim.Handle(e, func(client sim.NodeID, _ hangup) { delete(p.homes, client) })
	}
	return w.AddNode(node)
}

// onTimer begins a check, or finds that one has had no answer.
func (b *backend) onTimer() {
	if b.asking {
		b.checked(false)
		return
	}
	b.asking = true
	b.tag++
	sim.Send(b.p.env, b.id, kv.LagQuery{Tag: b.tag})
	b.timer.Reset(b.p.cfg.Timeout)
}

// onChecked takes the answer to a check, unless it comes too late.
func (p *proxy) onChecked(from sim.NodeID, r kv.LagReply) {
	if b := p.backend(from); b.asking && b.tag == r.Tag {
		b.checked(r.Leading)
	}
}

// checked counts a check. A success of a server that is up, or whose rise is complete,
// gives it full health; a failure of one that is not yet up sets it back to nothing.
func (b *backend) checked(leads bool) {
	cfg := &b.p.cfg
	b.asking = false
	full := cfg.Rise + cfg.Fall - 1
	switch was := b.up(); {
	case leads:
		if b.health++; b.health >= cfg.Rise {
			b.health = full
		}
	case b.health > cfg.Rise:
		b.health--
	default:
		b.health = 0
		if was {
			b.p.shut(b)
		}
	}
	if b.health == 0 || b.health == full {
		b.timer.Reset(cfg.Every)
	} else {
		b.timer.Reset(cfg.Fast)
	}
}

func (b *backend) up() bool { return b.health >= b.p.cfg.Rise }

// shut closes all connections to a server that is down (on-marked-down
// shutdown-sessions). What it did of their last requests nobody knows.
func (p *proxy) shut(b *backend) {
	for _, id := range slices.Sorted(maps.Keys(b.waiting)) {
		sim.Send(p.env, b.waiting[id], kv.Reply{ID: id, Status: kv.Broken, Leader: sim.NoNode})
	}
	clear(b.waiting)
	maps.DeleteFunc(p.homes, func(_ sim.NodeID, home *backend) bool { return home == b })
}

// onRequest passes a request on through its client's connection. A new one goes to
// the next server in turn that is up. (There are two of them as long as a deposed
// leader's checks succeed.)
func (p *proxy) onRequest(client sim.NodeID, r kv.Request) {
	b := p.homes[client]
	if b == nil {
		if b = p.next(); b == nil {
			sim.Send(p.env, client, kv.Reply{ID: r.ID, Status: kv.Refused, Leader: sim.NoNode})
			return
		}
		p.homes[client] = b
	}
	b.waiting[r.ID] = client
	sim.Send(p.env, b.id, r)
}

// next returns the next server in turn that is up, or nil.
func (p *proxy) next() *backend {
	for i := range p.backends {
		at := (p.turn + i) % len(p.backends)
		if p.backends[at].up() {
			p.turn = at + 1
			return p.backends[at]
		}
	}
	return nil
}

// onReply passes an answer on, if its connection is still there.
func (p *proxy) onReply(from sim.NodeID, r kv.Reply) {
	b := p.backend(from)
	if client, open := b.waiting[r.ID]; open {
		delete(b.waiting, r.ID)
		sim.Send(p.env, client, r)
	}
}

func (p *proxy) backend(id sim.NodeID) *backend {
	i := slices.IndexFunc(p.backends, func(b *backend) bool { return b.id == id })
	return p.backends[i]
}
