package experiment

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"replsim/scenarios"
	"replsim/sim/dist"
)

// effectOfKey says that a key changes a run: what is larger or smaller (or just
// different) after the override than without it.
type effectOfKey struct {
	set   string // the override; its key is what is tested
	what  string // a figure, or one of the words that observed knows
	way   string // "<", ">" or "≠": the figure with the override against the one without
	given string // overrides of both runs, separated by ; — what the key needs to matter
}

// Settings that several keys need to matter.
const (
	multiPaxos    = "cluster.model=paxos"
	ofFive        = multiPaxos + "; cluster.replicas=5; "
	duelling      = multiPaxos + "; paxos.proposers=any"
	leased        = multiPaxos + "; paxos.reads=lease; workload.reads_from=leader"
	crashedLeader = "faults.f.crash=leader; faults.f.at=2s; faults.f.for=3s"

	queueing  = "cpu.write=exponential(mean=3ms)"
	lossy     = "network.loss=10%"
	crashed   = "faults.f.crash=r2; faults.f.at=2s; faults.f.for=2s"
	slowLink  = "network.links.x.between=[\"r1\",\"r2\"]; network.links.x.delay=20ms"
	readLink  = "network.links.x.between=[\"clients\",\"r1\"]; network.links.x.delay=exponential(mean=20ms)"
	askingLag = "workload.reads_from=max-lag; workload.max_lag=500ms"
	oneWay    = "network.links.x.from=r1; network.links.x.to=r2; network.links.x.delay=20ms"
	closed    = "workload.rate=0/s"
	retrying  = "workload.timeout=8ms; workload.retries=2"
	daily     = "workload.diurnal.period=4s; workload.diurnal.peak=2s; workload.diurnal.low=0.2"
	stalled   = "replication.commit=all; replication.sync_lost=fallback; faults.f.pause=r2; faults.f.at=2s; faults.f.for=3s"
	proxied   = "workload.redirect=proxy; proxy.check_inter=1s"
	takenOver = "duration=12s; faults.f.crash=r1; faults.f.at=1s; faults.g.promote=r2; faults.g.at=1500ms"
	trimmed   = "replication.log_keep=10; " + crashed
	repeated  = "faults.f.pause=r2; faults.f.mttf=exponential(mean=500ms); faults.f.mttr=100ms"
)

// Settings of a manager that notices that r1 is down, or believes so, and what happens
// to r1.
const (
	watched   = "failover.manager=observers; failover.heartbeat=100ms; failover.timeout=500ms"
	dead      = "; faults.f.crash=r1; faults.f.at=2s"
	apart     = "; faults.f.partition=[[\"r1\", \"clients\"], [\"r2\", \"r3\", \"observers\"]]; faults.f.at=1s; faults.f.for=4s"
	unheard   = "; faults.f.partition=[[\"r1\"], [\"observers\"]]; faults.f.at=1s"
	phi       = watched + dead + "; failover.detector=phi; failover.phi_min_deviation=10ms"
	agents    = "failover.manager=lease; agents.ttl=1s; agents.loop_wait=200ms; agents.retry_timeout=300ms; store.lease_check=50ms"
	storeGone = "; faults.f.crash=store; faults.f.at=2s"
	stonith   = watched + "; failover.fencing=stonith; failover.stonith_delay=500ms"
	demoting  = watched + apart + "; failover.fencing=self-demotion"
	unlike    = "; network.delay=exponential(mean=20ms); network.order=unordered"
)

// Settings of Raft.
const (
	onRaft   = "cluster.model=raft"
	ticking  = onRaft + "; raft.tick=10ms"
	leaseful = onRaft + "; raft.reads=lease; workload.reads_from=leader"
	deposed  = onRaft + "; faults.f.crash=r1; faults.f.at=2s"
	lonely   = onRaft + "; faults.f.partition=[[\"r1\"], [\"r2\", \"r3\"]]; faults.f.at=1s; faults.f.for=4s"
	hurried  = onRaft + "; workload.rate=2000/s; network.delay=20ms"
)

var keyEffects = []effectOfKey{
	{"raft.election_timeout=uniform(min=1s, max=2s)", "elections.time", ">", deposed},
	{"raft.heartbeat=5ms", "events", ">", onRaft},
	{"raft.tick=100ms", "elections.time", ">", deposed},
	{"raft.election_ticks=100", "elections.time", ">", ticking + "; " + deposed},
	{"raft.heartbeat_ticks=5", "events", "<", ticking},
	{"raft.pre_vote=false", "elections.terms", ">", onRaft + "; faults.f.partition=[[\"r2\"], [\"r1\", \"r3\"]]; faults.f.at=1s; faults.f.for=2s"},
	{"raft.check_quorum=false", "digest", "≠", lonely},
	{"raft.persist_votes=free", "elections.time", "<", deposed + "; disk.flush=50ms"},
	{"raft.reads=local", "latency.read.p50", "<", onRaft},
	{"raft.lease=1ms", "latency.read.p50", ">", leaseful + "; raft.lease=1s"},
	{"raft.drift_bound=990000", "latency.read.p50", ">", leaseful + "; raft.lease=100ms"},
	{"raft.follower_reads=stale", "latency.read.p50", "<", onRaft},
	{"raft.forward_writes=true", "digest", "≠", deposed + "; faults.f.for=1s"},
	{"raft.sessions=true", "values read", "≠", onRaft + "; " + retrying + "; workload.keys=2"},
	{"raft.max_batch=1B", "traffic.messages_per_write", ">", onRaft + "; disk.flush=20ms"},
	{"raft.max_in_flight=1", "latency.write.p50", ">", hurried},
	{"raft.tell_commit=with-next", "lag.delay.r2.mean", ">", onRaft},
	{"raft.voters=2", "latency.write.p50", "≠", onRaft},
	{"raft.learners=1", "latency.write.p50", "≠", onRaft},
	{"raft.start=election", "elections.count", ">", onRaft},
	{"raft.start_logs=distinct", "digest", "≠", onRaft + "; raft.start=election"},
	{"faults.f.add_member=r3", "events", ">", onRaft + "; raft.voters=2; faults.f.at=1s; faults.f.add_member=r2"},
	{"faults.f.remove_member=r3", "lag.time.r3.max", ">", onRaft + "; faults.f.at=1s; faults.f.remove_member=r2"},
	{"duration=12s", "ops.invoked", ">", ""},
	{"warmup=3s", "ops.invoked", "<", ""},
	{"drain=1ms", "visibility.r2.censored", ">", "faults.f.crash=r2; faults.f.at=2s"},
	{"sample=50ms", "points", ">", ""},
	{"seeds=3", "tasks", ">", ""},
	{"seed=2", "digest", "≠", ""},
	{"preset=postgresql", "digest", "≠", crashed}, // heartbeats are seldom

	{"places.c.region=eu", "traffic.cross_region_bytes_per_write", "<", ""},
	{"places.a.zone=z", "traffic.cross_zone_bytes_per_write", "<", "places.b.zone=z"},
	{"cluster.replicas=5", "traffic.messages_per_write", ">", ""},
	{"cluster.places=a", "traffic.cross_zone_bytes_per_write", "<", ""},
	{"nodes.r2.place=a", "traffic.cross_zone_bytes_per_write", "<", ""},
	{"nodes.r2.clock_offset=10s", "reads of r2", "<", askingLag},
	{"nodes.r2.clock_drift=-200000", "digest", "≠", ""},
	{"nodes.r1.cpu_factor=10", "latency.write.p50", ">", ""},
	{"nodes.r1.disk_factor=10", "latency.write.p50", ">", ""},

	{"network.delay=20ms", "lag.delay.r2.mean", ">", ""},
	{"network.local_delay=20ms", "latency.write.p50", ">", ""},
	{"network.order=unordered", "latency.read.p99", "<", "network.delay=exponential(mean=20ms)"},
	{"network.jitter_hold=1s", "digest", "≠", ""},
	{"network.loss=10%", "latency.write.max", ">", "network.retransmit=100ms"},
	{"network.retransmit=50ms", "latency.write.max", "<", lossy},
	{"network.duplication=50%", "events", ">", "network.order=unordered"},
	{"network.bandwidth=100kB/s", "latency.write.p50", ">", ""},
	{"network.links.x.between=[\"r1\",\"r3\"]", "lag.delay.r3.mean", ">", slowLink},
	{"network.links.x.from=r3", "lag.delay.r2.mean", "<", oneWay},
	{"network.links.x.to=r3", "lag.delay.r2.mean", "<", oneWay},
	{"network.links.x.delay=40ms", "lag.delay.r2.mean", ">", slowLink},
	{"network.links.x.order=unordered", "latency.read.p99", "<", readLink},
	{"network.links.x.jitter_hold=1s", "digest", "≠", readLink},
	{"network.links.x.loss=10%", "lag.delay.r2.mean", ">", slowLink},
	{"network.links.x.duplication=50%", "events", ">", slowLink + "; network.order=unordered"},
	{"network.links.x.bandwidth=60kB/s", "lag.delay.r2.mean", ">", slowLink},

	{"disk.flush=10ms", "latency.write.p50", ">", ""},
	{"disk.bandwidth=100kB/s", "latency.write.p50", ">", ""},
	{"cpu.cores=1", "latency.write.mean", ">", queueing},
	{"cpu.read=5ms", "latency.read.p50", ">", ""},
	{"cpu.write=5ms", "latency.write.p50", ">", ""},
	{"cpu.ship=2ms", "lag.delay.r2.mean", ">", ""},
	{"cpu.wake=2ms", "latency.write.p50", ">", ""},
	{"disk.cold=2ms", "latency.write.p50", ">", ""},
	{"disk.cold_after=1s", "latency.write.p50", "<", "disk.cold=2ms"},
	{"cpu.cold=2ms", "latency.write.p50", ">", ""},
	{"cpu.cold_after=1s", "latency.write.p50", "<", "cpu.cold=2ms"},
	{"cpu.append=2ms", "lag.delay.r2.mean", ">", ""},
	{"cpu.append=2ms", "latency.read.p50", ">", onRaft + "; workload.reads_from=leader; workload.writes=0%"}, // heartbeats that confirm reads
	{"clock.offset=10s", "reads of r2", "<", askingLag + "; seed=8"},
	{"clock.drift=200000", "digest", "≠", ""},

	{"replication.commit=all", "latency.write.p50", ">", ""},
	{"replication.acks=2", "latency.write.p50", ">", "replication.commit=any"},
	{"replication.standbys=r2", "latency.write.p50", ">", "replication.commit=any; " + slowLink},
	{"replication.level=applied", "latency.write.p50", ">", "replication.commit=any; replication.apply=exponential(mean=3ms)"},
	{"replication.local_flush=false", "latency.write.p50", "<", "disk.flush=10ms"},
	{"replication.flush_every=500ms", "lag.delay.r2.mean", ">", "replication.local_flush=false; replication.flush_every=20ms"},
	{"replication.visible=before-commit", "session.monotonic_reads.count", ">", "replication.commit=all; replication.apply=2ms; workload.keys=2"},
	{"replication.sync_lost=block", "fallback.time", "<", stalled},
	{"replication.sync_timeout=100ms", "fallback.time", ">", stalled},
	{"replication.ship_every=100ms", "lag.delay.r2.mean", ">", ""},
	{"replication.flush_page=8KiB", "lag.delay.r2.mean", ">", "replication.local_flush=false; replication.flush_every=20ms"},
	{"replication.group_commit=wait", "latency.write.mean", ">", "replication.commit=any; workload.rate=0/s"},
	{"replication.feedback=every-level", "traffic.messages_per_write", ">", ""},
	{"replication.apply_when=received", "lag.delay.r2.mean", "<", "disk.flush=10ms"},
	{"replication.ship_unflushed=true", "lag.delay.r2.mean", "<", "disk.flush=10ms"},
	{"replication.heartbeat=50ms", "events", ">", "workload.rate=5/s"},
	{"replication.appliers=4", "lag.delay.r2.mean", "<", "replication.apply=exponential(mean=4ms)"},
	{"replication.apply=4ms", "lag.delay.r2.mean", ">", ""},
	{"replication.log_keep=10", "lag.time.r2.max", ">", "replication.snapshot_rate=20kB/s; " + crashed},
	{"replication.snapshot_rate=20kB/s", "lag.time.r2.max", ">", trimmed},
	{"replication.record_size=4KiB", "traffic.bytes_per_write", ">", ""},

	{"failover.manager=observers", "failovers.count", ">", "failover.timeout=500ms; failover.heartbeat=100ms" + dead},
	{"failover.observers=5", "events", ">", watched},
	{"failover.places=b", "failovers.count", ">", watched + "; failover.places=a; faults.f.partition=[[\"a\"], [\"b\", \"c\"]]; faults.f.at=2s"},
	{"failover.quorum=1", "rto.elect", "<", watched + dead + "; failover.quorum=3"},
	{"failover.detector=phi", "rto.detect", "<", watched + dead + "; failover.phi_min_deviation=10ms"},
	{"failover.probe=ping", "events", ">", watched},
	{"failover.heartbeat=300ms", "rto.detect", "<", watched + dead},
	{"failover.timeout=2s", "rto.detect", ">", watched + dead},
	{"failover.phi_threshold=100", "rto.detect", ">", phi + unlike},
	{"failover.phi_window=5", "rto.detect", "≠", phi + unlike},
	{"failover.phi_min_deviation=100ms", "rto.detect", ">", phi},
	{"failover.phi_pause=1s", "rto.detect", ">", phi},
	{"failover.reaction=2s", "rto.elect", ">", watched + dead + "; failover.manager=operator; failover.reaction=100ms"},
	{"failover.candidate=any", "digest", "≠", watched + dead + "; seed=5"},
	{"failover.priority=r3", "lag.delay.r3.mean", "≠", watched + dead + "; failover.candidate=priority; failover.priority=r2"},
	{"failover.max_lag=1KiB", "failovers.count", "<", watched + "; faults.f.crash=r1; faults.f.at=4s; faults.g.partition=[[\"r1\"], [\"r2\", \"r3\"]]; faults.g.at=2s"},
	{"failover.patience=2s", "rto.total", ">", watched + dead + "; faults.g.crash=r3; faults.g.at=1s"},
	{"failover.retry=1s", "rto.elect", ">", watched + dead + "; faults.g.partition=[[\"r1\", \"r2\", \"r3\"], [\"observers\"]]; faults.g.at=2200ms; faults.g.for=1500ms"},
	{"failover.fencing=self-demotion", "split_brain.writes", "<", watched + apart},
	{"failover.lease=3s", "split_brain.writes", ">", demoting},
	{"failover.client_epochs=true", "split_brain.writes", "<", watched + "; faults.f.partition=[[\"r1\"], [\"r2\", \"r3\", \"observers\"]]; faults.f.at=1s; workload.rate=0/s; workload.clients=12; workload.writes=50%; workload.read_own_writes=0%"},
	{"failover.stonith_delay=2s", "rto.total", ">", stonith + dead},
	{"failover.stonith_failure=100%", "failovers.count", "<", stonith + dead},
	{"failover.stonith_reboot=1s", "lag.time.r1.max", "<", stonith + unheard},
	{"failover.stonith_reboot=1s", "lag.time.r1.max", "<", stonith + unheard},
	{"failover.stonith_required=false", "failovers.count", ">", stonith + dead + "; failover.stonith_failure=100%"},
	{"failover.return=refuse", "lag.time.r1.max", ">", watched + apart},
	{"failover.promotion=500ms", "rto.promote", ">", watched + dead},

	{"failover.manager=lease", "failovers.count", ">", "agents.ttl=1s; agents.loop_wait=200ms" + dead},
	{"agents.ttl=2s", "rto.detect", ">", agents + dead},
	{"agents.loop_wait=900ms", "rto.detect", "<", agents + dead}, // renewed less lately
	{"agents.retry_timeout=200ms", "availability.write", "<", agents + storeGone + "; agents.ttl=10s; agents.retry_timeout=5s"},
	{"agents.watch=false", "rto.detect", ">", agents + dead},
	{"agents.synchronous_mode=on", "latency.write.p50", ">", agents},
	{"agents.synchronous_nodes=2", "latency.write.p50", ">", agents + "; agents.synchronous_mode=on; agents.synchronous_pause=100ms"},
	{"agents.synchronous_pause=4s", "availability.write", "<", agents + dead + "; agents.synchronous_mode=on; agents.synchronous_pause=100ms"},
	{"agents.failsafe_mode=true", "availability.write", ">", agents + storeGone},
	{"agents.watchdog=true", "split_brain.writes", "<", agents + dead + "; faults.f.process=agent; duration=8s"},
	{"agents.restart=2s", "rto.total", ">", agents + dead + "; faults.f.process=database; agents.restart=100ms"},
	{"store.members=1", "events", "<", agents},
	{"store.places=b", "availability.write", "<", agents + "; store.places=a; faults.f.crash=b; faults.f.at=2s"},
	{"store.flush=20ms", "rto.elect", ">", agents + dead},
	{"store.lease_check=2s", "rto.detect", ">", agents + dead + "; store.lease_check=0s"},
	{"store.heartbeat=20ms", "events", ">", agents},
	{"store.election_timeout=3s", "availability.write", "<", agents + "; faults.f.crash=e1; faults.f.at=2s"},

	{"paxos.phase1_quorum=5", "availability.write", "<", ofFive + crashedLeader},
	{"paxos.phase2_quorum=2", "latency.write.p50", "<", ofFive + "paxos.phase1_quorum=4"},
	{"paxos.proposers=any", "elections.count", ">", multiPaxos},
	{"paxos.others=forward", "traffic.messages_per_write", ">", multiPaxos},
	{"paxos.heartbeat=20ms", "events", ">", multiPaxos},
	{"paxos.silence=4s", "availability.write", "<", ofFive + crashedLeader},
	{"paxos.promise_timeout=1ms", "elections.count", ">", multiPaxos},
	{"paxos.backoff=500ms", "elections.count", "<", duelling},
	{"paxos.tell=with-next", "lag.delay.r2.mean", ">", multiPaxos},
	{"paxos.batch=1", "traffic.messages_per_write", ">", multiPaxos + "; cpu.ship=2ms"},
	{"paxos.pipeline=1", "latency.write.p50", ">", multiPaxos},
	{"paxos.reads=local", "latency.read.p50", "<", multiPaxos},
	{"paxos.lease=1ms", "latency.read.p50", ">", leased + "; paxos.lease_margin=0s"},
	{"paxos.lease_margin=990ms", "latency.read.p50", ">", leased},

	{"workload.clients=3", "digest", "≠", ""},
	{"workload.places=b", "latency.write.p50", ">", ""},
	{"workload.rate=800/s", "ops.invoked", ">", ""},
	{"workload.think=100ms", "ops.invoked", "<", closed},
	{"workload.arrivals=constant", "latency.write.mean", "≠", ""},
	{"workload.burst_size=50", "latency.write.p50", ">", "workload.arrivals=bursts"},
	{"workload.profile=[[\"0s\", 0.2]]", "ops.invoked", "<", ""},
	{"workload.diurnal.period=12s", "ops.invoked", "≠", daily},
	{"workload.diurnal.low=0.5", "ops.invoked", ">", daily},
	{"workload.diurnal.high=2", "ops.invoked", ">", daily},
	{"workload.diurnal.peak=0s", "digest", "≠", daily},
	{"workload.writes=10%", "throughput.write", "<", ""},
	{"workload.keys=5000", "stale_reads.rate", "<", ""},
	{"workload.popularity=zipf(2)", "stale_reads.rate", ">", ""},
	{"workload.read_own_writes=100%", "session.read_your_writes.count", ">", ""},
	{"workload.writes_to=nearest", "latency.write.p50", ">", onRaft + "; raft.forward_writes=true; workload.places=c"},
	{"workload.reads_from=leader", "stale_reads.count", "<", ""},
	{"workload.redirect=proxy", "latency.write.p50", ">", ""},
	{"proxy.places=b", "latency.write.p50", ">", proxied},
	{"proxy.check_inter=500ms", "rto.redirect", "<", proxied + "; " + takenOver},
	{"proxy.fast_inter=100ms", "rto.redirect", "<", proxied + "; " + takenOver},
	{"proxy.check_timeout=1ms", "availability.write", "<", proxied + "; proxy.places=b"},
	{"proxy.rise=1", "rto.redirect", "<", proxied + "; " + takenOver},
	{"proxy.fall=1", "availability.write", ">", proxied + "; " + takenOver},
	{"dns.place=c", "latency.write.p99", ">", "workload.redirect=dns; dns.ttl=1ms"},
	{"dns.ttl=20ms", "rto.redirect", "<", "workload.redirect=dns; " + takenOver},
	{"dns.update=1s", "rto.redirect", ">", "workload.redirect=dns; dns.ttl=100ms; " + takenOver},
	{"workload.max_lag=1ms", "reads of r2", "<", askingLag},
	{"workload.lag_poll=10ms", "events", ">", askingLag},
	{"workload.timeout=5ms", "ops.unknown", ">", ""},
	{"workload.retries=3", "availability.read", ">", "workload.timeout=8ms"},
	{"workload.backoff=500ms", "latency.read.max", ">", retrying},
	{"workload.backoff_jitter=0%", "digest", "≠", retrying},
	{"workload.value_size=2KiB", "latency.write.p50", ">", "network.bandwidth=1MB/s"},

	{"check.linearizable=true", "figures", ">", ""},
	{"check.stable_for=1s", "elections.time", ">", ofFive + "faults.f.crash=leader; faults.f.mttf=exponential(mean=1s); faults.f.mttr=200ms"},

	{"faults.f.at=3s", "digest", "≠", crashed},
	{"faults.f.for=1s", "lag.time.r2.max", "<", crashed},
	{"faults.f.mttf=exponential(mean=100ms)", "struck", ">", repeated},
	{"faults.f.mttr=300ms", "lasted", ">", repeated},
	{"faults.f.off=true", "lag.time.r2.max", "<", crashed},
	{"faults.f.crash=r3", "lag.time.r2.max", "<", crashed},
	{"faults.f.disk=lost", "digest", "≠", crashed},
	{"faults.f.in_flight=lost", "dropped", ">", crashed + "; network.delay=30ms"},
	{"faults.f.pause=r3", "lag.time.r2.max", "<", "faults.f.pause=r2; faults.f.at=2s; faults.f.for=2s"},
	{"faults.f.slow_cpu=r1", "latency.write.mean", ">", "faults.f.slow_cpu=r2; faults.f.factor=50; faults.f.at=2s"},
	{"faults.f.slow_disk=r1", "latency.write.mean", ">", "faults.f.slow_disk=r2; faults.f.factor=50; faults.f.at=2s"},
	{"faults.f.factor=2", "latency.write.mean", "<", "faults.f.slow_disk=r1; faults.f.factor=50; faults.f.at=2s"},
	{"faults.f.partition=[[\"r1\"], [\"r3\"]]", "lag.time.r2.max", "<", "faults.f.partition=[[\"r1\"], [\"r2\"]]; faults.f.at=2s"},
	{"faults.f.cut=r1 -> r3", "lag.time.r2.max", "<", "faults.f.cut=r1 -> r2; faults.f.at=2s"},
	{"faults.f.connections=survive", "dropped", "<", "faults.f.cut=r1 -> r2; faults.f.at=2s; faults.f.for=1s"},
	{"faults.f.slow_link=r1 -> r3", "lag.time.r2.max", "<", "faults.f.slow_link=r1 -> r2; faults.f.add=500ms; faults.f.at=2s"},
	{"faults.f.add=50ms", "lag.time.r2.max", "<", "faults.f.slow_link=r1 -> r2; faults.f.add=500ms; faults.f.at=2s"},
	{"faults.f.lossy_link=r1 -> r3", "lag.time.r2.max", "<", "faults.f.lossy_link=r1 -> r2; faults.f.loss=30%; faults.f.at=2s"},
	{"faults.f.loss=5%", "lag.delay.r2.mean", "<", "faults.f.lossy_link=r1 -> r2; faults.f.loss=60%; faults.f.at=2s"},
	{"faults.f.flap=r1 -> r3", "lag.time.r2.max", "<", "faults.f.flap=r1 -> r2; faults.f.up=1s; faults.f.down=1s; faults.f.at=2s"},
	{"faults.f.up=100ms", "dropped", ">", "faults.f.flap=clients -> r1; faults.f.up=1s; faults.f.down=300ms; faults.f.at=1s; workload.reads_from=leader"},
	{"faults.f.down=100ms", "dropped", "<", "faults.f.flap=clients -> r1; faults.f.up=1s; faults.f.down=300ms; faults.f.at=1s; workload.reads_from=leader"},
	{"faults.f.clock_jump=r1", "reads of r2", ">", askingLag + "; faults.f.clock_jump=r2; faults.f.by=10s; faults.f.at=2s"},
	{"faults.f.by=1ms", "reads of r2", ">", askingLag + "; faults.f.clock_jump=r2; faults.f.by=10s; faults.f.at=2s"},
	{"faults.f.process=database", "rto.total", "<", agents + dead + "; faults.f.for=2s; faults.f.process=machine; agents.ttl=10s"},
	{"faults.f.promote=r3", "failovers.count", ">", "faults.f.promote=r1; faults.f.at=2s"},
}

// keysOfWords are the keys that no run reads: words for people and charts. What
// [expect] and compare do, aggregate_test.go says; cluster.model, TestUnknownModel.
var keysOfWords = []string{"title", "question", "extends", "cluster.model", "expect", "compare"}

// TestKeys sets every key of the format and looks for its effect.
func TestKeys(t *testing.T) {
	tested := map[string]bool{}
	for _, k := range keyEffects {
		key, _, _ := strings.Cut(k.set, "=")
		tested[plainKey(key)] = true
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			var given []string
			if k.given != "" {
				given = strings.Split(k.given, "; ")
			}
			before := observed(t, k.what, given)
			after := observed(t, k.what, append(given, k.set))
			ok := map[string]bool{"<": after < before, ">": after > before, "≠": after != before}[k.way]
			if !ok || math.IsNaN(after+before) {
				t.Errorf("%s given %q: %s is %v; expected %s %v", k.set, k.given, k.what, after, k.way, before)
			}
		})
	}
	for _, key := range leafKeys("", reflect.TypeFor[scenarios.Scenario]()) {
		if !tested[key] && !slices.Contains(keysOfWords, key) && !strings.HasPrefix(key, "charts.") {
			t.Errorf("no test shows what %s does", key)
		}
	}
}

// observed runs a scenario and returns one number of it.
func observed(t *testing.T, what string, set []string) float64 {
	f := parse(t, small, set...)
	if what == "tasks" {
		return float64(len(plan(f)))
	}
	if node, ok := strings.CutPrefix(what, "reads of "); ok {
		return readsAt(t, f, node)
	}
	if what == "values read" {
		return valuesRead(f)
	}
	o := once(t, small, set...)
	switch what {
	case "figures":
		return float64(len(o.figures))
	case "digest":
		return float64(o.digest)
	case "events":
		return float64(o.events)
	case "points":
		return float64(len(o.curves[0].X))
	case "struck":
		return float64(o.effect(t, "f").Began)
	case "lasted":
		return o.effect(t, "f").Lasted.Seconds()
	case "dropped":
		return float64(o.effect(t, "f").Dropped)
	}
	return o.value(what)
}

// plainKey replaces the names in a key, those of places, nodes, links and faults, by a
// star.
func plainKey(key string) string {
	parts := strings.Split(key, ".")
	for table, at := range map[string]int{"places": 1, "nodes": 1, "faults": 1} {
		if parts[0] == table {
			parts[at] = "*"
		}
	}
	if strings.HasPrefix(key, "network.links.") {
		parts[2] = "*"
	}
	return strings.Join(parts, ".")
}

// leafKeys lists all keys of the format, dotted. Client groups have the keys of
// the workload, so they are left out.
func leafKeys(prefix string, t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		key, ft := prefix+f.Tag.Get("toml"), f.Type
		if key == "clients" {
			continue
		}
		if ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		if ft.Kind() == reflect.Map && ft.Elem().Kind() == reflect.Struct {
			key, ft = key+".*", ft.Elem()
		}
		if ft.Kind() == reflect.Struct && ft != reflect.TypeFor[dist.Spec]() {
			out = append(out, leafKeys(key+".", ft)...)
			continue
		}
		out = append(out, key)
	}
	return out
}

// TestUnknownModel makes sure that cluster.model is not ignored.
func TestUnknownModel(t *testing.T) {
	defer func() {
		if p := fmt.Sprint(recover()); !strings.Contains(p, "oracle") {
			t.Errorf("cluster.model = oracle: %s", p)
		}
	}()
	once(t, small, "cluster.model=oracle")
}
