package swarm

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// simplify makes values smaller, one by one, while the failure stays.
func (s *shrinker) simplify() {
	for _, t := range s.best { // its keys stay the same meanwhile
		for _, e := range t.keys {
			for s.smaller(t.name, e.key) {
			}
		}
	}
}

// smaller puts the first smaller value of a key that still fails in its place, and
// tells whether there was one.
func (s *shrinker) smaller(table, key string) bool {
	if table == "" && key != "duration" && key != "warmup" {
		return false
	}
	for _, value := range smallerValues(key, s.best.get(table, key)) {
		if s.accept(s.best.with(table, key, value)) {
			return true
		}
	}
	return false
}

// halved are the keys of which half is simpler: what takes less time or load.
var halved = []string{"at", "for", "duration", "rate"}

var (
	listed = regexp.MustCompile(`"[^"]*"`)
	timing = regexp.MustCompile(`[=( ]([0-9.]+(?:ns|us|ms|s))`)
)

// smallerValues proposes values to try in place of another one, the boldest first.
// Each is smaller in some way that cannot go on for ever.
func smallerValues(key, value string) []string {
	text := strings.Trim(value, `"`)
	if n, err := strconv.Atoi(value); err == nil {
		return slices.DeleteFunc([]string{"1", strconv.Itoa(n / 2), strconv.Itoa(n - 1)}, func(v string) bool {
			m, _ := strconv.Atoi(v)
			return m < 1 || m >= n
		})
	}
	if t, err := time.ParseDuration(text); err == nil {
		return smallerSpans(key, t)
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(text, "/s")); err == nil && slices.Contains(halved, key) && n > 10 {
		return []string{quote(strconv.Itoa(n/2/10*10+10) + "/s")}
	}
	if from, to, ok := strings.Cut(text, " <-> "); ok {
		return []string{quote(from + " -> " + to), quote(to + " -> " + from)}
	}
	if strings.HasPrefix(value, "[") {
		return fewer(value)
	}
	if strings.Contains(text, "(") {
		if m := timing.FindStringSubmatch(text); m != nil {
			return []string{quote(m[1])} // always the same time in place of a distribution
		}
	}
	return nil
}

// smallerSpans proposes half of a duration, and fewer digits.
func smallerSpans(key string, t time.Duration) []string {
	var out []string
	if round := leadingDigit(t); round < t {
		out = append(out, span(round))
	}
	if half := leadingDigit(t / 2); slices.Contains(halved, key) && half > 0 {
		out = slices.Insert(out, 0, span(half))
	}
	return out
}

// leadingDigit keeps the first digit of a span.
func leadingDigit(t time.Duration) time.Duration {
	unit := time.Duration(1)
	for 10*unit <= t {
		unit *= 10
	}
	return t / unit * unit
}

// fewer proposes a list, or a list of lists, without one of its elements.
func fewer(value string) []string {
	var out []string
	for _, at := range listed.FindAllStringIndex(value, -1) {
		before, after := value[:at[0]], value[at[1]:]
		if rest, more := strings.CutPrefix(after, ", "); more {
			out = append(out, before+rest)
		} else if rest, more := strings.CutSuffix(before, ", "); more {
			out = append(out, rest+after)
		}
	}
	return out
}

// dropReplicas leaves out replicas, with all that is said about them. The others move
// up, and the commit rule asks for one less.
func (s *shrinker) dropReplicas() {
	n, err := strconv.Atoi(s.best.get("cluster", "replicas"))
	if err != nil {
		n = 3 // the default
	}
	for gone := n; gone > 0 && n > 1; gone-- {
		if s.accept(s.best.withoutReplica(gone, n)) {
			n--
		}
	}
}

// withoutReplica returns a copy without one of n replicas.
func (d draft) withoutReplica(gone, n int) draft {
	name := func(i int) string { return "r" + strconv.Itoa(i) }
	mentioned := word(name(gone))
	out := d.filter(func(table, _ string) bool { return !mentioned.MatchString(table) })
	for _, t := range out {
		for i := range t.keys {
			value := &t.keys[i].value
			for _, shorter := range fewer(*value) {
				if !mentioned.MatchString(shorter) {
					*value = shorter
				}
			}
		}
	}
	for i := gone; i < n; i++ {
		out = out.rename(name(i+1), name(i))
	}
	if acks, err := strconv.Atoi(d.get("replication", "acks")); err == nil && acks > 1 {
		out.set("replication", "acks", strconv.Itoa(acks-1))
	}
	out.set("cluster", "replicas", strconv.Itoa(n-1))
	return out
}

// word matches a whole name within a value or a table's name.
func word(name string) *regexp.Regexp { return regexp.MustCompile(`\b` + name + `\b`) }

// rename returns a copy in which one name stands for another everywhere.
func (d draft) rename(from, to string) draft {
	w := word(from)
	var out draft
	for _, t := range d {
		keys := make([]entry, len(t.keys))
		for i, e := range t.keys {
			keys[i] = entry{e.key, w.ReplaceAllString(e.value, to)}
		}
		out = append(out, table{w.ReplaceAllString(t.name, to), keys})
	}
	return out
}
