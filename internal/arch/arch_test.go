package arch

import (
	"bytes"
	"go/ast"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var rules = map[string]rule{
	"imports go one way":     importDirections,
	"runs are deterministic": deterministic,
	"panics say who":         panicsSayWho,
	"names are documented":   documented,
	"code is short":          short,
}

func TestRules(t *testing.T) {
	all := sources(t)
	for name, check := range rules {
		t.Run(name, func(t *testing.T) {
			for _, s := range all {
				for _, wrong := range check(s) {
					t.Error(wrong)
				}
			}
		})
	}
}

func TestPackagesHaveComments(t *testing.T) {
	comments := map[string]int{}
	for _, s := range sources(t) {
		if !s.test {
			comments[s.dir] += count(s.file)
		}
	}
	for dir, n := range comments {
		if n != 1 {
			t.Errorf("%s: %d package comments, want 1", dir, n)
		}
	}
}

// count returns 1 if the file has a package comment, and 0 otherwise.
func count(f *ast.File) int {
	if f.Doc == nil {
		return 0
	}
	return 1
}

// No file refers to a place outside the project, or to work left undone.
func TestFilesStandAlone(t *testing.T) {
	// Taken apart, so that this file does not contain them.
	forbidden := []string{"/wor" + "k/", "/roo" + "t/", "/hom" + "e/", "/tm" + "p/", "TO" + "DO", "FIX" + "ME", "XX" + "X"}
	files(t, func(path string) {
		data, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
			return // a picture
		}
		for _, word := range forbidden {
			if i := bytes.Index(data, []byte(word)); i >= 0 {
				t.Errorf("%s:%d: mentions %q", path, 1+bytes.Count(data[:i], []byte("\n")), word)
			}
		}
	})
}

// Each rule finds what it is for.
func TestRulesFindWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		check     rule
		dir, code string
		want      string // part of the only complaint, or "" for none
	}{
		{importDirections, "sim", `import "replsim/models/kv"`, "sim must not import replsim/models/kv"},
		{importDirections, "sim", `import "replsim/sim/queue"; import "math"`, ""},
		{importDirections, "report", `import "replsim/sim"`, "must not import"},
		{importDirections, "models/raft", `import "replsim/models/kv"`, ""},
		{importDirections, "models/raft", `import "replsim/models/leader"`, "must not import"},
		{importDirections, "models/kv", `import "replsim/sim/dist"`, "must not import"},
		{importDirections, "workload", `import "github.com/spf13/cobra"`, "must not import"},
		{importDirections, "report/chart", `import "gonum.org/v1/plot/vg"`, ""},
		{importDirections, "sim/dist", `import "gonum.org/v1/gonumenta"`, "must not import"},
		{importDirections, "experiment", `import "replsim/sim"`, ""},
		{importDirections, "utils", ``, "folder utils is not in the table"},
		{deterministic, "sim", `import "time"; var t = time.Now()`, "time.Now"},
		{deterministic, "sim", `import clock "time"; var t = clock.Now()`, "clock.Now"},
		{deterministic, "sim", `import "time"; var d time.Duration`, ""},
		{deterministic, "cmd/replsim", `import "time"; var t = time.Now()`, ""},
		{deterministic, "sim", `import "math/rand"; var r rand.Rand`, "math/rand"},
		{deterministic, "sim", `import "math/rand/v2"; var x = rand.IntN(5)`, "rand.IntN"},
		{deterministic, "sim", `import "math/rand/v2"; var r = rand.New(rand.NewPCG(1, 2)); var x = r.IntN(5)`, ""},
		{deterministic, "results", `import "os"; func f() { os.Exit(1) }`, "os.Exit"},
		{deterministic, "models/leader", `func f() { go f() }`, "goroutine"},
		{deterministic, "experiment", `func f() { go f() }`, ""},
		{deterministic, "results", `func init() {}`, "init function"},
		{panicsSayWho, "p", `func f() { panic("p: no") }`, ""},
		{panicsSayWho, "p", `func f() { panic("p: " + "no") }`, ""},
		{panicsSayWho, "p", `import "fmt"; func f() { panic(fmt.Sprintf("p: %d", 1)) }`, ""},
		{panicsSayWho, "p", `func f() { panic("no") }`, `panics without "p: "`},
		{panicsSayWho, "p", `func f(err error) { panic(err) }`, "panics without"},
		{panicsSayWho, "p", `func f() { panic(g(1)) }; func g(int) string { return "p: no" }`, ""},
		{panicsSayWho, "p", `func f() { panic(g(1)) }; func g(int) string { return "no" }`, "panics without"},
		{documented, "p", "// F does it.\nfunc F() {}", ""},
		{documented, "p", "func F() {}", "F has no comment"},
		{documented, "p", "type t int\nfunc (t) F() {}", ""},
		{documented, "p", "// T is one.\ntype T[R any] struct{}\nfunc (*T[R]) F() {}", "F has no comment"},
		{documented, "p", "type t[R any] struct{}\nfunc (*t[R]) F() {}", ""},
		{documented, "p", "type T int", "T has no comment"},
		{documented, "p", "// Both.\nconst (\n\tA = 1\n\tB = 2\n)", ""},
		{documented, "p", "const (\n\tA = 1 // this one\n\tB = 2\n)", "B has no comment"},
		{short, "p", "func f() {" + strings.Repeat("\n", 59) + "}", ""},
		{short, "p", "func f() {" + strings.Repeat("\n", 60) + "}", "f has 61 lines"},
		{short, "p", strings.Repeat("\n", 399), ""},
		{short, "p", strings.Repeat("\n", 400), "lines, more than 400"},
	} {
		s, err := parse(c.dir+"/x.go", c.dir, "package p\n"+c.code)
		if err != nil {
			t.Fatal(err)
		}
		got := c.check(s)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%s: %q: complaints %q, want one with %q", c.dir, c.code, got, c.want)
		}
	}
}
