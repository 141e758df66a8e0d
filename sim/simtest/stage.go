package simtest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"replsim/sim"
)

// Stage holds the world that a script plays in, and has the commands that every
// world understands. A model's own command calls Enter.
//
//	run 5ms             let time pass, and print what happens
//	crash r1 r2         kill processes …
//	  machine=true        … and lose what they had sent
//	  disk-lost=true      … and their disks
//	restart r1          boot it again
//	pause r1, resume r1
//	cut r1 -> r2        lose what r1 sends to r2; <-> both ways; several names by commas
//	  survive=true        … or let it wait until the end
//	slow r1 -> r2       options add=5ms factor=2 loss=0.1
//	heal r1 -> r2       end what cut and slow did there
//	slow-disk r1        options factor=10
//	heal-disk r1
//	jump r1 by=1s       move its clock
type Stage struct {
	World *sim.World
	out   strings.Builder
	heals map[string]func()
}

// Commands returns the commands that every world understands.
func (s *Stage) Commands() Commands {
	return Commands{
		"run":       s.run,
		"crash":     s.crash,
		"restart":   s.healer("crash"),
		"pause":     s.pause,
		"resume":    s.healer("pause"),
		"cut":       s.cut,
		"slow":      s.slow,
		"heal":      s.healLinks,
		"slow-disk": s.slowDisk,
		"heal-disk": s.healer("slow-disk"),
		"jump":      s.jump,
	}
}

// Enter makes w the world that the script plays in from now on. What was done to a
// former one is forgotten.
func (s *Stage) Enter(w *sim.World) { s.World, s.heals = w, map[string]func(){} }

// Printf adds a line to the output of the present step: what an observer saw.
func (s *Stage) Printf(at sim.Time, who, format string, args ...any) {
	fmt.Fprintf(&s.out, "%-8s %-7s %s\n", at, who, fmt.Sprintf(format, args...))
}

// Name returns the name of a node.
func (s *Stage) Name(id sim.NodeID) string {
	if id == sim.NoNode {
		return "nobody"
	}
	return s.World.Node(id).Name
}

// Node finds a node by its name.
func (s *Stage) Node(name string) (sim.NodeID, error) {
	if s.World == nil {
		return sim.NoNode, errors.New("there is no world yet")
	}
	for id := range sim.NodeID(s.World.Nodes()) {
		if s.World.Node(id).Name == name {
			return id, nil
		}
	}
	return sim.NoNode, fmt.Errorf("no node %q", name)
}

// Nodes finds nodes by their names.
func (s *Stage) Nodes(names []string) ([]sim.NodeID, error) {
	var ids []sim.NodeID
	for _, name := range names {
		id, err := s.Node(name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, errors.New("which nodes?")
	}
	return ids, nil
}

// Flush returns and forgets what was printed since the last step.
func (s *Stage) Flush() string {
	text := s.out.String()
	s.out.Reset()
	return text
}

func (s *Stage) run(a Args) (string, error) {
	if len(a.Words) != 1 || s.World == nil {
		return "", errors.New("want a world, and a span such as 5ms")
	}
	d, err := time.ParseDuration(a.Words[0])
	if err != nil {
		return "", err
	}
	s.World.Run(s.World.Now().Add(d))
	return s.Flush(), nil
}

// strike begins a fault, which heal ends under the same key.
func (s *Stage) strike(key string, f sim.Fault) error {
	if s.heals[key] != nil {
		return fmt.Errorf("%s is so already", key)
	}
	s.heals[key] = s.World.Strike(key, f)
	return nil
}

func (s *Stage) heal(key string) error {
	end := s.heals[key]
	if end == nil {
		return fmt.Errorf("nothing to heal: %s", key)
	}
	delete(s.heals, key)
	end()
	return nil
}

// healer returns the command that ends a fault of the named nodes.
func (s *Stage) healer(fault string) Command {
	return func(a Args) (string, error) {
		for _, name := range a.Words {
			if err := s.heal(fault + " " + name); err != nil {
				return "", err
			}
		}
		return s.Flush(), nil
	}
}

// each strikes every named node with a fault of its own.
func (s *Stage) each(a Args, fault func(sim.Targets) sim.Fault) (string, error) {
	ids, err := s.Nodes(a.Words)
	if err != nil {
		return "", err
	}
	for i, id := range ids {
		if err := s.strike(a.Command+" "+a.Words[i], fault(sim.Nodes(id))); err != nil {
			return "", err
		}
	}
	return s.Flush(), nil
}

func (s *Stage) crash(a Args) (string, error) {
	o := Options{Args: a}
	f := sim.Crash{DiskLost: o.Bool("disk-lost", false), InFlightLost: o.Bool("machine", false)}
	if o.Err != nil {
		return "", o.Err
	}
	return s.each(a, func(t sim.Targets) sim.Fault { f.Targets = t; return f })
}

func (s *Stage) pause(a Args) (string, error) {
	return s.each(a, func(t sim.Targets) sim.Fault { return sim.Pause{Targets: t} })
}

func (s *Stage) slowDisk(a Args) (string, error) {
	o := Options{Args: a}
	f := sim.Slow{Disk: true, Factor: o.Float("factor", 10)}
	if o.Err != nil {
		return "", o.Err
	}
	return s.each(a, func(t sim.Targets) sim.Fault { f.Targets = t; return f })
}

func (s *Stage) jump(a Args) (string, error) {
	o := Options{Args: a}
	by := o.Duration("by", 0)
	ids, err := s.Nodes(a.Words)
	if err := errors.Join(err, o.Err); err != nil {
		return "", err
	}
	s.World.Strike("jump", sim.ClockJump{Targets: sim.Nodes(ids...), By: by})
	return s.Flush(), nil
}

// links reads "r1,r2 -> r3" or "r1 <-> r2".
func (s *Stage) links(words []string) ([]sim.Direction, error) {
	if len(words) != 3 || words[1] != "->" && words[1] != "<->" {
		return nil, errors.New("want two sides, as r1 -> r2,r3 or r1 <-> r2")
	}
	from, err := s.Nodes(strings.Split(words[0], ","))
	if err != nil {
		return nil, err
	}
	to, err := s.Nodes(strings.Split(words[2], ","))
	return sim.Between(from, to, words[1] == "<->"), err
}

// onLinks strikes every direction with a fault of its own, so that each can heal
// alone.
func (s *Stage) onLinks(a Args, fault func(sim.Directions) sim.Fault) (string, error) {
	dirs, err := s.links(a.Words)
	if err != nil {
		return "", err
	}
	for _, d := range dirs {
		if err := s.strike(s.linkKey(d), fault(func() []sim.Direction { return []sim.Direction{d} })); err != nil {
			return "", err
		}
	}
	return s.Flush(), nil
}

func (s *Stage) linkKey(d sim.Direction) string { return s.Name(d.From) + " -> " + s.Name(d.To) }

func (s *Stage) cut(a Args) (string, error) {
	o := Options{Args: a}
	f := sim.Cut{Survive: o.Bool("survive", false)}
	if o.Err != nil {
		return "", o.Err
	}
	return s.onLinks(a, func(d sim.Directions) sim.Fault { f.Links = d; return f })
}

func (s *Stage) slow(a Args) (string, error) {
	o := Options{Args: a}
	f := sim.Degrade{Factor: o.Float("factor", 1), Add: o.Duration("add", 0), Loss: o.Float("loss", 0)}
	if o.Err != nil {
		return "", o.Err
	}
	return s.onLinks(a, func(d sim.Directions) sim.Fault { f.Links = d; return f })
}

func (s *Stage) healLinks(a Args) (string, error) {
	dirs, err := s.links(a.Words)
	if err != nil {
		return "", err
	}
	for _, d := range dirs {
		if err := s.heal(s.linkKey(d)); err != nil {
			return "", err
		}
	}
	return s.Flush(), nil
}
