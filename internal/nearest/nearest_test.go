package nearest

import "testing"

func TestClosest(t *testing.T) {
	words := []string{"crash", "cut", "pause", "partition", "replicas", "replication", "r1", "r2"}
	for _, tt := range []struct{ word, want string }{
		{"crsh", "crash"},  // a letter left out
		{"carsh", "crash"}, // neighbours swapped
		{"partitions", "partition"},
		{"Pause", "pause"}, // case only
		{"replica", "replicas"},
		{"replcation", "replication"},
		{"r3", "r1"},  // equally near: the first
		{"flood", ""}, // nothing like it
		{"x", ""},     // too short to be any of them
		{"", ""},
	} {
		if got := Closest(tt.word, words); got != tt.want {
			t.Errorf("Closest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"abc", "", 3},
		{"kitten", "sitting", 3},
		{"ab", "ba", 1},
		{"ca", "abc", 3}, // restricted: a swapped pair is not edited again
	} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := distance(tt.b, tt.a); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
