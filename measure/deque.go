package measure

// blockLen is the number of elements per block of a deque.
const (
	blockBits = 12
	blockLen  = 1 << blockBits
)

// deque is a growing list whose old end can be dropped in whole blocks. Elements
// keep their index for ever. It grows without copying, which a slice of millions of
// elements would do again and again.
type deque[T any] struct {
	blocks []*[blockLen]T
	base   int // index of the first element kept, a multiple of blockLen
	end    int // index after the last element
	spare  *[blockLen]T
}

func (d *deque[T]) push(v T) {
	at := d.end - d.base
	if at>>blockBits == len(d.blocks) {
		b := d.spare
		if d.spare = nil; b == nil {
			b = new([blockLen]T)
		}
		d.blocks = append(d.blocks, b)
	}
	d.blocks[at>>blockBits][at&(blockLen-1)] = v
	d.end++
}

// at returns the element with this index, which must be kept: base ≤ i < end.
func (d *deque[T]) at(i int) *T {
	i -= d.base
	return &d.blocks[i>>blockBits][i&(blockLen-1)]
}

// dropBlock forgets the oldest block.
func (d *deque[T]) dropBlock() {
	d.spare = d.blocks[0]
	copy(d.blocks, d.blocks[1:]) // a few dozen pointers; reslicing would leak them
	d.blocks = d.blocks[:len(d.blocks)-1]
	d.base += blockLen
}

// bitset is a growing set of small numbers.
type bitset []uint64

func (b *bitset) set(i int) {
	for i>>6 >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[i>>6] |= 1 << (i & 63)
}

func (b bitset) has(i int) bool { return i>>6 < len(b) && b[i>>6]>>(i&63)&1 == 1 }
