package dcs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"replsim/models/raft"
	"replsim/sim"
	"replsim/sim/simtest"
)

// The scripts in testdata show what the store promises.
func TestScripts(t *testing.T) {
	simtest.Run(t, "testdata", func() simtest.Commands { return newStage().commands() })
}

// stage is a store e1, e2, … and two clients, ann and bob.
//
//	store members=3 check=500ms timeout=10s   build it; links take 1 ms
//	ann get                      all keys
//	ann put lock                 set a key to her name
//	  if=absent, if=7              … if there is none, or if it has this revision
//	  lease=1                      … under a lease
//	ann delete lock              remove a key
//	ann grant 1 ttl=5s, ann alive 1, ann revoke 1
//	ann watch lock               be told of changes
//	leader                       who leads
//	audit                        breaches of safety
type stage struct {
	simtest.Stage
	cluster *Cluster
	clients map[string]*Client
}

func newStage() *stage { return &stage{clients: map[string]*Client{}} }

func (s *stage) commands() simtest.Commands {
	c := s.Commands()
	c["store"], c["leader"], c["audit"] = s.build, s.leader, s.audit
	c["ann"], c["bob"] = s.ask, s.ask
	return c
}

func (s *stage) build(a simtest.Args) (string, error) {
	o := &simtest.Options{Args: a}
	s.Enter(sim.New(uint64(o.Int("seed", 1))))
	cfg := Config{
		Check: o.Duration("check", 500*time.Millisecond),
		Raft: raft.Config{
			Tick: 100 * time.Millisecond, ElectionTicks: 10, HeartbeatTicks: 1, PreVote: true, CheckQuorum: true,
			ShipUnflushed: true, CommitAtOnce: true, LogKeep: sim.LSN(o.Int("log-keep", 1000)),
		},
		Initial: []Request{{Op: Put, Key: "history", Value: "begun"}},
	}
	var nodes []sim.NodeConfig
	for i := range o.Int("members", 3) {
		nodes = append(nodes, sim.NodeConfig{Name: fmt.Sprint("e", i+1), Flush: o.Law("flush", 0)})
	}
	s.cluster = Build(s.World, cfg, nodes)
	timeout := o.Duration("timeout", 10*time.Second)
	for _, name := range []string{"ann", "bob"} {
		s.World.AddNode(sim.NodeConfig{Name: name, Boot: func(e *sim.Env) {
			s.clients[name] = NewClient(e, s.cluster, timeout, func(ev Event) {
				what := "has changed"
				if ev.Removed {
					what = "is gone"
				}
				s.Printf(s.World.Now(), name, "hears that %s %s", ev.Key, what)
			})
			s.clients[name].at = 0
		}})
	}
	link := sim.LinkConfig{Delay: o.Law("delay", time.Millisecond)}
	s.World.Network(func(_, _ sim.NodeID) sim.LinkConfig { return link })
	s.World.Run(0)
	return s.Flush(), o.Err
}

// ask lets a client ask for something, and prints the answer.
func (s *stage) ask(a simtest.Args) (string, error) {
	if s.cluster == nil || len(a.Words) == 0 {
		return "", errors.New("build a store first, and say what to ask for")
	}
	o := &simtest.Options{Args: a}
	what, client := a.Words[0], s.clients[a.Command]
	r := Request{Value: a.Command, Lease: LeaseID(o.Int("lease", 0)), TTL: o.Duration("ttl", 5*time.Second)}
	r.If, o.Err = simtest.Option(a, "if", revision, Whatever)
	word := append(a.Words, "")[1]
	switch what {
	case "get":
	case "put":
		r.Op, r.Key = Put, word
	case "delete":
		r.Op, r.Key = Delete, word
	case "watch":
		client.Watch(word)
		return "", o.Err
	case "grant", "alive", "revoke":
		r.Op = map[string]Op{"grant": Grant, "alive": KeepAlive, "revoke": Revoke}[what]
		if _, err := fmt.Sscan(word, &r.Lease); err != nil {
			return "", err
		}
	default:
		return "", fmt.Errorf("what is %s?", what)
	}
	client.Do(r, func(res Result) {
		s.Printf(s.World.Now(), a.Command, "%s: %s", strings.Join(a.Words, " "), show(r.Op, res))
	})
	return "", o.Err
}

func revision(text string) (r Revision, err error) {
	if text == "absent" {
		return Absent, nil
	}
	_, err = fmt.Sscan(text, &r)
	return r, err
}

func show(op Op, r Result) string {
	words := []string{"done", "conflict", "no such lease", "not the leader", "no answer"}[r.Status]
	if r.Status != OK || op == KeepAlive {
		return words
	}
	if op != Get {
		return fmt.Sprintf("done at %d", r.Revision)
	}
	words = ""
	for _, it := range r.Items {
		words += fmt.Sprintf("%s=%v@%d ", it.Key, it.Value, it.Revision)
	}
	return words
}

func (s *stage) leader(simtest.Args) (string, error) {
	n := s.cluster.group.Leader()
	if n == nil {
		return "nobody", nil
	}
	return fmt.Sprintf("%s in term %d", s.Name(n.Hint()), n.Term()), nil
}

func (s *stage) audit(simtest.Args) (string, error) {
	if a := s.cluster.Audit(); a != nil {
		return strings.Join(a, "\n"), nil
	}
	return "no breach", nil
}
