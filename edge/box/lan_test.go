package box_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/qr"
	"github.com/tyngo/tyngo/edge/sqlite"
)

// onLAN is a whole program that serves tablets, on the loopback interface alone.
type onLAN struct {
	t      *testing.T
	config box.Config
	local  string
	known  chan box.Origin
	stop   func() error
	box.Origin
}

// lan serves the data of a stopped house to tablets.
func lan(t *testing.T, c box.Config) *onLAN {
	t.Helper()
	s := begin(t, c)
	select {
	case s.Origin = <-s.known:
	case <-time.After(30 * time.Second):
		t.Fatal("after 30 s the box has no name")
	}
	await(t, s.local+"/ready", http.StatusOK)
	return s
}

// begin does not wait until the box can be used: it may be in trouble.
func begin(t *testing.T, c box.Config) *onLAN {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	c.Log, c.SQLite = slog.New(slog.DiscardHandler), sqlite.Config{ReserveBytes: -1}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &onLAN{t: t, config: c, known: make(chan box.Origin, 1)}
	started, over := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		over <- box.Serve(ctx, c, box.Listen{Local: "127.0.0.1:0", HTTPS: "127.0.0.1:0", HTTP: "127.0.0.1:0",
			Started: func(a net.Addr) { started <- a }, Origin: func(o box.Origin) { s.known <- o }})
	}()
	s.local = "http://" + (<-started).String()
	stopped := false
	s.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-over
	}
	t.Cleanup(func() { s.stop() })
	return s
}

// tablet is a browser that finds the name and trusts the authority, at a time.
func (s *onLAN) tablet(ca []byte, now func() time.Time) *http.Client {
	s.t.Helper()
	roots := x509.NewCertPool()
	if ca != nil {
		c, err := x509.ParseCertificate(ca)
		if err != nil {
			s.t.Fatal(err)
		}
		roots.AddCert(c)
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Time: now}, ForceAttemptHTTP2: true, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+port)
		}}
	s.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ca is what a tablet downloads.
func (s *onLAN) ca() []byte {
	s.t.Helper()
	res, err := http.Get(s.Enrol[0] + "/ca.crt")
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	der, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/x-x509-ca-cert" {
		s.t.Fatalf("the certificate: %d %s, %v", res.StatusCode, res.Header.Get("Content-Type"), err)
	}
	return der
}

// do asks as a host name says, headers and body left to the caller.
func do(t *testing.T, c *http.Client, method, address, host string, edit ...func(*http.Request)) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	for _, e := range edit {
		e(r)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(raw)
}

// stopped is a house that was set up, and whose program was ended.
func stopped(t *testing.T) *boxtest.House {
	t.Helper()
	h := boxtest.Start(t)
	h.Stop()
	return h
}

func TestTabletsReachTheBoxOnItsOneOrigin(t *testing.T) {
	t.Parallel()
	h := stopped(t)
	s := lan(t, box.Config{Dir: h.Dir})
	if !strings.HasPrefix(s.Origin.Origin, "https://"+s.Name+":") || len(s.Enrol) != 1 || s.Until < time.Now().UnixMilli() {
		t.Fatalf("%+v", s.Origin)
	}
	der := s.ca()
	if sum := sha256.Sum256(der); strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(s.Fingerprint)) != hex.EncodeToString(sum[:]) {
		t.Errorf("%s is not the fingerprint of what tablets get", s.Fingerprint)
	}
	tablet, stranger := s.tablet(der, nil), s.tablet(nil, nil)
	var unknown *tls.CertificateVerificationError
	if _, err := stranger.Get(s.Origin.Origin); !errors.As(err, &unknown) {
		t.Errorf("a tablet that was not let in: %v", err)
	}

	if status, _, body := do(t, tablet, "GET", s.Origin.Origin+"/", ""); status != 200 || !strings.Contains(body, "tablet/main.js") {
		t.Errorf("the page: %d %s", status, body)
	}
	if status, h, _ := do(t, tablet, "GET", s.Origin.Origin+"/", ""); status != 200 || h.Get("Strict-Transport-Security") != "" {
		t.Errorf("HSTS would keep out everybody after one mistake: %v", h)
	}
	if status, _, _ := do(t, tablet, "GET", s.Origin.Origin+"/api/v1/me", ""); status != 401 {
		t.Errorf("without proof: %d", status)
	}
	u, err := url.Parse(s.Origin.Origin)
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"192.168.1.10", "192.168.1.10:" + u.Port(), s.Name, s.Name + ".:" + u.Port(), "evil.example", "localhost:" + u.Port(), "x." + u.Host} {
		status, head, _ := do(t, tablet, "POST", s.Origin.Origin+"/api/v1/orders?a=b%2Fc", host)
		if status != 308 || head.Get("Location") != s.Origin.Origin+"/api/v1/orders?a=b%2Fc" {
			t.Errorf("%q is answered %d %s", host, status, head.Get("Location"))
		}
		if status, _, _ := do(t, tablet, "GET", s.Origin.Origin+"/health", host); status != 200 {
			t.Errorf("a probe as %q is answered %d", host, status)
		}
	}
	if status, _, _ := do(t, tablet, "GET", s.Origin.Origin+"/", strings.ToUpper(u.Host)); status != 200 {
		t.Errorf("a name in capitals: %d", status)
	}
}

func TestPlainHTTPLetsTabletsInAndSaysNothingElse(t *testing.T) {
	t.Parallel()
	h := stopped(t)
	s := lan(t, box.Config{Dir: h.Dir})
	plain, c := s.Enrol[0], s.tablet(nil, nil)
	for _, host := range []string{"", s.Name, "192.168.1.10"} {
		for _, path := range []string{"/", "/enrol"} {
			status, _, body := do(t, c, "GET", plain+path, host)
			if status != 200 || !strings.Contains(body, strings.Fields(s.Fingerprint)[7]) || !strings.Contains(body, `href="`+s.Origin.Origin+`/"`) || strings.Contains(body, "main.js") {
				t.Errorf("%s as %q: %d %s", path, host, status, body)
			}
		}
	}
	_, _, body := do(t, c, "GET", plain, "")
	if code, err := qr.Encode(plain); err != nil || !strings.Contains(body, `<path d="`+code.Path()+`"`) || !strings.Contains(body, "<b>"+plain+"</b>") {
		t.Errorf("the page draws no way here for another device: %v %s", err, body)
	}
	token := "Bearer " + h.Token
	for _, c1 := range []struct{ method, path string }{{"GET", "/api/v1/orders?limit=5"}, {"POST", "/api/v1/orders"}, {"POST", "/session"}, {"GET", "/metrics"}, {"GET", "/api/openapi.json"},
		{"GET", "/ca.crt/.."}, {"POST", "/"}, {"GET", "//evil.example/x"}, {"GET", "/%2F%2Fevil.example"}, {"PUT", "/ca.crt"}, {"GET", "/~/sync/ui/icon.svg"}} {
		status, head, body := do(t, c, c1.method, plain+c1.path, "evil.example", func(r *http.Request) { r.Header.Set("Authorization", token) })
		if status != 308 || head.Get("Location") != s.Origin.Origin+c1.path || head.Get("Cache-Control") != "no-store" || body != "" {
			t.Errorf("%s %s: %d %s %s", c1.method, c1.path, status, head.Get("Location"), body)
		}
	}
	for _, path := range []string{"/health", "/ready"} {
		if status, _, _ := do(t, c, "GET", plain+path, "probe.example"); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
	for agent, open := range map[string]string{"Mozilla/5.0 (Linux; Android 15; SM-X210)": "Android", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari": "iPad and iPhone", "Mozilla/5.0 (Windows NT 10.0; Win64)": "Windows", "curl": "Android"} {
		_, _, body := do(t, c, "GET", plain, "", func(r *http.Request) { r.Header.Set("User-Agent", agent) })
		_, after, ok := strings.Cut(body, ` open>`)
		if !ok || strings.Contains(after, ` open>`) || !strings.HasPrefix(strings.TrimSpace(after), "<summary>"+open) {
			t.Errorf("%s is shown the steps of another: %.80s", agent, after)
		}
	}
}

func TestASignedInTabletHoldsACookieOfTheOriginAlone(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	code, err := h.Staff.MakeCode(t.Context(), "server", "Tablet 1")
	if err != nil {
		t.Fatal(err)
	}
	h.Stop()
	s := lan(t, box.Config{Dir: h.Dir})
	c := s.tablet(s.ca(), nil)
	status, head, body := do(t, c, "POST", s.Origin.Origin+"/session", "", func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(`{"code":"`+code+`"}`)), int64(len(code)+11)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", s.Origin.Origin)
	})
	set := head.Get("Set-Cookie")
	for _, want := range []string{"__Host-tyngo_box=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"} {
		if status != 204 || !strings.Contains(set, want) || strings.Contains(set, "Domain") {
			t.Errorf("%d %s %q lacks %s", status, body, set, want)
		}
	}
	with := func(r *http.Request) { r.Header.Set("Cookie", strings.Split(set, ";")[0]) }
	if status, _, body := do(t, c, "GET", s.Origin.Origin+"/api/v1/me", "", with); status != 200 || !strings.Contains(body, "Tablet 1") {
		t.Errorf("me: %d %s", status, body)
	}

	// The stream of a tablet goes over the same line (HTTP/2), and a stop ends it.
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.Origin.Origin+"/api/v1/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	with(r)
	c.Timeout = 0
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if line, err := bufio.NewReader(res.Body).ReadString('\n'); err != nil || line == "" || res.ProtoMajor != 2 {
		t.Errorf("the stream begins with %q, %v, over HTTP/%d", line, err, res.ProtoMajor)
	}
	began := time.Now()
	if err := s.stop(); err != nil || time.Since(began) > 4*time.Second {
		t.Errorf("the stop took %v: %v", time.Since(began), err)
	}
}

func TestARestartKeepsNameAuthorityAndCertificate(t *testing.T) {
	t.Parallel()
	h := stopped(t)
	first := lan(t, box.Config{Dir: h.Dir})
	ca := first.ca()
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second := lan(t, box.Config{Dir: h.Dir})
	if second.Name != first.Name || second.Fingerprint != first.Fingerprint || second.Until != first.Until {
		t.Errorf("%+v, then %+v", first.Origin, second.Origin)
	}
	if status, _, _ := do(t, second.tablet(ca, nil), "GET", second.Origin.Origin+"/", ""); status != 200 {
		t.Errorf("a tablet that was let in before: %d", status)
	}
	var files []string
	if err := filepath.WalkDir(filepath.Join(h.Dir, "lan"), func(path string, d os.DirEntry, err error) error {
		if s, e := d.Info(); e == nil && !d.IsDir() && s.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", path, s.Mode())
		}
		files = append(files, path)
		return err
	}); err != nil || len(files) != 3 {
		t.Errorf("%v %v", files, err)
	}
	var o box.Origin
	l, err := box.Dial(t.Context(), second.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.Call(t.Context(), "GET", "/api/v1/origin", nil, &o), l.Close()); err != nil || o.Origin != second.Origin.Origin || o.Words != "" {
		t.Errorf("the running box says %+v, %v", o, err)
	}
	if err := second.stop(); err != nil {
		t.Fatal(err)
	}
	if l, err = box.Dial(t.Context(), second.config); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.Call(t.Context(), "GET", "/api/v1/origin", nil, &o), l.Close()); err != nil || o.Name != first.Name || o.Fingerprint != first.Fingerprint || o.Origin != "" || o.Words == "" {
		t.Errorf("the stopped box says %+v, %v", o, err)
	}
}

// light is the words of a light; empty where it does not shine.
func (s *onLAN) light(token, name string) string {
	s.t.Helper()
	_, _, body := do(s.t, http.DefaultClient, "GET", s.local+"/api/v1/lights", "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) })
	var out struct {
		Lights []struct{ Name, Words string }
	}
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		s.t.Fatal(err)
	}
	for _, l := range out.Lights {
		if l.Name == name {
			return l.Words
		}
	}
	return ""
}

// reaches waits until a tablet at a time is served, or is not.
func (s *onLAN) reaches(c *http.Client, want bool) {
	s.t.Helper()
	var err error
	for end := time.Now().Add(25 * time.Second); time.Now().Before(end); <-time.After(50 * time.Millisecond) {
		var res *http.Response
		if res, err = c.Get(s.Origin.Origin + "/health"); err == nil {
			res.Body.Close()
		}
		if (err == nil) == want {
			return
		}
	}
	s.t.Fatalf("a tablet reaches the box: want %v, %v", want, err)
}

// It is 1970 after a power cut: the certificate of last time is shown. A new box with
// a dead clock has none to show; it says so, and makes one as soon as a manager says
// what time it is.
func TestADeadClockKeepsTabletsOutOnlyBeforeTheFirstCertificate(t *testing.T) {
	t.Parallel()
	h, w := clockHouse(t)
	h.Stop()
	start := time.Now()
	c := box.Config{Dir: h.Dir, Now: w.now, Elapsed: func() time.Duration { return time.Since(start) }}
	s := lan(t, c)
	ca := s.ca()
	s.reaches(s.tablet(ca, time.Now), true)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	w.set(time.Unix(0, 0))
	s = lan(t, c)
	s.reaches(s.tablet(ca, time.Now), true)
	if s.light(h.Token, "lan") != "" || s.light(h.Token, "clock") == "" {
		t.Errorf("lights: lan %q, clock %q", s.light(h.Token, "lan"), s.light(h.Token, "clock"))
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}

	if err := os.RemoveAll(filepath.Join(h.Dir, "lan")); err != nil {
		t.Fatal(err)
	}
	s = lan(t, c)
	c1 := s.tablet(s.ca(), time.Now) // a tablet can be let in already
	s.reaches(c1, false)
	if words := s.light(h.Token, "lan"); !strings.Contains(words, "Confirm the time") {
		t.Errorf("the light says %q", words)
	}
	status, _, body := do(t, http.DefaultClient, "POST", s.local+"/api/v1/clock/confirm", "", func(r *http.Request) {
		say := fmt.Sprintf(`{"at":%q}`, time.Now().Format(time.RFC3339))
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(say)), int64(len(say))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+h.Token)
	})
	if status != 200 {
		t.Fatalf("confirm: %d %s", status, body)
	}
	s.reaches(c1, true)
	if words := s.light(h.Token, "lan"); words != "" {
		t.Errorf("the light says %q", words)
	}
}

// Nothing told that the clock was two years ahead when the box was set up. When a
// time server sets it, the box makes a certificate of the right time by itself.
func TestAClockThatIsSetBackMakesANewCertificateWithoutARestart(t *testing.T) {
	t.Parallel()
	w, start := &wall{}, time.Now()
	w.set(time.Now().Add(2 * 365 * 24 * time.Hour))
	passed := func() time.Duration { return time.Since(start) }
	h := boxtest.Start(t, boxtest.At(w.now), boxtest.Elapsed(passed))
	h.Stop()
	var synced atomic.Bool
	s := lan(t, box.Config{Dir: h.Dir, Now: w.now, Elapsed: passed, Synced: synced.Load})
	ca := s.ca()
	s.reaches(s.tablet(ca, w.now), true) // a tablet that is as wrong as the box
	right := s.tablet(ca, time.Now)
	s.reaches(right, false)
	w.set(time.Now())
	synced.Store(true)
	s.reaches(right, true)
}

func TestABoxThatIsNotSetUpHasNoNameYet(t *testing.T) {
	t.Parallel()
	s := begin(t, box.Config{Dir: filepath.Join(t.TempDir(), "data")})
	for end := time.Now().Add(30 * time.Second); ; <-time.After(20 * time.Millisecond) {
		if _, _, body := do(t, http.DefaultClient, "GET", s.local+"/api/v1/me", ""); strings.Contains(body, "not_set_up") {
			break
		} else if time.Now().After(end) {
			t.Fatalf("after 30 s it says %s", body)
		}
	}
	if _, err := os.Stat(filepath.Join(s.config.Dir, "lan")); err == nil {
		t.Error("an authority was made before the box knows who it is")
	}
	if _, _, err := box.SetUp(t.Context(), s.config, box.Setup{Name: "Luz", Currency: "USD", Zone: "America/Chicago"}); err != nil {
		t.Fatal(err)
	}
	s.Origin = <-s.known
	await(t, s.Enrol[0]+"/ca.crt", http.StatusOK)
}

func TestADamagedAuthorityIsSaidAndTheBoxServes(t *testing.T) {
	t.Parallel()
	h := stopped(t)
	lan(t, box.Config{Dir: h.Dir}).stop()
	path := filepath.Join(h.Dir, "lan", "ca.pem")
	if err := os.WriteFile(path, []byte("half a fi"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := begin(t, box.Config{Dir: h.Dir})
	await(t, s.local+"/ready", http.StatusOK)
	if words := s.light(h.Token, "lan"); !strings.Contains(words, "certificate") {
		t.Errorf("the light says %q", words)
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "half a fi" {
		t.Errorf("it was made again, and every tablet is shut out: %q %v", raw, err)
	}
	if err := os.Rename(path, path+".damaged"); err != nil { // as the words of the error say
		t.Fatal(err)
	}
	select {
	case s.Origin = <-s.known:
		s.reaches(s.tablet(s.ca(), nil), true)
	case <-time.After(30 * time.Second):
		t.Error("no new authority is made")
	}
}

// Whoever comes from another machine to the address of this one is told nothing.
func TestOtherMachinesGetNothingOverPlainHTTP(t *testing.T) {
	t.Parallel()
	product := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "product") })
	local, err := box.LocalAlone(product)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, path string
		product    bool
	}{
		{"192.168.1.10:5000", "/", true}, // this machine, under its own address
		{"127.0.0.1:5000", "/api/v1/orders", true}, {"[::1]:5000", "/", true}, {"[::ffff:127.0.0.1]:5000", "/", true},
		{"192.168.1.77:5000", "/api/v1/orders", false}, {"192.168.1.77:5000", "/", false}, {"[fe80::1%eth0]:5000", "/", false}, {"", "/", false},
		{"192.168.1.77:5000", "/health", true}, {"192.168.1.77:5000", "/ready", true},
	} {
		r, w := httptest.NewRequest("GET", c.path, nil), httptest.NewRecorder()
		r.RemoteAddr = c.from
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(192, 168, 1, 10), Port: 8080})))
		local.ServeHTTP(w, r)
		if got := w.Body.String() == "product"; got != c.product || !got && (w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "--https")) {
			t.Errorf("%s from %q: %d %.80s", c.path, c.from, w.Code, w.Body)
		}
	}
}
