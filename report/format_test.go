package report_test

import (
	"math"
	"testing"

	"replsim/report"
	"replsim/results"
)

func TestFormat(t *testing.T) {
	cases := []struct {
		value float64
		unit  string
		want  string
	}{
		{0, "s", "0 s"}, {3.2e-8, "s", "32 ns"}, {0.000615, "s", "615 µs"}, {0.00123456, "s", "1.23 ms"},
		{0.0499999, "s", "50 ms"}, {0.9996, "s", "1 s"}, {0.9994, "s", "999 ms"}, {90, "s", "90 s"}, {150, "s", "2.5 min"},
		{7200, "s", "2 h"}, {-0.0031, "s", "−3.1 ms"},
		{0, "ratio", "0 %"}, {0.0312, "ratio", "3.12 %"}, {0.000004, "ratio", "0.0004 %"},
		{1, "ratio", "100 %"}, {0.99991, "ratio", "99.991 %"}, {0.9999999, "ratio", "99.99999 %"}, {0.5, "ratio", "50 %"},
		{1204, "writes", "1,204 writes"}, {1, "writes", "1 write"}, {6.4, "writes", "6.4 writes"}, {0, "reads", "0 reads"},
		{1234567, "1", "1,234,567"}, {1890.4, "ops/s", "1,890 ops/s"}, {4.02, "msgs/write", "4.02 msgs/write"},
		{1, "ops/s", "1 ops/s"}, {999.7, "1", "1,000"}, {-2, "1", "−2"},
		{math.NaN(), "s", "–"}, {math.Inf(1), "1", "–"},
	}
	for _, c := range cases {
		if got := report.Format(c.value, c.unit); got != c.want {
			t.Errorf("Format(%v, %q) = %q, want %q", c.value, c.unit, got, c.want)
		}
	}
}

func TestFormatInterval(t *testing.T) {
	figure := func(unit string, mean, lo, hi float64, n int) results.Figure {
		return results.Figure{Unit: unit, Mean: mean, Lo: lo, Hi: hi, Min: 0, Max: 1, N: n}
	}
	cases := []struct {
		f    results.Figure
		want string
	}{
		{figure("s", 0.00123, 0.0012, 0.00126, 30), "1.23 ms ± 0.03"},
		{figure("s", 3.3, 3.09, 3.51, 30), "3.3 s ± 0.2"},
		{figure("ratio", 0.99991, 0.99989, 0.99993, 30), "99.991 % ± 0.002"},
		{figure("writes", 182, 160, 204, 30), "182 writes ± 22"},
		{figure("ratio", 0, 0, 0.0012, 30), "0 (≤ 0.12 %)"},
		{figure("ratio", 0.01, 0.004, 0.03, 30), "1 % [0.4, 3]"},
		{figure("writes", 0, 0, 0, 30), "0 writes ± 0"},
		{figure("s", 0.5, 0.5, 0.5, 1), "500 ms"},
		// What cannot be is not claimed: neither −2 writes nor 101 %.
		{figure("writes", 1, -2, 4, 30), "1 write [0, 4]"},
		{figure("ratio", 0.99, 0.97, 1.01, 30), "99 % [97, 100]"},
		{figure("ratio", 1, 0.999985, 1, 30), "100 % (≥ 99.998 %)"},
	}
	for _, c := range cases {
		if got := report.FormatInterval(c.f); got != c.want {
			t.Errorf("FormatInterval(%+v) = %q, want %q", c.f, got, c.want)
		}
	}
}

func TestFormatDifference(t *testing.T) {
	cases := []struct {
		c    results.Comparison
		want string
	}{
		{results.Comparison{Unit: "s", Diff: 0.0031, Lo: 0.0029, Hi: 0.0033}, "+3.1 ms ± 0.2"},
		{results.Comparison{Unit: "writes", Diff: -175.6, Lo: -200, Hi: -151}, "−176 writes ± 24"},
		{results.Comparison{Unit: "ratio", Diff: 0.02, Lo: 0.01, Hi: 0.03}, "+2.0 pp ± 1.0"},
	}
	for _, c := range cases {
		if got := report.FormatDifference(c.c); got != c.want {
			t.Errorf("FormatDifference(%+v) = %q, want %q", c.c, got, c.want)
		}
	}
}

func TestFigureName(t *testing.T) {
	for name, want := range map[string]string{
		"latency.write.p999":              "write latency, p99.9",
		"latency.read.place.virginia.p99": "read latency in virginia, p99",
		"lag.time.r2.p99":                 "replication lag of r2, p99",
		"something.new":                   "something.new",
	} {
		if got := report.FigureName(name); got != want {
			t.Errorf("FigureName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFormatDigits(t *testing.T) {
	for _, c := range []struct {
		value  float64
		unit   string
		digits int
		want   string
	}{
		{0.00333371, "s", 4, "3.334 ms"}, {0.005, "s", 4, "5.000 ms"}, {0, "s", 4, "0 s"}, {-2e-6, "s", 2, "−2.0 µs"},
		{0.632120, "ratio", 4, "63.21 %"}, {0.99960664, "ratio", 4, "99.9607 %"}, {1, "ratio", 4, "100.0 %"},
		{1234.56, "writes", 4, "1,235 writes"}, {369.94, "ops/s", 4, "369.9 ops/s"}, {math.NaN(), "s", 4, "–"},
	} {
		if got := report.FormatDigits(c.value, c.unit, c.digits); got != c.want {
			t.Errorf("%v %s in %d digits is %q, want %q", c.value, c.unit, c.digits, got, c.want)
		}
	}
}
