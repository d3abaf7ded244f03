package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// tabletsOf serves a house as `tyngo-edge serve --https` does, on the loopback
// interface alone.
func tabletsOf(t *testing.T, h *boxtest.House) box.Origin {
	t.Helper()
	h.Stop()
	ctx, cancel := context.WithCancel(context.Background())
	known, over := make(chan box.Origin, 1), make(chan error, 1)
	go func() {
		over <- box.Serve(ctx, box.Config{Dir: h.Dir, Now: time.Now, Log: slog.New(slog.DiscardHandler), SQLite: sqlite.Config{ReserveBytes: -1}},
			box.Listen{Local: "127.0.0.1:0", HTTPS: "127.0.0.1:0", HTTP: "127.0.0.1:0", Started: func(net.Addr) {}, Origin: func(o box.Origin) { known <- o }})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	select {
	case o := <-known:
		return o
	case err := <-over:
		over <- nil
		t.Fatal(err)
	case <-time.After(30 * time.Second):
		t.Fatal("after 30 s the box has no name")
	}
	return box.Origin{}
}

func TestARealTabletUsesTheBoxUnderItsOneName(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	code, err := h.Staff.MakeCode(t.Context(), "server", "Tablet 1")
	if err != nil {
		t.Fatal(err)
	}
	o := tabletsOf(t, h)
	res, err := http.Get(o.Enrol[0] + "/ca.crt")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	ca, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}

	// A device that was not let in sees the way in, and nothing of the restaurant.
	stranger := uitest.Open(t, uitest.Maps(o.Name, "127.0.0.1"))
	for name, screen := range map[string]uitest.Screen{"enrol-tablet": tabletScreen, "enrol-portrait": {Width: 800, Height: 1280, Touch: true}, "enrol-phone": phoneScreen, "enrol-dark": dark(tabletScreen)} {
		p := stranger.Page(t, screen)
		p.Go(o.Enrol[0])
		p.See("Let this device in")
		p.See(strings.Fields(o.Fingerprint)[0] + " " + strings.Fields(o.Fingerprint)[1])
		if wrong := p.Layout(); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
		p.Shot(*shots, name)
		if screen.Touch {
			p.Do(uitest.Script(`scrollTo(0, document.documentElement.scrollHeight)`))
			p.Shot(*shots, name+"-end")
		}
	}
	p := stranger.Page(t, tabletScreen)
	if why := p.Refused(o.Origin); !strings.Contains(why, "ERR_CERT_AUTHORITY_INVALID") {
		t.Errorf("a browser that was not let in: %q", why)
	}

	// After it trusts the box, the page opens like any safe one.
	browser := uitest.Open(t, uitest.Maps("*", "127.0.0.1"), uitest.Trusts(ca))
	p = browser.Page(t, tabletScreen)
	p.Go(o.Enrol[0])
	p.Go(uitest.Eval[string](p, `document.querySelector(".enrol-steps a[href^=https]").href`))
	p.Wait(`location.href === "` + o.Origin + `/"`)
	if !uitest.Eval[bool](p, `isSecureContext && crypto.subtle !== undefined && "serviceWorker" in navigator`) {
		t.Error("the page is in no secure context")
	}
	if n := uitest.Await[int](p, `crypto.subtle.generateKey({name: "ECDSA", namedCurve: "P-256"}, false, ["sign"])
		.then(k => crypto.subtle.sign({name: "ECDSA", hash: "SHA-256"}, k.privateKey, new Uint8Array(3))).then(s => s.byteLength)`); n != 64 {
		t.Errorf("a signature of a device's own key has %d bytes", n)
	}
	p.Type("input[name=code]", strings.ToLower(code))
	p.TapText("Sign in")
	p.Wait(`document.querySelector("[data-table]") !== null`)
	for name, want := range map[string]string{"__Host-tyngo_box": "secure httpOnly Strict", "tyngo_box": ""} {
		if got := p.Cookie(name); got != want {
			t.Errorf("the cookie %s is %q, want %q", name, got, want)
		}
	}
	p.Reload() // it stays signed in, and an order goes through
	p.Tap(`[data-table="12"]`)
	bowlAndChips(p)
	p.TapText("Send 2")
	waitMarks(t, p, "paper paper")
	p.Shot(*shots, "origin-tablet")

	// Whoever steals the authority of a box can pose as nobody else.
	key := filepath.Join(h.Dir, "lan", "ca.pem")
	stolen, err := tls.LoadX509KeyPair(key, key)
	if err != nil {
		t.Fatal(err)
	}
	p = browser.Page(t, tabletScreen)
	if why := p.Refused(pose(t, stolen, "bank.example")); !strings.Contains(why, "ERR_CERT_") {
		t.Errorf("a bank of a thief: %q", why)
	}
	if why := p.Refused(pose(t, stolen, o.Name)); why != "" {
		t.Errorf("the thief's certificates are refused for another reason: %s", why)
	}
}

// pose serves a page under a name, with a certificate that the authority signs.
func pose(t *testing.T, ca tls.Certificate, name string) (url string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(7), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{name},
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca.Leaf, key.Public(), ca.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "Your account")
	}))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "https://" + net.JoinHostPort(name, port)
}
