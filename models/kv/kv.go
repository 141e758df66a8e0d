// Package kv is what all models share with their clients and their observers:
// the requests and replies of a replicated key-value database, the order of its
// versions, and the facts that databases and clients report.
package kv

import (
	"time"

	"replsim/sim"
)

// Key names a record, from 0 to the workload's number of keys − 1.
type Key int32

// OpID identifies one operation of one client in a run, from 1. The value that a
// write writes is its OpID, so every value is unique and a read tells exactly
// which write it saw. 0 is the value of a record never written.
type OpID int64

// Version is a write's place in the database's own version order: a higher
// version supersedes a lower one. 0 stands before all writes.
type Version uint64

// lsnBits leaves room for 10¹² records in 2²⁴ epochs.
const lsnBits = 40

// VersionAt returns the version of a log record under one leader per epoch: a
// later epoch supersedes all of an earlier one, whatever the log positions.
func VersionAt(epoch uint32, lsn sim.LSN) Version {
	return Version(epoch)<<lsnBits | Version(lsn)
}

// Epoch returns the epoch part of a version made by VersionAt.
func (v Version) Epoch() uint32 { return uint32(v >> lsnBits) }

// LSN returns the log position of a version made by VersionAt.
func (v Version) LSN() sim.LSN { return sim.LSN(v & (1<<lsnBits - 1)) }

// Kind is the kind of an operation.
type Kind uint8

// Kinds of operation.
const (
	Read Kind = iota
	Write
)

// String returns "read" or "write".
func (k Kind) String() string {
	if k == Write {
		return "write"
	}
	return "read"
}

// headerBytes is the assumed size of a message without its payload: protocol
// framing over TCP/IP.
const headerBytes = 64

// Request is a client's operation on its way to a node.
type Request struct {
	ID    OpID
	Kind  Kind
	Key   Key
	Bytes int32 // size of the value written
	// Epoch is the latest epoch of a leader that the client has heard of, if clients
	// carry it; a leader of an earlier one learns from it that it is deposed.
	Epoch uint32
}

// Size implements sim.Message.
func (r Request) Size() int { return headerBytes + int(r.Bytes) }

// Status is a node's answer in one word.
type Status uint8

// Statuses.
const (
	// OK: a read's value is in the reply; a write is acknowledged.
	OK Status = iota
	// NotLeader: the node did nothing, because it does not lead; Reply.Leader may
	// say who does.
	NotLeader
	// Refused: the node did nothing, because it cannot serve now.
	Refused
	// Broken: the connection broke before there was an answer. The node may have done
	// what it was asked, or may still do so.
	Broken
)

// Reply is a node's answer.
type Reply struct {
	ID      OpID
	Status  Status
	Value   OpID       // read: the write it saw; write: its own ID
	Version Version    // of Value: the token that a session may carry
	Leader  sim.NodeID // who leads, as far as the node knows, or sim.NoNode; a client learns from it
	Bytes   int32      // size of the value read
	Epoch   uint32     // in which the node leads, or 0
}

// Size implements sim.Message.
func (r Reply) Size() int { return headerBytes + int(r.Bytes) }

// LagQuery asks a replica how far behind it believes to be, as a router does
// that polls its replicas, and whether it leads, as a proxy does that checks them.
type LagQuery struct {
	Tag uint32 // comes back in the answer
}

// Size implements sim.Message.
func (LagQuery) Size() int { return headerBytes }

// LagReply answers a LagQuery.
type LagReply struct {
	Lag     time.Duration // by the replica's own clock
	Leading bool          // the replica leads: its lag is 0
	Tag     uint32        // of the query
}

// Size implements sim.Message.
func (LagReply) Size() int { return headerBytes }
