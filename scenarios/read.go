package scenarios

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/pelletier/go-toml/v2/unstable"
)

// byteOrderMark begins files of some editors. It is no part of the text.
var byteOrderMark = []byte("\uFEFF")

// readTree parses a TOML document into a tree. One parser gives the values, and
// judges the syntax; the other gives positions, which the first does not tell.
func readTree(file string, rank int, data []byte) (*node, *reported) {
	data = bytes.TrimPrefix(data, byteOrderMark)
	values := make(map[string]any)
	if _, err := toml.Decode(string(data), &values); err != nil {
		return nil, &reported{Problem: syntaxProblem(file, err), rank: rank}
	}
	where, err := locate(data)
	if err != nil { // the two parsers disagree about an odd corner of TOML
		return nil, &reported{Problem: Problem{File: file, Line: 1, Column: 1, Message: "invalid TOML: " + err.Error()}, rank: rank}
	}
	b := builder{file: file, rank: rank, where: where}
	return b.node("", "", values, place{line: 1, column: 1}), nil
}

// syntaxProblem gives an error of the TOML parser the form of all others.
func syntaxProblem(file string, err error) Problem {
	p := Problem{File: file, Line: 1, Column: 1, Message: "invalid TOML: " + err.Error()}
	var syntax toml.ParseError
	if errors.As(err, &syntax) {
		p.Line, p.Column = max(syntax.Position.Line, 1), max(syntax.Position.Col, 1)
		p.Key = syntax.LastKey
		message := syntax.Message
		if message == "" { // an error of another package: its text follows the position
			_, message, _ = strings.Cut(err.Error(), ": ")
		}
		p.Message = "invalid TOML: " + message
	}
	return p
}

// place is a line and column, and the order in which keys were met.
type place struct{ line, column, serial int }

// builder joins values with their positions.
type builder struct {
	file  string
	rank  int
	where map[string]place // by identity: see step
}

// step extends the identity of a place in a document by a key or an index. Keys
// may hold any character but NUL, so that NUL is a safe separator.
func step(id, key string) string    { return id + "\x00" + key }
func index(id string, i int) string { return id + "\x00\x00" + strconv.Itoa(i) }

// node builds the tree below a value. above is the place of the surrounding
// value, used where the parser tells none (an array within an array).
func (b *builder) node(id, path string, value any, above place) *node {
	at, known := b.where[id]
	if !known {
		at = above
	}
	n := &node{at: position{b.file, b.rank, at.line, at.column}, path: path}
	switch v := value.(type) {
	case map[string]any:
		n.value = b.table(id, path, v, at)
	case []map[string]any: // an array of tables
		list := make([]*node, len(v))
		for i := range v {
			list[i] = b.node(index(id, i), path, v[i], at)
		}
		n.value = list
	case []any:
		list := make([]*node, len(v))
		for i := range v {
			list[i] = b.node(index(id, i), path, v[i], at)
		}
		n.value = list
	default:
		n.value = v
	}
	return n
}

func (b *builder) table(id, path string, values map[string]any, at place) *table {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(x, y string) int {
		return cmp.Or(cmp.Compare(b.where[step(id, x)].serial, b.where[step(id, y)].serial), cmp.Compare(x, y))
	})
	t := newTable()
	for _, key := range keys {
		t.set(key, b.node(step(id, key), child(path, key), values[key], at))
	}
	return t
}

// locator finds out where every key and array element of a document stands.
type locator struct {
	lines  []int // offset of the start of each line
	where  map[string]place
	arrays map[string]int // number of elements so far of each array of tables
}

func locate(data []byte) (map[string]place, error) {
	l := locator{lines: []int{0}, where: make(map[string]place), arrays: make(map[string]int)}
	for i, c := range data {
		if c == '\n' {
			l.lines = append(l.lines, i+1)
		}
	}
	var p unstable.Parser
	p.Reset(data)
	current := "" // the table that keys belong to
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table:
			current = l.keys("", e.Key())
		case unstable.ArrayTable:
			current = l.keys("", e.Key())
			current = l.array(current)
			element := index(current, l.arrays[current])
			l.where[element] = l.where[current]
			l.arrays[current]++
			current = element
		case unstable.KeyValue:
			l.value(l.keys(current, e.Key()), e.Value())
		}
	}
	return l.where, p.Error()
}

// keys follows a dotted key from a table, noting where each part stands, and
// returns the identity of the last one. A part that names an array of tables
// leads to its last element, as TOML has it.
func (l *locator) keys(id string, parts unstable.Iterator) string {
	for parts.Next() {
		part := parts.Node()
		id = step(id, string(part.Data))
		l.note(id, part.Raw)
		if n := l.arrays[id]; n > 0 {
			id = index(id, n-1)
		}
	}
	return id
}

// array returns the identity of an array of tables, given that of its last
// element, into which keys steps, or its own if it has none yet.
func (l *locator) array(id string) string {
	if cut := strings.LastIndex(id, "\x00\x00"); cut >= 0 && id == index(id[:cut], l.arrays[id[:cut]]-1) {
		return id[:cut]
	}
	return id
}

// value notes what stands inside a value.
func (l *locator) value(id string, v *unstable.Node) {
	children := v.Children()
	switch v.Kind {
	case unstable.Array:
		for i := 0; children.Next(); i++ {
			element := index(id, i)
			if e := children.Node(); e.Raw.Length > 0 {
				l.note(element, e.Raw)
			}
			l.value(element, children.Node())
		}
	case unstable.InlineTable:
		for children.Next() {
			entry := children.Node()
			l.value(l.keys(id, entry.Key()), entry.Value())
		}
	}
}

// note keeps where something was first seen.
func (l *locator) note(id string, raw unstable.Range) {
	if _, seen := l.where[id]; seen {
		return
	}
	offset := int(raw.Offset)
	line := sort.SearchInts(l.lines, offset+1)
	l.where[id] = place{line: line, column: offset - l.lines[line-1] + 1, serial: len(l.where)}
}
