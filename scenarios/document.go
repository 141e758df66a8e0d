package scenarios

import (
	"fmt"
	"reflect"
)

// Document is a TOML file of another format, read as strictly as a scenario. It
// remembers the order and the place of every key.
type Document struct {
	root *node
}

// Decode reads a TOML document into a struct whose fields have the tags that those
// of Scenario have: toml, default, enum, min, max, above, unit, required. Named
// tables are maps of structs. All mistakes are told at once: the error is Errors.
// The name stands for the document in messages.
func Decode(name string, data []byte, into any) (*Document, error) {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("scenarios: Decode into %T, which is no pointer to a struct", into))
	}
	root, problem := readTree(name, 0, data)
	if problem != nil {
		return nil, Errors{problem.Problem}
	}
	d := decoder{broken: make(map[*node]bool)}
	d.structure(root, v.Elem())
	if len(d.reports) > 0 {
		return nil, collect(d.reports, nil)
	}
	return &Document{root: root}, nil
}

// Keys returns the keys of a table, in the order of the document. The path leads
// to the table; an absent one has none.
func (d *Document) Keys(path ...string) []string { return d.root.find(path...).table().keysOrNone() }

// Problem describes a mistake at a key that the format alone cannot tell: an
// unknown name, say. If the key is absent, its table is blamed.
func (d *Document) Problem(message, expected, suggestion string, path ...string) Problem {
	n, missing := d.root, ""
	for _, key := range path {
		below := n.find(key)
		if below == nil {
			missing = child(missing, key)
			continue
		}
		n = below
	}
	var blamed decoder
	blamed.report(n, missing, message, expected, suggestion)
	return blamed.reports[0].Problem
}
