package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"replsim/experiment"
	"replsim/results"
	"replsim/swarm"
)

// errBroken says that a model broke what it must keep; the report has told what.
var errBroken = errors.New("a model is broken")

// shrunkFailures is how many failures are made small: more would hardly be read.
const shrunkFailures = 5

// swarmFlags are the flags of swarm.
type swarmFlags struct {
	model    string
	from     uint64
	seeds    int
	parallel int
	shrink   int
	out      string
	asJSON   bool
	build    experiment.Builders // for tests; no flag sets it
}

func swarmCommand() *cobra.Command {
	var f swarmFlags
	cmd := &cobra.Command{
		Use:   "swarm",
		Short: "Hunt for mistakes in a model with random clusters, loads and faults",
		Long: `Draw a random scenario from each seed, run it, and check the invariants and what
the scenario's settings promise. What breaks is made small and written to a file
that replays it. The table counts the seeds in which something came about: what
never came about was not tested.`,
		Example: `  replsim swarm --seeds 5000
  replsim swarm --from 1234 --seeds 1`,
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runSwarm(cmd, f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.model, "model", "leader", "replication protocol (see: replsim list)")
	flags.Uint64Var(&f.from, "from", 0, "first seed")
	flags.IntVar(&f.seeds, "seeds", 1000, "number of seeds")
	flags.IntVar(&f.parallel, "parallel", 0, "seeds at once (default: one per core); changes no result")
	flags.IntVar(&f.shrink, "shrink", 3000, "runs at most to make one failing scenario small")
	flags.StringVar(&f.out, "out", ".", "folder for the scenarios that fail")
	flags.BoolVar(&f.asJSON, "json", false, "print the report as JSON")
	return cmd
}

// swarmReport is what is printed: the report, and what took time.
type swarmReport struct {
	*swarm.Report
	Seconds        float64  `json:"seconds"`          // by the clock on the wall, shrinking left out
	SecondsPerSeed float64  `json:"seconds_per_seed"` // the same on one core
	Files          []string `json:"files"`            // of the failures, in their order
}

func runSwarm(cmd *cobra.Command, f swarmFlags) error {
	if f.seeds < 1 || f.parallel < 0 {
		return usageError{fmt.Errorf("--seeds is %d and --parallel %d; expected at least 1", f.seeds, f.parallel)}
	}
	if !slices.Contains(swarm.Models(), f.model) {
		return usageError{fmt.Errorf("the swarm knows no model %q; it knows %s", f.model, strings.Join(swarm.Models(), ", "))}
	}
	if f.parallel == 0 {
		f.parallel = runtime.GOMAXPROCS(0)
	}
	line := newProgress(cmd.ErrOrStderr())
	start := time.Now()
	found, err := swarm.Run(cmd.Context(), swarm.Options{
		Model: f.model, From: f.from, Seeds: f.seeds, Parallel: f.parallel, Build: f.build,
		Progress: func(done, total, broken int) {
			line.what = fmt.Sprintf("seeds, %d broken", broken)
			line.update(done, total)
		},
	})
	line.clear()
	if err != nil {
		return err
	}
	r := &swarmReport{Report: found, Seconds: time.Since(start).Seconds(), Files: []string{}}
	r.SecondsPerSeed = r.Seconds * float64(min(f.parallel, f.seeds)) / float64(max(found.Seeds, 1))
	for _, failure := range found.Failures[:min(shrunkFailures, len(found.Failures))] {
		name, scenario := found.Shrink(cmd.Context(), failure, f.shrink)
		if err := results.ReplaceFiles(f.out, []results.File{{Name: name, Data: scenario}}); err != nil {
			return err
		}
		r.Files = append(r.Files, filepath.Join(f.out, name))
	}
	if err := r.print(cmd.OutOrStdout(), f.asJSON); err != nil {
		return err
	}
	switch {
	case len(found.Failures) > 0:
		return errBroken
	case found.Partial:
		return fmt.Errorf("interrupted after %d of %d seeds", found.Seeds, f.seeds)
	}
	return nil
}

func (r *swarmReport) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "WHAT CAME ABOUT\tSEEDS")
	for _, feature := range r.Features {
		fmt.Fprintf(table, "%s\t%d\n", feature.Name, feature.Seeds)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for i, f := range r.Failures {
		fmt.Fprintf(w, "\n✗ %s\n  in %d seeds, such as %d: %s\n", f.What, f.Seeds, f.Seed, f.Text)
		if i < len(r.Files) {
			fmt.Fprintf(w, "  replay it with: replsim run %s\n", r.Files[i])
		}
	}
	_, err := fmt.Fprintf(w, "\n%d seeds of model %s, %d of them broken; %.1f ms per seed on one core, %d events each\n",
		r.Seeds, r.Model, r.Broken, 1000*r.SecondsPerSeed, r.Events/uint64(max(r.Seeds, 1)))
	return err
}
