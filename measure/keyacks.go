package measure

import (
	"cmp"
	"slices"

	"replsim/sim"
)

// keyAcks is what is known of the acknowledged writes to one key.
type keyAcks struct {
	settled     rank // the highest settled version
	firstAck    sim.Time
	lastAck     sim.Time
	settledAcks uint32
	acked       uint32 // acknowledged so far, those lost and settled included

	// versions[head:] are those not settled and not set aside, the lowest first.
	versions []ackedVersion
	head     int
}

// ackedVersion is an acknowledged write among those to its key.
type ackedVersion struct {
	rank rank
	ack  uint32 // its index in acks, so a lower one was acknowledged earlier
	// earliest is the lowest ack of this and all higher versions: with it a read that
	// missed thousands knows the oldest at once.
	earliest uint32
}

// acknowledged adds a version. Answers may overtake each other: it finds its place.
func (k *keyAcks) acknowledged(r rank, ack uint32) {
	k.acked++
	if k.head > 0 && 2*k.head >= len(k.versions) {
		k.versions = k.versions[:copy(k.versions, k.versions[k.head:])]
		k.head = 0
	}
	at := len(k.versions)
	for at > k.head && k.versions[at-1].rank > r {
		at--
	}
	v := ackedVersion{rank: r, ack: ack, earliest: ack} // the latest acknowledgement of all
	if at < len(k.versions) {
		v.earliest = k.versions[at].earliest
	}
	k.versions = slices.Insert(k.versions, at, v)
}

// above returns the versions above r, the lowest first.
func (k *keyAcks) above(r rank) []ackedVersion {
	live := k.versions[k.head:]
	if len(live) == 0 || live[len(live)-1].rank <= r {
		return nil // the usual case: the read is fresh
	}
	i, _ := slices.BinarySearchFunc(live, r+1, byRank)
	return live[i:]
}

func byRank(v ackedVersion, r rank) int { return cmp.Compare(v.rank, r) }

// missed returns how many versions above r were acknowledged before the ack with
// index before, and the first of those acks; known is how many acks the key had then.
func (k *keyAcks) missed(r rank, before int, known uint32) (n int64, first uint32) {
	above := k.above(r)
	if len(above) == 0 || int(above[0].earliest) >= before {
		return 0, 0
	}
	n = int64(len(above))
	later := k.acked - known
	for i := len(above) - 1; i >= 0 && later > 0; i-- {
		if int(above[i].ack) >= before {
			n--
			later--
		}
	}
	return n, above[0].earliest
}

// retire notes that a version is settled, or is lost and superseded by a settled one.
func (k *keyAcks) retire(r rank, at sim.Time) {
	if k.settledAcks == 0 || at < k.firstAck {
		k.firstAck = at
	}
	k.lastAck = max(k.lastAck, at)
	k.settled = max(k.settled, r)
	k.settledAcks++
	for k.head < len(k.versions) && k.versions[k.head].rank <= r {
		k.head++ // lower ones no longer matter
	}
}

// remove takes out a version that is to be set aside.
func (k *keyAcks) remove(r rank, ack uint32) {
	i, ok := slices.BinarySearchFunc(k.versions[k.head:], r, byRank)
	switch {
	case !ok: // a settled version has superseded it
		return
	case i == 0: // nearly always: the oldest goes first
		k.head++
		return
	}
	i += k.head
	k.versions = slices.Delete(k.versions, i, i+1)
	for i--; i >= k.head && k.versions[i].earliest == ack; i-- {
		k.versions[i].earliest = k.versions[i].ack
		if i+1 < len(k.versions) {
			k.versions[i].earliest = min(k.versions[i].ack, k.versions[i+1].earliest)
		}
	}
}
