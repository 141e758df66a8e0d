package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// module is the name of this module, as imports begin.
const module = "replsim/"

// source is one parsed Go file.
type source struct {
	path string // from the root of the module, with slashes
	dir  string
	test bool
	set  *token.FileSet
	file *ast.File
}

// line returns where a node is, for messages.
func (s *source) line(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(n.Pos()).Line)
}

// imports returns the paths that the file imports, by the name it gives them.
func (s *source) imports() map[string]string {
	all := map[string]string{}
	for _, i := range s.file.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if name == "v2" { // math/rand/v2 is package rand
			name = filepath.Base(filepath.Dir(path))
		}
		if i.Name != nil {
			name = i.Name.Name
		}
		all[name] = path
	}
	return all
}

// parse reads one file. The generated ones are exempt from all rules.
func parse(path, dir string, code any) (*source, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, code, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &source{path: path, dir: dir, test: strings.HasSuffix(path, "_test.go"), set: set, file: f}, nil
}

// root is the folder of the module.
const root = "../.."

// files calls visit for every file of the module, with its path from the root.
func files(t *testing.T, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			visit(filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sources parses all Go files of the module but generated ones.
func sources(t *testing.T) []*source {
	t.Helper()
	var all []*source
	files(t, func(path string) {
		if !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata/") {
			return
		}
		code, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		s, err := parse(path, filepath.ToSlash(filepath.Dir(path)), code)
		if err != nil {
			t.Fatal(err)
		}
		if !ast.IsGenerated(s.file) {
			all = append(all, s)
		}
	})
	if len(all) < 50 {
		t.Fatalf("only %d Go files found: is %s the root?", len(all), root)
	}
	return all
}
