package money

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Rate is an exact share of an amount, in ten-millionths: 8.875 % is 887500.
type Rate int64

// Whole is 100 %.
const Whole Rate = 10_000_000

const percentDigits = 5

// ParsePercent reads "8.875": 0 to 100 with at most 5 decimals.
func ParsePercent(s string) (Rate, error) {
	whole, frac, _ := strings.Cut(s, ".")
	digits := whole + frac + strings.Repeat("0", max(0, percentDigits-len(frac)))
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || whole == "" || len(frac) > percentDigits || Rate(n) > Whole {
		return 0, fmt.Errorf("%.20q is no rate such as 8.875; at most 100, with %d digits", s, percentDigits)
	}
	return Rate(n), nil
}

// Percent is the rate as people write it: 8.875.
func (r Rate) Percent() string {
	s := fmt.Sprintf("%d.%05d", r/100_000, r%100_000)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// Mode is what becomes of a part of a minor unit.
type Mode string

// Modes of rounding. Of a half, up and down mean away from nothing and towards it: what
// is given back is rounded as what was taken.
const (
	HalfUp   Mode = "half_up"
	HalfEven Mode = "half_even"
	Up       Mode = "up"
	Down     Mode = "down"
)

// Share is a·num/den, rounded once. A den of zero and a sum that does not fit are ErrOverflow.
func (a Amount) Share(num, den int64, m Mode) (Amount, error) {
	hi, lo := bits.Mul64(abs(int64(a)), abs(num))
	d := abs(den)
	if hi >= d { // also where d is zero
		return 0, ErrOverflow
	}
	q, r := bits.Div64(hi, lo, d)
	if q >= math.MaxInt64 {
		return 0, ErrOverflow
	}
	if m.more(q, r, d) {
		q++
	}
	if (a < 0) != (num < 0) != (den < 0) {
		return -Amount(q), nil
	}
	return Amount(q), nil
}

// more says whether q is one too few for q + r/d.
func (m Mode) more(q, r, d uint64) bool {
	switch m {
	case Up:
		return r > 0
	case Down:
		return false
	case HalfEven:
		return r > d-r || r == d-r && q%2 == 1
	default:
		return r >= d-r && r > 0
	}
}

// ToStep is the multiple of a coin that is nearest to a; half a coin goes away from nothing.
func (a Amount) ToStep(coin Amount) (Amount, error) {
	if coin <= 1 {
		return a, nil
	}
	n, err := a.Share(1, int64(coin), HalfUp)
	if err != nil {
		return 0, err
	}
	return n.Times(int64(coin))
}
