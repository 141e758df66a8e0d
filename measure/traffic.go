package measure

import "replsim/sim"

// traffic is what replication sends: messages and bytes between replicas, from
// Warmup to End, per write acknowledged in that time. Messages of clients (mostly
// reads) and of whoever manages the cluster are left out. Bytes between zones
// and between regions are given apart, because they cost money; those between
// regions are also between zones.
type traffic struct {
	cfg        *Config
	w          *sim.World
	nodes      *replicas
	start, end sim.Traffic
}

func newTraffic(w *sim.World, cfg *Config, nodes *replicas) *traffic {
	t := &traffic{cfg: cfg, w: w, nodes: nodes}
	if cfg.Warmup > 0 {
		w.At(cfg.Warmup, func() { t.start = t.now() })
	}
	w.At(cfg.End, func() { t.end = t.now() })
	return t
}

func (t *traffic) now() sim.Traffic {
	return t.w.Traffic(func(from, to sim.NodeID) bool {
		return t.nodes.index(from) >= 0 && t.nodes.index(to) >= 0
	})
}

func (t *traffic) report(out *Replication, writes int64) {
	if writes == 0 {
		return
	}
	perWrite := func(name, unit string, from, to int64) {
		out.add("traffic."+name, unit, Mean, ratio(to-from, writes))
	}
	perWrite("messages_per_write", "msgs/write", t.start.Messages, t.end.Messages)
	perWrite("bytes_per_write", "B/write", t.start.Bytes, t.end.Bytes)
	perWrite("cross_zone_bytes_per_write", "B/write", t.start.CrossZoneBytes, t.end.CrossZoneBytes)
	perWrite("cross_region_bytes_per_write", "B/write", t.start.CrossRegionBytes, t.end.CrossRegionBytes)
}
