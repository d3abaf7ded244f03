package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/edge/api"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/openapi"
)

func rows() map[string]door.Rule {
	m := map[string]door.Rule{}
	for _, r := range api.Rows() {
		m[r.Route] = r
	}
	return m
}

func TestEveryRouteHasARowInTheAuthorizationTable(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	left := rows()
	err := chi.Walk(h.API.Router(), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		key := method + " " + route
		if _, ok := left[key]; !ok {
			t.Errorf("%s has no row", key)
		}
		delete(left, key)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for route := range left {
		t.Errorf("the row %s has no route", route)
	}
}

func TestNoRouteButTheOpenOnesAnswersWithoutProof(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	tried := 0
	for route, rule := range rows() {
		if rule.Proof&(door.None|door.Code) != 0 {
			continue
		}
		tried++
		method, path, _ := strings.Cut(route, " ")
		for _, placeholder := range []string{"{orderId}", "{device}"} {
			path = strings.ReplaceAll(path, placeholder, boxtest.Bowl)
		}
		for token, want := range map[string]string{"": "No token provided", "Bearer nonsense": "Invalid token", "Bearer " + h.Token + "x": "Invalid token"} {
			a := h.Do(method, path, `{}`, "Authorization", token)
			var p struct{ Error string }
			if a.Status != 401 || json.Unmarshal(a.Body, &p) != nil || p.Error != want {
				t.Errorf("%s with %.20q: %d %s", route, token, a.Status, a.Body)
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d routes were tried", tried)
	}
}

func TestEachRoleMayDoNoMoreThanTheTableSays(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	for _, c := range []struct {
		role, method, path string
		status             int
	}{
		{"server", "PUT", "/api/v1/menu/document", 403}, {"server", "PUT", "/api/v1/venue", 403}, {"server", "POST", "/api/v1/codes", 403}, {"server", "GET", "/metrics", 403},
		{"cook", "POST", "/api/v1/orders", 403}, {"cook", "GET", "/api/v1/orders", 200}, {"monitor", "GET", "/metrics", 200}, {"monitor", "GET", "/api/v1/orders", 403},
		{"installer", "GET", "/api/v1/venue", 200}, {"installer", "POST", "/api/v1/orders", 403}, {"manager", "GET", "/metrics", 200},
	} {
		if a := h.Do(c.method, c.path, "", "Authorization", "Bearer "+h.Mint(c.role, c.role)); a.Status != c.status {
			t.Errorf("%s: %s %s answers %d, want %d: %s", c.role, c.method, c.path, a.Status, c.status, a.Body)
		}
	}
}

// browser is a page: it holds a cookie and no token.
type browser struct {
	t testing.TB
	h *boxtest.House
	http.Client
}

func newBrowser(t testing.TB, h *boxtest.House) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, h, http.Client{Jar: jar}}
}

func (b *browser) do(method, path, body string, headers ...string) (int, string) {
	b.t.Helper()
	r, err := http.NewRequest(method, b.h.Server.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

func TestAPageSignsInByACodeOnce(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	code, err := h.Staff.MakeCode(t.Context(), "server", "Tablet 1")
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, h)
	if status, _ := b.do("GET", "/api/v1/me", ""); status != 401 {
		t.Fatalf("before: %d", status)
	}
	if status, body := b.do("POST", "/session", `{"code":"`+strings.ToLower(code)+`"}`); status != 204 {
		t.Fatalf("sign in: %d %s", status, body)
	}
	if status, body := b.do("GET", "/api/v1/me", ""); status != 200 || !strings.Contains(body, `"name":"Tablet 1"`) || !strings.Contains(body, `"role":"server"`) {
		t.Errorf("me: %d %s", status, body)
	}
	if status, _ := newBrowser(t, h).do("POST", "/session", `{"code":"`+code+`"}`); status != 401 {
		t.Errorf("the code was good twice: %d", status)
	}
	h.Stop()
	h.Open() // on another port: cookies do not mind
	if status, _ := b.do("GET", "/api/v1/me", ""); status != 200 {
		t.Errorf("the session did not survive a restart: %d", status)
	}
}

func TestTheCookieIsOutOfReachOfScripts(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	code, err := h.Staff.MakeCode(t.Context(), "server", "Tablet 1")
	if err != nil {
		t.Fatal(err)
	}
	a := h.Do("POST", "/session", `{"code":"`+code+`"}`, "Authorization", "")
	set := a.Header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("%q lacks %s", set, want)
		}
	}
	if strings.Contains(set, "Secure") {
		t.Errorf("a secure cookie over http is dropped by the browser: %q", set)
	}
}

func TestAnotherSitesPageCannotActForTheWaiter(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	code, err := h.Staff.MakeCode(t.Context(), "server", "Tablet 1")
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, h)
	if status, _ := b.do("POST", "/session", `{"code":"`+code+`"}`, "Sec-Fetch-Site", "cross-site"); status != 403 {
		t.Errorf("another site signs in: %d", status)
	}
	if status, _ := b.do("POST", "/session", `{"code":"`+code+`"}`, "Sec-Fetch-Site", "same-origin"); status != 204 {
		t.Fatalf("sign in: %d", status)
	}
	for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		if status, _ := b.do("POST", "/api/v1/commands", `{"commands":[]}`, from...); status != 403 {
			t.Errorf("a write with %v: %d", from, status)
		}
	}
}

func TestTheSixthTryAtACodeInAMinuteIsRefused(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	for i := range 7 {
		want := 401
		if i >= 5 {
			want = 429
		}
		if a := h.Do("POST", "/session", `{"code":"00000-00000"}`, "Authorization", ""); a.Status != want {
			t.Errorf("try %d: %d, want %d", i+1, a.Status, want)
		}
	}
}

func TestARevokedProgramIsShutOutAtOnce(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	token := "Bearer " + h.Mint("server", "old tablet")
	var me struct{ Device string }
	h.Do("GET", "/api/v1/me", "", "Authorization", token).JSON(t, &me)
	if a := h.Do("POST", "/api/v1/devices/"+me.Device+"/revoke", ""); a.Status != 200 {
		t.Fatalf("revoke: %d %s", a.Status, a.Body)
	}
	if a := h.Do("GET", "/api/v1/me", "", "Authorization", token); a.Status != 401 {
		t.Errorf("after: %d", a.Status)
	}
	if a := h.Do("GET", "/api/v1/me", "", "Authorization", "Bearer "+h.Mint("server", "old tablet")); a.Status != 401 {
		t.Errorf("with a renewed token: %d", a.Status)
	}
}

func TestHealthReadyAndMetrics(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	for path, want := range map[string]string{"/health": `"status":"ok"`, "/ready": `"status":"ready"`} {
		if a := h.Do("GET", path, "", "Authorization", ""); a.Status != 200 || !strings.Contains(string(a.Body), want) {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	a := h.Do("GET", "/metrics", "")
	for _, want := range []string{"tyngo_orders_total", "tyngo_writer_waiting", "tyngo_readers_busy", "tyngo_prints_total", "tyngo_uplink_behind", "tyngo_order_seconds_bucket"} {
		if !strings.Contains(string(a.Body), want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

func TestOpenAPIDescribesEveryOperationWithItsProof(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	a := h.Do("GET", "/api/openapi.json", "", "Authorization", "")
	var spec struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Security []map[string][]string
		}
	}
	a.JSON(t, &spec)
	if spec.OpenAPI != "3.1.0" {
		t.Errorf("it is OpenAPI %q", spec.OpenAPI)
	}
	for route, rule := range rows() {
		method, path, _ := strings.Cut(route, " ")
		if !strings.HasPrefix(path, "/api/v1/") || path == "/api/v1/stream" {
			continue
		}
		op, ok := spec.Paths[path][strings.ToLower(method)]
		if !ok || rule.Proof&door.Token != 0 && len(op.Security) == 0 {
			t.Errorf("%s: described %v, security %v", route, ok, op.Security)
		}
	}
	if a := h.Do("GET", "/api", "", "Authorization", ""); a.Status != 200 || !strings.Contains(string(a.Body), "/api/v1/orders") || strings.Contains(string(a.Body), "http://") || strings.Contains(string(a.Body), "https://") {
		t.Errorf("the readable page: %d, or it loads from outside", a.Status)
	}
}

// The proof from outside judges by what is published, so that is the table.
func TestTheDescriptionSaysWhoMayAsTheTableDoes(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	d, err := openapi.Read(h.Do("GET", "/api/openapi.json", "", "Authorization", "").Body)
	if err != nil {
		t.Fatal(err)
	}
	left := rows()
	for _, route := range []string{"GET /", "GET /audit", "GET /people", "GET /documents", "GET /~*", "GET /api", "GET /api/openapi.json"} {
		delete(left, route) // pages
	}
	for _, op := range d.Operations() {
		rule, ok := left[op.Name()]
		if delete(left, op.Name()); !ok {
			t.Errorf("%s is described and has no row", op.Name())
		}
		for proof, bit := range map[string]door.Proof{"": 0, "token": door.Token, "session": door.Session} {
			for _, role := range append(staff.Roles(), "stranger") {
				want := rule.Proof&(door.None|door.Code) != 0 || rule.Proof&bit != 0 && (rule.Permission == "" || staff.May(role, rule.Permission))
				if got := d.Admits(op, proof, role); got != want {
					t.Errorf("%s by a %s with a %q: described %v, want %v", op.Name(), role, proof, got, want)
				}
			}
		}
	}
	for route := range left {
		t.Errorf("%s is not described", route)
	}
}

func TestNonsenseIsRefusedAndNeverAnError(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	good := `{"restaurantId":"` + boxtest.Restaurant + `","items":[{"menuItemId":"` + boxtest.Bowl + `","quantity":1}]}`
	for _, body := range []string{"", "null", "[]", "{", `"x"`, `{"items":null}`, good + "{}", `{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}",
		strings.Replace(good, `"quantity":1`, `"quantity":1.5`, 1), strings.Replace(good, `"quantity":1`, `"quantity":"1"`, 1), strings.Replace(good, `"quantity":1`, `"quantity":1e400`, 1),
		strings.Replace(good, `"quantity":1`, `"quantity":99999999999999999999`, 1), strings.Replace(good, `"quantity":1`, `"quantity":-1`, 1),
		strings.Replace(good, `"items"`, `"price":1,"items"`, 1), strings.Replace(good, boxtest.Bowl, "not-a-uuid", 1),
		strings.Replace(good, `"items"`, `"tableNumber":-1,"items"`, 1), strings.Replace(good, `"items"`, `"tableNumber":1.5,"items"`, 1), strings.Replace(good, `"items"`, `"tableNumber":{},"items"`, 1),
		strings.Replace(good, `"items"`, `"tableNumber":"`+strings.Repeat("x", 17)+`","items"`, 1), strings.Replace(good, `"items"`, `"customerId":"x","items"`, 1),
		strings.Replace(good, `"quantity":1`, `"quantity":1,"modifications":[1]`, 1),
	} {
		a := h.Do("POST", "/api/v1/orders", body)
		var p struct{ Error, Code string }
		if a.Status < 400 || a.Status >= 500 || json.Unmarshal(a.Body, &p) != nil || p.Error == "" || p.Code == "" {
			t.Errorf("%.80s: %d %.200s", body, a.Status, a.Body)
		}
	}
	if a := h.Do("GET", "/api/v1/orders", ""); !strings.Contains(string(a.Body), `"orders":[]`) {
		t.Errorf("something of it was ordered: %s", a.Body)
	}
}
