package swarm

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"replsim/scenarios"
)

// untouched are the keys that no seed sets: those about results and not about what
// happens, and files of samples.
var untouched = []string{
	"question", "extends", "preset", "sample", "compare", "expect",
	"faults.*.off",
}

// TestDraftsUseEveryKey: a new key of scenarios has to be drawn, or the swarm tests the
// model without it.
func TestDraftsUseEveryKey(t *testing.T) {
	used := map[string]bool{}
	for _, m := range known() {
		for seed := range uint64(1500) {
			for _, table := range m.draw(seed) {
				for _, e := range table.keys {
					used[general(table.name, e.key)] = true
				}
			}
		}
	}
	for _, key := range keysOf("", reflect.TypeFor[scenarios.Scenario]()) {
		if !used[key] && !slices.Contains(untouched, key) && !strings.HasPrefix(key, "charts.") && !strings.HasPrefix(key, "clients.") {
			t.Errorf("no seed sets %s", key)
		}
		if used[key] && slices.Contains(untouched, key) {
			t.Errorf("%s is set after all", key)
		}
	}
}

// general puts * for the names of named tables.
func general(table, key string) string {
	parts := strings.Split(table, ".")
	for i := 1; i < len(parts); i++ {
		if slices.Contains([]string{"places", "nodes", "links", "clients", "faults"}, parts[i-1]) {
			parts[i] = "*"
		}
	}
	return strings.TrimPrefix(strings.Join(append(parts, key), "."), ".")
}

// keysOf lists the keys of a table of the format.
func keysOf(prefix string, t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		typ := f.Type
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		name := strings.TrimPrefix(prefix+"."+f.Tag.Get("toml"), ".")
		switch {
		case f.Anonymous:
			keys = append(keys, keysOf(prefix, typ)...)
		case typ.Kind() == reflect.Map && typ.Elem().Kind() == reflect.Struct:
			keys = append(keys, keysOf(name+".*", typ.Elem())...)
		case typ.Kind() == reflect.Struct && typ.NumField() > 0 && typ.Field(0).Tag.Get("toml") != "":
			keys = append(keys, keysOf(name, typ)...)
		default:
			keys = append(keys, name)
		}
	}
	return keys
}

// TestSameDraft: a seed means one scenario, also next year.
func TestSameDraft(t *testing.T) {
	a, _ := Draft("leader", 12)
	b, _ := Draft("leader", 12)
	c, _ := Draft("leader", 13)
	if a != b || a == c {
		t.Errorf("twice:\n%s\n%s\nanother seed:\n%s", a, b, c)
	}
}
