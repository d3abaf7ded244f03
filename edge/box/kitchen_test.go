package box_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/sqlite"
)

func slips(p *printersim.Printer) (texts []string) {
	for _, s := range p.Slips() {
		texts = append(texts, s.Text)
	}
	return texts
}

// out waits until a printer made n slips.
func out(h *boxtest.House, p *printersim.Printer, n int) []string {
	h.T.Helper()
	h.Until(fmt.Sprintf("%s printed %d slips", p.Name(), n), func() bool { return len(p.Slips()) >= n })
	return slips(p)
}

func TestEachStationGetsItsOwnTicket(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	place(h, strings.Replace(seed, `"tableNumber":5`, `"tableNumber":"12"`, 1))
	hot, cold := out(h, h.Hot, 1)[0], out(h, h.Cold, 1)[0]
	for _, want := range []string{"HOT LINE", "NEW", "TABLE 12", "Check 1", "2 Chicken Bowl", "+ Guacamole", "NO onions", "Also at: Cold line", "Ticket 1 of 2", "K-1, first print"} {
		if !strings.Contains(hot, want) {
			t.Errorf("the hot ticket lacks %q:\n%s", want, hot)
		}
	}
	for _, want := range []string{"COLD LINE", "1 Chips", "Ticket 2 of 2", "K-2"} {
		if !strings.Contains(cold, want) {
			t.Errorf("the cold ticket lacks %q:\n%s", want, cold)
		}
	}
	if strings.Contains(hot, "Chips") || strings.Contains(cold, "Bowl") || strings.Contains(hot, "not on the plan") {
		t.Errorf("what does not belong there:\n%s%s", hot, cold)
	}
	if unknown := append(h.Hot.Unknown(), h.Cold.Unknown()...); len(unknown) > 0 {
		t.Errorf("commands that no printer knows: %v", unknown)
	}
}

func TestATableThatIsNotOnThePlanIsPrintedAndSaid(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	place(h, seed)
	if s := out(h, h.Hot, 1)[0]; !strings.Contains(s, "TABLE 5") || !strings.Contains(s, "not on the plan") {
		t.Errorf("%s", s)
	}
}

func TestALineOfAnUnknownStationGoesToTheDefaultOne(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	place(h, `{"restaurantId":"`+boxtest.Restaurant+`","items":[{"menuItemId":"`+boxtest.Stew+`","quantity":1}]}`)
	if s := out(h, h.Hot, 1)[0]; !strings.Contains(s, "1 Stew") || !strings.Contains(s, "TO GO 1") {
		t.Errorf("%s", s)
	}
}

func TestACancelledOrderIsTakenBackInTheKitchen(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	o, _ := place(h, seed)
	out(h, h.Hot, 1)
	h.Do("POST", "/api/v1/orders/"+o.OrderID+"/status", `{"status":"cancelled"}`)
	if s := out(h, h.Hot, 2)[1]; !strings.Contains(s, "CANCEL") || !strings.Contains(s, "Chicken Bowl") {
		t.Errorf("%s", s)
	}
	out(h, h.Cold, 2)
}

func TestOrdersGoOnWithAPrinterOffAndItsTicketsComeInOrder(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	h.Hot.PowerOff()
	const n = 5
	for range n {
		if _, a := place(h, seed); a.Status != 201 {
			t.Fatalf("an order with the printer off: %d %s", a.Status, a.Body)
		}
	}
	out(h, h.Cold, n) // one dead printer never holds another up
	h.Until("the kitchen light is red", func() bool {
		return strings.Contains(string(h.Do("GET", "/api/v1/lights", "").Body), `"kitchen","state":"bad"`)
	})
	o := get(h, orderIDs(h)[0])
	if o.Tickets[0].State != "queued" || o.Tickets[0].Problem == "" {
		t.Errorf("a ticket that waits says %+v", o.Tickets[0])
	}
	if err := h.Hot.PowerOn(); err != nil {
		t.Fatal(err)
	}
	for i, s := range out(h, h.Hot, n) {
		if want := fmt.Sprintf("Check %d ", i+1); !strings.Contains(s, want) {
			t.Errorf("slip %d is not of %q:\n%s", i+1, want, s)
		}
		if strings.Contains(s, "POSSIBLE COPY") {
			t.Errorf("nothing of this was printed before:\n%s", s)
		}
	}
	h.Until("the kitchen light is green", func() bool {
		return strings.Contains(string(h.Do("GET", "/api/v1/lights", "").Body), `"kitchen","state":"ok"`)
	})
}

func orderIDs(h *boxtest.House) (ids []string) {
	var page struct{ Orders []order }
	h.Do("GET", "/api/v1/orders", "").JSON(h.T, &page)
	for _, o := range page.Orders {
		ids = append(ids, o.OrderID)
	}
	return ids
}

func TestATicketOfWhichNobodyKnowsGoesToTheOtherPrinterMarked(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	h.Hot.CutLinkAfter(100) // in the middle of the first slip
	o, _ := place(h, seed)
	copied := out(h, h.Cold, 2)
	found := ""
	for _, s := range copied {
		if strings.Contains(s, "Chicken Bowl") {
			found = s
		}
	}
	for _, want := range []string{"POSSIBLE COPY OF #K-1", "Ask before cooking", "FOR HOT LINE, at Cold", "2 Chicken Bowl"} {
		if !strings.Contains(found, want) {
			t.Errorf("the copy lacks %q:\n%s", want, found)
		}
	}
	h.Until("the ticket is on paper", func() bool { return get(h, o.OrderID).Tickets[0].State == "printed" })
	if n := len(h.Hot.Slips()); n != 0 {
		t.Errorf("the first printer made %d slips", n)
	}
	place(h, seed) // and goes on with the next one, which is no copy
	if s := out(h, h.Hot, 1)[0]; strings.Contains(s, "POSSIBLE COPY") || !strings.Contains(s, "Check 2 ") {
		t.Errorf("%s", s)
	}
}

func TestAJobThatWasClaimedWhenTheBoxDiedIsAPossibleCopy(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	h.Hot.PowerOff()
	o, _ := place(h, seed)
	out(h, h.Cold, 1)
	h.Stop()
	// As a kill -9 leaves it, after the claim was committed and before the answer.
	if err := h.Edit(func(tx *sqlite.Tx) error {
		n, err := tx.Exec("UPDATE print_attempt SET claimed = 1 WHERE job IN (SELECT id FROM print_job WHERE state = 'queued')")
		if n != 1 {
			t.Errorf("%d jobs were waiting", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.Open()
	if s := out(h, h.Cold, 2)[1]; !strings.Contains(s, "POSSIBLE COPY OF #K-1") {
		t.Errorf("%s", s)
	}
	h.Until("the copy is on paper", func() bool { return get(h, o.OrderID).Tickets[0].State == "printed" }) // paper comes before its fact
	if got := get(h, o.OrderID).Tickets[0]; got.Printer != "Cold" {
		t.Errorf("%+v", got)
	}
}

func TestAPrinterThatRunsOutOfPaperPrintsWhenItHasSome(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	h.Hot.PaperOut()
	place(h, seed)
	h.Until("the light says why", func() bool { return strings.Contains(string(h.Do("GET", "/api/v1/lights", "").Body), "paper") })
	if len(h.Hot.Slips()) != 0 {
		t.Error("paper from nowhere")
	}
	h.Hot.PaperIn()
	if s := out(h, h.Hot, 1)[0]; strings.Contains(s, "POSSIBLE COPY") {
		t.Errorf("%s", s)
	}
}

func TestADishCalledEscapeAtPrintsAsText(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	place(h, strings.Replace(seed, "no onions", `\u001b@ no \u001dV0 onions`, 1))
	s := out(h, h.Hot, 1)[0]
	if !strings.Contains(s, "@ no V0 onions") || len(h.Hot.Unknown()) > 0 {
		t.Errorf("%s\n%v", s, h.Hot.Unknown())
	}
}
