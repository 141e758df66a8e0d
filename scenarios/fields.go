package scenarios

import (
	"reflect"
	"strings"
)

// variantsKey is the table of variants. It is no field of Scenario, because a
// Scenario is what a variant leads to.
const variantsKey = "variants"

// field is one key of the format, as the tags of its Go field describe it.
type field struct {
	key      string
	doc      string
	fallback string // default in the file's notation; "" if the key has none
	enum     []string
	min, max string // bounds in the file's notation; "" if there is none
	above    string // an open lower bound
	signed   bool   // negative values make sense
	required bool
	kinds    []string // of fault or chart that the key belongs to; none: all of them
	models   []string // that the key, or all of its table, means something to; none: all of them
	index    []int    // of the Go field, for reflect.Value.FieldByIndex
	typ      reflect.Type
	leaf     *kind // how its value is written; nil for tables

	given             *node    // the default, as if it stood in a file; nil if there is none
	low, high, beyond *float64 // min (or 0), max and above as numbers; nil if there is none
}

// format describes every struct type that a file is made of. It is made once,
// since reflection is slow and sweeps load many scenarios, and never changed.
var format = describeTypes(reflect.TypeFor[fileKeys](), reflect.TypeFor[variantKeys](), reflect.TypeFor[Scenario]())

func describeTypes(types ...reflect.Type) map[reflect.Type][]field {
	out := make(map[reflect.Type][]field)
	for len(types) > 0 {
		t := types[0]
		types = types[1:]
		if t.Kind() == reflect.Pointer || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || out[t] != nil {
			continue
		}
		out[t] = describeFields(t)
		for _, f := range out[t] {
			if f.leaf == nil {
				types = append(types, f.typ)
			}
		}
	}
	return out
}

// fieldsOf returns the keys of a struct type, those of embedded structs included,
// in the order of the Go fields.
func fieldsOf(t reflect.Type) []field {
	if fields, ok := format[t]; ok {
		return fields
	}
	return describeFields(t) // of another format: see Decode
}

func describeFields(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		key := f.Tag.Get("toml")
		if key == "" {
			continue
		}
		d := field{
			key:      key,
			doc:      f.Tag.Get("doc"),
			fallback: f.Tag.Get("default"),
			enum:     list(f.Tag.Get("enum")),
			min:      f.Tag.Get("min"),
			max:      f.Tag.Get("max"),
			above:    f.Tag.Get("above"),
			signed:   f.Tag.Get("signed") != "",
			required: f.Tag.Get("required") != "",
			kinds:    list(f.Tag.Get("kinds")),
			models:   list(f.Tag.Get("models")),
			index:    f.Index,
			typ:      f.Type,
			leaf:     kindOf(f.Type, f.Tag.Get("unit")),
		}
		if d.leaf != nil {
			d.readTags()
		}
		out = append(out, d)
	}
	return out
}

// readTags reads the default and the bounds in the notation of the value.
func (f *field) readTags() {
	if f.fallback != "" {
		f.given = &node{value: bareValue(f.fallback)}
	}
	f.low, f.high, f.beyond = f.bound(f.min), f.bound(f.max), f.bound(f.above)
	if f.low == nil && f.beyond == nil && !f.signed {
		f.low = new(float64) // a negative amount makes sense only where a tag says so
	}
}

// bound reads a bound from its tag.
func (f *field) bound(tag string) *float64 {
	if tag == "" {
		return nil
	}
	v, _ := f.leaf.read(f.leaf, &node{value: bareValue(tag)})
	x, ok := amount(v)
	if !ok {
		panic("scenarios: a bound of " + f.key + " is no " + f.leaf.name + ": " + tag) // a slip in a tag
	}
	return &x
}

// list splits a tag such as "a,b".
func list(tag string) []string {
	if tag == "" {
		return nil
	}
	return strings.Split(tag, ",")
}

// keysOf returns the keys of a struct type.
func keysOf(fields []field) []string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return keys
}

// lookup returns the field of that key, or nil.
func lookup(fields []field, key string) *field {
	for i := range fields {
		if fields[i].key == key {
			return &fields[i]
		}
	}
	return nil
}

// shape tells which tables of a tree are tables of the format, whose keys merge,
// and which are values, such as a distribution. The zero shape is that of an
// unknown key.
type shape struct {
	typ  reflect.Type
	leaf *kind
}

// scenarioShape is the shape of a whole file, variantShape that of one variant.
var (
	variantShape  = shape{typ: reflect.TypeFor[variantKeys]()}
	scenarioShape = shape{typ: reflect.TypeFor[fileKeys]()}
)

// fileKeys are the keys of a file.
type fileKeys struct {
	Scenario
	Variants map[string]variantKeys `toml:"variants" doc:"named variants: any key of the scenario to override, as a table or as a quoted dotted key"`
}

// variantKeys are the keys of one variant.
type variantKeys struct {
	Scenario
	Label string `toml:"label" doc:"the variant's name on charts (default: its key)"`
}

func (s shape) isValue() bool { return s.leaf != nil }

// isTexts tells whether it is a table of texts, whose keys may hold dots.
func (s shape) isTexts() bool {
	return s.typ != nil && s.typ.Kind() == reflect.Map && s.typ.Elem().Kind() == reflect.String
}

// below returns the shape of a key's value.
func (s shape) below(key string) shape {
	switch {
	case s.typ == nil || s.leaf != nil:
		return shape{}
	case s.typ.Kind() == reflect.Map:
		return shape{typ: s.typ.Elem(), leaf: kindOf(s.typ.Elem(), "")}
	}
	f := lookup(fieldsOf(s.typ), key)
	if f == nil {
		return shape{}
	}
	typ := f.typ
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	return shape{typ: typ, leaf: f.leaf}
}
