package box_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/id"
)

const (
	cy = "/api/v1/people/0198f000-0000-7000-8000-00000000e003"
)

func personOf(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// shift is a house with a manager and two servers, each at a tablet of their own.
type shift struct {
	*boxtest.House
	boss, bo, cy *tablet
	ahead        atomic.Int64
}

func openShift(t *testing.T) *shift {
	f := &shift{}
	f.House = boxtest.Start(t, boxtest.Twice, boxtest.At(func() time.Time { return time.Now().Add(time.Duration(f.ahead.Load())) }))
	hire(f.House, ana, "Ana", "manager", "8302")
	hire(f.House, bo, "Bo", "server", "11234")
	hire(f.House, cy, "Cy", "server", "90210")
	at := func(who, pin string) *tablet {
		tab := signIn(f.House, "tablet")
		tab.want(204, "", "POST", who+"/enter", fmt.Sprintf(`{"pin":%q}`, pin))
		return tab
	}
	f.boss, f.bo, f.cy = at(ana, "8302"), at(bo, "11234"), at(cy, "90210")
	return f
}

// bowl is an order of n bowls that the kitchen has.
func (f *shift) bowl(n int) string {
	o, _ := place(f.House, ringing(boxtest.Bowl, n, ""))
	return o.OrderID
}

type asked struct {
	ApprovalID, State, Answer string
	Amount                    float64
	Mine, MayAnswer           bool
	AskedBy, AnsweredBy       *struct{ Name string }
}

func (f *shift) ask(at *tablet, order, reason string) asked {
	f.T.Helper()
	status, body := at.do("POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.cancel","orderId":%q,"reason":%q}`, order, reason))
	var a asked
	if err := json.Unmarshal([]byte(body), &a); status != 201 || err != nil || a.State != "asked" || !a.Mine {
		f.T.Fatalf("ask: %d %s", status, body)
	}
	return a
}

func answer(a asked) string { return "/api/v1/approvals/" + a.ApprovalID + "/answer" }

func (f *shift) cancel(at *tablet, order string, a asked, status int, says string) {
	f.T.Helper()
	body := `{"status":"cancelled"}`
	if a.ApprovalID != "" {
		body = fmt.Sprintf(`{"status":"cancelled","approvalId":%q}`, a.ApprovalID)
	}
	at.want(status, says, "POST", "/api/v1/orders/"+order+"/status", body)
}

// TestWhatTheKitchenHasIsCancelledWithAManagersWord: asked at one tablet, given at
// another, good for one command; the audit says whose word it was.
func TestWhatTheKitchenHasIsCancelledWithAManagersWord(t *testing.T) {
	t.Parallel()
	f := openShift(t)
	one, two := f.bowl(2), f.bowl(1)
	f.cancel(f.bo, one, asked{}, 403, "approval_needed")
	a := f.ask(f.bo, one, "Wrong table")
	f.bo.want(409, "approval_asked", "POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.cancel","orderId":%q}`, one))
	if a.Amount != 17.5 || a.AskedBy.Name != "Bo" {
		t.Errorf("%+v", a)
	}
	f.cancel(f.bo, one, a, 403, "approval_open")
	f.boss.want(200, `"mayAnswer":true`, "GET", "/api/v1/approvals", "")
	f.cy.want(200, `"mayAnswer":false`, "GET", "/api/v1/approvals", "")
	f.cy.want(403, "not_allowed", "POST", answer(a), `{"approve":true}`)
	f.boss.want(200, `"state":"given"`, "POST", answer(a), `{"approve":true}`)
	f.boss.want(409, "approval_over", "POST", answer(a), `{"approve":false}`)

	f.cancel(f.cy, one, a, 409, "approval_other") // another's
	f.cancel(f.bo, two, a, 409, "approval_other") // for another order
	f.cancel(f.bo, one, a, 200, "cancelled")
	f.cancel(f.bo, two, a, 409, "approval_other")
	f.bo.want(200, `"state":"used"`, "GET", "/api/v1/approvals/"+a.ApprovalID, "")
	var audit struct {
		Facts []struct{ Type, Staff, ApprovedBy string }
	}
	f.Do("GET", "/api/v1/audit?order="+one, "").JSON(t, &audit)
	for _, fact := range audit.Facts {
		if fact.Type == "order.status_changed" && (fact.ApprovedBy != personOf(ana) || fact.Staff != personOf(bo)) || fact.Type == "order.sent" && fact.ApprovedBy != "" {
			t.Errorf("%+v", fact)
		}
	}
	f.cancel(f.boss, two, asked{}, 200, "cancelled") // a manager needs nobody
	three := f.bowl(1)
	f.boss.want(409, "approval_not_needed", "POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.cancel","orderId":%q}`, three))
	f.bo.want(409, "status_not_next", "POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.cancel","orderId":%q}`, one))
	f.bo.want(404, "order_unknown", "POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.cancel","orderId":%q}`, boxtest.Bowl))
	f.bo.want(404, "approval_unknown", "POST", "/api/v1/approvals/"+boxtest.Bowl+"/answer", `{"approve":true}`)
	f.cancel(f.bo, three, asked{ApprovalID: boxtest.Bowl}, 404, "approval_unknown")
	replays(f.House, "approval")
}

// TestAWordIsNotGivenTwiceToOneselfOrTooLate.
func TestAWordIsNotGivenTwiceToOneselfOrTooLate(t *testing.T) {
	t.Parallel()
	f := openShift(t)
	o := f.bowl(1)
	a := f.ask(f.bo, o, "")
	f.bo.want(200, `"state":"refused"`, "POST", answer(a), fmt.Sprintf(`{"approve":false,"reason":"It is on its way","personId":%q,"pin":"8302"}`, personOf(ana))) // at the same tablet
	f.bo.want(200, `"answer":"It is on its way"`, "GET", "/api/v1/approvals/"+a.ApprovalID, "")
	f.bo.want(200, `"name":"Bo"`, "GET", "/api/v1/me", "") // who works there did not change
	f.cancel(f.bo, o, a, 409, "approval_over")

	a = f.ask(f.bo, o, "")
	f.bo.want(403, "pin_wrong", "POST", answer(a), fmt.Sprintf(`{"approve":true,"personId":%q,"pin":"8303"}`, personOf(ana)))
	f.bo.want(403, "not_allowed", "POST", answer(a), fmt.Sprintf(`{"approve":true,"personId":%q,"pin":"11234"}`, personOf(bo)))
	must(f.House, "PUT", bo, `{"name":"Bo","role":"manager","active":true}`) // even when he becomes one meanwhile
	f.bo.want(403, "approval_own", "POST", answer(a), `{"approve":true}`)
	must(f.House, "PUT", bo, `{"name":"Bo","role":"server","active":true}`)
	if got := f.Do("POST", answer(a), `{"approve":true}`); got.Status != 403 || !strings.Contains(string(got.Body), "person_needed") {
		t.Errorf("a program without a name: %d %s", got.Status, got.Body)
	}
	f.cy.want(403, "not_allowed", "POST", "/api/v1/approvals/"+a.ApprovalID+"/withdraw", "")
	f.bo.want(200, `"state":"withdrawn"`, "POST", "/api/v1/approvals/"+a.ApprovalID+"/withdraw", "")
	f.boss.want(409, "approval_over", "POST", answer(a), `{"approve":true}`)

	a = f.ask(f.bo, o, "") // nobody answers
	f.ahead.Add(int64(3 * time.Minute))
	f.bo.want(200, `"state":"expired"`, "GET", "/api/v1/approvals/"+a.ApprovalID, "")
	f.boss.want(409, "approval_over", "POST", answer(a), `{"approve":true}`)
	a = f.ask(f.bo, o, "") // nobody uses the answer
	f.boss.want(200, `"state":"given"`, "POST", answer(a), `{"approve":true}`)
	f.ahead.Add(int64(3 * time.Minute))
	f.cancel(f.bo, o, a, 409, "approval_over")

	a = f.ask(f.bo, o, "") // the order grows meanwhile
	f.boss.want(200, `"state":"given"`, "POST", answer(a), `{"approve":true}`)
	f.bo.want(200, `"seq"`, "POST", "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":%q,"type":"order.add_lines","order":%q,"data":{"lines":[{"line":%q,"menuItemId":%q,"quantity":1}]}}]}`,
		id.New[id.Command](), o, id.New[id.Line](), boxtest.Chips))
	f.cancel(f.bo, o, a, 409, "approval_other")
	f.bo.want(200, `"state":"withdrawn"`, "POST", "/api/v1/approvals/"+a.ApprovalID+"/withdraw", "")

	a = f.ask(f.bo, o, "") // and a command of a tablet uses it, once however many come at once
	f.boss.want(200, `"state":"given"`, "POST", answer(a), `{"approve":true}`)
	var did atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, body := f.bo.do("POST", "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":%q,"type":"order.set_status","order":%q,"data":{"status":"cancelled","approval":%q}}]}`, id.New[id.Command](), o, a.ApprovalID))
			if !strings.Contains(body, "problem") {
				did.Add(1)
			}
		})
	}
	all.Wait()
	if did.Load() != 1 {
		t.Errorf("one word was used %d times", did.Load())
	}
	replays(f.House, "approval")
}

// TestALimitOfTheVenueSaysWhatAServerMay.
func TestALimitOfTheVenueSaysWhatAServerMay(t *testing.T) {
	t.Parallel()
	f := openShift(t)
	document := boxtest.Venue(f.Hot.URL(), f.Cold.URL())
	with := strings.Replace(string(document), `"sections"`, `"limits":[{"role":"server","action":"order.cancel","most":10}],"sections"`, 1)
	must(f.House, "PUT", "/api/v1/venue", with)
	small, large := f.bowl(1), f.bowl(2)
	f.cancel(f.bo, small, asked{}, 200, "cancelled")       // 8.75
	f.cancel(f.bo, large, asked{}, 403, "approval_needed") // 17.50
	f.ask(f.bo, large, "")
	if a := f.Do("PUT", "/api/v1/venue", strings.Replace(with, `"most":10`, `"most":-1`, 1)); a.Status != 422 || !strings.Contains(string(a.Body), "limits[0].most") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	// What was not sent costs nobody anything.
	o := id.New[id.Order]().String()
	f.bo.want(200, `"seq"`, "POST", "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":%q,"type":"order.open","order":%q}]}`, id.New[id.Command](), o))
	f.bo.want(409, "approval_not_needed", "POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.cancel","orderId":%q}`, o))
	f.cancel(f.bo, o, asked{}, 200, "cancelled")
}

// TestAWrongPINShutsTheTabletNotThePerson, until very many were wrong.
func TestAWrongPINShutsTheTabletNotThePerson(t *testing.T) {
	t.Parallel()
	f := openShift(t)
	enter := func(at *tablet, pin string, status int, says string) {
		t.Helper()
		at.want(status, says, "POST", bo+"/enter", fmt.Sprintf(`{"pin":%q}`, pin))
	}
	shut := func(at *tablet) {
		t.Helper()
		for range 5 {
			enter(at, "4000", 403, "pin_wrong")
		}
		enter(at, "11234", 429, "here. Wait 5 min")
		at.want(200, "lockedUntil", "GET", "/api/v1/people", "")
	}
	shut(f.cy)
	enter(f.boss, "11234", 204, "") // another tablet
	shut(f.bo)
	f.ahead.Add(int64(5*time.Minute + time.Second))
	shut(f.cy)
	for range 5 {
		enter(f.bo, "4000", 403, "pin_wrong")
	}
	enter(f.boss, "11234", 429, "for this person. Wait 15 min") // twenty were wrong, whoever is right now
	f.boss.want(200, "lockedUntil", "GET", "/api/v1/people", "")
	f.ahead.Add(int64(6 * time.Minute))
	enter(f.cy, "11234", 429, "for this person. Wait 9 min")
	must(f.House, "PUT", bo+"/pin", `{"pin":"7391"}`) // a manager helps
	enter(f.cy, "7391", 204, "")
	shut(f.bo)
	f.ahead.Add(int64(2 * time.Hour))
	enter(f.bo, "7391", 204, "")
	replays(f.House, "pin_lock")
}
