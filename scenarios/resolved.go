package scenarios

import (
	"bufio"
	"io"
	"reflect"
	"slices"
	"strings"
)

// Resolved writes the scenario as canonical TOML: what it extends and its preset
// merged in, overrides applied, and every default spelled out, so that it can be
// read, and run again, without other files. Only the files that distributions name
// stay outside (see File.Data). Loading it gives the same scenario and variants.
//
// If variants name presets of their own, the presets stay names, since what the
// base spells out would hide them; the keys that they hold are left out.
func (f *File) Resolved(w io.Writer) error {
	out := &writer{Writer: bufio.NewWriter(w)}
	for _, v := range f.Variants {
		out.models = append(out.models, v.Scenario.Cluster.Model)
	}
	base, hidden := upon(f.preset, f.base), (*node)(nil)
	if len(f.presets) > 0 {
		base, hidden = f.base, together(append(f.presets, f.preset))
	}
	out.structure("", base, hidden, reflect.TypeFor[Scenario](), true)
	for i, over := range f.variants {
		out.line("\n[" + variantsKey + "." + f.Variants[i].Name + "]")
		for _, l := range leavesOf(over, variantShape) {
			out.line(child("", strings.Join(l.keys, ".")) + " = " + l.toml())
		}
	}
	return out.Flush()
}

// writer writes tables; errors surface in Flush.
type writer struct {
	*bufio.Writer
	models []string // of the variants: defaults of other models stay out
}

// means tells whether a key means something to one of the models.
func (w *writer) means(f *field) bool {
	return len(f.models) == 0 || slices.ContainsFunc(w.models, func(m string) bool { return slices.Contains(f.models, m) })
}

func (w *writer) line(text string) { w.WriteString(text + "\n") }

// together merges presets into one tree that has a key if any of them does.
func together(presets []*node) *node {
	all := &node{value: newTable()}
	for _, p := range presets {
		if p != nil {
			all = merge(all, p, scenarioShape)
		}
	}
	return all
}

// structure writes a table of the format, its values before its tables. n is its
// tree, nil if the scenario does not have it. Without defaults, keys that are not
// given stay out: a group of clients inherits them. So do keys that are not given
// but hidden: presets give them.
func (w *writer) structure(path string, n, hidden *node, t reflect.Type, defaults bool) {
	fields := fieldsOf(t)
	if lines := w.leaves(n, hidden, t, fields, defaults); len(lines) > 0 || n != nil {
		if path != "" {
			w.line("\n[" + path + "]")
		}
		for _, line := range lines {
			w.line(line)
		}
	}
	for i := range fields {
		f := &fields[i]
		value, under := n.find(f.key), hidden.find(f.key)
		below := child(path, f.key)
		switch {
		case f.leaf != nil || value == nil && !w.means(f):
		case f.typ.Kind() == reflect.Struct && (defaults || value != nil):
			w.structure(below, value, under, f.typ, defaults)
		case f.typ.Kind() == reflect.Pointer && value != nil:
			w.structure(below, value, under, f.typ.Elem(), defaults)
		case f.typ.Kind() == reflect.Map && value != nil:
			w.mapping(below, value, under, f.typ.Elem())
		}
	}
}

// leaves returns the lines of a table's values.
func (w *writer) leaves(n, hidden *node, t reflect.Type, fields []field, defaults bool) []string {
	kind := kindOfTable(n, t)
	var lines []string
	for i := range fields {
		f := &fields[i]
		if f.leaf == nil {
			continue
		}
		value := n.find(f.key)
		if value == nil && hidden.find(f.key) == nil && defaults && w.means(f) && (len(f.kinds) == 0 || slices.Contains(f.kinds, kind)) {
			value = f.given
		}
		if value != nil {
			lines = append(lines, f.key+" = "+leaf{n: value, field: f}.toml())
		}
	}
	return lines
}

// kindOfTable returns the kind of a fault or chart, on which it depends which
// defaults apply.
func kindOfTable(n *node, t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Fault]():
		for _, kind := range faultKinds {
			if n.find(kind) != nil {
				return kind
			}
		}
	case reflect.TypeFor[Chart]():
		kind, _ := textAt(n, "kind")
		return kind
	}
	return ""
}

// mapping writes a table of named tables or of texts.
func (w *writer) mapping(path string, n, hidden *node, t reflect.Type) {
	if t.Kind() != reflect.String {
		for _, key := range n.table().keys {
			w.structure(child(path, key), n.find(key), hidden.find(key), t, t != reflect.TypeFor[Client]())
		}
		return
	}
	w.line("\n[" + path + "]")
	for _, key := range n.table().keys {
		text, _ := textAt(n, key)
		w.line(child("", key) + " = " + quote(text))
	}
}
