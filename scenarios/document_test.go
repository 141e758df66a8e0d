package scenarios_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"replsim/scenarios"
)

// shop is a format of its own.
type shop struct {
	Name  string          `toml:"name" required:"yes"`
	Opens time.Duration   `toml:"opens" default:"8h"`
	Share *float64        `toml:"share" unit:"ratio" max:"100%"`
	Goods map[string]item `toml:"goods"`
}

type item struct {
	Kind string `toml:"kind" enum:"fruit,bread"`
}

func TestDecode(t *testing.T) {
	var s shop
	doc, err := scenarios.Decode("shop.toml", []byte("name = \"Smith\"\nshare = \"5%\"\n[goods.roll]\nkind = \"bread\"\n[goods.apple]\nkind = \"fruit\"\n"), &s)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "Smith" || s.Opens != 8*time.Hour || *s.Share != 0.05 || s.Goods["apple"].Kind != "fruit" {
		t.Errorf("read %+v", s)
	}
	if got := doc.Keys("goods"); !slices.Equal(got, []string{"roll", "apple"}) {
		t.Errorf("the goods are %v, not in the order of the file", got)
	}
	for _, c := range []struct {
		path []string
		want string
	}{
		{[]string{"goods", "apple", "kind"}, "shop.toml:6:1: goods.apple.kind: rotten; did you mean \"fresh\"?"},
		{[]string{"goods", "apple", "price"}, "shop.toml:5:8: goods.apple.price: rotten; did you mean \"fresh\"?"},
	} {
		if got := doc.Problem("rotten", "", "fresh", c.path...).String(); got != c.want {
			t.Errorf("%v is blamed as %q, not as %q", c.path, got, c.want)
		}
	}
}

func TestDecodeTellsAllMistakes(t *testing.T) {
	_, err := scenarios.Decode("shop.toml", []byte("naem = \"Smith\"\nopens = 8\nshare = \"120%\"\n[goods.roll]\nkind = \"braed\"\n"), new(shop))
	want := []string{
		`shop.toml:1:1: naem: unknown key; did you mean "name"?`,
		`shop.toml:1:1: name: missing; expected a text in quotes`,
		`shop.toml:2:1: opens: a number without a unit`,
		`shop.toml:3:1: share: 120% is too large`,
		`shop.toml:5:1: goods.roll.kind: "braed" is not one of its words; expected fruit or bread; did you mean "bread"?`,
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d mistakes: %v", len(lines), err)
	}
	for i := range want {
		if !strings.Contains(lines[i], want[i]) {
			t.Errorf("%q, want %q", lines[i], want[i])
		}
	}
}
