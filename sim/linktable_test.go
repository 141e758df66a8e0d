package sim

import "testing"

// TestLinkTable looks links up among many, and ones that are not there.
func TestLinkTable(t *testing.T) {
	var table linkTable
	var all []*link
	if table.find(Direction{0, 0}) != nil {
		t.Error("an empty table finds a link")
	}
	for from := range NodeID(50) {
		for to := range NodeID(40) {
			l := &link{ends: Direction{from, to}}
			all = append(all, l)
			table.add(l, all)
		}
	}
	for _, l := range all {
		if table.find(l.ends) != l {
			t.Fatalf("%v is not found", l.ends)
		}
	}
	if l := table.find(Direction{40, 40}); l != nil {
		t.Errorf("found %v, which was never added", l.ends)
	}
	if 2*len(all) > len(table.slots) {
		t.Errorf("%d links in %d slots: probing gets long", len(all), len(table.slots))
	}
}
