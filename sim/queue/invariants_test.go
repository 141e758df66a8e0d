package queue

// failer is a *testing.T, *rapid.T or *testing.F.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkInvariants fails the test unless every key of l is where Push and Pop
// expect it, and every chunk is in use or free, but not both.
func checkInvariants(t failer, l *Ladder) {
	t.Helper()
	if len(l.rungs) == 0 {
		if l.size != 0 || l.bottom.len() != 0 {
			t.Fatalf("no rungs, but %d keys", l.size)
		}
		return
	}
	size := l.bottom.len()
	used := make([]bool, len(l.pool.chunks))
	mark := func(c uint32) {
		if c == 0 || used[c] {
			t.Fatalf("chunk %d is in use twice", c)
		}
		used[c] = true
	}
	for i := range l.rungs {
		size += checkRung(t, l, i, mark)
	}
	if size != l.size {
		t.Fatalf("%d keys are stored, %d counted", size, l.size)
	}
	for c := l.pool.free; c != 0; c = l.pool.chunks[c].next {
		mark(c)
	}
	for c := 1; c < len(used); c++ {
		if !used[c] {
			t.Fatalf("chunk %d is lost", c)
		}
	}
	checkBottom(t, l)
}

// checkRung checks the i-th rung and returns the number of its keys.
func checkRung(t failer, l *Ladder, i int, mark func(chunk uint32)) int {
	t.Helper()
	r := &l.rungs[i]
	ceiling := r.last // of the rung's keys
	if i > 0 {
		ceiling = l.rungs[i-1].floor
	}
	if r.floor > ceiling {
		t.Fatalf("rung %d: floor %d is above the floor %d of the one before", i, r.floor, ceiling)
	}
	if ceiling > r.last {
		t.Fatalf("rung %d: keys up to %d belong here, but buckets end at %d", i, ceiling, r.last)
	}
	n := 0
	for j := range r.buckets {
		b := r.buckets[j]
		if b.n > 0 && j < r.current {
			t.Fatalf("rung %d: bucket %d is done with, but has %d keys", i, j, b.n)
		}
		n += int(b.n)
		c := b.head
		for left := int(b.n); left > 0; left -= chunkKeys {
			mark(c)
			c = l.pool.chunks[c].next
		}
		for keys := range l.pool.all(b) {
			for _, k := range keys {
				if k.At <= r.floor || k.At > ceiling || r.bucketOf(k) != &r.buckets[j] {
					t.Fatalf("rung %d, bucket %d: %v is in the wrong place", i, j, k)
				}
			}
		}
	}
	if n != r.n {
		t.Fatalf("rung %d: %d keys are stored, %d counted", i, n, r.n)
	}
	return n
}

func checkBottom(t failer, l *Ladder) {
	t.Helper()
	b := &l.bottom
	if b.len() == 0 {
		return
	}
	for i := b.head + 1; i < len(b.keys); i++ {
		if b.keys[i].Before(b.keys[i-1]) {
			t.Fatalf("bottom is not sorted: %v before %v", b.keys[i-1], b.keys[i])
		}
	}
	if floor := l.rungs[len(l.rungs)-1].floor; b.last().At > floor {
		t.Fatalf("bottom: %v is above the floor %d", b.last(), floor)
	}
	if b.len() > bottomMax && b.first().At != b.last().At {
		t.Fatalf("bottom: %d keys that are not ties", b.len())
	}
}
