package workload

import "replsim/sim"

// toLeader returns whom operations for the leader go to: whoever is believed to lead, or
// the proxy.
func (r *router) toLeader() int {
	if r.cfg.Redirect == ByProxy {
		return len(r.cfg.Servers)
	}
	return r.leader
}

// nearestOf returns the nearest of the proxies; of equally near ones, the i-th client
// of a group uses one in turn.
func nearestOf(proxies []Server, client sim.NodeConfig, i int) sim.NodeID {
	var near []sim.NodeID
	best := distance(proxies[0], client)
	for _, p := range proxies {
		d := distance(p, client)
		if d < best {
			near, best = nil, d
		}
		if d == best {
			near = append(near, p.ID)
		}
	}
	return near[i%len(near)]
}
