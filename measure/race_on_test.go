//go:build race

package measure

// underRace: the race detector allocates.
const underRace = true
