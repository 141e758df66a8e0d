package leader

import (
	"time"

	"replsim/sim"
)

// peer is a follower as its leader sees it.
type peer struct {
	id       sim.NodeID
	conn     connID   // the connection, if open
	asked    sim.Time // the Hello that it was opened for
	sent     sim.LSN
	acked    [levels]sim.LSN
	heard    sim.Time // the leader's clock at its last message
	lastSent sim.Time
	shipping bool // a batch or snapshot is in service

	streaming bool    // it has caught up since its connection was opened
	joining   pursuit // … or is about to
	outOfSync bool    // Shrink: it was silent and does not count until it has caught up
	returning pursuit // … which this tells
}

// pursuit tells when a follower that was behind has caught up with a log that
// grows. Each round it has to reach where the log ended at the round's start; it is
// there when a round was short. (Raft decides so about new servers: Ongaro's thesis,
// 4.2.1. To ask for the newest record would never end under load.)
type pursuit struct {
	goal  sim.LSN
	since sim.Time
}

// caughtUp is asked at each acknowledgement; limit is how long a short round takes.
func (q *pursuit) caughtUp(acked, end sim.LSN, now sim.Time, limit time.Duration) bool {
	if acked < q.goal {
		return false
	}
	if acked >= end || now.Sub(q.since) < limit {
		return true
	}
	*q = pursuit{end, now}
	return false
}

// rule computes up to where the commit rule holds.
type rule struct {
	cfg      *Config
	standbys []*peer // in order of priority
	best     []sim.LSN

	by    StandbyRule
	since sim.LSN // ByAgent: where the log ended when the agent last named a further standby
}

func newRule(cfg *Config, by StandbyRule) rule { return rule{cfg: cfg, by: by} }

// attach picks the standbys among the peers, in the order of the configuration.
func (u *rule) attach(nodes []sim.NodeID, peers []*peer) {
	if u.by != ByConfig {
		return // the agent will name them
	}
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
//	First k  the lowest among the first k standbys that are streaming
//	All      the lowest of all
//
// With fewer standbys than needed no position holds: writes block. So do they, as
// with PostgreSQL, when a promoted standby was alone on its list. Standbys that
// Shrink took out do not count, and are not asked for.
func (u *rule) position() sim.LSN {
	if u.by != ByConfig {
		return u.named()
	}
	need := u.cfg.Acks
	switch u.cfg.Rule {
	case Async:
		return unbounded
	case All:
		need = len(u.standbys)
		if need == 0 && u.cfg.Standbys != nil {
			return 0
		}
	}
	if u.cfg.SyncLost == Shrink {
		need = min(need, len(u.standbys)-u.excluded())
	}
	if need <= 0 {
		return unbounded
	}
	u.best = u.best[:0]
	for _, p := range u.standbys {
		if p.outOfSync || (u.cfg.Rule == First && !(p.conn.open() && p.streaming)) {
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

// exclude takes standbys out that have not acknowledged lsn. The log ends at end.
func (u *rule) exclude(lsn, end sim.LSN, now sim.Time) {
	for _, p := range u.standbys {
		if p.acked[u.cfg.Level] < lsn && !p.outOfSync {
			p.outOfSync, p.returning = true, pursuit{end, now}
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
