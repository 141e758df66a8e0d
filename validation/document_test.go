package validation_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"replsim/models"
	"replsim/scenarios"
	"replsim/validation"
)

// TestDocument runs all groups: every line must hold, and docs/validation.md must
// say what they found.
func TestDocument(t *testing.T) {
	if testing.Short() {
		t.Skip("runs all scenarios of validation")
	}
	var known []string
	for _, m := range models.Catalogue() {
		known = append(known, m.Name)
	}
	var groups []*validation.Group
	for _, name := range validation.Names() {
		g, err := validation.Load(name, scenarios.Models(known...))
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, g)
	}
	all, err := validation.Run(t.Context(), groups, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		for _, o := range r.Outcomes {
			if !o.Held {
				t.Errorf("%s: %s: expected %g, simulated %g (%s): %s", o.Group, o.Line, o.Expected, o.Simulated, o.Unit, o.Why)
			}
		}
		if !r.MedianHeld {
			t.Errorf("%s: the median error is %g", r.Group.Name, r.Median)
		}
	}
	var page bytes.Buffer
	if err := validation.WriteMarkdown(&page, all); err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(filepath.Join("..", "docs", "validation.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page.Bytes(), committed) {
		t.Error("docs/validation.md is not what the groups give; run make validation")
	}
	picture, err := validation.Chart(all)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := os.ReadFile(filepath.Join("..", "docs", validation.ChartFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(picture, drawn) {
		t.Error("docs/validation.svg is not what the groups give; run make validation")
	}
}
