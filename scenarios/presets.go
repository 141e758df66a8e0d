package scenarios

import (
	"fmt"
	"io/fs"
	"slices"

	"replsim/internal/nearest"
)

// presetKey names a preset, in a scenario or in one of its variants.
const presetKey = "preset"

// presetFolder holds the shipped presets, a file for each.
const presetFolder = "presets"

// Preset is a shipped set of defaults, such as those of a real database. It stands
// below the file that names it and below what that file extends, and above
// the built-in defaults. It describes a system, not an experiment: apart from its
// title it holds no key that all variants share, no faults and no expectations.
type Preset struct {
	Name  string // what a scenario calls it; the file's name without .toml
	Path  string // presets/NAME.toml
	Title string // in one line
}

// Presets returns the shipped presets, sorted by name.
func Presets() []Preset {
	paths, err := fs.Glob(shippedFiles, presetFolder+"/*.toml")
	if err != nil {
		panic("scenarios: " + err.Error()) // the pattern is a constant
	}
	slices.Sort(paths)
	out := make([]Preset, len(paths))
	for i, p := range paths {
		out[i] = Preset{Name: baseName(p), Path: p}
		root, problem := readTree(p, 0, out[i].Source())
		if problem != nil {
			panic("scenarios: " + problem.String()) // embedded files are tested
		}
		out[i].Title, _ = textAt(root, "title")
	}
	return out
}

// FindPreset returns a shipped preset by its name, and whether there is one.
func FindPreset(name string) (Preset, bool) {
	all := Presets()
	i := slices.IndexFunc(all, func(p Preset) bool { return p.Name == name })
	if i < 0 {
		return Preset{}, false
	}
	return all[i], true
}

// Source returns the text of the preset.
func (p Preset) Source() []byte {
	data, err := shippedFiles.ReadFile(p.Path)
	if err != nil {
		panic("scenarios: " + err.Error()) // presets are made from what is embedded
	}
	return data
}

func presetNames() []string {
	var names []string
	for _, p := range Presets() {
		names = append(names, p.Name)
	}
	return names
}

// preset returns the tree of the preset that a scenario or variant names, without
// its title. It is nil if none is named, or "", or if there is no such preset,
// which is reported.
func (l *loader) preset(n *node) *node {
	if n == nil || n.value == "" {
		return nil
	}
	name, ok := n.value.(string)
	if !ok {
		l.report(n, describe(n.value), "the name of a preset", "")
		return nil
	}
	p, ok := FindPreset(name)
	if !ok {
		names := presetNames()
		l.report(n, fmt.Sprintf("there is no preset %q", name), among(names), nearest.Closest(name, names))
		return nil
	}
	src := &source{name: p.Path, shipped: true, data: p.Source()}
	l.sources[src.name] = src
	root, problem := readTree(src.name, presetRank, src.data)
	if problem != nil {
		l.reports = append(l.reports, *problem)
		return nil
	}
	root = l.normalize(root, scenarioShape)
	return &node{at: root.at, path: root.path, value: root.table().without("title")}
}

// upon lays a scenario over a preset, which may be nil.
func upon(preset, scenario *node) *node {
	own := &node{at: scenario.at, path: scenario.path, value: scenario.table().without(presetKey)}
	if preset == nil {
		return own
	}
	return merge(preset, own, scenarioShape)
}
