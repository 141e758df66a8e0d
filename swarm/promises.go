package swarm

import (
	"slices"
	"time"

	"replsim/scenarios"
)

// promise is a theorem about a model: in every scenario that it holds for, a figure
// has to be zero. Whether it holds for a scenario is decided from the scenario
// alone, so that a scenario made smaller promises no more than it can keep.
type promise struct {
	name   string
	figure string
	holds  func(*scenarios.Scenario) bool
}

// The times of orderly failovers. The operator waits half a second for the answers
// of the dead before choosing; a successor applies what it has received; the others
// and those who come back join it.
const (
	failoverPeriod   = 3 * time.Second        // from one failover to the next
	promotionDelay   = 200 * time.Millisecond // from the crash to the order
	promotionTime    = time.Second
	catchUpTime      = time.Second
	orderlyHeartbeat = 200 * time.Millisecond
	orderlySnapshots = 1e6 // bytes per second
)

// leaderPromises are those of leader–follower replication.
var leaderPromises = []promise{
	{"the replicas agree in the end", "convergence.missed", converges},
	{"without promotion nobody else ever leads", "failovers.count", noPromotion},
	{"a leader that nobody replaces loses nothing it has flushed", "data_loss.total", soleLeaderKeeps},
	{"what is on all disks outlives any failover", "data_loss.total", allDisksKeep},
	{"what is on k disks outlives an orderly failover with fewer than k away", "data_loss.total", orderlyFailovers},
	{"a synchronous mode keeps all that was answered", "data_loss.total", synchronousKeeps},
	{"what is on k disks outlives managers who ask enough nodes to refuse the old leader", "data_loss.total", sealedKeep},
	{"a leader that nobody replaces is never stale", "stale_reads.count", soleLeaderIsFresh},
	{"reads from a leader that nobody replaces are linearizable", "linearizability.violations", soleLeaderIsLinearizable},
	{"what all replicas have applied, all show", "stale_reads.count", appliedEverywhere},
}

// every tells whether all faults are such.
func every(s *scenarios.Scenario, is func(scenarios.Fault) bool) bool {
	for _, f := range s.Faults {
		if !is(f) {
			return false
		}
	}
	return true
}

func noCrash(s *scenarios.Scenario) bool {
	return every(s, func(f scenarios.Fault) bool { return f.Crash == nil })
}

// noPromotion: nobody promotes, neither a fault nor a manager.
func noPromotion(s *scenarios.Scenario) bool {
	return noManager(s) && every(s, func(f scenarios.Fault) bool { return f.Promote == "" })
}

func noManager(s *scenarios.Scenario) bool { return s.Failover.Manager == "none" }

func noDiskLost(s *scenarios.Scenario) bool {
	return every(s, func(f scenarios.Fault) bool { return f.Crash == nil || f.Disk == "kept" })
}

// soleLeaderKeeps: r1 answers when its disk has a write, and comes back with its disk;
// or it never goes down.
func soleLeaderKeeps(s *scenarios.Scenario) bool {
	return noPromotion(s) && (noCrash(s) || noDiskLost(s) && s.Replication.LocalFlush)
}

// soleLeaderIsFresh: all reads ask r1, which has what it has answered.
func soleLeaderIsFresh(s *scenarios.Scenario) bool {
	for _, c := range s.Clients {
		if c.ReadsFrom != "leader" {
			return false
		}
	}
	return soleLeaderKeeps(s)
}

// soleLeaderIsLinearizable: there is a single copy, which clients see nothing else of.
func soleLeaderIsLinearizable(s *scenarios.Scenario) bool {
	return s.Check.Linearizable && soleLeaderIsFresh(s)
}

// allDisksKeep: with a write on all disks before its client hears of it, and no way
// round that, anybody may be promoted at any time, with the old leader still alive.
func allDisksKeep(s *scenarios.Scenario) bool {
	r := &s.Replication
	return r.Commit == "all" && waits(r) && r.LocalFlush && noDiskLost(s)
}

// sealedKeep: with a write on the leader's disk and on k others before its client hears of
// it, and n−k nodes that promise to refuse the old leader before the longest of their
// logs takes over, that log has it. Only managers ask for promises: no fault may promote.
func sealedKeep(s *scenarios.Scenario) bool {
	r, f := &s.Replication, &s.Failover
	return (f.Manager == "operator" || f.Manager == "observers") && f.Fences(scenarios.EpochFencing) && f.Candidate == "most-advanced" && waits(r) &&
		r.LocalFlush && !r.ShipUnflushed && noDiskLost(s) &&
		every(s, func(f scenarios.Fault) bool { return f.Promote == "" })
}

// appliedEverywhere: the same for what reads show.
func appliedEverywhere(s *scenarios.Scenario) bool {
	return allDisksKeep(s) && s.Replication.Level == "applied"
}

// waits tells whether commits wait for the disks of followers, any of them, for ever
// if need be.
func waits(r *scenarios.Replication) bool {
	onDisk := r.Level == "flushed" || r.Level == "applied" && r.ApplyWhen == "flushed"
	return r.Commit != "async" && r.SyncLost == "block" && onDisk && len(r.Standbys) == 0
}

// converges: somebody leads in the end, and nothing but faults, which heal, keeps the
// others from following or writes from committing. A manager may find nobody to promote,
// or suspect one leader after the other, for ever.
func converges(s *scenarios.Scenario) bool {
	return (noManager(s) && somebodyLeads(s) || agentsLead(s)) && !blocksForEver(s) && patient(s)
}

// patient tells whether connections outlive what the network does to a message: an
// in-order link that sends a lost one again holds back all later ones, and a narrow
// one takes its time for a large one. If heartbeats are missed meanwhile, the
// connection is given up before anything has come through, and so is the next one.
func patient(s *scenarios.Scenario) bool {
	longest := transfer(s.Network.Bandwidth)
	lossy := s.Network.Loss > 0
	for _, l := range s.Network.Links {
		lossy = lossy || l.Loss != nil && *l.Loss > 0
		if l.Bandwidth != nil {
			longest = max(longest, transfer(*l.Bandwidth))
		}
	}
	if lossy {
		longest = max(longest, s.Network.Retransmit)
	}
	return s.Replication.Heartbeat >= longest
}

// transfer returns how long the largest message takes at so many bytes per second; 0
// stands for no limit.
func transfer(bandwidth int64) time.Duration {
	const largest = 128 << 10 // bytes, of a batch of records or a piece of a snapshot
	if bandwidth == 0 {
		return 0
	}
	return time.Duration(largest * int64(time.Second) / bandwidth)
}

// somebodyLeads: a leader comes back from anything but the loss of its disk. If there
// is any, somebody has to be promoted when all faults are over. Before, the operator
// may not know of the latest epoch, so that the chosen one gives up when it does.
func somebodyLeads(s *scenarios.Scenario) bool {
	if noDiskLost(s) {
		return true
	}
	last := time.Duration(-1)
	for _, f := range s.Faults {
		if f.Promote == scenarios.MostAdvanced {
			last = max(last, f.At)
		}
	}
	return every(s, func(f scenarios.Fault) bool {
		instant := f.Promote != "" || f.ClockJump != nil
		return f.MTTF == nil && (instant || f.For > 0) && f.At+f.For <= last
	})
}

// blocksForEver tells whether the commit rule may ask for more standbys than there
// are, since a leader on the list does not count.
func blocksForEver(s *scenarios.Scenario) bool {
	r := &s.Replication
	if r.Commit == "async" || r.Standbys == nil {
		return false
	}
	need := r.Acks
	if r.Commit == "all" {
		need = 1
	}
	return len(r.Standbys)-1 < need
}

// orderlyFailovers tells whether all faults are failovers such that every write
// outlives them which is on the disks of the k followers that the rule waits for.
// The leader has to be dead before its successor is chosen, or it could acknowledge
// what the chosen one lacks; fewer than k followers may be away at that time; and
// all have to have caught up before the next failover.
func orderlyFailovers(s *scenarios.Scenario) bool {
	r := &s.Replication
	if !noManager(s) || !waits(r) || r.Heartbeat > orderlyHeartbeat || r.SnapshotRate < orderlySnapshots || !calm(&s.Network) || !keepsUp(s) {
		return false
	}
	k := r.Acks
	if r.Commit == "all" {
		k = s.Cluster.Replicas - 1
	}
	rounds := make([][]scenarios.Fault, s.Duration/failoverPeriod+1)
	for _, f := range s.Faults {
		i := f.At / failoverPeriod
		rounds[i] = append(rounds[i], f)
	}
	for i, faults := range rounds {
		end := min(time.Duration(i+1)*failoverPeriod, s.Duration)
		if len(faults) > 0 && !orderlyFailover(s, faults, end, k) {
			return false
		}
	}
	return true
}

// keepsUp tells whether followers can apply what clients write at the busiest time, with
// much to spare: a successor applies its backlog before it leads, and meanwhile the old leader may
// come back and go on.
func keepsUp(s *scenarios.Scenario) bool {
	perSecond := 0.0
	for _, c := range s.Clients {
		busiest := 1.0
		for _, p := range c.Profile {
			busiest = max(busiest, p.Factor)
		}
		if c.Diurnal != nil {
			busiest = max(busiest, c.Diurnal.High)
		}
		perSecond += c.Rate * c.Writes * busiest * float64(1+c.Retries)
	}
	apply, err := s.Replication.Apply.Mean()
	return err == nil && perSecond*apply.Seconds() < 0.5
}

// calm tells whether every message arrives, and as soon as its delay is over.
func calm(n *scenarios.Network) bool {
	for _, l := range n.Links {
		if l.Loss != nil && *l.Loss > 0 || l.Bandwidth != nil {
			return false
		}
	}
	return n.Loss == 0 && n.Bandwidth == 0
}

// orderlyFailover checks one failover, before the end of its period.
func orderlyFailover(s *scenarios.Scenario, faults []scenarios.Fault, end time.Duration, k int) bool {
	i := slices.IndexFunc(faults, func(f scenarios.Fault) bool { return f.Promote == scenarios.MostAdvanced })
	if i < 0 {
		return false
	}
	ordered := faults[i].At
	successor := ordered + promotionTime
	leaderDead, first := false, ordered
	var away []string
	for _, f := range faults {
		if f.Crash != nil && !slices.Equal(f.Crash, []string{scenarios.Leader}) {
			first = min(first, f.At) // by then it must be down, or "leader" names nobody
		}
	}
	for _, f := range faults {
		until := f.At + f.For
		switch {
		case f.Promote == scenarios.MostAdvanced && f.At == ordered:
		case f.Crash == nil, f.MTTF != nil, f.For == 0, f.At >= ordered, until+catchUpTime > end:
			return false
		case slices.Equal(f.Crash, []string{scenarios.Leader}):
			leaderDead = leaderDead || f.At < first && until >= successor
		case f.Disk == "lost":
			return false
		case until+promotionDelay/4 > ordered:
			for _, name := range f.Crash {
				nodes, _ := s.Members(name)
				away = append(away, nodes...)
			}
		}
	}
	slices.Sort(away)
	return leaderDead && len(slices.Compact(away)) < k
}
