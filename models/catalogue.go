// Package models lists the replication protocols. Each is a folder of its own
// below this one, to be read on its own: its doc.go tells the protocol in prose,
// its source, and what is simplified. Start with leader; kv is what all share.
package models

// Model is an entry of the catalogue.
type Model struct {
	Name    string // as in cluster.model of a scenario
	Title   string
	Package string
}

// Catalogue returns all models, in reading order.
func Catalogue() []Model {
	return []Model{
		{Name: "leader", Title: "Leader–follower replication: asynchronous, semi-synchronous, synchronous", Package: "models/leader"},
		{Name: "raft", Title: "Raft: a leader elected by a majority, a log that outlives it", Package: "models/raft"},
		{Name: "paxos", Title: "Multi-Paxos: two phases, a stable leader or duelling proposers, flexible quorums", Package: "models/paxos"},
	}
}
