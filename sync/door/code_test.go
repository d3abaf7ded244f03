package door_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/code"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

func TestACodeHasFiftyBitsAndIsReadAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	seen, letters := map[string]bool{}, map[rune]int{}
	for range 2000 {
		c := door.NewCode()
		plain := strings.ReplaceAll(c, "-", "")
		if len(c) != 11 || c[5] != '-' || len(plain) != 10 || strings.Trim(plain, code.Alphabet) != "" || seen[c] {
			t.Fatalf("%q", c)
		}
		seen[c] = true
		for _, r := range plain {
			letters[r]++
		}
	}
	if len(letters) != 32 { // 5 bits each: every letter comes, about 625 times
		t.Errorf("codes are made of %d letters", len(letters))
	}
	for r, n := range letters {
		if n < 450 || n > 800 {
			t.Errorf("%c comes %d times of about 625", r, n)
		}
	}
	want, ok := door.CodeHash("7K2QD-9XWZ1")
	if !ok {
		t.Fatal("no code")
	}
	for _, typed := range []string{"7k2qd9xwz1", " 7K2QD 9XWZI ", "7k2qd-9xwzl\n"} {
		if got, ok := door.CodeHash(typed); !ok || got != want {
			t.Errorf("%q is another code", typed)
		}
	}
	for _, typed := range []string{"", "7K2QD", "7K2QD-9XWZ11", "7K2QD-9XWZU", strings.Repeat("-", 40), strings.Repeat("7", 1<<20), "7K2QD-9XWZ\x00"} {
		if _, ok := door.CodeHash(typed); ok {
			t.Errorf("%.20q is a code", typed)
		}
	}
	if other, _ := door.CodeHash("7K2QD-9XWZ2"); other == want {
		t.Error("two codes are the same")
	}
	if door.CodeLife != 10*time.Minute {
		t.Errorf("a code is good for %v", door.CodeLife)
	}
}

func TestFiveCodesAMinuteMayBeTriedFromOnePlace(t *testing.T) {
	t.Parallel()
	g := open(t)
	try := func(from string) error {
		r := httptest.NewRequest("POST", "/session", nil)
		r.RemoteAddr = from
		return g.door.Try(r)
	}
	for i := range 5 {
		if err := try(fmt.Sprintf("192.0.2.1:%d", 1000+i)); err != nil {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	if err := try("192.0.2.1:2000"); fault.KindOf(err) != fault.TooMany {
		t.Errorf("the sixth: %v", err)
	}
	if err := try("[::ffff:192.0.2.1]:2000"); fault.KindOf(err) != fault.TooMany {
		t.Errorf("the same in another dress: %v", err)
	}
	if err := try("192.0.2.2:1000"); err != nil {
		t.Errorf("a neighbour: %v", err)
	}
	for i := range 5 {
		if err := try(fmt.Sprintf("[2001:db8:1:2::%d]:1000", i+1)); err != nil {
			t.Fatalf("IPv6, try %d: %v", i+1, err)
		}
	}
	if err := try("[2001:db8:1:2:ffff::1]:1000"); fault.KindOf(err) != fault.TooMany {
		t.Errorf("the sixth of a network that has 2^64 addresses: %v", err)
	}
	if err := try("[2001:db8:1:3::1]:1000"); err != nil {
		t.Errorf("the network beside it: %v", err)
	}
	g.pass(61 * time.Second)
	if err := try("192.0.2.1:1000"); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

func TestARightCodeIsNoTry(t *testing.T) {
	t.Parallel()
	g := open(t)
	r := httptest.NewRequest("POST", "/session", nil)
	for i := range 20 {
		if err := g.door.Try(r); err != nil {
			t.Fatalf("sign-in %d: %v", i+1, err)
		}
		g.door.Tried(r)
	}
}

func TestTriesFromManyPlacesAreForgottenInTime(t *testing.T) {
	t.Parallel()
	g := open(t)
	r := httptest.NewRequest("POST", "/session", nil)
	for i := range 10_100 {
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255)
		if i == 5000 {
			g.pass(2 * time.Minute)
		}
		if err := g.door.Try(r); err != nil {
			t.Fatal(err)
		}
	}
	if n := g.door.Remembered(); n > 5200 {
		t.Errorf("%d places are remembered", n)
	}
}

func TestSecretsOfSessionsAreNeverTheSame(t *testing.T) {
	t.Parallel()
	a, hashA := door.NewSecret()
	b, hashB := door.NewSecret()
	if a == b || hashA == hashB || len(a) != 43 {
		t.Errorf("%q %q", a, b)
	}
}
