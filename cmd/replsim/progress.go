package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress is a line on a terminal that says how far a run has come. In a pipe
// it prints nothing.
type progress struct {
	out   io.Writer // nil: not a terminal
	what  string    // is counted
	start time.Time
	last  time.Time
	width int
}

func newProgress(w io.Writer) *progress {
	p := &progress{what: "replications", start: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out = w
	}
	return p
}

// update shows done of total, at most ten times a second.
func (p *progress) update(done, total int) {
	now := time.Now()
	if p.out == nil || (now.Sub(p.last) < 100*time.Millisecond && done < total) {
		return
	}
	p.last = now
	const cells = 30
	full := cells * done / total
	left := time.Duration(float64(now.Sub(p.start)) / float64(done) * float64(total-done)).Round(time.Second)
	text := fmt.Sprintf("%s%s %d of %d %s, %v left", strings.Repeat("█", full), strings.Repeat("░", cells-full), done, total, p.what, left)
	fmt.Fprintf(p.out, "\r%-*s", p.width, text)
	p.width = len([]rune(text))
}

// clear takes the line away.
func (p *progress) clear() {
	if p.out != nil && p.width > 0 {
		fmt.Fprintf(p.out, "\r%s\r", strings.Repeat(" ", p.width))
	}
}
