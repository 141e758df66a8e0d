package swarm

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// shrinker makes a failing scenario small, so that a person can follow it: of all
// that a seed has drawn, hardly anything has to do with the failure.
type shrinker struct {
	ctx    context.Context
	judge  *judge
	what   string // the breach to keep
	budget int    // runs left
	best   draft
}

// tries is how many seeds a smaller scenario gets to fail with. What is left out
// shifts everything else by some milliseconds, and the failure may hang on those.
const tries = 8

// shrink returns the smallest draft found, within a budget of runs. It repeats the
// steps until none of them helps: first to leave out whole tables, then keys, then
// to make what is left smaller.
func (s *shrinker) shrink(start draft) draft {
	s.best = start
	for before := ""; before != s.best.text(); {
		before = s.best.text()
		s.dropEpisodes()
		s.dropTables()
		s.dropReplicas()
		s.dropKeys()
		s.simplify()
	}
	return s.best
}

// accept takes a smaller draft if it fails alike, with one seed or another.
func (s *shrinker) accept(smaller draft) bool { return s.acceptIn(tries, smaller) }

func (s *shrinker) acceptIn(tries int, smaller draft) bool {
	seed, err := strconv.ParseUint(s.best.get("", "seed"), 10, 64)
	if err != nil {
		return false
	}
	for i := range uint64(tries) {
		if s.budget <= 0 || s.ctx.Err() != nil {
			return false
		}
		s.budget--
		candidate := smaller.with("", "seed", strconv.FormatUint(seed+i, 10))
		v, err := s.judge.again(s.ctx, candidate.text(), s.what)
		if err != nil {
			return false // it makes no sense any more: the loader says so
		}
		if _, same := v.broke(s.what); same {
			s.best = candidate
			return true
		}
	}
	return false
}

// dropEpisodes leaves out faults that belong together: those of one failover, whose
// names end in the same number. One without the others would be another story. There
// are few, and each that goes makes all else much easier: they get more tries.
func (s *shrinker) dropEpisodes() {
	var ends []string
	for _, t := range s.best {
		if end := episode(t.name); end != "" && !slices.Contains(ends, end) {
			ends = append(ends, end)
		}
	}
	minimize(ends, func(kept []string) bool {
		return s.acceptIn(4*tries, s.best.filter(func(table, _ string) bool {
			end := episode(table)
			return end == "" || slices.Contains(kept, end)
		}))
	})
}

// episode returns the -1 of faults.leader-1, or "" for what is no part of one.
func episode(table string) string {
	if i := strings.LastIndexByte(table, '-'); i >= 0 && strings.HasPrefix(table, "faults.") {
		return table[i:]
	}
	return ""
}

// dropTables leaves out tables: faults, links, places, groups of clients, settings.
func (s *shrinker) dropTables() {
	var names []string
	for _, t := range s.best {
		if t.name != "" {
			names = append(names, t.name)
		}
	}
	minimize(names, func(kept []string) bool {
		wanted := set(kept)
		return s.accept(s.best.filter(func(table, key string) bool { return wanted[table] || essential(table, key) }))
	})
}

// dropKeys leaves out keys, which means their defaults.
func (s *shrinker) dropKeys() {
	type path struct{ table, key string }
	var paths []path
	for _, t := range s.best {
		for _, e := range t.keys {
			if !essential(t.name, e.key) {
				paths = append(paths, path{t.name, e.key})
			}
		}
	}
	minimize(paths, func(kept []path) bool {
		wanted := set(kept)
		return s.accept(s.best.filter(func(table, key string) bool {
			return wanted[path{table, key}] || essential(table, key)
		}))
	})
}

// essential tells whether a key has to stay, if not its value: without it there would
// be no scenario, or one that runs much longer by its defaults.
func essential(table, key string) bool {
	switch table {
	case "":
		return slices.Contains([]string{"title", "duration", "drain", "seeds", "seed"}, key)
	case "workload":
		return slices.Contains([]string{"rate", "think", "clients"}, key)
	}
	return false
}

func set[T comparable](list []T) map[T]bool {
	m := map[T]bool{}
	for _, x := range list {
		m[x] = true
	}
	return m
}

// minimize leaves out of a list what it can while fails holds of the rest: half of
// it, quarters, and so on down to single elements (the complements of Zeller and
// Hildebrandt's ddmin, IEEE TSE 2002).
func minimize[T any](list []T, fails func([]T) bool) []T {
	for chunk := (len(list) + 1) / 2; chunk > 0; chunk /= 2 {
		for at := 0; at < len(list); {
			end := min(at+chunk, len(list))
			rest := append(append([]T{}, list[:at]...), list[end:]...)
			if fails(rest) {
				list = rest
			} else {
				at = end
			}
		}
	}
	return list
}
