// Package arch holds tests of the architecture itself: which package may import
// which, what simulation code must not call, how long files and functions may
// be, and that everything exported is documented. It has no code of its own.
package arch
