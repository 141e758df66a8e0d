// Package sim is a deterministic discrete-event kernel for distributed systems.
// It knows nodes, messages, disks, CPUs, clocks and faults, and nothing of
// databases: protocols are built on it, observers measure them.
//
// A World holds one run. Time in it is virtual: an event fires, its handler runs
// to its end at that very instant, and the clock jumps to the next event. Events
// are ordered by (time, serial), so ties fire in the order in which they were
// scheduled and a run is a pure function of its configuration and seed. One
// World is used by one goroutine; many Worlds may run in parallel.
//
// # Reading order
//
// world.go is the loop. env.go is all that a protocol may touch: its clock, its
// random numbers, its timers (timer.go), its disk (wal.go), its CPU (cpu.go), both of
// which may start cold (cold.go), and messages (message.go), which cross links
// (link.go). node.go says what a crash takes away, fault.go how faults are injected
// and what they report (linkfault.go: those of links), and fact.go how protocols tell
// observers what they did.
//
// # Shape of a protocol
//
// A protocol is a plain struct, made anew by a Boot function at every start of
// its node, with one handler per message type:
//
//	func boot(e *sim.Env) {
//		s := &server{env: e}
//		sim.Handle(e, s.onPing)
//	}
//	func (s *server) onPing(from sim.NodeID, m Ping) { sim.Send(s.env, from, Pong{m.N}) }
//
// A crash drops the struct; only what was flushed to the disk is there when
// Boot is called again.
package sim
