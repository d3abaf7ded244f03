package code_test

import (
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/code"
	"pgregory.net/rapid"
)

func TestCodesAreReadAsPeopleTypeThem(t *testing.T) {
	c := code.New(10)
	shown := code.Show(c)
	if len(shown) != 11 || shown[5] != '-' {
		t.Fatalf("shown as %q", shown)
	}
	for _, typed := range []string{shown, strings.ToLower(shown), c, " " + c + "\n", c[:3] + " " + c[3:]} {
		if got := code.Plain(typed, 10); got != c {
			t.Errorf("%q is read as %q, not %q", typed, got, c)
		}
	}
	if got := code.Plain("oil-OIL-oilO", 10); got != "0110110110" {
		t.Errorf("letters that look like digits are read as %q", got)
	}
	for _, bad := range []string{"", "x", c + "0", c[:9] + "U", c[:9] + "!", strings.Repeat("0", 1000)} {
		if got := code.Plain(bad, 10); got != "" {
			t.Errorf("%q is read as %q", bad, got)
		}
	}
}

func TestBitsKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "bits")
		s := code.Of(b, 13)
		for i, r := range s {
			want := 0
			for bit := range 5 {
				k := 5*i + bit
				want = want<<1 | int(b[k/8]>>(7-k%8)&1)
			}
			if code.Alphabet[want] != byte(r) {
				t.Fatalf("character %d of %q is not %c", i, s, code.Alphabet[want])
			}
		}
	})
}
