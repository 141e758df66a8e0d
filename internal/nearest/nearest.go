// Package nearest finds the word that somebody probably meant.
package nearest

import "strings"

// Closest returns the candidate nearest to word, or "" if none is near enough to
// be a likely slip of the pen. A candidate that differs in case only wins; among
// equally near ones the first wins, so the answer depends on the order given.
func Closest(word string, candidates []string) string {
	for _, c := range candidates {
		if c != word && strings.EqualFold(c, word) {
			return c
		}
	}
	best, bestDistance := "", 0
	for _, c := range candidates {
		d := distance(strings.ToLower(word), strings.ToLower(c))
		if c == word || d > tolerance(word, c) {
			continue
		}
		if best == "" || d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// tolerance is the number of slips up to which two words are taken for the same:
// one in three letters of the longer word, but never a wholly different word.
func tolerance(a, b string) int {
	longer, shorter := len(a), len(b)
	if shorter > longer {
		longer, shorter = shorter, longer
	}
	return min((longer+1)/3, shorter-1)
}

// distance is the restricted Damerau–Levenshtein distance: the least number of
// insertions, deletions, substitutions and swaps of neighbours, counted in bytes.
func distance(a, b string) int {
	var before []int // the row before the last one
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			substitution := last[j-1]
			if a[i-1] != b[j-1] {
				substitution++
			}
			row[j] = min(last[j]+1, row[j-1]+1, substitution)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
