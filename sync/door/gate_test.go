package door_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

const issuer = "tyngo-test"

// gate is a door with one route of every kind, on a real server.
type gate struct {
	*httptest.Server
	t       testing.TB
	door    *door.Door
	keys    *door.Keys
	keyFile string
	asked   atomic.Int64 // how often somebody looked up whom a token names
	entered atomic.Int64 // handlers that ran

	mu       sync.Mutex
	now      time.Time
	revoked  map[string]bool
	sessions map[[32]byte]door.Principal
	log      bytes.Buffer
}

var rules = []door.Rule{
	{Route: "GET /open", Proof: door.None},
	{Route: "GET /panic", Proof: door.None},
	{Route: "GET /late", Proof: door.None},
	{Route: "POST /code", Proof: door.Code, MaxBody: 64},
	{Route: "GET /who", Proof: door.Session | door.Token},
	{Route: "POST /write", Proof: door.Session | door.Token, Permission: "write"},
	{Route: "POST /session", Proof: door.None},
	{Route: "DELETE /session", Proof: door.Session},
	{Route: "GET /page", Proof: door.Session},
	{Route: "GET /box", Proof: door.Certificate},
	{Route: "GET /things/{thing}", Proof: door.Token},
	{Route: "POST /api/v1/echo", Proof: door.Token, MaxBody: 256},
}

type echo struct {
	Body struct {
		Count int64  `json:"count" minimum:"0"`
		Name  string `json:"name,omitempty"`
	}
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.Write(p)
}

func (g *gate) clock() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

func (g *gate) pass(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = g.now.Add(d)
}

func (g *gate) logged() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.String()
}

func build(t testing.TB) *gate {
	t.Helper()
	g := &gate{t: t, now: time.Now(), revoked: map[string]bool{}, sessions: map[[32]byte]door.Principal{}, keyFile: filepath.Join(t.TempDir(), "token.key")}
	var err error
	if g.keys, err = door.OpenKeys(g.keyFile, issuer, g.clock); err != nil {
		t.Fatal(err)
	}
	g.door = door.New(door.Config{Name: "tyngo_test", Rules: rules, Keys: g.keys, Now: g.clock, MaxBody: 1 << 10, Log: slog.New(slog.NewTextHandler(g, nil)),
		May: func(role, permission string) bool { return role == "manager" && permission == "write" },
		Session: func(_ context.Context, hash [32]byte) (door.Principal, error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			p, ok := g.sessions[hash]
			if !ok {
				return p, fault.New(fault.NoProof, "session_over", "You are signed out. Sign in with a new code.")
			}
			return p, nil
		},
		Program: func(_ context.Context, c *door.Claims) (door.Principal, error) {
			g.asked.Add(1)
			if c.Role == "king" {
				return door.Principal{}, fault.New(fault.Invalid, "role_unknown", "There is no king here.")
			}
			return door.Principal{Name: c.Subject, Device: id.Derived[id.Device]("program", c.Subject)}, nil
		},
		Revoked: func(p door.Principal) bool {
			g.mu.Lock()
			defer g.mu.Unlock()
			return g.revoked[p.Name]
		},
		Certificate: func(_ context.Context, s *tls.ConnectionState) (door.Principal, error) {
			name := s.PeerCertificates[0].Subject.CommonName
			if name == "revoked" {
				return door.Principal{}, fault.New(fault.NoProof, "certificate_revoked", "The certificate of this box was taken back.")
			}
			return door.Principal{Name: name}, nil
		}})
	r := chi.NewRouter()
	for _, m := range g.door.Middlewares(r) {
		r.Use(m)
	}
	say := func(w http.ResponseWriter, r *http.Request) {
		g.entered.Add(1)
		io.WriteString(w, "in: "+door.Who(r.Context()).Name)
	}
	for _, route := range []string{"/open", "/who", "/page", "/box", "/things/{thing}", "/closed"} {
		r.Get(route, say)
	}
	r.Post("/write", say)
	r.Get("/panic", func(http.ResponseWriter, *http.Request) { panic("a bug") })
	r.Get("/late", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"half":`)
		http.NewResponseController(w).Flush()
		panic("a bug")
	})
	r.Post("/code", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Code string `json:"code"`
		}
		if err := door.Read(w, r, &in); err != nil {
			g.door.Refuse(w, r, err)
			return
		}
		g.entered.Add(1)
		io.WriteString(w, in.Code)
	})
	r.Post("/session", func(w http.ResponseWriter, r *http.Request) { g.door.SignIn(w, r, g.session("page", "manager")) })
	r.Delete("/session", func(w http.ResponseWriter, r *http.Request) {
		hash := g.door.SignOut(w, r)
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.sessions, hash)
	})
	api := g.door.NewAPI(r, "Test", "1", "A door to look at.")
	door.Operation(api, "POST /api/v1/echo", "Says it again", http.StatusOK, func(_ context.Context, in *echo) (*echo, error) {
		g.entered.Add(1)
		return in, nil
	})
	g.Server = httptest.NewUnstartedServer(r)
	g.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	t.Cleanup(func() { g.Close() })
	return g
}

func open(t testing.TB) *gate {
	g := build(t)
	g.Start()
	return g
}

// session makes a session and answers its secret.
func (g *gate) session(name, role string) string {
	secret, hash := door.NewSecret()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sessions[hash] = door.Principal{Name: name, Role: role, Subject: name}
	return secret
}

func (g *gate) mint(subject, role string) string {
	g.t.Helper()
	token, err := g.keys.Mint(subject, role, id.Organisation{}, time.Hour)
	if err != nil {
		g.t.Fatal(err)
	}
	return token
}

type reply struct {
	status  int
	header  http.Header
	body    string
	cookies []*http.Cookie
}

// do sends a request; headers are name, value, name, value.
func (g *gate) do(method, path, body string, headers ...string) reply {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), method, g.URL+path, strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] != "" {
			r.Header.Add(headers[i], headers[i+1])
		}
	}
	res, err := g.Client().Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(raw), res.Cookies()}
}

// refused checks that an answer is a problem document and reads it.
func refused(t testing.TB, a reply, status int, code string) door.Problem {
	t.Helper()
	var p door.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d is no problem document (%s): %.200s", a.status, a.header.Get("Content-Type"), a.body)
		return p
	}
	if a.status != status || p.Status != status || p.Code != code || p.Detail == "" || p.Err != p.Detail || p.Title != http.StatusText(status) {
		t.Errorf("want %d %s: %d %s", status, code, a.status, a.body)
	}
	return p
}
