package door_test

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"

	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"

	"github.com/tyngo/tyngo/sync/door"
)

func TestEveryRouteTakesItsOwnProofsAndNoOther(t *testing.T) {
	t.Parallel()
	g := open(t)
	token := "Bearer " + g.mint("till", "manager")
	cookie := "tyngo_test=" + g.session("page", "manager")
	for _, c := range []struct {
		route, auth, cookie string
		status              int
		in                  string
	}{
		{"GET /open", "", "", 200, "in: "},
		{"GET /open", "Bearer nonsense", "", 200, "in: "},
		{"GET /who", token, "", 200, "in: till"},
		{"GET /who", "", cookie, 200, "in: page"},
		{"GET /who", token, cookie, 200, "in: till"},
		{"GET /who", "Bearer nonsense", cookie, 401, "Invalid token"},
		{"GET /who", "", "tyngo_test=nonsense", 401, "You are signed out"},
		{"GET /who", "", "tyngo_test=" + strings.Repeat("x", 129), 401, "No token provided"},
		{"GET /who", "", "other=" + cookie, 401, "No token provided"},
		{"GET /page", token, "", 401, "Invalid token"},
		{"GET /page", "", cookie, 200, "in: page"},
		{"GET /things/4", token, "", 200, "in: till"},
		{"GET /things/4", "", cookie, 401, "Invalid token"},
		{"GET /box", token, "", 401, "Invalid token"},
		{"GET /box", "", "", 401, "No token provided"},
		{"POST /write", token, "", 200, "in: till"},
		{"POST /write", "Bearer " + g.mint("radio", "listener"), "", 403, "You may not do this"},
		{"POST /write", "", "tyngo_test=" + g.session("radio", "listener"), 403, "You may not do this"},
	} {
		method, path, _ := strings.Cut(c.route, " ")
		if a := g.do(method, path, "", "Authorization", c.auth, "Cookie", c.cookie); a.status != c.status || !strings.Contains(a.body, c.in) {
			t.Errorf("%s with %.20q %.20q: %d %s", c.route, c.auth, c.cookie, a.status, a.body)
		}
	}
}

func TestARouteWithoutARowIsClosed(t *testing.T) {
	t.Parallel()
	g := open(t)
	refused(t, g.do("GET", "/closed", "", "Authorization", "Bearer "+g.mint("till", "manager")), 403, "not_allowed")
	if g.entered.Load() != 0 || !strings.Contains(g.logged(), "/closed") {
		t.Error("somebody came in, or nobody was told")
	}
}

// chi routes by the escaped path: who looks up the other guards nothing.
func TestAPathIsGuardedAsItIsRouted(t *testing.T) {
	t.Parallel()
	g := open(t)
	for _, path := range []string{"/things/4", "/things/a%2Fb", "/things/%2F", "/things/%2e%2e%2Fopen", "/things/..%2F..%2Fopen", "/%74hings/a%2Fb", "//things/4", "/things/4/", "/things//", "/open/..%2Fthings/4"} {
		for _, method := range []string{"GET", "HEAD", "POST", "get", "FOO"} {
			if a := g.do(method, path, ""); a.status < 400 || a.status >= 500 {
				t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
			}
		}
	}
	if n := g.entered.Load(); n != 0 {
		t.Errorf("%d came in without proof", n)
	}
	if a := g.do("GET", "/things/a%2Fb", "", "Authorization", "Bearer "+g.mint("till", "manager")); a.status != 200 {
		t.Errorf("with proof: %d %s", a.status, a.body)
	}
}

func TestTheCookieIsForThisHostOverHTTPSAndOutOfReachOfScripts(t *testing.T) {
	t.Parallel()
	plain := open(t)
	secure := build(t)
	secure.StartTLS()
	for name, c := range map[string]struct {
		g      *gate
		cookie string
		secure bool
	}{"http": {plain, "tyngo_test", false}, "https": {secure, "__Host-tyngo_test", true}} {
		cookies := c.g.do("POST", "/session", "").cookies
		if len(cookies) != 1 {
			t.Fatalf("%s: %v", name, cookies)
		}
		k := cookies[0]
		if k.Name != c.cookie || k.Secure != c.secure || !k.HttpOnly || k.SameSite != http.SameSiteStrictMode || k.Path != "/" || k.Domain != "" || len(k.Value) < 43 ||
			k.MaxAge != int(door.SessionLife.Seconds()) {
			t.Errorf("%s: %v", name, k)
		}
		if a := c.g.do("GET", "/page", "", "Cookie", k.Name+"="+k.Value); a.status != 200 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		other := map[string]string{"tyngo_test": "__Host-tyngo_test", "__Host-tyngo_test": "tyngo_test"}[k.Name]
		if a := c.g.do("GET", "/page", "", "Cookie", other+"="+k.Value); a.status != 401 {
			t.Errorf("%s takes the other's name: %d", name, a.status)
		}
		out := c.g.do("DELETE", "/session", "", "Cookie", k.Name+"="+k.Value)
		if len(out.cookies) != 1 || out.cookies[0].Name != k.Name || out.cookies[0].MaxAge >= 0 || out.cookies[0].Value != "" {
			t.Errorf("%s: signed out with %v", name, out.cookies)
		}
		if a := c.g.do("GET", "/page", "", "Cookie", k.Name+"="+k.Value); a.status != 401 {
			t.Errorf("%s: after signing out: %d", name, a.status)
		}
	}
}

func TestAnotherSitesPageCannotWriteWithACookie(t *testing.T) {
	t.Parallel()
	g := open(t)
	cookie := "tyngo_test=" + g.session("page", "manager")
	for _, from := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		refused(t, g.do("POST", "/write", "", "Cookie", cookie, from[0], from[1]), 403, "cross_origin")
		refused(t, g.do("DELETE", "/session", "", "Cookie", cookie, from[0], from[1]), 403, "cross_origin")
		refused(t, g.do("POST", "/code", `{"code":"x"}`, from[0], from[1]), 403, "cross_origin")
		if a := g.do("GET", "/page", "", "Cookie", cookie, from[0], from[1]); a.status != 200 {
			t.Errorf("a read with %v: %d", from, a.status)
		}
	}
	for _, from := range [][2]string{{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"}, {"Origin", g.URL}, {"", ""}} {
		if a := g.do("POST", "/write", "", "Cookie", cookie, from[0], from[1]); a.status != 200 {
			t.Errorf("a write with %v: %d %s", from, a.status, a.body)
		}
	}
	if a := g.do("POST", "/write", "", "Authorization", "Bearer "+g.mint("till", "manager"), "Origin", "https://evil.example"); a.status != 200 {
		t.Errorf("no browser brings a token by itself: %d %s", a.status, a.body)
	}
}

// box is a client certificate of a name.
func box(t testing.TB, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestABoxIsKnownByItsCertificate(t *testing.T) {
	t.Parallel()
	g := build(t)
	g.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	g.StartTLS()
	transport := g.Client().Transport.(*http.Transport)
	with := func(c ...tls.Certificate) {
		transport.CloseIdleConnections()
		transport.TLSClientConfig.Certificates = c
	}
	with(box(t, "box 4"))
	if a := g.do("GET", "/box", ""); a.status != 200 || a.body != "in: box 4" {
		t.Errorf("%d %s", a.status, a.body)
	}
	refused(t, g.do("GET", "/who", ""), 401, "bad_token")
	with(box(t, "revoked"))
	refused(t, g.do("GET", "/box", ""), 401, "certificate_revoked")
	with()
	refused(t, g.do("GET", "/box", ""), 401, "no_token")
}

func TestARequestKeepsAGoodNameAndLosesABadOne(t *testing.T) {
	t.Parallel()
	g := open(t)
	if a := g.do("GET", "/open", "", "X-Request-Id", "tablet-7/41"); a.header.Get("X-Request-Id") != "tablet-7/41" {
		t.Errorf("%v", a.header)
	}
	for _, bad := range []string{"", "two words", strings.Repeat("x", 65), "ünknown"} {
		if got := g.do("GET", "/open", "", "X-Request-Id", bad).header.Get("X-Request-Id"); len(got) != 36 {
			t.Errorf("%q became %q", bad, got)
		}
	}
}
