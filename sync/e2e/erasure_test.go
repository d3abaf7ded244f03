package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

const (
	vera    = "0198f000-0000-7000-8000-00000000c0fe"
	veras   = "/api/v1/guests/" + vera
	herRoad = "0198f000-0000-7000-8000-00000000adfe"
)

// hers is what only her key may open.
var hers = []string{"Wintermandel", "wintermandel", "555-0143", "5550143", "3410555", "vera@winter", "hazelnutallergy", "Mistelzweigweg", "Moosbrunnhausen", "gingercrumble"}

// logs is what all programs log.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// said are the texts that were logged.
func (l *logs) said(texts []string) (list []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range texts {
		if bytes.Contains(l.b.Bytes(), []byte(s)) {
			list = append(list, "a log: "+s)
		}
	}
	return list
}

// found are the files below a directory that hold one of the texts.
func found(dir string, texts []string) (list []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return ignoreGone(err)
		}
		raw, err := os.ReadFile(path)
		for _, s := range texts {
			if bytes.Contains(raw, []byte(s)) {
				name, _ := filepath.Rel(dir, path)
				list = append(list, name+": "+s)
			}
		}
		return ignoreGone(err)
	})
	return list, err
}

// onPaper are the slips: who has them in hand is not asked.
func onPaper(file string) bool {
	return strings.HasPrefix(file, "Hot"+string(filepath.Separator)) || strings.HasPrefix(file, "Cold"+string(filepath.Separator))
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// do asks and expects 200.
func do(t testing.TB, c *rig.Client, method, path, body string, headers ...string) []byte {
	t.Helper()
	var raw []byte
	if body != "" {
		raw = []byte(body)
	}
	status, answer, err := c.Do(context.Background(), method, path, raw, headers...)
	check(t, err)
	if status != 200 && status != 201 {
		t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	return answer
}

// called waits until somebody knows her by a name; pending: until somebody waits for her key.
func called(c *rig.Client, name string, pending bool) func() error {
	return func() error {
		var g struct {
			Name       string
			KeyPending bool
		}
		if err := c.Get(context.Background(), veras, &g); err != nil {
			return err
		}
		if g.Name != name || g.KeyPending != pending {
			return fmt.Errorf("she is %q, pending %v", g.Name, g.KeyPending)
		}
		return nil
	}
}

// TestAnErasedGuestIsNowhere: her name was at the box, in a backup, in a copy from before
// a migration, on a ticket, on the line, and at head office, which had
// given it back to a box that lost its file of guests. Head office erases her: no file
// holds her, every chain is whole, and no sum has changed.
func TestAnErasedGuestIsNowhere(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), &logs{}
	x, err := rig.StartRestaurant(t.Context(), bin, rig.Below(dir), realOrders(t), out)
	check(t, err)
	t.Cleanup(x.Kill)
	r := &restaurant{t: t, ctx: t.Context(), whole: x, cloud: x.Cloud, box: x.Box, client: x.Client, office: x.Office, orders: x.Orders}
	for n := range 3 {
		if _, err := r.place(n); err != nil {
			t.Fatal(err)
		}
	}
	body, err := r.orders[3].Body(3, x.Claim.RestaurantID)
	check(t, err)
	var order struct{ OrderID string }
	check(t, json.Unmarshal(do(t, x.Client, "POST", "/api/v1/orders", strings.Replace(string(body), "{", `{"customerId":"`+vera+`",`, 1)), &order))
	do(t, x.Client, "PUT", veras, `{"name":"Vera Wintermandel","phone":"+43 555-0143","email":"vera@winter.example","note":"Has a hazelnutallergy"}`, "Idempotency-Key", "vera")
	do(t, x.Client, "PUT", veras+"/addresses/"+herRoad, `{"street":"9 Mistelzweigweg","city":"Moosbrunnhausen"}`)
	do(t, x.Client, "PUT", "/api/v1/orders/"+order.OrderID+"/rating", `{"stars":5,"comment":"More gingercrumble"}`)
	toGo, err := r.orders[4].Body(4, x.Claim.RestaurantID)
	check(t, err)
	var takeaway map[string]any
	check(t, json.Unmarshal(toGo, &takeaway))
	delete(takeaway, "tableNumber")
	takeaway["customerId"] = vera
	toGo, err = json.Marshal(takeaway)
	check(t, err)
	do(t, x.Client, "POST", "/api/v1/orders", string(toGo))
	r.until("her name is on paper", 30*time.Second, func() error {
		got, err := found(dir, hers[:1])
		if err == nil && !slices.ContainsFunc(got, onPaper) {
			err = fmt.Errorf("%q", got)
		}
		return err
	})
	do(t, x.Client, "POST", "/api/v1/waitlist", `{"covers":2,"minutes":10,"customerId":"`+vera+`"}`)
	r.until("head office can read her name", 30*time.Second, called(x.Office, "Vera Wintermandel", false))
	r.until("head office counts all", 30*time.Second, func() error {
		s, err := r.atOffice()
		if _, here := r.onBox(); err == nil && s != here {
			err = fmt.Errorf("%+v, on the box %+v", s, here)
		}
		return err
	})
	before, err := r.atOffice()
	check(t, err)

	backup := filepath.Join(dir, "backup.db")
	check(t, rig.Run(t.Context(), nil, bin.Edge, "--json", "backup", "--data", x.Box.Dir, backup))
	raw, err := os.ReadFile(backup)
	check(t, err)
	check(t, os.WriteFile(filepath.Join(x.Box.Dir, "box.db.before-0099"), raw, 0o600))

	// The box loses its file of guests: it waits for the key, and head office gives it back.
	x.Box.Kill()
	for _, end := range []string{"", "-wal", "-shm", ".in-use"} {
		check(t, ignoreGone(os.Remove(filepath.Join(x.Box.Dir, "guest.db"+end))))
	}
	x.Documents.Cut()
	check(t, x.Box.Again(t.Context()))
	r.until("the key is pending", 30*time.Second, called(x.Client, "", true))
	x.Documents.Mend()
	r.until("the key is back", 60*time.Second, called(x.Client, "Vera Wintermandel", false))

	for place, want := range map[string]bool{x.Box.Dir: true, filepath.Join(dir, "cloud"): false} {
		got, err := found(place, hers)
		check(t, err)
		for _, f := range got {
			if !strings.HasPrefix(f, "guest.db") {
				t.Errorf("in the clear, before the erasure: %s", f)
			}
		}
		if (len(got) > 0) != want {
			t.Errorf("%s holds %q", place, got)
		}
	}
	do(t, x.Office, "POST", veras+"/erase", "")
	r.until("she is erased at the box", 30*time.Second, func() error {
		status, answer, err := x.Client.Do(t.Context(), "GET", veras, nil)
		if err == nil && (status != 404 || !strings.Contains(string(answer), "guest_erased")) {
			err = fmt.Errorf("%d %s", status, answer)
		}
		if err != nil {
			return err
		}
		got, err := found(dir, hers)
		if got = slices.DeleteFunc(got, onPaper); err == nil && len(got) > 0 {
			err = fmt.Errorf("%q", got)
		}
		return err
	})
	if got := out.said(append([]string{"Vera"}, hers...)); len(got) > 0 {
		t.Errorf("%q", got)
	}
	if status, answer, err := x.Office.Do(t.Context(), "GET", veras, nil); err != nil || status != 404 || !strings.Contains(string(answer), "guest_erased") {
		t.Errorf("head office: %d %s, %v", status, answer, err)
	}
	r.until("both ends are one", 30*time.Second, r.chains)
	if after, err := r.atOffice(); err != nil || after != before {
		t.Errorf("head office counted %+v and counts %+v, %v", before, after, err)
	}
	if _, here := r.onBox(); here != before {
		t.Errorf("the box counts %+v, it was %+v", here, before)
	}
	if e, err := x.Box.Doctor(t.Context()); err != nil || e.Facts == 0 { // the chain, and the tables made once more
		t.Errorf("the doctor: %+v, %v", e, err)
	}
}
