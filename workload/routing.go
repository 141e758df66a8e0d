package workload

import (
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// router is what a client believes about the servers, and whom it asks. Servers
// are indices of Config.Servers throughout.
type router struct {
	cfg *Config

	leader    int  // who is believed to lead
	confirmed bool // it has acted as the leader since; otherwise it is a guess or a hint
	guess     int  // the server tried last for want of a hint

	near  []int      // ReadNearest, WriteNearest: the servers, nearest first
	turn  int        // ReadRoundRobin
	avoid []sim.Time // silent servers are not read before this instant
	last  []sim.Time // when each was heard last; -1 before
	lags  []lagBelief
}

// avoidFor is how long a silent server is not read, unless it is heard before.
const avoidFor = 10 * time.Second

func newRouter(g *Group, i int) router {
	n := len(g.cfg.Servers)
	r := router{cfg: &g.cfg, turn: i, leader: g.serverOf(g.cfg.Leader)}
	r.guess = r.leader
	r.avoid, r.last, r.lags = make([]sim.Time, n), make([]sim.Time, n), make([]lagBelief, n)
	for s := range r.last {
		r.last[s] = -1
	}
	if g.cfg.ReadsFrom == ReadNearest || g.cfg.WritesTo == WriteNearest {
		r.near = nearest(g.cfg.Servers, g.world.Node(g.nodes[i]))
	}
	return r
}

// nearest returns the servers in the order of their distance from a client: its own
// place, its zone, its region, and the rest; equals in the order given.
func nearest(servers []Server, client sim.NodeConfig) []int {
	var near [4][]int
	for i, s := range servers {
		d := distance(s, client)
		near[d] = append(near[d], i)
	}
	return append(append(append(near[0], near[1]...), near[2]...), near[3]...)
}

// distance ranks how far a server is from a client, from 0 to 3.
func distance(s Server, client sim.NodeConfig) int {
	switch {
	case s.Place == client.Place:
		return 0
	case s.Region == client.Region && s.Zone == client.Zone:
		return 1
	case s.Region == client.Region:
		return 2
	}
	return 3
}

// route returns whom an attempt asks, and whether for being the leader.
func (r *router) route(op *operation, now sim.Time) (server int, asLeader bool) {
	if op.kind == kv.Write && r.cfg.WritesTo == WriteLeader || op.kind == kv.Read && r.cfg.ReadsFrom == ReadLeader {
		return r.toLeader(), true
	}
	free := func(s int) bool { return now >= r.avoid[s] && (op.attempts == 0 || s != int(op.server)) }
	if op.kind == kv.Write {
		server = firstOf(r.near, free)
	} else {
		server = r.reader(op, now, free)
	}
	if server < 0 { // none will do
		return r.toLeader(), true
	}
	return server, false
}

// reader returns which of the servers that are free an attempt asks for a read, or -1.
func (r *router) reader(op *operation, now sim.Time, free func(s int) bool) int {
	word := op.plan.route
	if op.attempts > 0 {
		word = derive(word, op.attempts)
	}
	switch r.cfg.ReadsFrom {
	case ReadAny:
		return r.anyOf(word, free)
	case ReadFollowers:
		return r.anyOf(word, func(s int) bool { return s != r.leader && free(s) })
	case ReadNearest:
		return firstOf(r.near, free)
	case ReadRoundRobin:
		return r.inTurn(free)
	case ReadLeastLag:
		return r.leastLag(word, now, free)
	case ReadMaxLag:
		return r.anyOf(word, func(s int) bool { return r.believedLag(s, now) <= r.cfg.MaxLag && free(s) })
	}
	return -1
}

// anyOf returns a random server among those that are ok, or -1.
func (r *router) anyOf(word uint64, ok func(s int) bool) int {
	n := 0
	for s := range r.avoid {
		if ok(s) {
			n++
		}
	}
	skip := among(word, n)
	for s := range r.avoid {
		if !ok(s) {
			continue
		}
		if skip == 0 {
			return s
		}
		skip--
	}
	return -1
}

// firstOf returns the first in a list that is ok, or -1.
func firstOf(list []int, ok func(s int) bool) int {
	for _, s := range list {
		if ok(s) {
			return s
		}
	}
	return -1
}

// inTurn returns the next server in turn, passing over those that are not ok, or -1.
func (r *router) inTurn(ok func(s int) bool) int {
	n := len(r.avoid)
	turn := r.turn
	r.turn++
	for i := range n {
		if s := (turn + i) % n; ok(s) {
			return s
		}
	}
	return -1
}

// heard notes that a server has sent something, so it is up.
func (r *router) heard(server int, now sim.Time) {
	if server == len(r.last) { // a proxy
		return
	}
	r.last[server] = now
	r.avoid[server] = 0
}

// silent notes that a request has timed out. If the server has been heard since, it
// is up and the request was lost or is slow: there is no reason to avoid it. A
// leader is doubted all the same, for it may answer reads and hang on writes.
func (r *router) silent(server int, sent, now sim.Time) {
	if r.last[server] < sent {
		r.avoid[server] = now.Add(avoidFor)
	}
	r.doubt(server)
}

// doubt tries the next server in turn as the leader from now on, if server was
// believed to lead. The turns go on where they were left even if hints come in
// between, so a hint to a dead leader cannot keep the others from being tried.
func (r *router) doubt(server int) {
	if server != r.leader || r.cfg.Redirect != FollowHints {
		return
	}
	n := len(r.avoid)
	r.guess = (r.guess + 1) % n
	if r.guess == r.leader {
		r.guess = (r.guess + 1) % n
	}
	r.leader, r.confirmed = r.guess, false
}

// deny notes that server says it does not lead, and who does (or -1).
func (r *router) deny(server, hint int) {
	switch {
	case r.cfg.Redirect != FollowHints:
	case hint < 0 || hint == server:
		r.doubt(server)
	case server == r.leader || !r.confirmed:
		r.leader, r.confirmed = hint, false
	}
}

// confirm notes that server has acted as the leader. Behind a proxy the answer says who
// that was (or -1): reads for followers pass it over.
func (r *router) confirm(server, hint int) {
	switch r.cfg.Redirect {
	case FollowHints:
		r.leader, r.confirmed = server, true
	case ByProxy:
		if hint >= 0 {
			r.leader = hint
		}
	}
}

// learn takes from a late reply who leads, unless that is known for sure. (A paused
// leader that comes back may answer late although another has long taken over.)
func (r *router) learn(server, hint int, reply kv.Reply) {
	switch {
	case r.confirmed || r.cfg.Redirect != FollowHints:
	case reply.Status == kv.NotLeader:
		r.deny(server, hint)
	case reply.Status == kv.OK && hint == server:
		r.leader = server
	}
}
