package queue

import "fmt"

// clock is the instant of the last popped key, to catch a push into the past.
// Such a push is a bug of the caller: its event would fire after events that it
// should have influenced.
type clock int64

// check panics if k lies in the past.
func (c clock) check(k Key) {
	if k.At < int64(c) {
		panic(past(k.At, int64(c))) // a call, so that check can be inlined
	}
}

func past(at, now int64) string {
	return fmt.Sprintf("queue: push at %d ns is before the present, %d ns", at, now)
}
