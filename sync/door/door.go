// Package door is who may come in, for the box and for head office alike: one
// table of every route with its proof and permission, one who() for cookie,
// token and client certificate, and one form for every refusal (PROTOCOL.md 7).
//
// It promises: a route without a row is closed; a browser never holds a bearer
// token; every error is a problem document (RFC 9457) with the member 'error'.
// It knows no tables: who sits behind a session or a certificate is asked of the
// half that owns it.
package door

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Proof says how a caller may prove who it is; a rule may allow several.
type Proof uint8

const (
	None        Proof = 1 << iota // nothing: health, sign-in pages, assets
	Code                          // a one-time code in the body, checked by the handler
	Session                       // the cookie of a browser
	Token                         // a bearer token of a program
	Certificate                   // the client certificate of a box
)

// Rule is one row of the authorization table.
type Rule struct {
	Route      string // method and pattern, as "GET /api/v1/orders/{orderId}"
	Proof      Proof
	Permission string // empty where the proof alone is enough
	MaxBody    int64  // bytes of a request; the door's where 0
}

// Principal is who asks.
type Principal struct {
	Proof        Proof
	Subject      string    // stable over renewals: names the owner of idempotency keys
	Device       id.Device // at a box
	Staff        id.Staff  // at a box, signed in
	User         id.User   // at head office
	Organisation id.Organisation
	Box          id.Box // by certificate
	Name         string
	Role         string
}

// Config is what a door is hung with. Nil functions mean that this proof is not
// known here.
type Config struct {
	Name        string // of the cookie
	Rules       []Rule
	Session     func(ctx context.Context, secret [32]byte) (Principal, error) // by SHA-256 of the cookie
	Keys        *Keys                                                         // of bearer tokens
	Program     func(ctx context.Context, c *Claims) (Principal, error)       // whom a verified token names
	Revoked     func(p Principal) bool                                        // asked at every request
	Seen        func(p Principal)                                             // told of everybody who is let in
	Certificate func(ctx context.Context, state *tls.ConnectionState) (Principal, error)
	May         func(role, permission string) bool
	Roles       []string // that the description of an API says what they may do
	Now         func() time.Time
	Log         *slog.Logger
	MaxBody     int64 // bytes; 1 MiB where 0
}

// Door is the border of one HTTP server.
type Door struct {
	c      Config
	rules  map[string]Rule
	cross  *http.CrossOriginProtection
	tries  tries
	tokens cache
}

// New makes a door.
func New(c Config) *Door {
	if c.MaxBody == 0 {
		c.MaxBody = 1 << 20
	}
	d := &Door{c: c, rules: make(map[string]Rule, len(c.Rules)), cross: http.NewCrossOriginProtection()}
	d.tries.now, d.tokens.now = c.Now, c.Now
	for _, r := range c.Rules {
		d.rules[r.Route] = r
	}
	return d
}

type whoKey struct{}
type requestKey struct{}

// Who is who asks; the zero Principal on routes without proof.
func Who(ctx context.Context) Principal {
	p, _ := ctx.Value(whoKey{}).(Principal)
	return p
}

// RequestID names a request in logs.
func RequestID(ctx context.Context) string {
	s, _ := ctx.Value(requestKey{}).(string)
	return s
}

// Middlewares are the four of every router, in order: request id, recover, body
// limit, who. They need the router to find the rule of a request.
func (d *Door) Middlewares(r chi.Router) []func(http.Handler) http.Handler {
	return []func(http.Handler) http.Handler{d.named, d.recovered, d.plain, d.guarded(r)}
}

func (d *Door) named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Header.Get("X-Request-Id")
		if name == "" || len(name) > 64 || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > '~' }) {
			name = id.New[id.Command]().String()
		}
		w.Header().Set("X-Request-Id", name)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, name)))
	})
}

func (d *Door) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := &answer{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			d.c.Log.Error("panic in a handler", "request", RequestID(r.Context()), "route", r.Method+" "+r.URL.Path, "panic", v, "stack", string(debug.Stack()))
			if begun.yes {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
			Write(w, fault.Of(errors.New("panic")))
		}()
		next.ServeHTTP(begun, r)
	})
}

// answer knows whether it was begun.
type answer struct {
	http.ResponseWriter
	yes bool
}

func (a *answer) WriteHeader(status int) {
	a.yes = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.yes = true
	return a.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// plain refuses bodies that are packed, and reads media types without regard to case.
func (d *Door) plain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if enc := r.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
			write(w, plainProblem(http.StatusUnsupportedMediaType, "content_encoding", "Send the body as it is, without Content-Encoding."))
			return
		}
		if t := r.Header.Get("Content-Type"); t != "" {
			r.Header.Set("Content-Type", strings.ToLower(t))
		}
		next.ServeHTTP(w, r)
	})
}

// limit is the largest body that a route takes.
func (d *Door) limit(r Rule) int64 {
	if r.MaxBody > 0 {
		return r.MaxBody
	}
	return d.c.MaxBody
}

func (d *Door) guarded(router chi.Router) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			match, path := chi.NewRouteContext(), routed(r)
			if !router.Match(match, r.Method, path) {
				if !d.glance(router, r.Method, path) {
					lost(router, path, w) // and never to the router: it must not find what we did not
					return
				}
				r = r.Clone(r.Context())
				r.Method = http.MethodGet // the server leaves the body out by itself
				match = chi.NewRouteContext()
				router.Match(match, r.Method, path)
			}
			rule, ok := d.rules[r.Method+" "+match.RoutePattern()]
			if !ok {
				d.c.Log.Error("route without a row in the authorization table", "route", r.Method+" "+match.RoutePattern())
				Write(w, errDenied)
				return
			}
			p, err := d.admit(r, rule)
			if err != nil {
				d.Refuse(w, r, err)
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, d.limit(rule))
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, p)))
		})
	}
}

// routed is the path by which chi routes a request. Where a client escaped a slash
// it is not the URL's path, and looking that up would guard another route.
func routed(r *http.Request) string {
	if r.URL.RawPath != "" {
		return r.URL.RawPath
	}
	return r.URL.Path
}

// glance reports whether this is a HEAD of what anybody may GET: probes do that.
func (d *Door) glance(router chi.Router, method, path string) bool {
	match := chi.NewRouteContext()
	return method == http.MethodHead && router.Match(match, http.MethodGet, path) &&
		d.rules["GET "+match.RoutePattern()].Proof&None != 0
}

// The texts of 401 are part of the public API.
var (
	errNoToken  = fault.New(fault.NoProof, "no_token", "No token provided")
	errBadToken = fault.New(fault.NoProof, "bad_token", "Invalid token")
	errDenied   = fault.New(fault.Denied, "not_allowed", "You may not do this. Ask a manager.")
	errCross    = fault.New(fault.Denied, "cross_origin", "This page may not do that here.")
)

// admit finds who asks and whether the rule lets them in.
func (d *Door) admit(r *http.Request, rule Rule) (Principal, error) {
	if rule.Proof&(None|Code) != 0 {
		if rule.Proof&Code != 0 && d.cross.Check(r) != nil {
			return Principal{}, errCross
		}
		return Principal{}, nil
	}
	p, err := d.who(r)
	if err != nil {
		return p, bad(err)
	}
	if p.Proof&rule.Proof == 0 || d.c.Revoked != nil && d.c.Revoked(p) {
		return p, errBadToken
	}
	if p.Proof == Session && d.cross.Check(r) != nil {
		return p, errCross
	}
	if d.c.Seen != nil {
		d.c.Seen(p)
	}
	if rule.Permission != "" && !d.c.May(p.Role, rule.Permission) {
		return p, errDenied
	}
	return p, nil
}

// Still reports whether a request that was let in would be let in again: what lasts,
// such as a stream, asks when something changed about whoever asked.
func (d *Door) Still(r *http.Request) error {
	rule, ok := d.rules[r.Method+" "+chi.RouteContext(r.Context()).RoutePattern()]
	if !ok {
		return errDenied
	}
	_, err := d.admit(r, rule)
	return err
}

// who finds who asks by the first proof that the request brings.
func (d *Door) who(r *http.Request) (Principal, error) {
	ctx := r.Context()
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") || d.c.Keys == nil || token == "" || len(token) > 4096 {
			return Principal{}, errBadToken
		}
		return d.token(ctx, token)
	}
	if secret, ok := d.cookie(r); ok && d.c.Session != nil {
		p, err := d.c.Session(ctx, sha256.Sum256([]byte(secret)))
		p.Proof = Session
		return p, err
	}
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 && d.c.Certificate != nil {
		p, err := d.c.Certificate(ctx, r.TLS)
		p.Proof = Certificate
		return p, err
	}
	return Principal{}, errNoToken
}

// bad hides why a proof failed, unless the answer could be another in a moment.
func bad(err error) error {
	switch fault.KindOf(err) {
	case fault.Unavailable, fault.Internal, fault.Unknown, fault.NoProof:
		return err
	}
	return errBadToken
}

// Refuse answers with the problem of an error, and logs what is no matter of the
// caller.
func (d *Door) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := Of(err)
	if p.Status >= http.StatusInternalServerError && fault.Of(err).Unwrap() != nil {
		d.c.Log.Error("request failed", "request", RequestID(r.Context()), "route", r.Method+" "+r.URL.Path, "err", err)
	}
	write(w, p)
}
