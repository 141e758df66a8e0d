package workload

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"replsim/models/kv"
	"replsim/sim"
)

// integral is the naive twin of curve: the area under a profile up to t seconds.
func integral(points []Point, t float64) float64 {
	before, factor, sum := 0.0, points[0].Factor, 0.0
	for _, p := range points {
		at := p.At.Seconds()
		if t < at {
			here := factor + (p.Factor-factor)*(t-before)/(at-before)
			return sum + (t-before)*(factor+here)/2
		}
		sum += (at - before) * (factor + p.Factor) / 2
		before, factor = at, p.Factor
	}
	return sum + (t-before)*factor
}

func TestCurveInvertsTheIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var points []Point
		at := time.Duration(0)
		for range rapid.IntRange(1, 6).Draw(t, "points") {
			points = append(points, Point{At: at, Factor: float64(rapid.IntRange(0, 5).Draw(t, "factor"))})
			at += time.Duration(rapid.IntRange(0, 3).Draw(t, "step")) * time.Second
		}
		points = append(points, Point{At: at + time.Second, Factor: 1})
		p := Profile{Points: points}
		if rapid.Bool().Draw(t, "periodic") {
			p.Period = at + time.Second
		}
		if p.check() != nil {
			t.Skip("no such profile")
		}
		c := newCurve(p)
		total := integral(points, (at + time.Second).Seconds())
		var cur cursor
		v := 0.0
		for range 30 {
			v += rapid.Float64Range(0, 2).Draw(t, "gap")
			seconds, ok := c.realTime(&cur, v)
			if !ok {
				t.Fatalf("no time for %v", v)
			}
			got := 0.0
			for p.Period > 0 && seconds >= p.Period.Seconds() {
				seconds -= p.Period.Seconds()
				got += total
			}
			if got += integral(points, seconds); math.Abs(got-v) > 1e-6 {
				t.Fatalf("the operational time at %v is %v, not %v", seconds, got, v)
			}
		}
	})
}

// shares returns the probability of each rank that the table stands for.
func (t *keyTable) shares() []float64 {
	p := make([]float64, t.keys)
	for rank, c := range t.columns {
		own := float64(c.threshold) * 0x1p-32
		p[rank] += own / float64(t.keys)
		p[c.alias] += (1 - own) / float64(t.keys)
	}
	return p
}

func TestAliasTable(t *testing.T) {
	for _, p := range []Popularity{
		{Law: Zipf, Exponent: 0.99}, {Law: Zipf}, {Law: Zipf, Exponent: 2.5},
		{Law: Hot, HotKeys: 0.01, HotOps: 0.9}, {Law: Hot, HotKeys: 0, HotOps: 1}, {Law: Hot, HotKeys: 1, HotOps: 0.5},
	} {
		for _, keys := range []int{1, 2, 7, 1000} {
			weights, sum := p.weights(keys), 0.0
			for _, w := range weights {
				sum += w
			}
			for rank, got := range newKeyTable(p, keys).shares() {
				if want := weights[rank] / sum; math.Abs(got-want) > 1e-9 {
					t.Errorf("%+v of %d keys: rank %d has probability %v, want %v", p, keys, rank, got, want)
				}
			}
		}
	}
}

func TestWeights(t *testing.T) {
	zipf := Popularity{Law: Zipf, Exponent: 1}.weights(4)
	hot := Popularity{Law: Hot, HotKeys: 0.25, HotOps: 0.9}.weights(8)
	if !slices.Equal(zipf, []float64{1, 0.5, float64(float32(1.0 / 3)), 0.25}) {
		t.Errorf("Zipf: %v", zipf)
	}
	for i, want := range []float64{0.45, 0.45, 0.1 / 6, 0.1 / 6, 0.1 / 6, 0.1 / 6, 0.1 / 6, 0.1 / 6} {
		if math.Abs(hot[i]-want) > 1e-12 {
			t.Errorf("hot: %v", hot)
		}
	}
}

// The frequencies of picked keys follow the weights. A correct table fails once in
// a million seeds; this seed passes.
func TestPickFrequencies(t *testing.T) {
	for _, p := range []Popularity{{}, {Law: Zipf, Exponent: 0.99}, {Law: Hot, HotKeys: 0.05, HotOps: 0.8}} {
		const keys, draws = 500, 500_000
		table, weights, sum := newKeyTable(p, keys), p.weights(keys), 0.0
		if p.Law == Uniform {
			weights = Popularity{Law: Zipf}.weights(keys)
		}
		for _, w := range weights {
			sum += w
		}
		count := map[kv.Key]float64{}
		r := rand.New(rand.NewPCG(1, 2))
		for range draws {
			count[table.pick(r.Uint64())]++
		}
		misfit := 0.0
		for rank, w := range weights {
			want := draws * w / sum
			d := count[table.key(uint64(rank))] - want
			misfit += d * d / want
		}
		if limit := (distuv.ChiSquared{K: keys - 1}).Quantile(1 - 1e-6); misfit > limit {
			t.Errorf("%+v: chi-square %.0f, above %.0f", p, misfit, limit)
		}
	}
}

// Each rank has a key of its own, and popular ones are far apart.
func TestKeysAreSpread(t *testing.T) {
	for _, keys := range []int{1, 2, 3, 4, 6, 10, 97, 1000, 4096} {
		table := newKeyTable(Popularity{}, keys)
		var seen []kv.Key
		for rank := range keys {
			seen = append(seen, table.key(uint64(rank)))
		}
		hottest := slices.Clone(seen[:min(10, keys)])
		slices.Sort(hottest)
		for i := range hottest[1:] {
			if gap := int(hottest[i+1] - hottest[i]); keys >= 97 && gap < keys/30 {
				t.Errorf("%d keys: the hottest are %v", keys, hottest)
			}
		}
		slices.Sort(seen)
		for i, k := range seen {
			if int(k) != i {
				t.Fatalf("%d keys: key %d is used by no rank or by two", keys, i)
			}
		}
	}
	table := newKeyTable(Popularity{}, maxKeys)
	if k := table.key(maxKeys - 1); k < 0 || k >= maxKeys {
		t.Errorf("key %d of %d", k, maxKeys)
	}
}

func TestNearest(t *testing.T) {
	servers := []Server{
		{Place: "d", Zone: "z9", Region: "us"}, {Place: "c", Zone: "z2", Region: "eu"}, {Place: "b", Zone: "z1", Region: "eu"},
		{Place: "e", Zone: "z1", Region: "us"}, {Place: "a", Zone: "z1", Region: "eu"}, {Place: "b2", Zone: "z1", Region: "eu"},
	}
	got := nearest(servers, sim.NodeConfig{Place: "a", Zone: "z1", Region: "eu"})
	// A zone called z1 in another region is another zone.
	if !slices.Equal(got, []int{4, 2, 5, 1, 0, 3}) {
		t.Errorf("order %v", got)
	}
}

// window against a map.
func TestWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w window
		twin := map[int64]bool{}
		next := int64(1)
		for range 200 {
			if rapid.IntRange(0, 2).Draw(t, "step") > 0 {
				if len(twin) == 0 {
					next += int64(rapid.IntRange(0, 5).Draw(t, "skipped"))
				}
				w.add(next).n = next
				twin[next] = true
				next++
			} else if n := rapid.Int64Range(1, next).Draw(t, "n"); w.find(n) != nil {
				w.remove(w.find(n))
				delete(twin, n)
			}
			for n := int64(0); n <= next; n++ {
				if op := w.find(n); (op != nil) != twin[n] || op != nil && op.n != n {
					t.Fatalf("find(%d) = %v, want %v", n, op, twin[n])
				}
			}
			if w.live != len(twin) {
				t.Fatalf("%d live, want %d", w.live, len(twin))
			}
		}
	})
}

// agenda against sorting.
func TestAgenda(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h agenda
		var twin []retry
		for n := range int64(60) {
			if rapid.IntRange(0, 2).Draw(t, "step") > 0 {
				r := retry{at: sim.Time(rapid.IntRange(0, 9).Draw(t, "at")), n: n}
				h.push(r)
				twin = append(twin, r)
				slices.SortFunc(twin, func(a, b retry) int {
					if a.before(b) {
						return -1
					}
					return 1
				})
			} else if len(twin) > 0 {
				if got := h.pop(); got != twin[0] {
					t.Fatalf("popped %v, want %v", got, twin[0])
				}
				twin = twin[1:]
			}
		}
	})
}

// fifo over several growths, with the head away from the start.
func TestFifo(t *testing.T) {
	var f fifo
	in, out := int64(0), int64(0)
	for i := range 1000 {
		f.push(deadline{n: in})
		in++
		if i%3 > 0 {
			continue
		}
		if f.first().n != out {
			t.Fatalf("first is %d, want %d", f.first().n, out)
		}
		f.pop()
		out++
	}
	if f.count != int(in-out) {
		t.Errorf("%d left, want %d", f.count, in-out)
	}
}
