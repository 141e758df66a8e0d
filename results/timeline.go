package results

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// Timeline is what happened to the replicas of a variant in one replication: who
// believed to lead, who was down, and when writes were acknowledged that are lost.
type Timeline struct {
	Seed  uint64 // of the replication
	Spans []Span // by kind, then by time
}

// Span is something that was so at a replica for a while.
type Span struct {
	Node     string
	What     SpanKind
	Epoch    uint32  // Leads: of which epoch
	From, To float64 // virtual seconds, From ≤ To
	Writes   int     // Lost: how many
}

// SpanKind is what was so in a Span.
type SpanKind string

// Kinds of span.
const (
	Exists  SpanKind = "exists"  // one for each replica, of the whole run
	Leads   SpanKind = "leads"   // it believed to lead
	Down    SpanKind = "down"    // it had crashed
	Paused  SpanKind = "paused"  // it stood still, whatever it believed
	Lost    SpanKind = "lost"    // writes that it had answered were acknowledged then, and are lost
	Omitted SpanKind = "omitted" // of no node: from here on, spans were too many to be kept
)

var timelineHeader = []string{"variant", "seed", "node", "what", "epoch", "from", "to", "writes"}

// encodeTimelines writes all timelines as CSV, one span a row; nil if there are none.
func encodeTimelines(s *Set) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write(timelineHeader); err != nil {
		return nil, err
	}
	rows := 0
	for _, v := range s.Variants {
		for _, span := range v.Timeline.Spans {
			if err := checkSpan(span); err != nil {
				return nil, fmt.Errorf("variant %q: %w", v.Name, err)
			}
			row := []string{v.Name, strconv.FormatUint(v.Timeline.Seed, 10), span.Node, string(span.What),
				strconv.FormatUint(uint64(span.Epoch), 10), cell(span.From), cell(span.To), strconv.Itoa(span.Writes)}
			if err := w.Write(row); err != nil {
				return nil, err
			}
			rows++
		}
	}
	if rows == 0 {
		return nil, nil
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// checkSpan rejects what a reader could not give back, or make sense of.
func checkSpan(s Span) error {
	switch s.What {
	case Exists, Leads, Down, Paused, Lost, Omitted:
	default:
		return fmt.Errorf("unknown kind of span %q", s.What)
	}
	if !(s.From <= s.To) {
		return fmt.Errorf("%s %s from %v to %v", s.Node, s.What, s.From, s.To)
	}
	return nil
}

// decodeTimelines reads what encodeTimelines wrote and adds it to the variants.
func decodeTimelines(s *Set, data []byte) error {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = len(timelineHeader)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = addSpan(s, row)
		}
		if err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func addSpan(s *Set, row []string) error {
	v, ok := s.Variant(row[0])
	if !ok {
		return fmt.Errorf("variant %q is not in %s", row[0], summaryName)
	}
	seed, err := strconv.ParseUint(row[1], 10, 64)
	if err != nil {
		return err
	}
	epoch, err := strconv.ParseUint(row[4], 10, 32)
	if err != nil {
		return err
	}
	var times [2]float64
	for i := range times {
		if times[i], err = strconv.ParseFloat(row[5+i], 64); err != nil {
			return err
		}
	}
	writes, err := strconv.Atoi(row[7])
	if err != nil {
		return err
	}
	v.Timeline.Seed = seed
	v.Timeline.Spans = append(v.Timeline.Spans, Span{Node: row[2], What: SpanKind(row[3]), Epoch: uint32(epoch),
		From: times[0], To: times[1], Writes: writes})
	return nil
}
