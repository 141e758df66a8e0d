package scenarios

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestReadUnits(t *testing.T) {
	number := func(v any) float64 { x, _ := amount(v); return x }
	for _, tt := range []struct {
		k          *kind
		text       string
		want       float64
		suggestion string // if it cannot be read
	}{
		{durationKind, "1m30s", 90e9, ""},
		{durationKind, "1.5d", 36 * 3600e9, ""},
		{durationKind, "-20us", -20e3, ""},
		{durationKind, "5 ms", 0, "5ms"},
		{durationKind, "5MS", 0, "5ms"},
		{durationKind, "1,5s", 0, "1.5s"},
		{durationKind, "soon", 0, ""},
		{rateKind, "60/m", 1, ""},
		{rateKind, "1800/h", 0.5, ""},
		{rateKind, "1e3/s", 1000, ""},
		{rateKind, "0x10/s", 0, ""},
		{rateKind, "2000", 0, "2000/s"},
		{rateKind, "inf/s", 0, ""},
		{ratioKind, "0.1%", 0.001, ""},
		{ratioKind, "0.1 %", 0, "0.1%"},
		{sizeKind, "4KiB", 4096, ""},
		{sizeKind, "1.5kB", 1500, ""},
		{sizeKind, "4kib", 0, "4KiB"},
		{sizeKind, "0.5B", 0, ""},
		{bandwidthKind, "1Gbit/s", 125e6, ""},
		{bandwidthKind, "100MB/s", 1e8, ""},
		{bandwidthKind, "100mb/s", 0, "100MB/s"},
	} {
		v, flaws := tt.k.read(tt.k, &node{value: tt.text})
		readable := tt.want != 0
		if readable != (len(flaws) == 0) || readable && number(v) != tt.want {
			t.Errorf("%s %q: got %v, %v, want %v", tt.k.name, tt.text, v, flaws, tt.want)
		}
		if len(flaws) > 0 && flaws[0].suggestion != tt.suggestion {
			t.Errorf("%s %q: suggests %q, want %q", tt.k.name, tt.text, flaws[0].suggestion, tt.suggestion)
		}
	}
}

// TestUnitsReadBack: what is written is read back to the same number.
func TestUnitsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(-int64(longest), int64(longest)).Draw(t, "duration"))
		if back, err := readDuration(writeDuration(d)); err != nil || back != d {
			t.Fatalf("%v: written as %s, read as %v, %v", int64(d), writeDuration(d), back, err)
		}
		f := rapid.Float64Range(0, 1).Draw(t, "ratio")
		text := writeRatio(f)
		back, err := readRatio(text)
		if err != nil {
			back, err = readFloat(text)
		}
		if err != nil || back != f {
			t.Fatalf("ratio %v: written as %s, read as %v, %v", f, text, back, err)
		}
		rate := rapid.Float64Range(0, math.MaxInt32).Draw(t, "rate")
		if back, err := readRate(writeRate(rate)); err != nil || back != rate {
			t.Fatalf("rate %v: written as %s, read as %v, %v", rate, writeRate(rate), back, err)
		}
		n := rapid.Int64Range(0, 1<<53).Draw(t, "bytes")
		if back, err := readSize(writeBytes(n, "")); err != nil || back != n {
			t.Fatalf("size %d: written as %s, read as %d, %v", n, writeBytes(n, ""), back, err)
		}
		if back, err := readBandwidth(writeBytes(n, "/s")); err != nil || back != n {
			t.Fatalf("bandwidth %d: written as %s, read as %d, %v", n, writeBytes(n, "/s"), back, err)
		}
	})
}

func TestWriteUnits(t *testing.T) {
	for got, want := range map[string]string{
		writeDuration(time.Hour):              "1h",
		writeDuration(90 * time.Second):       "1m30s",
		writeDuration(500 * time.Microsecond): "500us",
		writeRatio(0.1):                       "10%",
		writeRatio(0.999):                     "99.9%",
		writeRate(0.5):                        "0.5/s",
		writeBytes(100<<20, "/s"):             "100MiB/s",
		writeBytes(3e6, ""):                   "3MB",
		writeBytes(0, ""):                     "0B",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
