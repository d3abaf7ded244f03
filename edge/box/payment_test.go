package box_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// paid is what the box says of a payment that it took, or of what it refused.
type paid struct {
	PaymentID, Code                           string
	Amount, Tip, Rounding, Change, OwedAmount json.Number
	Closed                                    bool
	status                                    int
}

func (w waiter) send(method, path, body string, headers ...string) boxtest.Answer {
	w.h.T.Helper()
	if w.token != "" {
		headers = append(headers, "Authorization", "Bearer "+w.token)
	}
	return w.h.Do(method, path, body, headers...)
}

// pays takes the check for this tablet, and money for it.
func (w waiter) pays(order, body string, headers ...string) (p paid) {
	w.h.T.Helper()
	if a := w.send("POST", "/api/v1/orders/"+order+"/lease", ""); a.Status != 200 {
		w.h.T.Fatalf("lease: %d %s", a.Status, a.Body)
	}
	a := w.send("POST", "/api/v1/orders/"+order+"/payments", body, headers...)
	a.JSON(w.h.T, &p)
	p.status = a.Status
	return p
}

// back asks for something back of a payment, or to undo it.
func (w waiter) back(order, payment, what, body string) (status int, code string) {
	w.h.T.Helper()
	method := "POST"
	if what == "tip" {
		method = "PUT"
	}
	a := w.send(method, "/api/v1/orders/"+order+"/payments/"+payment+"/"+what, body)
	var p paid
	a.JSON(w.h.T, &p)
	return a.Status, p.Code
}

func (w waiter) owesStill(order, owed string, closed bool) {
	w.h.T.Helper()
	var p struct {
		OwedAmount json.Number
		Closed     bool
	}
	w.send("GET", "/api/v1/orders/"+order+"/payments", "").JSON(w.h.T, &p)
	if p.OwedAmount.String() != owed || p.Closed != closed {
		w.h.T.Errorf("the check owes %s, closed %v; want %s, %v", p.OwedAmount, p.Closed, owed, closed)
	}
}

func fresh() string { return id.New[id.Command]().String() }

func coins(v *doc.Venue) {
	v.Taxes = []doc.Tax{{Name: "Sales tax", Percent: "8.875"}}
	v.Rounding = &doc.Rounding{CashStep: "0.05"}
}

// Two bowls and chips: one guest gives a note, the other a card with a tip. The paper says
// who gave what; nothing is rung on a closed check, and its lines stay as they are.
func TestGuestsPayACheckToTheCent(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice, boxtest.At(func() time.Time { return time.Date(2026, 11, 24, 19, 30, 0, 0, time.UTC) }))
	taxed(h, coins)
	w := waiter{h: h}
	o := w.opens(`{"tableNumber":12,"covers":2}`)
	line := w.rings(o, boxtest.Bowl, 2, "")
	w.rings(o, boxtest.Chips, 1, "")
	w.does("order.send", o, "{}")
	out(h, h.Hot, 1)
	w.owes(o, "21.39") // 19.65 and 1.743… of tax
	if p := w.pays(o, `{"tender":"cash","amount":10.03,"tip":1,"tendered":20}`); p.status != 201 || p.Rounding != "0.02" || p.Change != "8.95" || p.OwedAmount != "11.36" || p.Closed {
		t.Errorf("the first guest: %+v", p)
	}
	w.rings(o, boxtest.Chips, 1, "") // a check that was paid in part goes on
	w.does("order.send", o, "{}")
	w.owesStill(o, "13.70", false)
	for code, body := range map[string]string{"more_than_owed": `{"tender":"card_terminal","amount":13.71}`, "invalid": `{"tender":"cash","tendered":13.701}`, "coin": `{"tender":"cash","tendered":13.71}`} {
		if p := w.pays(o, body); p.Code != code {
			t.Errorf("%s: %+v", body, p)
		}
	}
	p := w.pays(o, `{"tender":"card_terminal","tip":2.50,"reference":"slip 0017","last4":"4242"}`)
	if p.status != 201 || p.Amount != "13.70" || !p.Closed || p.OwedAmount != "0.00" {
		t.Errorf("the second guest: %+v", p)
	}
	w.owesStill(o, "0.00", true)
	golden(t, h, o, "receipt-paid.json")
	for typ, data := range map[string]string{
		"order.add_lines": fmt.Sprintf(`{"lines":[{"menuItemId":%q,"quantity":1}]}`, boxtest.Chips), "order.void_line": fmt.Sprintf(`{"line":%q,"reason":"Cold"}`, line),
		"order.comp": fmt.Sprintf(`{"line":%q,"reason":"Cold"}`, line), "order.discount": `{"percent":10,"reason":"Friends"}`, "order.set_covers": `{"covers":8}`,
		"order.split": fmt.Sprintf(`{"lines":[{"line":%q}]}`, line), "order.part": `{"evenly":2}`, "order.merge": "{}", "order.close": "{}", "order.repeat": "{}",
		"order.set_status": `{"status":"cancelled"}`,
	} {
		if s := w.say(typ, o, data); s.code() != "check_closed" || s.Problem.Status != 409 || !strings.Contains(s.Problem.Detail, "eopen") {
			t.Errorf("%s on a closed check: %+v", typ, s.Problem)
		}
	}
	w.does("order.set_status", o, `{"status":"preparing"}`) // the kitchen goes on
	if s, code := w.back(o, p.PaymentID, "tip", `{"tip":4}`); s != 200 || code != "" {
		t.Errorf("what the guest wrote on the slip: %d %s", s, code)
	}
	if c := w.sees(o); c.TotalAmount != "23.73" {
		t.Errorf("the check costs %s", c.TotalAmount)
	}
	replays(h, "payments", "guest_check")
}

// TestAReopenedCheckIsNotPrintedAgain: with a manager's word, on its day; the payments stay.
func TestAReopenedCheckIsNotPrintedAgain(t *testing.T) {
	f := openShift(t)
	o := f.bowl(2)
	out(f.House, f.Hot, 1)
	pay := func(body string) {
		t.Helper()
		f.bo.want(200, "", "POST", "/api/v1/orders/"+o+"/lease", "")
		f.bo.want(201, `"closed":true`, "POST", "/api/v1/orders/"+o+"/payments", body)
	}
	pay(`{"tender":"card_terminal","tip":3}`)
	say := func(data string) string {
		t.Helper()
		_, body := f.bo.do("POST", "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":"%s","type":"order.reopen","order":%q,"data":%s}]}`, fresh(), o, data))
		return body
	}
	if a := say(`{"reason":"One more coffee"}`); !strings.Contains(a, "approval_needed") {
		t.Errorf("a server alone: %s", a)
	}
	_, body := f.bo.do("POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.reopen","orderId":%q,"reason":"One more coffee"}`, o))
	var a asked
	if err := json.Unmarshal([]byte(body), &a); err != nil || a.Amount != 17.5 {
		t.Fatalf("%v %s", err, body)
	}
	f.boss.want(200, "given", "POST", answer(a), `{"approve":true}`)
	if a := say(fmt.Sprintf(`{"reason":"One more coffee","approval":%q}`, a.ApprovalID)); strings.Contains(a, "problem") {
		t.Fatalf("with a manager's word: %s", a)
	}
	_, body = f.bo.do("POST", "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":"%s","type":"order.add_lines","order":%q,"data":{"lines":[{"menuItemId":%q,"quantity":1}]}},{"id":"%s","type":"order.send","order":%q}]}`,
		fresh(), o, boxtest.Chips, fresh(), o))
	if strings.Contains(body, "problem") {
		t.Fatal(body)
	}
	if s := out(f.House, f.Cold, 1); strings.Contains(s[0], "Bowl") {
		t.Errorf("the slip is\n%s", s[0])
	}
	pay(`{"tender":"cash","tendered":5}`)
	if n := len(f.Hot.Slips()); n != 1 {
		t.Errorf("the hot line has %d slips of one bowl", n)
	}
	f.ahead.Store(int64(24 * time.Hour)) // the next business day
	boss := waiter{h: f.House, token: f.Mint("manager", "Late")}
	if s := boss.say("order.reopen", o, `{"reason":"Late"}`); s.code() != "day_over" {
		t.Errorf("a day later: %+v", s)
	}
	replays(f.House, "payments")
}

// TestWhoPaysHoldsTheCheck: money is taken at the tablet that has it alone.
func TestWhoPaysHoldsTheCheck(t *testing.T) {
	w := openRoom(t, nil)
	o := w.opens(`{"tableNumber":12}`)
	w.rings(o, boxtest.Bowl, 1, "")
	take := func(w waiter) string {
		var p paid
		w.send("POST", "/api/v1/orders/"+o+"/payments", `{"tender":"cash"}`).JSON(t, &p)
		return p.Code
	}
	if code := take(w); code != "lease_needed" {
		t.Errorf("without it: %q", code)
	}
	other := waiter{h: w.h, token: w.h.Mint("server", "Sam")}
	w.send("POST", "/api/v1/orders/"+o+"/lease", "")
	if code := take(other); code != "check_leased" {
		t.Errorf("at another tablet: %q", code)
	}
	if code := take(w); code != "" {
		t.Errorf("at the tablet that has it: %q", code)
	}
}

// TestARepeatedPaymentIsTakenOnce: the answer was lost, the tablet asks again with its key.
func TestARepeatedPaymentIsTakenOnce(t *testing.T) {
	w := openRoom(t, nil)
	o := w.opens(`{"tableNumber":12}`)
	w.rings(o, boxtest.Bowl, 2, "")
	a := w.pays(o, `{"tender":"cash","amount":5}`, "Idempotency-Key", "tap 1")
	b := w.pays(o, `{"tender":"cash","amount":5}`, "Idempotency-Key", "tap 1")
	if a != b || a.status != 201 {
		t.Errorf("%+v, then %+v", a, b)
	}
	w.owesStill(o, "12.50", false)
	if c := w.pays(o, `{"tender":"cash","amount":6}`, "Idempotency-Key", "tap 1"); c.Code != "command_reused" {
		t.Errorf("another payment with this key: %+v", c)
	}
}

// TestAGiftCardIsSpentOnce: two tablets at once, and only what is on it.
func TestAGiftCardIsSpentOnce(t *testing.T) {
	w := openRoom(t, nil)
	const card = `"giftCard":"4820-1177-0093"`
	if a := w.h.Do("POST", "/api/v1/gift-cards", `{"number":"482011770093","amount":20,"tender":"cash"}`); a.Status != 201 || !strings.Contains(string(a.Body), `"balance":20.00`) {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	var codes [8]string
	var all sync.WaitGroup
	for i := range codes {
		o := w.opens(`{"tableNumber":12}`)
		w.rings(o, boxtest.Bowl, 1, "")
		all.Go(func() { codes[i] = w.pays(o, `{"tender":"gift_card","amount":8.75,`+card+`}`).Code })
	}
	all.Wait()
	if n := strings.Count(strings.Join(codes[:], " "), "card_short"); n != 6 {
		t.Errorf("20.00 paid %d of 8 bowls: %q", 8-n, codes)
	}
	worth := func(want string) {
		t.Helper()
		if a := w.h.Do("POST", "/api/v1/gift-cards/balance", `{"number":"4820 1177 0093"}`); !strings.Contains(string(a.Body), `"balance":`+want) {
			t.Errorf("%d %s, want %s", a.Status, a.Body, want)
		}
	}
	worth("2.50")
	o := w.opens(`{"tableNumber":12}`)
	w.rings(o, boxtest.Bowl, 1, "")
	p := w.pays(o, `{"tender":"gift_card",`+card+`}`) // all that is left
	worth("0.00")
	if s, code := w.back(o, p.PaymentID, "void", `{"reason":"Wrong card"}`); s != 200 {
		t.Errorf("%d %s", s, code)
	}
	worth("2.50")
	w.h.Do("POST", "/api/v1/gift-cards", `{"number":"482011770093","amount":0.50,"tender":"card_terminal","reference":"slip 8"}`)
	worth("3.00")
	if a := w.h.Do("POST", "/api/v1/gift-cards/balance", `{"number":"482011770094"}`); a.Status != 404 {
		t.Errorf("an unknown card: %d %s", a.Status, a.Body)
	}
	replays(w.h, "gift_card", "payments")
}

// TestEachCheckOfAVisitIsPaidByItself: and what was paid stays as it was, whatever the
// others do.
func TestEachCheckOfAVisitIsPaidByItself(t *testing.T) {
	w := openRoom(t, coins)
	o := w.opens(`{"tableNumber":12,"covers":3}`)
	wine := w.rings(o, boxtest.Stew, 1, "")
	w.rings(o, boxtest.Bowl, 1, "")
	chips := w.rings(o, boxtest.Chips, 1, "")
	w.does("order.send", o, "{}")
	w.does("order.split", o, fmt.Sprintf(`{"lines":[{"line":%q,"parts":1,"of":2},{"line":%q}]}`, wine, chips))
	second := w.others(o)[0]
	if p := w.pays(second, `{"tender":"card_terminal"}`); !p.Closed {
		t.Fatalf("%+v", p)
	}
	was := w.sees(second).TotalAmount
	if s := w.say("order.void_line", o, fmt.Sprintf(`{"line":%q,"reason":"Cold"}`, wine)); s.code() != "check_closed" {
		t.Errorf("a line that was paid in part: %+v", s)
	}
	for typ, data := range map[string]string{"order.merge": "{}", "order.transfer": fmt.Sprintf(`{"lines":[%q],"to":%q}`, wine, second)} {
		if s := w.say(typ, o, data); s.code() != "check_closed" {
			t.Errorf("%s: %+v", typ, s)
		}
	}
	if p := w.pays(o, `{"tender":"cash","amount":5}`); p.status != 201 {
		t.Errorf("%+v", p)
	}
	third := w.opens(`{"tableNumber":12}`)
	w.rings(third, boxtest.Chips, 1, "")
	if s := w.say("order.merge", o, fmt.Sprintf(`{"into":%q}`, third)); s.code() != "check_paid" && s.code() != "check_split" {
		t.Errorf("a check that was paid in part ends in another one: %+v", s)
	}
	if now := w.sees(second).TotalAmount; now != was {
		t.Errorf("the paid check costs %s, and cost %s", now, was)
	}
	w.does("order.merge", third, fmt.Sprintf(`{"into":%q}`, o)) // the other way it goes: the payments stay where they are
	w.does("order.send", o, "{}")
}

// TestWhatWasPaidIsGivenBackWithinLimits: a server up to what the venue says, then with a
// manager's word; never more than was paid; a check on which something is paid is not cancelled.
func TestWhatWasPaidIsGivenBackWithinLimits(t *testing.T) {
	w := openRoom(t, func(v *doc.Venue) {
		coins(v)
		v.Limits = []doc.Limit{{Role: "server", Action: "payment.refund", Most: "5"}}
	})
	o := w.opens(`{"tableNumber":12}`)
	w.rings(o, boxtest.Bowl, 2, "")
	p := w.pays(o, `{"tender":"cash","amount":17.53}`)
	if p.Rounding != "0.02" {
		t.Fatalf("%+v", p)
	}
	if s := w.say("order.set_status", o, `{"status":"cancelled"}`); s.code() != "check_paid" {
		t.Errorf("cancelled with money in the till: %+v", s)
	}
	w.send("DELETE", "/api/v1/orders/"+o+"/lease", "")
	sam := waiter{h: w.h, token: w.h.Mint("server", "Sam")}
	for _, c := range []struct {
		who        waiter
		what, body string
		status     int
		code       string
	}{
		{sam, "refund", `{"amount":5.01,"reason":"Cold"}`, 403, "approval_needed"},
		{sam, "refund", `{"amount":5,"reason":""}`, 422, "reason_missing"},
		{sam, "refund", `{"amount":5,"reason":"Cold"}`, 201, ""},
		{sam, "void", `{"reason":"Mistake"}`, 409, "payment_over"},
		{w, "refund", `{"amount":12.54,"reason":"Cold"}`, 409, "more_than_paid"},
		{w, "refund", `{"reason":"They left"}`, 201, ""},
		{w, "refund", `{"amount":0.01,"reason":"Cold"}`, 409, "payment_over"},
	} {
		if s, code := c.who.back(o, p.PaymentID, c.what, c.body); s != c.status || code != c.code {
			t.Errorf("%s %s: %d %s, want %d %s", c.what, c.body, s, code, c.status, c.code)
		}
	}
	w.owesStill(o, "19.05", false)
	w.does("order.set_status", o, `{"status":"cancelled"}`)
	replays(w.h, "payments")
}
