package rush

import (
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// visit is guests who came together.
type visit struct {
	mu     sync.Mutex
	n      int
	rnd    *rand.Rand
	kind   string // dine_in, takeaway
	table  string
	party  string
	covers int
	order  string   // the check that was opened
	others []string // what was split off it
	lines  []*rung  // that this visit knows of
	eats   bool     // in the middle of its evening
	over   bool
	todo   []func(*turn) error
}

// rung is a line that was rung.
type rung struct {
	id       string
	quantity int64
	unit     money.Amount
	held     bool
	sent     bool
	gone     bool // it is another visit's now, or nobody's
}

// chance is true so often of a hundred times.
func (v *visit) chance(percent int) bool { return v.rnd.IntN(100) < percent }

// then is what is done next, after all that was planned before.
func (v *visit) then(steps ...func(*turn) error) { v.todo = append(v.todo, steps...) }

// maybe is then, so often of a hundred times.
func (v *visit) maybe(percent int, steps ...func(*turn) error) {
	if v.chance(percent) {
		v.then(steps...)
	}
}

// plan says what these guests will want. What becomes of it is up to the evening.
func (v *visit) plan() {
	if v.table == "" {
		v.then((*turn).counter)
		v.maybe(3, (*turn).cancel)
		v.maybe(4, (*turn).void)
		v.maybe(5, (*turn).discountCheck)
		v.maybe(80, (*turn).serve)
		return
	}
	v.covers = 1 + v.rnd.IntN(4) + v.rnd.IntN(3)
	if v.chance(12) {
		v.covers = 6 + v.rnd.IntN(5)
	}
	v.then((*turn).sit, (*turn).open)
	v.maybe(10, (*turn).recount)
	if v.then((*turn).drinks); v.chance(35) {
		v.then((*turn).together) // the bar helps
	}
	v.then((*turn).send, (*turn).starters, (*turn).mains)
	v.maybe(25, (*turn).edit)
	v.maybe(12, (*turn).remove)
	v.then((*turn).send, (*turn).cook)
	v.maybe(6, (*turn).move)
	v.maybe(10, (*turn).void)
	v.maybe(45, (*turn).repeat)
	v.then((*turn).fire, (*turn).cook, (*turn).cook)
	v.maybe(12, (*turn).void)
	v.maybe(7, (*turn).comp)
	v.maybe(5, (*turn).transfer)
	v.maybe(55, (*turn).sweets, (*turn).send, (*turn).cook)
	v.maybe(7, (*turn).discountLine)
	v.maybe(9, (*turn).discountCheck)
	v.maybe(4, (*turn).join)
	v.then((*turn).tidy, (*turn).cook, (*turn).cook, (*turn).cook)
	if v.covers > 1 {
		v.maybe(28, (*turn).split)
		v.maybe(8, (*turn).voidAfter)
	}
	v.then((*turn).bill, (*turn).leave, (*turn).clear)
}

// picks are dishes of a kind, one a guest, as what is ordered for the table.
func (v *visit) picks(category string, of int) (list []data, lines []*rung) {
	var from []dish
	for _, d := range dishes {
		if d.category == category || category == "Drinks" && d.category == "Wine" || category == desserts && d.category == "Coffee" {
			from = append(from, d)
		}
	}
	for seat := range of {
		d := from[v.rnd.IntN(len(from))]
		l := &rung{id: id.New[id.Line]().String(), quantity: 1, unit: d.cents}
		if v.chance(10) {
			l.quantity = 2 + v.rnd.Int64N(2)
		}
		x := data{"line": l.id, "menuItemId": d.id(), "quantity": l.quantity}
		if v.table != "" && v.chance(80) {
			seats := []int{seat%max(v.covers, 1) + 1}
			if other := v.rnd.IntN(max(v.covers, 1)) + 1; v.chance(10) && other != seats[0] {
				seats = append(seats, other)
			}
			x["seats"] = seats
		}
		if with := groups[d.with]; with != nil && (d.must || v.chance(35)) {
			c := with[v.rnd.IntN(len(with))]
			l.unit += c.cents
			x["modifications"] = []string{c.name}
		}
		if v.chance(6) {
			notes, _ := x["modifications"].([]string)
			x["modifications"] = append(notes, "no salt")
		}
		list, lines = append(list, x), append(lines, l)
	}
	return list, lines
}

// some is a line that was sent and is there still; nil: there is none.
func (v *visit) some() *rung {
	for _, i := range v.rnd.Perm(len(v.lines)) {
		if l := v.lines[i]; l.sent && !l.gone && l.quantity > 0 {
			return l
		}
	}
	return nil
}

// waits is a line that was not sent; nil: there is none.
func (v *visit) waits() *rung {
	i := slices.IndexFunc(v.lines, func(l *rung) bool { return !l.sent && !l.gone })
	if i < 0 {
		return nil
	}
	return v.lines[i]
}
