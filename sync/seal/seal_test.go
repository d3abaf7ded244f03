package seal_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
	"pgregory.net/rapid"
)

func TestASealedTextOpensInItsPlaceWithItsKeyAndNowhereElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, other, e := seal.NewKey(), seal.NewKey(), id.New[id.Event]()
		text := rapid.String().Draw(t, "text")
		s, err := k.Seal(e, "name", text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(e, "name", s); err != nil || got != text {
			t.Fatalf("%q came back as %q, %v", text, got, err)
		}
		raw, err := base64.StdEncoding.DecodeString(string(s))
		if err != nil || len(raw) != 12+len(text)+16 {
			t.Fatalf("%d bytes for a text of %d: %v", len(raw), len(text), err)
		}
		raw[rapid.IntRange(0, len(raw)-1).Draw(t, "byte")] ^= 1
		for what, open := range map[string]func() (string, error){
			"another key":   func() (string, error) { return other.Open(e, "name", s) },
			"another field": func() (string, error) { return k.Open(e, "phone", s) },
			"another fact":  func() (string, error) { return k.Open(id.New[id.Event](), "name", s) },
			"another byte":  func() (string, error) { return k.Open(e, "name", event.Sealed(base64.StdEncoding.EncodeToString(raw))) },
			"nothing":       func() (string, error) { return k.Open(e, "name", "") },
			"no base64":     func() (string, error) { return k.Open(e, "name", "!"+s) },
		} {
			if got, err := open(); !errors.Is(err, seal.ErrClosed) {
				t.Fatalf("%s opened it: %q, %v", what, got, err)
			}
		}
		if again, _ := k.Seal(e, "name", text); again == s {
			t.Fatal("the same nonce twice")
		}
	})
}

func TestAKeyIsWrittenNowhere(t *testing.T) {
	k, err := seal.Of([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"%v", "%s", "%+v", "%#v"} {
		if s := fmt.Sprintf(form, k); strings.Contains(s, "k") || strings.Contains(s, "107") || strings.Contains(s, "0x6b") {
			t.Errorf("%s shows %s", form, s)
		}
	}
	if raw, err := json.Marshal(k); err == nil {
		t.Errorf("it is written as %s", raw)
	}
	if _, err := seal.Of([]byte("short")); err == nil {
		t.Error("five bytes were taken as a key")
	}
}
