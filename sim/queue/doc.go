// Package queue holds the pending events of a simulation and hands them out in
// the order of their time.
//
// A discrete-event simulation is one loop: take the earliest pending event, jump
// to its time, run it, put the events that it causes into the queue. The queue is
// used twice per event, so its speed bounds that of the whole simulation. It
// orders small keys (Key) by time and, where times are equal, by the serial number
// of scheduling. The order is total: a run is the same on every machine.
//
// Ladder is the queue for use. Heap does the same and fits on a page: tests hold
// the two against each other. Both want keys that are not earlier than the key
// popped last, as nobody can schedule into the past.
//
// There is no Peek. To look at the first key the ladder must sort the keys near
// it, and if earlier ones are pushed then, it has done so too early. A simulation
// does not need it: the end of a run is an event, too.
//
// # The ladder queue
//
// A heap keeps all n keys in partial order and so takes O(log n) per event. But
// most keys lie in the far future; to compare them with each other now is a waste,
// as long as it is known that they are not next. The ladder queue sorts as late as
// it can, and on average takes O(1) per event, whatever n is. It has three parts,
// from far to near:
//
//	top       unsorted: everything later than a certain time
//	rungs     each divides a span of time into buckets of equal width;
//	          within a bucket, keys are unsorted
//	bottom    sorted: the keys that are next
//
// Say that there are 1000 keys in top, between 1 s and 2 s. The first Pop spreads
// them over the buckets of a rung by one division each:
//
//	rung 1   |1.000|1.002|1.004|    ...    |1.998|   some 500 buckets
//
// and sorts the keys of the first bucket, some two, into bottom, where Pop takes
// them. When bottom is empty, the next bucket follows. A push looks from the far
// end where its key belongs: later than the rung, it is added to top; in a bucket
// that is still to come, to that bucket, in constant time both; and only if the
// key is among the next ones, it is put in its place in bottom, where the keys are
// few.
//
// What if keys crowd, and a bucket has 5000 of them when its turn comes? Then they
// are not sorted but spread over a further rung, with much narrower buckets:
//
//	rung 1   |  -  |  -  |1.004|    ...    |1.998|
//	rung 2               |1.004000|1.004002| ... |
//
// This adapts the width of buckets to the density of keys at each place, which is
// where the ladder's forerunner, the calendar queue, failed: it has one width for
// all and slows down when times are skewed. When rung 2 is used up it goes away and
// rung 1 goes on. Likewise, when pushes have made bottom long, its keys are spread
// over a new rung. The top of the ladder is never used up; when all rungs are, it
// is spread anew. A key is moved a few times, usually two or three; the number of
// rungs, which is bounded, bounds that too.
//
// The border between two parts is a floor: the last instant that is left to what
// is nearer. When the keys of a bucket move down, the floor of its rung rises to the
// end of what they cover, and the time up to there belongs to what is below.
//
// # What is particular here
//
// Keys of one instant cannot be divided by time. A bucket that holds nothing else
// is sorted at once, whatever its size: by serial it mostly is sorted already, and
// checking that is linear. A further event for the present instant goes to the end
// of bottom, which costs nothing.
//
// If top has few keys (bottomMax at most), they all go to bottom, and so do all
// pushes until bottom is too long. Models with a handful of events pending, the
// commonest case, therefore never see a rung: insertion into a short sorted array
// is faster than anything else.
//
// The width of buckets is a power of two, so a shift replaces the division.
//
// The keys of a bucket lie in chunks of eight. Whoever spreads or sorts a bucket
// reads memory in sequence, and the chunks are used again at once. That is what
// counts with a million keys: they do not fit in the core's cache, and a heap waits
// for memory at each level of its tree. Nothing is allocated in the steady state,
// and memory is in proportion to the most keys that were ever pending at once.
//
// # Speed
//
// Nanoseconds per event, one Pop and one Push; medians of five runs of the
// benchmarks on one shared 2-core cloud machine (AMD EPYC, Go 1.26), so only the
// ratios mean something, and they to a fifth or so. The right-hand column is what
// Go programs commonly have: container/heap with keys boxed as any.
//
//	benchmark                        Ladder   Heap   container/heap
//	HOLD, 5 pending                      32     31      136
//	HOLD, 100 pending                    43     77      170
//	HOLD, 10,000 pending                 38    105      306
//	HOLD, 100,000 pending                46    178      477
//	HOLD, 1,000,000 pending              75    456      840
//	PHOLD, 100 nodes                     54     82      216
//	PHOLD, 10,000 nodes                  82    167      304
//	burst of 100,000 ties, half an event 11     40      144
//	Raft timers, deadline moved          70    150      281
//	Raft timers, dead keys left         103    211      593
//
// HOLD draws exponential spans from a table; PHOLD draws random numbers as it goes,
// which the figures include. The ladder allocates nothing; container/heap
// allocates twice per event. See the benchmarks for the models.
//
// # Source
//
// Wai Teng Tang, Rick Siow Mong Goh, Ian Li-Jin Thng: Ladder queue: an O(1)
// priority queue structure for large-scale discrete event simulation. ACM
// Transactions on Modeling and Computer Simulation 15(3), 2005. There, a rung is
// limited in number and bottom is a linked list; bottom as an array, the floors
// that fit the keys, and the treatment of ties and of few keys are ours. The
// calendar queue is by Randy Brown, Communications of the ACM 31(10), 1988.
package queue
