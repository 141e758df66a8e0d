package swarm

import (
	"testing"

	"replsim/scenarios"
)

// oneFailover is an orderly one, of a cluster that waits for both followers' disks.
const oneFailover = `
title    = "One failover"
duration = "3s"
[replication]
commit    = "any"
acks      = 2
heartbeat = "100ms"
[faults.leader]
at    = "200ms"
for   = "1300ms"
crash = "leader"
disk  = "lost"
[faults.others]
at    = "201ms"
for   = "1200ms"
crash = "r2"
[faults.rest]
at    = "201ms"
for   = "10ms"
crash = ["r1", "r3"]
[faults.successor]
at      = "400ms"
promote = "most-advanced"
`

// plainCluster has nothing but an asynchronous leader.
const plainCluster = `
title = "Plain"
`

const (
	converging = "the replicas agree in the end"
	unchanged  = "without promotion nobody else ever leads"
	soleKeeps  = "a leader that nobody replaces loses nothing it has flushed"
	allKeep    = "what is on all disks outlives any failover"
	kKeep      = "what is on k disks outlives an orderly failover with fewer than k away"
	soleFresh  = "a leader that nobody replaces is never stale"
	allShow    = "what all replicas have applied, all show"
)

func TestPromises(t *testing.T) {
	for _, test := range []struct {
		name, text string
		set        []string
		promise    string
		want       bool
	}{
		{"plain", plainCluster, nil, converging, true},
		{"plain", plainCluster, nil, unchanged, true},
		{"plain", plainCluster, nil, soleKeeps, true},
		{"plain", plainCluster, nil, soleFresh, true},
		{"plain", plainCluster, nil, allKeep, false},
		{"a promotion", plainCluster, []string{"faults.p.promote=r2", "faults.p.at=1s"}, unchanged, false},
		{"a promotion", plainCluster, []string{"faults.p.promote=r2", "faults.p.at=1s"}, soleKeeps, false},
		{"a promotion", plainCluster, []string{"faults.p.promote=r2", "faults.p.at=1s"}, converging, true},
		{"a lost disk", plainCluster, []string{"faults.c.crash=r1", "faults.c.at=1s", "faults.c.disk=lost"}, converging, false},
		{"a lost disk", plainCluster, []string{"faults.c.crash=r1", "faults.c.at=1s", "faults.c.disk=lost"}, soleKeeps, false},
		{"a lost disk, then calm", plainCluster, []string{"faults.c.crash=r1", "faults.c.at=1s", "faults.c.for=1s", "faults.c.disk=lost",
			"faults.p.promote=most-advanced", "faults.p.at=2s"}, converging, true},
		{"a lost disk that is not back", plainCluster, []string{"faults.c.crash=r1", "faults.c.at=1s", "faults.c.for=1s", "faults.c.disk=lost",
			"faults.p.promote=most-advanced", "faults.p.at=1900ms"}, converging, false},
		{"a lost disk, and a named successor", plainCluster, []string{"faults.c.crash=r1", "faults.c.at=1s", "faults.c.for=1s", "faults.c.disk=lost",
			"faults.p.promote=r2", "faults.p.at=2s"}, converging, false},
		{"answers from memory", plainCluster, []string{"replication.local_flush=false"}, soleKeeps, true},
		{"answers from memory, crash", plainCluster, []string{"replication.local_flush=false", "faults.c.crash=r1", "faults.c.at=1s"}, soleKeeps, false},
		{"reads anywhere", plainCluster, []string{"workload.reads_from=any"}, soleFresh, false},
		{"a group reads anywhere", plainCluster, []string{"clients.a.clients=1", "clients.b.reads_from=any"}, soleFresh, false},
		{"standbys for all leaders", plainCluster, []string{"replication.commit=any", `replication.standbys=["r2", "r3"]`}, converging, true},
		{"a standby too few", plainCluster, []string{"replication.commit=any", `replication.standbys=["r2"]`}, converging, false},
		{"all standbys", plainCluster, []string{"replication.commit=all", `replication.standbys=["r2"]`}, converging, false},
		{"impatient", plainCluster, []string{"network.loss=1%", "replication.heartbeat=100ms"}, converging, false},
		{"impatient on one link", plainCluster, []string{`network.links.l.between=["r1", "r2"]`, "network.links.l.loss=1%", "replication.heartbeat=100ms"}, converging, false},
		{"too narrow", plainCluster, []string{"network.bandwidth=1MB/s", "replication.heartbeat=100ms"}, converging, false},
		{"a narrow link", plainCluster, []string{`network.links.l.between=["r1", "r2"]`, "network.links.l.bandwidth=1MB/s", "replication.heartbeat=100ms"}, converging, false},
		{"wide enough", plainCluster, []string{"network.bandwidth=2MB/s", "replication.heartbeat=100ms"}, converging, true},
		{"patient", plainCluster, []string{"network.loss=1%", "replication.heartbeat=200ms"}, converging, true},

		{"all", plainCluster, []string{"replication.commit=all"}, allKeep, true},
		{"all", plainCluster, []string{"replication.commit=all"}, allShow, false},
		{"all applied", plainCluster, []string{"replication.commit=all", "replication.level=applied"}, allShow, true},
		{"all applied from memory", plainCluster, []string{"replication.commit=all", "replication.level=applied", "replication.apply_when=received"}, allKeep, false},
		{"all received", plainCluster, []string{"replication.commit=all", "replication.level=received"}, allKeep, false},
		{"all of some", plainCluster, []string{"replication.commit=all", "replication.standbys=r2"}, allKeep, false},
		{"all, or fewer", plainCluster, []string{"replication.commit=all", "replication.sync_lost=shrink"}, allKeep, false},
		{"all but the leader", plainCluster, []string{"replication.commit=all", "replication.local_flush=false"}, allKeep, false},
		{"all, a lost disk", plainCluster, []string{"replication.commit=all", "faults.c.crash=r2", "faults.c.at=1s", "faults.c.disk=lost"}, allKeep, false},

		{"orderly", oneFailover, nil, kKeep, true},
		{"too many away", oneFailover, []string{"replication.acks=1"}, kKeep, false},
		{"everybody's disk", oneFailover, []string{"faults.rest.disk=lost"}, kKeep, false},
		{"back too soon", oneFailover, []string{"faults.leader.for=1s"}, kKeep, false},
		{"the leader is alive", oneFailover, []string{"faults.leader.off=true"}, kKeep, false},
		{"nobody takes over", oneFailover, []string{"faults.successor.off=true"}, kKeep, false},
		{"takes over before the crash", oneFailover, []string{"faults.successor.at=100ms"}, kKeep, false},
		{"a named one takes over", oneFailover, []string{"faults.successor.promote=r3"}, kKeep, false},
		{"the rest are away too", oneFailover, []string{"faults.rest.for=180ms"}, kKeep, false},
		{"no leader when the leader is to die", oneFailover, []string{"faults.rest.at=200ms"}, kKeep, false},
		{"no time to catch up", oneFailover, []string{"duration=2400ms"}, kKeep, false},
		{"another fault", oneFailover, []string{"faults.x.pause=r3", "faults.x.at=1s", "faults.x.for=10ms"}, kKeep, false},
		{"slow to notice", oneFailover, []string{"replication.heartbeat=1s"}, kKeep, false},
		{"slow snapshots", oneFailover, []string{"replication.snapshot_rate=10kB/s"}, kKeep, false},
		{"lossy", oneFailover, []string{"network.loss=1%"}, kKeep, false},
		{"waits for nobody", oneFailover, []string{"replication.commit=async"}, kKeep, false},
	} {
		t.Run(test.name+": "+test.promise, func(t *testing.T) {
			file, err := scenarios.Parse("test.toml", []byte(test.text), scenarios.Set(test.set...))
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range leaderPromises {
				if p.name != test.promise {
					continue
				}
				if got := p.holds(&file.Variants[0].Scenario); got != test.want {
					t.Errorf("holds: %t, want %t", got, test.want)
				}
				return
			}
			t.Fatal("there is no such promise")
		})
	}
}
