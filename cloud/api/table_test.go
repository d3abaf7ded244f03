package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/cloud/account"
	"github.com/tyngo/tyngo/cloud/api"
	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/openapi"
)

func TestEveryRouteHasARowInTheAuthorizationTables(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	for i, router := range o.API.Routers() {
		left := map[string]bool{}
		for _, r := range api.Rows()[i] {
			left[r.Route] = true
		}
		check(t, chi.Walk(router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
			if !left[method+" "+route] {
				t.Errorf("%s %s has no row", method, route)
			}
			delete(left, method+" "+route)
			return nil
		}))
		for route := range left {
			t.Errorf("the row %s has no route", route)
		}
	}
}

// The proof from outside judges by what is published, so that is the table.
func TestTheDescriptionSaysWhoMayAsTheTableDoes(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	d, err := openapi.Read([]byte(ask(t, http.DefaultClient, "GET", o.At.HQ+"/api/openapi.json", "").body))
	check(t, err)
	left := map[string]door.Rule{}
	for _, r := range api.Rows()[0] {
		left[r.Route] = r
	}
	for _, op := range d.Operations() {
		rule, ok := left[op.Name()]
		if delete(left, op.Name()); !ok {
			t.Errorf("%s is described and has no row", op.Name())
		}
		for proof, bit := range map[string]door.Proof{"": 0, "token": door.Token, "session": door.Session} {
			for _, role := range append(account.Roles(), "stranger") {
				want := rule.Proof&(door.None|door.Code) != 0 || rule.Proof&bit != 0 && (rule.Permission == "" || account.May(role, rule.Permission))
				if got := d.Admits(op, proof, role); got != want {
					t.Errorf("%s by a %s with a %q: described %v, want %v", op.Name(), role, proof, got, want)
				}
			}
		}
	}
	for route, rule := range left {
		if strings.Contains(route, " /api/v1/") || rule.Proof&door.None == 0 {
			t.Errorf("%s is not described", route)
		}
	}
}

// fill puts something in the place of every parameter.
func fill(path string, values ...string) string {
	for i := 0; i+1 < len(values); i += 2 {
		path = strings.ReplaceAll(path, "{"+values[i]+"}", values[i+1])
	}
	for strings.Contains(path, "{") {
		a, b := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:a] + "0198f000-0000-7000-8000-000000000001" + path[b+1:]
	}
	return path
}

func TestNoRouteButTheOpenOnesAnswersWithoutProof(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	boxes := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // what is asked here needs no trust
	tried := 0
	for i, rows := range api.Rows() {
		client, base := http.DefaultClient, o.At.HQ
		if i == 1 {
			client, base = boxes, o.At.Box
		}
		for _, rule := range rows {
			if rule.Proof&(door.None|door.Code) != 0 {
				continue
			}
			tried++
			method, path, _ := strings.Cut(rule.Route, " ")
			for header, want := range map[string]string{"": "No token provided", "Bearer nonsense": "Invalid token", "Bearer " + o.Token + "x": "Invalid token", "Basic eDp4": "Invalid token"} {
				if got := refused(t, rule.Route, ask(t, client, method, base+fill(path), "{}", "Authorization", header), 401); got != want {
					t.Errorf("%s with %.20q: %q", rule.Route, header, got)
				}
			}
			if i == 1 { // no token opens the door for boxes
				refused(t, rule.Route, ask(t, client, method, base+fill(path), "{}", "Authorization", "Bearer "+o.Token), 401)
			}
		}
	}
	if tried < 12 {
		t.Errorf("only %d routes were tried", tried)
	}
}

func TestATokenOfAnOrganisationThatIsNotHereIsInvalid(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	for name, org := range map[string]id.Organisation{"unknown": id.New[id.Organisation](), "none": {}} {
		s, err := o.Keys.Mint("till", "owner", org, time.Hour)
		check(t, err)
		if got := refused(t, name, ask(t, http.DefaultClient, "GET", o.At.HQ+"/api/v1/me", "", "Authorization", "Bearer "+s), 401); got != "Invalid token" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestEachRoleMayDoNoMoreThanTheTableSays(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	allowed := map[string]string{"owner": "read fleet.write code.write metrics.read catalog.write guest.manage", "viewer": "read", "monitor": "metrics.read"}
	tried := 0
	for role, may := range allowed {
		proof := "Bearer " + token(o, "", role)
		for _, rule := range api.Rows()[0] {
			method, path, _ := strings.Cut(rule.Route, " ")
			if rule.Permission == "" || rule.Proof&door.Token == 0 || path == "/api/v1/stream" && role != "monitor" {
				continue
			}
			tried++
			a := ask(t, http.DefaultClient, method, o.At.HQ+fill(path), `{}`, "Authorization", proof)
			if strings.Contains(" "+may+" ", " "+rule.Permission+" ") {
				if a.status == 401 || a.status == 403 || a.status >= 500 {
					t.Errorf("%s may not %s: %d %s", role, rule.Route, a.status, a.body)
				}
				continue
			}
			refused(t, role+" "+rule.Route, a, 403)
		}
	}
	if tried < 25 {
		t.Errorf("only %d were tried", tried)
	}
}

func TestAnOrganisationSeesAndTouchesNothingOfAnother(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	mine, theirs := token(o, "Taquería", "owner"), token(o, "Osteria", "owner")
	c := o.AddRestaurant(mine, "Secret place")
	o.AddRestaurant(theirs, "Piazza")
	k := joinBox(o, c)
	k.venue(c.RestaurantID, "USD", "UTC")
	_, facts := k.order(time.Now().UTC().Format(time.DateOnly), "Hush puppies", 1, 500)
	k.say(time.Now().UTC().Format(time.DateOnly), facts...)
	o.Until("the order is folded", func() bool { f := today(o, mine).Totals; return len(f) == 1 && f[0].Orders == 1 })
	secrets := []string{"Secret place", c.RestaurantID, k.Box.String(), "Hush", "Taquería", `"orders":1`}
	sees := 0
	for _, rule := range api.Rows()[0] {
		method, path, _ := strings.Cut(rule.Route, " ")
		if rule.Proof&door.Token == 0 || strings.HasSuffix(path, "/stream") || path == "/metrics" {
			continue
		}
		path = fill(path, "restaurantId", c.RestaurantID, "box", k.Box.String(), "kind", "venue")
		body := `{"name":"Mine now","available":true}`
		a := ask(t, http.DefaultClient, method, o.At.HQ+path, body, "Authorization", "Bearer "+theirs)
		for _, s := range secrets {
			if strings.Contains(a.body, s) {
				t.Errorf("%s tells %s: %s", rule.Route, s, a.body)
			}
		}
		if strings.Contains(rule.Route, "{") && (a.status < 400 || a.status >= 500) {
			t.Errorf("%s of another: %d %s", rule.Route, a.status, a.body)
		}
		if method == "GET" && !strings.Contains(rule.Route, "documents") {
			for _, s := range secrets {
				if strings.Contains(ask(t, http.DefaultClient, method, o.At.HQ+path, "", "Authorization", "Bearer "+mine).body, s) {
					sees++
					break
				}
			}
		}
	}
	if sees < 4 { // me, today, restaurants, boxes: else the test proves nothing
		t.Errorf("the owner sees it in %d places only", sees)
	}
	refused(t, "the tables of another, live", ask(t, http.DefaultClient, "GET", o.At.HQ+"/api/v1/restaurants/"+c.RestaurantID+"/floor/stream", "", "Authorization", "Bearer "+theirs), 404)
	s := listen(t, o, theirs, "")
	if e := s.next(); strings.Contains(e.data, "Secret") || !strings.Contains(e.data, "Piazza") {
		t.Errorf("the stream tells %s", e.data)
	}
}

func TestAPersonSignsInByACodeOnce(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	var out struct{ Code string }
	if status := o.Do(o.Token, "POST", "/api/v1/codes", map[string]string{"name": "Ana"}, &out); status != 201 {
		t.Fatal(status)
	}
	for _, from := range []string{"cross-site", "same-site"} {
		refused(t, from, ask(t, http.DefaultClient, "POST", o.At.HQ+"/session", `{"code":"`+out.Code+`"}`, "Sec-Fetch-Site", from), 403)
	}
	a := ask(t, http.DefaultClient, "POST", o.At.HQ+"/session", `{"code":"`+strings.ToLower(out.Code)+`"}`)
	cookie, attributes, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	if a.status != 204 || !strings.HasPrefix(cookie, "tyngo_hq=") || !strings.Contains(attributes, "HttpOnly") || !strings.Contains(attributes, "SameSite=Strict") ||
		!strings.Contains(attributes, "Path=/") || strings.Contains(attributes, "Secure") {
		t.Fatalf("%d %s", a.status, a.header)
	}
	refused(t, "the second time", ask(t, http.DefaultClient, "POST", o.At.HQ+"/session", `{"code":"`+out.Code+`"}`), 401)
	me := ask(t, http.DefaultClient, "GET", o.At.HQ+"/api/v1/me", "", "Cookie", cookie)
	if me.status != 200 || !strings.Contains(me.body, `"user":"Ana"`) || !strings.Contains(me.body, `"role":"owner"`) {
		t.Errorf("%d %s", me.status, me.body)
	}
	for _, from := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		refused(t, "a write of another page", ask(t, http.DefaultClient, "POST", o.At.HQ+"/api/v1/restaurants", `{"name":"Evil"}`, "Cookie", cookie, from[0], from[1]), 403)
	}
	if a := ask(t, http.DefaultClient, "POST", o.At.HQ+"/api/v1/restaurants", `{"name":"Good"}`, "Cookie", cookie, "Origin", o.At.HQ); a.status != 201 {
		t.Errorf("a write of our own page: %d %s", a.status, a.body)
	}
	o.Stop()
	o.Open()
	if a := ask(t, http.DefaultClient, "GET", o.At.HQ+"/api/v1/me", "", "Cookie", cookie); a.status != 200 {
		t.Errorf("after a restart: %d", a.status)
	}
	if a := ask(t, http.DefaultClient, "DELETE", o.At.HQ+"/session", "", "Cookie", cookie); a.status != 204 {
		t.Errorf("sign out: %d %s", a.status, a.body)
	}
	refused(t, "signed out", ask(t, http.DefaultClient, "GET", o.At.HQ+"/api/v1/me", "", "Cookie", cookie), 401)
}

func TestOverHTTPSTheCookieIsForThisHostAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	o := hqtest.Start(t, func(c *hq.Config) {
		c.TLSCert, c.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
		check(t, os.WriteFile(c.TLSCert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o600))
		check(t, os.WriteFile(c.TLSKey, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	})
	if !strings.HasPrefix(o.At.HQ, "https://") {
		t.Fatalf("head office is at %s", o.At.HQ)
	}
	people := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // its own certificate
	var out struct{ Code string }
	check(t, json.Unmarshal([]byte(ask(t, people, "POST", o.At.HQ+"/api/v1/codes", `{"name":"Ana"}`, "Authorization", "Bearer "+o.Token).body), &out))
	a := ask(t, people, "POST", o.At.HQ+"/session", `{"code":"`+out.Code+`"}`)
	if set := a.header.Get("Set-Cookie"); a.status != 204 || !strings.HasPrefix(set, "__Host-tyngo_hq=") || !strings.Contains(set, "Secure") || strings.Contains(set, "Domain") {
		t.Errorf("%d %q", a.status, set)
	}
}

func TestTheSixthCodeOfAMinuteIsRefusedAtBothDoors(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	boxes := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for i := range 7 {
		want := 401
		if i >= 5 {
			want = 429
		}
		refused(t, "a code", ask(t, http.DefaultClient, "POST", o.At.HQ+"/session", `{"code":"00000-00000"}`), want)
	}
	for i := range 7 { // a wrong request is a try, too
		want := 400
		if i >= 5 {
			want = 429
		}
		refused(t, "a claim", ask(t, boxes, "POST", o.At.Box+"/v1/claim", `{"secret":`), want)
	}
}

func TestWhatNoRouteTakesIsAProblemAtBothDoors(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	boxes := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	large := `{"name":"` + strings.Repeat("x", 2<<20) + `"}`
	for _, c := range []struct {
		client       *http.Client
		method, path string
		body         string
		status       int
	}{
		{http.DefaultClient, "GET", o.At.HQ + "/nope", "", 404}, {http.DefaultClient, "PUT", o.At.HQ + "/api/v1/me", "", 405},
		{http.DefaultClient, "POST", o.At.HQ + "/api/v1/restaurants", large, 413}, {http.DefaultClient, "POST", o.At.HQ + "/session", large, 413},
		{boxes, "GET", o.At.Box + "/nope", "", 404}, {boxes, "GET", o.At.Box + "/v1/claim", "", 405}, {boxes, "POST", o.At.Box + "/v1/claim", large, 413},
	} {
		refused(t, c.method+" "+c.path, ask(t, c.client, c.method, c.path, c.body, "Authorization", "Bearer "+o.Token), c.status)
	}
}
