package sim_test

import (
	"slices"
	"testing"
	"time"

	"replsim/sim"
)

// disk is one node with a log of ints and a flush time of 10 ms.
type disk struct {
	*bed
	log    *sim.Log[int]
	synced []sim.LSN
}

func newDisk(edit ...func(*sim.NodeConfig)) *disk {
	d := &disk{bed: newBed(1, sim.LinkConfig{}, append([]func(*sim.NodeConfig){func(c *sim.NodeConfig) { c.Flush = law("10ms") }}, edit...)...)}
	d.onBoot = func(e *sim.Env) {
		d.log = sim.OpenLog[int](e, func(end sim.LSN) {
			d.synced = append(d.synced, end)
			d.note("synced %d", end)
		})
	}
	return d
}

// append lets the node append records at an instant, and flush them if so asked.
func (d *disk) append(at sim.Time, flush bool, records ...int) {
	d.At(at, func() {
		for _, r := range records {
			d.log.Append(r, 100)
		}
		if flush {
			d.log.Flush()
		}
	})
}

// contents returns all records that the log holds.
func (d *disk) contents() []int { return slices.Clone(d.log.Slice(d.log.Base(), d.log.End())) }

func TestFlushCoversWhatWasThereWhenItBegan(t *testing.T) {
	d := newDisk()
	d.append(1*ms, true, 1, 2)
	d.append(5*ms, false, 3)
	d.Run(100 * ms)
	equal(t, d.got, []string{"11ms synced 2"})
	equal(t, []sim.LSN{d.log.Base(), d.log.Flushed(), d.log.End()}, []sim.LSN{0, 2, 3})
}

// All records that come while a flush runs share the next one.
func TestGroupCommit(t *testing.T) {
	d := newDisk()
	for i := range 10 {
		d.append(sim.Time(i)*ms, true, i)
	}
	d.Run(100 * ms)
	equal(t, d.got, []string{"10ms synced 1", "20ms synced 10"})
	equal(t, d.log.Flushes(), int64(2))
}

func TestFlushOfNothingDoesNothing(t *testing.T) {
	d := newDisk()
	d.append(0, true)
	d.append(1*ms, true, 1)
	d.append(50*ms, true)
	d.Run(100 * ms)
	equal(t, d.got, []string{"11ms synced 1"})
}

// 1,000 records of 100 bytes take 100 ms more at 1 MB/s.
func TestFlushTakesTimeByItsSize(t *testing.T) {
	d := newDisk(func(c *sim.NodeConfig) { c.FlushRate = 1e6 })
	d.append(0, true, make([]int, 1000)...)
	d.append(1*ms, true, 1)
	d.Run(1000 * ms)
	equal(t, d.got, []string{"110ms synced 1000", "120.1ms synced 1001"})
}

// What no ended flush covered is gone after a crash, also if a flush was under
// way; that flush does not end in the next life.
func TestCrashTruncatesToWhatWasFlushed(t *testing.T) {
	d := newDisk()
	d.append(1*ms, true, 1, 2)
	d.append(12*ms, true, 3)
	d.append(13*ms, false, 4)
	d.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 15*ms, time.Millisecond)
	sim.Observe(d.World, func(_ sim.Time, _ sim.NodeID, f sim.Crashed) { equal(t, f, sim.Crashed{Unflushed: 2}) })
	d.append(17*ms, true, 5)
	d.Run(100 * ms)
	equal(t, d.got, []string{"11ms synced 2", "27ms synced 3"})
	equal(t, d.contents(), []int{1, 2, 5})
	equal(t, d.effect(0).LostRecords, int64(2))
}

func TestLossOfTheDiskTakesLogAndPages(t *testing.T) {
	d := newDisk()
	var pages []int
	open := d.onBoot
	d.onBoot = func(e *sim.Env) {
		open(e)
		p := sim.Pages(e, func() *int { return new(int) })
		pages = append(pages, *p)
		*p = d.boots[0]
	}
	d.append(1*ms, true, 1, 2)
	d.append(12*ms, false, 3)
	d.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 15*ms, time.Millisecond)
	d.Inject("fire", sim.Crash{Targets: sim.Nodes(0), DiskLost: true}, 20*ms, time.Millisecond)
	d.Run(30 * ms)
	equal(t, pages, []int{0, 1, 0}) // the pages of the first life survive a crash, but not the fire
	equal(t, d.log.End(), sim.LSN(0))
	equal(t, d.effect(0).LostRecords, int64(1))
	equal(t, d.effect(1).LostRecords, int64(2))
}

// A flush that began before a truncation makes nothing safe beyond it.
func TestTruncateDuringAFlush(t *testing.T) {
	d := newDisk()
	d.append(1*ms, true, 1, 2, 3, 4)
	d.At(5*ms, func() { d.log.Truncate(2); d.log.Append(33, 1) })
	d.Run(50 * ms)
	equal(t, d.got, []string{"11ms synced 2"})
	equal(t, d.contents(), []int{1, 2, 33})
	d.At(60*ms, func() { d.log.Flush() })
	d.Run(100 * ms)
	equal(t, d.synced, []sim.LSN{2, 3})
	d.log.Truncate(1)
	equal(t, d.log.Flushed(), sim.LSN(1))
	d.log.Truncate(7)
	equal(t, d.log.End(), sim.LSN(1))
}

// A snapshot replaces the log while a flush is under way: that flush makes nothing
// of the new log safe.
func TestRestartDuringAFlush(t *testing.T) {
	for _, base := range []sim.LSN{2, 100} {
		d := newDisk()
		d.append(1*ms, true, 1, 2, 3, 4)
		d.At(5*ms, func() { d.log.Restart(base); d.log.Append(9, 1) })
		d.Run(50 * ms)
		equal(t, d.synced, []sim.LSN{base})
		equal(t, []sim.LSN{d.log.Base(), d.log.Flushed(), d.log.End()}, []sim.LSN{base, base, base + 1})
		equal(t, d.log.At(base+1), 9)
	}
}

// Slices of the log may be sent in messages: they keep what they held, whatever
// becomes of the log.
func TestSlicesAreImmutable(t *testing.T) {
	d := newDisk()
	d.Run(0)
	for i := range 5 {
		d.log.Append(i, 1)
	}
	sent := d.log.Slice(1, 5)
	longer := append(sent, -1) // must not write into the log
	d.log.Append(5, 1)
	equal(t, d.log.At(6), 5)
	equal(t, longer, []int{1, 2, 3, 4, -1})
	sent = d.log.Slice(0, 6)
	d.log.Truncate(2)
	for range 20 {
		d.log.Append(77, 1)
	}
	d.log.Restart(0)
	d.log.Append(88, 1)
	equal(t, sent, []int{0, 1, 2, 3, 4, 5})
	equal(t, d.log.Slice(1, 1), []int(nil))
}

func TestTrim(t *testing.T) {
	d := newDisk(func(c *sim.NodeConfig) { c.FlushRate = 1e9 })
	d.append(0, true, 1, 2, 3, 4)
	d.append(11*ms, false, 5)
	d.Run(20 * ms)
	sent := d.log.Slice(0, 4)
	d.log.Trim(3)
	equal(t, []sim.LSN{d.log.Base(), d.log.Flushed(), d.log.End()}, []sim.LSN{3, 4, 5})
	equal(t, d.contents(), []int{4, 5})
	equal(t, sent, []int{1, 2, 3, 4})
	d.log.Trim(2) // nothing is left to do
	equal(t, d.log.Base(), sim.LSN(3))
	panics(t, func() { d.log.At(3) })
	panics(t, func() { d.log.At(6) })
	panics(t, func() { d.log.Slice(2, 5) })
	panics(t, func() { d.log.Trim(5) }) // not flushed
	d.append(30*ms, true, 6)
	d.Run(100 * ms)
	equal(t, d.log.Flushed(), sim.LSN(6))
}

// A flush that ends in a pause is seen at its end; a crash in the pause loses it.
func TestFlushInAPause(t *testing.T) {
	for _, crash := range []bool{false, true} {
		d := newDisk()
		d.append(1*ms, true, 1)
		d.Inject("pause", sim.Pause{Targets: sim.Nodes(0)}, 5*ms, 20*time.Millisecond)
		want := []string{"25ms synced 1"}
		if crash {
			d.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 15*ms, time.Millisecond)
			want = nil
		}
		d.Run(100 * ms)
		equal(t, d.got, want)
		equal(t, d.log.End(), sim.LSN(len(want)))
	}
}

func TestANodeHasOneLogOfOneType(t *testing.T) {
	d := newDisk()
	d.Run(0)
	panics(t, func() { sim.OpenLog[string](d.env[0], func(sim.LSN) {}) })
}

// flushTo asks for some records at an instant.
func (d *disk) flushTo(at sim.Time, to sim.LSN) { d.At(at, func() { d.log.FlushTo(to) }) }

// A background writer leaves what it was not asked for, and asks for nothing while
// the disk is busy; who waits for a flush does not wait in vain.
func TestFlushTo(t *testing.T) {
	for name, c := range map[string]struct {
		play func(*disk)
		want []string
	}{
		"some":                           {func(d *disk) { d.flushTo(1*ms, 3) }, []string{"11ms synced 3"}},
		"no more than there are":         {func(d *disk) { d.flushTo(1*ms, 99) }, []string{"11ms synced 5"}},
		"what is safe already":           {func(d *disk) { d.flushTo(1*ms, 3); d.flushTo(20*ms, 2); d.flushTo(21*ms, 3) }, []string{"11ms synced 3"}},
		"while another one is under way": {func(d *disk) { d.flushTo(1*ms, 2); d.flushTo(5*ms, 4); d.flushTo(20*ms, 4) }, []string{"11ms synced 2", "30ms synced 4"}},
		"while a full one is under way":  {func(d *disk) { d.append(1*ms, true); d.append(2*ms, false, 6); d.flushTo(5*ms, 6) }, []string{"11ms synced 5"}},
		"then somebody waits for all":    {func(d *disk) { d.flushTo(1*ms, 2); d.append(5*ms, true) }, []string{"11ms synced 2", "21ms synced 5"}},
		"then the log is cut back":       {func(d *disk) { d.flushTo(1*ms, 4); d.At(5*ms, func() { d.log.Truncate(3) }) }, []string{"11ms synced 3"}},
		"then the node crashes": {func(d *disk) {
			d.flushTo(1*ms, 2)
			d.flushTo(12*ms, 4)
			d.Inject("crash", sim.Crash{Targets: sim.Nodes(0)}, 15*ms, time.Millisecond)
			d.append(20*ms, true, 9)
		}, []string{"11ms synced 2", "30ms synced 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDisk()
			d.append(0, false, 1, 2, 3, 4, 5)
			c.play(d)
			d.Run(100 * ms)
			equal(t, d.got, c.want)
		})
	}
}

// Only what it covers takes time by its size: 2 of the records here, after 3 others.
func TestFlushToTakesTimeByItsSize(t *testing.T) {
	d := newDisk(func(c *sim.NodeConfig) { c.FlushRate = 100_000 }) // 1 ms a record
	d.append(0, false, 1, 2, 3, 4, 5, 6)
	d.flushTo(1*ms, 3)
	d.flushTo(20*ms, 5)
	d.Run(100 * ms)
	equal(t, d.got, []string{"14ms synced 3", "32ms synced 5"})
}

// Force flushes although the log has nothing new, and shares a flush under way with
// nobody.
func TestForce(t *testing.T) {
	d := newDisk()
	d.At(1*ms, func() { d.log.Force() })
	d.append(5*ms, false, 1)
	d.At(6*ms, func() { d.log.Force() }) // the disk is busy
	d.At(20*ms, func() { d.log.Force() })
	d.Run(100 * ms)
	equal(t, d.got, []string{"11ms synced 0", "30ms synced 1"})
}
