package workload

import (
	"errors"
	"math"
	"time"
)

// Profile is a factor on the arrival rate over time: linear between Points, and
// constant before the first and after the last. Two points at one instant are a
// jump. With a Period the points describe one period, the first at 0 and the last at
// Period, and repeat for ever. The zero Profile is the factor 1 at all times.
type Profile struct {
	Points []Point
	Period time.Duration
}

// Point is the factor at an instant.
type Point struct {
	At     time.Duration
	Factor float64
}

// diurnalPoints per period make the straight lines differ from the sine by less
// than (2π/1440)²/16 of its height: 1.2 in a million.
const diurnalPoints = 1440

// Diurnal returns a daily curve: a sine between the factors low and high that is
// highest at peak, with a period of one day.
func Diurnal(low, high float64, day, peak time.Duration) Profile {
	p := Profile{Period: day}
	for i := range diurnalPoints + 1 {
		at := time.Duration(float64(day) * (float64(i) / diurnalPoints))
		angle := 2 * math.Pi * float64(at-peak) / float64(day)
		factor := low + (high-low)*(1+math.Cos(angle))/2
		// Nine digits, so that all processors agree: their cosines need not.
		p.Points = append(p.Points, Point{At: at, Factor: math.Round(factor*1e9) / 1e9})
	}
	return p
}

func (p Profile) check() error {
	last := time.Duration(0)
	positive := len(p.Points) == 0
	for _, q := range p.Points {
		if q.At < last {
			return errors.New("the points of Profile must be in order, from 0 on")
		}
		if !(q.Factor >= 0 && q.Factor <= 1e9) {
			return errors.New("the factors of Profile must be between 0 and 1e9")
		}
		last = q.At
		positive = positive || q.Factor > 0
	}
	if !positive {
		return errors.New("a Profile needs a positive factor")
	}
	if p.Period != 0 && (len(p.Points) < 2 || p.Points[0].At != 0 || last != p.Period) {
		return errors.New("a Profile with a Period needs points from 0 to Period")
	}
	if p.Period != 0 && newCurve(p).total == 0 {
		return errors.New("a Profile with a Period needs a positive factor for a while")
	}
	return nil
}

// curve is a Profile with its integral, the operational time: it runs as fast as
// the factor says. A process with unit rate in operational time, read off in real
// time, has exactly the rate of the profile at each instant (Çinlar 1975,
// "Introduction to Stochastic Processes", section 4.7). Other than thinning, this
// takes one random number per arrival whatever the profile, so the n-th arrivals of
// two profiles belong together, and it serves evenly spaced arrivals too.
type curve struct {
	knots []knot
	// period and total are the length of a period in real and operational time;
	// period 0 is none.
	period, total float64
}

// knot is a Point with the operational time up to it. All times are in seconds.
type knot struct{ at, factor, sum float64 }

// cursor is how far along a curve its reader has come.
type cursor struct {
	cycle   float64 // whole periods behind it
	segment int     // from this knot to the next
}

func newCurve(p Profile) *curve {
	points := p.Points
	if len(points) == 0 {
		points = []Point{{0, 1}}
	}
	c := &curve{period: p.Period.Seconds()}
	c.knots = append(c.knots, knot{factor: points[0].Factor})
	for _, q := range points {
		last := c.knots[len(c.knots)-1]
		at := q.At.Seconds()
		area := float64((at - last.at) * (last.factor + q.Factor) / 2)
		c.knots = append(c.knots, knot{at: at, factor: q.Factor, sum: last.sum + area})
	}
	c.total = c.knots[len(c.knots)-1].sum
	return c
}

// realTime returns the instant, in seconds, at which the operational time reaches
// v, or !ok if it never does. The v of one cursor must not decrease.
func (c *curve) realTime(at *cursor, v float64) (seconds float64, ok bool) {
	for {
		rest := v - float64(at.cycle*c.total)
		shift := float64(at.cycle * c.period)
		from := c.knots[at.segment]
		switch {
		case at.segment+1 < len(c.knots):
			to := c.knots[at.segment+1]
			if rest < to.sum {
				return shift + from.at + climb(from, to, rest-from.sum), true
			}
			at.segment++
		case c.period > 0:
			at.cycle++
			at.segment = 0
		default:
			return from.at + (rest-from.sum)/from.factor, from.factor > 0
		}
	}
}

// climb returns how long after from the operational time has grown by y, before
// to. With the slope k it solves f·x + k·x²/2 = y, in the form that does not
// subtract numbers of nearly equal size.
func climb(from, to knot, y float64) float64 {
	if y <= 0 {
		return 0
	}
	k := (to.factor - from.factor) / (to.at - from.at)
	square := float64(from.factor*from.factor) + float64(2*k*y)
	return 2 * y / (from.factor + math.Sqrt(max(0, square)))
}
