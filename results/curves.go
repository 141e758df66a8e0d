package results

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
)

// The columns of the two curve files. They differ by kind, which a series (a
// curve over time) does not need.
var (
	seriesHeader       = []string{"variant", "curve", "unit", "x", "y", "lo", "hi", "n"}
	distributionHeader = []string{"variant", "curve", "kind", "unit", "x", "y", "lo", "hi", "n"}
)

// encodeCurves writes the curves over time (overTime) or all others as CSV, one
// point a row, variants and curves in the order of the set.
func encodeCurves(s *Set, overTime bool) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	header := distributionHeader
	if overTime {
		header = seriesHeader
	}
	if err := w.Write(header); err != nil {
		return nil, err
	}
	for _, v := range s.Variants {
		for _, c := range v.Curves {
			if (c.Kind == OverTime) != overTime {
				continue
			}
			if err := encodeCurve(w, v.Name, c); err != nil {
				return nil, fmt.Errorf("variant %q, curve %q: %w", v.Name, c.Name, err)
			}
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func encodeCurve(w *csv.Writer, variant string, c Curve) error {
	if err := checkCurve(c); err != nil {
		return err
	}
	row := []string{variant, c.Name}
	if c.Kind != OverTime {
		row = append(row, string(c.Kind))
	}
	row = append(row, c.Unit)
	fixed := len(row)
	for i := range c.X {
		row = append(row[:fixed], cell(c.X[i]), cell(c.Y[i]), cell(c.Lo[i]), cell(c.Hi[i]), strconv.Itoa(c.N))
		if err := w.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// checkCurve rejects what a reader could not give back.
func checkCurve(c Curve) error {
	switch c.Kind {
	case OverTime, Distribution, Events, Visibility:
	default:
		return fmt.Errorf("unknown kind %q", c.Kind)
	}
	if len(c.X) == 0 {
		return fmt.Errorf("no points")
	}
	if len(c.Y) != len(c.X) || len(c.Lo) != len(c.X) || len(c.Hi) != len(c.X) {
		return fmt.Errorf("x, y, lo and hi have %d, %d, %d and %d points", len(c.X), len(c.Y), len(c.Lo), len(c.Hi))
	}
	for i, x := range c.X {
		if math.IsNaN(x) || i > 0 && x <= c.X[i-1] {
			return fmt.Errorf("x does not increase at point %d (after rounding to %d digits)", i, FigureDigits)
		}
		for _, v := range []float64{x, c.Y[i], c.Lo[i], c.Hi[i]} {
			if math.IsInf(v, 0) {
				return fmt.Errorf("point %d is infinite", i)
			}
		}
	}
	return nil
}

// cell writes a number as short as it can be read back; no measurement (NaN) is
// an empty cell, as spreadsheets and data frames expect.
func cell(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// decodeCurves reads what encodeCurves wrote and adds the curves to their variants.
func decodeCurves(s *Set, data []byte, overTime bool) error {
	header := distributionHeader
	if overTime {
		header = seriesHeader
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = len(header)
	r.ReuseRecord = true
	first, err := r.Read()
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	for i, name := range header {
		if first[i] != name {
			return fmt.Errorf("column %d is %q, want %q", i+1, first[i], name)
		}
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := addPoint(s, row, overTime); err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// addPoint appends a row's point to the curve it names. Rows of one curve are
// adjacent, so the curve is the variant's last, or new.
func addPoint(s *Set, row []string, overTime bool) error {
	v, ok := s.Variant(row[0])
	if !ok {
		return fmt.Errorf("variant %q is not in %s", row[0], summaryName)
	}
	name, kind, rest := row[1], OverTime, row[2:]
	if !overTime {
		kind, rest = CurveKind(row[2]), row[3:]
	}
	var point [4]float64
	for i := range point {
		text := rest[1+i]
		if text == "" {
			point[i] = math.NaN()
			continue
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return err
		}
		point[i] = value
	}
	n, err := strconv.Atoi(rest[5])
	if err != nil {
		return err
	}
	last := len(v.Curves) - 1
	if last < 0 || v.Curves[last].Name != name || v.Curves[last].Kind != kind {
		v.Curves = append(v.Curves, Curve{Name: name, Kind: kind, Unit: rest[0], N: n})
		last++
	}
	c := &v.Curves[last]
	c.X = append(c.X, point[0])
	c.Y = append(c.Y, point[1])
	c.Lo = append(c.Lo, point[2])
	c.Hi = append(c.Hi, point[3])
	return nil
}
