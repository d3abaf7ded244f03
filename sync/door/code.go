package door

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/code"
	"github.com/tyngo/tyngo/sync/fault"
)

// CodeLife is how long a one-time code for people is good.
const CodeLife = 10 * time.Minute

// codeLength is 50 bits.
const codeLength = 10

// NewCode makes a one-time code of 50 bits, as people type it: 7K2QD-9XWZM.
func NewCode() string { return code.Show(code.New(codeLength)) }

// CodeHash is what is stored of a code for people; ok is false where it is none.
func CodeHash(typed string) (hash [32]byte, ok bool) {
	s := code.Plain(typed, codeLength)
	return sha256.Sum256([]byte("tyngo-code/1|" + s)), s != ""
}

// ErrCode is the answer to a code that is wrong, used or too old.
var ErrCode = fault.New(fault.NoProof, "code_wrong", "This code is not valid: it may be used or too old. Ask for a new one.")

// NewSecret makes the secret of a session and what is stored of it.
func NewSecret() (secret string, hash [32]byte) {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the kernel always has random numbers
	}
	secret = base64.RawURLEncoding.EncodeToString(b[:])
	return secret, sha256.Sum256([]byte(secret))
}

const (
	triesMost   = 5
	triesWindow = time.Minute
)

// tries counts attempts at codes by address.
type tries struct {
	now func() time.Time
	mu  sync.Mutex
	m   map[string]attempt
}

type attempt struct {
	n    int
	from time.Time
}

// Try counts an attempt at a code from the address of a request; the sixth in a
// minute is refused.
func (d *Door) Try(r *http.Request) error { return d.tries.one(address(r)) }

// Tried takes an attempt back that was right.
func (d *Door) Tried(r *http.Request) { d.tries.forget(address(r)) }

// address is whose tries are counted together: an IPv4 address, or the network of
// an IPv6 one, since everybody has 2^64 of those.
func address(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if ip := at.Addr().Unmap(); ip.Is6() {
		return netip.PrefixFrom(ip.WithZone(""), 64).Masked().String()
	}
	return at.Addr().Unmap().String()
}

func (t *tries) one(addr string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if len(t.m) > 10_000 { // somebody has many addresses: forget the old ones
		for k, a := range t.m {
			if now.Sub(a.from).Abs() > triesWindow {
				delete(t.m, k)
			}
		}
	}
	if t.m == nil {
		t.m = map[string]attempt{}
	}
	a := t.m[addr]
	if now.Sub(a.from).Abs() > triesWindow {
		a = attempt{from: now}
	}
	a.n++
	t.m[addr] = a
	if a.n > triesMost {
		return fault.New(fault.TooMany, "too_many_tries", "Too many codes were tried from here. Wait a minute.")
	}
	return nil
}

func (t *tries) forget(addr string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if a, ok := t.m[addr]; ok && a.n > 0 {
		a.n--
		t.m[addr] = a
	}
}

// SessionLife is how long a browser stays signed in.
const SessionLife = 30 * 24 * time.Hour

// cookieName has the __Host- prefix wherever browsers keep such cookies: on https.
func (d *Door) cookieName(r *http.Request) string {
	if r.TLS != nil {
		return "__Host-" + d.c.Name
	}
	return d.c.Name
}

func (d *Door) cookie(r *http.Request) (secret string, ok bool) {
	c, err := r.Cookie(d.cookieName(r))
	if err != nil || c.Value == "" || len(c.Value) > 128 {
		return "", false
	}
	return c.Value, true
}

// SignIn gives the browser its session.
func (d *Door) SignIn(w http.ResponseWriter, r *http.Request, secret string) {
	http.SetCookie(w, &http.Cookie{Name: d.cookieName(r), Value: secret, Path: "/", MaxAge: int(SessionLife / time.Second),
		Secure: r.TLS != nil, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// SignOut takes it back; it answers what was stored of the session.
func (d *Door) SignOut(w http.ResponseWriter, r *http.Request) (hash [32]byte) {
	if secret, ok := d.cookie(r); ok {
		hash = sha256.Sum256([]byte(secret))
	}
	http.SetCookie(w, &http.Cookie{Name: d.cookieName(r), Path: "/", MaxAge: -1, Secure: r.TLS != nil, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	return hash
}
