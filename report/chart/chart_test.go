package chart

import (
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func labels(a Axis) string {
	var out []string
	for _, t := range a.Ticks {
		if t.Label != "" {
			out = append(out, t.Label)
		}
	}
	return strings.Join(out, " ")
}

func TestLinearAxis(t *testing.T) {
	cases := []struct {
		name   string
		values []float64
		per    float64
		zoom   bool
		want   string
	}{
		{"from zero", []float64{3, 97}, 1, false, "0 20 40 60 80 100"},
		{"milliseconds", []float64{0.0004, 0.0031}, 0.001, false, "0 1 2 3 4"},
		{"thousands", []float64{0, 4200}, 1, false, "0 1,000 2,000 3,000 4,000 5,000"},
		{"tenths", []float64{0, 0.9}, 1, false, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{"zoom", []float64{0.97, 0.99}, 0.01, true, "97.0 97.5 98.0 98.5 99.0"},
		{"no zoom into a wide range", []float64{0.1, 0.99}, 0.01, true, "0 20 40 60 80 100"},
		{"negative", []float64{-3, 2}, 1, false, "−3 −2 −1 0 1 2"},
		{"all zero", []float64{0, 0}, 1, false, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{"one value, zoomed", []float64{5}, 1, true, "0 1 2 3 4 5"},
		{"nothing", nil, 1, false, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{"not measured", []float64{math.NaN(), 4}, 1, false, "0 1 2 3 4"},
	}
	for _, c := range cases {
		if got := labels(NewLinear(c.per, 5, c.zoom, c.values)); got != c.want {
			t.Errorf("%s: ticks %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLogAxis(t *testing.T) {
	label := func(v float64) string { return Number(v, max(0, int(-math.Floor(math.Log10(math.Max(v, 1e-9)))))) }
	cases := []struct {
		name   string
		values []float64
		want   string
	}{
		{"decades", []float64{1.5, 800}, "1 10 100 1,000"},
		{"few decades have 2 and 5", []float64{3, 40}, "2 5 10 20 50"},
		{"many decades, each second", []float64{9.9, 9e4}, "1 100 10,000"},
		{"a value far below the others lies in the room for zero", []float64{1e-6, 9e4}, "0.000000000 10 100 1,000 10,000 100,000"},
		{"zero has its room", []float64{0, 20, 3000}, "0.000000000 10 100 1,000"},
	}
	for _, c := range cases {
		a := NewLog(label, c.values)
		if got := labels(a); got != c.want {
			t.Errorf("%s: ticks %q, want %q", c.name, got, c.want)
		}
	}
	if a := NewLog(label, []float64{0, 0}); len(a.Ticks) != 1 {
		t.Errorf("only zeros: ticks %v, want one at zero", a.Ticks)
	}
}

// Whatever the values, each has a place on its axis, and larger ones lie further.
func TestAxesHoldTheirValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1), rapid.Float64Range(0, 1e6)), 1, 9).Draw(t, "values")
		slices.Sort(values)
		for name, a := range map[string]Axis{
			"linear": NewLinear(1, 5, false, values),
			"zoomed": NewLinear(1, 5, true, values),
			"log":    NewLog(func(float64) string { return "x" }, values),
		} {
			last := -1e-9
			for _, v := range values {
				p := a.Scale.Place(v)
				if !(p >= last-1e-9 && p <= 1+1e-9) {
					t.Fatalf("%s: %v of %v is at %v, after %v", name, v, values, p, last)
				}
				last = p
			}
			if len(a.Ticks) == 0 || len(a.Ticks) > 80 {
				t.Fatalf("%s: %d ticks for %v", name, len(a.Ticks), values)
			}
		}
	})
}

func TestSpreadKeepsApartAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const gap, lo, hi = 12.0, 0.0, 200.0
		wishes := rapid.SliceOfN(rapid.Float64Range(lo, hi), 1, 15).Draw(t, "wishes")
		got := spread(wishes, gap, lo, hi)
		for i := range got {
			if got[i] < lo-1e-6 || got[i] > hi+1e-6 {
				t.Fatalf("%v is outside: %v", got[i], got)
			}
			for j := range i {
				if d := math.Abs(got[i] - got[j]); d < gap-1e-6 {
					t.Fatalf("%v and %v are %v apart: wishes %v", got[i], got[j], d, wishes)
				}
				if wishes[i] < wishes[j] && got[i] > got[j] {
					t.Fatalf("order changed: wishes %v, places %v", wishes, got)
				}
			}
		}
	})
	if got := spread([]float64{50, 150}, 12, 0, 200); got[0] != 50 || got[1] != 150 {
		t.Errorf("places %v moved without need", got)
	}
}

func TestSpanNamesKeepApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const width = 400.0
		var spans []Span
		for range rapid.IntRange(1, 12).Draw(t, "spans") {
			from := rapid.Float64Range(0, 60).Draw(t, "from")
			spans = append(spans, Span{rapid.StringMatching(`[a-z-]{3,25}`).Draw(t, "name"), from, from + rapid.Float64Range(0, 20).Draw(t, "long"), 0})
		}
		names, lanes := nameSpans(spans, Linear{0, 60}, width)
		if len(names) != len(spans) {
			t.Fatalf("%d of %d spans are named", len(names), len(spans))
		}
		for i, a := range names {
			right := a.x + textWidth(spanSize, a.text)
			if a.x < 0 || right > width+1e-6 || a.lane >= lanes {
				t.Fatalf("%+v leaves the panel", a)
			}
			for j, b := range names {
				end := b.x + textWidth(spanSize, b.text)
				if i != j && a.lane == b.lane && a.x < end && b.x < right {
					t.Fatalf("%+v and %+v overlap", a, b)
				}
				if a.led && b.lane < a.lane && a.lead > b.x && a.lead < end {
					t.Fatalf("the line from %+v crosses %+v", a, b)
				}
			}
		}
	})
}

func TestAroundAvoidsPointsAndWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inside := rect{pt{0, 0}, pt{500, 260}}
		o := obstacles{inside: inside}
		var names []string
		var points []pt
		for range rapid.IntRange(1, 6).Draw(t, "points") {
			p := pt{rapid.Float64Range(0, 500).Draw(t, "x"), rapid.Float64Range(0, 260).Draw(t, "y")}
			points, names = append(points, p), append(names, rapid.StringMatching(`[a-z ]{3,24}x`).Draw(t, "name"))
			o.boxes = append(o.boxes, rect{p, p}.grown(5))
		}
		placed := around(names, points, o)
		for i, a := range placed {
			if !inside.contains(a.box) {
				t.Fatalf("%+v leaves the panel", a)
			}
			for _, b := range placed[:i] {
				if a.box.overlaps(b.box) {
					t.Fatalf("%+v and %+v overlap", a, b)
				}
			}
		}
	})
}

func TestAlongNamesTheNearestLine(t *testing.T) {
	steep := func(x float64) []pt {
		var line []pt
		for i := range 50 {
			s := float64(i) / 49
			line = append(line, pt{x + 30*s, 10 + 180*s*s*(3-2*s)})
		}
		return line
	}
	inside := rect{pt{0, 0}, pt{500, 200}}
	lines := [][]pt{steep(50), steep(200), steep(350)}
	placed, ok := along([]string{"one", "two", "three"}, lines, inside)
	if !ok {
		t.Fatal("no room beside lines that are far apart")
	}
	for i, p := range placed {
		for j, line := range lines {
			if j != i && distance(p.at, line) < distance(p.at, lines[i]) {
				t.Errorf("%q stands nearer to line %d", p.text, j)
			}
		}
	}
	if _, ok := along([]string{"one", "two"}, [][]pt{steep(50), steep(50)}, inside); ok {
		t.Error("lines that coincide were named apart")
	}
}

func TestCrosses(t *testing.T) {
	box := rect{pt{10, 10}, pt{20, 20}}
	cases := []struct {
		a, b pt
		want bool
	}{
		{pt{0, 15}, pt{30, 15}, true}, {pt{12, 12}, pt{13, 13}, true}, {pt{0, 0}, pt{30, 30}, true},
		{pt{0, 25}, pt{30, 25}, false}, {pt{0, 15}, pt{9, 15}, false}, {pt{0, 21}, pt{9, 30}, false}, {pt{15, 30}, pt{15, 0}, true},
	}
	for _, c := range cases {
		if got := crosses(box, c.a, c.b); got != c.want {
			t.Errorf("from %v to %v: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	long := strings.Repeat("word ", 60)
	lines := wrap(long, 10, 200, 2)
	if len(lines) != 2 || !strings.HasSuffix(lines[1], "…") {
		t.Errorf("wrapped to %q, want two lines and an ellipsis", lines)
	}
	for _, l := range append(lines, wrap(strings.Repeat("x", 300), 10, 200, 2)...) {
		if textWidth(10, l) > 200 {
			t.Errorf("%q is too wide", l)
		}
	}
	if got := wrap("a\x00b\tc\x1b", 10, 200, 2); len(got) != 1 || got[0] != "a b c" {
		t.Errorf("control characters: %q", got)
	}
	if got := wrap("", 10, 200, 2); got != nil {
		t.Errorf("nothing wraps to %q", got)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{{0, 0, "0"}, {1234.5, 1, "1,234.5"}, {-1234567, 0, "−1,234,567"}, {-0.001, 2, "0.00"}, {999, 0, "999"}} {
		if got := Number(c.v, c.decimals); got != c.want {
			t.Errorf("Number(%v, %d) = %q, want %q", c.v, c.decimals, got, c.want)
		}
	}
}

// A picture of few colours keeps each of them; one of many stays close.
func TestPaletted(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		img.Set(i%64, i/64, color.RGBA{uint8(i / 16), uint8(i / 16), 200, 255})
	}
	few := paletted(img, nil)
	for i := range 64 * 64 {
		if few.At(i%64, i/64) != color.Color(img.RGBAAt(i%64, i/64)) {
			t.Fatalf("pixel %d changed its colour though all 256 fit", i)
		}
	}
	for i := range 64 * 64 {
		img.Set(i%64, i/64, color.RGBA{uint8(i / 16), uint8(i % 16), 200, 255})
	}
	many := paletted(img, nil)
	if n := len(many.Palette); n > 256 {
		t.Errorf("%d colours", n)
	}
	for i := range 64 * 64 {
		got, want := many.At(i%64, i/64).(color.RGBA), img.RGBAAt(i%64, i/64)
		if d := math.Hypot(float64(got.R)-float64(want.R), float64(got.G)-float64(want.G)); d > 256 {
			t.Fatalf("pixel %d is %v off", i, d)
		}
	}
}

// Three points on the lower edge, close together: no line to a word may run
// through another word.
func TestAroundKeepsLinesOffWords(t *testing.T) {
	points := []pt{{350, 4}, {400, 4}, {470, 4}}
	o := obstacles{inside: rect{pt{0, 3}, pt{500, 260}}, lines: [][]pt{{{350, 250}, {350, 4}}}}
	for _, p := range points {
		o.boxes = append(o.boxes, rect{p, p}.grown(5))
	}
	words := around([]string{"remote_write", "one follower flushed", "all followers flushed"}, points, o)
	for i, a := range words {
		for j, b := range words {
			if i != j && a.led() && crosses(b.box, a.from, a.nearest()) {
				t.Errorf("the line to %q runs through %q", a.text, b.text)
			}
		}
		if crosses(a.box, o.lines[0][0], o.lines[0][1]) {
			t.Errorf("%q stands on a line", a.text)
		}
	}
}

// A column that ends early leaves no gap in the other.
func TestArrangeLeavesNoGapForAnAxisAboveNothing(t *testing.T) {
	panel := func(hide bool) *XY {
		x := NewLinearBetween(0, 10, 1, 5)
		x.Title = "time (s)"
		return &XY{X: x, Y: NewLinear(1, 3, false, []float64{0, 9}), TitleHue: -1, Title: "panel", Height: 70, HideX: hide}
	}
	pg := Page{Title: "t", Columns: 2, Panels: []Panel{panel(true), panel(true), panel(true), panel(false), panel(false)}}
	l := pg.arrangeWith(true)
	first, second := l.panels[2].min.y-l.panels[0].max.y, l.panels[4].min.y-l.panels[2].max.y
	if math.Abs(first-second) > 1e-9 {
		t.Errorf("rows are %v and %v apart", first, second)
	}
	if end := l.panels[3].max.y + 32; l.height < end {
		t.Errorf("the page ends at %v, before the axis at %v", l.height, end)
	}
}
