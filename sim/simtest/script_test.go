package simtest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"replsim/sim"
)

// greeters opens a script for a model of three nodes that say what reaches them.
func greeters() Commands {
	s := &Stage{}
	commands := s.Commands()
	var env [3]*sim.Env
	boot := func(e *sim.Env) {
		env[e.ID()] = e
		sim.Handle(e, func(from sim.NodeID, g greeting) {
			s.Printf(s.World.Now(), e.Name(), "%s from %s", g.text, s.Name(from))
		})
	}
	commands["world"] = func(a Args) (string, error) {
		o := Options{Args: a}
		delay := o.Law("delay", time.Millisecond)
		s.Enter(sim.New(uint64(o.Int("seed", 1))))
		for _, name := range []string{"a", "b", "c"} {
			s.World.AddNode(sim.NodeConfig{Name: name, Boot: boot})
		}
		s.World.Network(func(from, to sim.NodeID) sim.LinkConfig { return sim.LinkConfig{Delay: delay} })
		s.World.Run(0)
		return fmt.Sprintf("%d nodes", s.World.Nodes()), o.Err
	}
	commands["greet"] = func(a Args) (string, error) {
		ids, err := s.Nodes(a.Words[:2])
		if err == nil {
			sim.Send(env[ids[0]], ids[1], greeting{strings.Join(a.Words[2:], " ")})
		}
		return "", err
	}
	commands["clock"] = func(a Args) (string, error) {
		id, err := s.Node(a.Words[0])
		return fmt.Sprintln(env[id].Clock()), err
	}
	return commands
}

type greeting struct{ text string }

func (greeting) Size() int { return 10 }

func TestScripts(t *testing.T) { Run(t, "testdata", greeters) }

// Play replaces what a script says was printed by what is printed.
func TestPlayCorrectsTheOutput(t *testing.T) {
	script := "# Prose stays.\n#\n# All of it.\n\n\nworld\n----\nnonsense\nand more\n\ngreet a b hi   \nrun 2ms\n"
	got, err := Play(script, greeters())
	want := "# Prose stays.\n#\n# All of it.\n\nworld\n----\n3 nodes\n\ngreet a b hi\nrun 2ms\n----\n1ms      b       hi from a\n"
	if err != nil || got != want {
		t.Errorf("got %q, %v\nwant %q", got, err, want)
	}
	if line, g, w := firstDifference(got, script); line != 5 || g != "world" || w != "" {
		t.Errorf("the first difference is in line %d: %q, %q", line, g, w)
	}
	if again, err := Play(got, greeters()); err != nil || again != got {
		t.Errorf("a corrected script is not stable: %q, %v", again, err)
	}
}

func TestMistakesInScriptsHaveTheirLine(t *testing.T) {
	for script, want := range map[string]string{
		"# prose\n\nfly":              `3: no command "fly"`,
		"run 1ms":                     "1: run: want a world",
		"world\nrun fast":             "2: run: time: invalid duration",
		"world\n----\n\ncrash d":      `4: crash: no node "d"`,
		"world\ncrash":                "2: crash: which nodes?",
		"world colour=red":            "1: world: no option colour",
		"world seed=red":              "1: world: seed=red: ",
		"world seed=1 seed=2":         "1: option seed is given twice",
		"world delay=uniform(min=1ms": "1: parentheses do not match",
		"world\nrestart a":            "2: restart: nothing to heal: crash a",
		"world\ncrash a\ncrash a":     "3: crash: crash a is so already",
		"world\ncut a b":              "2: cut: want two sides",
		"world\ncut a -> x":           `2: cut: no node "x"`,
		"world\nheal a -> b":          "2: heal: nothing to heal: a -> b",
	} {
		if _, err := Play(script, greeters()); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got error %v, want %q", script, err, want)
		}
	}
	boom := errors.New("boom")
	_, err := Play("x", Commands{"x": func(Args) (string, error) { return "", boom }})
	if !errors.Is(err, boom) {
		t.Errorf("got error %v, want one that wraps %v", err, boom)
	}
}

func TestChoice(t *testing.T) {
	type colour uint8
	read := Choice[colour]("red", "green")
	if c, err := read("green"); c != 1 || err != nil {
		t.Errorf("got %v, %v", c, err)
	}
	if _, err := read("blue"); err == nil {
		t.Error("blue is not one of the choices")
	}
}
