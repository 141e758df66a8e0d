// Package results holds the typed result set of one experiment: what was run,
// every figure with its interval, every curve with its band, and how variants
// compare. The experiment fills it, report draws it, and it is written to and
// read from a folder (see Write and Read) without loss.
//
// Times inside a Set are float64 seconds of virtual time; figures and curves
// name their unit.
package results

// Schema is the version of the folder format. It changes whenever a reader of
// the former format would misread the new one.
const Schema = 1

// Set is the outcome of one scenario: some variants, each run for the same seeds.
type Set struct {
	Schema   int    `json:"schema"`
	Engine   string `json:"engine"`   // version of replsim that made it
	Scenario string `json:"scenario"` // name: the file's name without .toml
	Title    string `json:"title"`
	Question string `json:"question,omitempty"` // what the scenario asks
	Seed     uint64 `json:"seed"`               // base seed
	Seeds    int    `json:"seeds"`              // replications asked for, per variant
	// Partial is true when the run was interrupted: Variant.Done tells how many
	// replications each figure rests on.
	Partial  bool    `json:"partial,omitempty"`
	Duration float64 `json:"duration_s"` // virtual seconds in which clients were active
	Warmup   float64 `json:"warmup_s"`   // virtual seconds cut off at the start
	Digest   string  `json:"digest"`     // hash over the event digests of all replications

	Faults       []Fault       `json:"faults,omitempty"` // scheduled in all variants
	Variants     []Variant     `json:"variants"`
	Comparisons  []Comparison  `json:"comparisons,omitempty"`
	Expectations []Expectation `json:"expectations,omitempty"`
	Charts       []Chart       `json:"charts,omitempty"`
}

// Fault is a scheduled fault, drawn as a band (or a line when Start == End).
// Faults drawn from a random process differ per seed and have no band.
type Fault struct {
	Name  string  `json:"name"` // the scenario's name for it, shown on charts
	Kind  string  `json:"kind"` // crash, pause, partition, …, or promote
	What  string  `json:"what"` // its target in words: "r2", "r1 | r2, r3"
	Start float64 `json:"start_s"`
	End   float64 `json:"end_s"`
}

// Variant is one named setting of the scenario.
type Variant struct {
	Name    string            `json:"name"`
	Label   string            `json:"label"`
	Changes map[string]string `json:"changes,omitempty"` // overridden keys and their values
	Done    int               `json:"done"`              // replications finished
	Digest  string            `json:"digest"`
	Figures []Figure          `json:"figures"`          // sorted by name
	Faults  []Fault           `json:"faults,omitempty"` // scheduled in this variant, but not in all
	Effects []Effect          `json:"effects,omitempty"`
	Notes   []string          `json:"notes,omitempty"` // sentences: what was lost, and why
	// Violations says which invariants of the model were broken, if any were: the
	// first ones of the first replication in which it happened.
	Violations []string `json:"violations,omitempty"`
	Curves     []Curve  `json:"-"` // in series.csv and distributions.csv; sorted by name
	Timeline   Timeline `json:"-"` // in timeline.csv, if a chart shows it
}

// Figure is one measured quantity over all replications of a variant.
type Figure struct {
	Name   string  `json:"name"` // dotted: latency.write.p99, data_loss.truncated
	Unit   string  `json:"unit"` // s, writes, ratio, ops/s, B/write, …
	Mean   float64 `json:"mean"`
	Lo     float64 `json:"lo"` // 95 % interval of the mean (or proportion)
	Hi     float64 `json:"hi"`
	Min    float64 `json:"min"` // over replications
	Max    float64 `json:"max"`
	N      int     `json:"n"`      // replications in which it was defined
	Method string  `json:"method"` // how the interval was made: t, ratio, wilson, rule-of-three, few-events, constant, single
}

// Effect tells what a fault did, summed over replications, so that a fault that
// did nothing is noticed.
type Effect struct {
	Fault   string `json:"fault"`
	Text    string `json:"text"`              // "dropped 1,204 messages, 15 s down, 4 flushes lost"
	Warning bool   `json:"warning,omitempty"` // it had no effect at all
}

// CurveKind says what the x of a curve is.
type CurveKind string

// Kinds of curve.
const (
	OverTime     CurveKind = "time"         // x: virtual seconds; y: a measure sampled on a grid
	Distribution CurveKind = "distribution" // x: fraction ≤ y (0…1); y: the quantile in Unit
	Events       CurveKind = "events"       // as Distribution, of a few events per replication, those of all together
	Visibility   CurveKind = "visibility"   // x: seconds since commit or acknowledgement; y: P(read is fresh)
)

// Curve is a measure along an axis, with its spread over the replications.
type Curve struct {
	Name string // dotted: lag.time.r2, latency.write, visibility.followers
	Kind CurveKind
	Unit string    // of Y
	X    []float64 // strictly increasing
	// Y is the mean over replications (of the quantile, for distributions); for Events
	// it is the quantile of the values of all replications.
	Y []float64
	// Lo and Hi are the band: 5th and 95th percentile over the replications for
	// OverTime, the 95 % interval of Y otherwise. NaN: nothing bounds it.
	Lo, Hi []float64
	N      int // replications
}

// Comparison is a paired difference under common random numbers: both variants
// saw the same arrivals, keys, delays and faults, seed by seed.
type Comparison struct {
	Figure  string  `json:"figure"`
	Unit    string  `json:"unit"`
	Base    string  `json:"base"`    // variant compared with
	Variant string  `json:"variant"` // variant compared
	Diff    float64 `json:"diff"`    // mean of Variant − Base
	Lo      float64 `json:"lo"`      // 95 % interval of Diff
	Hi      float64 `json:"hi"`
	N       int     `json:"n"`       // pairs
	Verdict string  `json:"verdict"` // Higher, Lower or NoDifference
}

// Verdicts of comparisons.
const (
	Higher       = "higher"                // than the base
	Lower        = "lower"                 // than the base
	NoDifference = "no visible difference" // the interval of the difference holds zero
)

// Expectation is one line of [expect] and whether it held.
type Expectation struct {
	Variant string  `json:"variant,omitempty"`
	Key     string  `json:"key"`  // figure, with an optional .min, .max, .lo or .hi
	Want    string  `json:"want"` // "== 0", "< 6s"
	Got     float64 `json:"got"`
	Unit    string  `json:"unit"`
	Held    bool    `json:"held"`
}

// Chart is a picture that the scenario asks for.
type Chart struct {
	Name string `json:"name"` // file name without ending
	Kind string `json:"kind"` // time, cdf, tail, visibility, bars, scatter, lines, stack, timeline
	// Title is the chart's message. {variant/figure} stands for a measured figure,
	// so that a title cannot claim what the run did not show.
	Title    string   `json:"title"`
	Show     []string `json:"show,omitempty"`     // curves or figures; a trailing .* takes all below
	Variants []string `json:"variants,omitempty"` // default: all
	X        string   `json:"x,omitempty"`        // scatter: figure; lines: the key that the variants change
	Log      bool     `json:"log,omitempty"`      // logarithmic y (and x for scatter)
	From     float64  `json:"from_s,omitempty"`   // time window
	To       float64  `json:"to_s,omitempty"`
}

// Figure returns the variant's figure of that name, and whether it has one.
func (v *Variant) Figure(name string) (Figure, bool) {
	for _, f := range v.Figures {
		if f.Name == name {
			return f, true
		}
	}
	return Figure{}, false
}

// Curve returns the variant's curve of that name, and whether it has one.
func (v *Variant) Curve(name string) (Curve, bool) {
	for _, c := range v.Curves {
		if c.Name == name {
			return c, true
		}
	}
	return Curve{}, false
}

// Variant returns the variant of that name, and whether there is one.
func (s *Set) Variant(name string) (*Variant, bool) {
	for i := range s.Variants {
		if s.Variants[i].Name == name {
			return &s.Variants[i], true
		}
	}
	return nil, false
}
