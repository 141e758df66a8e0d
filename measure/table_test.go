package measure

import (
	"testing"

	"pgregory.net/rapid"
)

// table is compared with a map, with keys so few that they collide and are put
// and dropped again and again.
func TestTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var got table[int]
		want := map[uint64]int{}
		spread := rapid.SampledFrom([]uint64{1, 1 << 32, 0x9e3779b97f4a7c15}).Draw(t, "spread")
		n := rapid.IntRange(1, 2000).Draw(t, "n")
		for i := range n {
			key := (1 + rapid.Uint64Range(0, 150).Draw(t, "key")) * spread
			switch rapid.IntRange(0, 40).Draw(t, "do") {
			case 0:
				got.keep(func(k uint64, v *int) bool { return *v%2 == 0 })
				for k, v := range want {
					if v%2 != 0 {
						delete(want, k)
					}
				}
			case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18:
				got.drop(key)
				delete(want, key)
			default:
				*got.put(key) = i
				want[key] = i
			}
			if got.count != len(want) {
				t.Fatalf("%d entries, want %d", got.count, len(want))
			}
		}
		for k := uint64(1); k <= 151; k++ {
			v, ok := want[k*spread]
			if p := got.get(k * spread); (p != nil) != ok || ok && *p != v {
				t.Fatalf("key %d is %v, want %v", k, p, v)
			}
		}
	})
}

func TestDeque(t *testing.T) {
	var d deque[int]
	for i := range 3*blockLen + 5 {
		d.push(i)
		if i%blockLen == 7 && i > blockLen {
			d.dropBlock()
		}
		for _, j := range []int{d.base, (d.base + d.end) / 2, d.end - 1} {
			if *d.at(j) != j {
				t.Fatalf("after %d: element %d is %d", i, j, *d.at(j))
			}
		}
	}
	if d.base != 2*blockLen || len(d.blocks) != 2 {
		t.Errorf("%d blocks are kept from %d on, want 2 from %d", len(d.blocks), d.base, 2*blockLen)
	}
}

func TestBitset(t *testing.T) {
	var b bitset
	for i := 0; i < 300; i += 7 {
		b.set(i)
	}
	for i := range 400 {
		if b.has(i) != (i < 300 && i%7 == 0) {
			t.Errorf("has(%d) is %v", i, b.has(i))
		}
	}
}
