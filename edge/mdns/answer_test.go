package mdns_test

import (
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/mdns"
	"golang.org/x/net/dns/dnsmessage"
)

const name = "tyngo-7k2qd9.local"

var (
	place  = mdns.Place{Index: 2, At: []netip.Prefix{netip.MustParsePrefix("192.168.1.10/24")}}
	phone  = netip.MustParseAddrPort("192.168.1.77:41234") // an ephemeral port: as Android asks
	tablet = netip.MustParseAddrPort("192.168.1.78:5353")
)

func responder(t testing.TB, look func() ([]mdns.Place, error)) *mdns.Responder {
	t.Helper()
	r, err := mdns.New(mdns.Config{Name: name, Look: look, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type record struct {
	name string
	typ  dnsmessage.Type
	ip   string
	ttl  uint32
}

// message writes a packet: a question where typ is not 0, then answers.
func message(t testing.TB, response bool, asked string, typ dnsmessage.Type, class dnsmessage.Class, answers ...record) []byte {
	t.Helper()
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: 4711, Response: response}}
	if typ != 0 {
		m.Questions = []dnsmessage.Question{{Name: dnsmessage.MustNewName(asked + "."), Type: typ, Class: class}}
	}
	for _, a := range answers {
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(a.name + "."), Type: a.typ, Class: 1, TTL: a.ttl},
			Body: &dnsmessage.AResource{A: netip.MustParseAddr(a.ip).As4()}})
	}
	raw, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func parse(t testing.TB, raw []byte) (m dnsmessage.Message) {
	t.Helper()
	if err := m.Unpack(raw); err != nil {
		t.Fatalf("%x: %v", raw, err)
	}
	return m
}

func TestAQuestionForTheNameIsAnsweredAsItWasAsked(t *testing.T) {
	t.Parallel()
	r := responder(t, nil)
	const in, alone = dnsmessage.ClassINET, dnsmessage.ClassINET | 1<<15
	for _, c := range []struct {
		what    string
		from    netip.AddrPort
		asked   string
		typ     dnsmessage.Type
		class   dnsmessage.Class
		known   []record
		to      netip.AddrPort // zero: not answered
		address bool
	}{
		{what: "a browser of Android", from: phone, asked: name, typ: dnsmessage.TypeA, class: in, to: phone, address: true},
		{what: "its other question", from: phone, asked: name, typ: dnsmessage.TypeAAAA, class: in, to: phone},
		{what: "one that wants the answer for itself", from: tablet, asked: name, typ: dnsmessage.TypeA, class: alone, to: tablet, address: true},
		{what: "an iPad", from: tablet, asked: strings.ToUpper(name), typ: dnsmessage.TypeA, class: in, to: mdns.Group, address: true},
		{what: "its other question", from: tablet, asked: name, typ: dnsmessage.TypeAAAA, class: in, to: mdns.Group},
		{what: "one for everything", from: tablet, asked: name, typ: dnsmessage.TypeALL, class: in, to: mdns.Group, address: true},
		{what: "a type that is not there (HTTPS)", from: tablet, asked: name, typ: 65, class: in, to: mdns.Group},
		{what: "one that knows it", from: tablet, asked: name, typ: dnsmessage.TypeA, class: in, known: []record{{name, dnsmessage.TypeA, "192.168.1.10", 100}}},
		{what: "one that will soon forget", from: tablet, asked: name, typ: dnsmessage.TypeA, class: in, known: []record{{name, dnsmessage.TypeA, "192.168.1.10", 30}}, to: mdns.Group, address: true},
		{what: "one that knows an old address", from: tablet, asked: name, typ: dnsmessage.TypeA, class: in, known: []record{{name, dnsmessage.TypeA, "192.168.1.9", 100}}, to: mdns.Group, address: true},
		{what: "another name", from: phone, asked: "tyngo-other1.local", typ: dnsmessage.TypeA, class: in},
		{what: "a name below ours", from: phone, asked: "x." + name, typ: dnsmessage.TypeA, class: in},
		{what: "another class", from: phone, asked: name, typ: dnsmessage.TypeA, class: dnsmessage.ClassCHAOS},
		{what: "somebody of another network", from: netip.MustParseAddrPort("203.0.113.9:53"), asked: name, typ: dnsmessage.TypeA, class: in},
	} {
		raw, to, foreign := r.AnswerTo(message(t, false, c.asked, c.typ, c.class, c.known...), c.from, place)
		if foreign || to != c.to || (raw != nil) != c.to.IsValid() {
			t.Errorf("%s: answered to %v, want %v", c.what, to, c.to)
			continue
		}
		if raw == nil {
			continue
		}
		m := parse(t, raw)
		addresses, none := 0, 0
		for i, a := range append(m.Answers, m.Additionals...) {
			plain := c.from == phone
			wantClass, wantTTL := dnsmessage.Class(1|1<<15), uint32(120)
			if plain {
				wantClass, wantTTL = 1, 10
			}
			if a.Header.Class != wantClass || a.Header.TTL != wantTTL || !strings.EqualFold(a.Header.Name.String(), name+".") {
				t.Errorf("%s: %v", c.what, a.Header)
			}
			switch body := a.Body.(type) {
			case *dnsmessage.AResource:
				addresses++
				if body.A != [4]byte{192, 168, 1, 10} {
					t.Errorf("%s: %v", c.what, body.A)
				}
			case *dnsmessage.UnknownResource:
				none++
				if body.Type != 47 || !strings.HasSuffix(string(body.Data), "local\x00\x00\x01\x40") {
					t.Errorf("%s: %v %q", c.what, body.Type, body.Data)
				}
				if !c.address && !plain && i >= len(m.Answers) {
					t.Errorf("%s: that there is nothing is not the answer", c.what)
				}
			}
		}
		if (addresses == 1) != c.address || none != 1 || !m.Response || !m.Authoritative {
			t.Errorf("%s: %d addresses, %d times nothing else, %+v", c.what, addresses, none, m.Header)
		}
		if plain := c.from == phone; plain != (m.ID == 4711) || plain != (len(m.Questions) == 1) {
			t.Errorf("%s: id %d, %d questions", c.what, m.ID, len(m.Questions))
		}
	}
}

func TestAnotherMachineWithTheNameIsNoticed(t *testing.T) {
	t.Parallel()
	r := responder(t, nil)
	for _, c := range []struct {
		a       record
		foreign bool
	}{
		{record{name, dnsmessage.TypeA, "192.168.1.66", 120}, true},
		{record{name, dnsmessage.TypeA, "192.168.1.10", 120}, false}, // ours, carried back to us
		{record{name, dnsmessage.TypeA, "192.168.1.66", 0}, false},   // it says good bye
		{record{"printer.local", dnsmessage.TypeA, "192.168.1.66", 120}, false},
	} {
		if raw, _, foreign := r.AnswerTo(message(t, true, "", 0, 0, c.a), tablet, place); foreign != c.foreign || raw != nil {
			t.Errorf("%v: foreign %v, answered %x", c.a, foreign, raw)
		}
	}
}

func FuzzNoPacketHurts(f *testing.F) {
	f.Add(message(f, false, name, dnsmessage.TypeA, 1))
	f.Add(message(f, false, name, dnsmessage.TypeAAAA, 1<<15|1, record{name, dnsmessage.TypeA, "192.168.1.10", 100}))
	f.Add(message(f, true, "", 0, 0, record{name, dnsmessage.TypeA, "192.168.1.66", 120}))
	f.Add([]byte("\x00"))
	r := responder(f, nil)
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, from := range []netip.AddrPort{phone, tablet} {
			out, to, _ := r.AnswerTo(raw, from, place)
			if out == nil {
				continue
			}
			if m := parse(t, out); !m.Response || len(m.Answers)+len(m.Additionals) > 2 || !to.IsValid() || len(out) > 512 {
				t.Errorf("%x is answered %x", raw, out)
			}
		}
	})
}
