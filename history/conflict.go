package history

import (
	"fmt"
	"strings"
	"time"

	"replsim/models/kv"
	"replsim/sim"
)

// conflict is the evidence that a history cannot be explained: a read of a value that
// nobody wrote; a read and the write that it foresaw; or the operations that span the
// zones of two values.
type conflict struct {
	ops    []*operation
	values []*value // whose zones collide
}

// intervals returns the operations as the clients saw them.
func (c *conflict) intervals() []event {
	out := make([]event, len(c.ops))
	for i, o := range c.ops {
		out[i] = event{op: o, call: o.call, ret: o.ret}
	}
	return out
}

// seen is the place in the order of facts at which the evidence was complete.
func (c *conflict) seen() int64 {
	last := int64(0)
	for _, o := range c.ops {
		if o.ret != forever {
			last = max(last, o.ret)
		}
	}
	return last
}

// text describes the conflict in a sentence or two.
func (c *conflict) text() string {
	record := fmt.Sprintf("record %d: ", c.ops[0].key)
	switch {
	case len(c.ops) == 1:
		return record + c.ops[0].text() + " returned a value that no write can have left there"
	case c.values == nil:
		return record + c.ops[0].text() + " returned the value of " + c.ops[1].text() + ", which began later"
	}
	for i, old := range c.values {
		recent := c.values[1-i]
		if text := outdated(old, recent); text != "" {
			return record + text
		}
	}
	return record + "two values would have to be current at once, " + c.values[0].text() + "; and " + c.values[1].text()
}

// outdated tells of a read of an old value after a recent one was known to be current, or
// returns "" if that is not what happened.
func outdated(old, recent *value) string {
	r, proof := old.last, recent.first
	if r.kind != kv.Read || old.write.ret >= recent.write.call || proof.ret >= r.call {
		return ""
	}
	text := r.text() + " returned the value of " + old.write.text() + ", although " + recent.write.text()
	if proof == recent.write {
		return text + " came after that and had succeeded before the read began"
	}
	return text + " came after that and " + proof.text() + " had returned its value before"
}

// text lists the operations that tell when a value was current.
func (v *value) text() string {
	var reads []string
	for _, o := range span(v)[1:] {
		reads = append(reads, o.text())
	}
	if len(reads) == 0 {
		return "that of " + v.write.text()
	}
	return "that of " + v.write.text() + ", returned by " + strings.Join(reads, " and ")
}

// text names an operation, with its times.
func (o *operation) text() string {
	if o.call == beforeAll {
		return "no write"
	}
	until := "without an answer"
	if o.ret != forever {
		until = "to " + rounded(o.done)
	}
	return fmt.Sprintf("%s %d of client %d (%s %s)", o.kind, o.number, o.session+1, rounded(o.began), until)
}

func rounded(t sim.Time) string { return time.Duration(t).Round(time.Microsecond).String() }
