package measure

import (
	"math/rand/v2"
	"testing"
)

// TestKeyAcks holds what a read missed against counting one by one, while answers
// overtake each other and versions settle or are set aside.
func TestKeyAcks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		var k keyAcks
		var naive []ackedVersion // in the order of acks
		perm := r.Perm(30)
		for i := range perm { // mostly in order
			if j := min(i+r.IntN(4), len(perm)-1); r.IntN(3) == 0 {
				perm[i], perm[j] = perm[j], perm[i]
			}
		}
		before, known := 0, uint32(0)
		for i, version := range perm {
			k.acknowledged(rank(version+1), uint32(i))
			naive = append(naive, ackedVersion{rank: rank(version + 1), ack: uint32(i)})
			switch r.IntN(8) {
			case 0:
				before, known = i+1, k.acked
			case 1: // the oldest acknowledgement settles, and what it supersedes
				gone := naive[0].rank
				k.retire(gone, 0)
				left := naive[:0]
				for _, v := range naive {
					if v.rank > gone {
						left = append(left, v)
					}
				}
				naive = left
			case 2:
				at := r.IntN(len(naive) + 1)
				if at < len(naive) {
					k.remove(naive[at].rank, naive[at].ack)
					naive = append(naive[:at:at], naive[at+1:]...)
				}
			}
			if len(naive) == 0 {
				continue
			}
			at := rank(r.IntN(32))
			var n int64
			var first uint32
			for _, v := range naive {
				if v.rank > at && int(v.ack) < before {
					if n == 0 {
						first = v.ack
					}
					n++
				}
			}
			gotN, gotFirst := k.missed(at, before, known)
			if gotN != n || (n > 0 && gotFirst != first) {
				t.Fatalf("a read of version %d missed %d from ack %d on, want %d from %d", at, gotN, gotFirst, n, first)
			}
		}
	}
}

// A read that missed many versions is judged in a moment: in 20 steps, not 100,000.
func BenchmarkMissed(b *testing.B) {
	var k keyAcks
	for i := range 100_000 {
		k.acknowledged(rank(i+1), uint32(i))
	}
	for b.Loop() {
		k.missed(10, 100_000, k.acked)
	}
}
