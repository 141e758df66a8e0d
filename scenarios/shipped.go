package scenarios

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"replsim/internal/nearest"
)

// shippedFiles are the scenarios that come with the program, in one folder for
// each family of protocols, and the presets.
//
//go:embed */*.toml
var shippedFiles embed.FS

// Entry is a shipped scenario.
type Entry struct {
	Name     string // the file's name without .toml; unique
	Path     string // folder/name.toml
	Title    string
	Question string
}

// Shipped returns the shipped scenarios, sorted by path.
func Shipped() []Entry {
	paths := shippedPaths()
	entries := make([]Entry, len(paths))
	for i, p := range paths {
		entries[i] = Entry{Name: baseName(p), Path: p}
		root, problem := readTree(p, 0, entries[i].Source())
		if problem != nil {
			panic("scenarios: " + problem.String()) // embedded files are tested
		}
		entries[i].Title, _ = textAt(root, "title")
		entries[i].Question, _ = textAt(root, "question")
	}
	return entries
}

// shippedPaths returns the paths of the shipped scenarios, sorted.
func shippedPaths() []string {
	paths, err := fs.Glob(shippedFiles, "*/*.toml")
	if err != nil {
		panic("scenarios: " + err.Error()) // the pattern is a constant
	}
	slices.Sort(paths)
	return slices.DeleteFunc(paths, func(p string) bool { return path.Dir(p) == presetFolder })
}

func textAt(root *node, key string) (string, bool) {
	n := root.find(key)
	if n == nil {
		return "", false
	}
	text, ok := n.value.(string)
	return text, ok
}

// Find returns a shipped scenario by its name, or by its path within the shipped
// ones. The error suggests the nearest name.
func Find(name string) (Entry, error) {
	for _, e := range Shipped() {
		if name == e.Name || name == e.Path || name+".toml" == e.Path {
			return e, nil
		}
	}
	if p, ok := FindPreset(name); ok {
		return Entry{}, fmt.Errorf("%s is a preset and cannot be run; a scenario names it by preset = %q", p.Name, p.Name)
	}
	if close := nearest.Closest(baseName(name), shippedNames()); close != "" {
		return Entry{}, fmt.Errorf("no scenario %q; did you mean %q?", name, close)
	}
	return Entry{}, fmt.Errorf("no scenario %q, neither a file nor a shipped one", name)
}

// Source returns the text of the scenario.
func (e Entry) Source() []byte {
	data, err := shippedFiles.ReadFile(e.Path)
	if err != nil {
		panic("scenarios: " + err.Error()) // entries are made from what is embedded
	}
	return data
}

// Family returns the folder that the scenario is in.
func (e Entry) Family() string { return path.Dir(e.Path) }

func (e Entry) source() *source {
	return &source{name: e.Path, shipped: true, data: e.Source()}
}

func shippedNames() []string {
	paths := shippedPaths()
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = strings.TrimSuffix(path.Base(p), ".toml")
	}
	return names
}
