package money_test

import (
	"math/big"
	"testing"

	"github.com/tyngo/tyngo/sync/money"
	"pgregory.net/rapid"
)

func TestARateIsReadExactlyAndWrittenAsPeopleDo(t *testing.T) {
	for s, want := range map[string]money.Rate{"8.875": 887_500, "0": 0, "100": money.Whole, "7": 700_000, "19.00000": 1_900_000, "0.00001": 1} {
		r, err := money.ParsePercent(s)
		if err != nil || r != want {
			t.Errorf("%s is %d, %v", s, r, err)
		}
		if again, err := money.ParsePercent(r.Percent()); err != nil || again != r {
			t.Errorf("%s is written %s", s, r.Percent())
		}
	}
	if s := money.Rate(887_500).Percent(); s != "8.875" {
		t.Errorf("it says %s", s)
	}
	for _, s := range []string{"", ".5", "-1", "100.00001", "1.000001", "8,875", "1e2", "99999999999999999999", "+5", " 5"} {
		if r, err := money.ParsePercent(s); err == nil {
			t.Errorf("%q is read as %d", s, r)
		}
	}
}

func TestEveryModeRoundsAsItsNameSays(t *testing.T) {
	for _, c := range []struct {
		tenths int64
		want   map[money.Mode]money.Amount
	}{
		{24, map[money.Mode]money.Amount{money.HalfUp: 2, money.HalfEven: 2, money.Up: 3, money.Down: 2}},
		{25, map[money.Mode]money.Amount{money.HalfUp: 3, money.HalfEven: 2, money.Up: 3, money.Down: 2}},
		{35, map[money.Mode]money.Amount{money.HalfUp: 4, money.HalfEven: 4, money.Up: 4, money.Down: 3}},
		{26, map[money.Mode]money.Amount{money.HalfUp: 3, money.HalfEven: 3, money.Up: 3, money.Down: 2}},
		{20, map[money.Mode]money.Amount{money.HalfUp: 2, money.HalfEven: 2, money.Up: 2, money.Down: 2}},
		{0, map[money.Mode]money.Amount{money.HalfUp: 0, money.HalfEven: 0, money.Up: 0, money.Down: 0}},
	} {
		for m, want := range c.want {
			for sign := money.Amount(-1); sign <= 1; sign += 2 {
				if got, err := (sign * money.Amount(c.tenths)).Share(1, 10, m); err != nil || got != sign*want {
					t.Errorf("%d tenths, %s: %d, %v; want %d", int64(sign)*c.tenths, m, got, err, sign*want)
				}
			}
		}
	}
}

func TestAShareIsLessThanAUnitFromItsExactValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, num := rapid.Int64().Draw(t, "amount"), rapid.Int64().Draw(t, "num")
		den := rapid.Int64Range(1, 1<<62).Draw(t, "den")
		mode := rapid.SampledFrom([]money.Mode{money.HalfUp, money.HalfEven, money.Up, money.Down}).Draw(t, "mode")
		exact := new(big.Rat).Mul(new(big.Rat).SetInt64(a), big.NewRat(num, den))
		got, err := money.Amount(a).Share(num, den, mode)
		if err != nil {
			if exact.Abs(exact).Cmp(new(big.Rat).SetInt64(1<<62)) < 0 {
				t.Fatalf("%d·%d/%d is not too large: %v", a, num, den, err)
			}
			return
		}
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(int64(got)), exact)
		limit := big.NewRat(1, 1)
		if mode == money.HalfUp || mode == money.HalfEven {
			limit = big.NewRat(1, 2)
		}
		if c := off.Abs(off).Cmp(limit); c > 0 || c == 0 && limit.IsInt() {
			t.Fatalf("%d·%d/%d %s is %d", a, num, den, mode, got)
		}
	})
}

func TestCashIsAMultipleOfTheSmallestCoin(t *testing.T) {
	for _, c := range [][3]money.Amount{{1002, 5, 1000}, {1003, 5, 1005}, {1000, 5, 1000}, {-1003, 5, -1005}, {1025, 50, 1050}, {999, 1, 999}, {7, 0, 7}} {
		if got, err := c[0].ToStep(c[1]); err != nil || got != c[2] {
			t.Errorf("%d in coins of %d: %d, %v; want %d", c[0], c[1], got, err, c[2])
		}
	}
}
