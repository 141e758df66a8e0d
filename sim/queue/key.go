package queue

// Key orders one pending event. The payload is elsewhere: Lane and Slot say
// where. The queues order keys by (At, Seq) and never look at Lane and Slot.
type Key struct {
	At   int64  // nanoseconds of virtual time
	Seq  uint64 // serial of scheduling: events of one instant fire in this order
	Lane uint32 // which table of payloads
	Slot uint32 // which row of that table
}

// Before reports whether k fires before o.
func (k Key) Before(o Key) bool {
	return k.At < o.At || k.At == o.At && k.Seq < o.Seq
}

// compare is Before in the form that package slices wants.
func compare(a, b Key) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	}
	return 0
}
