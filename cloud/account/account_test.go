package account_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/account"
	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// desk is a book over a real store, at a time that the test gives.
type desk struct {
	*account.Book
	t    *testing.T
	path string
	s    *store.Store
	now  time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, path: filepath.Join(t.TempDir(), "cloud.db"), now: storetest.Now}
	s, err := sqlite.Open(t.Context(), d.path)
	d.check(err)
	t.Cleanup(func() { s.Close() })
	d.s, d.Book = s, account.New(s, func() time.Time { return d.now })
	return d
}

func (d *desk) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) code(c store.Scope) string {
	d.t.Helper()
	code, err := d.MakeCode(d.t.Context(), c, "Ana")
	d.check(err)
	return code
}

func TestACodeSignsOnePersonInOnce(t *testing.T) {
	d := newDesk(t)
	c := storetest.Organisation(t, d.s, "Taquería")
	code := d.code(c)
	for _, typed := range []string{"", "7K2QD", "not a code at all", code + "X"} {
		if _, err := d.Redeem(t.Context(), typed); fault.KindOf(err) != fault.NoProof {
			t.Errorf("%q: %v", typed, err)
		}
	}
	secret, err := d.Redeem(t.Context(), " "+strings.ToLower(strings.ReplaceAll(code, "-", " "))+" ") // as people type
	d.check(err)
	if _, err := d.Redeem(t.Context(), code); !errors.Is(err, door.ErrCode) {
		t.Errorf("the second time: %v", err)
	}
	who, err := d.Session(t.Context(), hash(secret))
	d.check(err)
	if who.Organisation != c.Organisation() || who.Name != "Ana" || who.Role != "owner" || who.User.IsZero() || who.Subject != who.User.String() {
		t.Errorf("signed in is %+v", who)
	}
	if _, err := d.Session(t.Context(), hash(secret+"x")); fault.KindOf(err) != fault.NoProof {
		t.Errorf("another secret: %v", err)
	}
}

func TestACodeLivesTenMinutesAndASessionThirtyDays(t *testing.T) {
	d := newDesk(t)
	c := storetest.Organisation(t, d.s, "Taquería")
	old, good := d.code(c), d.code(c)
	d.now = d.now.Add(10 * time.Minute)
	secret, err := d.Redeem(t.Context(), good)
	d.check(err)
	d.now = d.now.Add(time.Millisecond)
	if _, err := d.Redeem(t.Context(), old); !errors.Is(err, door.ErrCode) {
		t.Errorf("after ten minutes: %v", err)
	}
	d.now = storetest.Now.Add(10*time.Minute + 30*24*time.Hour)
	if _, err := d.Session(t.Context(), hash(secret)); err != nil {
		t.Errorf("on its last day: %v", err)
	}
	d.now = d.now.Add(time.Millisecond)
	if _, err := d.Session(t.Context(), hash(secret)); fault.Of(err).Code != "session_over" {
		t.Errorf("after thirty days: %v", err)
	}
}

func TestWhoSignsOutIsOut(t *testing.T) {
	d := newDesk(t)
	c := storetest.Organisation(t, d.s, "Taquería")
	var secrets []string
	for range 2 {
		s, err := d.Redeem(t.Context(), d.code(c))
		d.check(err)
		secrets = append(secrets, s)
	}
	d.check(d.SignOut(t.Context(), hash(secrets[0])))
	if _, err := d.Session(t.Context(), hash(secrets[0])); fault.KindOf(err) != fault.NoProof {
		t.Errorf("who signed out: %v", err)
	}
	if _, err := d.Session(t.Context(), hash(secrets[1])); err != nil {
		t.Errorf("the other one: %v", err)
	}
}

func TestNothingSecretIsStored(t *testing.T) {
	d := newDesk(t)
	c := storetest.Organisation(t, d.s, "Taquería")
	unused, used := d.code(c), d.code(c)
	secret, err := d.Redeem(t.Context(), used)
	d.check(err)
	d.check(d.s.Close()) // everything is in the one file
	raw := readAll(t, d.path)
	for _, s := range []string{unused, used, strings.ReplaceAll(unused, "-", ""), secret} {
		if bytes.Contains(raw, []byte(s)) {
			t.Errorf("%q stands in the file", s)
		}
	}
	if !bytes.Contains(raw, []byte("Ana")) {
		t.Error("the name does not stand in it: this proves nothing")
	}
}

func TestAnOrganisationIsMadeOnce(t *testing.T) {
	d := newDesk(t)
	beside, err := sqlite.Open(t.Context(), d.path) // a command beside the running program
	d.check(err)
	defer beside.Close()
	other := account.New(beside, func() time.Time { return storetest.Now })
	for _, name := range []string{"", "Second", "SECOND"} {
		var all sync.WaitGroup
		for _, b := range []*account.Book{d.Book, other, d.Book, other} {
			all.Go(func() {
				if _, err := b.Organisation(context.WithoutCancel(t.Context()), name); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	list, err := d.s.Organisations(t.Context())
	d.check(err)
	if len(list) != 2 || list[0].Name != "My restaurants" || !strings.EqualFold(list[1].Name, "second") {
		t.Errorf("there are %+v", list)
	}
	if o, err := d.Organisation(t.Context(), ""); err != nil || o != list[0] {
		t.Errorf("without a name it is %+v, %v", o, err)
	}
	for _, bad := range []string{" ", strings.Repeat("x", 81), "a\nb", "\xff"} {
		if _, err := d.Organisation(t.Context(), bad); fault.Of(err).Code != "name_invalid" {
			t.Errorf("%q: %v", bad, err)
		}
		if _, err := d.MakeCode(t.Context(), d.s.In(list[0].ID), bad); fault.Of(err).Code != "name_invalid" {
			t.Errorf("%q for a person: %v", bad, err)
		}
	}
}

func TestAProgramBelongsToAnOrganisationThatIsHere(t *testing.T) {
	d := newDesk(t)
	c := storetest.Organisation(t, d.s, "Taquería")
	claims := func(org, role string) *door.Claims {
		x := &door.Claims{Role: role, Organisation: org}
		x.Subject = "till"
		return x
	}
	who, err := d.Program(t.Context(), claims(c.Organisation().String(), "viewer"))
	if err != nil || who.Organisation != c.Organisation() || who.Name != "till" {
		t.Errorf("it is %+v, %v", who, err)
	}
	for _, bad := range []*door.Claims{claims("", "viewer"), claims("x", "viewer"), claims(id.New[id.Organisation]().String(), "viewer"), claims(c.Organisation().String(), "king"), claims(c.Organisation().String(), "")} {
		if who, err := d.Program(t.Context(), bad); err == nil {
			t.Errorf("%q in %q is %+v", bad.Role, bad.Organisation, who)
		}
	}
}

func TestARoleMayDoNoMoreThanItsList(t *testing.T) {
	all := []string{account.Read, account.FleetWrite, account.CodeWrite, account.CatalogWrite, account.MetricsRead}
	may := map[string]string{"owner": strings.Join(all, " "), "viewer": account.Read, "monitor": account.MetricsRead, "": "", "king": ""}
	for role, list := range may {
		for _, p := range append(all, "", "everything") {
			want := p != "" && strings.Contains(" "+list+" ", " "+p+" ")
			if account.May(role, p) != want {
				t.Errorf("%q may %q: %v", role, p, !want)
			}
		}
	}
}

// browser is one with cookies.
type browser struct {
	t    *testing.T
	o    *hqtest.Office
	http *http.Client
}

func newBrowser(t *testing.T, o *hqtest.Office) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, o, &http.Client{Jar: jar}}
}

func (b *browser) do(method, path, body string) (int, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.o.At.HQ+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := b.http.Do(r)
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

func (b *browser) signIn(code string) int {
	body, _ := json.Marshal(map[string]string{"code": code}) // text is always JSON
	status, _ := b.do("POST", "/session", string(body))
	return status
}

func TestPeopleSeeTheirOwnOrganisationOnly(t *testing.T) {
	o := hqtest.Start(t)
	for _, org := range []string{"Taquería", "Pizzeria"} {
		token, err := hq.Token(t.Context(), o.Config, org, "owner", "test", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		o.AddRestaurant(token, "The restaurant of "+org)
		var made struct{ Code string }
		if status := o.Do(token, "POST", "/api/v1/codes", map[string]string{"name": "Ana of " + org}, &made); status >= 300 {
			t.Fatalf("a code: %d", status)
		}
		b := newBrowser(t, o)
		if status, _ := b.do("GET", "/api/v1/me", ""); status != http.StatusUnauthorized {
			t.Errorf("before signing in: %d", status)
		}
		if status := b.signIn(made.Code); status != http.StatusNoContent {
			t.Fatalf("signing in: %d", status)
		}
		if status := newBrowser(t, o).signIn(made.Code); status != http.StatusUnauthorized {
			t.Errorf("signing in once more: %d", status)
		}
		other := map[string]string{"Taquería": "Pizzeria", "Pizzeria": "Taquería"}[org]
		for _, path := range []string{"/api/v1/me", "/api/v1/restaurants", "/api/v1/today"} {
			if status, body := b.do("GET", path, ""); status != http.StatusOK || !strings.Contains(body, org) || strings.Contains(body, other) {
				t.Errorf("%s tells a person of %s: %d %s", path, org, status, body)
			}
		}
		if status, _ := b.do("DELETE", "/session", ""); status != http.StatusNoContent {
			t.Errorf("signing out: %d", status)
		}
		if status, _ := b.do("GET", "/api/v1/me", ""); status != http.StatusUnauthorized {
			t.Errorf("after signing out: %d", status)
		}
	}
}

func TestTheSixthCodeInAMinuteIsNotEvenLookedAt(t *testing.T) {
	var mu sync.Mutex
	now := time.Now()
	o := hqtest.Start(t, func(c *hq.Config) {
		c.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	})
	var made struct{ Code string }
	o.Do(o.Token, "POST", "/api/v1/codes", map[string]string{"name": "Ana"}, &made)
	b := newBrowser(t, o)
	for range 5 {
		if status := b.signIn("00000-00000"); status != http.StatusUnauthorized {
			t.Errorf("a wrong code: %d", status)
		}
	}
	if status := b.signIn(made.Code); status != http.StatusTooManyRequests {
		t.Errorf("the right code, as the sixth: %d", status)
	}
	mu.Lock()
	now = now.Add(61 * time.Second)
	mu.Unlock()
	if status := b.signIn(made.Code); status != http.StatusNoContent {
		t.Errorf("the right code, a minute later: %d", status)
	}
}

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// hash is what is stored of a session's secret, and what the door asks with.
func hash(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }
