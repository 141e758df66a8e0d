package scenarios

import (
	"fmt"
	"reflect"
	"strings"
)

// Reference returns the reference of all keys in Markdown, made from the tags of
// the types.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Scenario reference

Made from the Go types of package scenarios. A key that is not listed here is an
error. Values are written as follows.

| value | written |
|---|---|
`)
	for _, k := range []*kind{
		textKind, flagKind, integerKind, numberKind, durationKind, distributionKind, ratioKind, rateKind,
		sizeKind, bandwidthKind, textsKind, groupsKind, profileKind,
	} {
		fmt.Fprintf(&b, "| %s | %s |\n", k.name, cell(k.expected))
	}
	b.WriteString(`
Durations take ns, us, ms, s, m, h and d; rates /s, /m and /h; sizes B, kB, MB, GB, KiB, MiB and GiB;
bandwidths a size or kbit, Mbit, Gbit per second.
`)
	referencePresets(&b)
	referenceTable(&b, "", "", reflect.TypeFor[fileKeys]())
	b.WriteString("\n## [variants.NAME]\n\nAny key of the scenario, as a table or as a quoted dotted key such as `\"replication.commit\"`, and:\n\n")
	referenceRows(&b, []field{*lookup(fieldsOf(variantShape.typ), "label")})
	return b.String()
}

// referencePresets explains presets and lists those that are shipped.
func referencePresets(b *strings.Builder) {
	b.WriteString(`
## Presets

The key preset names a set of defaults that comes with the program, such as those of
a real database; a variant that names one of its own stands on that instead. A key
is taken from the first of these that has it: the variant, the file, what the file extends, the
preset, the defaults of the tables below.

` + "```toml" + `
title  = "One PostgreSQL server that waits, and one that does not"
preset = "postgresql"

[variants.waits]
"replication.commit" = "any"

[variants.does-not]

[variants.built-in]
preset = ""                # without a preset
` + "```" + `

| preset | what it is |
|---|---|
`)
	for _, p := range Presets() {
		fmt.Fprintf(b, "| `%s` | %s |\n", p.Name, cell(p.Title))
	}
}

// referenceTable writes one table of the format, and then those inside it.
func referenceTable(b *strings.Builder, path, doc string, t reflect.Type) {
	fields := fieldsOf(t)
	if path != "" {
		fmt.Fprintf(b, "\n## [%s]\n\n%s\n\n", path, sentence(doc))
	} else {
		b.WriteString("\n## Top level\n\n")
	}
	referenceRows(b, fields)
	for _, f := range fields {
		below := child(path, f.key)
		if len(f.models) > 0 {
			f.doc += " (cluster.model = " + orList(f.models) + ")"
		}
		switch typ := f.typ; {
		case f.leaf != nil || f.key == variantsKey:
		case typ.Kind() == reflect.Pointer:
			referenceTable(b, below, f.doc, typ.Elem())
		case typ.Kind() == reflect.Struct:
			referenceTable(b, below, f.doc, typ)
		case typ.Elem() == reflect.TypeFor[Client]():
			fmt.Fprintf(b, "\n## [%s.NAME]\n\n%s: every key of [workload], which is where the other keys come from.\n", below, sentence(strings.TrimSuffix(f.doc, ".")))
		case typ.Elem().Kind() == reflect.String:
			fmt.Fprintf(b, "\n## [%s]\n\n%s\n", below, sentence(f.doc))
		default:
			referenceTable(b, below+".NAME", f.doc, typ.Elem())
		}
	}
}

// referenceRows writes the keys that hold values.
func referenceRows(b *strings.Builder, fields []field) {
	b.WriteString("| key | value | default | meaning |\n|---|---|---|---|\n")
	for _, f := range fields {
		if f.leaf == nil {
			continue
		}
		value := f.leaf.name
		if len(f.enum) > 0 {
			value = orList(f.enum)
		} else if f.min != "" || f.max != "" || f.above != "" {
			value += ", " + f.rangeText()
		}
		fallback := ""
		switch {
		case f.required:
			fallback = "(required)"
		case f.fallback != "":
			fallback = "`" + f.fallback + "`"
		}
		doc := f.doc
		if len(f.kinds) > 0 {
			doc = strings.Join(f.kinds, ", ") + ": " + doc
		}
		if len(f.models) > 0 {
			doc = "(" + strings.Join(f.models, ", ") + ") " + doc
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.key, cell(value), cell(fallback), cell(doc))
	}
}

// cell escapes what would end a cell of a Markdown table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// sentence makes a sentence of a doc tag.
func sentence(doc string) string {
	if doc == "" {
		return ""
	}
	return strings.ToUpper(doc[:1]) + doc[1:] + "."
}
