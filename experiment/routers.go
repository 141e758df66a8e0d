package experiment

import (
	"fmt"
	"slices"

	"replsim/scenarios"
	"replsim/sim"
	"replsim/workload"
)

// routers are the nodes between clients and replicas, as far as some clients use them.
type routers struct {
	names   sim.NodeID // the name server
	proxies []workload.Server
}

// buildRouters adds the name server and the proxies to the world.
func (t *topology) buildRouters(c cluster) routers {
	var out routers
	for _, name := range t.sc.RouterNames() {
		if name == "dns" {
			cfg := workload.NameServerConfig{Leader: c.Nodes()[0], Update: t.sc.DNS.Update}
			out.names = workload.BuildNameServer(t.world, cfg, t.at(name, t.sc.DNS.Place))
			t.register(out.names, "")
			c.Announce(out.names)
			continue
		}
		place := t.sc.Proxy.Places[len(out.proxies)]
		id := workload.BuildProxy(t.world, proxyConfig(&t.sc.Proxy, c), t.at(name, place))
		t.register(id, "")
		out.proxies = append(out.proxies, t.server(id))
	}
	return out
}

func proxyConfig(p *scenarios.Proxy, c cluster) workload.ProxyConfig {
	return workload.ProxyConfig{
		Servers: c.Nodes(), Leader: c.Nodes()[0],
		Every: p.CheckInter, Fast: p.FastInter, Timeout: p.CheckTimeout, Rise: p.Rise, Fall: p.Fall,
	}
}

// server says where a node is that clients may ask.
func (t *topology) server(id sim.NodeID) workload.Server {
	n := t.world.Node(id)
	return workload.Server{ID: id, Place: n.Place, Zone: n.Zone, Region: n.Region}
}

// redirect translates how clients get to the leader.
func (t *topology) redirect(cfg *workload.Config, how string, via routers) {
	words := []string{"hints", "dns", "proxy"}
	i := slices.Index(words, how)
	if i < 0 {
		panic(fmt.Sprintf("experiment: the loader let pass redirect = %q", how))
	}
	cfg.Redirect = workload.Redirect(i)
	cfg.NameServer, cfg.TTL, cfg.Proxies = via.names, t.sc.DNS.TTL, via.proxies
}
