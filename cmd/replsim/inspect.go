package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"replsim/experiment"
	"replsim/models"
	"replsim/results"
	"replsim/scenarios"
)

func listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the shipped scenarios, presets and models",
		Args:  exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 3, ' ', 0)
			fmt.Fprintln(w, "SCENARIO\tWHAT IT SHOWS")
			for _, e := range scenarios.Shipped() {
				fmt.Fprintf(w, "%s\t%s\n", e.Name, e.Title)
			}
			fmt.Fprintln(w, "\t")
			fmt.Fprintln(w, "PRESET\tWHAT IT SETS")
			for _, p := range scenarios.Presets() {
				fmt.Fprintf(w, "%s\t%s\n", p.Name, p.Title)
			}
			fmt.Fprintln(w, "\t")
			fmt.Fprintln(w, "MODEL\tPROTOCOL")
			for _, m := range models.Catalogue() {
				fmt.Fprintf(w, "%s\t%s\n", m.Name, m.Title)
			}
			return w.Flush()
		},
	}
}

func showCommand() *cobra.Command {
	var resolved bool
	cmd := &cobra.Command{
		Use:               "show NAME",
		Short:             "Print a scenario or preset, or with --resolved what a scenario comes to with all defaults",
		Args:              exactly(1, "one scenario or preset: a file or a name (see: replsim list)"),
		ValidArgsFunction: shownNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			if resolved {
				f, err := load(args[0])
				if err != nil {
					return err
				}
				return f.Resolved(cmd.OutOrStdout())
			}
			text, err := sourceOf(args[0])
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	cmd.Flags().BoolVar(&resolved, "resolved", false, "print every key, defaults included")
	return cmd
}

// sourceOf returns the text of a file, of a shipped scenario or of a preset.
func sourceOf(name string) ([]byte, error) {
	if text, err := os.ReadFile(name); err == nil {
		return text, nil
	}
	if p, ok := scenarios.FindPreset(name); ok {
		return p.Source(), nil
	}
	e, err := scenarios.Find(name)
	if err != nil {
		return nil, err
	}
	return e.Source(), nil
}

// shownNames completes the names of all that show prints.
func shownNames(cmd *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
	names, directive := shippedNames(cmd, args, start)
	for _, p := range scenarios.Presets() {
		names = append(names, p.Name+"\t"+p.Title)
	}
	return names, directive
}

func validateCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Check scenario files without running them, and report all mistakes",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("expected at least one file")}
			}
			return nil
		},
		ValidArgsFunction: shippedNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			all := scenarios.Errors{}
			for _, name := range args {
				_, err := load(name)
				var problems scenarios.Errors
				if errors.As(err, &problems) {
					all = append(all, problems...)
				} else if err != nil {
					return err
				} else if !asJSON {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: ok\n", name)
				}
			}
			if asJSON {
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "  ")
				if err := e.Encode(map[string]any{"valid": len(all) == 0, "problems": all}); err != nil {
					return err
				}
				if len(all) > 0 {
					return usageError{fmt.Errorf("%d mistakes", len(all))}
				}
			}
			if len(all) > 0 {
				return all
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the mistakes as JSON")
	return cmd
}

// scenarioName is what a new scenario may be called: the name is that of a file and
// of a folder of results, and is typed in shells.
var scenarioName = regexp.MustCompile(`^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$`)

func newCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "new NAME",
		Short: "Write a commented scenario NAME.toml to start from",
		Args:  exactly(1, "one name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := strings.TrimSuffix(args[0], ".toml") + ".toml"
			name := strings.TrimSuffix(filepath.Base(path), ".toml")
			if !scenarioName.MatchString(name) {
				return usageError{fmt.Errorf("%q is no name for a scenario; expected letters, digits, - and _, as in: replsim new my-scenario", args[0])}
			}
			if _, err := os.Stat(path); err == nil {
				return fmt.Errorf("%s exists already; choose another name", path)
			}
			file := results.File{Name: filepath.Base(path), Data: scenarios.Template(name)}
			if err := results.ReplaceFiles(filepath.Dir(path), []results.File{file}); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s written; run it with: replsim run %s\n", path, path)
			return nil
		},
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "replsim %s %s/%s %s\n", experiment.Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
			return err
		},
	}
}
