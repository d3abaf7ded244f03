package api_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/link/mqtt"
	"github.com/tyngo/tyngo/sync/money"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// token is one of a role in an organisation.
func token(o *hqtest.Office, organisation, role string) string {
	o.T.Helper()
	s, err := hq.Token(o.T.Context(), o.Config, organisation, role, role, time.Hour)
	check(o.T, err)
	return s
}

type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request without following anything; headers are name, value.
func ask(t testing.TB, c *http.Client, method, address, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	check(t, err)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	res, err := c.Do(r)
	check(t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	check(t, err)
	return answer{res.StatusCode, res.Header, string(raw)}
}

func refused(t testing.TB, what string, a answer, status int) (text string) {
	t.Helper()
	var p struct {
		Status              int
		Detail, Error, Code string
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" || a.status != status || p.Status != status ||
		p.Code == "" || p.Error == "" || p.Error != p.Detail {
		t.Errorf("%s: want the problem %d: %d %s %.200s", what, status, a.status, a.header.Get("Content-Type"), a.body)
	}
	return p.Error
}

// till is a box without a disk: it joins over TLS, and a real sender brings its
// journal up over MQTT.
type till struct {
	*storetest.Journal
	t     testing.TB
	boxes *http.Client // as head office knows it by its certificate
	mu    sync.Mutex   // over Journal
	wake  chan struct{}
	stop  func()
	n     int64
}

func (k *till) Head() (int64, event.Digest, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := k.Journal.Head()
	return n, k.Digests[n], nil
}

func (k *till) Digest(seq int64) (event.Digest, bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if seq > k.Journal.Head() {
		return event.Digest{}, false, nil
	}
	return k.Digests[seq], true, nil
}

func (k *till) Read(after int64, n, _ int) (bodies [][]byte, dg event.Digest, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, e := range k.Events[after:min(after+int64(n), k.Journal.Head())] {
		bodies = append(bodies, e.Body)
	}
	return bodies, k.Digests[after+int64(len(bodies))], nil
}

// joinBox lets a till in by a claim code, and connects it.
func joinBox(o *hqtest.Office, c hqtest.Claim) *till {
	t := o.T
	t.Helper()
	k := &till{t: t, Journal: storetest.NewJournal(id.New[id.Box]()), wake: make(chan struct{}, 1)}
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	check(t, err)
	der, err := x509.CreateCertificateRequest(crand.Reader, &x509.CertificateRequest{}, key)
	check(t, err)
	code, err := join.ParseCode(c.Claim)
	check(t, err)
	body, err := json.Marshal(join.ClaimRequest{Secret: code.Secret, Box: k.Box, CSR: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))})
	check(t, err)
	secure := join.ClientTLS(join.ByPin(code.Pin), nil, time.Now)
	a := ask(t, &http.Client{Transport: &http.Transport{TLSClientConfig: secure}}, "POST", o.At.Box+join.ClaimPath, string(body))
	var out join.ClaimAnswer
	if a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &out) != nil {
		t.Fatalf("claim: %d %s", a.status, a.body)
	}
	block, _ := pem.Decode([]byte(out.Certificate))
	secure = join.ClientTLS(join.ByPin(code.Pin), &tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key}, time.Now)
	k.boxes = &http.Client{Transport: &http.Transport{TLSClientConfig: secure}}
	k.connect(out.Broker, secure)
	return k
}

func (k *till) connect(broker string, secure *tls.Config) {
	tr := mqtt.New(mqtt.Config{Broker: broker, ClientID: k.Box.String() + "." + k.Boot.String(), TLS: secure, Log: slog.New(slog.DiscardHandler),
		Topics: []mqtt.Topic{{Filter: wire.Topic(k.Box, wire.Ack)}}, Will: link.Message{Topic: wire.Topic(k.Box, wire.Will), Payload: wire.Encode(wire.WillMessage{Boot: k.Boot})}})
	ctx, cancel := context.WithCancel(context.Background())
	line, hangUp := context.WithCancel(context.Background()) // the line outlives the goodbye
	var wg sync.WaitGroup
	wg.Go(func() { tr.Run(line) })
	wg.Go(func() { k.drive(ctx, tr); hangUp() })
	k.stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	k.t.Cleanup(k.stop)
}

func (k *till) drive(ctx context.Context, tr link.Transport) {
	s := pipe.NewSender(pipe.Identity{Box: k.Box, Epoch: 1, Boot: k.Boot, Software: "test", Incarnation: "A"}, k, 0, crand.Reader, rand.New(rand.NewPCG(1, 2)))
	for {
		out, again, err := s.Step(time.Now())
		if err != nil {
			k.t.Error(err)
			return
		}
		for _, o := range out {
			_ = tr.Send(ctx, link.Message{Topic: wire.Topic(k.Box, o.Leaf), Payload: o.Payload, QoS: o.QoS})
		}
		select {
		case <-ctx.Done(): // says goodbye, as a box does that is stopped
			_ = tr.Send(context.WithoutCancel(ctx), link.Message{Topic: wire.Topic(k.Box, wire.Will), Payload: wire.Encode(wire.WillMessage{Boot: k.Boot}), QoS: 1})
			return
		case <-k.wake:
		case <-time.After(time.Until(again)):
		case e := <-tr.Events():
			switch e.Kind {
			case link.Connected:
				s.Connect(time.Now())
			case link.Lost:
				s.Disconnect()
			case link.Received:
				if a, err := wire.DecodeAck(e.Message.Payload); err == nil {
					err = s.Ack(time.Now(), a)
					if err != nil {
						k.t.Error(err)
					}
				}
			}
		}
	}
}

// say commits facts of now.
func (k *till) say(day string, ps ...event.Payload) {
	k.t.Helper()
	k.mu.Lock()
	for _, p := range ps {
		k.Add(k.t, time.Now(), day, p)
	}
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

func (k *till) venue(restaurant, currency, zone string) {
	k.t.Helper()
	k.say("2026-01-01", event.VenuePublished{SHA256: "00", Owner: "box", Restaurant: id.Must[id.Restaurant](restaurant), Name: "Riverside", Currency: currency, Zone: zone, Locale: "en-US"})
}

// order is one whole order of one item.
func (k *till) order(day, item string, quantity int64, unit money.Amount) (id.Order, []event.Payload) {
	k.n++
	o, l, total := id.New[id.Order](), id.New[id.Line](), unit*money.Amount(quantity)
	return o, []event.Payload{
		event.OrderOpened{Order: o, Number: event.Number{Series: "A", N: k.n}, Type: "takeaway", Source: "api"},
		event.LineAdded{Order: o, Line: l, Item: id.Derived[id.Item]("item", item), Name: item, Quantity: quantity, UnitPrice: unit, Amount: total},
		event.OrderSent{Order: o, Lines: []id.Line{l}, Total: total, First: true}}
}
