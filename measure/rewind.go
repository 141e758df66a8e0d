package measure

import "replsim/sim"

// rewind counts what replicas dropped from the ends of their logs because it was not
// in the leader's, over the whole run: most of it never acknowledged.
//
//	rewind.count    how often that happened
//	rewind.records  records dropped
type rewind struct{ count, records int64 }

func (r *rewind) truncated(to, end sim.LSN) {
	r.count++
	r.records += int64(end - to)
}

func (r *rewind) report(out *Replication) {
	out.count("rewind.count", "1", r.count)
	out.count("rewind.records", "records", r.records)
}
