package scenarios

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Schema returns the JSON Schema of scenario files, made from the tags of the
// types. Editors use it to complete and check keys; it cannot tell all mistakes
// that loading tells.
func Schema() []byte {
	s := schemas{definitions: make(map[string]any)}
	root := s.object(reflect.TypeFor[fileKeys]())
	root["$schema"] = "http://json-schema.org/draft-07/schema#" // what TOML editors understand
	root["title"] = "replsim scenario"
	root["definitions"] = s.definitions
	text, err := json.MarshalIndent(root, "", "  ") // maps come sorted by key
	if err != nil {
		panic("scenarios: " + err.Error()) // only maps, slices and texts are in it
	}
	return append(text, '\n')
}

// schemas collects the schemas of tables that are used in several places.
type schemas struct{ definitions map[string]any }

// object returns the schema of a table.
func (s *schemas) object(t reflect.Type) map[string]any {
	properties := make(map[string]any)
	for _, f := range fieldsOf(t) {
		properties[f.key] = s.property(f)
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if t == variantShape.typ { // quoted dotted keys; the loader checks them
		out["patternProperties"] = map[string]any{`\.`: true}
	}
	return out
}

// property returns the schema of one key.
func (s *schemas) property(f field) map[string]any {
	out := make(map[string]any)
	switch t := f.typ; {
	case f.leaf != nil:
		for key, value := range f.leaf.schema {
			out[key] = value
		}
		f.restrict(out)
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.String:
		out["type"] = "object"
		// data_loss.total = "…" without quotes is a table to TOML, and allowed
		out["additionalProperties"] = map[string]any{"type": []any{"string", "object"}}
	case t.Kind() == reflect.Map:
		out["type"] = "object"
		out["additionalProperties"] = s.reference(t.Elem())
	case t.Kind() == reflect.Pointer:
		out["allOf"] = []any{s.reference(t.Elem())}
	default:
		out["allOf"] = []any{s.reference(t)}
	}
	if f.doc != "" {
		out["description"] = f.doc
	}
	return out
}

// restrict adds words, bounds and the default of a value.
func (f *field) restrict(schema map[string]any) {
	if len(f.enum) > 0 {
		schema["enum"] = f.enum
	}
	if f.fallback != "" {
		schema["default"] = bareValue(f.fallback)
	}
	if f.leaf != integerKind && f.leaf != numberKind {
		return // bounds with units are beyond JSON Schema
	}
	for _, bound := range [][2]string{{"minimum", f.min}, {"maximum", f.max}, {"exclusiveMinimum", f.above}} {
		if bound[1] != "" {
			schema[bound[0]] = bareValue(bound[1])
		}
	}
}

// reference defines a table once and refers to it. Required keys are left to the
// loader, since what a file extends may give them.
func (s *schemas) reference(t reflect.Type) map[string]any {
	name := strings.TrimSuffix(strings.ToLower(t.Name()), "keys")
	if _, done := s.definitions[name]; !done {
		s.definitions[name] = true // ends the recursion
		s.definitions[name] = s.object(t)
	}
	return map[string]any{"$ref": "#/definitions/" + name}
}
