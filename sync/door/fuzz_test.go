package door_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/door"
)

func FuzzWhatJSONTakesIsReadTheSame(f *testing.F) {
	for _, s := range []string{`{"a":1}`, "\ufeff{}", `{"a":2.0,"b":[1e400,-1e400,5e-324]}`, `[9007199254740993,1.5,null,true]`, "", "null", `{"a":`, strings.Repeat("[", 12000)} {
		f.Add([]byte(s))
	}
	type shape struct {
		A int64          `json:"a"`
		B []float64      `json:"b"`
		C string         `json:"c"`
		D map[string]any `json:"d"`
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var want, got any
		wanted := json.Unmarshal(raw, &want)
		if err := door.Unmarshal(raw, &got); wanted == nil && (err != nil || !reflect.DeepEqual(got, want)) {
			t.Errorf("%q: %v is not %v (%v)", raw, got, want, err)
		} else if wanted != nil && err == nil && !bytes.HasPrefix(raw, []byte("\ufeff")) && json.Valid(raw) == false {
			t.Errorf("%q is no JSON and was read: %v", raw, got)
		}
		var s shape
		if err := door.Unmarshal(raw, &s); err != nil && (err.Error() == "" || strings.Contains(err.Error(), "Go value")) {
			t.Errorf("%q: the refusal is %q", raw, err)
		}
		var in shape
		r := httptest.NewRequest("POST", "/", bytes.NewReader(raw))
		if err := door.Read(httptest.NewRecorder(), r, &in); err != nil && door.Of(err).Status >= 500 {
			t.Errorf("%q: %v", raw, err)
		}
	})
}

func FuzzATokenThatIsNotOursNamesNobody(f *testing.F) {
	g := build(f)
	good := g.mint("till", "manager")
	for _, s := range []string{good, good + "x", "..", "a.b.c", "", strings.ReplaceAll(good, ".", "")} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		c, err := g.keys.Verify(token)
		// The last letter of a signature has bits to spare, so that more than one spelling is good.
		if err == nil && (c.Subject != "till" || token[:strings.LastIndex(token, ".")] != good[:strings.LastIndex(good, ".")]) {
			t.Errorf("%q is taken for %+v", token, c)
		}
	})
}

func FuzzACodeHasTenLettersOrIsNone(f *testing.F) {
	for _, s := range []string{"7K2QD-9XWZM", "", "oil oil oil o", "ſ7K2QD9XWZ", "７K2QD-9XWZM"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		hash, ok := door.CodeHash(typed)
		again, ok2 := door.CodeHash(" " + strings.ToLower(typed))
		if len(typed) < 20 && ok && (!ok2 || again != hash) {
			t.Errorf("%q is another code in small letters", typed)
		}
	})
}
