package workload

import (
	"errors"
	"math"
	"math/bits"

	"replsim/models/kv"
)

// Law is how the popularity of records falls with their rank.
type Law uint8

// Laws of popularity.
const (
	Uniform Law = iota // all alike
	// Zipf: the record of rank i, from 1, is asked for in proportion to
	// 1/i^Exponent. Web and cache traces have exponents of 0.6 to 1 (Breslau et
	// al., INFOCOM 1999); YCSB uses 0.99.
	Zipf
	// Hot: the share HotKeys of the records gets the share HotOps of the operations.
	Hot
	laws
)

// Popularity says which records are used how often. The zero Popularity is uniform.
type Popularity struct {
	Law      Law
	Exponent float64 // Zipf: 0 or more
	HotKeys  float64 // Hot: share of records, 0 to 1; at least one is hot
	HotOps   float64 // Hot: share of operations, 0 to 1
}

func (p Popularity) check() error {
	switch {
	case p.Law >= laws:
		return errors.New("there is no such Law of popularity")
	case p.Law == Zipf && !(p.Exponent >= 0 && p.Exponent <= 100):
		return errors.New("the Exponent must be between 0 and 100")
	case p.Law == Hot && !(p.HotKeys >= 0 && p.HotKeys <= 1 && p.HotOps >= 0 && p.HotOps <= 1):
		return errors.New("the shares HotKeys and HotOps must be between 0 and 1")
	}
	return nil
}

// weights returns the weight of each rank, the most popular first.
func (p Popularity) weights(keys int) []float64 {
	w := make([]float64, keys)
	hot := max(1, int(math.Round(p.HotKeys*float64(keys))))
	for i := range w {
		switch {
		case p.Law == Zipf:
			// Single precision, so that all processors agree: their powers need not.
			w[i] = float64(float32(math.Pow(float64(i+1), -p.Exponent)))
		case hot == keys: // nothing is left for the others
			w[i] = 1
		case i < hot:
			w[i] = p.HotOps / float64(hot)
		default:
			w[i] = (1 - p.HotOps) / float64(keys-hot)
		}
	}
	return w
}

// keyTable turns random words into keys of the wanted popularity, in constant time
// and without allocation. It is shared by all clients of a group and never changes.
//
// It is an alias table (Walker 1977; Vose 1991): one column per rank, all of equal
// width, each divided between the rank itself and one other, its alias.
type keyTable struct {
	keys    uint64
	stride  uint64
	columns []column // nil if uniform
}

// column is given to its own rank below the threshold, a share of 2³², and to the
// alias above. It is kept small because reading it is mostly a cache miss.
type column struct{ threshold, alias uint32 }

// maxKeys is the largest number of keys: kv.Key is an int32.
const maxKeys = math.MaxInt32

func newKeyTable(p Popularity, keys int) *keyTable {
	t := &keyTable{keys: uint64(keys), stride: spread(uint64(keys))}
	if p.Law != Uniform {
		t.columns = aliasTable(p.weights(keys))
	}
	return t
}

// aliasTable is Vose's construction: a column that is short of the mean width is
// filled up from one that has too much, until all are even.
func aliasTable(weights []float64) []column {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	n := len(weights)
	columns := make([]column, n)
	width := make([]float64, n) // of what is not placed yet; 1 is a whole column
	var short, long []uint32
	for i, w := range weights {
		width[i] = float64(w / sum * float64(n))
		columns[i] = column{threshold: math.MaxUint32, alias: uint32(i)}
		if width[i] < 1 {
			short = append(short, uint32(i))
		} else {
			long = append(long, uint32(i))
		}
	}
	for len(short) > 0 && len(long) > 0 {
		s, l := short[len(short)-1], long[len(long)-1]
		short = short[:len(short)-1]
		columns[s] = column{threshold: uint32(width[s] * 0x1p32), alias: l}
		width[l] -= 1 - width[s]
		if width[l] < 1 {
			long = long[:len(long)-1]
			short = append(short, l)
		}
	}
	return columns // rounding may leave a few columns over: they are whole
}

// pick returns the key for a random word. The high part of word × keys is a
// column, the low part a place within it.
func (t *keyTable) pick(word uint64) kv.Key {
	rank, place := bits.Mul64(word, t.keys)
	if t.columns != nil {
		if c := t.columns[rank]; uint32(place>>32) >= c.threshold {
			rank = uint64(c.alias)
		}
	}
	return t.key(rank)
}

// key returns the key of a rank. Popular keys must not be neighbours: a database
// that gives each node a range of keys would look far less even than it is, because
// real identifiers do not sort by popularity. The stride is coprime to the number of
// keys, so each key has one rank, the same in all groups.
func (t *keyTable) key(rank uint64) kv.Key { return kv.Key(rank * t.stride % t.keys) }

// spread returns a stride near keys/φ that is coprime to keys: multiples of the
// golden ratio are the most evenly spread of all (Knuth, TAOCP 3, section 6.4).
func spread(keys uint64) uint64 {
	stride := max(1, uint64(math.Round(float64(keys)*(math.Phi-1))))
	for gcd(stride, keys) != 1 {
		stride++
	}
	return stride
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
