package leader

import (
	"math/rand/v2"
	"strings"
	"testing"

	"replsim/sim"
)

// A checker that never fails proves nothing. Each twin below has one mistake that a
// student, or a database, has made before; the swarms must find it.
func TestSwarmsFindBrokenTwins(t *testing.T) {
	for _, twin := range []struct {
		name   string
		broken defect
		trial  func(defect) func(uint64, *rand.Rand) *trial
		says   string // what some violation contains
	}{
		{"acknowledges before its flush", acknowledgesBeforeFlush, keepingAny, "is lost"},
		{"counts an acknowledgement twice", countsAckTwice, keepingAny, "is lost"},
		{"counts one standby's acknowledgement for all", countsAckTwice, keepingAll, "is lost"},
		{"forgets to truncate", forgetsToTruncate, converging, "differ"},
		{"leads without a new epoch", leadsInTheOldEpoch, converging, "both acknowledge"},
		{"applies what is not flushed", appliesUnflushed, converging, "but flushed only"},
		{"takes over without what it has received", forgetsItsTail, keepingAll, "is lost"},
		{"takes records of any connection", takesAnyConnection, converging, "differ"},
	} {
		t.Run(twin.name, func(t *testing.T) {
			trial := twin.trial(twin.broken)
			for seed := range uint64(150) {
				x := trial(seed, rand.New(rand.NewPCG(seed, 2)))
				if strings.Contains(strings.Join(x.wrong, "\n"), twin.says) {
					t.Logf("found with seed %d", seed)
					return
				}
			}
			t.Errorf("nothing found that says %q", twin.says)
		})
	}
}

func acknowledgesBeforeFlush(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Append) {
		r.onAppend(from, m)
		if f := r.follow; f.conn.open() && r.disk.leader != sim.NoNode {
			end := r.log.End()
			sim.Send(r.env, r.disk.leader, Ack{Conn: f.conn, Ends: [levels]sim.LSN{end, end, end}})
		}
	})
}

func countsAckTwice(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, a Ack) {
		r.onAck(from, a)
		if r.lead == nil {
			return
		}
		for _, p := range r.lead.peers {
			for level, end := range a.Ends {
				p.acked[level] = max(p.acked[level], end)
			}
		}
		r.lead.commit()
	})
}

func forgetsToTruncate(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Welcome) {
		if r.accepts(from, m) {
			r.join(m)
			r.follow.tell()
		}
	})
}

func leadsInTheOldEpoch(r *replica) {
	sim.Handle(r.env, func(_ sim.NodeID, m Promote) {
		if m.Epoch > r.disk.epoch && r.lead == nil {
			r.startLeading(r.disk.epoch)
		}
	})
}

func appliesUnflushed(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Append) {
		r.onAppend(from, m)
		if r.lead == nil {
			r.advanceApplied(r.log.End())
		}
	})
}

func forgetsItsTail(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Promote) {
		r.rewind(r.applied)
		r.onPromote(from, m)
	})
}

func takesAnyConnection(r *replica) {
	sim.Handle(r.env, func(from sim.NodeID, m Append) {
		m.Conn = r.follow.conn
		r.onAppend(from, m)
	})
}
