package chart

import (
	"cmp"
	"math"
	"slices"
)

// spread moves places apart along a line until neighbours are at least gap apart,
// all within lo … hi as far as there is room, each as near to its wish as that
// allows. It keeps the order of the wishes and returns the places in the order given.
func spread(wishes []float64, gap, lo, hi float64) []float64 {
	type cluster struct{ sum, n float64 } // places that touch, centred on their mean wish
	order := make([]int, len(wishes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case wishes[a] < wishes[b]:
			return -1
		case wishes[a] > wishes[b]:
			return 1
		}
		return 0
	})
	half := func(c cluster) float64 { return c.n * gap / 2 }
	mid := func(c cluster) float64 {
		return math.Max(lo-gap/2+half(c), math.Min(hi+gap/2-half(c), c.sum/c.n))
	}
	var clusters []cluster
	for _, i := range order {
		clusters = append(clusters, cluster{wishes[i], 1})
		for n := len(clusters); n > 1; n = len(clusters) {
			a, b := clusters[n-2], clusters[n-1]
			if mid(a)+half(a) <= mid(b)-half(b) {
				break
			}
			clusters = append(clusters[:n-2], cluster{a.sum + b.sum, a.n + b.n})
		}
	}
	out := make([]float64, len(wishes))
	k := 0
	for _, c := range clusters {
		for j := range int(c.n) {
			out[order[k]] = mid(c) - half(c) + gap*(float64(j)+0.5)
			k++
		}
	}
	return out
}

// obstacles is what words must not cover.
type obstacles struct {
	inside rect
	boxes  []rect
	lines  [][]pt
}

// free tells whether a word may stand in the box.
func (o obstacles) free(box rect) bool {
	return o.inside.contains(box) && o.clashes(box) == 0
}

// overWord is how much worse it is to cover a word or a point than a line.
const overWord = 10

// clashes weighs what the box would cover.
func (o obstacles) clashes(box rect) int {
	n := 0
	for _, b := range o.boxes {
		if b.overlaps(box) {
			n += overWord
		}
	}
	for _, line := range o.lines {
		for i := 1; i < len(line); i++ {
			if crosses(box, line[i-1], line[i]) {
				n++
			}
		}
	}
	return n
}

// crosses tells whether the segment from a to b touches the box (Liang–Barsky).
func crosses(box rect, a, b pt) bool {
	t0, t1 := 0.0, 1.0
	for _, edge := range [4][2]float64{
		{a.x - b.x, a.x - box.min.x}, {b.x - a.x, box.max.x - a.x},
		{a.y - b.y, a.y - box.min.y}, {b.y - a.y, box.max.y - a.y},
	} {
		p, q := edge[0], edge[1]
		switch {
		case p == 0 && q < 0:
			return false
		case p < 0:
			t0 = math.Max(t0, q/p)
		case p > 0:
			t1 = math.Min(t1, q/p)
		}
	}
	return t0 <= t1
}

// distance returns how far p is from a line.
func distance(p pt, line []pt) float64 {
	least := math.Inf(1)
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		dx, dy := b.x-a.x, b.y-a.y
		t := 0.0
		if l := dx*dx + dy*dy; l > 0 {
			t = math.Max(0, math.Min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/l))
		}
		least = math.Min(least, math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy))
	}
	return least
}

// placed is a word and where it stands.
type placed struct {
	text string
	at   pt // middle of its left edge
	box  rect
	from pt // the point it names
}

// nearest returns the place of the word next to what it names.
func (p placed) nearest() pt { return nearestEdge(p.box, p.from) }

// reach is how far the word is from what it names.
func (p placed) reach() float64 {
	edge := p.nearest()
	return math.Hypot(edge.x-p.from.x, edge.y-p.from.y)
}

// led tells whether the word is so far away that a line leads there.
func (p placed) led() bool { return p.reach() > 10 }

// hidden counts the words and points that the line to a far word would cross.
func (o obstacles) hidden(p placed) int {
	if !p.led() {
		return 0
	}
	n := 0
	for _, b := range o.boxes {
		if !b.contains(rect{p.from, p.from}) && crosses(b, p.from, p.nearest()) {
			n++
		}
	}
	return n
}

// along finds a place beside each line for its name, from the middle of the line
// outwards, nearer to its own line than to any other. ok is false if one does not
// fit: then all belong in a legend.
func along(names []string, lines [][]pt, inside rect) (out []placed, ok bool) {
	o := obstacles{inside: inside, lines: lines}
	for i, name := range names {
		p, ok := alongOne(name, i, lines, o)
		if !ok {
			return nil, false
		}
		out = append(out, p)
		o.boxes = append(o.boxes, p.box.grown(3))
	}
	return out, true
}

// clearly is how much nearer a name must be to its own line than to any other.
const clearly = 3.0

func alongOne(name string, i int, lines [][]pt, o obstacles) (placed, bool) {
	line := lines[i]
	for _, share := range []float64{0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2, 0.9, 0.1} {
		if len(line) == 0 {
			break
		}
		p := midway(line, share)
		for _, side := range []struct {
			dx, dy float64
			a      align
		}{{6, 0, atStart}, {-6, 0, atEnd}, {10, 0, atStart}, {-10, 0, atEnd}, {3, -12, atStart}, {-3, 12, atEnd}} {
			at := pt{p.x + side.dx, p.y + side.dy}
			box := textBox(name, textSize, at, side.a)
			if !o.free(box.grown(2)) {
				continue
			}
			middle := pt{(box.min.x + box.max.x) / 2, at.y}
			own := distance(middle, line)
			doubtful := false
			for j, other := range lines {
				doubtful = doubtful || j != i && distance(middle, other) < own+clearly
			}
			if doubtful {
				continue
			}
			return placed{name, pt{box.min.x, at.y}, box, p}, true
		}
	}
	return placed{}, false
}

// midway returns the point at a share of the line's length on the page.
func midway(line []pt, share float64) pt {
	total := 0.0
	for i := 1; i < len(line); i++ {
		total += math.Hypot(line[i].x-line[i-1].x, line[i].y-line[i-1].y)
	}
	left := share * total
	for i := 1; i < len(line); i++ {
		d := math.Hypot(line[i].x-line[i-1].x, line[i].y-line[i-1].y)
		if d > 0 && left <= d {
			t := left / d
			return pt{line[i-1].x + t*(line[i].x-line[i-1].x), line[i-1].y + t*(line[i].y-line[i-1].y)}
		}
		left -= d
	}
	return line[len(line)-1]
}

// around finds a place near each point for its name. Who comes first takes the best
// place, so it tries some orders and keeps the one with the shortest ways and the
// fewest collisions.
func around(names []string, points []pt, o obstacles) []placed {
	given := make([]int, len(names))
	for i := range given {
		given[i] = i
	}
	byX := slices.Clone(given)
	slices.SortStableFunc(byX, func(a, b int) int { return cmp.Compare(points[a].x, points[b].x) })
	var best []placed
	least := math.Inf(1)
	for _, order := range [][]int{given, byX} {
		for range 2 { // forwards and backwards
			if out, cost := aroundInOrder(order, names, points, o); cost < least {
				best, least = out, cost
			}
			order = slices.Clone(order)
			slices.Reverse(order)
		}
	}
	return best
}

// detour is how far away, in points, a name goes rather than cross a line.
const detour = 60.0

// aroundInOrder gives each name in turn the first free place of the sides and
// corners at growing distance, or else the one that covers least.
func aroundInOrder(order []int, names []string, points []pt, o obstacles) (out []placed, cost float64) {
	o.boxes, o.lines = slices.Clone(o.boxes), slices.Clone(o.lines)
	out = make([]placed, len(names))
	for _, i := range order {
		p := aroundOne(names[i], points[i], o)
		cost += p.reach() + detour*float64(o.clashes(p.box.grown(2))+o.hidden(p))
		o.boxes = append(o.boxes, p.box.grown(1))
		if p.led() {
			o.lines = append(o.lines, []pt{p.from, p.nearest()})
		}
		out[i] = p
	}
	return out, cost
}

// sides are the directions from a point to its name, and how the name is aligned,
// from the best to the least readable.
var sides = [...]struct {
	dx, dy float64
	a      align
}{
	{1, 0, atStart}, {0.7, 1, atStart}, {0.7, -1, atStart}, {-1, 0, atEnd},
	{-0.7, 1, atEnd}, {-0.7, -1, atEnd}, {0, 1.4, atMiddle}, {0, -1.4, atMiddle},
	{1, 0.5, atStart}, {1, -0.5, atStart}, {-1, 0.5, atEnd}, {-1, -0.5, atEnd},
}

func aroundOne(name string, p pt, o obstacles) placed {
	const nearest, farthest, step = 9.0, 99.0, 6.0
	best, least := placed{}, math.MaxInt
	for r := nearest; r <= farthest && least > 0; r += step {
		for _, side := range sides {
			at := pt{p.x + r*side.dx, p.y + r*side.dy}
			box := textBox(name, textSize, at, side.a)
			if !o.inside.contains(box) {
				continue
			}
			q := placed{name, pt{box.min.x, at.y}, box, p}
			if n := o.clashes(box.grown(2)) + o.hidden(q); n < least {
				least, best = n, q
			}
		}
	}
	if least == 0 {
		return best
	}
	// Rather further away than across a word.
	if far, ok := anywhere(name, p, o); ok && (least >= overWord || o.clashes(far.box.grown(2))+o.hidden(far) < least) {
		return far
	}
	if least == math.MaxInt { // a name wider than the panel: beside its point, whatever it covers
		best = placed{name, pt{p.x + nearest, p.y}, textBox(name, textSize, pt{p.x + nearest, p.y}, atStart), p}
	}
	return best
}

// anywhere finds the place nearest to a point that has none around it, as when
// many points lie in a corner; a line will lead there. It covers no word or point,
// and goes some way to cross no line.
func anywhere(name string, p pt, o obstacles) (best placed, ok bool) {
	const step = 7.0
	least := math.Inf(1)
	for y := o.inside.min.y; y < o.inside.max.y; y += step {
		for x := o.inside.min.x; x < o.inside.max.x; x += step {
			box := textBox(name, textSize, pt{x, y}, atStart)
			q := placed{name, pt{x, y}, box, p}
			if !o.inside.contains(box) || q.reach() >= least {
				continue
			}
			crossed := o.clashes(box.grown(2))
			if d := q.reach() + detour*float64(crossed+o.hidden(q)); crossed < overWord && d < least {
				least, best, ok = d, q, true
			}
		}
	}
	return best, ok
}

// nearestEdge returns the place of the box next to p.
func nearestEdge(box rect, p pt) pt {
	return pt{
		math.Max(box.min.x, math.Min(box.max.x, p.x)),
		math.Max(box.min.y, math.Min(box.max.y, p.y)),
	}
}
