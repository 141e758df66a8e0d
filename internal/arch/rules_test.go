package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A rule returns what is wrong with a file.
type rule func(*source) []string

// anything is a folder's right to import all of the module.
const anything = "*"

// mayImport is the table of docs/design.md: which folder may import which others
// of the module, and which modules from outside. A folder that is not here, and
// no subfolder of models, has no right to exist.
var mayImport = map[string][]string{
	"sim":              {"sim/queue", "sim/dist"},
	"sim/queue":        {},
	"sim/dist":         {"internal/nearest", "gonum.org/v1/gonum"},
	"sim/simtest":      {"sim", "sim/dist"},
	"models":           {},
	"models/kv":        {"sim"},
	"models/detect":    {"sim"},
	"models/dcs":       {"sim", "models/kv", "models/raft"},
	"models/failover":  {"sim", "sim/dist", "models/kv", "models/leader", "models/detect", "models/dcs"},
	"models/*":         {"sim", "sim/dist", "models/kv"},
	"workload":         {"sim", "sim/dist", "models/kv"},
	"measure":          {"sim", "models/kv", "github.com/HdrHistogram/hdrhistogram-go"},
	"history":          {"sim", "models/kv", "github.com/anishathalye/porcupine"},
	"experiment":       {anything},
	"experiment/stat":  {"gonum.org/v1/gonum"},
	"swarm":            {"sim", "models/kv", "scenarios", "experiment", "results"},
	"scenarios":        {"sim/dist", "internal/nearest", "github.com/BurntSushi/toml", "github.com/pelletier/go-toml/v2"},
	"results":          {},
	"report":           {"results", "report/chart"},
	"report/chart":     {"gonum.org/v1/plot"},
	"validation":       {"scenarios", "experiment", "results", "report", "report/chart", "internal/nearest", "gonum.org/v1/gonum"},
	"internal/nearest": {},
	"internal/arch":    {},
	"cmd/replsim":      {anything, "github.com/spf13/cobra", "golang.org/x/term"},
}

// rights returns what a folder may import.
func rights(dir string) ([]string, bool) {
	if allowed, ok := mayImport[dir]; ok {
		return allowed, true
	}
	if model, ok := strings.CutPrefix(dir, "models/"); ok && !strings.Contains(model, "/") {
		return mayImport["models/*"], true
	}
	return nil, false
}

// importDirections: imports go one way only. Tests may import what they like.
func importDirections(s *source) (wrong []string) {
	if s.test {
		return nil
	}
	allowed, ok := rights(s.dir)
	if !ok {
		return []string{fmt.Sprintf("%s: folder %s is not in the table of internal/arch", s.path, s.dir)}
	}
	for _, spec := range s.file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		inside, isInside := strings.CutPrefix(path, module)
		outside := !isInside && strings.Contains(strings.Split(path, "/")[0], ".")
		switch {
		case isInside && (slices.Contains(allowed, inside) || slices.Contains(allowed, anything)):
		case outside && slices.ContainsFunc(allowed, func(a string) bool { return path == a || strings.HasPrefix(path, a+"/") }):
		case isInside || outside:
			wrong = append(wrong, fmt.Sprintf("%s: %s must not import %s", s.line(spec), s.dir, path))
		}
	}
	return wrong
}

// simulates tells whether a folder's code runs within a simulation, on one
// goroutine and in virtual time.
func simulates(dir string) bool {
	return dir == "sim" || strings.HasPrefix(dir, "sim/") || dir == "models" || strings.HasPrefix(dir, "models/") || dir == "workload" || dir == "measure" || dir == "history"
}

// banned is what only cmd may use, by import path: what makes a run depend on
// more than its scenario and seed, or ends the program over its caller's head.
var banned = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
	"os":   {"Exit", "Getenv", "LookupEnv"},
	"log":  {"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln", "Print", "Printf", "Println"},
	"fmt":  {"Print", "Printf", "Println"},
}

// ownRandom is what may be used of math/rand/v2: generators with a seed, and not
// the functions that share a global one.
var ownRandom = []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "PCG", "ChaCha8", "Source", "Zipf"}

// deterministic: no wall clock, no global randomness, no goroutine in a simulation.
func deterministic(s *source) (wrong []string) {
	if s.test || strings.HasPrefix(s.dir, "cmd/") {
		return nil
	}
	imports := s.imports()
	for _, path := range imports {
		if path == "math/rand" {
			wrong = append(wrong, s.path+": imports math/rand; use math/rand/v2")
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			pkg, ok := n.X.(*ast.Ident)
			if !ok {
				break
			}
			path := imports[pkg.Name]
			if slices.Contains(banned[path], n.Sel.Name) || path == "math/rand/v2" && !slices.Contains(ownRandom, n.Sel.Name) {
				wrong = append(wrong, fmt.Sprintf("%s: uses %s.%s", s.line(n), pkg.Name, n.Sel.Name))
			}
		case *ast.GoStmt:
			if simulates(s.dir) {
				wrong = append(wrong, s.line(n)+": starts a goroutine in simulation code")
			}
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				wrong = append(wrong, s.line(n)+": has an init function")
			}
		}
		return true
	})
	return wrong
}

// panicsSayWho: a panic's message begins with the name of its package.
func panicsSayWho(s *source) (wrong []string) {
	if s.test {
		return nil
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "panic" && !strings.HasPrefix(s.message(call.Args[0]), s.file.Name.Name+": ") {
			wrong = append(wrong, fmt.Sprintf("%s: panics without %q in front", s.line(n), s.file.Name.Name+": "))
		}
		return true
	})
	return wrong
}

// message returns how the text of an expression begins; if that is a call of a
// function of the same file, how what it returns begins.
func (s *source) message(e ast.Expr) string {
	if call, ok := e.(*ast.CallExpr); ok {
		for _, d := range s.file.Decls {
			f, isFunc := d.(*ast.FuncDecl)
			if name, ok := call.Fun.(*ast.Ident); !ok || !isFunc || f.Name.Name != name.Name || len(f.Body.List) == 0 {
				continue
			}
			if r, ok := f.Body.List[len(f.Body.List)-1].(*ast.ReturnStmt); ok && len(r.Results) == 1 {
				return firstString(r.Results[0])
			}
		}
	}
	return firstString(e)
}

// firstString returns the string literal with which a message begins.
func firstString(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, _ := strconv.Unquote(e.Value)
			return text
		}
	case *ast.BinaryExpr:
		return firstString(e.X)
	case *ast.CallExpr: // fmt.Sprintf("pkg: …"), errors.New, …
		if len(e.Args) > 0 {
			return firstString(e.Args[0])
		}
	}
	return ""
}

// documented: every exported name has a comment. Names in a group may share one.
func documented(s *source) (wrong []string) {
	if s.test {
		return nil
	}
	undocumented := func(n ast.Node, name string) {
		wrong = append(wrong, fmt.Sprintf("%s: %s has no comment", s.line(n), name))
	}
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil {
				undocumented(d, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
						undocumented(spec, spec.Name.Name)
					}
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						if name.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
							undocumented(spec, name.Name)
						}
					}
				}
			}
		}
	}
	return wrong
}

// exportedReceiver tells whether a function is none of a hidden type's methods.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	exported := true
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && exported {
			exported = unicode.IsUpper(rune(id.Name[0]))
			return false
		}
		_, isIndex := n.(*ast.IndexExpr)
		return exported || isIndex
	})
	return exported
}

// Limits in lines: what fits a reader's head. Tests are tables and stories, and
// get more.
const (
	maxFile, maxTestFile         = 400, 500
	maxFunction, maxTestFunction = 60, 100
)

// short: files and functions are short.
func short(s *source) (wrong []string) {
	file, function := maxFile, maxFunction
	if s.test {
		file, function = maxTestFile, maxTestFunction
	}
	if n := s.set.Position(s.file.FileEnd).Line; n > file {
		wrong = append(wrong, fmt.Sprintf("%s: has %d lines, more than %d", s.path, n, file))
	}
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > function {
			wrong = append(wrong, fmt.Sprintf("%s: %s has %d lines, more than %d", s.line(f), f.Name.Name, n, function))
		}
	}
	return wrong
}
