package dist

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads the text form of a distribution, such as "5ms" or
// "lognormal(median=1ms, p99=10ms)"; the package comment has the grammar. The
// error, if any, is of type Errors: the first mistake in the syntax, or all
// mistakes in names and values.
func Parse(text string) (Spec, error) {
	p := &parser{text: text}
	d := p.distribution(0)
	if p.err == nil && p.peek() != 0 {
		p.fail(fmt.Sprintf("unexpected %q after the end", p.text[p.pos:]), "")
	}
	if p.err != nil {
		return Spec{}, Errors{p.err}
	}
	s, errs := d.resolve()
	if len(errs) > 0 {
		return Spec{}, errs
	}
	return s, nil
}

// parser goes once through the text. After a mistake, err is set, and the
// position no longer moves.
type parser struct {
	text string
	pos  int
	err  *Error
}

func (p *parser) fail(msg, want string) {
	if p.err == nil {
		p.err = &Error{Msg: msg, Want: want, Offset: p.pos}
	}
}

// peek skips white space and returns the next byte, 0 at the end or after a mistake.
func (p *parser) peek() byte {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
	if p.err != nil || p.pos == len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

// accept moves past the byte if it is the next one.
func (p *parser) accept(b byte) bool {
	if p.peek() != b {
		return false
	}
	p.pos++
	return true
}

// expect is accept where there is no alternative.
func (p *parser) expect(b byte, want string) {
	if !p.accept(b) {
		p.fail(p.unexpected(), want)
	}
}

// unexpected says what stands at the position.
func (p *parser) unexpected() string {
	if p.peek() == 0 {
		return "the text ends too early"
	}
	return fmt.Sprintf("unexpected %q", p.text[p.pos:])
}

// word reads a run of characters without a meaning of their own, or a string in
// double quotes.
func (p *parser) word(want string) raw {
	w := raw{at: p.pos}
	if p.peek() == '"' {
		literal, err := strconv.QuotedPrefix(p.text[p.pos:])
		if err != nil {
			p.fail("a quoted string that does not end, or with a bad escape", want)
			return w
		}
		w = raw{how: quoted, at: p.pos}
		w.text, _ = strconv.Unquote(literal) // QuotedPrefix has checked it
		p.pos += len(literal)
		return w
	}
	w.at = p.pos
	length := strings.IndexAny(p.text[p.pos:], "(),:=\" \t\r\n")
	if length < 0 {
		length = len(p.text) - p.pos
	}
	if length == 0 {
		p.fail(p.unexpected(), want)
	}
	w.text = p.text[p.pos : p.pos+length]
	p.pos += length
	return w
}

const wantDistribution = `a duration such as 5ms, or a distribution such as exponential(mean=5ms)`

// distribution reads a duration, or a name with parameters in parentheses.
func (p *parser) distribution(depth int) *draft {
	if depth > maxDepth {
		p.fail(fmt.Sprintf("mixtures nest deeper than %d", maxDepth), "")
	}
	name := p.word(wantDistribution)
	if name.how == quoted {
		p.pos = name.at
		p.fail("a string in quotes", wantDistribution)
	}
	d := &draft{kind: name.text, at: name.at}
	if p.err != nil {
		return d
	}
	if p.accept('(') {
		p.items(d, depth)
		return d
	}
	if strings.IndexByte("0123456789.+-", name.text[0]) >= 0 {
		return &draft{kind: constantName, at: name.at, args: []draftArg{{"value", name.at, name}}}
	}
	if p.peek() == 0 && familyByName(d.kind) != nil {
		p.fail(d.kind+" has no parameters", d.kind+"(…) with "+familyByName(d.kind).wantForms())
	}
	return d // resolve says that the name is unknown
}

// items reads what stands in the parentheses: name=value, a value alone, or
// weight: distribution, with commas between them.
func (p *parser) items(d *draft, depth int) {
	const want = "name=value"
	if p.accept(')') {
		return
	}
	for p.err == nil {
		first := p.word(want)
		switch {
		case p.accept('='):
			d.args = append(d.args, draftArg{first.text, first.at, p.word("a value")})
		case p.accept(':'):
			d.parts = append(d.parts, draftPart{first, p.distribution(depth + 1)})
		default:
			d.args = append(d.args, draftArg{"", first.at, first})
		}
		if p.accept(')') {
			return
		}
		p.expect(',', "a comma or a closing parenthesis")
	}
}
