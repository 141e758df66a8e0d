package experiment

import (
	"fmt"
	"strings"

	"replsim/results"
	"replsim/scenarios"
)

// losses are the classes of lost acknowledged writes, and how each comes about.
var losses = []struct{ figure, cause string }{
	{"data_loss.truncated", "were only in the old leader's log when its successor took over"},
	{"data_loss.diverged", "were acknowledged by a deposed leader after its successor had started"},
	{"data_loss.torn", "were in the leader's memory, not yet on its disk, or went with the disk"},
}

// notes says in sentences what was lost and why, and what the run took as the
// price of going on.
func notes(sc *scenarios.Scenario, v *results.Variant) []string {
	var out []string
	for i, broken := range v.Violations {
		if i == 0 {
			out = append(out, "The model broke its own invariants. This is a mistake of replsim, and no figure here counts:")
		}
		out = append(out, broken)
	}
	if n := lossNote(sc, v); n != "" {
		out = append(out, n)
	}
	if f, ok := v.Figure("fallback.time"); ok && f.Mean > 0 {
		out = append(out, fmt.Sprintf("For %.1f %% of the time commits waited for fewer acknowledgements than the rule asks.", 100*f.Mean))
	}
	if f, ok := v.Figure("writes.unacknowledged_survived"); ok && f.Mean >= 1 && len(sc.Faults) > 0 {
		out = append(out, fmt.Sprintf("%s writes per replication took effect although their clients never learned of it.", perRun(f.Mean)))
	}
	return out
}

// anomalyNotes tells of the first history that is not linearizable.
func anomalyNotes(sc *scenarios.Scenario, all []*outcome) []string {
	for i, o := range all {
		if o != nil && o.anomaly != "" {
			return []string{fmt.Sprintf("Not linearizable (seed %d): %s.", sc.Seed+uint64(i), o.anomaly)}
		}
	}
	return nil
}

func lossNote(sc *scenarios.Scenario, v *results.Variant) string {
	total, ok := v.Figure("data_loss.total")
	if !ok {
		return ""
	}
	if total.Max == 0 {
		if !canLose(sc) {
			return ""
		}
		return fmt.Sprintf("No acknowledged write was lost in %d replications; with 95 %% confidence, at most %.2g %% of such runs lose any.", total.N, 100*min(1, total.Hi))
	}
	var parts []string
	for _, l := range losses {
		if f, ok := v.Figure(l.figure); ok && f.Mean > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", perRun(f.Mean), l.cause))
		}
	}
	if len(parts) == 1 { // no second number where there is only one cause
		_, cause, _ := strings.Cut(parts[0], " ")
		parts[0] = "they " + cause
	}
	return fmt.Sprintf("Lost %s acknowledged writes per replication (worst: %.0f): %s.", perRun(total.Mean), total.Max, strings.Join(parts, "; "))
}

// canLose tells whether the scenario has a fault that takes nodes down or makes
// another one lead.
func canLose(sc *scenarios.Scenario) bool {
	for _, f := range sc.Faults {
		if f.Crash != nil || f.Promote != "" {
			return true
		}
	}
	return false
}
