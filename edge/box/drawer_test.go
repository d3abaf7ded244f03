package box_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// drawn is a drawer as the box shows it.
type drawn struct {
	DrawerID, State, Code          string
	Expected, Counted, Over, Float json.Number
}

func (f *shift) drawer(at *tablet, status int, method, path, body string) (d drawn) {
	f.T.Helper()
	got, answer := at.do(method, "/api/v1/drawers"+path, body)
	if err := json.Unmarshal([]byte(answer), &d); err != nil || got != status {
		f.T.Errorf("%s %s %s: %d %s, want %d", method, path, body, got, answer, status)
	}
	return d
}

// pay takes cash for a new order of n bowls.
func (f *shift) pay(at *tablet, n int, body string) string {
	f.T.Helper()
	o := f.bowl(n)
	at.want(200, "", "POST", "/api/v1/orders/"+o+"/lease", "")
	status, answer := at.do("POST", "/api/v1/orders/"+o+"/payments", body)
	var p paid
	if err := json.Unmarshal([]byte(answer), &p); err != nil || status != 201 {
		f.T.Fatalf("%d %s", status, answer)
	}
	return "/api/v1/orders/" + o + "/payments/" + p.PaymentID
}

// expects looks with a manager's eyes at what should be in a drawer.
func (f *shift) expects(drawer, cash string) {
	f.T.Helper()
	var out struct{ Drawers []drawn }
	_, body := f.boss.do("GET", "/api/v1/drawers", "")
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		f.T.Fatal(err)
	}
	for _, d := range out.Drawers {
		if d.DrawerID == drawer && d.Expected.String() != cash {
			f.T.Errorf("%s should be in the drawer, not %s", d.Expected, cash)
		}
	}
}

// TestADrawerIsCountedBlind: cash of who has it goes there, theirs alone; who counts is not
// told what should be in it; the power may fail in between, and what is short takes a word.
func TestADrawerIsCountedBlind(t *testing.T) {
	f := openShift(t)
	d := f.drawer(f.bo, 201, "POST", "", `{"name":"Bar","float":100}`)
	if d.State != "open" || d.Expected != "" {
		t.Errorf("its server sees %+v", d)
	}
	at := "/" + d.DrawerID
	first := f.pay(f.bo, 2, `{"tender":"cash","tip":2.50,"tendered":20}`)
	second := f.pay(f.bo, 1, `{"tender":"cash","keepOpen":true}`)
	f.pay(f.bo, 1, `{"tender":"card_terminal"}`)
	f.pay(f.cy, 1, `{"tender":"cash"}`) // in Cy's pocket
	f.bo.want(201, "", "POST", "/api/v1/gift-cards", `{"number":"GIFT00009471","amount":25,"tender":"cash"}`)
	f.expects(d.DrawerID, "153.75")
	if a := f.drawer(f.cy, 403, "POST", at+"/moves", `{"move":"drop","amount":20}`); a.Code != "drawer_other" {
		t.Errorf("somebody else's: %+v", a)
	}
	f.drawer(f.bo, 200, "POST", at+"/moves", `{"move":"drop","amount":20}`)
	f.drawer(f.bo, 200, "POST", at+"/moves", `{"move":"no_sale","reason":"Change for a guest"}`)
	if a := f.drawer(f.bo, 403, "POST", at+"/moves", `{"move":"pay_out","amount":10,"reason":"Ice"}`); a.Code != "approval_needed" {
		t.Errorf("a pay-out alone: %+v", a)
	}
	f.drawer(f.bo, 200, "POST", at+"/moves", `{"move":"pay_out","amount":10,"reason":"Ice","approvalId":`+f.word(`"action":"drawer.pay_out","amount":10`, d.DrawerID)+`}`)
	f.boss.want(201, "", "POST", first+"/refund", `{"amount":5,"reason":"Cold"}`) // out of the boss's pocket
	f.expects(d.DrawerID, "123.75")
	f.drawer(f.bo, 200, "POST", at+"/count", "")
	f.pay(f.bo, 1, `{"tender":"cash"}`) // while it is counted: in the pocket
	if a := f.drawer(f.bo, 409, "POST", at+"/close", `{}`); a.Code != "drawer_state" {
		t.Errorf("closed without a count: %+v", a)
	}
	d = f.drawer(f.bo, 200, "PUT", at+"/count", `{"coins":[{"value":20,"n":5},{"value":5,"n":4},{"value":0.25,"n":14}]}`)
	if d.Counted != "123.50" || d.Over != "-0.25" || d.Expected != "123.75" {
		t.Errorf("counted: %+v", d)
	}
	if a := f.drawer(f.bo, 422, "POST", at+"/close", `{}`); a.Code != "comment_missing" {
		t.Errorf("short without a word: %+v", a)
	}
	if a := f.drawer(f.bo, 403, "POST", at+"/close", `{"comment":"A coin fell"}`); a.Code != "approval_needed" {
		t.Errorf("short, alone: %+v", a)
	}
	f.Stop()
	f.Open()
	f.boss.want(409, "drawer_state", "POST", second+"/void", `{"reason":"Mistake"}`)
	word := f.word(`"action":"drawer.over"`, d.DrawerID)
	if d = f.drawer(f.bo, 200, "POST", at+"/close", `{"comment":"A coin fell","approvalId":`+word+`}`); d.State != "closed" {
		t.Errorf("with a manager's word: %+v", d)
	}
	f.drawer(f.bo, 201, "POST", "", `{"name":"Bar","float":100}`)
	replays(f.House, "drawer", "drawer_move")
}

// word is a manager's word on what Bo asks of a drawer.
func (f *shift) word(what, drawer string) string {
	f.T.Helper()
	status, body := f.bo.do("POST", "/api/v1/approvals", fmt.Sprintf(`{%s,"drawerId":%q,"reason":"So it is"}`, what, drawer))
	var a asked
	if err := json.Unmarshal([]byte(body), &a); status != 201 || err != nil {
		f.T.Fatalf("ask: %d %s", status, body)
	}
	f.boss.want(200, "given", "POST", answer(a), `{"approve":true}`)
	return fmt.Sprintf("%q", a.ApprovalID)
}

// TestTwoWhoCloseADrawerCloseItOnce, whoever is first; and it is handed over to one who has
// none.
func TestTwoWhoCloseADrawerCloseItOnce(t *testing.T) {
	f := openShift(t)
	d := f.drawer(f.bo, 201, "POST", "", `{"name":"Bar","float":50}`)
	at := "/" + d.DrawerID
	other := f.drawer(f.cy, 201, "POST", "", `{"name":"Patio","float":50}`)
	if a := f.drawer(f.bo, 409, "PUT", at+"/people", fmt.Sprintf(`{"people":[%q]}`, personOf(cy))); a.Code != "drawer_held" {
		t.Errorf("to one who has a drawer: %+v", a)
	}
	f.drawer(f.cy, 200, "POST", "/"+other.DrawerID+"/count", "")
	f.drawer(f.cy, 200, "PUT", "/"+other.DrawerID+"/count", `{"coins":[{"value":50,"n":1}]}`)
	f.drawer(f.cy, 200, "POST", "/"+other.DrawerID+"/close", `{}`)
	f.drawer(f.bo, 200, "PUT", at+"/people", fmt.Sprintf(`{"people":[%q,%q]}`, personOf(bo), personOf(cy)))
	f.pay(f.cy, 2, `{"tender":"cash"}`)
	f.pay(f.bo, 2, `{"tender":"cash"}`)
	f.expects(d.DrawerID, "85.00")
	f.drawer(f.boss, 200, "POST", at+"/count", "")
	f.drawer(f.boss, 200, "PUT", at+"/count", `{"coins":[{"value":85,"n":1}]}`)
	var codes [6]string
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() {
			_, codes[i] = []*tablet{f.boss, f.bo, f.cy}[i%3].do("POST", "/api/v1/drawers"+at+"/close", `{}`)
		})
	}
	all.Wait()
	if n := strings.Count(strings.Join(codes[:], ""), `"drawer_state"`); n != 5 {
		t.Errorf("%d of 6 who closed it were told that it is closed: %q", n, codes)
	}
	replays(f.House, "drawer")
}
