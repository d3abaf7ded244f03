package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

type directive struct{ Directive, Kind, State, Code, Reason string }

// ask puts something to head office and answers the directives it came to.
func (r *restaurant) ask(path string, body any, headers ...string) []directive {
	r.t.Helper()
	raw, err := json.Marshal(body)
	check(r.t, err)
	status, answer, err := r.office.Do(r.ctx, "PUT", "/api/v1/restaurants/"+r.claim.RestaurantID+path, raw, headers...)
	check(r.t, err)
	var out struct{ Directives []directive }
	if status != http.StatusAccepted || json.Unmarshal(answer, &out) != nil || len(out.Directives) != 1 {
		r.t.Fatalf("PUT %s: %d %s", path, status, answer)
	}
	return out.Directives
}

// answered waits for the answer to a directive.
func (r *restaurant) answered(d directive, state, code string) directive {
	r.t.Helper()
	r.until(d.Kind+" is "+state, 20*time.Second, func() error {
		var out struct{ Directives []directive }
		if err := r.office.Get(r.ctx, "/api/v1/restaurants/"+r.claim.RestaurantID+"/directives", &out); err != nil {
			return err
		}
		for _, x := range out.Directives {
			if x.Directive == d.Directive {
				if d = x; x.State == state && x.Code == code {
					return nil
				}
			}
		}
		return fmt.Errorf("it is %+v", d)
	})
	return d
}

// dish is the first item of the menu that the box sells.
func (r *restaurant) dish() (item string, available bool) {
	r.t.Helper()
	var m struct {
		Items []struct {
			MenuItemID string
			Available  bool
		}
	}
	check(r.t, r.client.Get(r.ctx, "/api/v1/menu", &m))
	return m.Items[0].MenuItemID, m.Items[0].Available
}

func (r *restaurant) orderOf(item string) (int, string) {
	r.t.Helper()
	status, raw, err := r.client.Do(r.ctx, "POST", "/api/v1/orders", fmt.Appendf(nil, `{"restaurantId":%q,"items":[{"menuItemId":%q,"quantity":1}]}`, r.claim.RestaurantID, item))
	check(r.t, err)
	return status, string(raw)
}

// TestHeadOfficePutsAnItemOut: an 86 of head office reaches the tablets within a
// second, across kills of box and cloud, and is done once.
func TestHeadOfficePutsAnItemOut(t *testing.T) {
	t.Parallel()
	r := start(t)
	item, available := r.dish()
	if !available {
		t.Fatal("an item of a new menu is out")
	}
	path := "/items/" + item + "/availability"
	began := time.Now()
	out := r.ask(path, map[string]bool{"available": false})[0]
	r.until("the item is gone from the tablets", 5*time.Second, func() error {
		if _, available := r.dish(); available {
			return fmt.Errorf("it is on sale")
		}
		return nil
	})
	t.Logf("out after %v", time.Since(began).Round(time.Millisecond))
	if status, body := r.orderOf(item); status != 422 || !strings.Contains(body, "items[0].menuItemId") || !strings.Contains(body, "86") {
		t.Errorf("an order of it is answered %d %s", status, body)
	}
	r.answered(out, "applied", "")

	// A wish that is made while the box is away is done when it is back.
	r.box.Kill()
	back := r.ask(path, map[string]bool{"available": true})[0]
	r.cloud.Kill()
	check(t, r.cloud.Again(r.ctx))
	check(t, r.box.Again(r.ctx))
	r.answered(back, "applied", "")
	if status, body := r.orderOf(item); status != 201 {
		t.Errorf("an order of an item that is back is answered %d %s", status, body)
	}
	unknown := r.ask("/items/0198f000-0000-7000-8000-0000000000aa/availability", map[string]bool{"available": false})[0]
	if d := r.answered(unknown, "refused", "item_unknown"); d.Reason == "" {
		t.Error("a refusal has no reason")
	}

	// Kills at any moment, with a wish under way.
	for n := range 5 {
		last := r.ask(path, map[string]bool{"available": n%2 == 1})[0]
		r.box.Kill()
		r.cloud.Kill()
		check(t, r.box.Again(r.ctx))
		check(t, r.cloud.Again(r.ctx))
		r.answered(last, "applied", "")
		if _, available := r.dish(); available != (n%2 == 1) {
			t.Errorf("wish %d is not what the tablets show", n)
		}
	}
	r.until("chains are equal", 10*time.Second, r.chains)
}

// TestHeadOfficePublishesAVenue: only what it owns; a manager sees what it would
// change before it is given away; documents of the restaurant go up by themselves.
func TestHeadOfficePublishesAVenue(t *testing.T) {
	t.Parallel()
	r := start(t)
	var venue map[string]any
	r.until("the restaurant's own venue is at head office", 10*time.Second, func() error {
		status, raw, err := r.office.Do(r.ctx, "GET", "/api/v1/restaurants/"+r.claim.RestaurantID+"/documents/venue", nil)
		if err == nil && status != 200 {
			err = fmt.Errorf("%d %s", status, raw)
		}
		if err == nil {
			err = json.Unmarshal(raw, &venue)
		}
		return err
	})
	venue["name"] = "Lunch at Harbor"
	refused := r.ask("/documents/venue", venue)[0]
	if d := r.answered(refused, "refused", "not_owner"); !strings.Contains(d.Reason, "belongs to box") {
		t.Errorf("the refusal says %q", d.Reason)
	}

	// The offer is on the box, with its one change.
	var owners struct {
		Documents []struct {
			Kind, Owner, SHA256, Offered string
			Changes                      []struct{ Where, Was, Will string }
		}
	}
	r.until("the offer is on the box", 10*time.Second, func() error {
		if err := r.client.Get(r.ctx, "/api/v1/documents", &owners); err != nil {
			return err
		}
		if owners.Documents[0].Offered == "" {
			return fmt.Errorf("%+v", owners)
		}
		return nil
	})
	if d := owners.Documents[0]; d.Kind != "venue" || d.Owner != "box" || len(d.Changes) != 1 || d.Changes[0].Where != "name" || d.Changes[0].Will != `"Lunch at Harbor"` {
		t.Fatalf("a manager sees %+v", d)
	}
	give := func(offered string) (int, string) {
		status, raw, err := r.client.Do(r.ctx, "PUT", "/api/v1/documents/venue/owner", fmt.Appendf(nil, `{"owner":"hq","offered":%q}`, offered))
		check(t, err)
		return status, string(raw)
	}
	if status, body := give(owners.Documents[0].SHA256); status != 409 {
		t.Errorf("given away unseen: %d %s", status, body)
	}
	if status, body := give(owners.Documents[0].Offered); status != 200 {
		t.Fatalf("given away: %d %s", status, body)
	}
	if status, _, err := r.client.Do(r.ctx, "PUT", "/api/v1/venue", []byte(`{}`)); err != nil || status < 400 {
		t.Errorf("the restaurant changes what belongs to head office: %d, %v", status, err)
	}
	name := func(want string) func() error {
		return func() error {
			var v struct{ Name string }
			if err := r.client.Get(r.ctx, "/api/v1/venue", &v); err != nil || v.Name != want {
				return fmt.Errorf("the venue is called %q: %w", v.Name, err)
			}
			return nil
		}
	}
	r.until("what was offered is in force", 5*time.Second, name("Lunch at Harbor"))

	// From now on head office publishes; the newest wins, whatever dies meanwhile.
	var last directive
	for n := range 4 {
		venue["name"] = fmt.Sprintf("Lunch %d", n)
		last = r.ask("/documents/venue", venue)[0]
		if n == 1 {
			r.box.Kill()
			r.cloud.Kill()
			check(t, r.cloud.Again(r.ctx))
			check(t, r.box.Again(r.ctx))
		}
	}
	r.answered(last, "applied", "")
	r.until("the newest venue is in force", 20*time.Second, name("Lunch 3"))

	// Somebody else changed it meanwhile: refused, and nothing is lost.
	venue["name"] = "Too late"
	stale := r.ask("/documents/venue", venue, "If-Match", `"`+owners.Documents[0].SHA256+`"`)[0]
	r.answered(stale, "refused", "changed_meanwhile")
	check(t, name("Lunch 3")())
	r.until("chains are equal", 10*time.Second, r.chains)
}

// TestHeadOfficeSaysWhoWorksThere, where the restaurant lets it: what the restaurant said
// before is there, what would change is seen, and afterwards only head office says it.
func TestHeadOfficeSaysWhoWorksThere(t *testing.T) {
	t.Parallel()
	r := start(t)
	const ana = "/api/v1/people/0198f000-0000-7000-8000-00000000e001"
	say := func(want int, path, body string) {
		t.Helper()
		if status, raw, err := r.client.Do(r.ctx, "PUT", path, []byte(body)); err != nil || status != want {
			t.Fatalf("PUT %s: %d %s %v", path, status, raw, err)
		}
	}
	say(200, ana, `{"name":"Ana","role":"manager","active":true}`)
	say(200, ana+"/pin", `{"pin":"8302"}`)
	var list struct {
		People []map[string]string `json:"people"`
	}
	r.until("head office has the list", 10*time.Second, func() error {
		return r.office.Get(r.ctx, "/api/v1/restaurants/"+r.claim.RestaurantID+"/documents/staff", &list)
	})
	if len(list.People) != 1 || list.People[0]["name"] != "Ana" {
		t.Fatalf("%v", list)
	}
	list.People = append(list.People, map[string]string{"id": "0198f000-0000-7000-8000-00000000e002", "name": "Bo", "role": "cook"})
	r.answered(r.ask("/documents/staff", list)[0], "refused", "not_owner")
	var owners struct {
		Documents []struct {
			Kind, Offered string
			Changes       []struct{ Where, Was, Will string }
		}
	}
	r.until("the offer is on the box", 10*time.Second, func() error {
		if err := r.client.Get(r.ctx, "/api/v1/documents", &owners); err != nil {
			return err
		}
		if owners.Documents[2].Offered == "" {
			return fmt.Errorf("%+v", owners)
		}
		return nil
	})
	if d := owners.Documents[2]; d.Kind != "staff" || len(d.Changes) != 3 || d.Changes[1].Where != "people[Bo].name" || d.Changes[1].Will != `"Bo"` {
		t.Fatalf("a manager sees %+v", d)
	}
	say(200, "/api/v1/documents/staff/owner", fmt.Sprintf(`{"owner":"hq","offered":%q}`, owners.Documents[2].Offered))
	say(409, ana, `{"name":"Anna","role":"manager","active":true}`)
	list.People[0]["name"] = "Anna"
	r.answered(r.ask("/documents/staff", list)[0], "applied", "")
	r.until("what head office says is so", 10*time.Second, func() error {
		status, raw, err := r.client.Do(r.ctx, "GET", "/api/v1/people", nil)
		if err != nil || status != 200 || !strings.Contains(string(raw), `"name":"Anna","role":"manager","active":true,"hasPin":true`) || !strings.Contains(string(raw), `"name":"Bo"`) {
			return fmt.Errorf("%d %s %w", status, raw, err)
		}
		return nil
	})
	r.until("chains are equal", 10*time.Second, r.chains)
}

// TestPhotosFollowTheMenuThatNamesThem: those of the restaurant to head office, and
// those of head office's menus to the restaurant.
func TestPhotosFollowTheMenuThatNamesThem(t *testing.T) {
	t.Parallel()
	r := start(t)
	add := func(c *rig.Client, seed int) string {
		t.Helper()
		status, raw, err := c.Do(r.ctx, "POST", "/api/v1/photos", photo(t, seed), "Content-Type", "image/png")
		var out struct{ SHA256 string }
		if err != nil || status != 200 || json.Unmarshal(raw, &out) != nil {
			t.Fatalf("%d %s %v", status, raw, err)
		}
		return out.SHA256
	}
	comes := func(c *rig.Client, sum string, seed int) {
		t.Helper()
		r.until("the photo is here, to the byte", 20*time.Second, func() error {
			status, raw, err := c.Do(r.ctx, "GET", "/api/v1/photos/"+sum, nil)
			if err != nil || status != 200 || !bytes.Equal(raw, photo(t, seed)) {
				return fmt.Errorf("%d, %d bytes, %w", status, len(raw), err)
			}
			return nil
		})
	}
	if status, raw, err := r.client.Do(r.ctx, "POST", "/api/v1/photos", []byte("<svg>"), "Content-Type", "image/svg+xml"); err != nil || status != 422 || !strings.Contains(string(raw), "photo_unreadable") {
		t.Errorf("no photo: %d %s %v", status, raw, err)
	}
	ours := add(r.client, 1)
	if again := add(r.client, 1); again != ours {
		t.Errorf("the same photo is %s and %s", ours, again)
	}
	comes(r.office, ours, 1)

	theirs := add(r.office, 2)
	var menu map[string]any
	check(t, r.client.Get(r.ctx, "/api/v1/menu/document", &menu))
	items := menu["items"].([]any)
	items[0].(map[string]any)["photo"], items[1].(map[string]any)["photo"] = ours, theirs
	status, raw, err := r.client.Do(r.ctx, "PUT", "/api/v1/documents/menu/owner", []byte(`{"owner":"hq"}`))
	if check(t, err); status != 200 {
		t.Fatalf("%d %s", status, raw)
	}
	if status, raw, err := r.client.Do(r.ctx, "POST", "/api/v1/photos", photo(t, 3), "Content-Type", "image/png"); err != nil || status != 409 || !strings.Contains(string(raw), "not_owner") {
		t.Errorf("a photo for another's menu: %d %s %v", status, raw, err)
	}
	r.answered(r.ask("/documents/menu", menu)[0], "applied", "")
	comes(r.client, theirs, 2)
	r.until("the tablets are told which photo a dish has", 10*time.Second, func() error {
		status, raw, err := r.client.Do(r.ctx, "GET", "/api/v1/menu", nil)
		if err != nil || !strings.Contains(string(raw), `"photo":"`+theirs+`"`) {
			return fmt.Errorf("%d %w", status, err)
		}
		return nil
	})
	r.until("chains are equal", 10*time.Second, r.chains)
}

// photo is a picture of more than one piece, by its seed.
func photo(t testing.TB, seed int) []byte {
	t.Helper()
	noise := image.NewGray(image.Rect(0, 0, 400, 300))
	_, _ = rand.NewChaCha8([32]byte{byte(seed)}).Read(noise.Pix)
	var b bytes.Buffer
	check(t, png.Encode(&b, noise))
	if b.Len() < 100_000 {
		t.Fatalf("a photo of %d bytes", b.Len())
	}
	return b.Bytes()
}

// TestNothingWaitsForDocuments: with the address for documents away, facts and
// wishes go on; afterwards every document is where it belongs.
func TestNothingWaitsForDocuments(t *testing.T) {
	t.Parallel()
	r := start(t)
	status, raw, err := r.client.Do(r.ctx, "PUT", "/api/v1/documents/venue/owner", []byte(`{"owner":"hq"}`))
	if check(t, err); status != 200 {
		t.Fatalf("%d %s", status, raw)
	}
	var venue map[string]any
	here := func() error {
		var out struct {
			Documents []struct {
				Kind, SHA256 string
				Here         bool
			}
		}
		if err := r.office.Get(r.ctx, "/api/v1/restaurants/"+r.claim.RestaurantID+"/documents", &out); err != nil {
			return err
		}
		for _, d := range out.Documents {
			if !d.Here {
				return fmt.Errorf("the %s is not here", d.Kind)
			}
		}
		if len(out.Documents) != 2 {
			return fmt.Errorf("%d documents", len(out.Documents))
		}
		return r.office.Get(r.ctx, "/api/v1/restaurants/"+r.claim.RestaurantID+"/documents/venue", &venue)
	}
	r.until("head office has venue and menu", 10*time.Second, here)

	r.documents.Cut()
	venue["name"] = "From afar"
	published := r.ask("/documents/venue", venue)[0]
	r.answered(published, "applied", "") // it will be fetched
	var menu map[string]any
	check(t, r.client.Get(r.ctx, "/api/v1/menu/document", &menu))
	menu["items"] = menu["items"].([]any)[:100]
	raw, err = json.Marshal(menu)
	check(t, err)
	if status, raw, err := r.client.Do(r.ctx, "PUT", "/api/v1/menu/document", raw); err != nil || status != 200 {
		t.Fatalf("%d %s %v", status, raw, err)
	}
	item, _ := r.dish()
	if status, body := r.orderOf(item); status != 201 {
		t.Errorf("%d %s", status, body)
	}
	r.until("facts go on", 10*time.Second, r.chains)
	r.until("head office says that it waits for the menu", 10*time.Second, func() error {
		if err := here(); err == nil || !strings.Contains(err.Error(), "menu is not here") {
			return fmt.Errorf("it says: %w", err)
		}
		return nil
	})
	r.answered(r.ask("/items/"+item+"/availability", map[string]bool{"available": false})[0], "applied", "")

	r.documents.Mend()
	r.until("the venue of head office is in force", 90*time.Second, func() error {
		var v struct{ Name string }
		if err := r.client.Get(r.ctx, "/api/v1/venue", &v); err != nil || v.Name != "From afar" {
			return fmt.Errorf("it is called %q: %w", v.Name, err)
		}
		return nil
	})
	r.until("head office has every document", 60*time.Second, here)
	r.until("chains are equal", 10*time.Second, r.chains)
}
