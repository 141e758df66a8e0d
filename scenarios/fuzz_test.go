package scenarios

import (
	"errors"
	"os"
	"testing"
)

// FuzzParse: whatever the bytes, loading does not panic, reports mistakes as
// Errors with a position, gives the same answer twice, and what it accepts
// survives a round trip through Resolved.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.toml", "testdata/bad/*.toml", "leader-follower/*.toml"} {
		for _, file := range glob(f, pattern) {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, "seeds=3")
		}
	}
	f.Add([]byte("title = 'x'\n[[a.b]]\n[a.b.c]\n[[a.b]]\nd = [[{e=1}]]"), "a.b=[{}]")
	f.Add([]byte("title = 'x'\n[expect]\na.b = '== 0'\n'a.b' = '< 1s'"), "expect.a={b='== 1'}")
	f.Add([]byte("title = \"\\u0000\"\n\"\\u0000\" = 1\n"), `"\u0000"."".x=1`)
	f.Add([]byte("title = 'x'\n[variants.a]\n'a..b' = 1\n'.' = 2\n[variants.a.'']\n"), "variants=3")
	f.Fuzz(func(t *testing.T, data []byte, override string) {
		file, err := Parse("testdata/good/fuzz.toml", data, Set(override))
		if err != nil {
			var problems Errors
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("error %v is not of type Errors", err)
			}
			for _, p := range problems {
				if p.Message == "" || p.File == "" || (p.Line == 0) != (p.File == setFile) {
					t.Errorf("problem without text or place: %+v", p)
				}
			}
			if _, again := Parse("testdata/good/fuzz.toml", data, Set(override)); again == nil || again.Error() != err.Error() {
				t.Fatalf("two answers: %v and %v", err, again)
			}
			return
		}
		checkRoundTrip(t, "fuzzed", file)
	})
}
