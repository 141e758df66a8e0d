// Package history keeps what clients asked and were answered in a run, and judges
// whether it is linearizable: whether every operation could have taken effect at one
// instant between its invoke and its return, all on a single copy of the data
// (Herlihy and Wing, "Linearizability: A Correctness Condition for Concurrent
// Objects", TOPLAS 1990). Records are independent, so each has a verdict of its own.
//
// # What an operation may have done
//
// A read that succeeded returned the value of a write, or 0 if there was none. Any
// other read says nothing and is left out. A write that succeeded has taken effect
// between invoke and return. One that was refused has none. One whose outcome its
// client never learned may have taken effect at any time after its invoke, or never.
//
// A write that was sent again after a time-out is more than that. The databases
// here, as most real ones, do not recognise a repeated request: each copy that reaches a
// leader is a new record. So a write that was sent several times, those attempts not
// counted that were turned away, is judged as at-least-once: if it succeeded it has
// taken effect between invoke and return, and besides it may do so again, any number
// of times after its invoke. (The exact bound would be the number of attempts. Which
// reads saw which copy is not known, and guessing makes the problem hard.) Where
// links may deliver requests twice, that is every write. Where the database recognises
// repeated requests (sessions, as in chapter 6.3 of Ongaro's thesis on Raft), none is.
//
// # Who judges
//
// Porcupine (Anish Athalye) is the judge, a checker for any sequential object. Its
// search takes exponential time if many operations overlap, as on a hot record
// behind a leader that stalls for a second. It never has to: what it gets is evidence.
// All values are unique here, and then the question is easy (Gibbons and Korach,
// "Testing Shared Memories", SIAM J. Computing 1997). The operations on one value
// span a zone in which that value must be current (zones.go). If no two zones
// collide, they give an order of all operations, one instant for each within its own
// interval. Porcupine is asked whether a register behaves like that; if so, the
// history is linearizable, for its intervals hold these instants (order.go). If two
// zones collide, the few operations that span them are the evidence, and porcupine
// is asked whether they alone can be explained. If not, the history cannot be, since
// leaving out a value with all its reads never spoils an order. So both verdicts are
// its own, on inputs that take it microseconds; nothing times out, and no verdict depends on
// the machine. The tests also let it judge small histories whole.
package history
