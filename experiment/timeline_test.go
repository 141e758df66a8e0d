package experiment

import (
	"context"
	"testing"

	"replsim/results"
)

const (
	splitBrain = small + `
[faults.cut]
at        = "2s"
for       = "3s"
partition = [["a"], ["b", "c"]]
[faults.failover]
at      = "3s"
promote = "most-advanced"
`
	withTimeline = splitBrain + `
[charts.leaders]
kind  = "timeline"
title = "Two leaders"
`
)

// TestTimeline: a chart of who believed to lead gets the first replication of each
// variant, with two leaders while the old one is cut off and what that loses.
func TestTimeline(t *testing.T) {
	s, err := Run(context.Background(), parse(t, withTimeline, "seeds=2", "seed=5"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	timeline := s.Variants[0].Timeline
	if timeline.Seed != 5 {
		t.Errorf("seed %d", timeline.Seed)
	}
	var nodes []string
	lost := 0
	leads := map[uint32]results.Span{}
	for _, span := range timeline.Spans {
		switch span.What {
		case results.Exists:
			nodes = append(nodes, span.Node)
		case results.Leads:
			leads[span.Epoch] = span
		case results.Lost:
			if lost += span.Writes; span.Node != "r1" || span.From < 1.9 || span.To > 5.1 {
				t.Errorf("writes are lost in %+v", span)
			}
		}
	}
	if len(nodes) != 3 {
		t.Errorf("nodes %v", nodes)
	}
	if old := leads[1]; old.Node != "r1" || old.From > 0.1 || old.To < 5 || old.To > 5.9 {
		t.Errorf("the old leader: %+v", old)
	}
	if next := leads[2]; next.Node == "r1" || next.From < 3 || next.From > 3.1 || next.To != 6 {
		t.Errorf("the new leader: %+v", next)
	}
	if want := once(t, splitBrain, "seed=5").value("data_loss.total"); float64(lost) != want || lost == 0 {
		t.Errorf("%d writes are lost, the figure says %v", lost, want)
	}
}

// TestNoTimeline: nothing is kept that no chart shows.
func TestNoTimeline(t *testing.T) {
	if o := once(t, splitBrain); len(o.spans) > 0 {
		t.Errorf("%d spans without a chart", len(o.spans))
	}
	f := parse(t, withTimeline, "seeds=2")
	sc := &f.Variants[0].Scenario
	if o := replicate(context.Background(), sc, sc.Seed+1, Options{}); len(o.spans) > 0 {
		t.Errorf("%d spans of the second replication", len(o.spans))
	}
	if o := replicate(context.Background(), sc, sc.Seed, Options{NoCurves: true}); len(o.spans) > 0 {
		t.Errorf("%d spans without curves", len(o.spans))
	}
}

// TestFailoversOfRuns: times of failovers of all replications make one curve.
func TestFailoversOfRuns(t *testing.T) {
	s, err := Run(context.Background(), parse(t, splitBrain, "seeds=3"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := s.Variants[0].Curve("rto.total")
	f, _ := s.Variants[0].Figure("rto.total")
	if !ok || c.Kind != results.Events || c.N != 3 || c.Y[0] != f.Min || c.Y[len(c.Y)-1] != f.Max {
		t.Errorf("curve %+v of %+v", c, f)
	}
	if any, _ := s.Variants[0].Figure("data_loss.any"); any.Mean != 1 || any.N != 3 || any.Method != "rule-of-three" {
		t.Errorf("share of runs with a loss: %+v", any)
	}
}
