package leader

import "replsim/sim"

// peer is a follower as its leader sees it.
type peer struct {
	id        sim.NodeID
	conn      connID // the connection, if open
	sent      sim.LSN
	acked     [levels]sim.LSN
	heard     sim.Time // the leader's clock at its last message
	lastSent  sim.Time
	loading   sim.Time // until then a snapshot is on its way to it
	shipping  bool     // a batch or snapshot is in service
	outOfSync bool     // Shrink: it was silent and does not count until it has caught up
}

// rule computes up to where the commit rule holds.
type rule struct {
	cfg      *Config
	standbys []*peer // in order of priority
	best     []sim.LSN
}

func newRule(cfg *Config) rule { return rule{cfg: cfg} }

// attach picks the standbys among the peers, in the order of the configuration.
func (u *rule) attach(nodes []sim.NodeID, peers []*peer) {
	if u.cfg.Standbys == nil {
		u.standbys = peers
	}
	for _, i := range u.cfg.Standbys {
		for _, p := range peers {
			if p.id == nodes[i] {
				u.standbys = append(u.standbys, p)
			}
		}
	}
	u.best = make([]sim.LSN, 0, len(u.standbys))
}

// unbounded is the position of a rule that waits for nobody.
const unbounded = sim.LSN(1<<62 - 1)

// position returns the last log position that enough standbys have acknowledged
// at the configured level; unbounded if none are needed.
//
//	Any k    the k-th highest position of the standbys
//	First k  the lowest among the first k connected standbys
//	All      the lowest of all
//
// With fewer standbys than needed no position holds: writes block. Standbys that
// Shrink took out do not count, and are not asked for.
func (u *rule) position() sim.LSN {
	need := u.cfg.Acks
	switch u.cfg.Rule {
	case Async:
		return unbounded
	case All:
		need = len(u.standbys)
	}
	need = min(need, len(u.standbys)-u.excluded())
	if need <= 0 {
		return unbounded
	}
	u.best = u.best[:0]
	for _, p := range u.standbys {
		if p.outOfSync || (u.cfg.Rule == First && !p.conn.open()) {
			continue
		}
		u.insert(p.acked[u.cfg.Level])
		if u.cfg.Rule == First && len(u.best) == need {
			break
		}
	}
	if len(u.best) < need {
		return 0
	}
	return u.best[need-1]
}

// insert keeps best sorted, the highest first; it is a handful long.
func (u *rule) insert(lsn sim.LSN) {
	u.best = append(u.best, lsn)
	for i := len(u.best) - 1; i > 0 && u.best[i] > u.best[i-1]; i-- {
		u.best[i], u.best[i-1] = u.best[i-1], u.best[i]
	}
}

// exclude takes standbys out that have not acknowledged lsn.
func (u *rule) exclude(lsn sim.LSN) {
	for _, p := range u.standbys {
		if p.acked[u.cfg.Level] < lsn {
			p.outOfSync = true
		}
	}
}

// include takes standbys back that have acknowledged lsn.
func (u *rule) include(lsn sim.LSN) {
	for _, p := range u.standbys {
		if p.outOfSync && p.acked[u.cfg.Level] >= lsn {
			p.outOfSync = false
		}
	}
}

// excluded counts the standbys that are out.
func (u *rule) excluded() int {
	n := 0
	for _, p := range u.standbys {
		if p.outOfSync {
			n++
		}
	}
	return n
}
