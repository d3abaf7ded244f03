package box_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/doc"
)

// venueOf publishes the venue of the house with a change.
func venueOf(h *boxtest.House, change func(v *doc.Venue)) {
	h.T.Helper()
	var v doc.Venue
	if err := json.Unmarshal(boxtest.Venue(h.Hot.URL(), h.Cold.URL()), &v); err != nil {
		h.T.Fatal(err)
	}
	change(&v)
	body, err := json.Marshal(v)
	if err != nil {
		h.T.Fatal(err)
	}
	if a := h.Do("PUT", "/api/v1/venue", string(body)); a.Status != 200 {
		h.T.Fatalf("publish the venue: %d %s", a.Status, a.Body)
	}
}

func TestTicketsOfAPrinterThatWasTakenAwayComeOutElsewhere(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	h.Hot.PowerOff()
	first, _ := place(h, seed)
	second, _ := place(h, seed)
	out(h, h.Cold, 2)
	venueOf(h, func(v *doc.Venue) {
		v.Printers = v.Printers[1:]
		v.Stations[0].Printer, v.Stations[0].Fallback, v.Stations[1].Fallback = "Cold", "", ""
	})
	paper := out(h, h.Cold, 4)
	for i, s := range paper[2:] {
		if !strings.Contains(s, "2 Chicken Bowl") || !strings.Contains(s, "POSSIBLE COPY OF #") || !strings.Contains(s, "HOT LINE") {
			t.Errorf("slip %d:\n%s", i, s)
		}
	}
	for _, o := range []string{first.OrderID, second.OrderID} {
		h.Until("its tickets are on paper", func() bool { return get(h, o).Tickets[0].State == "printed" })
	}
	h.Until("the kitchen light is green", func() bool {
		return strings.Contains(string(h.Do("GET", "/api/v1/lights", "").Body), `"kitchen","state":"ok"`)
	})
	if n := len(h.Cold.Slips()); n != 4 {
		t.Errorf("%d slips", n)
	}
}

func TestTicketsOfAPrinterThatWasTakenAwayWhileTheBoxWasOffComeOutElsewhere(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	h.Hot.PowerOff()
	place(h, seed)
	out(h, h.Cold, 1)
	h.Stop()
	h.Open()
	venueOf(h, func(v *doc.Venue) { // the station went with its printer
		v.Printers, v.Stations = v.Printers[1:], v.Stations[1:]
		v.Stations[0].Fallback = ""
	})
	if s := out(h, h.Cold, 2)[1]; !strings.Contains(s, "2 Chicken Bowl") || !strings.Contains(s, "POSSIBLE COPY") {
		t.Errorf("%s", s)
	}
}

func TestASlipThatIsComingOutIsFinishedBeforeThePrinterMoves(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	moved := boxtest.Printer(t, "Moved")
	h.Hot.Slow(40) // mm per second: a slip takes a second or two
	begun := make(chan struct{})
	h.Hot.AtLine(1, func() { close(begun) })
	o, _ := place(h, seed)
	<-begun
	venueOf(h, func(v *doc.Venue) { v.Printers[0].URL = moved.URL() })
	next, _ := place(h, seed)
	if s := out(h, moved, 1)[0]; !strings.Contains(s, "Check 2 ") || strings.Contains(s, "POSSIBLE COPY") {
		t.Errorf("the first slip at the new address:\n%s", s)
	}
	h.Until("both are on paper", func() bool {
		return get(h, o.OrderID).Tickets[0].State == "printed" && get(h, next.OrderID).Tickets[0].State == "printed"
	})
	for _, s := range out(h, h.Cold, 2) {
		if strings.Contains(s, "POSSIBLE COPY") {
			t.Errorf("nobody was in doubt about this:\n%s", s)
		}
	}
	if n := len(h.Hot.Slips()); n != 1 {
		t.Errorf("%d slips at the old address", n)
	}
}
