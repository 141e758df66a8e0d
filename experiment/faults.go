package experiment

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"replsim/models/kv"
	"replsim/results"
	"replsim/scenarios"
	"replsim/sim"
)

// operated is what orders of an operator need of a cluster.
type operated interface {
	Leader() sim.NodeID
	Promote(target sim.NodeID)
}

// reconfigured is a cluster whose members an operator can change. The loader lets such
// orders pass for models that are.
type reconfigured interface {
	AddMember(node sim.NodeID)
	RemoveMember(node sim.NodeID)
}

// faultNames returns the names of a scenario's faults in a fixed order: by their
// time, then by name.
func faultNames(sc *scenarios.Scenario) []string {
	names := make([]string, 0, len(sc.Faults))
	for name := range sc.Faults {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := sc.Faults[names[i]], sc.Faults[names[j]]
		if a.At != b.At {
			return a.At < b.At
		}
		return names[i] < names[j]
	})
	return names
}

// inject schedules all faults of the scenario.
func (t *topology) inject(cluster operated) {
	for _, name := range faultNames(t.sc) {
		f := t.sc.Faults[name]
		if f.Ordered() {
			t.order(name, f, cluster)
			continue
		}
		fault := t.fault(name, f, cluster)
		if f.MTTF != nil {
			t.world.InjectEvery(name, fault, *f.MTTF, *f.MTTR)
		} else {
			t.world.Inject(name, fault, sim.Time(f.At), f.For)
		}
	}
}

// order schedules what the operator orders: a promotion, or a change of members. It
// has had an effect when a replica begins to take over, or the members have changed.
func (t *topology) order(name string, f scenarios.Fault, cluster operated) {
	var ordered *sim.Effect
	done := func() {
		if ordered != nil {
			ordered.Hits++
			ordered = nil
		}
	}
	if f.Promote != "" {
		sim.Observe(t.world, func(sim.Time, sim.NodeID, kv.PromotionBegan) { done() })
	} else {
		sim.Observe(t.world, func(sim.Time, sim.NodeID, kv.MembersChanged) { done() })
	}
	t.world.Inject(name, sim.Action{Do: func(effect *sim.Effect) {
		ordered = effect
		switch {
		case f.AddMember != "":
			cluster.(reconfigured).AddMember(t.names[f.AddMember][0])
		case f.RemoveMember != "":
			cluster.(reconfigured).RemoveMember(t.names[f.RemoveMember][0])
		case f.Promote == scenarios.MostAdvanced:
			cluster.Promote(sim.NoNode)
		default:
			cluster.Promote(t.names[f.Promote][0])
		}
	}}, sim.Time(f.At), 0)
}

// fault makes the kernel's fault of a scenario's.
func (t *topology) fault(name string, f scenarios.Fault, cluster operated) sim.Fault {
	switch kind := f.Kind(); kind {
	case "crash":
		return sim.Crash{
			Targets: t.processes(f.Process, t.targets(f.Crash, cluster)), Process: f.Process == scenarios.Database,
			DiskLost: f.Disk == "lost", InFlightLost: f.InFlight == "lost",
		}
	case "pause":
		return sim.Pause{Targets: t.targets(f.Pause, cluster)}
	case "slow_cpu":
		return sim.Slow{Targets: t.targets(f.SlowCPU, cluster), Factor: f.Factor}
	case "slow_disk":
		return sim.Slow{Targets: t.targets(f.SlowDisk, cluster), Factor: f.Factor, Disk: true}
	case "clock_jump":
		return sim.ClockJump{Targets: t.targets(f.ClockJump, cluster), By: *f.By}
	case "partition":
		return sim.Cut{Links: t.partition(f.Partition, cluster), Survive: f.Connections == "survive"}
	case "cut":
		return sim.Cut{Links: t.directions(f.Cut, cluster), Survive: f.Connections == "survive"}
	case "slow_link":
		return sim.Degrade{Links: t.directions(f.SlowLink, cluster), Factor: f.Factor, Add: f.Add}
	case "lossy_link":
		return sim.Degrade{Links: t.directions(f.LossyLink, cluster), Loss: f.Loss}
	case "flap":
		return sim.Flap{Name: name, Links: t.directions(f.Flap, cluster), Up: *f.Up, Down: *f.Down}
	default:
		panic(fmt.Sprintf("experiment: no fault of kind %q", kind))
	}
}

// targets resolves names when the fault strikes: "leader" is whoever leads then.
func (t *topology) targets(names []string, cluster operated) sim.Targets {
	return func() []sim.NodeID { return t.machines(t.resolve(names, cluster)) }
}

// processes leaves of the targets those that a crash takes: all of a machine, or databases
// or agents alone.
func (t *topology) processes(which string, targets sim.Targets) sim.Targets {
	return func() []sim.NodeID {
		return slices.DeleteFunc(targets(), func(id sim.NodeID) bool {
			switch which {
			case scenarios.Database:
				return !slices.Contains(t.nodes, id)
			case scenarios.Agent:
				return !slices.Contains(t.agents, id)
			}
			return false
		})
	}
}

// resolve replaces "leader" by the name of the node that leads now.
func (t *topology) resolve(names []string, cluster operated) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		if n == scenarios.Leader {
			id := cluster.Leader()
			if id == sim.NoNode {
				continue
			}
			n = t.world.Node(id).Name
		}
		out = append(out, n)
	}
	return out
}

// directions reads "a -> b" or "a <-> b".
func (t *topology) directions(text string, cluster operated) sim.Directions {
	ends, err := scenarios.ParseEnds(text)
	if err != nil {
		panic("experiment: the loader let pass " + text)
	}
	return func() []sim.Direction {
		from, to := t.resolve([]string{ends.From}, cluster), t.resolve([]string{ends.To}, cluster)
		return t.wires(from, to, ends.Both)
	}
}

// wires returns the directions between nodes of the names. No fault reaches what is between
// a replica and its agent.
func (t *topology) wires(from, to []string, both bool) []sim.Direction {
	return slices.DeleteFunc(sim.Between(t.all(from), t.all(to), both), func(d sim.Direction) bool { return t.sameMachine(d.From, d.To) })
}

// partition cuts every pair of groups, both ways.
func (t *topology) partition(groups [][]string, cluster operated) sim.Directions {
	return func() []sim.Direction {
		var out []sim.Direction
		for i := range groups {
			for j := i + 1; j < len(groups); j++ {
				out = append(out, t.wires(t.resolve(groups[i], cluster), t.resolve(groups[j], cluster), true)...)
			}
		}
		return out
	}
}

// bands lists the scheduled faults for charts and tables.
func bands(sc *scenarios.Scenario) []results.Fault {
	var out []results.Fault
	for _, name := range faultNames(sc) {
		f := sc.Faults[name]
		if f.MTTF != nil {
			continue
		}
		kind, what := describe(f)
		end := f.At + f.For
		switch {
		case f.Ordered() || f.ClockJump != nil:
			end = f.At
		case f.For == 0:
			end = sc.Duration
		}
		out = append(out, results.Fault{Name: name, Kind: kind, What: what, Start: f.At.Seconds(), End: min(end, sc.Duration).Seconds()})
	}
	return out
}

// shared lists the faults that are scheduled alike in all variants.
func shared(f *scenarios.File) []results.Fault {
	out := bands(&f.Variants[0].Scenario)
	for _, v := range f.Variants[1:] {
		here := bands(&v.Scenario)
		out = slices.DeleteFunc(out, func(b results.Fault) bool { return !slices.Contains(here, b) })
	}
	return out
}

// describe puts a fault's kind and target in words.
func describe(f scenarios.Fault) (kind, what string) {
	var groups []string
	for _, g := range append(f.Partition, f.Crash, f.Pause, f.SlowCPU, f.SlowDisk, f.ClockJump) {
		if len(g) > 0 {
			groups = append(groups, strings.Join(g, ", "))
		}
	}
	what = strings.Join(groups, " | ") + f.Cut + f.SlowLink + f.LossyLink + f.Flap + f.Promote + f.AddMember + f.RemoveMember // all but one are empty
	return strings.ReplaceAll(f.Kind(), "_", " "), what
}

// effectText puts what a fault did in words, per replication.
func effectText(e sim.Effect, runs int) string {
	var parts []string
	per := func(n int64, what string) {
		if n > 0 {
			count := perRun(float64(n) / float64(runs))
			if count == "1" {
				what = strings.Replace(what, "s ", " ", 1)
			}
			parts = append(parts, count+" "+what)
		}
	}
	per(e.Hits, "nodes hit")
	per(e.Dropped, "messages dropped")
	per(e.Delayed, "messages delayed")
	per(e.Slowed, "jobs slowed")
	per(e.LostRecords, "log records lost")
	if len(parts) == 0 {
		if e.Began == 0 {
			return "never struck"
		}
		return "did nothing: dropped 0 messages, hit no node"
	}
	if e.Lasted == 0 { // at an instant
		return strings.Join(parts, ", ") + " (per replication)"
	}
	return fmt.Sprintf("%s in %s s (per replication)", strings.Join(parts, ", "), perRun(e.Lasted.Seconds()/float64(runs)))
}

// perRun writes an average with one decimal if it is small, else whole, with commas
// between thousands.
func perRun(x float64) string {
	if x != math.Trunc(x) && x < 100 {
		return fmt.Sprintf("%.1f", x)
	}
	digits := fmt.Sprintf("%.0f", x)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
