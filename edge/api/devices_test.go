package api_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/door"
)

func code(t testing.TB, h *boxtest.House, role, name string) string {
	t.Helper()
	c, err := h.Staff.MakeCode(t.Context(), role, name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// paired is a page of a role that signed in without a key.
func paired(t testing.TB, h *boxtest.House, role string) *browser {
	t.Helper()
	b := newBrowser(t, h)
	if status, body := b.do("POST", "/session", `{"code":"`+code(t, h, role, "The "+role)+`"}`); status != 204 {
		t.Fatalf("%s: %d %s", role, status, body)
	}
	return b
}

type key struct {
	*ecdsa.PrivateKey
	public string
}

func newKey(t testing.TB, curve elliptic.Curve) key {
	t.Helper()
	k, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key{k, base64.StdEncoding.EncodeToString(der)}
}

// pairing is what a page with this key sends.
func (k key) pairing(t testing.TB, code, origin string) string {
	t.Helper()
	sum := sha256.Sum256(door.PairingText(code, origin, k.public))
	r, s, err := ecdsa.Sign(rand.Reader, k.PrivateKey, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	n := (k.Curve.Params().BitSize + 7) / 8
	sig := make([]byte, 2*n)
	r.FillBytes(sig[:n])
	s.FillBytes(sig[n:])
	raw, err := json.Marshal(door.Pairing{Code: code, Key: k.public, Proof: base64.StdEncoding.EncodeToString(sig)})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

type device struct {
	Device, Name, Role, Kind, LastSeen, PersonID string
	HasKey, Revoked, This                        bool
}

func devices(t testing.TB, h *boxtest.House) map[string]device {
	t.Helper()
	var out struct{ Devices []device }
	h.Do("GET", "/api/v1/devices", "").JSON(t, &out)
	byName := map[string]device{}
	for _, d := range out.Devices {
		byName[d.Name] = d
	}
	return byName
}

func TestADeviceProvesItsKeyWhenItIsPaired(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	mine, other := newKey(t, elliptic.P256()), newKey(t, elliptic.P256())
	c := code(t, h, "tablet", "Bar")
	for what, body := range map[string]func(here string) string{
		"another origin": func(string) string { return mine.pairing(t, c, "http://evil.example") },
		"another code": func(here string) string {
			return strings.Replace(mine.pairing(t, "00000-00000", here), "00000-00000", c, 1)
		},
		"a key of others": func(here string) string {
			return strings.Replace(mine.pairing(t, c, here), mine.public, other.public, 1)
		},
		"another curve":       func(here string) string { return newKey(t, elliptic.P384()).pairing(t, c, here) },
		"no proof":            func(string) string { return fmt.Sprintf(`{"code":%q,"key":%q}`, c, mine.public) },
		"a proof without key": func(string) string { return fmt.Sprintf(`{"code":%q,"proof":"AAAA"}`, c) },
	} {
		if status, answer := newBrowser(t, h).do("POST", "/session", body(h.Server.URL)); status != 422 {
			t.Errorf("%s: %d %s", what, status, answer)
		}
		h.Stop() // with its count of five tries a minute
		h.Open()
	}
	b := newBrowser(t, h)
	if status, body := b.do("POST", "/session", mine.pairing(t, c, h.Server.URL)); status != 204 {
		t.Fatalf("%d %s", status, body)
	}
	first := devices(t, h)["Bar"]
	if !first.HasKey || first.Role != "tablet" || first.Kind != "page" {
		t.Errorf("%+v", first)
	}
	if a := h.Do("GET", "/api/v1/audit?type=device.paired", ""); !strings.Contains(string(a.Body), mine.public) {
		t.Errorf("the fact lacks the key: %s", a.Body)
	}

	// It comes back with a new code: the same device, and the session before is over.
	again := newBrowser(t, h)
	if status, body := again.do("POST", "/session", mine.pairing(t, code(t, h, "kitchen_screen", "Pass"), h.Server.URL)); status != 204 {
		t.Fatalf("%d %s", status, body)
	}
	if now := devices(t, h)["Pass"]; now.Device != first.Device || now.Role != "kitchen_screen" {
		t.Errorf("%+v was %+v", now, first)
	}
	if status, _ := b.do("GET", "/api/v1/me", ""); status != 401 {
		t.Errorf("the session before: %d", status)
	}

	// Shut out, its key opens nothing more, and the code is still good for a new one.
	h.Do("POST", "/api/v1/devices/"+first.Device+"/revoke", "")
	c = code(t, h, "tablet", "Found again")
	if status, body := newBrowser(t, h).do("POST", "/session", mine.pairing(t, c, h.Server.URL)); status != 409 || !strings.Contains(body, "device_shut_out") {
		t.Errorf("%d %s", status, body)
	}
	if status, body := newBrowser(t, h).do("POST", "/session", other.pairing(t, c, h.Server.URL)); status != 204 {
		t.Errorf("%d %s", status, body)
	}
	h.Stop()
	before, err := h.Dump()
	if err != nil {
		t.Fatal(err)
	}
	after, err := h.Replay()
	if err != nil || before["device"] != after["device"] || !strings.Contains(after["device"], mine.public) {
		t.Errorf("%v: a replayed box knows\n%s\nwas\n%s", err, after["device"], before["device"])
	}
}

// events opens the stream of a page, and answers what ends when it does.
func events(t testing.TB, b *browser) (ended chan struct{}) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", b.h.Server.URL+"/api/v1/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.Do(r)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("stream: %v %v", res, err)
	}
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() {
		t.Fatal("the stream says nothing")
	}
	ended = make(chan struct{})
	go func() {
		defer res.Body.Close()
		for lines.Scan() {
		}
		close(ended)
	}()
	return ended
}

// TestALostTabletIsShutOutAtOnce: its open stream is cut, its session opens nothing;
// others are not disturbed.
func TestALostTabletIsShutOutAtOnce(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	lost, safe := paired(t, h, "server"), paired(t, h, "bartender")
	cut, open := events(t, lost), events(t, safe)
	if a := h.Do("POST", "/api/v1/devices/"+devices(t, h)["The server"].Device+"/revoke", ""); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	<-cut
	if status, _ := lost.do("GET", "/api/v1/me", ""); status != 401 {
		t.Errorf("its session: %d", status)
	}
	if d := devices(t, h)["The server"]; !d.Revoked {
		t.Errorf("%+v", d)
	}
	select {
	case <-open:
		t.Error("another's stream was cut")
	default:
	}
	if status, _ := safe.do("GET", "/api/v1/me", ""); status != 200 {
		t.Errorf("another: %d", status)
	}
	// What a device is for may change, too: a stream that it may not read ends.
	h.Do("PUT", "/api/v1/devices/"+devices(t, h)["The bartender"].Device, `{"name":"Window","role":"customer_display"}`)
	<-open
	if status, body := safe.do("GET", "/api/v1/me", ""); status != 200 || !strings.Contains(body, `"name":"Window"`) || !strings.Contains(body, "customer_display") {
		t.Errorf("%d %s", status, body)
	}
}

func TestADeviceIsNamedAndSeen(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	b := paired(t, h, "tablet")
	d := devices(t, h)["The tablet"]
	if d.LastSeen != "" || d.HasKey || d.This {
		t.Errorf("before it asks: %+v", d)
	}
	b.do("GET", "/api/v1/me", "")
	if d = devices(t, h)["The tablet"]; d.LastSeen == "" {
		t.Errorf("after it asked: %+v", d)
	}
	if err := h.Staff.Remember(t.Context()); err != nil {
		t.Fatal(err)
	}
	put := func(name, role string, status int, says string) {
		t.Helper()
		raw, _ := json.Marshal(map[string]string{"name": name, "role": role})
		if a := h.Do("PUT", "/api/v1/devices/"+d.Device, string(raw)); a.Status != status || !strings.Contains(string(a.Body), says) {
			t.Errorf("%q %s: %d %s", name, role, a.Status, a.Body)
		}
	}
	put("Terrace", "tablet", 200, "seq")
	put("Terrace", "king", 422, "role")
	put("a\nb", "tablet", 422, "name")
	h.Stop()
	h.Open()
	now, ok := devices(t, h)["Terrace"]
	if !ok || now.LastSeen == "" || now.LastSeen > d.LastSeen {
		t.Errorf("after a restart: %+v, was seen at %s", now, d.LastSeen)
	}
	for name, d := range devices(t, h) {
		if d.Kind == "program" {
			if a := h.Do("PUT", "/api/v1/devices/"+d.Device, `{"name":"x","role":"tablet"}`); a.Status != 409 {
				t.Errorf("the program %s is renamed: %d", name, a.Status)
			}
		}
	}
	if a := h.Do("PUT", "/api/v1/devices/"+boxtest.Bowl, `{"name":"x","role":"tablet"}`); a.Status != 404 {
		t.Errorf("no device: %d", a.Status)
	}
	installer := "Bearer " + h.Mint("server", "Sam")
	if a := h.Do("GET", "/api/v1/devices", "", "Authorization", installer); a.Status != 403 {
		t.Errorf("a server: %d", a.Status)
	}
}

// TestADeviceMayDoWhatItIsForAndNoMore holds every route against what each role of a
// device may ask.
func TestADeviceMayDoWhatItIsForAndNoMore(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	menu := []string{"GET /api/v1/photos/{sha256}", "GET /api/v1/menu", "GET /api/v1/menu/document", "GET /api/v1/menu/schema", "GET /api/v1/menu/items.csv"}
	reads := append([]string{"GET /api/v1/orders", "GET /api/v1/orders/{orderId}", "GET /api/v1/orders/{orderId}/bill", "GET /api/v1/orders/{orderId}/receipt", "GET /api/v1/lights", "GET /api/v1/clock", "GET /api/v1/venue", "GET /api/v1/tables",
		"GET /api/v1/documents", "GET /api/v1/sync", "GET /api/v1/people", "GET /api/v1/people/document", "GET /api/v1/floor", "GET /api/v1/waitlist/quote", "POST /api/v1/people/{personId}/enter", "POST /api/v1/people/{personId}/clock"}, menu...)
	for role, may := range map[string][]string{
		"customer_display": menu,
		"tablet":           reads,
		"kitchen_screen":   append([]string{"POST /api/v1/orders/{orderId}/status", "POST /api/v1/commands"}, reads...),
	} {
		b := paired(t, h, role)
		for route, rule := range rows() {
			if rule.Permission == "" || route == "GET /api/v1/stream" {
				continue
			}
			method, path, _ := strings.Cut(route, " ")
			for _, placeholder := range []string{"{orderId}", "{device}", "{personId}", "{menuItemId}", "{modifierId}", "{customerId}", "{addressId}"} {
				path = strings.ReplaceAll(path, placeholder, boxtest.Bowl)
			}
			path = strings.ReplaceAll(path, "{purpose}", "email")
			status, body := b.do(method, path, "")
			refused := status == 403 && strings.Contains(body, "You may not do this")
			if want := !slices.Contains(may, route); refused != want {
				t.Errorf("a %s: %s answers %d %.100s; refused is right: %v", role, route, status, body, want)
			}
		}
		status, _ := b.do("GET", "/api/v1/me", "")
		if status != 200 {
			t.Errorf("a %s: me %d", role, status)
		}
	}
	if status, _ := paired(t, h, "customer_display").do("GET", "/api/v1/stream", ""); status != 403 {
		t.Errorf("a customer display reads the stream: %d", status)
	}
}
