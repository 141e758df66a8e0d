package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"replsim/experiment"
	"replsim/scenarios"
)

// TestCommittedResults runs every shipped scenario again and demands the very
// bytes that are committed, charts included. After a change that is meant to
// change results, run: make results.
func TestCommittedResults(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the whole catalogue")
	}
	for _, e := range scenarios.Shipped() {
		t.Run(e.Name, func(t *testing.T) {
			file, err := load(e.Name)
			if err != nil {
				t.Fatal(err)
			}
			s, err := experiment.Run(context.Background(), file, experiment.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range s.Expectations {
				if !x.Held {
					t.Errorf("%s: %s %s does not hold: %g %s", x.Variant, x.Key, x.Want, x.Got, x.Unit)
				}
			}
			again := t.TempDir()
			if err := writeResults(again, file, s, true); err != nil {
				t.Fatal(err)
			}
			compareFolders(t, filepath.Join("..", "..", "results", e.Name), again)
		})
	}
}

// compareFolders demands that what is committed comes out again, byte by byte, and
// that nothing else does but what .gitignore leaves out: curves, whose hashes
// are in summary.json, and the other renderings of the charts.
func compareFolders(t *testing.T, committed, again string) {
	t.Helper()
	for _, e := range entries(t, committed) {
		want, err := os.ReadFile(filepath.Join(committed, e))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(again, e))
		switch {
		case err != nil:
			t.Errorf("%s is committed but does not come out any more", e)
		case !bytes.Equal(want, got):
			t.Errorf("%s differs from what is committed (run: make results)", e)
		}
	}
	for _, e := range entries(t, again) {
		ignored := strings.HasSuffix(e, ".csv") || strings.HasSuffix(e, ".png") || strings.HasSuffix(e, "-dark.svg")
		if _, err := os.Stat(filepath.Join(committed, e)); err != nil && !ignored {
			t.Errorf("%s comes out but is not committed (run: make results)", e)
		}
	}
}

// entries returns the names of the files in a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}
