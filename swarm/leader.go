package swarm

import (
	"slices"
	"strconv"
	"time"
)

// leaderSettings draws the settings of leader–follower replication.
func leaderSettings(d *drawing) {
	const name = "replication"
	set := func(key, value string) { d.set(name, key, value) }
	maybe := func(key string, value func() string) { d.maybe(name, key, value) }

	d.commitRule()
	if d.plan.free() {
		maybe("level", func() string { return quote(pick(d, "received", "applied")) })
		maybe("sync_lost", func() string { return quote(pick(d, "fallback", "shrink")) })
		maybe("sync_timeout", func() string { return span(d.span(10*time.Millisecond, time.Second)) })
	} else {
		maybe("level", func() string { return quote("applied") })
	}
	if d.plan.free() || d.get(name, "level") == "" { // or else applied would say nothing of disks
		maybe("apply_when", func() string { return quote("received") })
	}
	if d.plan != diskless && d.on() {
		set("local_flush", "false")
		maybe("flush_every", func() string { return span(d.span(5*time.Millisecond, 500*time.Millisecond)) })
		maybe("flush_page", func() string { return d.size(200, 8000, "") })
	}
	maybe("visible", func() string { return quote("before-commit") })
	maybe("ship_every", func() string { return d.shortly(50 * time.Millisecond) })
	maybe("ship_unflushed", func() string { return "true" })
	maybe("group_commit", func() string { return quote("wait") })
	maybe("feedback", func() string { return quote("every-level") })
	if d.plan == orderly {
		set("heartbeat", span(d.span(20*time.Millisecond, orderlyHeartbeat)))
	} else {
		maybe("heartbeat", func() string { return span(d.span(20*time.Millisecond, time.Second)) })
	}
	maybe("appliers", func() string { return d.number(2, 4) })
	maybe("log_keep", func() string { return strconv.Itoa(pick(d, 1, 8, 50)) })
	if d.plan == orderly { // nobody may fall behind
		maybe("apply", func() string { return d.times(50*time.Microsecond, time.Millisecond) })
		maybe("snapshot_rate", func() string { return d.size(orderlySnapshots, 1e8, "/s") })
		maybe("record_size", func() string { return d.size(1, 1000, "") })
		return
	}
	if d.plan == diskless { // the difference between flushed and applied has to matter
		set("apply", d.times(500*time.Microsecond, 5*time.Millisecond))
	} else {
		maybe("apply", func() string { return d.times(50*time.Microsecond, 5*time.Millisecond) })
	}
	maybe("snapshot_rate", func() string { return d.size(1e5, 1e8, "/s") })
	maybe("record_size", func() string { return d.size(1, 4000, "") })
}

// commitRule draws whose acknowledgements a commit waits for, and of whom there
// are enough whoever leads.
func (d *drawing) commitRule() {
	followers := len(d.replicas) - 1
	set := func(key, value string) { d.set("replication", key, value) }
	switch {
	case d.plan == diskless:
		set("commit", quote(pick(d, "all", "all", "all", "async")))
		return
	case d.plan.free() && d.on(), followers == 0:
		return // asynchronous
	}
	rule := pick(d, "any", "any", "first", "all")
	set("commit", quote(rule))
	if rule != "all" {
		set("acks", d.number(1, followers))
	}
	if d.plan.free() && d.on() {
		// The order matters to FIRST. A leader on the list does not count, so that
		// whether enough are left depends on who leads; the loader only thinks of r1.
		acks, _ := strconv.Atoi(d.get("replication", "acks"))
		order := d.Perm(len(d.replicas))
		var standbys []string
		for _, i := range order[:d.between(max(acks, 1), len(order))] {
			standbys = append(standbys, d.replicas[i])
		}
		if slices.Contains(standbys, "r1") && len(standbys) <= max(acks, 1) {
			standbys = append(standbys, d.replicas[slices.IndexFunc(d.replicas, func(r string) bool { return !slices.Contains(standbys, r) })])
		}
		set("standbys", list(standbys))
	}
}
