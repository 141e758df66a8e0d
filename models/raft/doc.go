// Package raft implements the consensus protocol of Ongaro and Ousterhout (2014) and a
// replicated key-value database on top of it.
package raft
