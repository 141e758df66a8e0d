package scenarios

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// notInPresets are the keys that a preset may not hold, apart from its title. With
// them, a variant on a preset of its own could differ in what all variants share.
var notInPresets = slices.Concat(wholeFile, []string{"extends", presetKey, variantsKey, "expect", "faults"})

// TestPresets: every shipped preset says in one line what it is, holds keys that
// it may hold, and lets a scenario load that asks for nothing else.
func TestPresets(t *testing.T) {
	all := Presets()
	if len(all) == 0 {
		t.Fatal("no presets")
	}
	for _, p := range all {
		root, problem := readTree(p.Path, 0, p.Source())
		if problem != nil {
			t.Fatal(problem)
		}
		if p.Title == "" || strings.Contains(p.Title, "\n") {
			t.Errorf("%s has the title %q, want one line", p.Path, p.Title)
		}
		if len(root.table().keys) < 2 {
			t.Errorf("%s sets nothing", p.Path)
		}
		for _, key := range root.table().keys {
			if key != "title" && slices.Contains(notInPresets, key) {
				t.Errorf("%s has the key %s, which belongs to scenarios", p.Path, key)
			}
		}
		if _, err := Parse("x.toml", []byte("title = 'x'\npreset = '"+p.Name+"'")); err != nil {
			t.Errorf("a scenario that is nothing but the preset does not load:\n%v", err)
		}
		if _, err := Find(p.Name); err == nil || !strings.Contains(err.Error(), "is a preset") {
			t.Errorf("Find(%q) says %v, want that it is no scenario", p.Name, err)
		}
		if slices.Contains(shippedNames(), p.Name) {
			t.Errorf("%s is among the scenarios", p.Name)
		}
	}
}

// TestPrecedence: variant, file, what it extends, preset, built-in defaults.
func TestPrecedence(t *testing.T) {
	dir := t.TempDir()
	under := "title = 'x'\npreset = 'postgresql'\n[replication]\nflush_every = '7ms'\nrecord_size = '1kB'"
	if err := os.WriteFile(filepath.Join(dir, "under.toml"), []byte(under), 0o644); err != nil {
		t.Fatal(err)
	}
	const text = `extends = "under.toml"
[replication]
flush_every = "8ms"
[variants.a]
[variants.b]
preset = ""
"replication.heartbeat" = "9s"
[variants.c]
preset = ""
`
	const pg, builtIn = 20 * time.Second, time.Second // heartbeat
	for _, tt := range []struct {
		set        []string
		heartbeats [3]time.Duration
	}{
		{nil, [3]time.Duration{pg, 9 * time.Second, builtIn}},
		{[]string{"preset="}, [3]time.Duration{builtIn, 9 * time.Second, builtIn}},
		{[]string{"preset=postgresql"}, [3]time.Duration{pg, 9 * time.Second, pg}},
		{[]string{"variants.c.preset=postgresql"}, [3]time.Duration{pg, 9 * time.Second, pg}},
		{[]string{"replication.heartbeat=2s"}, [3]time.Duration{2 * time.Second, 2 * time.Second, 2 * time.Second}},
	} {
		f, err := Parse(filepath.Join(dir, "x.toml"), []byte(text), Set(tt.set...))
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range f.Variants {
			r := v.Scenario.Replication
			if r.Heartbeat != tt.heartbeats[i] {
				t.Errorf("%q, variant %s: heartbeat %v, want %v", tt.set, v.Name, r.Heartbeat, tt.heartbeats[i])
			}
			if r.FlushEvery != 8*time.Millisecond || r.RecordSize != 1000 {
				t.Errorf("%q, variant %s: flush_every %v, record_size %d; want those of the file and of what it extends", tt.set, v.Name, r.FlushEvery, r.RecordSize)
			}
		}
		checkRoundTrip(t, strings.Join(tt.set, " "), f)
	}
}

// TestPresetsInResolved: one preset for all is written out; presets of variants
// stay names, and variants tell them among their changes.
func TestPresetsInResolved(t *testing.T) {
	var alone, mixed bytes.Buffer
	f, err := Parse("x.toml", []byte("title = 'x'\npreset = 'postgresql'"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Resolved(&alone); err != nil {
		t.Fatal(err)
	}
	if text := alone.String(); strings.Contains(text, "preset") || !strings.Contains(text, `heartbeat = "20s"`) {
		t.Errorf("the preset is not written out:\n%s", text)
	}
	f, err = Load("testdata/good/presets.toml")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Resolved(&mixed); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(mixed.String(), "preset = "); n != 3 {
		t.Errorf("%d presets are named, want those of the base and of two variants:\n%s", n, mixed.String())
	}
	for name, want := range map[string]string{"as-it-is": "", "again": "postgresql"} {
		i := slices.IndexFunc(f.Variants, func(v Variant) bool { return v.Name == name })
		if got := f.Variants[i].Changes[presetKey]; got != want {
			t.Errorf("variant %s tells of the preset %q, want %q", name, got, want)
		}
	}
}

// TestReferenceExample loads the example that the reference gives.
func TestReferenceExample(t *testing.T) {
	examples := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(Reference(), -1)
	if len(examples) == 0 {
		t.Fatal("no example")
	}
	for _, e := range examples {
		if _, err := Parse("reference.toml", []byte(e[1])); err != nil {
			t.Error(err)
		}
	}
}
