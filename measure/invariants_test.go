package measure

import (
	"strings"
	"testing"

	"replsim/models/kv"
)

// A correct feed, which each broken one below changes in one place.
const correctFeed = `
nodes r1 r2; clients eu; end 10s
0s r1 leads 1 @0
1s c0 writes k0 #1
1s r1 appends 1.1 k0 #1
1s r1 applies 1.1
1s r1 commits 1.1 k0 #1
1s c0 wrote #1 1.1
2s r2 applies 1.1
3s c0 puts 1.2 k1 at r1
3s r2 applies 1.2
4s c0 reads k0 #2
4s c0 got #2 1.1
5s r2 truncates 1 2 1
5s r2 applies 1.1
6s r2 applies 1.2
`

func TestInvariantsHold(t *testing.T) {
	got, _ := runScript(t, correctFeed, nil)
	if len(got.Violations) > 0 {
		t.Errorf("a correct feed breaks: %q", got.Violations)
	}
}

func TestInvariantsBroken(t *testing.T) {
	tests := map[string]struct{ old, new, want string }{
		"acknowledged before committed": {"1s r1 commits 1.1 k0 #1\n", "",
			"write 1 is acknowledged as version 1.1, which was not committed"},
		"acknowledged as another version": {"wrote #1 1.1", "wrote #1 1.9",
			"write 1 is acknowledged as version 1.9, which was not committed"},
		"committed, not appended": {"1s r1 appends 1.1 k0 #1\n", "",
			"write 1 is committed as version 1.1, which was not appended"},
		"committed by a follower": {"1s r1 commits", "1s r2 commits",
			"node 1 commits version 1.1, but does not lead epoch 1"},
		"committed after giving up": {"1s r1 commits", "1s r1 stops 1\n1s r1 commits",
			"node 0 commits version 1.1, but does not lead epoch 1"},
		"appended out of order": {"r1 appends 1.1", "r1 appends 1.5",
			"node 0 appends version 1.5, which is not next in a log that it leads"},
		"appended by a follower": {"1s r1 appends", "1s r2 appends",
			"node 1 appends version 1.1, which is not next in a log that it leads"},
		"applied backwards": {"5s r2 truncates 1 2 1\n", "",
			"r2 goes back from version 1.2 to 1.1"},
		"applied what nobody appended": {"2s r2 applies 1.1", "2s r2 applies 1.7",
			"r2 applies version 1.7, which no leader appended"},
		"restored from nowhere": {"2s r2 applies 1.1", "2s r2 restores 3.1",
			"r2 is restored at version 3.1, which no leader appended"},
		"two leaders in one epoch": {"4s c0 reads", "4s r2 leads 1 @2\n4s c0 reads",
			"nodes 0 and 1 both lead epoch 1"},
		"a client leads": {"4s c0 reads", "4s c0 leads 1 @2\n4s c0 reads",
			"node 2 leads, but is no replica"},
		"read of another key's value": {"got #2 1.1", "got #2 1.2",
			"read 2 of key 0 returns value 1001, which nobody wrote there"},
		"read of a value never written": {"got #2 1.1", "got #2 1.3",
			"read 2 of key 0 returns value 0, which nobody wrote there"},
		"returned twice": {"4s c0 got #2 1.1", "4s c0 got #2 1.1\n4s c0 got #2 1.1",
			"operation 2 returns, but is not under way"},
		"invoked twice": {"4s c0 reads k0 #2", "4s c0 reads k0 #2\n4s c0 reads k0 #2",
			"operation 2 is invoked twice, or has no number"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if strings.Count(correctFeed, test.old) != 1 {
				t.Fatalf("%q is not there once", test.old)
			}
			got, _ := runScript(t, strings.Replace(correctFeed, test.old, test.new, 1), nil)
			if f, _ := got.Figure("invariants.violations"); f.Value == 0 {
				t.Fatal("nothing is noticed")
			}
			if !strings.Contains(strings.Join(got.Violations, "\n"), test.want) {
				t.Errorf("violations are %q, want %q", got.Violations, test.want)
			}
		})
	}
}

// A value's version must exist too: its number alone could be right by chance.
func TestReadOfUnknownVersion(t *testing.T) {
	s := strings.Replace(correctFeed, "4s c0 got #2 1.1", "4s r2 leads 2 @2\n4s r2 appends 2.3 k0 #1\n4s c0 got #2 2.3", 1)
	got, _ := runScript(t, s, nil)
	if len(got.Violations) > 0 {
		t.Fatalf("a second record of the same write is none: %q", got.Violations)
	}
}

// A leader that lost the end of its log in a crash gives its versions out again. A
// retried write may get the same one twice, and only its second record is committed.
func TestRetryAtTheSameVersion(t *testing.T) {
	got, _ := runScript(t, `
nodes r1 r2; clients eu; end 10s
0s r1 leads 1 @0
1s c0 writes k0 #1
1s r1 appends 1.1 k0 #1
2s r1 crashes 1
3s r1 leads 1 @0
4s r1 appends 1.1 k0 #1
4s r1 applies 1.1
4s r1 commits 1.1 k0 #1
5s c0 wrote #1 1.1
6s r2 applies 1.1
`, nil)
	if len(got.Violations) > 0 {
		t.Errorf("violations: %q", got.Violations)
	}
	checkFigures(t, got, []string{"data_loss.total = 0"})
}

// Only the first violations are put in words, all are counted.
func TestViolationsAreBounded(t *testing.T) {
	got, _ := runScript(t, correctFeed+strings.Repeat("7s c0 unknown #99\n", 50), nil)
	f, _ := got.Figure("invariants.violations")
	if f.Value != 50 || len(got.Violations) != described {
		t.Errorf("%v violations, %d in words", f.Value, len(got.Violations))
	}
}

// TestInvariantsForgetOldPages: what is kept of old operations is bounded; new ones
// are still checked exactly, and old values are taken on trust.
func TestInvariantsForgetOldPages(t *testing.T) {
	v := newInvariants(&history{})
	last := kv.OpID((maxPages + 10) * pageLen)
	for id := kv.OpID(1); id <= last; id += pageLen / 2 {
		v.invoked(0, kv.Invoked{Op: id, Kind: kv.Write, Key: 7}, false)
	}
	if len(v.kept) != maxPages {
		t.Errorf("%d pages are kept, want %d", len(v.kept), maxPages)
	}
	read := func(value kv.OpID, key kv.Key) int64 {
		before := v.count
		v.read(0, kv.Returned{Op: last + 1, Key: key, Value: value, Version: 1})
		return v.count - before
	}
	newest := last - (last-1)%(pageLen/2)
	for _, c := range []struct {
		what     string
		value    kv.OpID
		key      kv.Key
		breaches int64
	}{
		{"a new value under its key", newest, 7, 0},
		{"a new value under another key", newest, 8, 1},
		{"an old value, taken on trust", 1, 8, 0},
		{"a value that nobody wrote", last + 10*pageLen, 7, 1},
	} {
		if got := read(c.value, c.key); got != c.breaches {
			t.Errorf("%s: %d breaches, want %d", c.what, got, c.breaches)
		}
	}
}

// A correct feed of an elected leader that proposes a write again.
const correctElection = `
nodes r1 r2; clients eu; end 10s
0s r1 leads 1 @0 1.0 undecided
1s c0 puts 1.1 k0 at r1
2s c0 writes k1 #1
2s r1 appends 1.2 k1 #1
3s r2 leads 2 @1 1.1 undecided
3s r2 appends 2.2 k1 #1 was 1.2
3s r2 commits 2.2 k1 #1
4s r2 applies 2.2
5s c0 wrote #1 2.2
6s r1 applies 1.2
7s r1 applies 2.2
`

func TestElectionsHold(t *testing.T) {
	got, _ := runScript(t, correctElection, nil)
	if len(got.Violations) > 0 {
		t.Errorf("a correct feed breaks: %q", got.Violations)
	}
}

func TestElectionsBroken(t *testing.T) {
	tests := map[string]struct{ old, new, want string }{
		"a log that ends with nothing": {"@1 1.1", "@1 1.9",
			"node 1 leads with a log that ends at 1 with version 1.9, which was not appended there"},
		"a log that ends elsewhere": {"@1 1.1", "@1 1.2",
			"node 1 leads with a log that ends at 1 with version 1.2, which was not appended there"},
		"proposed again, but never before": {"was 1.2", "was 1.7",
			"node 1 proposes version 1.7 again as 2.2, but that was not proposed there"},
		"proposed again elsewhere": {"was 1.2", "was 1.1",
			"node 1 proposes version 1.1 again as 2.2, but that was not proposed there"},
		"committed for a former leader without its record": {"was 1.2\n3s r2 commits 2.2 k1 #1", "\n3s r2 commits 1.2 k1 #1",
			"node 1 commits version 1.2, but does not lead epoch 1"},
		"acknowledged, but only adopted": {"3s r2 commits 2.2 k1 #1\n", "",
			"write 1 is acknowledged as version 2.2, which was not committed"},
		"applied backwards": {"7s r1 applies 2.2", "7s r1 applies 1.1",
			"r1 goes back from version 1.2 to 1.1"},
		"truncated, but not so far": {"7s r1 applies 2.2", "7s r1 truncates 2 4 1\n7s r1 applies 1.1",
			"r1 goes back from version 1.2 to 1.1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if strings.Count(correctElection, test.old) != 1 {
				t.Fatalf("%q is not there once", test.old)
			}
			got, _ := runScript(t, strings.Replace(correctElection, test.old, test.new, 1), nil)
			if !strings.Contains(strings.Join(got.Violations, "\n"), test.want) {
				t.Errorf("violations are %q, want %q", got.Violations, test.want)
			}
		})
	}
}
