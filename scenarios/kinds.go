package scenarios

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"replsim/sim/dist"
)

// flaw is what is wrong with one value, or with a part of it.
type flaw struct {
	at         *node
	key        string // below the node: a parameter of a distribution
	message    string
	expected   string
	suggestion string
}

// kind is a way to write a value: how it is read, written and described.
type kind struct {
	name     string // in the reference
	expected string // in messages, with an example
	// read turns a value into Go. Numbers come as int64, uint64 or float64, to be
	// converted to the field's type.
	read func(k *kind, n *node) (any, []flaw)
	// write turns a Go value into text; a text that needs quotes in TOML comes
	// without them, and quoted says so.
	write  func(v reflect.Value) string
	quoted bool
	schema map[string]any // JSON Schema of the value
}

// scalar makes the reader of a kind whose values have no parts.
func scalar[T any](read func(v any) (T, error)) func(*kind, *node) (any, []flaw) {
	return func(k *kind, n *node) (any, []flaw) {
		v, err := read(n.value)
		if err == nil {
			return v, nil
		}
		return nil, []flaw{k.flaw(n, err)}
	}
}

// is reads a value of one Go type and no other.
func is[T any](v any) (T, error) {
	t, ok := v.(T)
	if !ok {
		return t, errors.New(describe(v))
	}
	return t, nil
}

func (k *kind) flaw(n *node, err error) flaw {
	f := flaw{at: n, message: err.Error(), expected: k.expected}
	var value *wrongValue
	if errors.As(err, &value) {
		f.suggestion = value.suggestion
	}
	return f
}

// fromText makes a reader of a unit's notation; a bare number lacks its unit.
func fromText[T any](plain string, read func(string) (T, error)) func(any) (T, error) {
	return func(v any) (T, error) {
		var none T
		switch v := v.(type) {
		case string:
			return read(v)
		case int64:
			return none, &wrongValue{message: "a number without a unit", suggestion: strconv.FormatInt(v, 10) + plain}
		case float64:
			if _, err := readNumber(v); err != nil {
				return none, err
			}
			return none, &wrongValue{message: "a number without a unit", suggestion: writeFloat(v) + plain}
		}
		return none, errors.New(describe(v))
	}
}

// The kinds of value.
var (
	textKind = &kind{
		name: "text", expected: "a text in quotes", quoted: true,
		read:   scalar(is[string]),
		write:  func(v reflect.Value) string { return v.String() },
		schema: map[string]any{"type": "string"},
	}
	flagKind = &kind{
		name: "true or false", expected: "true or false",
		read:   scalar(is[bool]),
		write:  func(v reflect.Value) string { return strconv.FormatBool(v.Bool()) },
		schema: map[string]any{"type": "boolean"},
	}
	integerKind = &kind{
		name: "whole number", expected: "a whole number",
		read:   scalar(is[int64]),
		write:  writeInteger,
		schema: map[string]any{"type": "integer"},
	}
	numberKind = &kind{
		name: "number", expected: "a number",
		read:   scalar(readNumber),
		write:  func(v reflect.Value) string { return writeFloat(v.Float()) },
		schema: map[string]any{"type": "number"},
	}
	ratioKind = &kind{
		name: "percentage", expected: `a percentage such as "0.1%", or a number from 0 to 1`, quoted: true,
		read: scalar(func(v any) (float64, error) {
			if s, ok := v.(string); ok {
				return readRatio(s)
			}
			return readNumber(v)
		}),
		write:  func(v reflect.Value) string { return writeRatio(v.Float()) },
		schema: map[string]any{"type": []any{"string", "number"}},
	}
	rateKind = &kind{
		name: "rate", expected: `a rate such as "200/s"`, quoted: true,
		read:   scalar(fromText("/s", readRate)),
		write:  func(v reflect.Value) string { return writeRate(v.Float()) },
		schema: map[string]any{"type": "string", "pattern": "/[smh]$"},
	}
	sizeKind = &kind{
		name: "size", expected: `a size such as "4KiB", or a number of bytes`, quoted: true,
		read: scalar(func(v any) (int64, error) {
			if s, ok := v.(string); ok {
				return readSize(s)
			}
			return is[int64](v)
		}),
		write:  func(v reflect.Value) string { return writeBytes(v.Int(), "") },
		schema: map[string]any{"type": []any{"string", "integer"}},
	}
	bandwidthKind = &kind{
		name: "bandwidth", expected: `a bandwidth such as "10MiB/s"`, quoted: true,
		read:   scalar(fromText("B/s", readBandwidth)),
		write:  func(v reflect.Value) string { return writeBytes(v.Int(), "/s") },
		schema: map[string]any{"type": "string", "pattern": "/s$"},
	}
	durationKind = &kind{
		name: "duration", expected: `a duration such as "5ms"`, quoted: true,
		read:   scalar(fromText("s", readDuration)),
		write:  func(v reflect.Value) string { return writeDuration(time.Duration(v.Int())) },
		schema: map[string]any{"type": "string", "pattern": "[a-zµ]$"},
	}
	distributionKind = &kind{
		name: "distribution", expected: `a duration or a distribution such as "lognormal(median=1ms, p99=4ms)"`, quoted: true,
		read:   readDistribution,
		write:  func(v reflect.Value) string { return v.Interface().(dist.Spec).String() },
		schema: map[string]any{"type": []any{"string", "object"}},
	}
	textsKind = &kind{
		name: "list of texts", expected: `a text or a list such as ["r1", "r2"]`,
		read:  readTexts,
		write: writeList,
		schema: map[string]any{
			"type": []any{"string", "array"}, "items": map[string]any{"type": "string"},
		},
	}
	groupsKind = &kind{
		name: "list of lists", expected: `groups such as [["r1"], ["r2", "r3"]]`,
		read:  readGroups,
		write: writeList,
		schema: map[string]any{
			"type": "array", "items": map[string]any{
				"type": []any{"string", "array"}, "items": map[string]any{"type": "string"},
			},
		},
	}
	profileKind = &kind{
		name: "list of points", expected: `points such as [["0s", 1], ["10s", 2.5]]`,
		read:  readProfile,
		write: writeProfile,
		schema: map[string]any{
			"type": "array", "items": map[string]any{"type": "array", "minItems": 2, "maxItems": 2},
		},
	}
)

// kindOf returns how a Go field is written in a file, or nil if it is a table.
// The unit tag tells apart what is the same to Go.
func kindOf(t reflect.Type, unit string) *kind {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[time.Duration]():
		return durationKind
	case reflect.TypeFor[dist.Spec]():
		return distributionKind
	case reflect.TypeFor[[]string]():
		return textsKind
	case reflect.TypeFor[[][]string]():
		return groupsKind
	case reflect.TypeFor[[]ProfilePoint]():
		return profileKind
	}
	switch t.Kind() {
	case reflect.String:
		return textKind
	case reflect.Bool:
		return flagKind
	case reflect.Float64:
		return map[string]*kind{"": numberKind, "ratio": ratioKind, "rate": rateKind}[unit]
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return map[string]*kind{"": integerKind, "size": sizeKind, "bandwidth": bandwidthKind}[unit]
	}
	return nil
}

// describe names what stands where something else should.
func describe(v any) string {
	switch v := v.(type) {
	case *table:
		return "a table"
	case []*node:
		return "a list"
	case string:
		return strconv.Quote(v) + " is a text"
	case int64:
		return strconv.FormatInt(v, 10) + " is a number"
	case float64:
		text := writeFloat(v)
		if v == math.Trunc(v) && !strings.Contains(text, "e") {
			text += ".0" // as in the file: 3.0 is no whole number to TOML
		}
		return text + " is a number"
	case bool:
		return strconv.FormatBool(v) + " is true or false"
	}
	return "a date or time"
}

func readNumber(v any) (float64, error) {
	switch v := v.(type) {
	case int64:
		return float64(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, wrong("%v is no finite number", v)
		}
		return v, nil
	}
	return 0, errors.New(describe(v))
}

func writeInteger(v reflect.Value) string {
	if v.CanUint() {
		return strconv.FormatUint(v.Uint(), 10)
	}
	return strconv.FormatInt(v.Int(), 10)
}

// writeList writes []string and [][]string.
func writeList(v reflect.Value) string {
	parts := make([]string, v.Len())
	for i := range parts {
		if e := v.Index(i); e.Kind() == reflect.String {
			parts[i] = quote(e.String())
		} else {
			parts[i] = writeList(e)
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func writeProfile(v reflect.Value) string {
	parts := make([]string, v.Len())
	for i, p := range v.Interface().([]ProfilePoint) {
		parts[i] = fmt.Sprintf("[%s, %s]", quote(writeDuration(p.At)), writeFloat(p.Factor))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
