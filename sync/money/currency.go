package money

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 alphabetic code in capitals.
type Currency string

// Active codes by number of minor digits (ISO 4217:2015, list one, without funds
// and metals).
const (
	zeroDigits  = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
	threeDigits = "BHD IQD JOD KWD LYD OMR TND"
	twoDigits   = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC " +
		"CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES " +
		"KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR " +
		"NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT " +
		"TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)

// ParseCurrency reads a code in either case.
func ParseCurrency(s string) (Currency, error) {
	c := Currency(strings.ToUpper(s))
	if len(c) != 3 || strings.Contains(string(c), " ") || c.digits() < 0 {
		return "", fmt.Errorf("%q is not an ISO 4217 currency such as USD, EUR or JPY", s)
	}
	return c, nil
}

func (c Currency) digits() int {
	switch {
	case strings.Contains(twoDigits, string(c)):
		return 2
	case strings.Contains(zeroDigits, string(c)):
		return 0
	case strings.Contains(threeDigits, string(c)):
		return 3
	}
	return -1
}

// Digits is the number of minor digits: 2 for USD, 0 for JPY, 3 for KWD.
func (c Currency) Digits() int { return max(c.digits(), 0) }

// Decimal writes a with exactly the currency's digits: 25.50, 2550, 25.500.
func (c Currency) Decimal(a Amount) string {
	n := c.Digits()
	s := strconv.FormatUint(abs(int64(a)), 10)
	if n > 0 {
		if len(s) <= n {
			s = strings.Repeat("0", n+1-len(s)) + s
		}
		s = s[:len(s)-n] + "." + s[len(s)-n:]
	}
	if a < 0 {
		s = "-" + s
	}
	return s
}

// Number is Decimal as a JSON number.
func (c Currency) Number(a Amount) json.RawMessage { return json.RawMessage(c.Decimal(a)) }

// ParseDecimal reads "25.5", "25.50" or "25" exactly. More digits than the
// currency has are refused unless they are zeros.
func (c Currency) ParseDecimal(s string) (Amount, error) {
	bad := func() (Amount, error) {
		return 0, fmt.Errorf("%q is not an amount of %s with at most %d decimals", s, c, c.Digits())
	}
	t, neg := strings.CutPrefix(s, "-")
	whole, frac, dotted := strings.Cut(t, ".")
	if whole == "" || dotted && frac == "" || len(s) > 24 {
		return bad()
	}
	n := c.Digits()
	for len(frac) > n && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	if len(frac) > n {
		return bad()
	}
	for _, r := range whole + frac {
		if r < '0' || r > '9' {
			return bad()
		}
	}
	v, err := strconv.ParseInt(whole+frac+strings.Repeat("0", n-len(frac)), 10, 64)
	if err != nil {
		return bad()
	}
	if neg {
		v = -v
	}
	return Amount(v), nil
}
