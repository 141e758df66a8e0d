package scenarios

import "maps"

// Defaults that follow from other keys, and so are no constants in a tag.
const (
	solePlace    = "site"    // where all are if the scenario names no places
	soleGroup    = "clients" // who the clients are if the scenario names no groups
	curvePoints  = 100       // points of a curve over time
	firstReplica = "r1"
)

// derive fills in the defaults that follow from other keys. root is the tree that
// the scenario was read from: it tells the first place of the file, since Go maps
// have no order.
func (s *Scenario) derive(root *node, variants []string) {
	if s.Sample == 0 {
		s.Sample = max(s.Duration/curvePoints, 1)
	}
	if s.Compare == "" && len(variants) > 0 {
		s.Compare = variants[0]
	}
	maps.DeleteFunc(s.Faults, func(_ string, f Fault) bool { return f.Off })
	s.derivePlaces(root)
	s.deriveNodes()
	s.deriveFailover()
	s.deriveStore()
	s.derivePaxos()
	s.deriveClients()
	s.deriveRouters()
}

// deriveRouters completes what is between clients and replicas.
func (s *Scenario) deriveRouters() {
	near := s.Nodes[firstReplica].Place
	if len(s.Proxy.Places) == 0 {
		s.Proxy.Places = []string{near}
	}
	if s.Proxy.FastInter == 0 {
		s.Proxy.FastInter = s.Proxy.CheckInter
	}
	if s.Proxy.CheckTimeout == 0 {
		s.Proxy.CheckTimeout = s.Proxy.CheckInter
	}
	if s.DNS.Place == "" {
		s.DNS.Place = near
	}
}

func (s *Scenario) derivePlaces(root *node) {
	first := solePlace
	if keys := root.find("places").table().keysOrNone(); len(keys) > 0 {
		first = keys[0]
	}
	if len(s.Places) == 0 {
		s.Places = map[string]Place{first: {}}
	}
	for name, p := range s.Places {
		if p.Zone == "" {
			p.Zone = name
		}
		if p.Region == "" {
			p.Region = name
		}
		s.Places[name] = p
	}
	if len(s.Cluster.Places) == 0 {
		s.Cluster.Places = []string{first}
	}
}

// deriveNodes completes the nodes: every one is listed, with its place.
func (s *Scenario) deriveNodes() {
	if s.Nodes == nil {
		s.Nodes = make(map[string]Node)
	}
	for i, name := range s.NodeNames() {
		n, given := s.Nodes[name]
		if !given {
			n = Node{CPU: 1, Disk: 1}
		}
		if n.Place == "" {
			n.Place = s.Cluster.Places[i%len(s.Cluster.Places)]
		}
		s.Nodes[name] = n
	}
}

// deriveClients completes the groups of clients: there is at least one, and each
// has a place.
func (s *Scenario) deriveClients() {
	near := []string{s.Nodes[firstReplica].Place}
	if len(s.Workload.Places) == 0 {
		s.Workload.Places = near
	}
	if len(s.Clients) == 0 {
		s.Clients = map[string]Client{soleGroup: {Workload: s.Workload}}
	}
	for name, c := range s.Clients {
		if len(c.Places) == 0 {
			c.Places = near
		}
		s.Clients[name] = c
	}
}
