package stat

// Band returns, at each point of a grid, the lo- and the hi-quantile
// (SampleQuantile) over replications; curves[r][i] is replication r at point i.
// With 0.05 and 0.95 it shows between which values 9 of 10 runs lie: a spread that
// does not shrink with more replications, unlike the interval of MeanCurve. At
// fewer than 20 replications such a band is little else than their range.
//
// NaN stands for no measurement and is left out; a point without any is NaN. The
// band holds point by point: a single run may well leave it somewhere.
//
// Band panics if curves differ in length or lo and hi are not within [0, 1].
func Band(curves [][]float64, lo, hi float64) (los, his []float64) {
	eachPoint(curves, func(column []float64) {
		sorted := defined(column)
		los = append(los, quantileOf(sorted, lo))
		his = append(his, quantileOf(sorted, hi))
	})
	return los, his
}

// MeanCurve returns, at each point of a grid, the mean over replications and its
// 95 % interval (Mean); curves are as of Band. The intervals hold point by point:
// a curve of 100 points is expected to leave its intervals at 5 of them.
//
// Shares (such as the probability that a read is fresh) may get ends outside of
// [0, 1] by this; use ProportionClustered at each point where the counts are
// known.
func MeanCurve(curves [][]float64) (mean, lo, hi []float64) {
	eachPoint(curves, func(column []float64) {
		i := Mean(column)
		mean, lo, hi = append(mean, i.Mean), append(lo, i.Lo), append(hi, i.Hi)
	})
	return mean, lo, hi
}

// eachPoint visits the values of all curves at each point in turn. The slice is
// used again for the next point.
func eachPoint(curves [][]float64, visit func(column []float64)) {
	if len(curves) == 0 {
		return
	}
	for _, c := range curves {
		if len(c) != len(curves[0]) {
			panic("stat: curves on different grids")
		}
	}
	column := make([]float64, len(curves))
	for i := range curves[0] {
		for r, c := range curves {
			column[r] = c[i]
		}
		visit(column)
	}
}
