package dcs

import (
	"slices"
	"strings"
	"time"
)

// state is what the store holds, the same on all members that have applied the log as far.
// Both lists are sorted, so that nothing depends on the order of a map.
type state struct {
	items  []Item
	leases []lease
}

// lease is a lease as the log knows it: when it runs out, only the leader knows.
type lease struct {
	id  LeaseID
	ttl time.Duration
}

// apply executes a change.
func (s *state) apply(at Revision, r *Request) Result {
	switch r.Op {
	case Put:
		return s.put(at, r)
	case Delete:
		return s.remove(at, r)
	case Grant:
		if i, known := s.lease(r.Lease); known {
			s.leases[i].ttl = r.TTL
		} else {
			s.leases = slices.Insert(s.leases, i, lease{r.Lease, r.TTL})
		}
	case Revoke:
		i, known := s.lease(r.Lease)
		if !known {
			return Result{Status: NoLease}
		}
		s.leases = slices.Delete(s.leases, i, i+1)
		s.items = slices.DeleteFunc(s.items, func(it Item) bool { return it.Lease == r.Lease })
	}
	return Result{Revision: at}
}

func (s *state) put(at Revision, r *Request) Result {
	if _, known := s.lease(r.Lease); r.Lease != 0 && !known {
		return Result{Status: NoLease}
	}
	i, there := s.find(r.Key)
	if !s.allows(r, i, there) {
		return Result{Status: Conflict}
	}
	it := Item{Key: r.Key, Value: r.Value, Revision: at, Lease: r.Lease}
	if there {
		s.items[i] = it
	} else {
		s.items = slices.Insert(s.items, i, it)
	}
	return Result{Revision: at}
}

func (s *state) remove(at Revision, r *Request) Result {
	i, there := s.find(r.Key)
	if !there || !s.allows(r, i, there) {
		return Result{Status: Conflict}
	}
	s.items = slices.Delete(s.items, i, i+1)
	return Result{Revision: at}
}

// allows compares a key's revision with the one that a change asks for.
func (s *state) allows(r *Request, i int, there bool) bool {
	switch r.If {
	case Whatever:
		return true
	case Absent:
		return !there
	}
	return there && s.items[i].Revision == r.If
}

func (s *state) find(key string) (int, bool) {
	return slices.BinarySearchFunc(s.items, key, func(it Item, k string) int { return strings.Compare(it.Key, k) })
}

func (s *state) lease(id LeaseID) (int, bool) {
	return slices.BinarySearchFunc(s.leases, id, func(l lease, id LeaseID) int { return int(min(max(l.id-id, -1), 1)) })
}

func (s *state) clone() *state {
	return &state{slices.Clone(s.items), slices.Clone(s.leases)}
}
