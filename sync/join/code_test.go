package join_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tyngo/tyngo/sync/code"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/join"
	"pgregory.net/rapid"
)

func TestACodeHoldsFiftyRandomBitsAndSixtyFiveOfTheKeyOfTheCA(t *testing.T) {
	ca := newCA(t)
	sum := sha256.Sum256(ca.cert.RawSubjectPublicKeyInfo)
	seen := map[string]bool{}
	for range 200 {
		c := join.NewCode(ca.cert)
		if len(c.Secret) != 10 || len(c.Pin) != 13 || strings.Trim(c.Secret+c.Pin, code.Alphabet) != "" {
			t.Fatalf("the code is %q", c)
		}
		if seen[c.Secret] {
			t.Fatalf("two codes have the secret %q", c.Secret)
		}
		seen[c.Secret] = true
		for i, r := range c.Pin { // bit by bit
			for bit := range 5 {
				k := 5*i + bit
				if want := sum[k/8] >> (7 - k%8) & 1; byte(strings.IndexRune(code.Alphabet, r)>>(4-bit)&1) != want {
					t.Fatalf("bit %d of the pin %q is not that of the key", k, c.Pin)
				}
			}
		}
	}
	used := map[rune]bool{}
	for s := range seen {
		for _, r := range s {
			used[r] = true
		}
	}
	if len(used) != 32 {
		t.Errorf("2,000 random characters are of %d kinds only", len(used))
	}
}

func TestACodeIsReadBackAsItWasShown(t *testing.T) {
	drawn := rapid.StringOfN(rapid.SampledFrom([]rune(code.Alphabet)), 23, 23, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := drawn.Draw(t, "code")
		want := join.Code{Secret: s[:10], Pin: s[10:]}
		typed := want.String()
		if rapid.Bool().Draw(t, "in small letters") {
			typed = strings.ToLower(typed)
		}
		if rapid.Bool().Draw(t, "without dashes") {
			typed = strings.ReplaceAll(typed, "-", " ")
		}
		got, err := join.ParseCode(typed)
		if err != nil || got != want {
			t.Fatalf("%q is read as %+v, %v", typed, got, err)
		}
	})
}

func TestWhatIsNoCodeIsRefusedWithASentence(t *testing.T) {
	good := join.NewCode(newCA(t).cert).String()
	for _, bad := range []string{"", "x", good[:len(good)-1], good + "0", strings.Repeat("0", 1<<20), good[:len(good)-1] + "U",
		good[:5] + "é" + good[6:], strings.Repeat("\x00", 23), "../../etc/passwd", good + "\n" + good} {
		_, err := join.ParseCode(bad)
		if !fault.Is(err, "claim_code") || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "23") {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("7K2QD-9XWZM-01234-56789-ABC")
	f.Add("oil oil oil oil oil oil oil oi")
	f.Add("ſ\u212a\u0131")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := join.ParseCode(s)
		if err != nil {
			if c != (join.Code{}) || !utf8.ValidString(fault.Of(err).Message) {
				t.Fatalf("%q: %+v, %v", s, c, err)
			}
			return
		}
		if again, err := join.ParseCode(c.String()); err != nil || again != c || len(c.Secret) != 10 || len(c.Pin) != 13 || strings.Trim(c.Secret+c.Pin, code.Alphabet) != "" {
			t.Fatalf("%q is read as %+v, and that as %+v, %v", s, c, again, err)
		}
	})
}

func TestTheHashOfASecretIsNotThatOfAnythingElse(t *testing.T) {
	if join.SecretHash("A") == join.SecretHash("B") || join.SecretHash("A") == sha256.Sum256([]byte("A")) {
		t.Error("the hash has no name of its own")
	}
}

// A pin is of the key, not of the certificate: one that is made again keeps its boxes.
func TestAPinNamesTheKeyAndNoOther(t *testing.T) {
	ca, other := newCA(t), newCA(t)
	again := *ca
	again.cert = ca.make(nil, ca.key.Public(), caTemplate("made again"))
	for name, trusted := range map[string]func(*x509.Certificate) bool{"by pin": join.ByPin(join.Pin(ca.cert)), "by key": join.ByKey(ca.cert)} {
		if !trusted(ca.cert) || !trusted(again.cert) || trusted(other.cert) {
			t.Errorf("%s: %v %v %v", name, trusted(ca.cert), trusted(again.cert), trusted(other.cert))
		}
	}
	for _, pin := range []string{"", join.Pin(ca.cert)[:12], join.Pin(ca.cert) + "0", strings.ToLower(join.Pin(ca.cert))} {
		if join.ByPin(pin)(ca.cert) {
			t.Errorf("the pin %q is taken", pin)
		}
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
