package box_test

import (
	"fmt"
	"image"
	"image/png"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/openapi"
)

// tables are bodies for what takes CSV.
var tables = []string{"name,price\nBurger & Co,9\n", "id,name\n,\n", "name\n\"", "name,price,price\n", "name,price:Happy\nx,1\n", "name,modifier_groups\nRibs,Sauces; Temperature\n"}

// dot is a small picture.
var dot = func() string {
	var b strings.Builder
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		panic(err) // into memory
	}
	return b.String()
}()

// TestNoRequestIsAnsweredWithAnErrorOfOurs: requests made from OpenAPI, by a manager
// and by a server; whatever was asked, the journal stays whole, and makes the same
// tables. GENERATED is how many an operation, 200 where it is not set.
func TestNoRequestIsAnsweredWithAnErrorOfOurs(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	must(h, "PUT", "/api/v1/menu/document", strings.Replace(burgers, `"name":"Burger"`, `"name":"Burger & Co"`, 1))
	hire(h, ana, "Ana", "manager", "8302")
	first, _ := place(h, ringing(boxtest.Chips, 1, ""))
	api, err := openapi.Read(h.Do("GET", "/api/openapi.json", "").Body)
	if err != nil {
		t.Fatal(err)
	}
	n := 200
	if s := os.Getenv("GENERATED"); s != "" {
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	seed := uint64(1)
	g := &openapi.Generator{Rand: rand.New(rand.NewPCG(seed, 0)), Document: api, Known: []string{boxtest.Restaurant, boxtest.Bowl, boxtest.Chips, rare, aioli, first.OrderID,
		"0198f000-0000-7000-8000-00000000e001", "0198f000-0000-7000-8000-0000000000ff"},
		Named: map[string][]string{"restaurantId": {boxtest.Restaurant}, "menuItemId": {boxtest.Bowl, boxtest.Chips}, "modifierId": {rare, medium, aioli}, "pin": {"8302", "4711"}, "sha256": {doc.Sum([]byte(dot))},
			"table": {"1", "12", "B4"}, "tableNumber": {"1", "12", "B4"}, "partyId": {id.New[id.Party]().String()}, "customerId": {id.New[id.Customer]().String(), customer}, "addressId": {id.New[id.Address]().String()}, "serverId": {"0198f000-0000-7000-8000-00000000e001"}},
		Base:  map[string][]string{"/api/v1/people/document": {`{"people":[{"id":"0198f000-0000-7000-8000-00000000e001","name":"Ana","role":"manager"}]}`}, "/api/v1/menu/document": {burgers}, "/api/v1/menu/check": {burgers}, "/api/v1/parties": {`{"tables":["12"],"covers":2}`, `{"tables":["1"],"covers":2}`}, "/api/v1/venue": {string(boxtest.Venue(h.Hot.URL(), h.Cold.URL()))}},
		Plain: map[string][]string{"/api/v1/photos": {dot, dot[:20], ""}, "/api/v1/menu/items.csv": tables, "/api/v1/menu/items.csv/check": tables}}
	page := signIn(h, "server")
	tokens := []string{"Bearer " + h.Token, "Bearer " + h.Mint("server", "Sam")}
	answers := map[string]map[int]int{}
	asked := 0
	for range n {
		for i, p := range roomOf(h).Parties { // who sits here now; the first is the box's to mint
			g.Named["partyId"] = append(g.Named["partyId"][:min(1+i, len(g.Named["partyId"]))], p.PartyID)
		}
		for _, op := range api.Operations() {
			if op.Path == "/session" || op.Path == "/api/v1/stream" {
				continue // the page stays signed in, and a stream has no end
			}
			r := g.Request(op)
			var a boxtest.Answer
			if asked++; g.IntN(4) == 0 { // at a tablet, by whoever stands there
				a = h.Do(r.Method, r.Path, r.Body, append(r.Headers, "Authorization", "", "Cookie", page.cookie.Name+"="+page.cookie.Value)...)
			} else {
				a = h.Do(r.Method, r.Path, r.Body, append(r.Headers, "Authorization", tokens[g.IntN(len(tokens))])...)
			}
			if answers[op.Name()] == nil {
				answers[op.Name()] = map[int]int{}
			}
			answers[op.Name()][a.Status]++
			if err := api.Judge(op, openapi.Answer{Status: a.Status, ContentType: a.Header.Get("Content-Type"), Body: a.Body}); err != nil && a.Status != http.StatusNotFound {
				t.Errorf("%s %s\n%.500s\n%v", r.Method, r.Path, r.Body, err)
			}
			if t.Failed() && asked > 20_000 {
				t.FailNow()
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		if t.Logf("%-55s %v", name, fmt.Sprint(answers[name])); answers[name][200]+answers[name][201]+answers[name][204] == 0 {
			t.Logf("   (never a good one)")
		}
	}
	if a := h.Do("GET", "/ready", ""); a.Status != 200 {
		t.Errorf("the box is not ready: %s", a.Body)
	}
	replays(h, "employee", "menu_overlay", "party", "guest", "visit_rating")
}
