package simtest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected output of scripts anew")

// Command does what a line of a script says, and returns what to print. An error
// ends the script.
type Command func(Args) (string, error)

// Commands are the commands of a script, by name.
type Commands map[string]Command

// Run runs every script *.txt in dir as a subtest, each with the commands that
// open returns for it, and fails where the output differs from the script.
func Run(t *testing.T, dir string, open func() Commands) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s: %v", dir, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Play(string(want), open())
			if err != nil {
				t.Fatalf("%s:%v", file, err)
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if line, g, w := firstDifference(got, string(want)); line > 0 {
				t.Errorf("%s:%d:\n got %q\nwant %q\n(-update writes the file anew)", file, line, g, w)
			}
		})
	}
}

// Play runs a script and returns it with the output that its commands print now.
// Errors begin with the number of the line.
func Play(script string, commands Commands) (string, error) {
	var out strings.Builder
	for _, p := range paragraphs(script) {
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		if strings.HasPrefix(p.lines[0], "#") {
			writeLines(&out, p.lines)
			continue
		}
		if err := p.play(&out, commands); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

// separator stands between the commands of a step and their output.
const separator = "----"

type paragraph struct {
	first int // number of its first line
	lines []string
}

// paragraphs splits a script at its blank lines.
func paragraphs(script string) []paragraph {
	var all []paragraph
	open := false
	for i, line := range strings.Split(script, "\n") {
		line = strings.TrimRight(line, " \t\r")
		switch {
		case line == "":
			open = false
		case open:
			last := &all[len(all)-1]
			last.lines = append(last.lines, line)
		default:
			all = append(all, paragraph{i + 1, []string{line}})
			open = true
		}
	}
	return all
}

// play runs the commands of a step and writes them with their output.
func (p paragraph) play(out *strings.Builder, commands Commands) error {
	var printed []string
	for i, line := range p.lines {
		if line == separator {
			break
		}
		writeLines(out, p.lines[i:i+1])
		args, err := parse(line)
		if err != nil {
			return fmt.Errorf("%d: %w", p.first+i, err)
		}
		run, ok := commands[args.Command]
		if !ok {
			return fmt.Errorf("%d: no command %q", p.first+i, args.Command)
		}
		text, err := run(args)
		if err == nil {
			err = args.unused()
		}
		if err != nil {
			return fmt.Errorf("%d: %s: %w", p.first+i, args.Command, err)
		}
		if text = strings.TrimRight(text, "\n"); text != "" {
			printed = append(printed, strings.Split(text, "\n")...)
		}
	}
	out.WriteString(separator + "\n")
	writeLines(out, printed)
	return nil
}

// writeLines writes lines without blanks at their ends.
func writeLines(out *strings.Builder, lines []string) {
	for _, line := range lines {
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// firstDifference returns the first line in which two texts differ, or 0.
func firstDifference(a, b string) (line int, inA, inB string) {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(as), len(bs)) {
		if i < len(as) {
			inA = as[i]
		}
		if i < len(bs) {
			inB = bs[i]
		}
		if i >= len(as) || i >= len(bs) || inA != inB {
			return i + 1, inA, inB
		}
	}
	return 0, "", ""
}
