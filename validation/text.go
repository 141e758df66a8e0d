package validation

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteText writes a compact table for each group, for terminals.
func WriteText(w io.Writer, all []*Result) error {
	for _, r := range all {
		fmt.Fprintf(w, "%s %s: %s\n", mark(r.Held()), r.Group.Name, r.Group.Title)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, o := range r.Outcomes {
			why := o.Why
			if o.Calibrated {
				why = "fitted " + why
			}
			fmt.Fprintf(t, "  %s %s\t%s\t%s\t%s\t%s\n", mark(o.Held), o.Label, o.expected(), o.number(o.Simulated), o.error(), why)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		if !r.MedianHeld {
			fmt.Fprintf(w, "  ✗ the median error is %s, more than %s\n", percent(r.Median), percent(r.Group.MedianError))
		}
	}
	return nil
}
