package scenarios

import (
	"reflect"
	"strings"

	"github.com/BurntSushi/toml"
)

// setFile stands for the file in positions of overrides.
const setFile = "--set"

// lastRank sorts overrides behind all files, presetRank presets just before them.
const (
	lastRank   = 1 << 30
	presetRank = lastRank - 1
)

// normalize brings the freedoms of notation into one form: below a table of texts,
// nested tables become dotted keys; in a variant, quoted dotted keys become tables.
func (l *loader) normalize(n *node, s shape) *node {
	t := n.table()
	if t == nil || s.isValue() {
		return n
	}
	out := newTable()
	switch {
	case s.isTexts():
		l.flatten(out, "", t)
	case s.typ == variantShape.typ:
		t = l.expand(t, s)
		fallthrough
	default:
		for _, key := range t.keys {
			out.set(key, l.normalize(t.of[key], s.below(key)))
		}
	}
	return &node{at: n.at, path: n.path, value: out}
}

// flatten turns the tables below a table of texts into dotted keys.
func (l *loader) flatten(out *table, prefix string, t *table) {
	for _, key := range t.keys {
		n := t.of[key]
		switch below := n.table(); {
		case below != nil && len(below.keys) > 0:
			l.flatten(out, prefix+key+".", below)
		case out.get(prefix+key) != nil:
			l.report(n, "set twice", "", "")
		default:
			out.set(prefix+key, n)
		}
	}
}

// expand turns keys such as "replication.commit" into tables.
func (l *loader) expand(t *table, s shape) *table {
	out := newTable()
	for _, key := range t.keys {
		n := t.of[key]
		if strings.Contains(key, ".") {
			first, rest, _ := strings.Cut(key, ".")
			n = nest(n, rest, s.below(first))
			key = first
		}
		if old := out.get(key); old != nil {
			if twice := firstCommon(old, n, s.below(key)); twice != nil {
				l.report(twice, "set twice", "", "")
			}
			n = merge(old, n, s.below(key))
		}
		out.set(key, n)
	}
	return out
}

// nest wraps a value in the tables that a dotted key names. A table of texts takes
// the rest of the key as it is.
func nest(n *node, key string, s shape) *node {
	first, rest, more := key, "", false
	if !s.isTexts() {
		first, rest, more = strings.Cut(key, ".")
	}
	inner := n
	if more {
		inner = nest(n, rest, s.below(first))
	}
	t := newTable()
	t.set(first, inner)
	return &node{at: n.at, path: n.path, value: t}
}

// firstCommon returns the first value of b that a has too, or nil.
func firstCommon(a, b *node, s shape) *node {
	if a.table() == nil || b.table() == nil || s.isValue() {
		return b
	}
	for _, key := range b.table().keys {
		if old := a.find(key); old != nil {
			if twice := firstCommon(old, b.find(key), s.below(key)); twice != nil {
				return twice
			}
		}
	}
	return nil
}

// overrides splits what --set asks for: what concerns single variants is merged
// into the tree, the rest is returned as a tree of its own.
func (l *loader) overrides(root *node) (withVariants, everywhere *node) {
	everywhere = emptyOverride()
	for _, text := range l.sets {
		over := l.override(text)
		if over == nil {
			continue
		}
		if over.find(variantsKey) != nil {
			root = merge(root, over, scenarioShape)
		} else {
			everywhere = merge(everywhere, over, variantShape)
		}
	}
	return root, everywhere
}

func emptyOverride() *node {
	return &node{at: position{file: setFile, rank: lastRank}, value: newTable()}
}

// override parses one key=value into a tree, or reports why it cannot.
func (l *loader) override(text string) *node {
	key, value, found := strings.Cut(text, "=")
	keys := dottedKey(key)
	if !found || keys == nil {
		n := emptyOverride()
		n.path = strings.TrimSpace(key)
		l.report(n, "not an override", "key=value, such as workload.rate=200/s", "")
		return nil
	}
	path := ""
	for _, k := range keys {
		path = child(path, k)
	}
	b := builder{file: setFile, rank: lastRank}
	n := b.node("", path, bareValue(strings.TrimSpace(value)), place{})
	for i := len(keys) - 1; i >= 0; i-- {
		t := newTable()
		t.set(keys[i], n)
		n = &node{at: n.at, path: path, value: t}
	}
	top := scenarioShape
	if keys[0] != variantsKey {
		top = variantShape // quoted dotted keys will do, as in variants
	}
	return l.normalize(n, top)
}

// dottedKey splits a dotted key as TOML does; nil if it is none.
func dottedKey(text string) []string {
	var doc map[string]any
	if strings.ContainsAny(text, "\r\n") {
		return nil
	}
	if _, err := toml.Decode(text+" = 0", &doc); err != nil {
		return nil
	}
	var keys []string
	for len(doc) == 1 {
		for key, v := range doc { // the only one
			keys = append(keys, key)
			doc, _ = v.(map[string]any)
		}
	}
	return keys
}

// replaceSame puts the values of another tree in place of those that the first has
// too, and leaves out what only the other has.
func replaceSame(n, other *node, s shape) *node {
	if other == nil {
		return n
	}
	if n.table() == nil || other.table() == nil || s.isValue() {
		return other
	}
	out := newTable()
	for _, key := range n.table().keys {
		out.set(key, replaceSame(n.find(key), other.find(key), s.below(key)))
	}
	return &node{at: n.at, path: n.path, value: out}
}

// leaf is one value of a tree with the keys that lead to it.
type leaf struct {
	keys  []string
	n     *node
	field *field // nil for an empty table and an unknown key
}

// leavesOf lists the values of a tree, and its empty tables, in order.
func leavesOf(n *node, s shape) []leaf {
	var out []leaf
	for _, key := range n.table().keysOrNone() {
		value, below := n.find(key), s.below(key)
		inner := []leaf{{n: value}}
		switch {
		case below.isValue() && s.typ.Kind() == reflect.Struct:
			inner[0].field = lookup(fieldsOf(s.typ), key)
		case below.isValue():
			inner[0].field = &field{key: key, typ: below.typ, leaf: below.leaf}
		case len(value.table().keysOrNone()) > 0:
			inner = leavesOf(value, below)
		}
		for _, l := range inner {
			l.keys = append([]string{key}, l.keys...)
			out = append(out, l)
		}
	}
	return out
}

// read returns the Go value, with the type of its field.
func (l leaf) read() (reflect.Value, bool) {
	v := reflect.New(l.field.typ).Elem()
	if v.Kind() == reflect.Pointer {
		v = reflect.New(l.field.typ.Elem()).Elem()
	}
	got, flaws := l.field.leaf.read(l.field.leaf, l.n)
	if len(flaws) > 0 {
		return v, false
	}
	v.Set(reflect.ValueOf(got).Convert(v.Type()))
	return v, true
}

// bare returns the value in its canonical form, without quotes.
func (l leaf) bare() string {
	if l.field == nil {
		return "{}"
	}
	v, ok := l.read()
	if !ok {
		return "" // reported already: the file does not load
	}
	return l.field.leaf.write(v)
}

// toml returns the value in its canonical form as TOML.
func (l leaf) toml() string {
	if l.field != nil && l.field.leaf.quoted {
		return quote(l.bare())
	}
	return l.bare()
}
