// Package detect holds failure detectors: from the heartbeats of a process they tell
// when to begin to suspect that it is down. In an asynchronous network no detector is
// right always: a late heartbeat looks like a dead process. What can be chosen is how
// long a dead one goes unnoticed, and how often a living one is suspected (Chandra
// and Toueg, Unreliable Failure Detectors for Reliable Distributed Systems, JACM
// 1996). Both detectors here answer the same question, so they can stand for each
// other: at which instant does suspicion begin, if nothing is heard until then?
//
// All times are read from the clock of whoever watches; nothing here touches the
// network. Package failover feeds the detectors and sets the timers.
//
// # Fixed time-out
//
// The process is suspected when its last heartbeat was received longer ago than a
// time-out T (Timeout). Redis Sentinel's down-after-milliseconds, MySQL's
// replica_net_timeout and the ttl of a lease are of this kind. With heartbeats sent
// every η that take D each, a heartbeat comes too late with probability
// P(D' − D > T − η), which is ½·e^(−(T−η)/m) if D is exponential with mean m ≪ η; a
// crash at a random instant is suspected T + E[D] − η/2 later on average; and if
// heartbeats are only lost, each with probability p, suspicion follows a heartbeat
// with probability p^⌊T/η⌋.
//
// # Phi accrual
//
// Instead of a yes or no, φ = −log₁₀ P(a heartbeat comes even later) tells how
// unlikely the present silence is, given the intervals between the heartbeats so far;
// φ = 1 is wrong in one case of ten, φ = 8 in one of 10⁸ (Hayashibara, Défago, Yared
// and Katayama, The φ Accrual Failure Detector, SRDS 2004). The time-out so follows
// the network. As in the paper, intervals are taken to be normal, with the mean and
// deviation of a sliding window; as in Akka's PhiAccrualFailureDetector there are also
// a smallest deviation, lest a regular network makes the detector nervous, a pause
// that is always accepted, and a first guess of the interval before there is a
// history. (Akka computes the normal law by a logistic approximation, here it is
// exact; Cassandra takes intervals to be exponential.) The intervals before a
// heartbeat that came after suspicion had begun do not enter the window, as in Akka.
package detect
