package failover

import (
	"replsim/models/detect"
	"replsim/models/kv"
	"replsim/models/leader"
	"replsim/sim"
)

// watch is what every observer does: hear the leader's heartbeats and suspect it when
// they stay away.
type watch struct {
	team     *Team
	env      *sim.Env
	disk     *memory
	end      sim.LSN // of the leader's log, in its last heartbeat
	detector detect.Detector
	silence  *sim.Timer // until the leader is suspected
	ping     *sim.Timer
	last     leader.Renewal // the last heartbeat
	suspects bool
	changed  func() // it begins or ceases to suspect, or another one leads
}

// memory is what an observer keeps on its disk.
type memory struct {
	leader sim.NodeID
	epoch  uint32 // in which it leads
	ballot uint32 // the latest that it has voted in
}

func newWatch(t *Team, e *sim.Env) *watch {
	w := &watch{team: t, env: e, detector: t.cfg.Detector()}
	w.disk = sim.Pages(e, func() *memory { return &memory{leader: t.cluster.Nodes()[0], epoch: 1} })
	w.silence = e.NewTimer(w.onSilence)
	sim.Handle(e, w.onBeat)
	if t.cfg.Ping {
		w.ping = e.NewTimer(w.onPing)
		w.ping.Reset(0)
	}
	w.detector.Reset(e.Clock())
	w.await()
	return w
}

// onPing asks all nodes for a heartbeat: any of them may lead by now.
func (w *watch) onPing() {
	w.ping.Reset(w.team.cfg.Every)
	for _, id := range w.team.cluster.Nodes() {
		sim.Send(w.env, id, leader.Ping{Last: w.last})
	}
}

// await lets the silence begin. The timer alone ends it: it runs at the pace of the
// observer's clock, but does not jump with it.
func (w *watch) await() {
	w.silence.Reset(w.detector.Deadline().Sub(w.env.Clock()))
}

// onBeat hears a heartbeat. One of an earlier epoch is that of a deposed leader; one of
// a later epoch tells who leads now.
func (w *watch) onBeat(from sim.NodeID, b leader.Beat) {
	if !b.Leading || b.Epoch < w.disk.epoch {
		return
	}
	if b.Epoch > w.disk.epoch {
		w.follow(from, b.Epoch)
	} else if w.suspects {
		w.suspects = false
		sim.Report(w.env, kv.Cleared{Leader: from})
		w.changed()
	}
	w.end = max(w.end, b.End)
	w.detector.Heard(w.env.Clock())
	w.await()
	w.last = leader.Renewal{Epoch: b.Epoch, Number: b.Number, Sent: b.Sent}
	if w.team.cfg.Lease > 0 && !w.team.cfg.Ping {
		sim.Send(w.env, from, w.last)
	}
}

// follow watches another leader from now on.
func (w *watch) follow(id sim.NodeID, epoch uint32) {
	if epoch <= w.disk.epoch {
		return
	}
	w.disk.leader, w.disk.epoch = id, epoch
	w.end, w.last, w.suspects = 0, leader.Renewal{}, false
	w.detector.Reset(w.env.Clock())
	w.await()
	w.changed()
}

// onSilence begins to suspect the leader.
func (w *watch) onSilence() {
	w.suspects = true
	sim.Report(w.env, kv.Suspected{Leader: w.disk.leader})
	w.changed()
}

// lost describes the leader as one who is to be replaced.
func (w *watch) lost() leader.Lost {
	return leader.Lost{Node: w.disk.leader, Epoch: w.disk.epoch, End: w.end}
}
