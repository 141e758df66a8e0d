package swarm

import (
	"fmt"
	"slices"
	"strings"
)

// draft is a scenario as a person writes it: tables of keys with TOML values, in
// order. Whether it makes sense, the loader of scenarios decides.
type draft []table

// table is one table of a draft; the one without a name is the top of the file.
type table struct {
	name string // dotted, such as faults.crash-1
	keys []entry
}

// entry is one key and its value in TOML.
type entry struct{ key, value string }

// get returns the value of a key, or "".
func (d draft) get(name, key string) string {
	for _, t := range d {
		if t.name != name {
			continue
		}
		for _, e := range t.keys {
			if e.key == key {
				return e.value
			}
		}
	}
	return ""
}

// set gives a key a value; new tables and keys come last.
func (d *draft) set(name, key, value string) {
	i := slices.IndexFunc(*d, func(t table) bool { return t.name == name })
	if i < 0 {
		i = len(*d)
		*d = append(*d, table{name: name})
	}
	t := &(*d)[i]
	for k := range t.keys {
		if t.keys[k].key == key {
			t.keys[k].value = value
			return
		}
	}
	t.keys = append(t.keys, entry{key, value})
}

// with returns a copy in which a key has another value.
func (d draft) with(name, key, value string) draft {
	out := d.filter(func(string, string) bool { return true })
	out.set(name, key, value)
	return out
}

// filter returns a copy with the keys that keep wants, and without tables that it
// has emptied.
func (d draft) filter(keep func(name, key string) bool) draft {
	var out draft
	for _, t := range d {
		keys := slices.DeleteFunc(slices.Clone(t.keys), func(e entry) bool { return !keep(t.name, e.key) })
		if len(keys) > 0 || len(t.keys) == 0 {
			out = append(out, table{t.name, keys})
		}
	}
	return out
}

// text returns the draft as TOML.
func (d draft) text() string {
	var b strings.Builder
	for _, t := range d {
		if t.name != "" {
			fmt.Fprintf(&b, "\n[%s]\n", t.name)
		}
		for _, e := range t.keys {
			fmt.Fprintf(&b, "%s = %s\n", e.key, e.value)
		}
	}
	return b.String()
}

// Values in TOML.

func quote(text string) string { return `"` + text + `"` }

func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = quote(t)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func groups(lists [][]string) string {
	texts := make([]string, len(lists))
	for i, l := range lists {
		texts[i] = list(l)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
