package bill

import (
	"math/big"
	"strings"

	"github.com/tyngo/tyngo/sync/money"
)

// beyond is how many digits more than the currency's are written.
const beyond = 6

// step notes that base·num/den became amount.
func (c *reckoning) step(kind, name, of string, base money.Amount, rate money.Rate, num, den int64, amount money.Amount) {
	unit := int64(1)
	for range c.Currency.Digits() {
		unit *= 10
	}
	v := new(big.Rat).Mul(big.NewRat(int64(base), unit), big.NewRat(num, den))
	digits := c.Currency.Digits() + beyond
	s := v.FloatString(digits)
	if exact, ok := new(big.Rat).SetString(s); !ok || exact.Cmp(v) != 0 {
		s = v.FloatString(digits + 3)
		s = s[:len(s)-3] + "…"
	} else {
		s = strings.TrimSuffix(s[:max(len(strings.TrimRight(s, "0")), len(s)-beyond)], ".")
	}
	c.b.Steps = append(c.b.Steps, Step{Kind: kind, Name: name, Of: of, Base: base, Rate: rate, Exact: s, Amount: amount})
}
