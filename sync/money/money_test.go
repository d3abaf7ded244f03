package money_test

import (
	"testing"

	"github.com/tyngo/tyngo/sync/money"
	"pgregory.net/rapid"
)

func TestPartsAlwaysAddUpToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "amount"))
		w := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 30).Draw(t, "weights")
		parts := a.Allocate(w)
		var total int64
		for _, x := range w {
			total += x
		}
		if total == 0 {
			if parts != nil {
				t.Fatal("divided by weights of nothing")
			}
			return
		}
		sum, err := money.Sum(parts...)
		if err != nil || sum != a {
			t.Fatalf("%d in parts %v sums to %d", a, parts, sum)
		}
		for i, p := range parts {
			if p < 0 && a > 0 || p > 0 && a < 0 {
				t.Fatalf("part %d has the wrong sign: %v of %d", i, parts, a)
			}
			if d := int64(p)*total - int64(a)*w[i]; d <= -total || d >= total {
				t.Fatalf("part %d is a whole unit from its share: %v of %d by %v", i, parts, a, w)
			}
		}
	})
}

func TestEvenSplitDiffersByOneUnitAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "amount"))
		parts := a.Split(rapid.IntRange(1, 60).Draw(t, "n"))
		lo, hi := parts[0], parts[0]
		for _, p := range parts {
			lo, hi = min(lo, p), max(hi, p)
		}
		if hi-lo > 1 {
			t.Fatalf("%d splits into %v", a, parts)
		}
	})
}

func TestDecimalHasExactlyTheCurrencysDigits(t *testing.T) {
	for _, c := range []struct {
		cur  money.Currency
		a    money.Amount
		want string
	}{
		{"USD", 2550, "25.50"}, {"USD", 5, "0.05"}, {"USD", -5, "-0.05"}, {"USD", 0, "0.00"},
		{"JPY", 2550, "2550"}, {"KWD", 25500, "25.500"}, {"KWD", 7, "0.007"},
	} {
		if got := c.cur.Decimal(c.a); got != c.want {
			t.Errorf("%d %s is %q, want %q", c.a, c.cur, got, c.want)
		}
	}
}

func TestDecimalReadsBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64().Draw(t, "amount"))
		if a == -a && a != 0 {
			return // the one int64 without a positive twin
		}
		c := rapid.SampledFrom([]money.Currency{"USD", "JPY", "KWD"}).Draw(t, "currency")
		got, err := c.ParseDecimal(c.Decimal(a))
		if err != nil || got != a {
			t.Fatalf("%d %s: %d, %v", a, c, got, err)
		}
	})
}

func TestAmountsThatAreNoneAreRefused(t *testing.T) {
	for _, s := range []string{"", ".", "1.", ".5", "1.005", "1e3", "+1", "--1", "1,5", "NaN", "99999999999999999999", " 1"} {
		if a, err := money.Currency("USD").ParseDecimal(s); err == nil {
			t.Errorf("%q was read as %d", s, a)
		}
	}
}

func TestSumsThatDoNotFitAreErrors(t *testing.T) {
	const top = money.Amount(1<<63 - 1)
	if _, err := top.Plus(1); err == nil {
		t.Error("the largest amount plus one is a number")
	}
	if _, err := (-top - 1).Plus(-1); err == nil {
		t.Error("the smallest amount less one is a number")
	}
	if _, err := top.Times(2); err == nil {
		t.Error("twice the largest amount is a number")
	}
	if a, err := money.Amount(-250).Times(3); a != -750 || err != nil {
		t.Errorf("-2.50 three times is %d, %v", a, err)
	}
}

func TestCurrencyIsCheckedAgainstISO4217(t *testing.T) {
	for _, s := range []string{"usd", "EUR", "jpy", "KWD"} {
		if _, err := money.ParseCurrency(s); err != nil {
			t.Error(err)
		}
	}
	for _, s := range []string{"", "US", "XXX", "USDX", "D A", "BTC"} {
		if c, err := money.ParseCurrency(s); err == nil {
			t.Errorf("%q was taken as %s", s, c)
		}
	}
}
