package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"replsim/results"
	"replsim/scenarios"
	"replsim/validation"
)

// verifyFlags are the flags of verify.
type verifyFlags struct {
	out    string
	asJSON bool
}

func verifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify [GROUP]...",
		Short: "Hold the simulator against closed forms, published figures and real databases",
		Long: `Run the scenarios of validation groups, and compare their figures with values from
elsewhere: textbooks, papers, measurements of real databases. A group is shipped with
the program, or a file of your own with your measurements (validation/doc.go tells how
to write one). Without arguments, all shipped groups are run, which takes minutes.

Exit code 3: a line does not hold.`,
		Example: `  replsim verify order-statistics
  replsim verify my-database.toml --json
  replsim verify --out docs/validation.md`,
		Args: cobra.ArbitraryArgs,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return validation.Names(), cobra.ShellCompDirectiveDefault
		},
		RunE: func(cmd *cobra.Command, args []string) error { return verify(cmd, args, f) },
	}
	cmd.Flags().StringVar(&f.out, "out", "", "also write the comparison to this file, as Markdown, and its chart beside it")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print the lines as JSON instead of tables")
	return cmd
}

func verify(cmd *cobra.Command, names []string, f verifyFlags) error {
	if len(names) == 0 {
		names = validation.Names()
	}
	groups, err := loadGroups(names)
	if err != nil {
		return err
	}
	line := newProgress(cmd.ErrOrStderr())
	all, err := validation.Run(cmd.Context(), groups, line.update)
	line.clear()
	if err != nil {
		return err
	}
	if err := printComparison(cmd, all, f); err != nil {
		return err
	}
	if f.out != "" {
		var page bytes.Buffer
		if err := validation.WriteMarkdown(&page, all); err != nil {
			return err
		}
		files := []results.File{{Name: filepath.Base(f.out), Data: page.Bytes()}}
		picture, err := validation.Chart(all)
		if err != nil {
			return err
		}
		if picture != nil {
			files = append(files, results.File{Name: validation.ChartFile, Data: picture})
		}
		if err := results.ReplaceFiles(filepath.Dir(f.out), files); err != nil {
			return err
		}
	}
	for _, r := range all {
		if !r.Held() {
			return errMissed
		}
	}
	return nil
}

// loadGroups loads groups, and tells the mistakes of all of them at once.
func loadGroups(names []string) ([]*validation.Group, error) {
	var groups []*validation.Group
	var problems scenarios.Errors
	for _, name := range names {
		g, err := validation.Load(name, knownModels())
		var own scenarios.Errors
		switch {
		case errors.As(err, &own):
			problems = append(problems, own...)
		case err != nil:
			return nil, err
		default:
			groups = append(groups, g)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return groups, nil
}

// printComparison prints tables, or JSON.
func printComparison(cmd *cobra.Command, all []*validation.Result, f verifyFlags) error {
	if !f.asJSON {
		return validation.WriteText(cmd.OutOrStdout(), all)
	}
	lines := []validation.Outcome{}
	for _, r := range all {
		lines = append(lines, r.Outcomes...)
	}
	encoder := json.NewEncoder(cmd.OutOrStdout())
	encoder.SetIndent("", "  ")
	return encoder.Encode(lines)
}
