package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"replsim/experiment"
	"replsim/models"
	"replsim/report"
	"replsim/results"
	"replsim/scenarios"
)

// quickSeeds is how many replications --quick runs.
const quickSeeds = 3

// runFlags are the flags of run.
type runFlags struct {
	seed     uint64
	seeds    int
	parallel int
	set      []string
	out      string
	quick    bool
	asJSON   bool
	noCharts bool
	all      bool
}

func runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "Run a scenario and write its figures and charts",
		Long: `Run a scenario file, or a shipped scenario by its name, for all its variants and
seeds, print a summary, and write figures and charts to results/NAME.

Ctrl-C ends early: finished replications are kept, and the result says that it is partial.`,
		Example: `  replsim run crash-of-the-leader
  replsim run my.toml --seeds 100 --set replication.commit=any --out out/any
  replsim run slow-replica --quick --json | jq '.variants[].figures'`,
		Args:              exactly(1, "one scenario: a file or a name (see: replsim list)"),
		ValidArgsFunction: shippedNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runScenario(cmd, args[0], f)
		},
	}
	flags := cmd.Flags()
	flags.Uint64Var(&f.seed, "seed", 0, "base seed (default: the scenario's)")
	flags.IntVar(&f.seeds, "seeds", 0, "replications of every variant (default: the scenario's)")
	flags.IntVar(&f.parallel, "parallel", 0, "replications at once (default: one per core); changes no result")
	flags.StringArrayVar(&f.set, "set", nil, "override a key, as in workload.rate=500/s; may be repeated")
	flags.StringVar(&f.out, "out", "", "folder for the results (default: results/NAME)")
	flags.BoolVar(&f.quick, "quick", false, fmt.Sprintf("a first look: %d replications only", quickSeeds))
	flags.BoolVar(&f.asJSON, "json", false, "print the result as JSON instead of the summary")
	flags.BoolVar(&f.noCharts, "no-charts", false, "write no charts")
	flags.BoolVar(&f.all, "all", false, "print every figure and comparison, not just the headlines")
	return cmd
}

// overrides turns the flags that stand for keys into overrides.
func (f runFlags) overrides(cmd *cobra.Command) ([]string, error) {
	out := f.set
	if f.quick {
		out = append(out, "seeds="+strconv.Itoa(quickSeeds))
	}
	if cmd.Flags().Changed("seeds") {
		if f.seeds < 1 {
			return nil, usageError{fmt.Errorf("--seeds is %d; expected at least 1", f.seeds)}
		}
		out = append(out, "seeds="+strconv.Itoa(f.seeds))
	}
	if cmd.Flags().Changed("seed") {
		out = append(out, "seed="+strconv.FormatUint(f.seed, 10))
	}
	if f.parallel < 0 {
		return nil, usageError{fmt.Errorf("--parallel is %d; expected at least 1", f.parallel)}
	}
	return out, nil
}

func runScenario(cmd *cobra.Command, name string, f runFlags) error {
	set, err := f.overrides(cmd)
	if err != nil {
		return err
	}
	file, err := load(name, set...)
	if err != nil {
		return err
	}
	out := f.out
	if out == "" {
		out = filepath.Join("results", file.Name)
	}
	if err := keepsSource(out, name); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil { // better now than after a long run
		return err
	}
	line := newProgress(cmd.ErrOrStderr())
	s, err := experiment.Run(cmd.Context(), file, experiment.Options{Parallel: f.parallel, Progress: line.update})
	line.clear()
	if err != nil {
		return err
	}
	if !someDone(s) {
		return errors.New("interrupted before any replication ended: nothing is written")
	}
	if err := printSummary(cmd.OutOrStdout(), s, f); err != nil {
		return err
	}
	if err := writeResults(out, file, s, !f.noCharts); err != nil {
		return err
	}
	if err := printWritten(cmd.OutOrStdout(), out, f); err != nil {
		return err
	}
	if s.Partial {
		return fmt.Errorf("interrupted: the result is partial")
	}
	for _, e := range s.Expectations {
		if !e.Held {
			return errMissed
		}
	}
	return nil
}

// load loads a scenario of the models that there are.
func load(name string, set ...string) (*scenarios.File, error) {
	return scenarios.Load(name, scenarios.Set(set...), knownModels())
}

// knownModels lets the loader check which model a scenario names.
func knownModels() scenarios.Option {
	var known []string
	for _, m := range models.Catalogue() {
		known = append(known, m.Name)
	}
	return scenarios.Models(known...)
}

// writeResults writes figures, curves, the resolved scenario, and charts. Charts of
// the former result that are not written anew go: they would not fit the rest.
func writeResults(dir string, file *scenarios.File, s *results.Set, charts bool) error {
	former := results.ChartNames(dir)
	if err := results.Write(dir, s); err != nil {
		return err
	}
	var resolved bytes.Buffer
	if err := file.Resolved(&resolved); err != nil {
		return err
	}
	if err := results.ReplaceFiles(dir, []results.File{{Name: "scenario.toml", Data: resolved.Bytes()}}); err != nil {
		return err
	}
	if err := writeData(dir, file.Data); err != nil {
		return err
	}
	if !charts {
		return removeCharts(dir, former, nil)
	}
	if err := report.WriteCharts(dir, s); err != nil {
		return err
	}
	return removeCharts(dir, former, s.Charts)
}

// removeCharts removes the files of the former charts that are not among the
// present ones.
func removeCharts(dir string, former []string, present []results.Chart) error {
	for _, name := range former {
		if slices.ContainsFunc(present, func(c results.Chart) bool { return c.Name == name }) {
			continue
		}
		for _, file := range report.ChartFiles(name) {
			if filepath.Base(file) != file {
				continue // no run has written outside of the folder
			}
			if err := os.Remove(filepath.Join(dir, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// writeData writes the files of samples that the scenario names beside its copy, so
// that the copy can be run. Names that lead out of the folder stay where they are.
func writeData(dir string, data map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if !filepath.IsLocal(name) {
			continue
		}
		file := results.File{Name: filepath.Base(name), Data: data[name]}
		if err := results.ReplaceFiles(filepath.Join(dir, filepath.Dir(name)), []results.File{file}); err != nil {
			return err
		}
	}
	return nil
}

// someDone tells whether any replication has ended.
func someDone(s *results.Set) bool {
	return slices.ContainsFunc(s.Variants, func(v results.Variant) bool { return v.Done > 0 })
}

// keepsSource refuses to write the resolved scenario over the file it was read from.
func keepsSource(out, path string) error {
	source, err := os.Stat(path)
	if err != nil {
		return nil // a shipped scenario
	}
	copied, err := os.Stat(filepath.Join(out, "scenario.toml"))
	if err == nil && os.SameFile(source, copied) {
		return usageError{fmt.Errorf("--out %s would replace %s by its resolved copy; choose another folder", out, path)}
	}
	return nil
}

// printSummary prints what a person reads. It comes before anything is written, so
// that a full disk does not cost the answer.
func printSummary(w io.Writer, s *results.Set, f runFlags) error {
	if f.asJSON {
		return nil
	}
	return report.Summary(w, s, report.SummaryOptions{Width: width(w), All: f.all})
}

// printWritten prints the JSON that a program reads, as it was written, or tells a
// person where the results are.
func printWritten(w io.Writer, dir string, f runFlags) error {
	if f.asJSON {
		data, err := os.ReadFile(filepath.Join(dir, "summary.json"))
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	}
	_, err := fmt.Fprintf(w, "\nwritten to %s\n", dir)
	return err
}

// width returns the columns of a terminal, or 0 for anything else.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return columns
		}
	}
	return 0
}
