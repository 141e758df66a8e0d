package measure

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// A script is a run of facts written by hand, and the figures that follow from it
// by hand. Lines above "--":
//
//	nodes r1 r2 r3; clients eu us; end 10s; warmup 1s; sample 1s; window 1s; stable 0s
//	TIME NODE leads EPOCH @START [LAST [undecided]] | stops EPOCH | promotes EPOCH | crashes N | crashes disk
//	TIME NODE starts | pauses | resumes | applies E.L | truncates TO END EPOCH
//	TIME NODE restores E.L | degraded on | off
//	TIME NODE campaigns EPOCH [pre-vote] | follows EPOCH
//	TIME NODE suspects NODE | clears NODE | fences NODE ok | fences NODE failed
//	TIME NODE appends E.L KEY OP [was E.L] | commits E.L KEY OP     OP #0: no client's write
//	TIME CLIENT writes KEY OP | reads KEY OP                        an invoke
//	TIME CLIENT wrote OP E.L | got OP E.L | failed OP | unknown OP  its return
//	TIME NODE fault NAME | healed NAME
//
// and two shorthands for all facts of an operation at one instant:
//
//	TIME CLIENT puts E.L KEY at NODE   invoke, append, apply, commit, return
//	TIME CLIENT gets KEY E.L           invoke and return
//
// Clients are c0, c1, … in the order of their places, keys k0, k1, …, operations
// #1, #2, …; a read's value is found by its version. Below "--": figure = value,
// or figure absent.
type script struct {
	t      *testing.T
	cfg    Config
	w      *sim.World
	names  map[string]sim.NodeID
	envs   map[sim.NodeID]*sim.Env
	ops    map[kv.OpID]kv.Invoked
	values map[kv.Version]kv.OpID // by version
	next   kv.OpID                // for puts and gets
	rec    *Recorder
	want   []string
	tweak  func(*Config)
}

// runScript plays a script and returns what was measured.
func runScript(t *testing.T, text string, tweak func(*Config)) (*Replication, []string) {
	t.Helper()
	s := &script{t: t, w: sim.New(1), names: map[string]sim.NodeID{}, envs: map[sim.NodeID]*sim.Env{},
		ops: map[kv.OpID]kv.Invoked{}, values: map[kv.Version]kv.OpID{}, next: 1000, tweak: tweak}
	s.cfg = Config{End: 10 * sim.Time(time.Second), Sample: time.Second, Keys: 10}
	var steps [][]string
	scanner := bufio.NewScanner(strings.NewReader(text))
	below := false
	for scanner.Scan() {
		line, _, _ := strings.Cut(scanner.Text(), "//")
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case line == "--":
			below = true
		case below:
			s.want = append(s.want, line)
		case line[0] >= '0' && line[0] <= '9':
			steps = append(steps, strings.Fields(line))
		default:
			for _, part := range strings.Split(line, ";") {
				s.setup(strings.Fields(part))
			}
		}
	}
	s.play(steps)
	return s.rec.Finish(), s.want
}

func (s *script) setup(f []string) {
	switch f[0] {
	case "nodes":
		for _, name := range f[1:] {
			s.cfg.Replicas = append(s.cfg.Replicas, s.addNode(name))
		}
	case "clients":
		for i, place := range f[1:] {
			s.addNode(fmt.Sprintf("c%d", i))
			s.cfg.Clients = append(s.cfg.Clients, Client{Session: int32(i), Place: place})
		}
	case "end":
		s.cfg.End = s.time(f[1])
	case "warmup":
		s.cfg.Warmup = s.time(f[1])
	case "sample":
		s.cfg.Sample = time.Duration(s.time(f[1]))
	case "stable":
		s.cfg.StableFor = time.Duration(s.time(f[1]))
	case "window":
		s.cfg.Window = time.Duration(s.time(f[1]))
	default:
		s.t.Fatalf("unknown setting %q", f[0])
	}
}

func (s *script) addNode(name string) sim.NodeID {
	id := s.w.AddNode(sim.NodeConfig{Name: name, Boot: func(e *sim.Env) { s.envs[e.ID()] = e }})
	s.names[name] = id
	return id
}

func (s *script) play(steps [][]string) {
	if s.tweak != nil {
		s.tweak(&s.cfg)
	}
	s.rec = New(s.w, s.cfg)
	last := s.cfg.End
	for _, f := range steps {
		at := s.time(f[0])
		last = max(last, at)
		s.w.At(at, func() { s.step(at, f[1], f[2], f[3:]) })
	}
	s.w.Run(last)
}

func (s *script) step(at sim.Time, who, verb string, a []string) {
	id, ok := s.names[who]
	if !ok {
		s.t.Fatalf("who is %q?", who)
	}
	e := s.envs[id]
	switch verb {
	case "leads":
		f := kv.LeaderStarted{Epoch: uint32(s.number(a[0])), Start: sim.LSN(s.number(a[1]))}
		if len(a) > 2 {
			f.Last, f.Undecided = s.version(a[2]), len(a) > 3
		}
		sim.Report(e, f)
	case "campaigns":
		sim.Report(e, kv.CampaignBegan{Epoch: uint32(s.number(a[0])), PreVote: len(a) > 1})
	case "follows":
		sim.Report(e, kv.Followed{Epoch: uint32(s.number(a[0]))})
	case "suspects":
		sim.Report(e, kv.Suspected{Leader: s.names[a[0]]})
	case "clears":
		sim.Report(e, kv.Cleared{Leader: s.names[a[0]]})
	case "fences":
		sim.Report(e, kv.Fenced{Target: s.names[a[0]], OK: a[1] == "ok"})
	case "stops":
		sim.Report(e, kv.LeaderStopped{Epoch: uint32(s.number(a[0]))})
	case "promotes":
		sim.Report(e, kv.PromotionBegan{Epoch: uint32(s.number(a[0]))})
	case "crashes":
		if a[0] == "disk" {
			sim.Report(e, sim.Crashed{DiskLost: true})
		} else {
			sim.Report(e, sim.Crashed{Unflushed: s.number(a[0])})
		}
	case "starts":
		sim.Report(e, sim.Started{})
	case "pauses":
		sim.Report(e, sim.Paused{})
	case "resumes":
		sim.Report(e, sim.Resumed{})
	case "fault":
		sim.Report(e, sim.FaultBegan{Name: a[0]})
	case "healed":
		sim.Report(e, sim.FaultEnded{Name: a[0]})
	case "degraded":
		sim.Report(e, kv.Degraded{On: a[0] == "on"})
	case "applies":
		sim.Report(e, kv.Applied{Version: s.version(a[0])})
	case "restores":
		sim.Report(e, kv.Restored{Version: s.version(a[0])})
	case "truncates":
		sim.Report(e, kv.Truncated{To: sim.LSN(s.number(a[0])), End: sim.LSN(s.number(a[1])), Epoch: uint32(s.number(a[2]))})
	case "appends":
		var was kv.Version
		if len(a) > 3 {
			was = s.version(a[4])
		}
		s.append(e, s.version(a[0]), s.key(a[1]), s.op(a[2]), was)
	case "commits":
		sim.Report(e, kv.Committed{Version: s.version(a[0]), Key: s.key(a[1]), Op: s.op(a[2])})
	default:
		s.client(e, who, verb, a)
	}
}

// client plays the lines of clients.
func (s *script) client(e *sim.Env, who, verb string, a []string) {
	session := int32(s.number(who))
	invoke := func(op kv.OpID, kind kv.Kind, key kv.Key) {
		s.ops[op] = kv.Invoked{Op: op, Kind: kind, Key: key, Session: session}
		sim.Report(e, s.ops[op])
	}
	end := func(op kv.OpID, outcome kv.Outcome, v kv.Version) {
		f := s.ops[op]
		value := s.values[v]
		sim.Report(e, kv.Returned{Op: op, Kind: f.Kind, Key: f.Key, Session: f.Session, Outcome: outcome, Value: value, Version: v})
	}
	switch verb {
	case "writes":
		invoke(s.op(a[1]), kv.Write, s.key(a[0]))
	case "reads":
		invoke(s.op(a[1]), kv.Read, s.key(a[0]))
	case "wrote", "got":
		end(s.op(a[0]), kv.Succeeded, s.version(a[1]))
	case "failed":
		end(s.op(a[0]), kv.Failed, 0)
	case "unknown":
		end(s.op(a[0]), kv.Unknown, 0)
	case "puts":
		s.next++
		op, v, key, node := s.next, s.version(a[0]), s.key(a[1]), s.envs[s.names[a[3]]]
		invoke(op, kv.Write, key)
		s.append(node, v, key, op, 0)
		sim.Report(node, kv.Applied{Version: v})
		sim.Report(node, kv.Committed{Version: v, Key: key, Op: op})
		end(op, kv.Succeeded, v)
	case "gets":
		s.next++
		invoke(s.next, kv.Read, s.key(a[0]))
		end(s.next, kv.Succeeded, s.version(a[1]))
	default:
		s.t.Fatalf("unknown verb %q", verb)
	}
}

func (s *script) append(e *sim.Env, v kv.Version, key kv.Key, op kv.OpID, was kv.Version) {
	s.values[v] = op
	sim.Report(e, kv.Appended{Version: v, Key: key, Op: op, Was: was})
}

func (s *script) time(text string) sim.Time {
	d, err := time.ParseDuration(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return sim.Time(d)
}

func (s *script) number(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimLeft(text, "@#kc"), 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *script) key(text string) kv.Key { return kv.Key(s.number(text)) }
func (s *script) op(text string) kv.OpID { return kv.OpID(s.number(text)) }

func (s *script) version(text string) kv.Version {
	epoch, lsn, ok := strings.Cut(text, ".")
	if !ok {
		s.t.Fatalf("version %q is not EPOCH.LSN", text)
	}
	if lsn == "0" {
		return 0
	}
	return kv.VersionAt(uint32(s.number(epoch)), sim.LSN(s.number(lsn)))
}

// checkFigures compares figures with lines such as "rto.total = 1.5".
func checkFigures(t *testing.T, got *Replication, want []string) {
	t.Helper()
	for _, line := range want {
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok {
			name = strings.TrimSpace(strings.TrimSuffix(name, "absent"))
			if f, ok := got.Figure(name); ok {
				t.Errorf("%s is %v, want none", name, f.Value)
			}
			continue
		}
		expected, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			t.Fatal(err)
		}
		f, ok := got.Figure(name)
		if !ok {
			t.Errorf("%s is missing, want %v", name, expected)
			continue
		}
		// Quantiles come from histograms of three digits.
		if math.Abs(f.Value-expected) > 1e-3*math.Abs(expected)+1e-6 {
			t.Errorf("%s = %v, want %v", name, f.Value, expected)
		}
	}
}

// readScript returns a script of testdata.
func readScript(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
