package rush

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// sit seats the guests.
func (t *turn) sit() error {
	t.party = id.New[id.Party]().String()
	_, err := t.say("table.seat", "", data{"partyId": t.party, "tables": []string{t.table}, "covers": t.covers})
	return err
}

// open begins their check.
func (t *turn) open() error {
	t.order = id.New[id.Order]().String()
	d := data{"tableNumber": t.table, "covers": t.covers}
	_, err := t.say("order.open", t.order, d)
	t.knows(t.visit, t.order)
	t.eats = true
	return err
}

// counter is one order to go, in one request.
func (t *turn) counter() error {
	list, lines := t.picks([]string{"Drinks", mains, starters}[t.visit.rnd.IntN(3)], 1+t.visit.rnd.IntN(4))
	for _, x := range list {
		delete(x, "line")
		delete(x, "seats")
	}
	key := "rush-" + id.New[id.Command]().String()
	var o struct {
		OrderID string
		Items   []struct{ LineID string }
	}
	if err := t.post(t.own, "/api/v1/orders", data{"restaurantId": t.Restaurant, "items": list}, key, &o); err != nil {
		return err
	}
	t.order = o.OrderID
	t.knows(t.visit, t.order)
	for i, l := range lines {
		l.id, l.sent = o.Items[i].LineID, true
		t.counts(l.quantity, l.unit)
	}
	t.lines = lines
	t.note(func(a *Account) { a.Done["POST /orders"], a.Sent = a.Done["POST /orders"]+1, a.Sent+1 })
	return nil
}

// cancel takes all of it back.
func (t *turn) cancel() error {
	code, err := t.say("order.set_status", t.order, data{"status": "cancelled"})
	if code == "" && err == nil {
		for _, l := range t.lines {
			t.counts(-l.quantity, l.unit)
		}
		t.note(func(a *Account) { a.Sent-- })
		t.todo = nil
	}
	return err
}

// recount says that there is one guest more.
func (t *turn) recount() error {
	t.covers++
	_, err := t.say("order.set_covers", t.order, data{"covers": t.covers})
	return err
}

func (t *turn) ring(by Device, category string, of int, more data) error {
	list, lines := t.picks(category, of)
	for i, x := range list {
		for k, v := range more {
			x[k] = v
		}
		lines[i].held = more["hold"] == true
	}
	code, err := t.sayBy(by, "order.add_lines", t.order, data{"lines": list})
	if code == "" && err == nil {
		t.lines = append(t.lines, lines...)
	}
	return err
}

func (t *turn) drinks() error   { return t.ring(t.own, "Drinks", t.covers, nil) }
func (t *turn) starters() error { return t.ring(t.own, starters, 1+t.covers/2, nil) }
func (t *turn) mains() error    { return t.ring(t.own, mains, t.covers, data{"hold": true}) }
func (t *turn) sweets() error   { return t.ring(t.own, desserts, 1+t.covers/2, nil) }

// together: two tablets ring on one check at the same moment.
func (t *turn) together() error {
	list, lines := t.picks("Drinks", 1)
	other := make(chan error, 1)
	var refused string
	go func() {
		code, err := t.sayBy(t.all[t.n%len(t.all)], "order.add_lines", t.order, data{"lines": list})
		refused = code
		other <- err
	}()
	err := t.ring(t.own, starters, 1, nil)
	if err2 := <-other; err == nil {
		err = err2
	}
	if refused == "" && err == nil {
		t.lines = append(t.lines, lines...)
	}
	return err
}

// went counts what is sent now.
func (t *turn) went(held bool) {
	if !slices.ContainsFunc(t.lines, func(l *rung) bool { return l.sent }) {
		t.note(func(a *Account) { a.Sent++ })
	}
	for _, l := range t.lines {
		if !l.sent && !l.gone && l.held == held {
			l.sent = true
			t.counts(l.quantity, l.unit)
		}
	}
}

func (t *turn) send() error {
	code, err := t.say("order.send", t.order, nil)
	if code == "" && err == nil {
		t.went(false)
	}
	return err
}

func (t *turn) fire() error {
	code, err := t.say("order.fire", t.order, nil)
	if code == "" && err == nil {
		t.went(true)
	}
	return err
}

// cook moves the order on by one.
func (t *turn) cook() error {
	var o struct{ Status string }
	if err := t.get("/api/v1/orders/"+t.order, &o); err != nil {
		return err
	}
	to := map[string]string{"placed": "preparing", "preparing": "ready", "ready": "served"}[o.Status]
	if to == "" {
		return nil
	}
	_, err := t.say("order.set_status", t.order, data{"status": to})
	return err
}

// serve moves an order on to its end, as somebody does who gives things out.
func (t *turn) serve() error {
	for _, to := range []string{"preparing", "ready", "served"} {
		if _, err := t.say("order.set_status", t.order, data{"status": to}); err != nil {
			return err
		}
	}
	return nil
}

// edit changes what the kitchen does not have yet.
func (t *turn) edit() error {
	l := t.waits()
	if l == nil {
		return nil
	}
	more := l.quantity + 1
	code, err := t.say("order.change_line", t.order, data{"line": l.id, "quantity": more})
	if code == "" && err == nil {
		l.quantity = more
	}
	return err
}

func (t *turn) remove() error {
	l := t.waits()
	if l == nil {
		return nil
	}
	code, err := t.say("order.remove_line", t.order, data{"line": l.id})
	l.gone = code == "" && err == nil
	return err
}

// repeat orders the last round again. The box makes the lines, so they are read.
func (t *turn) repeat() error {
	if code, err := t.say("order.repeat", t.order, nil); code != "" || err != nil {
		return err
	}
	var o struct {
		Items []struct {
			LineID     string
			Quantity   int64
			UnitPrice  json.Number
			Sent, Held bool
		}
	}
	if err := t.get("/api/v1/orders/"+t.order, &o); err != nil {
		return err
	}
	for _, i := range o.Items {
		if i.Sent || slices.ContainsFunc(t.lines, func(l *rung) bool { return l.id == i.LineID }) {
			continue
		}
		unit, err := Currency.ParseDecimal(i.UnitPrice.String())
		if err != nil {
			return err
		}
		t.lines = append(t.lines, &rung{id: i.LineID, quantity: i.Quantity, unit: unit, held: i.Held})
	}
	return t.send()
}

var reasons = []string{"Wrong dish", "Guest changed their mind", "Rung twice", "Took too long"}

func (t *turn) reason() string { return reasons[t.visit.rnd.IntN(len(reasons))] }

// void takes back what the kitchen has.
func (t *turn) void() error { return t.takeOff(t.order) }

func (t *turn) takeOff(check string) error {
	l := t.some()
	if l == nil {
		return nil
	}
	n := 1 + t.visit.rnd.Int64N(l.quantity)
	code, err := t.say("order.void_line", check, data{"line": l.id, "quantity": n, "reason": t.reason()})
	if code == "" && err == nil {
		l.quantity -= n
		t.counts(-n, l.unit)
	}
	return err
}

// comp gives a line to the guests.
func (t *turn) comp() error {
	l := t.some()
	if l == nil {
		return nil
	}
	_, err := t.say("order.comp", t.order, data{"line": l.id, "reason": "Came cold"})
	return err
}

func (t *turn) off(d data) error {
	if d["reason"] = "Regulars"; t.chance(60) {
		d["percent"] = []int{10, 15, 20, 50}[t.visit.rnd.IntN(4)]
	} else {
		d["amount"] = decimal(money.Amount(50 + t.visit.rnd.IntN(900)))
	}
	_, err := t.say("order.discount", t.order, d)
	return err
}

func (t *turn) discountLine() error {
	if l := t.some(); l != nil {
		return t.off(data{"line": l.id})
	}
	return nil
}

func (t *turn) discountCheck() error { return t.off(data{}) }

// transfer brings a dish to other guests, who pay for it.
func (t *turn) transfer() error {
	x, l := t.other(t.visit), t.some()
	if x == nil {
		return nil
	}
	defer x.mu.Unlock()
	if l == nil {
		return nil
	}
	code, err := t.say("order.transfer", t.order, data{"lines": []string{l.id}, "to": x.order})
	if code == "" && err == nil {
		l.gone = true
	}
	return err
}

// join brings the check of other guests to this one; they go on as one party.
func (t *turn) join() error {
	x := t.other(t.visit)
	if x == nil {
		return nil
	}
	defer x.mu.Unlock()
	if len(x.others) > 0 || x.waits() != nil {
		return nil
	}
	code, err := t.say("order.merge", x.order, data{"into": t.order})
	if code == "" && err == nil {
		x.eats, x.todo = false, []func(*turn) error{(*turn).leave, (*turn).clear}
	}
	return err
}

// move: they want another table.
func (t *turn) move() error {
	to := t.takeTable()
	if to == "" {
		return nil
	}
	code, err := t.say("table.move", "", data{"partyId": t.party, "table": to})
	if code != "" || err != nil {
		t.giveTable(to)
		return err
	}
	from := t.table
	t.table = to
	_, err = t.say("table.clear", "", data{"table": from})
	t.giveTable(from)
	return err
}

// tidy sends what still waits, so that nothing is on a check that nobody was asked to make.
func (t *turn) tidy() error {
	t.eats = false
	for _, held := range []bool{false, true} {
		if !slices.ContainsFunc(t.lines, func(l *rung) bool { return !l.sent && !l.gone && l.held == held }) {
			continue
		}
		if err := map[bool]func() error{false: t.send, true: t.fire}[held](); err != nil {
			return err
		}
	}
	return nil
}

// split lets guests pay apart, in one of the ways that there are.
func (t *turn) split() error {
	d := data{}
	switch t.visit.rnd.IntN(5) {
	case 0:
		d["bySeats"] = true
	case 1: // a dish, and half of another
		a, b := t.some(), t.some()
		if a == nil {
			return nil
		}
		if d["lines"] = []data{{"line": a.id}}; b != a {
			d["lines"] = []data{{"line": a.id}, {"line": b.id, "parts": 1, "of": 2}}
		}
	case 2: // one pays a third of everything
		var list []data
		for _, l := range t.lines {
			if l.sent && !l.gone && l.quantity > 0 {
				list = append(list, data{"line": l.id, "parts": 1, "of": 3})
			}
		}
		if list == nil {
			return nil
		}
		d["lines"] = list
	case 3:
		_, err := t.say("order.part", t.order, data{"evenly": 2 + t.visit.rnd.IntN(4)})
		return err
	case 4:
		_, err := t.say("order.part", t.order, data{"amounts": []any{decimal(500)}})
		return err
	}
	code, err := t.say("order.split", t.order, d)
	if code != "" || err != nil {
		return err
	}
	if err := t.checks(); err != nil || !t.chance(25) {
		return err
	}
	_, err = t.say("order.merge", t.order, nil) // no, together after all
	return err
}

// checks learns which checks there are of this visit.
func (t *turn) checks() error {
	var page struct{ Orders []struct{ OrderID string } }
	if err := t.get("/api/v1/orders?limit=100&visit="+t.order, &page); err != nil {
		return err
	}
	for _, o := range page.Orders {
		if !slices.Contains(append(t.others, t.order), o.OrderID) {
			t.others = append(t.others, o.OrderID)
		}
	}
	t.knows(t.visit, t.others...)
	return nil
}

// voidAfter finds something wrong when the check is split already.
func (t *turn) voidAfter() error { return t.takeOff(t.order) }

// bill is brought, and looked at.
func (t *turn) bill() error {
	if _, err := t.say("table.bring_check", "", data{"partyId": t.party}); err != nil {
		return err
	}
	for _, o := range append([]string{t.order}, t.others...) {
		var b struct{ Total any }
		if err := t.get("/api/v1/orders/"+o+"/bill", &b); err != nil {
			return err
		}
		if strings.HasPrefix(o, "0") { // they want it on paper, too
			if err := t.get("/api/v1/orders/"+o+"/receipt", &b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *turn) leave() error {
	_, err := t.say("table.leave", "", data{"partyId": t.party})
	return err
}

func (t *turn) clear() error {
	_, err := t.say("table.clear", "", data{"table": t.table})
	return err
}
