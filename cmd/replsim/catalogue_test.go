package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
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

// compareFolders demands the same files with the same bytes.
func compareFolders(t *testing.T, want, got string) {
	t.Helper()
	for _, pair := range [][2]string{{want, got}, {got, want}} {
		entries, err := os.ReadDir(pair[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if _, err := os.Stat(filepath.Join(pair[1], e.Name())); err != nil {
				t.Errorf("%s is in %s only", e.Name(), pair[0])
			}
		}
	}
	entries, err := os.ReadDir(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		a, errA := os.ReadFile(filepath.Join(want, e.Name()))
		b, errB := os.ReadFile(filepath.Join(got, e.Name()))
		if errA == nil && errB == nil && !bytes.Equal(a, b) {
			t.Errorf("%s differs from what is committed (run: make results)", e.Name())
		}
	}
}
