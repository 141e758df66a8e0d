package results

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The files of a result folder.
const (
	summaryName       = "summary.json"
	seriesName        = "series.csv"
	distributionsName = "distributions.csv"
	timelineName      = "timeline.csv"
)

// document is summary.json: the set, and which curve files belong to it. The
// hashes tell a folder left between two renames, or mixed by hand, from a whole one.
type document struct {
	*Set
	Files map[string]string `json:"files"` // name → SHA-256 of the content, hexadecimal
}

// Write stores s in dir as summary.json (all but the curves), series.csv (curves
// over time) and distributions.csv (all other curves), one point a row:
//
//	series.csv         variant,curve,unit,x,y,lo,hi,n
//	distributions.csv  variant,curve,kind,unit,x,y,lo,hi,n
//
// and, if a variant has a timeline, that as timeline.csv, one span a row:
//
//	timeline.csv       variant,seed,node,what,epoch,from,to,writes
//
// Numbers are rounded as Rounded says; an empty cell means "not measured". The
// same set gives the same bytes. The former result in dir stays whole if Write
// fails. A number that is not finite is an error that names it.
func Write(dir string, s *Set) error {
	if s.Schema != Schema {
		return fmt.Errorf("results: schema %d, but this version writes %d", s.Schema, Schema)
	}
	rounded := Rounded(s)
	for i := range rounded.Variants {
		sortVariant(&rounded.Variants[i])
	}
	if err := check(rounded); err != nil {
		return fmt.Errorf("results: %w", err)
	}
	series, err := encodeCurves(rounded, true)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	distributions, err := encodeCurves(rounded, false)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	timeline, err := encodeTimelines(rounded)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	files := []File{{seriesName, series}, {distributionsName, distributions}}
	if timeline != nil {
		files = append(files, File{timelineName, timeline})
	}
	doc := document{Set: rounded, Files: map[string]string{}}
	for _, f := range files {
		doc.Files[f.Name] = hash(f.Data)
	}
	summary, err := encodeSummary(doc)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	// summary.json comes last: until then the former one disowns the new curves.
	if err := ReplaceFiles(dir, append(files, File{summaryName, summary})); err != nil {
		return fmt.Errorf("results: %w", err)
	}
	return nil
}

// Read loads the set that Write stored in dir. It fails if the folder was written
// in another schema, or if its files do not belong together.
func Read(dir string) (*Set, error) {
	s, err := read(dir)
	if err != nil {
		return nil, fmt.Errorf("results in %s: %w", dir, err)
	}
	return s, nil
}

// ChartNames returns the names of the charts that the result in dir asks for, and
// none if there is no result. It reads summary.json alone, which may stand without
// its curves.
func ChartNames(dir string) []string {
	data, err := os.ReadFile(filepath.Join(dir, summaryName))
	if err != nil {
		return nil
	}
	var s Set
	if json.Unmarshal(data, &s) != nil || s.Schema != Schema {
		return nil
	}
	var names []string
	for _, c := range s.Charts {
		names = append(names, c.Name)
	}
	return names
}

func read(dir string) (*Set, error) {
	summary, err := os.ReadFile(filepath.Join(dir, summaryName))
	if err != nil {
		return nil, err
	}
	// The version comes first: another schema may not even decode.
	var version struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(summary, &version); err != nil {
		return nil, fmt.Errorf("%s: %w", summaryName, err)
	}
	if version.Schema != Schema {
		return nil, fmt.Errorf("written in schema %d, but this version reads schema %d: run the scenario again", version.Schema, Schema)
	}
	doc := document{Set: &Set{}}
	if err := json.Unmarshal(summary, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", summaryName, err)
	}
	for _, name := range []string{seriesName, distributionsName, timelineName} {
		if err := readFile(dir, name, doc); err != nil {
			return nil, err
		}
	}
	for i := range doc.Variants {
		sortVariant(&doc.Variants[i])
	}
	return doc.Set, nil
}

// readFile adds what a file beside summary.json holds. The timeline may be missing, if
// summary.json knows of none.
func readFile(dir, name string, doc document) error {
	want, listed := doc.Files[name]
	if name == timelineName && !listed {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	if hash(data) != want {
		return fmt.Errorf("%s does not belong to %s: it was changed, or a write was cut short", name, summaryName)
	}
	if name == timelineName {
		err = decodeTimelines(doc.Set, data)
	} else {
		err = decodeCurves(doc.Set, data, name == seriesName)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// sortVariant puts figures and curves in their promised order, by name. Equal
// names are caught by check.
func sortVariant(v *Variant) {
	slices.SortStableFunc(v.Figures, func(a, b Figure) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(v.Curves, func(a, b Curve) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(string(a.Kind), string(b.Kind))
	})
}

// encodeSummary indents, so that a change of results reads well as a diff, and
// leaves < and > as they are: expectations hold them.
func encodeSummary(doc document) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(doc)
	return out.Bytes(), err
}

// check reports every name that would be lost and every number JSON cannot hold.
func check(s *Set) error {
	var errs []error
	finite := func(where string, values ...float64) {
		for _, v := range values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				errs = append(errs, fmt.Errorf("%s is not finite; leave out what was not measured", where))
				return
			}
		}
	}
	finite("duration or warm-up", s.Duration, s.Warmup)
	for _, f := range s.Faults {
		finite(fmt.Sprintf("fault %q", f.Name), f.Start, f.End)
	}
	seen := map[string]bool{}
	unique := func(what string) {
		if seen[what] {
			errs = append(errs, fmt.Errorf("%s occurs twice", what))
		}
		seen[what] = true
	}
	for _, v := range s.Variants {
		unique(fmt.Sprintf("variant %q", v.Name))
		for _, f := range v.Figures {
			where := fmt.Sprintf("variant %q, figure %q", v.Name, f.Name)
			unique(where)
			finite(where, f.Mean, f.Lo, f.Hi, f.Min, f.Max)
		}
		for _, c := range v.Curves {
			unique(fmt.Sprintf("variant %q, %s curve %q", v.Name, c.Kind, c.Name))
		}
	}
	for _, c := range s.Comparisons {
		finite(fmt.Sprintf("comparison of %q", c.Figure), c.Diff, c.Lo, c.Hi)
	}
	for _, e := range s.Expectations {
		finite(fmt.Sprintf("expectation %q", e.Key), e.Got)
	}
	return errors.Join(errs...)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
