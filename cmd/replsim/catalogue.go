package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"replsim/experiment"
	"replsim/scenarios"
)

// resultsCommand runs the whole catalogue: what is committed under results/ is
// its output.
func resultsCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "results",
		Short: "Run every shipped scenario and replace its results",
		Args:  exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			missed := false
			for _, e := range scenarios.Shipped() {
				file, err := load(e.Name)
				if err != nil {
					return err
				}
				line := newProgress(cmd.ErrOrStderr())
				s, err := experiment.Run(cmd.Context(), file, experiment.Options{Progress: line.update})
				line.clear()
				if err != nil {
					return err
				}
				if s.Partial {
					return fmt.Errorf("interrupted: the results of %s are left as they were", e.Name)
				}
				if err := writeResults(filepath.Join(out, e.Name), file, s, true); err != nil {
					return err
				}
				for _, x := range s.Expectations {
					if !x.Held {
						missed = true
						fmt.Fprintf(cmd.OutOrStdout(), "%s: expected %s %s, got %g\n", e.Name, x.Key, x.Want, x.Got)
					}
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", e.Name, s.Digest)
			}
			if missed {
				return errMissed
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "results", "folder for the results of all scenarios")
	return cmd
}
