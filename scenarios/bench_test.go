package scenarios

import "testing"

// BenchmarkLoad: sweeps load a scenario once for each of their points.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load("testdata/good/shop.toml"); err != nil {
			b.Fatal(err)
		}
	}
}
