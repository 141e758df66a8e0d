package queue

import (
	"bytes"
	"testing"
)

// FuzzQueues reads its input as a program of two bytes each, an operation and its
// argument, and runs it on all queues.
func FuzzQueues(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x02\x06\x00\x06\x00\x06\x00"))
	f.Add(bytes.Repeat([]byte("\x01\xf3"), 200))                           // ties far away
	f.Add(bytes.Repeat([]byte("\x01\x20\x02\x41\x03\x62\x06\x00"), 90))    // three scales, growing
	f.Add(bytes.Repeat([]byte("\x01\xff\x00\x00\x06\x00\x05\x33"), 90))    // the end of time
	f.Add(append(bytes.Repeat([]byte("\x04\x90"), 99), "\x07\x00\x01"...)) // bursts, reset
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 4000 {
			return // long programs teach nothing new
		}
		w := newTwins(t, new(naive))
		for ; len(program) >= 2; program = program[2:] {
			arg := program[1]
			span := int64(arg&7) << (arg >> 3 * 2) // 0 to 7, at 32 scales up to 2^62
			if span < 0 {
				span = 0
			}
			switch op := program[0] % 8; op {
			case 0:
				w.push(int64(arg))
			case 1, 2, 3: // near each other, so that a bucket gets several keys
				for i := range int64(op) {
					w.push(span + i*(span>>8))
				}
			case 4: // ties
				for range 70 {
					w.push(span)
				}
			case 5, 6:
				for range arg>>4 + 1 {
					w.pop()
				}
			case 7:
				if arg == 0 {
					w.reset()
				} else {
					w.pop()
				}
			}
		}
		checkInvariants(t, w.ladder())
		for w.pop() {
		}
		checkInvariants(t, w.ladder())
	})
}
