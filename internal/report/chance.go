package report

import "math"

// enoughForPercent is how many cases there must be before a percentage says more than the number itself.
const enoughForPercent = 20

// How rarely chance alone may give a difference before we call it one. Where many numbers are looked
// at, some differ by chance, so more is asked there.
const (
	unlikely     = 0.05
	veryUnlikely = 0.01
)

// differs reports that two counts, over lengths of time a and b, differ more than chance would make
// likely: the exact conditional test of two Poisson rates, two-sided. It holds for small numbers too:
// then it hardly ever says yes.
func differs(countA, countB int, lengthA, lengthB, level float64) bool {
	n := countA + countB
	if n == 0 || lengthA <= 0 || lengthB <= 0 {
		return false
	}
	share := lengthA / (lengthA + lengthB)
	observed := binomial(n, countA, share)
	p := 0.0
	for k := 0; k <= n; k++ {
		if one := binomial(n, k, share); one <= observed*(1+1e-7) {
			p += one
		}
	}
	return p < level
}

// binomial is the chance of k in n.
func binomial(n, k int, share float64) float64 {
	lg := func(i int) float64 { v, _ := math.Lgamma(float64(i) + 1); return v }
	return math.Exp(lg(n) - lg(k) - lg(n-k) + float64(k)*math.Log(share) + float64(n-k)*math.Log1p(-share))
}
