package box_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/id"
)

// tablet is a page that signed in with a code.
type tablet struct {
	h      *boxtest.House
	cookie *http.Cookie
}

func signIn(h *boxtest.House, role string) *tablet {
	h.T.Helper()
	code, err := h.Staff.MakeCode(h.T.Context(), role, "Tablet "+role)
	if err != nil {
		h.T.Fatal(err)
	}
	t := &tablet{h: h}
	status, _ := t.do("POST", "/session", fmt.Sprintf(`{"code":%q}`, code))
	if status != 204 || t.cookie == nil {
		h.T.Fatalf("sign in: %d", status)
	}
	return t
}

func (t *tablet) do(method, path, body string) (int, string) {
	t.h.T.Helper()
	r, err := http.NewRequestWithContext(t.h.T.Context(), method, t.h.Server.URL+path, strings.NewReader(body))
	if err != nil {
		t.h.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if t.cookie != nil {
		r.AddCookie(t.cookie)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.h.T.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		t.cookie = c
	}
	var raw json.RawMessage
	_ = json.NewDecoder(res.Body).Decode(&raw) // 204 has none
	return res.StatusCode, string(raw)
}

func (t *tablet) want(status int, says, method, path, body string) {
	t.h.T.Helper()
	if got, answer := t.do(method, path, body); got != status || !strings.Contains(answer, says) {
		t.h.T.Errorf("%s %s %s: %d %s, want %d %q", method, path, body, got, answer, status, says)
	}
}

const (
	ana = "/api/v1/people/0198f000-0000-7000-8000-00000000e001"
	bo  = "/api/v1/people/0198f000-0000-7000-8000-00000000e002"
)

func hire(h *boxtest.House, who, name, role, pin string) {
	h.T.Helper()
	must(h, "PUT", who, fmt.Sprintf(`{"name":%q,"role":%q,"active":true}`, name, role))
	must(h, "PUT", who+"/pin", fmt.Sprintf(`{"pin":%q}`, pin))
}

// TestWhoStandsAtATabletCounts: a tablet has a role, and a person who enters a PIN has
// theirs; what they do bears their name.
func TestWhoStandsAtATabletCounts(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	hire(h, ana, "Ana", "manager", "8302")
	hire(h, bo, "Bo", "cook", "11234")
	page := signIn(h, "server")
	out := `{"available":false}`
	chips := "/api/v1/menu/items/" + boxtest.Chips + "/availability"
	page.want(403, "not_allowed", "PUT", chips, out)
	page.want(403, "pin_wrong", "POST", ana+"/enter", `{"pin":"8303"}`)
	page.want(403, "not_allowed", "PUT", chips, out)
	page.want(204, "", "POST", ana+"/enter", `{"pin":"8302"}`)
	page.want(200, `"role":"manager"`, "GET", "/api/v1/me", "")
	page.want(200, "", "PUT", chips, out)
	page.want(200, `"staff":"0198f000-0000-7000-8000-00000000e001"`, "GET", "/api/v1/audit?type=menu.availability_changed", "")
	page.want(204, "", "POST", bo+"/enter", `{"pin":"11234"}`) // takes over
	page.want(403, "not_allowed", "POST", "/api/v1/orders", ringing(boxtest.Bowl, 1, ""))
	page.want(204, "", "POST", "/api/v1/people/leave", "")
	page.want(200, `"role":"server"`, "GET", "/api/v1/me", "")
	page.want(403, "not_allowed", "PUT", chips, out)

	page.want(204, "", "POST", ana+"/enter", `{"pin":"8302"}`)
	must(h, "PUT", ana, `{"name":"Ana","role":"manager","active":false}`) // works here no more: at once
	page.want(403, "not_allowed", "PUT", chips, out)
	page.want(404, "employee_unknown", "POST", ana+"/enter", `{"pin":"8302"}`)
	page.want(404, "employee_unknown", "POST", "/api/v1/people/"+id.New[id.Staff]().String()+"/enter", `{"pin":"8302"}`)
	replays(h, "employee")
}

// TestAGuestWhoTriesPINsIsShutOut, however many he tries at once, and after a restart;
// others work on.
func TestAGuestWhoTriesPINsIsShutOut(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	h := boxtest.Start(t, boxtest.At(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }))
	hire(h, ana, "Ana", "server", "8302")
	hire(h, bo, "Bo", "server", "11234")
	page := signIn(h, "cook")
	var wrong, locked atomic.Int64
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			switch status, answer := page.do("POST", ana+"/enter", fmt.Sprintf(`{"pin":"40%02d"}`, i)); {
			case status == 403 && strings.Contains(answer, "pin_wrong"):
				wrong.Add(1)
			case status == 429 && strings.Contains(answer, "pin_locked"):
				locked.Add(1)
			default:
				t.Errorf("%d %s", status, answer)
			}
		})
	}
	all.Wait()
	if wrong.Load() != 5 || locked.Load() != 7 {
		t.Errorf("%d tries were looked at, %d were not", wrong.Load(), locked.Load())
	}
	page.want(429, "pin_locked", "POST", ana+"/enter", `{"pin":"8302"}`)
	page.want(204, "", "POST", bo+"/enter", `{"pin":"11234"}`)
	page.want(200, `"lockedUntil"`, "GET", "/api/v1/people", "")
	h.Stop()
	h.Open()
	page.h = h
	page.want(429, "pin_locked", "POST", ana+"/enter", `{"pin":"8302"}`)
	ahead.Add(int64(5*time.Minute + time.Second))
	page.want(204, "", "POST", ana+"/enter", `{"pin":"8302"}`)
	for range 4 {
		page.want(403, "pin_wrong", "POST", ana+"/enter", `{"pin":"4000"}`)
	}
	page.want(204, "", "POST", ana+"/enter", `{"pin":"8302"}`) // the right one ends the count
	for range 5 {
		page.want(403, "pin_wrong", "POST", ana+"/enter", `{"pin":"4000"}`)
	}
	page.want(429, "pin_locked", "POST", ana+"/enter", `{"pin":"8302"}`)
	h.Token = h.Mint("manager", "test")
	must(h, "PUT", ana+"/pin", `{"pin":"9071"}`) // a manager helps
	page.want(204, "", "POST", ana+"/enter", `{"pin":"9071"}`)
}

func TestAPINIsNoneThatIsTriedFirstAndNobodyReadsIt(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	must(h, "PUT", ana, `{"name":"Ana","role":"server","active":true}`)
	for pin, says := range map[string]string{"1111": "pin_weak", "1234": "pin_weak", "87654": "pin_weak", "123": "pin", "123456789": "pin", "12a4": "pin"} {
		if a := h.Do("PUT", ana+"/pin", fmt.Sprintf(`{"pin":%q}`, pin)); a.Status != 422 || !strings.Contains(string(a.Body), says) {
			t.Errorf("%s: %d %s", pin, a.Status, a.Body)
		}
	}
	page := signIn(h, "server")
	page.want(409, "pin_none", "POST", ana+"/enter", `{"pin":"8302"}`)
	page.want(403, "not_allowed", "PUT", ana+"/pin", `{"pin":"8302"}`)
	must(h, "PUT", ana+"/pin", `{"pin":"8302"}`)
	a := h.Do("GET", "/api/v1/audit?type=staff.pin_set", "")
	if a.Status != 200 || !strings.Contains(string(a.Body), "staff.pin_set") || strings.Contains(string(a.Body), "argon2id") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	installer := h.Mint("installer", "Ines")
	if got := h.Do("PUT", bo, `{"name":"Bo","role":"manager","active":true}`, "Authorization", "Bearer "+installer); got.Status != 403 {
		t.Errorf("an installer makes a manager: %d %s", got.Status, got.Body)
	}
	must(h, "PUT", bo, `{"name":"Bo","role":"manager","active":true}`)
	if got := h.Do("PUT", bo+"/pin", `{"pin":"8302"}`, "Authorization", "Bearer "+installer); got.Status != 403 {
		t.Errorf("an installer gives a manager a PIN: %d %s", got.Status, got.Body)
	}
}

// TestATimeClockMovesAsPeopleDo: one's own by PIN, everybody's for a manager.
func TestATimeClockMovesAsPeopleDo(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	hire(h, ana, "Ana", "server", "8302")
	page := signIn(h, "server")
	page.want(403, "Sign in with your PIN", "POST", ana+"/clock", `{"what":"in"}`)
	page.want(204, "", "POST", ana+"/enter", `{"pin":"8302"}`)
	page.want(409, "Ana is not at work", "POST", ana+"/clock", `{"what":"out"}`)
	page.want(200, "", "POST", ana+"/clock", `{"what":"in","job":"Bar"}`)
	page.want(409, "Ana is at work already", "POST", ana+"/clock", `{"what":"in"}`)
	page.want(200, `"clock":"in","job":"Bar"`, "GET", "/api/v1/people", "")
	page.want(200, "", "POST", ana+"/clock", `{"what":"break"}`)
	page.want(200, "", "POST", ana+"/clock", `{"what":"resume"}`)
	page.want(200, "", "POST", ana+"/clock", `{"what":"break"}`)
	page.want(422, "", "POST", ana+"/clock", `{"what":"lunch"}`)
	page.want(403, "not_allowed", "GET", "/api/v1/hours", "")
	must(h, "POST", ana+"/clock", `{"what":"out"}`) // the manager, since she forgot
	var hours struct {
		Entries []struct{ What, Job, At, Day string }
	}
	h.Do("GET", "/api/v1/hours", "").JSON(t, &hours)
	var got []string
	for _, e := range hours.Entries {
		got = append(got, e.What+e.Job)
		if e.At == "" || e.Day == "" {
			t.Errorf("%+v", e)
		}
	}
	if fmt.Sprint(got) != "[inBar break resume break out]" {
		t.Errorf("the day was %v", got)
	}
	replays(h, "employee")
}

// TestAListSaysWhoWorksHere: whole or not at all, and who is not on it works here no
// more; PINs stay. The change of one person makes a list, too, for head office.
func TestAListSaysWhoWorksHere(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	const list = "/api/v1/people/document"
	page := signIn(h, "server")
	page.want(404, "no_staff", "GET", list, "")
	hire(h, ana, "Ana", "manager", "8302")
	page.want(200, `"name": "Ana"`, "GET", list, "")
	page.want(403, "not_allowed", "PUT", list, "{}")
	people := func(rows ...string) string { return "{\n\"people\": [\n" + strings.Join(rows, ",\n") + "\n]}" }
	person := func(path, name, role string) string {
		return fmt.Sprintf(`{"id":%q,"name":%q,"role":%q}`, strings.TrimPrefix(path, "/api/v1/people/"), name, role)
	}
	a := h.Do("PUT", list, people(person(bo, "Bo", "cook"), person(bo, "", "chef")))
	for _, says := range []string{"people[1].id", "line 4: is that of people[0]", "people[1].name", `\"chef\" is not a role`, "nobody is a manager"} {
		if !strings.Contains(string(a.Body), says) {
			t.Errorf("%d %s, want %q", a.Status, a.Body, says)
		}
	}
	cleo := "/api/v1/people/0198f000-0000-7000-8000-00000000e003"
	must(h, "PUT", list, people(person(ana, "Ana María", "manager"), person(bo, "Bo", "cook")))
	page.want(204, "", "POST", ana+"/enter", `{"pin":"8302"}`) // her PIN is hers still
	must(h, "PUT", list, people(person(cleo, "Cleo", "manager"), person(bo, "Bo", "bartender")))
	page.want(200, `"role":"server"`, "GET", "/api/v1/me", "") // Ana is gone, at once
	page.want(200, `"name":"Ana María","role":"manager","active":false`, "GET", "/api/v1/people", "")
	if a := h.Do("PUT", list, people(person(ana, "Ana", "manager"), person(cleo, "Cleo", "manager")), "Authorization", "Bearer "+h.Mint("installer", "Ina")); a.Status != 403 {
		t.Errorf("an installer makes a manager: %d %s", a.Status, a.Body)
	}
	must(h, "PUT", cleo, fmt.Sprintf(`{"name":%q,"role":"manager","active":true}`, "Cléo"))
	var facts struct {
		Facts []struct{ Data json.RawMessage }
	}
	h.Do("GET", "/api/v1/audit?type=staff.published", "").JSON(t, &facts)
	if len(facts.Facts) != 4 || !strings.Contains(string(facts.Facts[0].Data), `"owner":"box","people":2`) {
		t.Errorf("lists in force: %s", facts)
	}
	replays(h, "employee")
}

// TestTheAuditFindsWhoDidWhat, page by page, each fact once.
func TestTheAuditFindsWhoDidWhat(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	var orders []string
	for range 7 {
		o, _ := place(h, ringing(boxtest.Bowl, 1, ""))
		orders = append(orders, o.OrderID)
	}
	h.Until("all is printed, and the box knows", func() bool {
		return strings.Count(string(h.Do("GET", "/api/v1/audit?type=kitchen.job_printed", "").Body), "kitchen.job_printed") == 7
	})
	type page struct {
		Facts []struct {
			Seq       int64
			Type, Day string
			Device    string
			Data      struct{ Order string }
		}
		Next int64
	}
	var all page
	h.Do("GET", "/api/v1/audit?limit=500", "").JSON(t, &all)
	head, _, err := h.Journal.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(all.Facts)) != head || all.Next != 0 || all.Facts[0].Seq != head || all.Facts[head-1].Seq != 1 {
		t.Fatalf("%d facts of %d, next %d", len(all.Facts), head, all.Next)
	}
	seen, before := int64(0), int64(0)
	for pages := 0; pages == 0 || before > 0; pages++ {
		var p page
		a := h.Do("GET", fmt.Sprintf("/api/v1/audit?limit=5&before=%d", before), "")
		if a.JSON(t, &p); a.Status != 200 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		for _, f := range p.Facts {
			if f.Seq != head-seen {
				t.Fatalf("fact %d comes after %d others", f.Seq, seen)
			}
			seen++
		}
		if before = p.Next; pages > int(head) {
			t.Fatal("there is no end")
		}
	}
	if seen != head {
		t.Errorf("%d facts in pages, of %d", seen, head)
	}
	var one page
	h.Do("GET", "/api/v1/audit?order="+orders[3], "").JSON(t, &one)
	types := map[string]int{}
	for _, f := range one.Facts {
		types[f.Type]++
		if f.Data.Order != orders[3] {
			t.Errorf("%+v", f)
		}
	}
	if types["order.opened"] != 1 || types["order.line_added"] != 1 || types["order.sent"] != 1 || types["kitchen.ticket_routed"] != 1 || types["kitchen.job_printed"] != 1 {
		t.Errorf("of one order there are %v", types)
	}
	for query, want := range map[string]int{"type=order.opened": 7, "type=order.": 21, "type=order.opened&day=" + all.Facts[0].Day: 7, "type=order.opened&day=1999-01-01": 0,
		"device=" + id.New[id.Device]().String(): 0, "type=order.sent&device=" + one.Facts[len(one.Facts)-1].Device: 7, "staff=" + id.New[id.Staff]().String(): 0} {
		var p page
		if h.Do("GET", "/api/v1/audit?"+query, "").JSON(t, &p); len(p.Facts) != want {
			t.Errorf("%s: %d facts, want %d", query, len(p.Facts), want)
		}
	}
	if a := h.Do("GET", "/api/v1/audit", "", "Authorization", "Bearer "+h.Mint("server", "Sam")); a.Status != 403 {
		t.Errorf("a server: %d %s", a.Status, a.Body)
	}
}
