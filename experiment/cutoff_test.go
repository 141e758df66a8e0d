package experiment

import (
	"testing"

	"replsim/sim"
)

// TestCutsOff: a leader is cut off if it has no majority of replicas left, or less than
// half of the clients. Those of small are beside r1, in a.
func TestCutsOff(t *testing.T) {
	for _, c := range []struct {
		fault  string
		leader string
		want   bool
	}{
		{`partition = [["r1"], ["r2", "r3"]]`, "r1", true},
		{`partition = [["r1"], ["r2", "r3"]]`, "r2", false}, // it keeps the majority, and clients reach it
		{`partition = [["r1"], ["r2"], ["r3"]]`, "r2", true},
		{`partition = [["a"], ["b", "c"]]`, "r2", true}, // all clients are away
		{`partition = [["leader"], ["r2", "r3"]]`, "r1", true},
		{`partition = [["clients"], ["r1"]]`, "r1", true},
		{`partition = [["clients"], ["r1"]]`, "r2", false},
		{`cut = "r1 -> r2"`, "r1", false},
		{`cut = "r1 -> b"`, "r1", false},
		{`cut = "a <-> us"`, "r1", false},
		{`flap = "clients -> r1"
up   = "1s"
down = "1s"`, "r1", true},
		{`crash = "r1"`, "r1", false}, // told otherwise
	} {
		f := parse(t, small+"[faults.f]\nat  = \"2s\"\nfor = \"1s\"\n"+c.fault+"\n")
		w := sim.New(1)
		top := newTopology(&f.Variants[0].Scenario, w)
		groups := top.buildClients(top.buildCluster(Options{}.Build))
		if got := top.cutsOff(groups)("f", top.names[c.leader][0]); got != c.want {
			t.Errorf("%s cuts %s off: %v", c.fault, c.leader, got)
		}
	}
}
