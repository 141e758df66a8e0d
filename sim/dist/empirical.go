package dist

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// empiricalLaw follows measured times: its quantile function goes through the
// given points with straight lines between them. It ends where the points end;
// no tail is made up.
type empiricalLaw struct {
	at []float64 // ascending probabilities; nil: evenly spaced from 0 to 1
	x  []float64 // ascending times in nanoseconds
}

func (l *empiricalLaw) draw(u float64) float64 {
	var i int       // the point at or before u …
	var far float64 // … and how far u lies on the way to the next, 0 to 1
	last := len(l.x) - 1
	switch {
	case l.at == nil:
		place := u * float64(last)
		i = int(place)
		far = float64(place) - float64(i)
	case u <= l.at[0]:
		return l.x[0]
	default:
		i, _ = slices.BinarySearch(l.at, u)
		i--
		if i < last {
			far = (u - l.at[i]) / (l.at[i+1] - l.at[i])
		}
	}
	if i >= last {
		return l.x[last]
	}
	return muladd(l.x[i+1]-l.x[i], far, l.x[i])
}

func (l *empiricalLaw) quantile(u float64) float64 { return l.draw(u) }

// cdf inverts the quantile function: the largest probability whose quantile is
// at most x.
func (l *empiricalLaw) cdf(x float64) float64 {
	last := len(l.x) - 1
	if x < l.x[0] {
		return 0
	}
	if x >= l.x[last] {
		return 1
	}
	above, _ := slices.BinarySearchFunc(l.x, x, func(point, x float64) int {
		if point <= x {
			return -1
		}
		return 1
	})
	far := (x - l.x[above-1]) / (l.x[above] - l.x[above-1])
	return l.probability(above-1) + far*(l.probability(above)-l.probability(above-1))
}

// mean adds up the areas under the straight pieces of min(quantile, limit).
func (l *empiricalLaw) mean(limit float64) float64 {
	last := len(l.x) - 1
	sum := l.probability(0)*min(l.x[0], limit) + (1-l.probability(last))*min(l.x[last], limit)
	for i := range last {
		width := l.probability(i+1) - l.probability(i)
		low, high := l.x[i], l.x[i+1]
		switch {
		case high <= limit:
			sum += width * (low + high) / 2
		case low >= limit:
			sum += width * limit
		default: // rises from low to limit, then stays there
			rising := (limit - low) / (high - low)
			sum += width * (rising*(low+limit)/2 + (1-rising)*limit)
		}
	}
	return sum
}

func (l *empiricalLaw) bounds() (low, high float64) { return l.x[0], l.x[len(l.x)-1] }

// probability returns the probability of point i.
func (l *empiricalLaw) probability(i int) float64 {
	if l.at != nil {
		return l.at[i]
	}
	if len(l.x) == 1 {
		return 0
	}
	return float64(i) / float64(len(l.x)-1)
}

// times returns the law with all times multiplied by factor.
func (l *empiricalLaw) times(factor float64) *empiricalLaw {
	x := make([]float64, len(l.x))
	for i := range x {
		x[i] = l.x[i] * factor
	}
	return &empiricalLaw{l.at, x}
}

// readEmpirical reads the CSV format that the package comment describes.
func readEmpirical(data []byte) (*empiricalLaw, error) {
	rows := csv.NewReader(bytes.NewReader(data))
	rows.Comment = '#'
	rows.TrimLeadingSpace = true
	header, err := rows.Read()
	if err == io.EOF {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	format, err := readHeader(header)
	if err != nil {
		return nil, err
	}
	l := &empiricalLaw{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := format.addRow(l, row); err != nil {
			line, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	if len(l.x) == 0 {
		return nil, errors.New("there is a header, but no value")
	}
	if l.at == nil {
		slices.Sort(l.x)
	}
	return l, nil
}

// csvFormat is what a header says.
type csvFormat struct {
	unit  float64 // nanoseconds
	whole float64 // for quantiles: what stands for probability 1; 0 for samples
}

func readHeader(header []string) (csvFormat, error) {
	var f csvFormat
	column := strings.TrimSpace(header[len(header)-1])
	suffix := column[strings.LastIndexByte(column, '_')+1:]
	unit, err := time.ParseDuration("1" + suffix)
	if err != nil {
		return f, fmt.Errorf("the header %q does not end in a unit: want a name such as delay_ms (ns, us, ms, s, m or h)", column)
	}
	f.unit = float64(unit)
	if len(header) == 1 {
		return f, nil
	}
	switch first := strings.TrimSpace(header[0]); {
	case len(header) == 2 && first == "p":
		f.whole = 1
	case len(header) == 2 && first == "percentile":
		f.whole = 100
	default:
		return f, fmt.Errorf("the columns are %q: want one column of samples, or p (0 to 1) or percentile (0 to 100) and a column of times", header)
	}
	return f, nil
}

// addRow adds one point to l.
func (f csvFormat) addRow(l *empiricalLaw, row []string) error {
	field := strings.TrimSpace(row[len(row)-1])
	x, err := strconv.ParseFloat(field, 64)
	if err != nil || !(x >= 0) || x*f.unit > float64(Longest) {
		return fmt.Errorf("%q is not a time: want a number from 0 up to 146 years", field)
	}
	x *= f.unit
	if f.whole == 0 {
		l.x = append(l.x, x)
		return nil
	}
	field = strings.TrimSpace(row[0])
	p, err := strconv.ParseFloat(field, 64)
	p /= f.whole
	if err != nil || !(p >= 0 && p <= 1) {
		return fmt.Errorf("%q is not a probability: want a number from 0 to %g", field, f.whole)
	}
	if n := len(l.x); n > 0 && (p <= l.at[n-1] || x < l.x[n-1]) {
		return errors.New("quantiles must ascend: every row a higher probability and no smaller time")
	}
	l.at, l.x = append(l.at, p), append(l.x, x)
	return nil
}

// equal reports whether two laws, either of which may be nil, are the same.
func (l *empiricalLaw) equal(other *empiricalLaw) bool {
	if l == nil || other == nil {
		return l == other
	}
	return slices.Equal(l.at, other.at) && slices.Equal(l.x, other.x)
}

// finite reports whether x is an ordinary number.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
