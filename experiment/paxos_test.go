package experiment

import "testing"

func TestDbg(t *testing.T) {
	for _, set := range [][]string{
		{"cluster.model=paxos"},
		{"cluster.model=paxos", "paxos.others=forward"},
		{"cluster.model=paxos", "paxos.reads=local"},
		{"cluster.model=paxos", "paxos.reads=lease"},
		{"cluster.model=paxos", "paxos.proposers=any"},
		{"cluster.model=paxos", "paxos.proposers=any", "faults.f.crash=leader", "faults.f.at=2s", "faults.f.for=2s"},
		{"cluster.model=paxos", "paxos.reads=local", "faults.f.crash=leader", "faults.f.at=2s", "faults.f.for=2s"},
		{"cluster.model=paxos", "paxos.reads=local", "faults.f.pause=leader", "faults.f.at=2s", "faults.f.for=2s"},
		{"cluster.model=paxos", "paxos.reads=local", "faults.f.promote=r3", "faults.f.at=2s"},
		{"cluster.model=paxos", "paxos.reads=lease", "faults.f.crash=leader", "faults.f.at=2s", "faults.f.for=2s","faults.f.disk=lost"},
	} {
		o := once(t, small, set...)
		t.Log(set)
		for _, n := range []string{"ops.invoked", "availability.write", "latency.write.p50", "latency.read.p50", "data_loss.total", "stale_reads.count", "failovers.count", "rto.total", "rto.detect", "rto.elect","invariants.violations", "linearizability.violations", "convergence.missed", "elections.count"} {
			t.Log(n, o.value(n))
		}
		t.Log(o.broken)
	}
}
