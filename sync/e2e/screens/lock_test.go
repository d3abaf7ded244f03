package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// passes lets time pass on a page, and has the page look at its clock.
func passes(p *uitest.Page, d time.Duration) {
	later(p, d)
	p.Do(uitest.Script(`document.dispatchEvent(new Event("visibilitychange"))`))
}

// later lets time pass; the page looks when it does.
func later(p *uitest.Page, d time.Duration) {
	p.Do(uitest.Script(fmt.Sprintf(`{
		if (window.passed === undefined) { const real = performance.now.bind(performance); window.passed = 0; performance.now = () => real() + window.passed; }
		window.passed += %d;
	}`, d.Milliseconds())))
}

func isLocked(p *uitest.Page) bool {
	return uitest.Eval[bool](p, `document.querySelector(".who") !== null`)
}

// TestATabletThatNobodyTouchesLocks after a minute: whoever comes next works under their
// own name, does not see what was typed, and whoever typed it goes on where they were.
func TestATabletThatNobodyTouchesLocks(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	h := newHouse(t)
	h.hire(1, "Ana Ruiz", "manager", "8302")
	h.hire(2, "Bo", "server", "11234")
	p := h.shared(browser, "Bar", uitest.Screen{Width: 1280, Height: 800})
	enter(p, "Bo", "11234")
	p.Tap(`[data-table="12"]`)
	bowlAndChips(p)
	p.See("NO\u00a0onions")
	passes(p, 55*time.Second)
	p.TapText("Sides") // a touch
	passes(p, 55*time.Second)
	if isLocked(p) {
		t.Fatal("locked within a minute of a touch")
	}
	passes(p, 5*time.Second)
	if !isLocked(p) {
		t.Fatal("not locked after a minute without a touch")
	}
	p.See("Nobody touched this tablet for a minute.")
	for d := time.Now().Add(10 * time.Second); h.devices()["Bar"].PersonID != ""; {
		if time.Now().After(d) {
			t.Fatal("the box still takes what Bo does there")
		}
	}
	look(t, p, "lock-1-pad")

	enter(p, "Ana Ruiz", "8302")
	p.See("Needs you")
	p.Tap(`[data-table="12"]`)
	p.See("Nothing ordered yet.")
	passes(p, time.Minute)
	p.Tap(`[data-person="Bo"]`)
	key(p, "11234")
	p.Tap(".pin-go")
	p.See("NO\u00a0onions")
	p.TapText("Send 2")
	waitMarks(t, p, "paper paper")
	if o := h.orders(); len(o) != 1 || len(o[0].Items) != 2 {
		t.Fatalf("%+v", o)
	}

	// What is on its way stays Bo's: the tablet does not lock before the box has it, nor while
	// the box, which alone knows PINs, does not answer.
	h.shut()
	p.See("Box is not answering")
	p.TapText("Sides")
	p.TapText("Chips")
	p.TapText("Send 1")
	passes(p, 2*time.Minute)
	if isLocked(p) {
		t.Error("locked while something waits for the box")
	}
	h.listen()
	p.Wait(`document.querySelector(".who") !== null`)
	if a := h.Do("GET", "/api/v1/audit?type=order.sent&staff=0198f000-0000-7000-8000-00000000e002", ""); strings.Count(string(a.Body), `"type":"order.sent"`) != 2 {
		t.Errorf("%s", a.Body)
	}
	key(p, "11234") // the pad is Bo's
	p.Tap(".pin-go")
	waitMarks(t, p, "paper paper paper")
}
