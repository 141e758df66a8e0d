package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"replsim/models/leader"
	"replsim/sim"
)

// TestSwarmOfBrokenModel: a model that waits for no follower fails. The scenario that
// shows it is written, and the model as it is runs it without fault.
func TestSwarmOfBrokenModel(t *testing.T) {
	var out bytes.Buffer
	cmd := swarmCommand()
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetContext(context.Background())
	f := swarmFlags{model: "leader", seeds: 20, shrink: 200, out: t.TempDir()}
	f.build.Leader = func(w *sim.World, cfg leader.Config, nodes []sim.NodeConfig, office sim.NodeConfig) *leader.Cluster {
		cfg.Rule = leader.Async
		return leader.Build(w, cfg, nodes, office)
	}
	if err := runSwarm(cmd, f); !errors.Is(err, errBroken) {
		t.Fatalf("error %v\n%s", err, out.String())
	}
	files, err := filepath.Glob(filepath.Join(f.out, "swarm-failure-leader-*.toml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("files %v, error %v", files, err)
	}
	for _, file := range files {
		if !strings.Contains(out.String(), "replay it with: replsim run "+file) {
			t.Errorf("%s is not told of:\n%s", file, out.String())
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("[expect]")) || !bytes.HasPrefix(text, []byte("# Found by replsim ")) {
			t.Errorf("%s:\n%s", file, text)
		}
		var problems bytes.Buffer
		if code := run([]string{"run", file, "--no-charts", "--out", t.TempDir()}, &out, &problems); code != exitOK {
			t.Errorf("%s: exit code %d with the whole model: %s", file, code, problems.String())
		}
	}
}
