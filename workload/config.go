package workload

import (
	"fmt"
	"time"

	"replsim/sim"
	"replsim/sim/dist"
)

// Config describes a group of clients that all behave alike.
type Config struct {
	Name string // unique among groups
	// FirstSession numbers the group's first client among all clients of the run.
	// Sessions name the clients in facts and are part of every OpID, so groups must
	// not overlap, and variants to be compared must give a client the same number.
	FirstSession int32

	Servers []Server   // whom the clients may ask; at least one
	Leader  sim.NodeID // which of them they believe to lead at the start

	Redirect   Redirect
	NameServer sim.NodeID    // ByName
	TTL        time.Duration // ByName: how long a client uses an address without asking again
	Proxies    []Server      // ByProxy: a client uses the nearest; at least one

	// Rate is the operations per second of the whole group, split evenly; 0 makes
	// the loop closed, and then only Think counts of the next five.
	Rate      float64
	Process   Process
	BurstSize int     // Bursts: operations per burst, at least 1
	Profile   Profile // factor on Rate over time; the zero Profile is 1 always
	Think     dist.Spec

	Writes     float64 // share of writes, 0 to 1
	ReadOwn    float64 // share of reads that ask for what this client wrote last, 0 to 1
	Keys       int     // number of records, at least 1
	Popularity Popularity

	WritesTo  WritesTo
	ReadsFrom ReadsFrom
	MaxLag    time.Duration // ReadMaxLag: a replica believed to lag more is not read
	LagPoll   time.Duration // ReadLeastLag, ReadMaxLag: period of the polls, positive

	Timeout   time.Duration // of one attempt, positive
	Retries   int           // further attempts after the first
	Backoff   time.Duration // pause before the first retry; doubles each time
	Jitter    float64       // share of the pause that is random, 0 to 1
	ValueSize int32         // bytes of a written value

	// CarryEpochs lets requests carry the latest epoch of a leader that the client has
	// seen, from which a deposed leader learns that it is one.
	CarryEpochs bool
}

// Server is a node that clients may ask, and where it is.
type Server struct {
	ID                  sim.NodeID
	Place, Zone, Region string
}

// Process is how operations arrive in an open loop.
type Process uint8

// Arrival processes. All follow the rate profile exactly.
const (
	// Poisson: independent users, each rarely active.
	Poisson Process = iota
	// Constant: evenly spaced over the whole group, as from a load generator.
	Constant
	// Bursts: BurstSize operations of one client at once; the bursts are Poisson.
	Bursts
	processes
)

// Redirect is how clients get to the leader, and so to a new one after a failover.
type Redirect uint8

// Ways to the leader.
const (
	// FollowHints: clients know all servers, try them in turn, and follow hints.
	FollowHints Redirect = iota
	// ByName: clients know a name, which a name server resolves to the leader's address.
	ByName
	// ByProxy: clients know a proxy, which finds the leader.
	ByProxy
	redirects
)

// WritesTo is which servers are asked for writes.
type WritesTo uint8

// Where writes go. A nearest server that is believed to be down is passed over.
const (
	WriteLeader  WritesTo = iota // the server believed to lead
	WriteNearest                 // same place, else zone, else region, else any: for servers that pass writes on
	writesTos
)

// ReadsFrom is which servers are asked for reads.
type ReadsFrom uint8

// Where reads go. Servers that are believed to be down are passed over, and if
// none is left the leader is asked.
const (
	ReadLeader     ReadsFrom = iota // the server believed to lead
	ReadAny                         // a random server
	ReadFollowers                   // a random follower
	ReadNearest                     // same place, else zone, else region, else any
	ReadRoundRobin                  // the servers in turn
	ReadLeastLag                    // the follower believed to lag least
	ReadMaxLag                      // a random follower believed to lag at most MaxLag
	readsFroms
)

// polls tells whether clients have to ask the replicas for their lag.
func (r ReadsFrom) polls() bool { return r == ReadLeastLag || r == ReadMaxLag }

// check returns what is wrong with the configuration, or nil.
func (c *Config) check() error {
	share := func(x float64) bool { return x >= 0 && x <= 1 }
	leader := false
	for _, s := range c.Servers {
		leader = leader || s.ID == c.Leader
	}
	for _, rule := range []struct {
		ok   bool
		what string
	}{
		{len(c.Servers) > 0, "there are no servers"},
		{leader, "Leader is not one of the servers"},
		{c.Redirect < redirects, "there is no such Redirect"},
		{c.TTL >= 0, "TTL is negative"},
		{c.Redirect != ByProxy || len(c.Proxies) > 0, "there are no proxies"},
		{c.FirstSession >= 0, "FirstSession is negative"},
		{c.Rate >= 0 && c.Rate <= 1e9, "Rate must be between 0 and 1e9"},
		{c.Process < processes, "there is no such Process"},
		{c.Process != Bursts || c.BurstSize >= 1, "BurstSize must be at least 1"},
		{share(c.Writes) && share(c.ReadOwn), "Writes and ReadOwn must be between 0 and 1"},
		{c.Keys >= 1 && c.Keys <= maxKeys, "Keys must be between 1 and 2^31-1"},
		{c.WritesTo < writesTos, "there is no such WritesTo"},
		{c.ReadsFrom < readsFroms, "there is no such ReadsFrom"},
		{c.MaxLag >= 0, "MaxLag is negative"},
		{c.LagPoll > 0 || !c.ReadsFrom.polls(), "LagPoll must be positive"},
		{c.Timeout > 0, "Timeout must be positive"},
		{c.Retries >= 0 && c.Backoff >= 0, "Retries and Backoff must not be negative"},
		{share(c.Jitter), "Jitter must be between 0 and 1"},
		{c.ValueSize >= 0, "ValueSize is negative"},
	} {
		if !rule.ok {
			return fmt.Errorf("workload: clients %q: %s", c.Name, rule.what)
		}
	}
	for _, err := range []error{c.Profile.check(), c.Popularity.check()} {
		if err != nil {
			return fmt.Errorf("workload: clients %q: %w", c.Name, err)
		}
	}
	return nil
}
