package experiment

import (
	"sort"

	"replsim/results"
	"replsim/scenarios"
)

// charts returns the charts that the scenario asks for, sorted by name, or a
// standard set.
func charts(f *scenarios.File) []results.Chart {
	if len(f.Base.Charts) == 0 {
		return standardCharts(f)
	}
	names := make([]string, 0, len(f.Base.Charts))
	for name := range f.Base.Charts {
		names = append(names, name)
	}
	sort.Strings(names)
	var out []results.Chart
	for _, name := range names {
		c := f.Base.Charts[name]
		out = append(out, results.Chart{
			Name: name, Kind: c.Kind, Title: c.Title, Show: c.Show, Variants: c.Variants, X: c.X,
			Log: c.Log, From: c.From.Seconds(), To: c.To.Seconds(),
		})
	}
	return out
}

// showsTimeline tells whether a chart shows who believed to lead when.
func showsTimeline(sc *scenarios.Scenario) bool {
	for _, c := range sc.Charts {
		if c.Kind == "timeline" {
			return true
		}
	}
	return false
}

// standardCharts shows what any scenario has.
func standardCharts(f *scenarios.File) []results.Chart {
	out := []results.Chart{
		{Name: "latency", Kind: "cdf", Title: "Latency of writes", Show: []string{"latency.write"}},
		{Name: "throughput", Kind: "time", Title: "Successful operations", Show: []string{"throughput.*"}},
	}
	if f.Base.Cluster.Replicas > 1 {
		out = append(out, results.Chart{Name: "lag", Kind: "time", Title: "Replication lag", Show: []string{"lag.time.*"}, Log: true})
	}
	if canLose(&f.Base) {
		out = append(out, results.Chart{Name: "loss", Kind: "bars", Title: "Acknowledged writes lost per replication", Show: []string{"data_loss.total"}})
	}
	return out
}
