// Package paxos implements Multi-Paxos: a log of which every slot is decided by a vote.
package paxos
