package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"replsim/scenarios"
)

// TestDocumentedCommands runs every command line of the README and the docs: each
// document is one session in an empty folder with the repository's scenarios.
// Commands of make must be targets; the other tools' lines are listed here, so
// that a new kind of line has to be thought about.
func TestDocumentedCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("runs scenarios")
	}
	root := filepath.Join("..", "..")
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range append(docs, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md")) {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(doc), func(t *testing.T) {
			commands := shellLines(string(text))
			session := t.TempDir()
			if err := os.CopyFS(filepath.Join(session, "scenarios"), os.DirFS(filepath.Join(root, "scenarios"))); err != nil {
				t.Fatal(err)
			}
			t.Chdir(session)
			for _, c := range commands {
				runDocumented(t, c, string(makefile))
			}
		})
	}
}

// shellLines returns the command lines of a document's sh blocks.
func shellLines(text string) []string {
	var out []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(line, " #")
			if line = strings.TrimSpace(line); line != "" {
				out = append(out, line)
			}
		}
	}
	return out
}

func runDocumented(t *testing.T, command, makefile string) {
	t.Helper()
	command = strings.Replace(command, "go run ./cmd/replsim ", "replsim ", 1)
	words := strings.Fields(command)
	switch {
	case words[0] == "replsim":
		var out, problems bytes.Buffer
		if code := run(words[1:], &out, &problems); code != exitOK {
			t.Errorf("%s: exit code %d\n%s", command, code, problems.String())
		}
	case words[0] == "make":
		for _, target := range words[1:] {
			if !strings.Contains(makefile, "\n"+target+":") {
				t.Errorf("%s: no such target", command)
			}
		}
	case command == "go install ./cmd/replsim", strings.HasPrefix(command, "go test "), strings.HasPrefix(command, "go tool benchstat "):
	default:
		t.Errorf("%s: the test does not know this kind of command", command)
	}
}

// TestReadmeScenario loads the scenario that the README shows.
func TestReadmeScenario(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows no scenario")
	}
	for _, b := range blocks {
		if _, err := scenarios.Parse("README.toml", b[1]); err != nil {
			t.Error(err)
		}
	}
}

// TestReadmeNamesEveryScenario keeps the table of the README complete.
func TestReadmeNamesEveryScenario(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range scenarios.Shipped() {
		if !bytes.Contains(text, []byte("| `"+e.Name+"` |")) {
			t.Errorf("the README does not name %s", e.Name)
		}
	}
}
