// Command replsim simulates replicated databases: it runs scenario files and
// writes figures with intervals, and charts.
//
// Exit codes: 0 all well, 1 an error, 2 a bad scenario or command line, 3 an
// expectation of the scenario did not hold, or a model broke what it must keep.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"replsim/scenarios"
)

// Exit codes.
const (
	exitOK       = 0
	exitError    = 1
	exitScenario = 2
	exitMissed   = 3
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// errMissed says that an expectation did not hold; the summary has told which.
var errMissed = errors.New("an expectation did not hold")

// usageError is a mistake on the command line.
type usageError struct{ error }

// run runs the command line and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	// The first Ctrl-C ends the run in good order; a second one kills.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop)

	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var problems scenarios.Errors
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errMissed), errors.Is(err, errBroken):
		return exitMissed
	case errors.As(err, &problems):
		fmt.Fprintln(stderr, problems.Error())
		return exitScenario
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "replsim: %v\n", err)
		return exitScenario
	}
	fmt.Fprintf(stderr, "replsim: %v\n", err)
	return exitError
}

// newRoot returns the command tree.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "replsim",
		Short: "Simulate database replication: lag, lost writes, stale reads, availability",
		Long: `replsim simulates replicated databases and measures what replication costs and
what it loses: replication lag, acknowledged writes that are gone, stale reads,
latency, availability. Every figure comes with a 95 % interval.

Start with:  replsim run crash-of-the-leader`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(runCommand(), listCommand(), showCommand(), validateCommand(), newCommand(), versionCommand(), swarmCommand(), resultsCommand(), verifyCommand())
	return root
}

// exactly is cobra.ExactArgs with an error of ours.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("expected %s, got %d arguments", what, len(args))}
		}
		return nil
	}
}

// shippedNames completes the names of shipped scenarios in the shell.
func shippedNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, e := range scenarios.Shipped() {
		names = append(names, e.Name+"\t"+e.Title)
	}
	return names, cobra.ShellCompDirectiveDefault
}
