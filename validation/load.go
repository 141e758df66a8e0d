package validation

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"replsim/internal/nearest"
	"replsim/scenarios"
)

// files are the groups that come with the program, and the scenarios that serve
// them alone.
//
//go:embed *.toml scenarios/*.toml
var files embed.FS

// Names returns the names of the shipped groups, sorted.
func Names() []string {
	paths, err := fs.Glob(files, "*.toml")
	if err != nil {
		panic("validation: " + err.Error()) // the pattern is a constant
	}
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(p, ".toml")
	}
	slices.Sort(paths)
	return paths
}

// Load reads a shipped group by its name, or else a group's file by its path. An
// error is of type scenarios.Errors if the group or its scenario is at fault. The
// options are those of the scenario.
func Load(name string, opts ...scenarios.Option) (*Group, error) {
	if slices.Contains(Names(), name) {
		data, err := files.ReadFile(name + ".toml")
		if err != nil {
			return nil, err
		}
		return load(source{path: "validation/" + name + ".toml", data: data, find: findShipped}, opts)
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if close := nearest.Closest(name, Names()); close != "" {
			return nil, fmt.Errorf("no group %q; did you mean %q?", name, close)
		}
		return nil, fmt.Errorf("no group %q, neither a file nor a shipped one", name)
	}
	if err != nil {
		return nil, err
	}
	return load(source{path: name, data: data, find: beside(filepath.Dir(name))}, opts)
}

// source is a group's file. find loads the scenario that it names, and returns
// where it was found.
type source struct {
	path string
	data []byte
	find finder
}

type finder func(name string, opts []scenarios.Option) (*scenarios.File, string, error)

// findShipped finds the scenario of a shipped group.
func findShipped(name string, opts []scenarios.Option) (*scenarios.File, string, error) {
	own := path.Join("scenarios", name+".toml")
	data, err := files.ReadFile(own)
	if err != nil { // not one of validation's own
		f, err := scenarios.Load(name, opts...)
		return f, name, err
	}
	where := "validation/" + own
	f, err := scenarios.Parse(where, data, opts...)
	return f, where, err
}

// beside finds scenarios relative to a folder, and shipped ones.
func beside(dir string) finder {
	return func(name string, opts []scenarios.Option) (*scenarios.File, string, error) {
		where := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Stat(where); err != nil {
			where = name
		}
		f, err := scenarios.Load(where, opts...)
		return f, where, err
	}
}

func load(src source, opts []scenarios.Option) (*Group, error) {
	var keys groupKeys
	doc, err := scenarios.Decode(src.path, src.data, &keys)
	if err != nil {
		return nil, err
	}
	r := &reader{doc: doc}
	g := &Group{
		Name: strings.TrimSuffix(filepath.Base(src.path), ".toml"), Title: keys.Title, Shows: keys.Shows,
		Source: keys.Source, document: doc,
	}
	g.file, g.scenario, err = src.find(keys.Scenario, opts)
	var problems scenarios.Errors
	switch {
	case errors.As(err, &problems):
		return nil, err
	case err != nil:
		r.report(err.Error(), "", "", "scenario")
	}
	r.group(g, keys)
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return g, nil
}
