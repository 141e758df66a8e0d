package failover

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"replsim/models/dcs"
	"replsim/models/kv"
	"replsim/models/leader"
	"replsim/models/raft"
	"replsim/sim"
	"replsim/sim/simtest"
)

// The scripts in testdata/lease tell what agents with a lease do.
func TestLeaseScripts(t *testing.T) {
	simtest.Run(t, "testdata/lease", func() simtest.Commands {
		s := &leaseStage{stage: stage{what: map[kv.OpID]string{}}}
		c := s.Commands()
		c["cluster"], c["write"], c["kill"] = s.build, s.write, s.kill
		return c
	})
}

// leaseStage is a cluster r1, r2, … with agents r1/agent, … and a store e1, e2, e3.
//
//	cluster nodes=3 ttl=5s loop=1s retry=2s …   build it (see build)
//	write x y to r1       send writes to a node
//	kill r1               kill a database alone: its agent starts it again
type leaseStage struct {
	stage
	team *Agents
}

// build makes the world. Links take 1 ms, and nothing between a database and its agent.
func (s *leaseStage) build(a simtest.Args) (string, error) {
	o := &simtest.Options{Args: a}
	s.Enter(sim.New(uint64(o.Int("seed", 1))))
	n := o.Int("nodes", 3)
	var at LeasePlaces
	var nodes []sim.NodeConfig
	for i := range n {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("r", i+1)})
		at.Agents = append(at.Agents, sim.NodeConfig{Name: fmt.Sprint("r", i+1, "/agent")})
		at.Store = append(at.Store, sim.NodeConfig{Name: fmt.Sprint("e", i+1)})
	}
	c := leader.Build(s.World, s.database(o), nodes, sim.NodeConfig{Name: "operator"})
	s.team = BuildAgents(s.World, s.lease(o), c, at)
	client := s.World.AddNode(sim.NodeConfig{Name: "client", Boot: s.bootClient})
	link := sim.LinkConfig{Delay: o.Law("delay", time.Millisecond)}
	s.World.Network(func(from, to sim.NodeID) sim.LinkConfig {
		for i, agent := range s.team.agents {
			if db := c.Nodes()[i]; from == agent && to == db || from == db && to == agent {
				return sim.LinkConfig{}
			}
		}
		if max(from, to) == client {
			return sim.LinkConfig{}
		}
		return link
	})
	s.observe()
	s.observeAgents()
	s.World.Run(sim.Time(10 * time.Millisecond)) // time to connect
	return s.Flush(), o.Err
}

func (s *leaseStage) lease(o *simtest.Options) LeaseConfig {
	mode, err := simtest.Option(o.Args, "sync", simtest.Choice[SyncMode]("off", "on", "strict"), SyncOff)
	o.Err = errors.Join(o.Err, err)
	return LeaseConfig{
		TTL: o.Duration("ttl", 5*time.Second), LoopWait: o.Duration("loop", time.Second), RetryTimeout: o.Duration("retry", 2*time.Second),
		Watch: o.Bool("watch", true), MaxLag: -1, Patience: 500 * time.Millisecond,
		Sync: mode, SyncNodes: 1, SyncPause: 2 * time.Second,
		Failsafe: o.Bool("failsafe", false), Watchdog: o.Bool("watchdog", false), Restart: o.Law("restart", 500*time.Millisecond),
		Store: dcs.Config{Check: 500 * time.Millisecond, Raft: raft.Config{
			Tick: 100 * time.Millisecond, ElectionTicks: 10, HeartbeatTicks: 1, PreVote: true, CheckQuorum: true,
			ShipUnflushed: true, CommitAtOnce: true, LogKeep: 1000,
		}},
	}
}

// observeAgents prints the steps of agents that matter: what they write in the store, and the
// orders they give.
func (s *leaseStage) observeAgents() {
	names := func(list []int) (out []string) {
		for _, i := range list {
			out = append(out, s.Name(s.team.cluster.Nodes()[i]))
		}
		return out
	}
	sim.Observe(s.World, func(at sim.Time, id sim.NodeID, f sim.Sent) {
		say := func(format string, args ...any) { s.Printf(at, s.Name(id), format, args...) }
		switch m := f.Payload.(type) {
		case dcs.Call:
			value, sync := m.Value.(syncState)
			switch {
			case m.Op == dcs.Put && m.Key == lockKey:
				say("asks for the lock")
			case m.Op == dcs.Put && sync:
				say("writes down leader %s, standbys %v", names([]int{value.leader})[0], names(value.standbys))
			}
		case leader.SetStandbys:
			var list []string
			for _, node := range m.Standbys {
				list = append(list, s.Name(node))
			}
			say("names standbys %v", list)
		case leader.StepDown:
			say("tells %s to step down", s.Name(f.To))
		case Failsafe:
			say("asks %s to put up with its leader", s.Name(f.To))
		}
	})
}

func (s *leaseStage) kill(a simtest.Args) (string, error) {
	ids, err := s.Nodes(a.Words)
	if err == nil {
		s.World.Strike("kill "+a.Words[0], sim.Crash{Targets: sim.Nodes(ids...), Process: true})
	}
	return "", err
}
