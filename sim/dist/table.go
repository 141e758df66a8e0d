package dist

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// FromTable reads the table form of a distribution, as TOML decodes it:
//
//	{ dist = "lognormal", median = "500us", p99 = "4ms" }
//	{ dist = "mixture", parts = [
//	    { weight = 0.9, dist = "exponential", mean = "1ms" },
//	    { weight = 0.1, dist = "pareto", min = "3ms", shape = 3.5 },
//	  ], max = "1s" }
//
// Families and parameters are those of the text form. Times and paths are
// strings, other values integers or floats. The error, if any, is of type Errors
// and holds all mistakes.
func FromTable(table map[string]any) (Spec, error) {
	d, errs := draftTable(table, 0)
	if len(errs) > 0 {
		return Spec{}, errs
	}
	s, errs := d.resolve()
	if len(errs) > 0 {
		return Spec{}, errs
	}
	return s, nil
}

// draftTable turns a table into a draft. Keys are taken in alphabetical order,
// so that messages always come in the same order.
func draftTable(table map[string]any, depth int) (*draft, Errors) {
	if depth > maxDepth {
		return nil, Errors{tableError("", fmt.Sprintf("mixtures nest deeper than %d", maxDepth), "")}
	}
	d := &draft{at: -1}
	var errs Errors
	switch kind := table["dist"].(type) {
	case string:
		d.kind = kind
	case nil:
		errs = append(errs, tableError("dist", "missing", `the name of a distribution, such as dist = "lognormal"`))
	default:
		errs = append(errs, tableError("dist", fmt.Sprintf("%v is not a name", kind), `a string such as "lognormal"`))
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		switch {
		case key == "dist":
		case key == "parts" && d.kind == mixtureName:
			parts, partErrs := draftParts(table[key], depth)
			d.parts = parts
			errs = append(errs, partErrs...)
		default:
			d.args = append(d.args, draftArg{key, -1, rawOf(table[key])})
		}
	}
	return d, errs
}

// draftParts takes the array of a mixture, typed or not: decoders differ.
func draftParts(array any, depth int) ([]draftPart, Errors) {
	const want = `an array of tables such as { weight = 0.9, dist = "exponential", mean = "1ms" }`
	var elements []any
	switch array := array.(type) {
	case []any:
		elements = array
	case []map[string]any:
		for _, table := range array {
			elements = append(elements, table)
		}
	default:
		return nil, Errors{tableError("parts", "not an array", want)}
	}
	var parts []draftPart
	var errs Errors
	for i, element := range elements {
		table, ok := element.(map[string]any)
		if !ok {
			errs = append(errs, tableError(fmt.Sprintf("parts[%d]", i), "not a table", want))
			continue
		}
		if _, ok := table["weight"]; !ok {
			errs = append(errs, tableError(fmt.Sprintf("parts[%d].weight", i), "missing", "a plain number such as 0.9"))
		}
		inner := maps.Clone(table)
		delete(inner, "weight")
		d, innerErrs := draftTable(inner, depth+1)
		errs = append(errs, innerErrs.under(i)...)
		parts = append(parts, draftPart{rawOf(table["weight"]), d})
	}
	return parts, errs
}

func rawOf(v any) raw {
	switch v := v.(type) {
	case string:
		return raw{v, quoted, -1}
	case int64:
		return raw{strconv.FormatInt(v, 10), number, -1}
	case int:
		return raw{strconv.Itoa(v), number, -1}
	case float64:
		return raw{formatNumber(v), number, -1}
	}
	return raw{fmt.Sprint(v), other, -1}
}

func tableError(key, msg, want string) *Error {
	return &Error{Key: key, Msg: msg, Want: want, Offset: -1}
}
