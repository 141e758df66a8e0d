package scenarios

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"replsim/sim/dist"
)

// Readers of values that have parts: each part can be wrong in its own place.

// readDistribution reads a text such as "exponential(mean=5ms)", or a table.
func readDistribution(k *kind, n *node) (any, []flaw) {
	var spec dist.Spec
	var err error
	switch v := n.value.(type) {
	case string:
		spec, err = dist.Parse(v)
	case *table:
		if flaws := onlyFinite(k, n); flaws != nil {
			return nil, flaws
		}
		spec, err = dist.FromTable(plain(n).(map[string]any))
	default:
		// A number lacks its unit; what reads durations knows what to suggest.
		_, err = fromText("ms", readDuration)(v)
		return nil, []flaw{k.flaw(n, err)}
	}
	if err != nil {
		return nil, distributionFlaws(k, n, err)
	}
	return spec, nil
}

// distributionFlaws turns the mistakes that package dist reports into flaws, at
// the wrong parameter's place if the distribution is a table.
func distributionFlaws(k *kind, n *node, err error) []flaw {
	var mistakes dist.Errors
	if !errors.As(err, &mistakes) {
		return []flaw{k.flaw(n, err)}
	}
	var flaws []flaw
	for _, m := range mistakes {
		f := flaw{at: n, key: m.Key, message: m.Msg, expected: m.Want, suggestion: m.Suggestion}
		if part := parameter(n, m.Key); part != nil {
			f.at, f.key = part, ""
		} else if m.Key == "value" { // a duration alone
			f.key = ""
		}
		flaws = append(flaws, f)
	}
	return flaws
}

// parameter finds a key such as "parts[1].shape" below a node, or returns nil.
func parameter(n *node, key string) *node {
	if key == "" {
		return nil
	}
	for _, step := range strings.Split(key, ".") {
		name, index, indexed := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		n = n.find(name)
		if n == nil {
			return nil
		}
		if indexed {
			list, _ := n.value.([]*node)
			i, err := strconv.Atoi(index)
			if err != nil || i >= len(list) {
				return nil
			}
			n = list[i]
		}
	}
	return n
}

// onlyFinite reports numbers that are none.
func onlyFinite(k *kind, n *node) []flaw {
	var flaws []flaw
	switch v := n.value.(type) {
	case float64:
		if _, err := readNumber(v); err != nil {
			flaws = append(flaws, flaw{at: n, message: err.Error(), expected: "a number"})
		}
	case *table:
		for _, key := range v.keys {
			flaws = append(flaws, onlyFinite(k, v.of[key])...)
		}
	case []*node:
		for _, e := range v {
			flaws = append(flaws, onlyFinite(k, e)...)
		}
	}
	return flaws
}

// plain turns a tree back into the maps and slices that TOML decodes to.
func plain(n *node) any {
	switch v := n.value.(type) {
	case *table:
		out := make(map[string]any, len(v.keys))
		for _, key := range v.keys {
			out[key] = plain(v.of[key])
		}
		return out
	case []*node:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	}
	return n.value
}

// readTexts reads a list of texts; one text alone will do.
func readTexts(k *kind, n *node) (any, []flaw) {
	switch v := n.value.(type) {
	case string:
		return []string{v}, nil
	case []*node:
		texts := make([]string, 0, len(v))
		var flaws []flaw
		for _, e := range v {
			text, ok := e.value.(string)
			if !ok {
				flaws = append(flaws, flaw{at: e, message: describe(e.value), expected: "a text in quotes"})
			}
			texts = append(texts, text)
		}
		return texts, flaws
	}
	return nil, []flaw{{at: n, message: describe(n.value), expected: k.expected}}
}

// readGroups reads a list of lists of texts; a group of one may be a text.
func readGroups(k *kind, n *node) (any, []flaw) {
	list, ok := n.value.([]*node)
	if !ok {
		return nil, []flaw{{at: n, message: describe(n.value), expected: k.expected}}
	}
	groups := make([][]string, 0, len(list))
	var flaws []flaw
	for _, e := range list {
		group, wrong := readTexts(textsKind, e)
		flaws = append(flaws, wrong...)
		texts, _ := group.([]string)
		groups = append(groups, texts)
	}
	return groups, flaws
}

// readProfile reads a list of pairs of a time and a factor.
func readProfile(k *kind, n *node) (any, []flaw) {
	list, ok := n.value.([]*node)
	if !ok {
		return nil, []flaw{{at: n, message: describe(n.value), expected: k.expected}}
	}
	var points []ProfilePoint
	var flaws []flaw
	for _, e := range list {
		pair, _ := e.value.([]*node)
		if len(pair) != 2 {
			flaws = append(flaws, flaw{at: e, message: "not a pair", expected: `a time and a factor such as ["10s", 2.5]`})
			continue
		}
		at, err := fromText("s", readDuration)(pair[0].value)
		if err != nil {
			flaws = append(flaws, durationKind.flaw(pair[0], err))
			continue
		}
		factor, err := readNumber(pair[1].value)
		if err != nil {
			flaws = append(flaws, numberKind.flaw(pair[1], err))
			continue
		}
		p := ProfilePoint{at, factor}
		if p.At < 0 || len(points) > 0 && p.At <= points[len(points)-1].At {
			flaws = append(flaws, flaw{at: pair[0], message: fmt.Sprintf("%s does not come after the point before", writeDuration(p.At)), expected: "increasing times"})
		}
		if p.Factor < 0 {
			flaws = append(flaws, flaw{at: pair[1], message: "a negative factor", expected: "at least 0"})
		}
		points = append(points, p)
	}
	if len(list) == 0 {
		flaws = append(flaws, flaw{at: n, message: "an empty list", expected: k.expected})
	}
	return points, flaws
}
