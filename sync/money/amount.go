// Package money counts in minor units of an ISO 4217 currency: cents, yen, fils.
//
// Only this package rounds, and shares always add up to the whole. There is no
// float anywhere. Sums that do not fit an int64 are errors, never wrong sums.
package money

import (
	"errors"
	"math"
	"math/bits"
	"sort"
)

// Amount is money in minor units (2550 is 25.50 in a currency of two digits).
type Amount int64

// ErrOverflow says that a sum does not fit 64 bits: somebody's input is absurd.
var ErrOverflow = errors.New("amount too large")

// Plus adds.
func (a Amount) Plus(b Amount) (Amount, error) {
	c := a + b
	if (c > a) != (b > 0) && b != 0 {
		return 0, ErrOverflow
	}
	return c, nil
}

// Times multiplies by a count.
func (a Amount) Times(n int64) (Amount, error) {
	neg := (a < 0) != (n < 0)
	hi, lo := bits.Mul64(abs(int64(a)), abs(n))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, ErrOverflow
	}
	if neg {
		return -Amount(lo), nil
	}
	return Amount(lo), nil
}

func abs(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1
	}
	return uint64(n)
}

// Sum adds all.
func Sum(as ...Amount) (total Amount, err error) {
	for _, a := range as {
		if total, err = total.Plus(a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Split divides evenly into n parts that differ by at most one minor unit and
// sum to a; the first parts are the larger ones. n below 1 gives nil.
func (a Amount) Split(n int) []Amount {
	if n < 1 {
		return nil
	}
	w := make([]int64, n)
	for i := range w {
		w[i] = 1
	}
	return a.Allocate(w)
}

// Allocate divides by weight with the largest remainder: the parts sum to a,
// none has the wrong sign, each is less than one minor unit from its exact
// share; a tie goes to the earlier part. Weights below zero, or all zero, give nil.
func (a Amount) Allocate(weights []int64) []Amount {
	var total uint64
	for _, w := range weights {
		if w < 0 || total+uint64(w) > math.MaxInt64 {
			return nil
		}
		total += uint64(w)
	}
	if total == 0 {
		return nil
	}
	parts := make([]Amount, len(weights))
	rest := make([]uint64, len(weights))
	order := make([]int, len(weights))
	size := abs(int64(a))
	left := size
	for i, w := range weights {
		hi, lo := bits.Mul64(size, uint64(w))
		q, r := bits.Div64(hi, lo, total)
		parts[i], rest[i], order[i] = Amount(q), r, i
		left -= q
	}
	sort.SliceStable(order, func(i, j int) bool { return rest[order[i]] > rest[order[j]] })
	for _, i := range order[:left] {
		parts[i]++
	}
	if a < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}
