package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

// TestPositions: every key and array element is found where it stands, in all the
// ways that TOML has to write tables.
func TestPositions(t *testing.T) {
	const text = `title = "x"
list = ["a", [1], { b = 2 }]
in.line.dotted = { c = { d = 1 }, "e.f" = 2 }

[table.below]
key = """
two lines"""
[[array]]
x = 1
[[array.inner]]
y = 1
[[array.inner]]
y = 2
[array.table]
z = 1
[[array]]
x = 2
[[array.inner]]
y = 3
`
	root, problem := readTree("x.toml", 0, []byte(text))
	if problem != nil {
		t.Fatal(problem)
	}
	for key, want := range map[string]string{
		"title":               "1:1",
		"list[0]":             "2:9",
		"list[1]":             "2:1", // the parser tells no place: that of the list
		"list[2].b":           "2:21",
		"in":                  "3:1",
		"in.line.dotted":      "3:9",
		"in.line.dotted.c.d":  "3:26",
		"table":               "5:2",
		"table.below.key":     "6:1",
		"array":               "8:3",
		"array[0].x":          "9:1",
		"array[0].inner[0].y": "11:1",
		"array[0].inner[1].y": "13:1",
		"array[0].table.z":    "15:1",
		"array[1].x":          "17:1",
		"array[1].inner[0].y": "19:1",
	} {
		n := parameter(root, key)
		if n == nil {
			t.Errorf("%s: not found", key)
			continue
		}
		if got := fmt.Sprintf("%d:%d", n.at.line, n.at.column); got != want {
			t.Errorf("%s: found at %s, want %s", key, got, want)
		}
	}
	dotted := root.find("in", "line", "dotted", "e.f")
	if dotted == nil || dotted.path != `in.line.dotted."e.f"` {
		t.Errorf("a key with a dot is shown as %+v", dotted)
	}
}

// TestByteOrderMark: a mark at the start is no part of the first key, and moves no
// position.
func TestByteOrderMark(t *testing.T) {
	f, err := Parse("x.toml", []byte("\uFEFFtitle = 'x'"))
	if err != nil || f.Base.Title != "x" {
		t.Errorf("with a byte order mark: %v", err)
	}
	for text, want := range map[string]string{
		"\uFEFFtitel = 'x'":    `x.toml:1:1: titel: unknown key; did you mean "title"?`,
		"\uFEFFtitle = 'x', y": "x.toml:1:12: invalid TOML",
	} {
		if _, err := Parse("x.toml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
