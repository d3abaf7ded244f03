package wire_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
	"pgregory.net/rapid"
)

var (
	box  = id.Must[id.Box]("0198f000-0000-7000-8000-0000000000b1")
	boot = id.Must[id.Boot]("0198f000-0000-7000-8000-0000000000b2")
)

func batch(bodies ...string) *wire.Batch {
	b := &wire.Batch{Box: box, Epoch: 1, Boot: boot, From: 7}
	d := event.Genesis(box)
	b.Prev = d
	for _, s := range bodies {
		b.Bodies = append(b.Bodies, []byte(s))
		d = d.Next([]byte(s))
	}
	b.Dg = d
	return b
}

func TestBatchReadsBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := batch(rapid.SliceOfN(rapid.StringMatching(`\{"[a-zé ]{0,300}":1\}`), 1, 40).Draw(t, "bodies")...)
		want.From = rapid.Int64Range(1, 1<<60).Draw(t, "from")
		got, err := wire.DecodeBatch(want.Encode(wire.Reads))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%+v came back as %+v", want, got)
		}
		if got.Last() != want.From+int64(len(want.Bodies))-1 {
			t.Fatalf("last is %d", got.Last())
		}
	})
}

// The digest was made of the stored bytes: they must come back as they were, whatever
// looks like an id, or like the mark that an id travels under.
func TestEveryByteComesBackWhateverLooksLikeAnID(t *testing.T) {
	uuid := rapid.Custom(func(t *rapid.T) string {
		return id.From[id.Order]([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))).String()
	})
	piece := rapid.OneOf(
		rapid.Map(uuid, func(u string) string { return `"` + u + `"` }), uuid, rapid.Map(uuid, strings.ToUpper),
		rapid.Map(uuid, func(u string) string { return `"` + strings.ToUpper(u) + `"` }),
		rapid.Map(uuid, func(u string) string { return `"` + u }), rapid.Map(uuid, func(u string) string { return `"` + u[:20] + `"` }),
		rapid.Map(uuid, func(u string) string { return `"` + strings.Replace(u, "-", "0", 1) + `"` }),
		rapid.Map(uuid, func(u string) string { return `"` + u[:35] + `-"` }),
		rapid.SampledFrom([]string{`"`, `""`, "-", "\x00", "\x02", "é", `,"data":{`, ":"}), rapid.StringMatching(`[ -~]{0,60}`))
	some := func(kind *rapid.Generator[string]) *rapid.Generator[[]string] {
		return rapid.SliceOfN(rapid.Map(rapid.SliceOfN(kind, 1, 12), func(p []string) string { return strings.Join(p, "") }), 1, 10)
	}
	bodies := rapid.OneOf(some(piece), some(rapid.OneOf(piece, rapid.Just("\x01"))))
	rapid.Check(t, func(t *rapid.T) {
		want := batch(bodies.Filter(func(l []string) bool { return strings.Join(l, "") != "" && l[len(l)-1] != "" }).Draw(t, "bodies")...)
		got, err := wire.DecodeBatch(want.Encode(wire.Reads))
		if err != nil {
			t.Fatal(err)
		}
		for i := range want.Bodies {
			if !bytes.Equal(want.Bodies[i], got.Bodies[i]) {
				t.Fatalf("%q came back as %q", want.Bodies[i], got.Bodies[i])
			}
		}
	})
}

// Boxes of another version may send either.
func TestABatchIsReadInEveryEncodingThatThereWas(t *testing.T) {
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := batch(`{"seq":7,"id":"`+boot.String()+`"}`, `{"seq":8}`)
	plain := `{"box":"` + box.String() + `","epoch":1,"boot":"` + boot.String() + `","from":7,"n":2,"prev":"` + want.Prev.String() + `","dg":"` + want.Dg.String() + `"}` +
		"\n" + string(want.Bodies[0]) + "\n" + string(want.Bodies[1])
	for name, p := range map[string][]byte{"raw": append([]byte("T1\x00\x00"), plain...), "zstd": enc.EncodeAll([]byte(plain), []byte("T1\x01\x00")), "zstd of packed ids": want.Encode(wire.Reads)} {
		got, err := wire.DecodeBatch(p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(want, got) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWhatIsNoBatchIsRefused(t *testing.T) {
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := func(plain string) []byte { return enc.EncodeAll([]byte(plain), []byte("T1\x01\x00")) }
	raw := func(plain string) []byte { return append([]byte("T1\x00\x00"), plain...) }
	head := func(n string) string {
		return `{"box":"` + box.String() + `","epoch":1,"boot":"` + boot.String() + `","from":1,"n":` + n + `,"prev":"` + event.Digest{}.String() + `","dg":"` + event.Digest{}.String() + `"}`
	}
	for name, p := range map[string][]byte{
		"empty": {}, "short": []byte("T1"), "other letters": []byte("T2\x00\x00{}"), "unknown encoding": append([]byte("T1\x07\x00"), head("1")...),
		"not zstd": []byte("T1\x01\x00hello"), "no header": raw(""), "fewer than said": raw(head("2") + "\n{}"), "more than said": raw(head("1") + "\n{}\n{}"),
		"none": raw(head("0")), "too many": raw(head("513") + strings.Repeat("\n{}", 513)), "negative": raw(head("-1")),
		"an event too large": raw(head("1") + "\n" + strings.Repeat("x", event.MaxBytes+1)),
		"an id that is cut":  enc.EncodeAll([]byte(head("1")+"\n\x01123456789012345"), []byte("T1\x02\x00")),
		"a bomb of ids":      enc.EncodeAll([]byte(head("1")+"\n"+strings.Repeat("\x01"+strings.Repeat("x", 16), 30_000)), []byte("T1\x02\x00")),
		"a bomb":             packed(head("1") + "\n" + strings.Repeat("x", 8<<20)),
	} {
		if b, err := wire.DecodeBatch(p); err == nil {
			t.Errorf("%s was taken: %d events", name, len(b.Bodies))
		}
	}
	if _, err := wire.DecodeBatch(raw(head("1") + "\n{}")); err != nil {
		t.Errorf("the plain one: %v", err)
	}
}

// A cloud that does not say that it reads packed ids gets what every one reads.
func TestIdsArePackedOnlyForACloudThatReadsThem(t *testing.T) {
	var bodies []string
	for range 20 {
		bodies = append(bodies, fmt.Sprintf(`{"seq":1,"id":%q}`, id.New[id.Event]()))
	}
	for reads, most := range map[int]byte{0: 1, 1: 1, wire.Reads: 2, 9: 2} {
		if p := batch(bodies...).Encode(reads); p[2] > most || most == 2 && p[2] != 2 {
			t.Errorf("a cloud that reads up to %d is sent %d", reads, p[2])
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(batch(`{"seq":1}`, `{"seq":2}`).Encode(wire.Reads))
	f.Add([]byte("T1\x00\x00{}"))
	f.Add(wire.Encode(wire.HelloMessage{Box: box, Boot: boot, Epoch: 1, Nonce: strings.Repeat("0", 32)}))
	f.Add(wire.Encode(wire.DownMessage{Boot: boot, Nonce: "n", Directives: []wire.Directive{{ID: id.New[id.Directive](), Kind: wire.SetAvailability, Body: []byte(`{"a":[1]}`)}}}))
	f.Fuzz(func(t *testing.T, p []byte) {
		if b, err := wire.DecodeBatch(p); err == nil {
			again, err := wire.DecodeBatch(b.Encode(wire.Reads))
			if err != nil || !bytes.Equal(again.Bodies[0], b.Bodies[0]) {
				t.Fatalf("what was read cannot be read again: %v", err)
			}
		}
		_, _ = wire.DecodeHello(p)
		_, _ = wire.DecodeAck(p)
		_, _ = wire.DecodeWill(p)
		if d, err := wire.DecodeDown(p); err == nil {
			again, err := wire.DecodeDown(wire.Encode(d))
			if err != nil || len(again.Directives) != len(d.Directives) {
				t.Fatalf("directives that were read cannot be read again: %v", err)
			}
		}
	})
}

func TestDirectivesAreBounded(t *testing.T) {
	one := wire.Directive{ID: id.New[id.Directive](), Kind: "k", Body: []byte(`{}`)}
	message := func(n int, change func(*wire.Directive)) []byte {
		m := wire.DownMessage{Boot: boot, Nonce: "n"}
		for range n {
			d := one
			if change != nil {
				change(&d)
			}
			m.Directives = append(m.Directives, d)
		}
		return wire.Encode(m)
	}
	for name, p := range map[string][]byte{
		"a kind without a name": message(1, func(d *wire.Directive) { d.Kind = "" }),
		"no id":                 message(1, func(d *wire.Directive) { d.ID = id.Directive{} }),
		"33":                    message(33, nil),
		"a body of 17 KiB":      message(1, func(d *wire.Directive) { d.Body = []byte(`"` + strings.Repeat("x", 17<<10) + `"`) }),
		"no boot":               []byte(`{"nonce":"n","directives":[]}`),
		"no JSON":               []byte(`{`),
	} {
		if _, err := wire.DecodeDown(p); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if d, err := wire.DecodeDown(message(32, func(d *wire.Directive) { d.Body = []byte(`"` + strings.Repeat("x", 16<<10-2) + `"`) })); err != nil || len(d.Directives) != 32 {
		t.Errorf("the largest message: %v", err)
	}
}

func TestTopicsNameTheBoxAndItsShard(t *testing.T) {
	topic := wire.Topic(box, wire.Up)
	b, leaf, err := wire.ParseTopic(topic)
	if err != nil || b != box || leaf != wire.Up {
		t.Fatalf("%s is %v %s %v", topic, b, leaf, err)
	}
	other := "00"
	if wire.Shard(box) == other {
		other = "01"
	}
	for _, bad := range []string{"", "t/v1/", "t/v1/" + other + "/" + box.String() + "/up", "t/v1/" + wire.Shard(box) + "/" + strings.ToUpper(box.String()) + "/up",
		topic + "/more", "x" + topic, "t/v1/" + wire.Shard(box) + "/+/up"} {
		if _, _, err := wire.ParseTopic(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestLiveBatchesAreSmallOnTheWire(t *testing.T) {
	// 64 lines of a real kind: below 80 bytes each (PROTOCOL.md, figures).
	var bodies []string
	for i := range 64 {
		e, err := event.New(event.LineAdded{Order: id.New[id.Order](), Line: id.New[id.Line](), Item: id.New[id.Item](), Name: "Chicken Burrito",
			Quantity: 1, UnitPrice: 875, Amount: 875, Station: "Hot line", PrepMinutes: 8})
		if err != nil {
			t.Fatal(err)
		}
		e.Seq, e.At, e.Day, e.Command = int64(i+1), 1795_000_000_000+int64(i)*731, "2026-11-24", id.New[id.Command]()
		if err := e.Seal(); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(e.Body))
	}
	size := len(batch(bodies...).Encode(wire.Reads))
	t.Logf("%d bytes an event; %d stored", size/64, len(bodies[0]))
	if size/64 > 72 { // four fresh ids of 16 random bytes each; real orders share some
		t.Errorf("%d bytes an event", size/64)
	}
}
