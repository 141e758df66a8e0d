package measure

import (
	"path/filepath"
	"testing"

	"replsim/sim"
)

// Every transcript of testdata states the figures that follow from it by hand.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			got, want := runScript(t, readScript(t, name), func(c *Config) {
				c.CutsOff = func(fault string, _ sim.NodeID) bool { return fault == "cut" }
			})
			if len(want) == 0 {
				t.Fatal("nothing is expected")
			}
			checkFigures(t, got, want)
			if t.Failed() {
				t.Logf("violations: %q", got.Violations)
			}
		})
	}
}
