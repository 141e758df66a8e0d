package dist

import "math"

// This file holds exp, log and the normal quantile in arithmetic that gives the
// same bits on every processor. The math package does not: math.Exp has
// hand-written assembly on some processors, and on others the compiler fuses
// x*y+z into one instruction that rounds once instead of twice. A difference in
// the last bit may round a draw to another nanosecond, and then two machines
// disagree about a whole run.
//
// IEEE 754 fixes + - * / and square root to the bit. So these functions use only
// those, and wrap every product that is added to something in float64(...): the
// Go specification says that an explicit conversion rounds, which forbids fusing.
//
// A relative error of 1e-12 is aimed at, not the last bit: at one hour it is
// 4 ns, and no measurement of a latency is that good.

// muladd returns x*y + z, each step rounded.
func muladd(x, y, z float64) float64 { return float64(x*y) + z }

// The logarithm of 2 in two pieces: the high one has so few bits that its
// product with an exponent (at most 11 bits) is exact.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// exp returns e**x: 0 below the smallest normal number, +Inf above the largest.
//
// It writes x = k·ln 2 + r with |r| <= ln(2)/2, sums the Taylor series of e**r
// (even and odd terms apart, so that the processor can work on both at once)
// and multiplies by 2**k by adding k to the exponent's bits.
func exp(x float64) float64 {
	switch {
	case x > 709:
		return math.Inf(1)
	case x < -708:
		return 0
	}
	k := math.Floor(muladd(x, 1/math.Ln2, 0.5))
	r := x - float64(k*ln2High) - float64(k*ln2Low)
	q := r * r
	even := muladd(q, 1.0/3628800, 1.0/40320)
	even = muladd(q, even, 1.0/720)
	even = muladd(q, even, 1.0/24)
	even = muladd(q, even, 1.0/2)
	even = muladd(q, even, 1)
	odd := muladd(q, 1.0/39916800, 1.0/362880)
	odd = muladd(q, odd, 1.0/5040)
	odd = muladd(q, odd, 1.0/120)
	odd = muladd(q, odd, 1.0/6)
	odd = muladd(q, odd, 1)
	return math.Float64frombits(math.Float64bits(muladd(r, odd, even)) + uint64(int64(k))<<52)
}

// log returns the natural logarithm of a normal, positive, finite x.
//
// It writes x = m·2**k with m between √½ and √2, and with s = (m-1)/(m+1) uses
// log m = 2·atanh s = 2(s + s³/3 + s⁵/5 + …), where |s| < 0.172.
func log(x float64) float64 {
	const fraction = 1<<52 - 1
	bits := math.Float64bits(x)
	k := float64(int(bits>>52) - 1023)
	m := math.Float64frombits(bits&fraction | 1023<<52) // 1 <= m < 2
	if m > math.Sqrt2 {
		m /= 2
		k++
	}
	s := (m - 1) / (m + 1)
	q := s * s
	sum := muladd(q, 1.0/17, 1.0/15)
	sum = muladd(q, sum, 1.0/13)
	sum = muladd(q, sum, 1.0/11)
	sum = muladd(q, sum, 1.0/9)
	sum = muladd(q, sum, 1.0/7)
	sum = muladd(q, sum, 1.0/5)
	sum = muladd(q, sum, 1.0/3)
	sum = muladd(q, sum, 1)
	return float64(k*ln2High) + (float64(2*s*sum) + float64(k*ln2Low))
}

// normalQuantile returns the z that a standard normal variable stays below with
// probability u, for 0 < u < 1.
//
// Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal
// Distribution", Applied Statistics 37 (1988), routine PPND16: three quotients
// of polynomials, for the middle, the tails and the far tails.
func normalQuantile(u float64) float64 {
	if q := u - 0.5; math.Abs(q) <= 0.425 {
		return q * quotient(&middle, 0.180625-float64(q*q))
	}
	tail := min(u, 1-u)
	z := 0.0
	if r := math.Sqrt(-log(tail)); r <= 5 {
		z = quotient(&tails, r-1.6)
	} else {
		z = quotient(&farTails, r-5)
	}
	if u < 0.5 {
		return -z
	}
	return z
}

// ratio holds the coefficients of two polynomials, constant term first.
type ratio struct{ over, under [8]float64 }

// quotient returns over(x)/under(x). Terms are paired (c0 + c1·x, c2 + c3·x, …)
// rather than nested, as shorter chains of dependent steps run faster.
func quotient(c *ratio, x float64) float64 {
	return polynomial(&c.over, x) / polynomial(&c.under, x)
}

func polynomial(c *[8]float64, x float64) float64 {
	x2 := x * x
	low := muladd(muladd(c[3], x, c[2]), x2, muladd(c[1], x, c[0]))
	high := muladd(muladd(c[7], x, c[6]), x2, muladd(c[5], x, c[4]))
	return muladd(high, x2*x2, low)
}

var middle = ratio{
	over: [8]float64{
		3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
		4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
	},
	under: [8]float64{
		1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
	},
}

var tails = ratio{
	over: [8]float64{
		1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
	},
	under: [8]float64{
		1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
	},
}

var farTails = ratio{
	over: [8]float64{
		6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
	},
	under: [8]float64{
		1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
	},
}

// settle rounds x to 26 significant bits (an error of at most 1 in 10^8). Values
// that come from gonum or from math at set-up may differ in their last bits from
// one processor to another; after settle they are equal, unless the value lies
// on the very edge between two roundings (a chance of about one in 10^7).
func settle(x float64) float64 {
	const drop = 53 - 26
	return math.Float64frombits((math.Float64bits(x) + 1<<(drop-1)) &^ (1<<drop - 1))
}
