package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"replsim/internal/nearest"
	"replsim/sim/dist"
)

// decoder fills a Scenario from a tree, following the tags of its types, and
// notes every mistake that it meets on the way.
type decoder struct {
	scope   string // variant; "" for the scenario itself
	reports []reported
	broken  map[*node]bool // values that could not be read, and tables with unknown keys
	// open reads a file that a value names, relative to the file it stands in.
	open func(n *node, path string) ([]byte, error)
}

// report notes a mistake at a node. key, if not empty, is a part below it that
// has no place of its own.
func (d *decoder) report(n *node, key, message, expected, suggestion string) {
	path := n.path
	if key != "" {
		path = strings.TrimPrefix(path+"."+key, ".")
	}
	d.reports = append(d.reports, reported{
		Problem: Problem{File: n.at.file, Line: n.at.line, Column: n.at.column, Key: path,
			Message: message, Expected: expected, Suggestion: suggestion},
		rank: n.at.rank, scope: d.scope,
	})
}

// structure fills a struct from a table. An absent table (nil) leaves the
// defaults. alsoKnown are keys that others take care of.
func (d *decoder) structure(n *node, v reflect.Value, alsoKnown ...string) {
	fields := fieldsOf(v.Type())
	t := d.table(n)
	for _, key := range t.keysOrNone() {
		if lookup(fields, key) == nil {
			known := append(keysOf(fields), alsoKnown...)
			d.report(t.of[key], "", "unknown key", "", nearest.Closest(key, known))
			d.broken[n] = true
		}
	}
	for i := range fields {
		f := &fields[i]
		d.field(f, n, t.get(f.key), v.FieldByIndex(f.index))
	}
}

// table returns the table of a node, or reports that it is none.
func (d *decoder) table(n *node) *table {
	if n == nil || n.table() != nil {
		return n.table()
	}
	d.broken[n] = true
	if list, ok := n.value.([]*node); ok && len(list) > 0 && list[0].table() != nil {
		d.report(n, "", "an array of tables", fmt.Sprintf("a name for each: [%s.NAME]", n.path), "")
	} else {
		d.report(n, "", describe(n.value), "a table", "")
	}
	return nil
}

// field fills one field. n is its value, nil if absent, and parent its table.
func (d *decoder) field(f *field, parent, n *node, v reflect.Value) {
	switch {
	case f.leaf != nil:
		if n == nil && f.required && parent != nil {
			d.report(parent, f.key, "missing", f.leaf.expected, "")
		}
		if n == nil || !d.leaf(f, n, v) {
			d.leaf(f, f.given, v)
		}
	case v.Kind() == reflect.Map:
		d.mapping(f, n, v)
	case v.Kind() == reflect.Struct:
		d.structure(n, v)
	case n != nil: // a pointer to a struct: nil unless the table is there
		v.Set(reflect.New(v.Type().Elem()))
		d.structure(n, v.Elem())
	}
}

// mapping fills a map from a table of named tables or of texts.
func (d *decoder) mapping(f *field, n *node, v reflect.Value) {
	t := d.table(n)
	if t == nil {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, key := range t.keys {
		entry := reflect.New(v.Type().Elem()).Elem()
		if entry.Kind() == reflect.String {
			d.leaf(&field{leaf: textKind}, t.of[key], entry)
		} else {
			if !bare(key) {
				d.report(t.of[key], "", "not a name", "letters, digits, - and _", "")
			}
			d.structure(t.of[key], entry)
		}
		v.SetMapIndex(reflect.ValueOf(key), entry)
	}
}

// leaf reads one value, checks it against the tags of its field, and sets it.
// Without a value (nil) the Go field stays zero. It tells whether all was well.
func (d *decoder) leaf(f *field, n *node, v reflect.Value) bool {
	if n == nil {
		return true
	}
	got, flaws := f.leaf.read(f.leaf, n)
	if len(flaws) == 0 {
		flaws = f.check(n, got)
	}
	if spec, ok := got.(dist.Spec); ok && len(flaws) == 0 {
		loaded, err := spec.Load(func(path string) ([]byte, error) { return d.open(n, path) })
		if err != nil {
			flaws = distributionFlaws(f.leaf, n, err)
		}
		got = loaded
	}
	for _, fl := range flaws {
		d.report(fl.at, fl.key, fl.message, fl.expected, fl.suggestion)
		d.broken[n] = true
	}
	if len(flaws) > 0 {
		return false
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	v.Set(reflect.ValueOf(got).Convert(v.Type()))
	return true
}

// check holds a value against the bounds and words of its field.
func (f *field) check(n *node, got any) []flaw {
	if text, ok := got.(string); ok {
		if len(f.enum) > 0 && !slices.Contains(f.enum, text) {
			return []flaw{{at: n, message: fmt.Sprintf("%q is not one of its words", text), expected: orList(f.enum), suggestion: nearest.Closest(text, f.enum)}}
		}
		if f.required && strings.TrimSpace(text) == "" {
			return []flaw{{at: n, message: "empty", expected: f.leaf.expected}}
		}
		return nil
	}
	if texts, ok := got.([]string); ok && f.required && len(texts) == 0 {
		return []flaw{{at: n, message: "an empty list", expected: f.leaf.expected}}
	}
	x, ok := amount(got)
	if !ok {
		return nil
	}
	written := f.leaf.write(reflect.ValueOf(got))
	switch {
	case f.low != nil && x < *f.low:
		return []flaw{{at: n, message: written + " is too small", expected: f.rangeText()}}
	case f.beyond != nil && x <= *f.beyond:
		return []flaw{{at: n, message: written + " is too small", expected: f.rangeText()}}
	case f.high != nil && x > *f.high:
		return []flaw{{at: n, message: written + " is too large", expected: f.rangeText()}}
	}
	return nil
}

// rangeText says in words what the bounds allow.
func (f *field) rangeText() string {
	switch {
	case f.min != "" && f.max != "":
		return fmt.Sprintf("%s to %s", f.min, f.max)
	case f.above != "" && f.max != "":
		return fmt.Sprintf("above %s, at most %s", f.above, f.max)
	case f.min != "":
		return "at least " + f.min
	case f.above != "":
		return "above " + f.above
	case f.max != "":
		return "0 to " + f.max
	}
	return "at least 0"
}

// amount returns a number of any kind as a float64.
func amount(v any) (float64, bool) {
	switch r := reflect.ValueOf(v); {
	case v == nil:
		return 0, false
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanFloat():
		return r.Float(), true
	}
	return 0, false
}
