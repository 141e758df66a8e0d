package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"replsim/internal/nearest"
)

// measured are the names of all that runs measure, by kind: figures, and the kinds
// of curves. NODE stands for a replica, PLACE for a place with clients, and bars
// separate alternatives of the last part. They are checked before a run, which
// may be long; the package that measures is above this one. A test holds them
// against docs/measures.md, which another test holds against runs.
var measured = map[string]string{
	figureNames: `
		availability.read|write|windows
		convergence.missed
		data_loss.total|truncated|torn|diverged|rate|any
		detections.count|false
		elections.count|split|pre_votes|terms|time|heard
		elections.split.any
		failovers.count|needless|restarts|unresolved
		fallback.time
		fencing.attempts|failed
		invariants.violations
		lag.after_ack.NODE.mean|p50|p90|p99
		lag.after_ack.followers.mean|p50|p90|p99
		lag.delay.NODE.mean|p50|p99
		lag.offset.NODE.mean|max
		lag.time.NODE.mean|p50|p99|max
		latency.read.mean|p50|p90|p99|p999|max
		latency.read.place.PLACE.p50|p99
		latency.write.mean|p50|p90|p99|p999|max
		latency.write.place.PLACE.p50|p99
		leaders.at_once.max
		linearizability.keys|violations
		ops.invoked|ok|failed|unknown
		outage.longest
		outage.longest.read|write
		rewind.count|records
		rpo.writes|time
		rto.total|detect|elect|catch_up|promote|redirect
		session.monotonic_reads.count|rate
		session.monotonic_writes.count|rate
		session.read_your_writes.count|rate
		session.writes_follow_reads.count|rate
		split_brain.time|writes|lost|by_proxy
		stale_reads.age.mean|p99|max
		stale_reads.depth.mean|max
		stale_reads.rate|count
		throughput.read|write
		traffic.messages_per_write|bytes_per_write|cross_zone_bytes_per_write|cross_region_bytes_per_write
		visibility.NODE.p50|p99|p999|censored
		visibility.followers.p50|p99|p999|censored
		visible_after.NODE.mean|p50|p90|p99
		visible_after.followers.mean|p50|p90|p99
		visible_after.leader.mean|p50|p90|p99
		writes.unacknowledged_survived`,
	curvesOverTime: `
		availability.over_time.read|write
		errors.rate
		lag.offset|time.NODE
		latency_over_time.read|write.p99
		stale_reads.over_time
		throughput.read|write`,
	distributions: `
		elections.time|heard
		rpo.time|writes
		rto.total
		lag.after_ack.NODE|followers
		lag.delay.NODE
		latency.read|write
		latency.read|write.place.PLACE
		stale_reads.age
		visible_after.NODE|followers|leader`,
	visibilities: `
		visibility.NODE|followers
		visibility_after_ack.NODE|followers`,
}

// Kinds of what is measured. A chart shows one of them.
const (
	figureNames    = "figure"
	curvesOverTime = "curve over time"
	distributions  = "distribution"
	visibilities   = "visibility curve"
)

// shownBy tells what each kind of chart shows.
var shownBy = map[string]string{
	"time": curvesOverTime, "cdf": distributions, "tail": distributions, "visibility": visibilities,
	"bars": figureNames, "stack": figureNames, "scatter": figureNames, "lines": figureNames,
}

// measuredNames are the names of each kind, one alternative each.
var measuredNames = func() map[string][]string {
	out := make(map[string][]string)
	for kind, lines := range measured {
		for _, line := range strings.Fields(lines) {
			out[kind] = append(out[kind], alternatives(strings.Split(line, "."))...)
		}
	}
	return out
}()

// alternatives returns the names that the parts of a pattern stand for.
func alternatives(parts []string) []string {
	names := strings.Split(parts[0], "|")
	for _, part := range parts[1:] {
		var longer []string
		for _, name := range names {
			for _, next := range strings.Split(part, "|") {
				longer = append(longer, name+"."+next)
			}
		}
		names = longer
	}
	return names
}

// measures lists what a run of the scenario may measure of a kind.
func (s *Scenario) measures(kind string) []string {
	var places []string
	for _, c := range s.Clients {
		places = append(places, c.Places...)
	}
	slices.Sort(places)
	var out []string
	for _, name := range measuredNames[kind] {
		switch {
		case strings.Contains(name, "NODE"):
			out = append(out, inEach(name, "NODE", s.NodeNames())...)
		case strings.Contains(name, "PLACE"):
			out = append(out, inEach(name, "PLACE", slices.Compact(places))...)
		default:
			out = append(out, name)
		}
	}
	return out
}

// inEach puts each of the words in place of a placeholder.
func inEach(name, placeholder string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.Replace(name, placeholder, w, 1)
	}
	return out
}

// where to look the names up.
const explained = "a name of docs/measures.md"

// checkExpectations makes sure that every expectation is about a figure.
func (c *decoded) checkExpectations() {
	var names []string
	for _, key := range c.at("expect").table().keysOrNone() {
		n := c.at("expect", key)
		if !c.ok(n) {
			continue
		}
		e, err := ParseExpectation(key, c.scenario.Expect[key])
		if err != nil {
			c.report(n, "", err.Error(), `a comparison such as "== 0", "< 6s" or ">= 99.9%"`, "")
			continue
		}
		if !c.ok(c.at("cluster", "replicas")) {
			continue // who knows which nodes there are
		}
		if names == nil {
			names = c.scenario.measures(figureNames)
		}
		if slices.Contains(names, key) || slices.Contains(names, e.Figure) {
			continue
		}
		meant := slices.Clone(names)
		if stat := strings.TrimPrefix(key, e.Figure); stat != "" {
			for _, name := range names {
				meant = append(meant, name+stat)
			}
		}
		c.report(n, "", fmt.Sprintf("there is no figure %q", e.Figure), explained, nearest.Closest(key, meant))
	}
}

// placeholder is {variant/figure} in the title of a chart, as package report has it.
var placeholder = regexp.MustCompile(`\{([^{}/]+)/([^{}/]+)\}`)

// checkShown makes sure that charts show what some variant measures.
func (l *loader) checkShown(file *File) {
	if slices.ContainsFunc(l.reports, func(r reported) bool { return strings.HasSuffix(r.Key, "cluster.replicas") }) {
		return // who knows which nodes there are
	}
	for _, name := range file.base.find("charts").table().keysOrNone() {
		chart, n := file.Base.Charts[name], file.base.find("charts", name)
		kind := shownBy[chart.Kind]
		if kind == "" && chart.Kind != "timeline" {
			continue // reported already
		}
		for _, e := range elements(n.find("show")) {
			l.checkMeasured(file, chart, e, kind)
		}
		if chart.Kind == "scatter" {
			l.checkMeasured(file, chart, n.find("x"), figureNames)
		}
		for _, match := range placeholder.FindAllStringSubmatch(chart.Title, -1) {
			l.checkPlaceholder(file, n.find("title"), strings.TrimSpace(match[1]), strings.TrimSpace(match[2]))
		}
	}
}

// checkMeasured reports a name that no variant of the chart measures.
func (l *loader) checkMeasured(file *File, chart Chart, n *node, kind string) {
	if n == nil {
		return
	}
	shown, ok := n.value.(string)
	if !ok || shown == "" {
		return
	}
	var names []string
	for _, v := range file.Variants {
		if len(chart.Variants) == 0 || slices.Contains(chart.Variants, v.Name) {
			names = append(names, v.Scenario.measures(kind)...)
		}
	}
	below, all := strings.CutSuffix(shown, ".*")
	found := slices.ContainsFunc(names, func(name string) bool {
		return name == shown || all && strings.HasPrefix(name, below+".")
	})
	switch {
	case found || len(names) == 0:
	case slices.Contains(names, below):
		l.report(n, fmt.Sprintf("there is no %s below %q", kind, below), explained, below)
	default:
		l.report(n, fmt.Sprintf("there is no %s %q", kind, shown), explained, nearest.Closest(below, names))
	}
}

// checkPlaceholder reports a {variant/figure} that a title cannot be filled with.
func (l *loader) checkPlaceholder(file *File, title *node, variant, figure string) {
	var variants []string
	for _, v := range file.Variants {
		variants = append(variants, v.Name)
	}
	i := slices.Index(variants, variant)
	if i < 0 {
		l.report(title, fmt.Sprintf("there is no variant %q", variant), among(variants), nearest.Closest(variant, variants))
		return
	}
	if names := file.Variants[i].Scenario.measures(figureNames); !slices.Contains(names, figure) {
		l.report(title, fmt.Sprintf("there is no figure %q", figure), explained, nearest.Closest(figure, names))
	}
}
