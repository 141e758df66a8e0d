package scenarios

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"replsim/internal/nearest"
)

// File is a loaded scenario file. All of it is valid.
type File struct {
	Name string // the file's name without .toml
	Path string // as it was asked for
	// Base is the scenario without any variant. If there are variants it is not
	// run itself, and need not make sense as a whole.
	Base     Scenario
	Variants []Variant // in the order of the file; at least one
	// Data holds the contents of the files that distributions name, by the path
	// that they are named by.
	Data map[string][]byte

	base     *node   // tree of Base, without defaults and without its preset
	preset   *node   // tree of the preset of Base; nil if it has none
	variants []*node // trees of the overrides; none if the file has no variants
	presets  []*node // trees of the presets that variants name themselves
}

// Variant is one setting of the scenario to be run and compared. A file without
// variants has one, called run.
type Variant struct {
	Name  string
	Label string // for charts; the name if the file gives none
	// Changes are the overridden keys, dotted, and their canonical values, such
	// as "replication.commit": "any". Expectations are left out.
	Changes  map[string]string
	Scenario Scenario
}

// soleVariant is the name of the only variant of a file without variants.
const soleVariant = "run"

// Option changes how scenarios are loaded.
type Option func(*options)

type options struct {
	sets   []string
	models []string
}

// Set applies overrides of the form key=value last, to the scenario and to all
// its variants. Keys are dotted as in TOML. Values are TOML, or texts without
// quotes: "workload.rate=200/s". A key that starts with variants.NAME overrides
// one variant only.
func Set(overrides ...string) Option {
	return func(o *options) { o.sets = append(o.sets, overrides...) }
}

// Models names the known replication models, so that cluster.model is checked.
func Models(names ...string) Option {
	return func(o *options) { o.models = append(o.models, names...) }
}

// Load reads a scenario: a file, or else a shipped scenario by its name or path
// (see Find). An error is of type Errors if the scenario is at fault, and any
// other if there is no such scenario.
func Load(name string, opts ...Option) (*File, error) {
	src, err := openSource(name)
	if err != nil {
		return nil, err
	}
	return load(src, opts)
}

// Parse reads a scenario from data. The name stands for it in messages, and other
// files are found relative to it.
func Parse(name string, data []byte, opts ...Option) (*File, error) {
	return load(&source{name: name, data: data}, opts)
}

// source is where a scenario comes from.
type source struct {
	name    string // path, as shown in messages
	shipped bool   // embedded: paths are relative to the root of the shipped ones
	data    []byte
}

// openSource finds a file by path, or a shipped scenario by name.
func openSource(name string) (*source, error) {
	data, err := readFile(name)
	if err == nil {
		return &source{name: name, data: data}, nil
	}
	entry, missing := Find(name)
	if missing == nil {
		return entry.source(), nil
	}
	if _, statErr := os.Stat(name); statErr == nil {
		return nil, fmt.Errorf("reading the scenario: %w", err)
	}
	return nil, missing
}

// maxFile is the size above which a file cannot be meant.
const maxFile = 64 << 20

// readFile reads a regular file of reasonable size.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", name)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s is larger than 64 MiB", name)
	}
	return os.ReadFile(name)
}

// relative reads a file named in the source.
func (s *source) relative(name string) (*source, error) {
	if s.shipped {
		joined := path.Join(path.Dir(s.name), name)
		data, err := shippedFiles.ReadFile(joined)
		return &source{name: joined, shipped: true, data: data}, err
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(s.name), filepath.FromSlash(name))
	}
	data, err := readFile(name)
	return &source{name: name, data: data}, err
}

// loader is the state of loading one scenario.
type loader struct {
	options
	main    *source
	sources map[string]*source // of files that the scenario consists of, by name
	data    map[string][]byte
	used    []string // models of the variants
	reports []reported
}

func load(src *source, opts []Option) (*File, error) {
	l := &loader{main: src, sources: make(map[string]*source), data: make(map[string][]byte)}
	for _, opt := range opts {
		opt(&l.options)
	}
	root := l.read(src, nil)
	if root == nil {
		return nil, collect(l.reports, nil)
	}
	file := l.build(root)
	names := make([]string, len(file.Variants))
	for i, v := range file.Variants {
		names[i] = v.Name
	}
	if len(l.reports) > 0 {
		return nil, collect(l.reports, names)
	}
	return file, nil
}

// read reads a file and what it extends into one tree. It returns nil if the
// syntax of one of them is wrong. chain are the files that led here.
func (l *loader) read(src *source, chain []string) *node {
	l.sources[src.name] = src
	root, problem := readTree(src.name, len(chain), src.data)
	if problem != nil {
		l.reports = append(l.reports, *problem)
		return nil
	}
	root = l.normalize(root, scenarioShape)
	extends := root.find("extends")
	if extends == nil {
		return root
	}
	under := l.extended(src, extends, append(chain, src.name))
	own := &node{at: root.at, path: root.path, value: root.table().without("extends")}
	if under == nil {
		return own // the scenario's own mistakes are worth telling all the same
	}
	return merge(under, own, scenarioShape)
}

// extended reads the scenario that another one extends.
func (l *loader) extended(src *source, extends *node, chain []string) *node {
	name, ok := extends.value.(string)
	if !ok {
		l.report(extends, describe(extends.value), "a path or the name of a shipped scenario", "")
		return nil
	}
	base, err := src.relative(name)
	if err != nil {
		entry, missing := Find(name)
		if missing != nil {
			l.report(extends, fmt.Sprintf("there is no scenario %q", name), "a path relative to this file, or the name of a shipped scenario", nearest.Closest(name, shippedNames()))
			return nil
		}
		base = entry.source()
	}
	if slices.Contains(chain, base.name) {
		l.report(extends, "extends itself: "+strings.Join(append(chain, base.name), " → "), "", "")
		return nil
	}
	return l.read(base, chain)
}

func (l *loader) report(n *node, message, expected, suggestion string) {
	d := decoder{broken: make(map[*node]bool)}
	d.report(n, "", message, expected, suggestion)
	l.reports = append(l.reports, d.reports...)
}

// open reads a file that a value names, relative to the scenario it stands in.
func (l *loader) open(n *node, name string) ([]byte, error) {
	src := l.sources[n.at.file]
	if src == nil {
		src = l.main // an override
	}
	found, err := src.relative(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("there is no such file")
	}
	if err != nil {
		return nil, err
	}
	l.data[name] = found.data
	return found.data, nil
}

// build makes the scenario and its variants from the merged tree.
func (l *loader) build(root *node) *File {
	file := &File{Path: l.main.name, Name: baseName(l.main.name), Data: l.data}
	root, everywhere := l.overrides(root)
	tables := root.find(variantsKey)
	base := &node{at: root.at, value: root.table().without(variantsKey)}
	base = merge(base, everywhere, variantShape)
	names := tables.table().keysOrNone()
	if tables != nil && len(names) == 0 {
		l.report(tables, "no variants", "tables such as [variants.NAME]", "")
	}
	file.base, file.preset = base, l.preset(base.find(presetKey))

	plainScenario := l.decode("", upon(file.preset, base), nil, nil)
	file.Base = plainScenario.scenario
	if len(names) == 0 {
		l.used = []string{modelIn(base, file.preset)}
		l.check(plainScenario, []string{soleVariant})
		file.Variants = []Variant{{Name: soleVariant, Label: soleVariant, Changes: map[string]string{}, Scenario: file.Base}}
		l.checkShown(file)
		return file
	}
	found := l.findVariants(file, tables, everywhere)
	for _, v := range found {
		l.used = append(l.used, modelIn(v.over, base, v.preset))
	}
	for _, v := range found {
		file.variants = append(file.variants, v.over)
		file.Variants = append(file.Variants, l.variant(v.name, names, upon(v.preset, base), v.over))
	}
	if file.Base.Compare == "" {
		file.Base.Compare = names[0]
	}
	l.checkLines(file)
	l.checkShown(file)
	return file
}

// foundVariant is a variant as the file has it.
type foundVariant struct {
	name   string
	over   *node // its overrides
	preset *node // what it stands on, or nil
}

// findVariants returns the variants of the file, and notes the presets of their own.
func (l *loader) findVariants(file *File, tables, everywhere *node) []foundVariant {
	var out []foundVariant
	for _, name := range tables.table().keysOrNone() {
		over := tables.find(name)
		if !bare(name) {
			l.report(over, "not a name", "letters, digits, - and _", "")
		}
		if over.table() == nil {
			l.report(over, describe(over.value), "a table of overrides", "")
			continue
		}
		v := foundVariant{name: name, over: replaceSame(over, everywhere, variantShape), preset: file.preset}
		if n := v.over.find(presetKey); n != nil {
			v.preset = l.preset(n)
			file.presets = append(file.presets, v.preset)
		}
		out = append(out, v)
	}
	return out
}

// wholeFile are the keys that hold for all variants: what the file is about, and
// the time that the variants share on charts.
var wholeFile = []string{"title", "question", "compare", "charts", "duration", "warmup", "sample"}

// variant applies the overrides of one variant to the base, which stands on the
// preset of the variant.
func (l *loader) variant(name string, names []string, base, over *node) Variant {
	v := Variant{Name: name, Label: name, Changes: make(map[string]string)}
	if label := over.find("label"); label != nil {
		d := decoder{scope: name, broken: make(map[*node]bool)}
		d.leaf(&field{leaf: textKind, required: true}, label, reflect.ValueOf(&v.Label).Elem())
		l.reports = append(l.reports, d.reports...)
	}
	for _, key := range wholeFile {
		if n := over.find(key); n != nil {
			l.report(n, "one variant cannot differ in this", "it at the top of the file, for all variants", "")
		}
	}
	changes := &node{at: over.at, path: over.path, value: over.table().without(slices.Concat(wholeFile, []string{"label"})...)}
	merged := merge(base, changes, variantShape)
	decoded := l.decode(name, &node{at: base.at, value: merged.table().without(presetKey)}, names, []string{"label"})
	l.check(decoded, names)
	v.Scenario = decoded.scenario
	for _, leaf := range leavesOf(changes, variantShape) {
		if leaf.keys[0] != "expect" {
			v.Changes[strings.Join(leaf.keys, ".")] = leaf.bare()
		}
	}
	return v
}

// decoded is a scenario with the tree that it came from.
type decoded struct {
	*decoder
	root     *node
	scenario Scenario
}

// decode reads one scenario: the base or a variant.
func (l *loader) decode(scope string, root *node, variants, alsoKnown []string) *decoded {
	d := &decoded{decoder: &decoder{scope: scope, broken: make(map[*node]bool), open: l.open}}
	d.root = inherit(root)
	d.structure(d.root, reflect.ValueOf(&d.scenario).Elem(), append(alsoKnown, variantsKey)...)
	d.scenario.derive(d.root, variants)
	l.reports = append(l.reports, d.reports...)
	d.reports = nil
	return d
}

// inherit completes every group of clients with the keys of the workload.
func inherit(root *node) *node {
	groups, workload := root.find("clients"), root.find("workload")
	if groups.table() == nil || workload.table() == nil {
		return root
	}
	full := newTable()
	for _, name := range groups.table().keys {
		full.set(name, merge(workload, groups.find(name), shape{typ: reflect.TypeFor[Workload]()}))
	}
	out := root.table().without()
	out.set("clients", &node{at: groups.at, path: groups.path, value: full})
	return &node{at: root.at, path: root.path, value: out}
}

// baseName returns the name of a scenario file without its folder and ending.
func baseName(name string) string {
	return strings.TrimSuffix(path.Base(filepath.ToSlash(name)), ".toml")
}

// sortedKeys returns the keys of a map in alphabetical order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
