package event

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/tyngo/tyngo/sync/id"
	"pgregory.net/rapid"
)

// fact is stored bytes as a box makes them.
func fact(t *rapid.T) []byte {
	e, err := New(OrderOpened{Order: id.New[id.Order](), Number: Number{Series: "A", N: 7}, Type: "dine_in", Table: rapid.String().Draw(t, "table"), Source: "api"})
	if err != nil {
		t.Fatal(err)
	}
	e.Seq, e.At, e.Day, e.Command = rapid.Int64Range(1, 1<<62).Draw(t, "seq"), rapid.Int64Range(0, 1<<62).Draw(t, "at"), "2026-11-24", id.New[id.Command]()
	if rapid.Bool().Draw(t, "by a person") {
		e.Staff, e.Device = id.New[id.Staff](), id.New[id.Device]()
	}
	if rapid.Bool().Draw(t, "traced") {
		e.TP = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	}
	if err := e.Seal(); err != nil {
		t.Skip("too large")
	}
	return e.Body
}

// same fails where the quick way understands what JSON does not, or otherwise.
func same(t interface{ Fatalf(string, ...any) }, body []byte) bool {
	quick, ok := sealed(body)
	if !ok {
		return false
	}
	var slow stored
	if err := json.Unmarshal(body, &slow); err != nil {
		t.Fatalf("%q was understood and is no JSON: %v", body, err)
	}
	if !reflect.DeepEqual(quick, slow) {
		t.Fatalf("%q was read as %+v, and JSON says %+v", body, quick, slow)
	}
	return true
}

func TestWhatABoxWroteIsUnderstoodAsJSONSaysIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if body := fact(t); !same(t, body) {
			t.Fatalf("%q was not understood", body)
		}
	})
}

func TestWhatWasChangedIsUnderstoodAsJSONSaysItOrNotAtAll(t *testing.T) {
	pieces := []string{"", " ", "0", "-", "}", "{", `"`, ",", "\n", "\\", "\x01", "é", `,"seq":9`, `,"data":{}`, `"type":"x",`, "1e3", "A"}
	rapid.Check(t, func(t *rapid.T) {
		body := fact(t)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, len(body)).Draw(t, "at")
			cut := min(len(body), at+rapid.IntRange(0, 2).Draw(t, "cut"))
			body = bytes.Join([][]byte{body[:at], []byte(rapid.SampledFrom(pieces).Draw(t, "piece")), body[cut:]}, nil)
		}
		same(t, body)
	})
}

func TestNumbersThatAreNoJSONAreNotUnderstood(t *testing.T) {
	good := `{"seq":10,"id":"0198f000-0000-7000-8000-0000000000a1","type":"order.sent","v":1,"at":1,"day":"2026-11-24","command":"0198f000-0000-7000-8000-0000000000a1","data":{}}`
	if !same(t, []byte(good)) {
		t.Fatal("the good one was not understood")
	}
	for _, seq := range []string{"010", "", "+1", "99999999999999999999"} {
		if same(t, bytes.Replace([]byte(good), []byte(`"seq":10`), []byte(`"seq":`+seq), 1)) {
			t.Errorf("seq %q was understood", seq)
		}
	}
}

func FuzzHead(f *testing.F) {
	f.Add([]byte(`{"seq":1,"id":"0198f000-0000-7000-8000-0000000000a1","type":"order.sent","v":1,"at":1,"day":"2026-11-24","command":"0198f000-0000-7000-8000-0000000000a1","staff":"0198f000-0000-7000-8000-0000000000a1","tp":"00-ab-01","data":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) { same(t, body) })
}
