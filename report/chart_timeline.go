package report

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"replsim/report/chart"
	"replsim/results"
)

// timelinePage draws who believed to lead when, a lane per node and a panel per
// variant, for one replication. Where two believed it at once is red, as are the
// writes that were acknowledged and are lost.
func timelinePage(s *results.Set, c results.Chart, variants []variant) (chart.Page, error) {
	variants = slices.DeleteFunc(variants, func(v variant) bool { return len(v.Timeline.Spans) == 0 })
	if len(variants) == 0 {
		return chart.Page{}, errors.New("no variant has a timeline: run the scenario with curves")
	}
	t := timelineChart{set: s, from: c.From, to: c.To, key: map[string]bool{}}
	if t.to == 0 {
		t.to = s.Duration
	}
	d := displayOf(unitSeconds, t.to-t.from)
	t.x = chart.NewLinearBetween(t.from, t.to, d.per, 8)
	t.x.Title = "simulated time (" + d.name + ")"
	page := chart.Page{Columns: 1}
	var seeds, facts []string
	var last *chart.Lanes
	for i, v := range variants {
		last = t.panel(v, i == 0)
		if len(variants) > 1 {
			last.Title, last.TitleHue = v.label(), v.hue
		}
		last.HideX = i < len(variants)-1
		page.Panels = append(page.Panels, last)
		facts = append(facts, t.inWords(v))
		if seed := fmt.Sprintf("seed %d", v.Timeline.Seed); !slices.Contains(seeds, seed) {
			seeds = append(seeds, seed)
		}
	}
	last.Key = t.keys()
	run := "a run with one seed"
	if s.Seeds > 1 {
		run = fmt.Sprintf("one of %d runs", s.Seeds)
	}
	page.Subtitle = fmt.Sprintf("who believed to lead, in %s (%s); each epoch has its colour", run, strings.Join(seeds, ", "))
	if t.key[string(results.Omitted)] {
		page.Subtitle += " · from the dashed line on, changes were too many to show"
	}
	page.Description = describe("Timeline", "who believed to lead", facts)
	return page, nil
}

// timelineChart is what the panels have in common.
type timelineChart struct {
	set      *results.Set
	from, to float64
	x        chart.Axis
	key      map[string]bool // what there is to explain
}

// epochHues are the colours of epochs, in the order of those that somebody led in:
// none is near red.
var epochHues = []int{0, 2, 5, 3, 4}

// panel draws the lanes of one variant. Above the first panel, and above those with
// faults of their own, the faults are named.
func (t *timelineChart) panel(v variant, first bool) *chart.Lanes {
	p := &chart.Lanes{X: t.x, TitleHue: -1, Spans: faultSpans(t.set, v), NameSpans: first || len(v.Faults) > 0}
	lanes := map[string]*chart.Lane{}
	for _, s := range v.Timeline.Spans {
		if s.What == results.Exists {
			p.Lanes = append(p.Lanes, chart.Lane{Name: s.Node})
		}
	}
	for i := range p.Lanes {
		lanes[p.Lanes[i].Name] = &p.Lanes[i]
	}
	lost := map[string]int{}
	epochs := epochsOf(v.Timeline.Spans)
	// Who is down or paused is drawn over who leads.
	for _, what := range []results.SpanKind{results.Leads, results.Down, results.Paused, results.Lost, results.Omitted} {
		for _, s := range v.Timeline.Spans {
			if s.What != what || s.To < t.from || s.From > t.to {
				continue
			}
			t.key[string(what)] = true
			if what == results.Omitted {
				p.Spans = append(p.Spans, chart.Span{From: s.From, To: s.From})
				continue
			}
			lost[s.Node] += s.Writes
			draw(lanes[s.Node], s, epochs)
		}
	}
	for i, lane := range p.Lanes {
		if n := lost[lane.Name]; n > 0 {
			p.Lanes[i].Note = chart.Number(float64(n), 0) + " lost"
		}
	}
	p.Alarms = together(v.Timeline.Spans, t.from, t.to)
	t.key["alarm"] = t.key["alarm"] || len(p.Alarms) > 0
	return p
}

// epochsOf returns the epochs that somebody led in, in order.
func epochsOf(spans []results.Span) []uint32 {
	var out []uint32
	for _, s := range spans {
		if s.What == results.Leads {
			out = append(out, s.Epoch)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// draw adds a span to its lane.
func draw(lane *chart.Lane, s results.Span, epochs []uint32) {
	if lane == nil {
		return
	}
	bar := chart.LaneBar{Stretch: chart.Stretch{From: s.From, To: s.To}}
	switch s.What {
	case results.Lost:
		lane.Lost = append(lane.Lost, bar.Stretch)
		return
	case results.Leads:
		bar.Style = chart.Style{Hue: epochHues[slices.Index(epochs, s.Epoch)%len(epochHues)]}
		bar.Short = fmt.Sprint(s.Epoch)
		bar.Text = "epoch " + bar.Short
	case results.Down:
		bar.Look, bar.Text = chart.Gone, "down"
	case results.Paused:
		bar.Look = chart.Hatched
	}
	lane.Bars = append(lane.Bars, bar)
}

// together returns when several nodes believed to lead, between two instants.
func together(spans []results.Span, from, to float64) []chart.Stretch {
	type edge struct {
		at float64
		by int
	}
	var edges []edge
	for _, s := range spans {
		if s.What == results.Leads && s.To > s.From {
			edges = append(edges, edge{s.From, 1}, edge{s.To, -1})
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int {
		switch {
		case a.at != b.at:
			return int(math.Copysign(1, a.at-b.at))
		default:
			return a.by - b.by // who gives up at the instant at which another starts was no rival
		}
	})
	var out []chart.Stretch
	n, since := 0, 0.0
	for _, e := range edges {
		if n >= 2 && n+e.by < 2 && e.at > from && since < to {
			out = append(out, chart.Stretch{From: math.Max(since, from), To: math.Min(e.at, to)})
		}
		if n < 2 && n+e.by >= 2 {
			since = e.at
		}
		n += e.by
	}
	return out
}

// keys explains what there is on the page.
func (t *timelineChart) keys() []chart.LaneKey {
	all := []struct {
		when string
		key  chart.LaneKey
	}{
		{"leads", chart.LaneKey{Text: "believes to lead", Style: chart.Style{Hue: epochHues[0]}}},
		{"alarm", chart.LaneKey{Text: "two at once", Alarm: true}},
		{"lost", chart.LaneKey{Text: "writes acknowledged then, and lost", Lost: true}},
		{"down", chart.LaneKey{Text: "down", Look: chart.Gone}},
		{"paused", chart.LaneKey{Text: "paused", Look: chart.Hatched}},
	}
	var out []chart.LaneKey
	for _, k := range all {
		if t.key[k.when] {
			out = append(out, k.key)
		}
	}
	return out
}

// inWords says of one variant what its panel shows.
func (t *timelineChart) inWords(v variant) string {
	var leaders []string
	lost := 0
	for _, s := range v.Timeline.Spans {
		switch {
		case s.What == results.Leads && len(leaders) < atMost:
			leaders = append(leaders, fmt.Sprintf("%s in epoch %d from %s to %s", s.Node, s.Epoch, Format(s.From, unitSeconds), Format(s.To, unitSeconds)))
		case s.What == results.Lost:
			lost += s.Writes
		}
	}
	twice := 0.0
	for _, both := range together(v.Timeline.Spans, t.from, t.to) {
		twice += both.To - both.From
	}
	return fmt.Sprintf("%s: %s; two at once for %s; %s acknowledged writes lost", v.label(), strings.Join(leaders, ", "),
		Format(twice, unitSeconds), chart.Number(float64(lost), 0))
}
