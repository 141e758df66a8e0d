package scenarios

import (
	"slices"
	"strings"
)

// position is where something stands in a file.
type position struct {
	file         string
	rank         int // of the file: 0 is the one asked for, 1 what it extends, …
	line, column int // from 1; 0 for an override
}

// node is a value of a scenario file with the place where it stands. Nodes are
// never changed once made, since merged trees share them.
type node struct {
	at    position
	path  string // dotted key, as written in its file
	value any    // *table, []*node, string, int64, float64, bool, or a TOML date or time
}

// table is a TOML table; unlike a Go map it keeps the order of its file.
type table struct {
	keys []string
	of   map[string]*node
}

func newTable() *table { return &table{of: make(map[string]*node)} }

// table returns the node's table, or nil if it is something else. A nil node is
// an absent table.
func (n *node) table() *table {
	if n == nil {
		return nil
	}
	t, _ := n.value.(*table)
	return t
}

// get returns the value of a key, or nil; a nil table has no keys.
func (t *table) get(key string) *node {
	if t == nil {
		return nil
	}
	return t.of[key]
}

// keysOrNone returns the keys in the order of the file; a nil table has none.
func (t *table) keysOrNone() []string {
	if t == nil {
		return nil
	}
	return t.keys
}

// set adds or replaces a key; a new one comes last.
func (t *table) set(key string, n *node) {
	if _, old := t.of[key]; !old {
		t.keys = append(t.keys, key)
	}
	t.of[key] = n
}

// without returns a copy of the table that lacks some keys.
func (t *table) without(keys ...string) *table {
	out := newTable()
	for _, key := range t.keys {
		if !slices.Contains(keys, key) {
			out.set(key, t.of[key])
		}
	}
	return out
}

// find follows keys down from a node and returns what is there, or nil.
func (n *node) find(keys ...string) *node {
	for _, key := range keys {
		n = n.table().get(key)
	}
	return n
}

// overridden tells whether the value comes from a variant or from an override.
func (n *node) overridden() bool {
	return n.at.line == 0 || strings.HasPrefix(n.path, variantsKey+".")
}

// child returns the path of a key below a path, quoted if it is not a bare key.
func child(path, key string) string {
	if !bare(key) {
		key = quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// bare tells whether TOML takes the key without quotes.
func bare(key string) bool {
	for _, c := range key {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && !('0' <= c && c <= '9') && c != '-' && c != '_' {
			return false
		}
	}
	return key != ""
}

// merge lays one tree over another: tables merge, values replace. shape tells
// which tables are values, such as a distribution written as a table.
func merge(under, over *node, s shape) *node {
	below, above := under.table(), over.table()
	if below == nil || above == nil || s.isValue() {
		return over
	}
	out := newTable()
	for _, key := range below.keys {
		out.set(key, below.of[key])
	}
	for _, key := range above.keys {
		n := above.of[key]
		if old := below.get(key); old != nil {
			n = merge(old, n, s.below(key))
		}
		out.set(key, n)
	}
	if over.overridden() { // the table itself was there before
		return &node{at: under.at, path: under.path, value: out}
	}
	return &node{at: over.at, path: over.path, value: out}
}
