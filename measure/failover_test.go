package measure

import (
	"fmt"
	"strings"
	"testing"
)

// RPO's time needs the commit of the newest write that survives, also when all
// replicas have it and a whole block of older commits has been forgotten.
func TestRPOAfterForgetting(t *testing.T) {
	var text strings.Builder
	text.WriteString("nodes r1 r2; clients eu; end 10s\n0s r1 leads 1 @0\n")
	for i := 1; i <= blockLen; i++ {
		fmt.Fprintf(&text, "%dms c0 puts 1.%d k0 at r1\n%dms r2 applies 1.%d\n", i, i, i, i)
	}
	fmt.Fprintf(&text, "4500ms c0 puts 1.%d k0 at r1\n", blockLen+1) // r2 never gets it
	for range settleEvery {
		fmt.Fprintf(&text, "4600ms c0 gets k0 1.%d\n", blockLen+1)
	}
	fmt.Fprintf(&text, "5096ms r1 crashes 0\n6s r2 promotes 2\n6s r2 leads 2 @%d\n7s c0 puts 2.%d k0 at r2\n", blockLen, blockLen+1)
	got, _ := runScript(t, text.String(), nil)
	if f, ok := got.Figure("rpo.time"); !ok || f.Value != 1 { // 5096 − 4096 ms
		t.Errorf("rpo.time is %v, want 1", f.Value)
	}
}
