package box_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/guest"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

const home = "0198f000-0000-7000-8000-00000000ad01"

type guestCard struct {
	CustomerID, Name, Phone, Email, Note string
	KeyPending                           bool
	Consents                             []struct {
		Purpose, Source, At string
		Given               bool
	}
	Addresses []struct{ AddressID, Street, City, PostalCode, Directions string }
	Visits    int
}

// anita is a guest of whom everything is known, with an order that she rated.
func anita(h *boxtest.House) (orderID string) {
	h.T.Helper()
	o, _ := place(h, seed) // the order names her first
	of := "/api/v1/guests/" + customer
	must(h, "PUT", of, `{"name":"Anita Quetzalcoatl-Núñez","phone":"+1 (312) 555-0177","email":"anita@quetzal.example","note":"Allergic to zucchiniflowers\nSits by the window"}`)
	must(h, "PUT", of+"/consents/email", `{"given":true,"source":"paper"}`)
	must(h, "PUT", of+"/addresses/"+home, `{"street":"77 Jacarandastrasse","city":"Xochimilcoville","postalCode":"60601","directions":"The doorbell says Q-N"}`)
	must(h, "PUT", "/api/v1/orders/"+o.OrderID+"/rating", `{"stars":4,"comment":"The tamarindofizz was divine"}`)
	return o.OrderID
}

// waits puts the guest on the wait list.
func waits(h *boxtest.House) {
	h.T.Helper()
	if a := h.Do("POST", "/api/v1/waitlist", `{"covers":2,"minutes":15,"customerId":"`+customer+`"}`); a.Status != http.StatusCreated {
		h.T.Fatalf("%d %s", a.Status, a.Body)
	}
}

// secrets are what only a key may open.
var secrets = []string{"Quetzalcoatl", "quetzalcoatl", "555-0177", "3125550177", "7710555213", "quetzal.example", "zucchiniflowers", "Jacarandastrasse", "Xochimilcoville", "doorbell says", "tamarindofizz"}

func card(h *boxtest.House) (g guestCard) {
	h.T.Helper()
	a := h.Do("GET", "/api/v1/guests/"+customer, "")
	if a.Status != 200 {
		h.T.Fatalf("%d %s", a.Status, a.Body)
	}
	a.JSON(h.T, &g)
	return g
}

func found(h *boxtest.House, body string) (names []string) {
	h.T.Helper()
	var out struct{ Guests []struct{ Name string } }
	h.Do("POST", "/api/v1/guests/search", body).JSON(h.T, &out)
	for _, g := range out.Guests {
		names = append(names, g.Name)
	}
	return names
}

// holding are the files below a directory in which one of the texts stands.
func holding(t testing.TB, dir string, texts ...string) (list []string) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, s := range texts {
			if bytes.Contains(raw, []byte(s)) {
				list = append(list, filepath.Base(path)+": "+s)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAnOrderThatNamesAnUnknownGuestMakesAnEmptyOne(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	if a := h.Do("GET", "/api/v1/guests/"+customer, ""); a.Status != 404 || !strings.Contains(string(a.Body), "guest_unknown") {
		t.Errorf("before: %d %s", a.Status, a.Body)
	}
	place(h, seed)
	if g := card(h); g.CustomerID != customer || g.Name != "" || g.Visits != 1 || g.KeyPending || len(g.Addresses)+len(g.Consents) != 0 {
		t.Errorf("%+v", g)
	}
	other := "/api/v1/guests/" + id.New[id.Customer]().String()
	must(h, "PUT", other, `{}`) // or somebody says so
	must(h, "GET", other, "")
	replays(h, "guest", "guest_visit")
}

func TestWhatIsKnownOfAGuestIsReadFoundAndHandedOut(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	order := anita(h)
	g := card(h)
	if g.Name != "Anita Quetzalcoatl-Núñez" || g.Phone != "+1 (312) 555-0177" || g.Email != "anita@quetzal.example" || !strings.Contains(g.Note, "zucchiniflowers\nSits") || g.Visits != 1 || g.KeyPending {
		t.Errorf("%+v", g)
	}
	if len(g.Consents) != 1 || !g.Consents[0].Given || g.Consents[0].Source != "paper" || g.Consents[0].At == "" || len(g.Addresses) != 1 || g.Addresses[0].Street != "77 Jacarandastrasse" {
		t.Errorf("%+v", g)
	}
	for body, want := range map[string]int{`{"name":"nunez"}`: 1, `{"name":"anita"}`: 1, `{"name":"nita"}`: 0, `{"name":"nuñ ani"}`: 1, `{"name":"anita x"}`: 0, `{"phone":"3125"}`: 0, `{"name":"bob","phone":"0177"}`: 0, `{"name":"!"}`: 1, `{"name":"QUETZALCOATL-nunez"}`: 1, `{"phone":"0177"}`: 1, `{"phone":"0178"}`: 0, `{"name":"ani","phone":"555-0177"}`: 1, `{}`: 1} {
		if names := found(h, body); len(names) != want {
			t.Errorf("%s finds %q", body, names)
		}
	}
	must(h, "PUT", "/api/v1/guests/"+customer, `{"phone":"","name":"Anita Núñez"}`) // the rest stays
	must(h, "PUT", "/api/v1/guests/"+customer+"/consents/email", `{"given":false,"source":"phone"}`)
	must(h, "PUT", "/api/v1/guests/"+customer+"/addresses/"+home, `{"street":"1 New Road"}`)
	if g := card(h); g.Name != "Anita Núñez" || g.Phone != "" || g.Email == "" || g.Consents[0].Given || g.Addresses[0].Street != "1 New Road" || g.Addresses[0].City != "" {
		t.Errorf("%+v", g)
	}
	var all struct {
		Guest   guestCard
		Orders  []struct{ OrderID string }
		Ratings []struct {
			OrderID, Comment string
			Stars            int
		}
	}
	h.Do("GET", "/api/v1/guests/"+customer+"/export", "").JSON(t, &all)
	if all.Guest.Name != "Anita Núñez" || len(all.Orders) != 1 || all.Orders[0].OrderID != order || len(all.Ratings) != 1 || all.Ratings[0].Stars != 4 || all.Ratings[0].Comment != "The tamarindofizz was divine" {
		t.Errorf("%+v", all)
	}
	must(h, "DELETE", "/api/v1/guests/"+customer+"/addresses/"+home, "")
	if g := card(h); len(g.Addresses) != 0 {
		t.Errorf("%+v", g)
	}
	replays(h, "guest_visit", "guest_consent", "visit_rating")
}

func TestAGuestsDataIsInTheHistoryOnlySealed(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	anita(h)
	if err := h.DB.Backup(t.Context(), filepath.Join(h.Dir, "backup.db")); err != nil {
		t.Fatal(err)
	}
	for _, f := range holding(t, h.Dir, secrets...) {
		if !strings.HasPrefix(f, guest.FileName) {
			t.Errorf("in the clear in %s", f)
		}
	}
	if got := holding(t, h.Dir, "Quetzalcoatl"); len(got) == 0 {
		t.Error("the name is nowhere: the test looks at nothing")
	}
}

func TestARequestAboutAGuestIsDoneOnceAndItsMistakesAreNamed(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	of := "/api/v1/guests/" + customer
	var first, again struct{ Seq int64 }
	h.Do("PUT", of, `{"name":"Ana"}`, "Idempotency-Key", "k").JSON(t, &first)
	h.Do("PUT", of, `{"name":"Ana"}`, "Idempotency-Key", "k").JSON(t, &again)
	if first.Seq == 0 || first != again {
		t.Errorf("%+v, then %+v", first, again)
	}
	if a := h.Do("PUT", of, `{"name":"Eve"}`, "Idempotency-Key", "k"); a.Status != 422 || !strings.Contains(string(a.Body), "command_reused") {
		t.Errorf("another body: %d %s", a.Status, a.Body)
	}
	o, _ := place(h, seed)
	for path, bodies := range map[string][]string{
		of:                        {`{"name":" "}`, `{"name":"a\u0007b"}`, `{"phone":"call me"}`, `{"phone":"+"}`, `{"email":"nobody"}`, `{"email":"a b@c"}`, `{"name":"` + strings.Repeat("x", 81) + `"}`, `{"note":"` + strings.Repeat("x", 501) + `"}`, `{"nickname":"x"}`},
		of + "/consents/email":    {`{"given":true}`, `{"given":true,"source":"dream"}`},
		of + "/consents/dance":    {`{"given":true,"source":"paper"}`},
		of + "/addresses/" + home: {`{}`, `{"street":" "}`, `{"street":"a\nb"}`},
		"/api/v1/guests/x":        {`{}`},
		"/api/v1/guests/00000000-0000-0000-0000-000000000000": {`{}`},
		"/api/v1/orders/" + o.OrderID + "/rating":             {`{"stars":0}`, `{"stars":6}`, `{}`, `{"stars":5,"comment":"` + strings.Repeat("x", 501) + `"}`},
	} {
		for _, body := range bodies {
			if a := h.Do("PUT", path, body); a.Status != 422 && a.Status != 400 {
				t.Errorf("%s %.60s: %d %s", path, body, a.Status, a.Body)
			}
		}
	}
	for path, code := range map[string]string{of + "/addresses/" + home: "address_unknown"} {
		if a := h.Do("DELETE", path, ""); a.Status != 404 || !strings.Contains(string(a.Body), code) {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	for range guest.MaxAddresses {
		must(h, "PUT", of+"/addresses/"+id.New[id.Address]().String(), `{"street":"1 Road"}`)
	}
	if a := h.Do("PUT", of+"/addresses/"+home, `{"street":"1 Road"}`); a.Status != 409 {
		t.Errorf("one address too many: %d %s", a.Status, a.Body)
	}
}

func TestAVisitIsRatedByWhoeverTheyAre(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	nobody, _ := place(h, ringing(boxtest.Chips, 1, ""))
	of := "/api/v1/orders/" + nobody.OrderID + "/rating"
	if a := h.Do("GET", of, ""); a.Status != 404 {
		t.Errorf("not rated: %d %s", a.Status, a.Body)
	}
	must(h, "PUT", of, `{"stars":5}`)
	must(h, "PUT", of, `{"stars":3,"comment":"Cold chips"}`) // they thought again
	var r struct {
		Stars   int
		Comment string
	}
	h.Do("GET", of, "").JSON(t, &r)
	if r.Stars != 3 || r.Comment != "Cold chips" {
		t.Errorf("%+v", r)
	}
	must(h, "PUT", of, `{"stars":2}`)
	r.Comment = ""
	h.Do("GET", of, "").JSON(t, &r)
	if r.Stars != 2 || r.Comment != "" {
		t.Errorf("the words before stay: %+v", r)
	}
	if a := h.Do("PUT", "/api/v1/orders/"+customer+"/rating", `{"stars":5}`); a.Status != 404 {
		t.Errorf("no order: %d", a.Status)
	}
	must(h, "POST", "/api/v1/orders/"+nobody.OrderID+"/status", `{"status":"cancelled"}`)
	if a := h.Do("PUT", of, `{"stars":5}`); a.Status != 409 {
		t.Errorf("a cancelled order: %d %s", a.Status, a.Body)
	}
	replays(h, "visit_rating")
}

func TestWhoMayKnowGuests(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	anita(h)
	of := "/api/v1/guests/" + customer
	for role, want := range map[string][3]int{"manager": {200, 200, 200}, "server": {200, 200, 403}, "cook": {403, 403, 403}, "installer": {403, 403, 403}, "tablet": {403, 403, 403}} {
		token := []string{"Authorization", "Bearer " + h.Mint(role, "a "+role)}
		got := [3]int{h.Do("GET", of, "", token...).Status, h.Do("PUT", of, `{"note":"x"}`, token...).Status, h.Do("GET", of+"/export", "", token...).Status}
		if got != want {
			t.Errorf("a %s reads, writes, exports: %v, want %v", role, got, want)
		}
		if role == "manager" {
			continue
		}
		if a := h.Do("POST", of+"/erase", "", token...); a.Status != 403 {
			t.Errorf("a %s erases: %d", role, a.Status)
		}
	}
}

func TestTheWaitListSaysWhoWaitsToWhoMayKnow(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	anita(h)
	waits(h)
	h.Do("POST", "/api/v1/waitlist", `{"covers":3,"minutes":15}`)
	names := func(role string) (s string) {
		var out struct {
			Waiting []struct{ Number, CustomerID, Name string }
		}
		h.Do("GET", "/api/v1/floor", "", "Authorization", "Bearer "+h.Mint(role, "a "+role)).JSON(t, &out)
		for _, w := range out.Waiting {
			s += w.Number + " " + w.Name + ";"
		}
		return s
	}
	for role, want := range map[string]string{"server": "1 Anita Quetzalcoatl-Núñez;2 ;", "tablet": "1 ;2 ;", "cook": "1 ;2 ;"} {
		if got := names(role); got != want {
			t.Errorf("a %s sees %q, want %q", role, got, want)
		}
	}
	must(h, "POST", "/api/v1/guests/"+customer+"/erase", "")
	if got := names("manager"); got != "1 ;2 ;" {
		t.Errorf("after the erasure: %q", got)
	}
	replays(h, "party", "guest")
}

// TestAnErasedGuestIsInNoFileOfTheBox: nothing that was made with the name in it gives it
// back; history and sums stay.
func TestAnErasedGuestIsInNoFileOfTheBox(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	order := anita(h)
	waits(h)
	toGo := strings.Replace(seed, `"tableNumber":5,`, "", 1)
	place(h, toGo)
	h.Until("a ticket with the name is on paper", func() bool { return onPaper(h, "For Anita") == 1 })
	for _, name := range []string{"backup.db", "box.db.before-9999"} { // by hand, and as before a migration
		if err := h.DB.Backup(t.Context(), filepath.Join(h.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	key := keyOf(h)
	bill, receipt := h.Do("GET", "/api/v1/orders/"+order+"/bill", "").Body, h.Do("GET", "/api/v1/orders/"+order+"/receipt", "").Body
	if got := holding(t, h.Dir, append(secrets, key)...); len(got) < len(secrets)/2 {
		t.Fatalf("before: %q", got)
	}
	a := h.Do("POST", "/api/v1/guests/"+customer+"/erase", "")
	if a.Status != 200 || !strings.Contains(string(a.Body), `"done":true`) {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if got := holding(t, h.Dir, append(secrets, key)...); len(got) > 0 {
		t.Errorf("while the box runs: %q", got)
	}
	for what, a := range map[string]boxtest.Answer{
		"read": h.Do("GET", "/api/v1/guests/"+customer, ""), "export": h.Do("GET", "/api/v1/guests/"+customer+"/export", "")} {
		if a.Status != 404 || !strings.Contains(string(a.Body), "guest_erased") {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	if names := found(h, `{}`); len(names) > 0 {
		t.Errorf("found: %q", names)
	}
	if a := h.Do("PUT", "/api/v1/guests/"+customer, `{"name":"Anita"}`); a.Status != http.StatusConflict {
		t.Errorf("known again: %d %s", a.Status, a.Body)
	}
	slips := len(h.Hot.Slips())
	place(h, toGo) // a guest is always served
	h.Until("it is on paper, without a name", func() bool { return len(h.Hot.Slips()) > slips && onPaper(h, "For ") == 1 })
	if now := h.Do("GET", "/api/v1/orders/"+order+"/bill", "").Body; !bytes.Equal(now, bill) {
		t.Errorf("the bill was %s and is %s", bill, now)
	}
	if now := h.Do("GET", "/api/v1/orders/"+order+"/receipt", "").Body; !bytes.Equal(now, receipt) || !bytes.Contains(now, []byte(customer)) {
		t.Errorf("the receipt was %s and is %s", receipt, now)
	}
	var r struct {
		Stars   int
		Comment string
	}
	h.Do("GET", "/api/v1/orders/"+order+"/rating", "").JSON(t, &r)
	if r.Stars != 4 || r.Comment != "" {
		t.Errorf("%+v", r)
	}
	if damage, err := h.Journal.Verify(t.Context()); damage != nil || err != nil {
		t.Errorf("the chain: %v, %v", damage, err)
	}
	h.Stop()
	h.Open()
	must(h, "POST", "/api/v1/guests/"+customer+"/erase", "") // again is no mistake
	h.Stop()
	if got := holding(t, h.Dir, append(secrets, key)...); len(got) > 0 {
		t.Errorf("after a restart: %q", got)
	}
	replays(h, "guest", "visit_rating")
}

// onPaper is on how many slips of the hot line a text stands.
func onPaper(h *boxtest.House, text string) (n int) {
	for _, s := range h.Hot.Slips() {
		if strings.Contains(s.Text, text) {
			n++
		}
	}
	return n
}

// keyOf is the key of the guest as its bytes lie in guest.db.
func keyOf(h *boxtest.House) string {
	h.T.Helper()
	list, err := h.Guests.Unsent(h.T.Context())
	if err != nil || len(list) != 1 {
		h.T.Fatalf("%v keys, %v", len(list), err)
	}
	return string(list[0].Secret)
}

// TestAnErasureThatWasCutShortIsFinishedAtTheNextStart, wherever it was cut.
func TestAnErasureThatWasCutShortIsFinishedAtTheNextStart(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	anita(h)
	must(h, "PUT", "/api/v1/guests/"+id.New[id.Customer]().String(), `{"name":"Otto"}`)
	if _, err := h.Journal.Commit(t.Context(), journal.Meta{Command: id.New[id.Command]()}, func(tx *sqlite.Tx) ([]event.Payload, error) {
		return guest.Wish(tx, id.Must[id.Customer](customer))
	}); err != nil { // the wish is on the disk, and the power goes
		t.Fatal(err)
	}
	h.Until("it is erased", func() bool { return h.Do("POST", "/api/v1/guests/search", `{}`).Status == 200 && erasedAt(h) > 0 })
	h.Stop()
	if got := holding(t, h.Dir, secrets...); len(got) > 0 {
		t.Errorf("%q", got)
	}
	// The journal was restored to before the wish; the tombstone stays, and so do other guests.
	if err := h.Edit(func(tx *sqlite.Tx) error {
		if _, err := tx.Exec("DELETE FROM journal WHERE type GLOB 'guest.eras*'"); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE guest SET asked_at = 0, erased_at = 0")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.Open()
	h.Until("it is erased again", func() bool { return erasedAt(h) > 0 })
	if names := found(h, `{}`); len(names) != 1 || names[0] != "Otto" {
		t.Errorf("found: %q", names)
	}
}

// TestAnErasureWaitsForWhoReads: while an older state is read its bytes cannot go, and
// nobody says that they are gone.
func TestAnErasureWaitsForWhoReads(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	anita(h)
	if err := h.DB.View(t.Context(), func(q *sqlite.Snapshot) error {
		if name, err := h.Guests.Name(q, id.Must[id.Customer](customer)); err != nil || name == "" {
			t.Errorf("%q, %v", name, err)
		}
		if a := h.Do("POST", "/api/v1/guests/"+customer+"/erase", ""); a.Status != 200 || !strings.Contains(string(a.Body), `"done":false`) {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if erasedAt(h) > 0 {
		t.Error("it was answered before it was done")
	}
	if a := h.Do("GET", "/api/v1/guests/"+customer, ""); a.Status != 404 {
		t.Errorf("meanwhile: %d %s", a.Status, a.Body)
	}
	h.Until("it is done", func() bool { return erasedAt(h) > 0 })
	if got := holding(t, h.Dir, secrets...); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

func erasedAt(h *boxtest.House) (at int64) {
	h.T.Helper()
	if err := h.DB.View(h.T.Context(), func(q *sqlite.Snapshot) error {
		return q.QueryRow("SELECT coalesce(max(erased_at), 0) FROM main.guest").Scan(&at)
	}); err != nil {
		h.T.Fatal(err)
	}
	return at
}

// TestWithoutItsKeyAGuestIsPendingUntilItComesBack: a box that lost guest.db.
func TestWithoutItsKeyAGuestIsPendingUntilItComesBack(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	anita(h)
	waits(h)
	before := card(h)
	deposited, err := h.Guests.Unsent(t.Context())
	if err != nil || len(deposited) != 1 {
		t.Fatalf("%d keys, %v", len(deposited), err)
	}
	h.Stop()
	for _, end := range []string{"", "-wal", "-shm", ".in-use"} {
		if err := os.Remove(filepath.Join(h.Dir, guest.FileName+end)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	h.Open()
	h.Until("its facts are projected", func() bool { return card(h).KeyPending })
	if g := card(h); g.Name != "" || len(g.Addresses) != 0 || len(g.Consents) != 1 || g.Visits != 1 {
		t.Errorf("without the key: %+v", g)
	}
	if body := string(h.Do("GET", "/api/v1/floor", "").Body); !strings.Contains(body, `"keyPending":true`) {
		t.Errorf("the wait list says nothing of a key: %s", body)
	}
	must(h, "PUT", "/api/v1/guests/"+customer, `{"note":"Back again"}`) // under a new key
	list, err := h.Guests.Missing(t.Context())
	if err != nil || len(list) != 1 || list[0].String() != customer {
		t.Fatalf("%v, %v", list, err)
	}
	if list, err := h.Guests.Missing(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("asked at once again: %v, %v", list, err)
	}
	if err := h.Guests.Return(t.Context(), join.GuestKeysAnswer{Keys: deposited}); err != nil {
		t.Fatal(err)
	}
	after := card(h)
	before.Note = "Back again"
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("was %+v\nis %+v", before, after)
	}
	if err := h.Guests.Return(t.Context(), join.GuestKeysAnswer{Erased: []id.Customer{id.Must[id.Customer](customer)}}); err != nil {
		t.Fatal(err)
	}
	h.Until("head office's erasure is done here", func() bool { return erasedAt(h) > 0 })
}

// TestABoxWhoseGuestsCannotBeReadServesThem.
func TestABoxWhoseGuestsCannotBeReadServesThem(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	anita(h)
	h.Stop()
	if err := os.WriteFile(filepath.Join(h.Dir, guest.FileName), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	h.Open()
	place(h, seed)
	waits(h)
	must(h, "GET", "/api/v1/floor", "")
	for _, ask := range [][3]string{{"GET", "/api/v1/guests/" + customer, ""}, {"PUT", "/api/v1/guests/" + customer, `{"name":"x"}`}, {"POST", "/api/v1/guests/search", "{}"}, {"POST", "/api/v1/guests/" + customer + "/erase", ""}} {
		if a := h.Do(ask[0], ask[1], ask[2]); a.Status != 503 || !strings.Contains(string(a.Body), "guests_unavailable") {
			t.Errorf("%s %s: %d %s", ask[0], ask[1], a.Status, a.Body)
		}
	}
	var out struct {
		Lights []struct{ Name, Words string }
	}
	h.Do("GET", "/api/v1/lights", "").JSON(t, &out)
	if raw, _ := json.Marshal(out); !strings.Contains(string(raw), "Guests' names") {
		t.Errorf("no light: %s", raw)
	}
}
