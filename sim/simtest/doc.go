// Package simtest runs scripts against a simulated world and compares what happens
// with what the script says should happen: a protocol's behaviour becomes a
// transcript that reads like a story and is a test.
//
// A script is a text file of paragraphs, parted by blank lines. A paragraph
// whose lines begin with # is prose. Any other one is a step: commands, one a
// line, then a line ---- and below it all that they printed:
//
//	# The leader answers before its followers have the write.
//
//	write x
//	run 1ms
//	----
//	1ms    client  x=1 is acknowledged
//
// Run with -update, the test writes the files anew with what the commands print
// now; read the difference before you commit it.
//
// A model's test registers its own commands; Stage has those that every world
// understands: run, crash, restart, pause, resume, cut, heal, slow and so on.
//
// The form is that of cockroachdb/datadriven, whose use in etcd-io/raft showed
// how well transcripts explain a protocol.
package simtest
