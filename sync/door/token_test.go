package door_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/tyngo/tyngo/sync/door"
)

// key is the signing key of the gate.
func (g *gate) key() ed25519.PrivateKey {
	g.t.Helper()
	raw, err := os.ReadFile(g.keyFile)
	if err != nil {
		g.t.Fatal(err)
	}
	block, _ := pem.Decode(raw)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		g.t.Fatal(err)
	}
	return key.(ed25519.PrivateKey)
}

// claims are good ones; change spoils them.
func (g *gate) claims(change func(jwt.MapClaims)) jwt.MapClaims {
	now := g.clock()
	c := jwt.MapClaims{"sub": "till", "role": "manager", "iss": issuer, "aud": []string{issuer}, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	if change != nil {
		change(c)
	}
	return c
}

func (g *gate) signed(method jwt.SigningMethod, key any, header map[string]any, c jwt.MapClaims) string {
	g.t.Helper()
	t := jwt.NewWithClaims(method, c)
	for k, v := range header {
		t.Header[k] = v
	}
	s, err := t.SignedString(key)
	if err != nil {
		g.t.Fatal(err)
	}
	return s
}

func TestOnlyATokenThatWeSignedAndThatIsInForceIsTaken(t *testing.T) {
	t.Parallel()
	g := open(t)
	key := g.key()
	ed := func(change func(jwt.MapClaims)) string {
		return g.signed(jwt.SigningMethodEdDSA, key, nil, g.claims(change))
	}
	if a := g.do("GET", "/who", "", "Authorization", "bearer "+ed(nil)); a.status != 200 || a.body != "in: till" {
		t.Fatalf("a good token: %d %s", a.status, a.body)
	}
	_, foreign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public := key.Public().(ed25519.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := strings.Split(ed(nil), ".")
	b64 := base64.RawURLEncoding.EncodeToString
	hs := func(secret []byte) string {
		head := b64([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + good[1]
		m := hmac.New(sha256.New, secret)
		m.Write([]byte(head))
		return head + "." + b64(m.Sum(nil))
	}
	own := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": b64(foreign.Public().(ed25519.PublicKey))}
	for name, token := range map[string]string{
		"no algorithm":                    g.signed(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, g.claims(nil)),
		"no algorithm in capitals":        b64([]byte(`{"alg":"NONE"}`)) + "." + good[1] + ".",
		"our head and no signature":       good[0] + "." + good[1] + ".",
		"HS256 by our public key":         hs(public),
		"HS256 by our public key as DER":  hs(der),
		"HS256 by our public key as PEM":  hs(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"RS256":                           g.signed(jwt.SigningMethodRS256, rs, nil, g.claims(nil)),
		"another key":                     g.signed(jwt.SigningMethodEdDSA, foreign, nil, g.claims(nil)),
		"another key with a kid":          g.signed(jwt.SigningMethodEdDSA, foreign, map[string]any{"kid": "../../dev/null"}, g.claims(nil)),
		"another key that it brings":      g.signed(jwt.SigningMethodEdDSA, foreign, map[string]any{"jwk": own}, g.claims(nil)),
		"another key that is on the net":  g.signed(jwt.SigningMethodEdDSA, foreign, map[string]any{"jku": g.URL + "/open"}, g.claims(nil)),
		"claims that were changed":        good[0] + "." + b64([]byte(strings.Replace(fmt.Sprint(g.claims(nil)), "till", "boss", 1))) + "." + good[2],
		"one that ended":                  ed(func(c jwt.MapClaims) { c["exp"] = g.clock().Add(-31 * time.Second).Unix() }),
		"one without an end":              ed(func(c jwt.MapClaims) { delete(c, "exp") }),
		"one whose end is a word":         ed(func(c jwt.MapClaims) { c["exp"] = "tomorrow" }),
		"one that is not in force yet":    ed(func(c jwt.MapClaims) { c["nbf"] = g.clock().Add(time.Minute).Unix() }),
		"one for somebody else":           ed(func(c jwt.MapClaims) { c["aud"] = "tyngo-cloud" }),
		"one for nobody":                  ed(func(c jwt.MapClaims) { delete(c, "aud") }),
		"one by somebody else":            ed(func(c jwt.MapClaims) { c["iss"] = "tyngo-cloud" }),
		"one by nobody":                   ed(func(c jwt.MapClaims) { delete(c, "iss") }),
		"one that names nobody":           ed(func(c jwt.MapClaims) { c["sub"] = "" }),
		"one without a role":              ed(func(c jwt.MapClaims) { delete(c, "role") }),
		"one of a role that is not there": ed(func(c jwt.MapClaims) { c["role"] = "king" }),
		"one that is huge":                ed(func(c jwt.MapClaims) { c["x"] = strings.Repeat("x", 4096) }),
		"two parts":                       good[0] + "." + good[1],
		"four parts":                      strings.Join(good, ".") + ".x",
		"nonsense":                        "nonsense",
		"dots":                            "..",
		"blanks":                          "   ",
	} {
		p := refused(t, g.do("GET", "/who", "", "Authorization", "Bearer "+token), 401, "bad_token")
		if p.Err != "Invalid token" {
			t.Errorf("%s: %q", name, p.Err)
		}
	}
	for _, header := range []string{"Basic dGlsbDp0aWxs", "Bearer", "Bearer ", strings.Join(good, "."), "Bearer\t" + strings.Join(good, ".")} {
		if p := refused(t, g.do("GET", "/who", "", "Authorization", header), 401, "bad_token"); p.Err != "Invalid token" {
			t.Errorf("%q: %q", header, p.Err)
		}
	}
	if a := g.do("GET", "/who", ""); refused(t, a, 401, "no_token").Err != "No token provided" || a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("without: %s %v", a.body, a.header)
	}
	if n := g.entered.Load(); n != 1 {
		t.Errorf("%d requests came in, and one was good", n)
	}
}

func TestAVerifiedTokenIsRememberedUntilItEnds(t *testing.T) {
	t.Parallel()
	g := open(t)
	token := "Bearer " + g.mint("till", "manager")
	for range 5 {
		if a := g.do("GET", "/who", "", "Authorization", token); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if n := g.asked.Load(); n != 1 {
		t.Errorf("the token was read %d times", n)
	}
	g.pass(time.Hour + 31*time.Second)
	refused(t, g.do("GET", "/who", "", "Authorization", token), 401, "bad_token")
	if a := g.do("GET", "/who", "", "Authorization", "Bearer "+g.mint("till", "manager")); a.status != 200 {
		t.Errorf("the next one: %d %s", a.status, a.body)
	}
}

func TestMoreTokensThanAreRememberedAreAllGood(t *testing.T) {
	t.Parallel()
	g := open(t)
	first := "Bearer " + g.mint("till 0", "manager")
	for i := range door.CacheMost + 1 {
		if a := g.do("GET", "/who", "", "Authorization", "Bearer "+g.mint(fmt.Sprint("till ", i), "manager")); a.status != 200 {
			t.Fatalf("%d: %d %s", i, a.status, a.body)
		}
	}
	if a := g.do("GET", "/who", "", "Authorization", first); a.status != 200 || a.body != "in: till 0" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestARevokedProgramIsShutOutAtItsNextRequest(t *testing.T) {
	t.Parallel()
	g := open(t)
	token := "Bearer " + g.mint("till", "manager")
	if a := g.do("GET", "/who", "", "Authorization", token); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	g.mu.Lock()
	g.revoked["till"] = true
	g.mu.Unlock()
	refused(t, g.do("GET", "/who", "", "Authorization", token), 401, "bad_token")
	refused(t, g.do("GET", "/who", "", "Authorization", "Bearer "+g.mint("till", "manager")), 401, "bad_token")
}

func TestTheSigningKeyIsMadeOnceAndOnlyAnEd25519OneIsTaken(t *testing.T) {
	t.Parallel()
	g := open(t)
	again, err := door.OpenKeys(g.keyFile, issuer, g.clock)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Verify(g.mint("till", "manager")); err != nil {
		t.Errorf("after a restart the token is no good: %v", err)
	}
	if fi, err := os.Stat(g.keyFile); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("the key is open to others: %v %v", fi.Mode(), err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(rs)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"nothing": nil, "no PEM": []byte("key"), "no key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}),
		"RSA": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})} {
		path := filepath.Join(t.TempDir(), "token.key")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := door.OpenKeys(path, issuer, g.clock); err == nil {
			t.Errorf("%s is taken for a key", name)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != string(content) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}
